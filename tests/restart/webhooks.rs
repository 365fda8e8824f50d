//! Events that arrive although receivers fail and hang, and the panel is killed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ferroboard_kernel::lower_hex;
use ferroboard_testing::databases::Database;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Panel, Rows, on_every_database, within};

on_every_database!(
    every_event_arrives_in_order_whoever_fails_hangs_or_is_killed,
    what_became_of_events_is_seen_and_sent_again,
);

const PATH: &str = "a-hidden-door";

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/webhook/{route}")
}

/// What a receiver does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Takes it.
    Takes,
    /// Takes it after a second.
    TakesSlowly,
    /// Answers 500.
    Fails,
    /// Sends the panel to a private address.
    SendsOn,
    /// Never answers.
    Hangs,
    /// Closes the connection in place of an answer.
    Dies,
}

#[derive(Debug)]
struct Seen {
    manner: Manner,
    /// The requests that were taken: the signature and the body.
    taken: Vec<(String, String)>,
    refused: usize,
}

/// A program that is told of events.
struct Receiver {
    url: String,
    seen: Arc<Mutex<Seen>>,
}

impl Receiver {
    async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen {
            manner: Manner::Takes,
            taken: Vec::new(),
            refused: 0,
        }));
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { url, seen }
    }

    fn behave(&self, manner: Manner) {
        self.seen.lock().unwrap().manner = manner;
    }

    fn refused(&self) -> usize {
        self.seen.lock().unwrap().refused
    }

    /// The bodies that were taken, each proven to be signed with this secret.
    fn taken(&self, secret: &str) -> Vec<Value> {
        let seen = self.seen.lock().unwrap();
        let bodies = seen.taken.iter().map(|(signature, body)| {
            assert!(is_signed(secret, signature, body), "{signature}: {body}");
            serde_json::from_str(body).unwrap()
        });
        bodies.collect()
    }

    /// How many different events about accounts arrived.
    fn subjects(&self, secret: &str) -> BTreeMap<String, Vec<(i64, String)>> {
        let mut subjects: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
        for body in self.taken(secret) {
            let text = |name: &str| body[name].as_str().unwrap().to_owned();
            let told = (body["id"].as_i64().unwrap(), text("type"));
            let of_one = subjects.entry(text("subject")).or_default();
            // At least once: the same again is no other event.
            if !of_one.contains(&told) {
                of_one.push(told);
            }
        }
        subjects
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Seen>>) {
    let mut request = String::new();
    loop {
        let whole = request.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let head = head.to_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap();
            body.len() >= length.lines().next().unwrap().parse::<usize>().unwrap()
        });
        if whole {
            break;
        }
        let mut chunk = [0; 8_192];
        let Ok(length @ 1..) = stream.read(&mut chunk).await else {
            return;
        };
        request.push_str(std::str::from_utf8(&chunk[..length]).unwrap());
    }
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let signature = head
        .lines()
        .find_map(|line| line.strip_prefix("ferroboard-signature: "))
        .unwrap_or_default()
        .to_owned();
    let manner = seen.lock().unwrap().manner;
    let status = match manner {
        Manner::Takes => "200 OK",
        Manner::TakesSlowly => {
            tokio::time::sleep(Duration::from_secs(1)).await;
            "202 Accepted"
        }
        Manner::Fails => "500 Oops",
        Manner::SendsOn => "307 Temporary Redirect\r\nlocation: http://10.255.255.1/inside",
        Manner::Hangs => {
            seen.lock().unwrap().refused += 1;
            let _ = stream.read(&mut [0; 1]).await;
            return;
        }
        Manner::Dies => {
            seen.lock().unwrap().refused += 1;
            return;
        }
    };
    {
        let mut seen = seen.lock().unwrap();
        if status.starts_with('2') {
            seen.taken.push((signature, body.to_owned()));
        } else {
            seen.refused += 1;
        }
    }
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// HMAC-SHA256 by its definition (RFC 2104), with nothing of the panel's.
fn is_signed(secret: &str, header: &str, body: &str) -> bool {
    let (at, digest) = header
        .strip_prefix("t=")
        .and_then(|header| header.split_once(",v1="))
        .unwrap();
    let mut key = [0_u8; 64];
    key[..secret.len()].copy_from_slice(secret.as_bytes());
    let padded = |pad: u8| key.map(|byte| byte ^ pad);
    let inner = Sha256::new()
        .chain_update(padded(0x36))
        .chain_update(format!("{at}.{body}"))
        .finalize();
    let outer = Sha256::new()
        .chain_update(padded(0x5c))
        .chain_update(inner)
        .finalize();
    let hex = lower_hex(outer);
    at.parse::<i64>().is_ok() && hex == digest
}

/// A panel whose administrator made an endpoint at the receiver: the panel, the administrator's token, the secret.
async fn office(database: &Database, receiver: &Receiver) -> (Panel, String, String) {
    let panel = Panel::start_on_site(database, &[("secure_path", PATH)]).await;
    let chief = panel.register("chief@demo.test").await;
    let rows = Rows(database.sql());
    let id = rows.user("chief@demo.test").await;
    rows.set_user(id, "is_admin = 1").await;
    let types = ["user.created", "session.opened"];
    let body = json!({"url": receiver.url, "types": types});
    let made = panel.post(&at("save"), &chief, body).await.data();
    let secret = made["secret"].as_str().unwrap().to_owned();
    (panel, chief, secret)
}

/// Lets nothing wait for its pause or for the lease of a dead sender.
async fn hurry(database: &Database) {
    let hurry = "UPDATE ferro_webhook_delivery SET next_attempt_at = 0, leased_until = 0 \
                 WHERE status = 'pending'";
    database.sql().execute(hurry).await;
}

async fn every_event_arrives_in_order_whoever_fails_hangs_or_is_killed(database: Database) {
    let receiver = Receiver::listen().await;
    let (mut panel, _, secret) = office(&database, &receiver).await;
    let manners = [
        Manner::TakesSlowly,
        Manner::Fails,
        Manner::Hangs,
        Manner::Dies,
        Manner::SendsOn,
    ];
    for (round, manner) in manners.into_iter().enumerate() {
        receiver.behave(manner);
        let refused = receiver.refused();
        for person in 0..3 {
            let email = format!("u{round}-{person}@demo.test");
            panel.register(&email).await;
            panel.login(&email, crate::support::PASSWORD).await;
        }
        // In the middle of whatever is under way.
        if manner != Manner::TakesSlowly {
            assert!(within(30, || async { receiver.refused() > refused }).await);
        }
        panel.kill();
        receiver.behave(Manner::Takes);
        hurry(&database).await;
        panel = Panel::start(&database).await;
    }
    let rows = Rows(database.sql());
    let pending = || rows.count("ferro_webhook_delivery", "status = 'pending'");
    let is_done = within(60, || async { pending().await == 0 });
    assert!(is_done.await, "{}", panel.log());
    let new = rows.count("ferro_event", "spread = 0").await;
    assert_eq!(new, 0);
    let subjects = receiver.subjects(&secret);
    assert_eq!(subjects.len(), 15, "{subjects:?}");
    for (subject, told) in &subjects {
        let kinds: Vec<&str> = told.iter().map(|(_, kind)| kind.as_str()).collect();
        let expected = ["user.created", "session.opened", "session.opened"];
        assert_eq!(kinds, expected, "{subject}");
        assert!(told.is_sorted_by_key(|(id, _)| *id), "{subject}: {told:?}");
    }
}

async fn what_became_of_events_is_seen_and_sent_again(database: Database) {
    let receiver = Receiver::listen().await;
    let (panel, chief, secret) = office(&database, &receiver).await;
    let listed = panel.get(&at("fetch"), &chief).await;
    assert_eq!(listed.data()[0]["url"], receiver.url);
    assert!(!listed.text.contains(&secret), "{}", listed.text);
    receiver.behave(Manner::SendsOn);
    let tried = panel.post(&at("test"), &chief, json!({"id": 1})).await;
    let delivery = tried.data()["delivery_id"].as_i64().unwrap();
    let row = || async {
        let filter = json!({"filter": [{"id": "id", "value": delivery.to_string()}]});
        let listed = panel.post(&at("deliveries"), &chief, filter).await;
        listed.body()["data"][0].clone()
    };
    let has_failed = within(30, || async { row().await["http_status"] == 307 });
    assert!(has_failed.await, "{}", panel.log());
    let failed = row().await;
    assert_eq!(failed["type"], "webhook.test");
    assert_eq!(failed["data"]["webhook_id"], 1);
    assert_eq!(
        (&failed["status"], &failed["attempts"]),
        (&json!("pending"), &json!(1))
    );
    assert!(failed["last_error"].as_str().unwrap().contains("redirects"));
    receiver.behave(Manner::Takes);
    hurry(&database).await;
    let is_delivered = within(30, || async { row().await["status"] == "delivered" });
    assert!(is_delivered.await, "{}", panel.log());
    assert_eq!(receiver.taken(&secret).len(), 1);
    let again = json!({"id": delivery});
    panel
        .post(&at("redeliver"), &chief, again)
        .await
        .assert_true();
    assert!(within(30, || async { receiver.taken(&secret).len() == 2 }).await);
    let taken = receiver.taken(&secret);
    assert_eq!(taken[0], taken[1]);
    assert!(!panel.log().contains(&secret));
    let dropped = panel.post(&at("drop"), &chief, json!({"id": 1})).await;
    dropped.assert_true();
    panel.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    assert_eq!(rows.count("ferro_event", "spread = 0").await, 0);
}
