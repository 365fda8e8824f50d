//! What subscriptions cost: downloads in several formats for users of many nodes, over the real
//! binary.
//!
//! `cargo bench -p ferroboard --bench subscriptions -- [--smoke]
//! [--database sqlite|mysql|postgres] [--users N] [--nodes N] [--seconds N] [--connections N]`
//!
//! Needs `wrk`. Without `--database` SQLite and a private PostgreSQL server are measured. Each
//! request is that of another user.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that meets something unexpected is to stop and say so"
)]

mod load;
#[path = "../../../tests/support/mod.rs"]
mod support;

use ferroboard_testing::databases::{Backend, Database, Durability};
use tempfile::TempDir;

use load::crowd::link;
use load::wrk::{Load, link_script, wrk};
use load::{Arguments, Crowd, Memory};
use support::Panel;

/// The formats, each with what is in every one of its documents.
const FORMATS: [(&str, &str); 3] = [
    ("general", "c3M6Ly"),
    ("meta", "proxies:"),
    ("sing-box", "outbounds"),
];

struct Scale {
    users: u64,
    nodes: u64,
    seconds: u64,
    connections: u64,
}

async fn measure(database: &Database, scale: &Scale) {
    let (users, nodes, connections) = (scale.users, scale.nodes, scale.connections);
    println!(
        "\n{:?}, {nodes} nodes, {users} users, {connections} connections",
        database.backend()
    );
    let mut crowd = Crowd::settle(database, nodes).await;
    crowd.grow(users).await;
    let panel = Panel::start(database).await;
    println!("memory idle: {}", Memory::of(panel.process_id()));
    println!(
        "{:<12}{:>10}{:>14}{:>12}{:>10}",
        "format", "bytes", "requests/s", "p99", "refused"
    );
    let folder = TempDir::new().unwrap();
    for (format, part) in FORMATS {
        let query = format!("?flag={format}");
        let answer = panel.get(&link(users, &query), "").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains(part), "{}", answer.text);
        let script = link_script(folder.path(), users, &query);
        let load = Load::of(&mut wrk(
            &connections.to_string(),
            &scale.seconds.to_string(),
            &panel.url("/"),
            &["-s", &script],
        ));
        assert_eq!(load.refused, "0");
        println!(
            "{format:<12}{:>10}{:>14}{:>12}{:>10}",
            answer.text.len(),
            load.rate,
            load.p99,
            load.refused
        );
    }
    println!("memory after these: {}", Memory::of(panel.process_id()));
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let scale = Scale {
        users: arguments.number("--users", 10_000, 100),
        nodes: arguments.number("--nodes", 50, 50),
        seconds: arguments.number("--seconds", 10, 1),
        connections: arguments.number("--connections", 32, 4),
    };
    for backend in arguments.backends(&[Backend::Sqlite, Backend::Postgres]) {
        let Some(database) = Database::fresh_on(backend, Durability::Durable).await else {
            continue;
        };
        measure(&database, &scale).await;
    }
}
