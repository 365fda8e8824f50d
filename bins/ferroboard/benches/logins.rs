//! What logins cost, and what others notice of them, over the real binary.
//!
//! `cargo bench -p ferroboard --bench logins -- [--smoke] [--database sqlite|mysql|postgres] [--seconds N]
//! [--clients N] [--threads N]`
//!
//! 1. logins at cost 10, from so many connections (64), with nothing else to do;
//! 2. `GET user/info` over one connection and over 32, alone;
//! 3. the same beside the logins.
//!
//! Needs `wrk`. Besides the rates it prints which share of the processors other programs took meanwhile:
//! where that is much, the figures say little.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that meets something unexpected is to stop and say so"
)]

mod load;
#[path = "../../../tests/support/mod.rs"]
mod support;

use std::process::Stdio;

use ferroboard_testing::databases::{Backend, Database, Durability};
use serde_json::{Value, json};
use tempfile::TempDir;

use load::wrk::{Load, logins_script, started, wrk};
use load::{Arguments, Memory, Processors};
use support::{PASSWORD, Panel};

/// How many accounts log in by turns: a user keeps 50 sessions only.
const ACCOUNTS: u64 = 16;
const LOGIN: &str = "/api/v1/passport/auth/login";
const INFO: &str = "/api/v1/user/info";

struct Scale {
    seconds: String,
    clients: String,
    threads: String,
}

async fn registered(panel: &Panel, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    let url = panel.url("/api/v1/passport/auth/register");
    let answer = panel.client().post(url).json(&body).send().await.unwrap();
    let text = answer.text().await.unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    answer["data"]["auth_data"].as_str().unwrap().to_owned()
}

fn say(what: &str, load: &Load, others: u64) {
    println!(
        "{what:<40}{:>12}{:>12}{:>12}{:>10}{:>14}",
        load.rate, load.p50, load.p99, load.refused, others
    );
}

async fn measure(database: &Database, scale: &Scale) {
    let settings = [
        ("FERROBOARD__HASHING__COST", "10"),
        ("FERROBOARD__HASHING__NICENESS", "10"),
        ("FERROBOARD__HASHING__THREADS", scale.threads.as_str()),
    ];
    let panel = Panel::start_with(database, &settings).await;
    println!("\n{:?}", database.backend());
    println!(
        "{:<40}{:>12}{:>12}{:>12}{:>10}{:>14}",
        "", "requests/s", "p50", "p99", "refused", "others, %"
    );
    for number in 1..=ACCOUNTS {
        registered(&panel, &format!("user{number}@crowd.test")).await;
    }
    let authorization = registered(&panel, "reader@crowd.test").await;
    let folder = TempDir::new().unwrap();
    let script = logins_script(folder.path(), ACCOUNTS, PASSWORD);
    let more = ["-s", script.as_str(), "--timeout", "60s"];
    let storm = || wrk(&scale.clients, &scale.seconds, &panel.url(LOGIN), &more);
    let own = [panel.process_id()];

    let busy = Processors::now(&own);
    let logins = Load::of(&mut storm());
    say("logins alone", &logins, busy.taken_by_others(&own));

    let header = format!("Authorization: {authorization}");
    let info = panel.url(INFO);
    let readers = |connections| wrk(connections, &scale.seconds, &info, &["-H", &header]);
    for connections in ["1", "32"] {
        let busy = Processors::now(&own);
        let alone = Load::of(&mut readers(connections));
        let name = format!("user/info, {connections} connections, alone");
        say(&name, &alone, busy.taken_by_others(&own));
        let busy = Processors::now(&own);
        let logins = started(storm().stdout(Stdio::piped()));
        let beside = Load::of(&mut readers(connections));
        let logins = Load::read(&logins.wait_with_output().unwrap().stdout);
        let others = busy.taken_by_others(&own);
        say(
            &format!("user/info, {connections}, beside logins"),
            &beside,
            others,
        );
        say("  these logins", &logins, others);
    }
    println!("resident memory: {}", Memory::of(panel.process_id()));
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let scale = Scale {
        seconds: arguments.number("--seconds", 10, 2).to_string(),
        clients: arguments.number("--clients", 64, 8).to_string(),
        threads: arguments.number("--threads", 0, 0).to_string(),
    };
    for backend in arguments.backends(&[Backend::Sqlite]) {
        let Some(database) = Database::fresh_on(backend, Durability::Durable).await else {
            continue;
        };
        measure(&database, &scale).await;
    }
}
