//! What purchases cost: registrations, orders, checkouts and notices of payments, each by so many
//! connections at once, over the real binary.
//!
//! `cargo bench -p ferroboard --bench purchases -- [--database sqlite|mysql|postgres]
//! [--purchases N] [--connections N]`
//!
//! Without `--database` all of them are measured, each on a private server that syncs its commits to
//! the disk.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that meets something unexpected is to stop and say so"
)]

#[path = "../../../tests/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ferroboard_testing::databases::{Backend, Database, Durability};
use serde_json::{Value, json};

use support::notice::{EPAY, KEY, UUID, notify};
use support::shop::{CHECKOUT, PRICE, SAVE, month_of};
use support::{Notice, PASSWORD, Shop};

struct Arguments {
    backends: Vec<Backend>,
    purchases: usize,
    connections: usize,
}

impl Arguments {
    fn read() -> Self {
        let given: Vec<String> = std::env::args().skip(1).collect();
        let value = |name: &str| {
            let at = given.iter().position(|argument| argument == name)?;
            given.get(at + 1).cloned()
        };
        let number = |name: &str, usual: usize| match value(name) {
            Some(text) => text.parse().unwrap(),
            None => usual,
        };
        Self {
            backends: match value("--database").as_deref() {
                None => vec![Backend::Sqlite, Backend::Mysql, Backend::Postgres],
                Some("sqlite") => vec![Backend::Sqlite],
                Some("mysql") => vec![Backend::Mysql],
                Some("postgres") => vec![Backend::Postgres],
                Some(other) => panic!("there is no database {other}"),
            },
            purchases: number("--purchases", 2_000),
            connections: number("--connections", 32),
        }
    }
}

/// A request: a POST, or a GET where there is no body.
struct Request {
    path: String,
    token: String,
    body: Value,
}

impl Request {
    fn post(path: &str, token: &str, body: Value) -> Self {
        let (path, token) = (path.to_owned(), token.to_owned());
        Self { path, token, body }
    }

    /// Its answer; one that is not 200 ends the measurement.
    async fn send(&self, client: &reqwest::Client, root: &str) -> String {
        let url = format!("{root}{}", self.path);
        let request = match &self.body {
            Value::Null => client.get(url),
            body => client.post(url).json(body),
        };
        let request = match self.token.as_str() {
            "" => request,
            token => request.bearer_auth(token),
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{}: {text}", self.path);
        text
    }
}

/// The answers in the order of their requests, and how long they took.
struct Measured {
    answers: Vec<String>,
    times: Vec<Duration>,
    elapsed: Duration,
}

impl Measured {
    fn say(&self, step: &str) {
        let count = self.answers.len();
        let millis = u64::try_from(self.elapsed.as_millis()).unwrap().max(1);
        let rate = u64::try_from(count).unwrap() * 1_000 / millis;
        let below = |percent: usize| self.times[(count - 1) * percent / 100].as_micros();
        let (half, most) = (below(50), below(99));
        println!("{step:<18}{count:>8}{rate:>12}{half:>12}{most:>12}");
    }

    /// `data` of each answer.
    fn data(&self) -> Vec<Value> {
        let body = |text: &String| serde_json::from_str::<Value>(text).unwrap()["data"].take();
        self.answers.iter().map(body).collect()
    }
}

/// Sends every request once over so many connections, each of which sends the next one as soon as
/// it has an answer.
async fn measure(root: &str, connections: usize, requests: Vec<Request>) -> Measured {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut tasks = Vec::with_capacity(connections);
    for _ in 0..connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        let root = root.to_owned();
        // A client of its own, and so a connection of its own.
        let client = reqwest::Client::new();
        tasks.push(tokio::spawn(async move {
            let mut done = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(request) = requests.get(place) else {
                    return done;
                };
                let sent = Instant::now();
                let text = request.send(&client, &root).await;
                done.push((place, text, sent.elapsed()));
            }
        }));
    }
    let mut done = Vec::with_capacity(requests.len());
    for task in tasks {
        done.extend(task.await.unwrap());
    }
    let elapsed = started.elapsed();
    done.sort_by_key(|(place, ..)| *place);
    let mut times: Vec<Duration> = done.iter().map(|(.., time)| *time).collect();
    times.sort();
    let answers = done.into_iter().map(|(_, text, _)| text).collect();
    Measured {
        answers,
        times,
        elapsed,
    }
}

async fn measure_purchases(database: &Database, purchases: usize, connections: usize) {
    let shop = Shop::open(database).await;
    let root = shop.panel.url("");
    println!("\n{:?}, {connections} connections", database.backend());
    println!(
        "{:<18}{:>8}{:>12}{:>12}{:>12}",
        "step", "count", "requests/s", "p50 us", "p99 us"
    );
    let run = async |step: &str, requests: Vec<Request>| {
        let measured = measure(&root, connections, requests).await;
        measured.say(step);
        measured
    };
    let registrations = (0..purchases).map(|number| {
        let email = format!("buyer{number}@demo.test");
        let body = json!({"email": email, "password": PASSWORD});
        Request::post("/api/v1/passport/auth/register", "", body)
    });
    let registered = run("register (cost 4)", registrations.collect())
        .await
        .data();
    let tokens: Vec<&str> = registered
        .iter()
        .map(|data| data["auth_data"].as_str().unwrap())
        .collect();

    let orders = tokens
        .iter()
        .map(|token| Request::post(SAVE, token, month_of(1, None)));
    let saved = run("order/save", orders.collect()).await.data();
    let numbers: Vec<&str> = saved.iter().map(|data| data.as_str().unwrap()).collect();

    let checkouts = tokens.iter().zip(&numbers).map(|(token, trade_no)| {
        Request::post(CHECKOUT, token, json!({"trade_no": trade_no, "method": 1}))
    });
    run("order/checkout", checkouts.collect()).await;

    let notices = || {
        let notices = numbers.iter().map(|trade_no| {
            let notice = Notice::of(trade_no, PRICE, &format!("P{trade_no}")).signed(KEY);
            Request::post(&format!("{}?{notice}", notify(EPAY, UUID)), "", Value::Null)
        });
        notices.collect()
    };
    run("payment/notify", notices()).await;
    run("the same again", notices()).await;
    shop.assert_sound().await;
    let opened = shop.rows().count("v2_order", "status = 3").await;
    assert_eq!(usize::try_from(opened).unwrap(), purchases);
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    for backend in arguments.backends {
        let Some(database) = Database::fresh_on(backend, Durability::Durable).await else {
            continue;
        };
        measure_purchases(&database, arguments.purchases, arguments.connections).await;
    }
}
