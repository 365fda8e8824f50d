//! What nodes cost: the list of many users, and reports of their traffic, over the real binary.
//!
//! `cargo bench -p ferroboard --bench nodes -- [--smoke] [--database sqlite|mysql|postgres]
//! [--users N] [--seconds N] [--push-seconds N] [--connections N] [--agents N]`
//!
//! Needs `wrk`. Without `--database` SQLite and a private PostgreSQL server are measured; both sync
//! their commits to the disk. No report may be lost or counted twice, also when the panel is killed:
//! otherwise the run ends with a panic.
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

use load::bare::upserts;
use load::crowd::node_path;
use load::pushes::{Pushed, push};
use load::wrk::{Load, wrk};
use load::{Arguments, Crowd, Memory};
use support::Panel;

struct Scale {
    users: u64,
    seconds: u64,
    push_seconds: u64,
    connections: u64,
    agents: u64,
}

/// The whole list, and nothing when nothing changed.
async fn measure_list(crowd: &Crowd<'_>, panel: &Panel, scale: &Scale) {
    println!("memory idle: {}", Memory::of(panel.process_id()));
    let url = panel.url(&node_path("user", 1));
    let mut tag = String::new();
    for ask in ["first", "second", "third"] {
        let asked = Instant::now();
        let answer = panel.client().get(&url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        tag = answer.headers()["etag"].to_str().unwrap().to_owned();
        let body = answer.bytes().await.unwrap();
        let millis = asked.elapsed().as_millis();
        println!("the {ask} whole list: {millis} ms, {} bytes", body.len());
        let users = body.windows(6).filter(|word| *word == b"\"uuid\"").count();
        assert_eq!(u64::try_from(users).unwrap(), crowd.users());
    }
    println!("memory with the list: {}", Memory::of(panel.process_id()));
    let unchanged = async || {
        let asked = panel.client().get(&url).header("If-None-Match", &tag);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 304);
    };
    unchanged().await;
    let header = format!("If-None-Match: {tag}");
    let (connections, seconds) = (scale.connections.to_string(), scale.seconds.to_string());
    let load = Load::of(&mut wrk(&connections, &seconds, &url, &["-H", &header]));
    unchanged().await;
    println!(
        "304 with {connections} connections: {} a second, p99 {}, refused {}",
        load.rate, load.p99, load.refused
    );
    println!("memory after these: {}", Memory::of(panel.process_id()));
}

fn say_pushed(pushed: &Pushed) {
    println!(
        "{} reports in {} ms: {} rows a second, p50 {} ms, p99 {} ms",
        pushed.count,
        pushed.elapsed.as_millis(),
        pushed.rows_per_second(),
        pushed.below(50).as_millis(),
        pushed.below(99).as_millis()
    );
}

/// Reports for a while; what was acknowledged is what the database has.
async fn measure_pushes(
    crowd: &Crowd<'_>,
    panel: &Panel,
    scale: &Scale,
    numbers: &Arc<AtomicU64>,
) -> i64 {
    let length = Duration::from_secs(scale.push_seconds);
    let pushed = push(crowd, &panel.url(""), scale.agents, length, numbers).await;
    say_pushed(&pushed);
    assert!(pushed.unanswered.is_empty());
    assert_eq!(crowd.traffic().await, [pushed.bytes; 4]);
    println!("acknowledged and stored: {} bytes", pushed.bytes);
    println!("memory after these: {}", Memory::of(panel.process_id()));
    pushed.bytes
}

/// Reports until the panel is killed. What was acknowledged is there, what was not may be, and once
/// everything was sent again everything is there once.
async fn measure_kill(
    database: &Database,
    crowd: &Crowd<'_>,
    panel: Panel,
    scale: &Scale,
    numbers: &Arc<AtomicU64>,
    before: i64,
) {
    let root = panel.url("");
    let half = Duration::from_secs(scale.push_seconds) / 2;
    let killing = async {
        tokio::time::sleep(half).await;
        panel.kill();
    };
    let longer = half + Duration::from_secs(60);
    let (pushed, ()) = tokio::join!(push(crowd, &root, scale.agents, longer, numbers), killing);
    say_pushed(&pushed);
    let in_flight: i64 = pushed.unanswered.iter().map(|report| report.bytes).sum();
    let acknowledged = before + pushed.bytes;
    let stored = crowd.traffic().await;
    assert_eq!(stored, [stored[0]; 4]);
    println!(
        "killed: acknowledged {acknowledged}, stored {}, in flight {in_flight} ({} reports)",
        stored[0],
        pushed.unanswered.len()
    );
    assert!(!pushed.unanswered.is_empty());
    assert!(stored[0] >= acknowledged && stored[0] <= acknowledged + in_flight);
    let panel = Panel::start(database).await;
    for report in &pushed.unanswered {
        for _ in 0..2 {
            assert!(report.send(&panel.client(), &panel.url("")).await);
        }
    }
    assert_eq!(crowd.traffic().await, [acknowledged + in_flight; 4]);
    println!("sent again: {} bytes, each once", acknowledged + in_flight);
}

async fn measure(database: &Database, scale: &Scale) {
    println!("\n{:?}, {} users", database.backend(), scale.users);
    let mut crowd = Crowd::settle(database, scale.agents).await;
    let seeding = Instant::now();
    crowd.grow(scale.users).await;
    println!("written in {} ms", seeding.elapsed().as_millis());
    let panel = Panel::start(database).await;
    measure_list(&crowd, &panel, scale).await;
    let numbers = Arc::new(AtomicU64::new(0));
    let stored = measure_pushes(&crowd, &panel, scale, &numbers).await;
    let length = Duration::from_secs(scale.push_seconds) / 4;
    let bare = upserts(database, crowd.users(), scale.agents, length).await;
    println!("bare upserts of as many rows a transaction: {bare} rows a second");
    measure_kill(database, &crowd, panel, scale, &numbers, stored).await;
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let scale = Scale {
        users: arguments.number("--users", 100_000, 3_000),
        seconds: arguments.number("--seconds", 10, 1),
        push_seconds: arguments.number("--push-seconds", 60, 4),
        connections: arguments.number("--connections", 32, 4),
        agents: arguments.number("--agents", 8, 4),
    };
    for backend in arguments.backends(&[Backend::Sqlite, Backend::Postgres]) {
        let Some(database) = Database::fresh_on(backend, Durability::Durable).await else {
            continue;
        };
        measure(&database, &scale).await;
    }
}
