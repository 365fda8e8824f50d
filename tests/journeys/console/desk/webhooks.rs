//! Endpoints are made, tried, changed and deleted; what was sent to them is seen, and sent again.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::super::{Office, to};
use crate::support::within;

const ANSWER: &[u8] = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A program that is told of events, and takes each.
struct Receiver {
    url: String,
    bodies: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&bodies);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, Arc::clone(&shared)));
            }
        });
        Self { url, bodies }
    }

    fn bodies(&self) -> Vec<String> {
        self.bodies.lock().unwrap().clone()
    }

    /// Whether so many events arrive.
    async fn gets(&self, count: usize) -> bool {
        within(30, || async { self.bodies().len() == count }).await
    }
}

/// The body of a request, once it is whole.
fn body(request: &str) -> Option<&str> {
    let (head, body) = request.split_once("\r\n\r\n")?;
    let head = head.to_lowercase();
    let (_, length) = head.split_once("content-length: ")?;
    let length: usize = length.lines().next()?.trim().parse().ok()?;
    (body.len() >= length).then_some(body)
}

async fn take(mut stream: TcpStream, bodies: Arc<Mutex<Vec<String>>>) {
    let mut request = String::new();
    while body(&request).is_none() {
        let mut chunk = [0; 8_192];
        let Ok(length @ 1..) = stream.read(&mut chunk).await else {
            return;
        };
        request.push_str(std::str::from_utf8(&chunk[..length]).unwrap());
    }
    let told = body(&request).unwrap().to_owned();
    bodies.lock().unwrap().push(told);
    let _ = stream.write_all(ANSWER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_endpoint_stands_beside_its_field() {
    let office = Office::open().await;
    let browser = office.browser().await;
    let new = to("webhooks/new");
    let private = [
        ("url", "http://10.0.0.1/hook"),
        ("every", "0"),
        ("types[]", "order.paid"),
        ("types[]", "ticket.opened"),
    ];
    let refused = browser.fill(&new, &new, &private).await;
    assert_eq!(refused.status, 422);
    refused.has(&[
        "id=\"url-error\"",
        "value=\"http://10.0.0.1/hook\"",
        "value=\"order.paid\" checked",
        "value=\"ticket.opened\" checked",
    ]);
    refused.lacks(&["value=\"order.opened\" checked"]);
    let odd = [("url", ""), ("every", "0"), ("secret", "too-short")];
    let refused = browser.fill(&new, &new, &odd).await;
    assert_eq!(refused.status, 422);
    refused.has(&[
        "id=\"url-error\"",
        "id=\"secret-error\"",
        "id=\"types-user-error\"",
        "Tick at least one event",
    ]);
    refused.lacks(&["too-short"]);
    assert_eq!(office.rows().count("ferro_webhook", "1 = 1").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_made_tried_switched_and_deleted() {
    let office = Office::open().await;
    let receiver = Receiver::listen().await;
    let (browser, rows) = (office.browser().await, office.rows());
    let (list, new, one) = (to("webhooks"), to("webhooks/new"), to("webhooks/1"));
    let wanted = [
        ("url", receiver.url.as_str()),
        ("every", "0"),
        ("types[]", "order.paid"),
        ("types[]", "ticket.opened"),
    ];
    let made = browser.fill(&new, &new, &wanted).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let (_, secret) = made.text.split_once("value=\"whsec_").unwrap();
    let secret = secret.split('"').next().unwrap().to_owned();
    assert_eq!(secret.len(), 32);
    let stored = format!("secret = 'whsec_{secret}' AND kinds = 'order.paid,ticket.opened'");
    assert_eq!(rows.count("ferro_webhook", &stored).await, 1);
    for path in [&list, &one] {
        let shown = browser.open(path).await;
        shown.has(&[&receiver.url, "ticket.opened"]);
        shown.lacks(&[&secret]);
    }

    // A test, whatever the endpoint wants.
    let tried = browser.press(&list, &to("webhooks/1/test"), &[]).await;
    let delivery = to("webhooks/deliveries/1");
    assert_eq!(tried.leads_to(), delivery);
    let is_delivered = within(30, || async {
        let delivered = rows.count("ferro_webhook_delivery", "status = 'delivered'");
        delivered.await == 1
    });
    assert!(is_delivered.await, "{}", office.panel.log());
    let shown = browser.open(&delivery).await;
    let body = receiver.bodies()[0].replace('"', "&#34;");
    shown.has(&["webhook.test", "Delivered", "204", "Send again", &body]);
    let address = to("webhooks/deliveries?f_status=delivered&f_webhook_id=1&o_webhook_id=eq");
    browser.open(&address).await.has(&["1 in all", "webhook:1"]);
    let failed = to("webhooks/deliveries?f_status=failed");
    browser.open(&failed).await.has(&["0 in all"]);
    let table = to("webhooks/deliveries?csv=1&cols=kind&cols=state&cols=answer");
    let table = browser.open(&table).await;
    assert_eq!(
        table.text,
        "\u{feff}Event,State,Answer\r\nwebhook.test,Delivered,204\r\n"
    );

    // The same event once more.
    let again = to("webhooks/deliveries/1/redeliver");
    let again = browser.press(&delivery, &again, &[]).await;
    assert_eq!(again.leads_to(), delivery);
    assert!(receiver.gets(2).await, "{}", office.panel.log());
    let bodies = receiver.bodies();
    assert_eq!(bodies[0], bodies[1]);

    for (action, active, word) in [("off", 0, "Switch on"), ("on", 1, "Switch off")] {
        let path = to(&format!("webhooks/1/{action}"));
        let switched = browser.press(&list, &path, &[]).await;
        assert_eq!(switched.leads_to(), list);
        let stored = format!("{stored} AND active = {active}");
        assert_eq!(rows.count("ferro_webhook", &stored).await, 1, "{action}");
        browser.open(&list).await.has(&[word]);
    }

    // What the form shows is what is stored: saved as it is, nothing changes but the secret.
    let own = "a-secret-of-their-own";
    let changed = browser.fill(&one, &one, &[("secret", own)]).await;
    assert_eq!(changed.leads_to(), list);
    let stored = format!("secret = '{own}' AND kinds = 'order.paid,ticket.opened' AND active = 1");
    assert_eq!(rows.count("ferro_webhook", &stored).await, 1);
    browser.open(&one).await.lacks(&[own, &secret]);
    for secret in [own, secret.as_str()] {
        let recorded = format!("request_data LIKE '%{secret}%'");
        assert_eq!(rows.count("v2_admin_audit_log", &recorded).await, 0);
    }

    let forged = browser.post(&to("webhooks/1/drop"), &[]).await;
    assert_eq!(forged.status, 403);
    assert_eq!(rows.count("ferro_webhook", "1 = 1").await, 1);
    let dropped = browser.press(&list, &to("webhooks/1/drop"), &[]).await;
    assert_eq!(dropped.leads_to(), list);
    assert_eq!(rows.count("ferro_webhook", "1 = 1").await, 0);
    assert_eq!(browser.get(&one).await.status, 404);
}
