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

#[path = "load/requests.rs"]
mod requests;
#[path = "../../../tests/support/mod.rs"]
mod support;

use ferroboard_testing::databases::{Backend, Database, Durability};
use serde_json::{Value, json};

use requests::{Request, measure};
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

/// What a server was asked so far: statements, and commits among them. MariaDB and MySQL alone count both
/// apart from what only reads; what the panel asks is the same on each database.
async fn asked(database: &Database) -> Option<[u64; 2]> {
    if database.backend() != Backend::Mysql {
        return None;
    }
    let status = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_commit', 'Questions')";
    let rows = database.sql().rows(status).await;
    let count = |name: &str| {
        let row = rows.iter().find(|row| row[0].as_deref() == Some(name));
        row.unwrap()[1].as_deref().unwrap().parse().unwrap()
    };
    Some([count("Questions"), count("Com_commit")])
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
        let before = asked(database).await;
        let measured = measure(&root, connections, requests).await;
        measured.say(step);
        if let Some((after, before)) = asked(database).await.zip(before) {
            let count = u64::try_from(measured.answers.len()).unwrap();
            let [statements, commits] = [0, 1].map(|of| (after[of] - before[of]) * 10 / count);
            let tenths = |number: u64| format!("{}.{}", number / 10, number % 10);
            let [statements, commits] = [statements, commits].map(tenths);
            println!("  of each request: {statements} statements, {commits} commits");
        }
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
