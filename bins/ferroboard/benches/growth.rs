//! What a request costs as a panel grows, over the real binary: a subscription, a report of 1,000
//! users and an unchanged list of users should cost the same at every size; the first whole list
//! and the memory grow with it.
//!
//! `cargo bench -p ferroboard --bench growth -- [--smoke] [--database sqlite|mysql|postgres]
//! [--sizes N,N,…] [--seconds N]`
//!
//! Needs `wrk`. Without `--database` SQLite and a private PostgreSQL server are measured. One
//! connection asks for one thing after the other.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that meets something unexpected is to stop and say so"
)]

mod load;
#[path = "../../../tests/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use ferroboard_testing::databases::{Backend, Database, Durability};
use tempfile::TempDir;

use load::crowd::{link, node_path};
use load::pushes::push;
use load::wrk::{Load, link_script, wrk};
use load::{Arguments, Crowd, Memory};
use support::Panel;

/// How many nodes there are at every size.
const NODES: u64 = 3;

/// The mean time of a request over one connection, in microseconds.
fn micros(load: &Load, seconds: u64) -> u64 {
    assert_eq!(load.refused, "0");
    seconds * 1_000_000 / load.requests.max(1)
}

async fn measure(database: &Database, crowd: &Crowd<'_>, seconds: u64, numbers: &Arc<AtomicU64>) {
    let panel = Panel::start(database).await;
    let folder = TempDir::new().unwrap();
    let length = seconds.to_string();

    let answer = panel.get(&link(crowd.users(), "?flag=meta"), "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let script = link_script(folder.path(), crowd.users(), "?flag=meta");
    let links = Load::of(&mut wrk("1", &length, &panel.url("/"), &["-s", &script]));
    let links = micros(&links, seconds);

    let lasting = Duration::from_secs(seconds);
    let pushed = push(crowd, &panel.url(""), 1, lasting, numbers).await;
    assert!(pushed.unanswered.is_empty());

    let url = panel.url(&node_path("user", 1));
    let asked = Instant::now();
    let answer = panel.client().get(&url).send().await.unwrap();
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let bytes = answer.bytes().await.unwrap().len();
    let first = asked.elapsed().as_millis();
    let header = format!("If-None-Match: {tag}");
    let unchanged = Load::of(&mut wrk("1", &length, &url, &["-H", &header]));

    println!(
        "{:>10}{links:>16}{:>16}{:>16}{first:>14}{bytes:>14}{:>10}{:>10}",
        crowd.users(),
        pushed.mean().as_micros(),
        micros(&unchanged, seconds),
        Memory::of(panel.process_id()).now,
        Memory::of(panel.process_id()).peak
    );
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let usual = [1_000, 10_000, 100_000, 1_000_000];
    let sizes = arguments.numbers("--sizes", &usual, &[1_000, 3_000]);
    let seconds = arguments.number("--seconds", 10, 1);
    for backend in arguments.backends(&[Backend::Sqlite, Backend::Postgres]) {
        let Some(database) = Database::fresh_on(backend, Durability::Durable).await else {
            continue;
        };
        println!("\n{backend:?}, mean microseconds over one connection");
        println!(
            "{:>10}{:>16}{:>16}{:>16}{:>14}{:>14}{:>10}{:>10}",
            "users",
            "subscription",
            "push of 1000",
            "list, 304",
            "list, ms",
            "bytes",
            "MiB",
            "peak MiB"
        );
        let mut crowd = Crowd::settle(&database, NODES).await;
        let numbers = Arc::new(AtomicU64::new(0));
        for size in &sizes {
            crowd.grow(*size).await;
            measure(&database, &crowd, seconds, &numbers).await;
        }
    }
}
