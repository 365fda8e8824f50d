//! `kill -9` in the middle of work: what was acknowledged is there after a restart.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use ferroboard_kernel::Random;
use ferroboard_testing::SeededRandom;
use ferroboard_testing::databases::{Backend, Database};
use serde_json::json;

use support::{PASSWORD, Panel, Rows};

/// How often the program is killed.
const ROUNDS: u64 = 5;
/// How many clients of each kind work at the moment of the kill.
const CLIENTS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_on_sqlite() {
    survive_kills(Backend::Sqlite, 11).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_on_mysql() {
    survive_kills(Backend::Mysql, 12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_on_postgres() {
    survive_kills(Backend::Postgres, 13).await;
}

async fn survive_kills(backend: Backend, seed: u64) {
    // What was written outlives the program without a disk: only the program is killed.
    let Some(database) = Database::fresh(backend).await else {
        return;
    };
    let random: &dyn Random = &SeededRandom::new(seed);
    for round in 0..ROUNDS {
        let panel = Panel::start(&database).await;
        let work = Work::start(&panel, &database, round).await;
        let pause = 100 + random.below(900);
        println!("round {round}: killed after {pause} ms");
        tokio::time::sleep(Duration::from_millis(pause)).await;
        panel.kill();
        let acknowledged = work.finish().await;
        let panel = Panel::start(&database).await;
        acknowledged.assert_kept(&panel, &database).await;
    }
}

/// Clients that each do one thing over and over until the panel no longer answers.
struct Work {
    registrations: Vec<tokio::task::JoinHandle<Vec<String>>>,
    passwords: Vec<tokio::task::JoinHandle<PasswordChanges>>,
    transfers: Vec<tokio::task::JoinHandle<Transfers>>,
}

/// What the panel said it had done.
struct Acknowledged {
    registered: Vec<String>,
    passwords: Vec<PasswordChanges>,
    transfers: Vec<Transfers>,
}

struct PasswordChanges {
    email: String,
    /// The password of the last change that was answered.
    acknowledged: String,
    /// That of the change that was under way: it may have been made or not.
    under_way: String,
    count: u32,
}

struct Transfers {
    email: String,
    /// How many cents moved, each in an answered request of its own.
    moved: i64,
}

/// What every transferring account has to begin with.
const COMMISSION: i64 = 1_000_000;

impl Work {
    async fn start(panel: &Panel, database: &Database, round: u64) -> Self {
        let rows = Rows(database.sql());
        let mut work = Self {
            registrations: Vec::new(),
            passwords: Vec::new(),
            transfers: Vec::new(),
        };
        for number in 0..CLIENTS {
            let caller = Caller {
                client: panel.client(),
                root: panel.url(""),
            };
            let prefix = format!("r{round}c{number}");
            work.registrations
                .push(tokio::spawn(caller.register_many(prefix)));
        }
        for number in 0..CLIENTS {
            let email = format!("p{round}c{number}@demo.test");
            let token = panel.register(&email).await;
            let caller = Caller {
                client: panel.client(),
                root: panel.url(""),
            };
            work.passwords
                .push(tokio::spawn(caller.change_passwords(email, token)));
        }
        for number in 0..CLIENTS {
            let email = format!("t{round}c{number}@demo.test");
            let token = panel.register(&email).await;
            let user = rows.user(&email).await;
            rows.set_user(user, &format!("commission_balance = {COMMISSION}"))
                .await;
            let caller = Caller {
                client: panel.client(),
                root: panel.url(""),
            };
            work.transfers
                .push(tokio::spawn(caller.transfer_many(email, token)));
        }
        work
    }

    async fn finish(self) -> Acknowledged {
        let mut done = Acknowledged {
            registered: Vec::new(),
            passwords: Vec::new(),
            transfers: Vec::new(),
        };
        for task in self.registrations {
            done.registered.extend(task.await.unwrap());
        }
        for task in self.passwords {
            done.passwords.push(task.await.unwrap());
        }
        for task in self.transfers {
            done.transfers.push(task.await.unwrap());
        }
        done
    }
}

struct Caller {
    client: reqwest::Client,
    root: String,
}

impl Caller {
    /// Whether the panel said that it was done; `None` when it did not answer.
    async fn post(&self, path: &str, token: &str, body: serde_json::Value) -> Option<bool> {
        let request = self.client.post(format!("{}{path}", self.root)).json(&body);
        let request = if token.is_empty() {
            request
        } else {
            request.bearer_auth(token)
        };
        let answer = request.send().await.ok()?;
        let status = answer.status();
        // Only a body that arrived in full is an acknowledgement.
        answer.text().await.ok()?;
        Some(status == 200)
    }

    async fn register_many(self, prefix: String) -> Vec<String> {
        let mut acknowledged = Vec::new();
        for number in 0.. {
            let email = format!("{prefix}n{number}@demo.test");
            let body = json!({"email": email, "password": PASSWORD});
            match self.post("/api/v1/passport/auth/register", "", body).await {
                Some(done) => assert!(done, "{email} was refused"),
                None => break,
            }
            acknowledged.push(email);
        }
        acknowledged
    }

    async fn change_passwords(self, email: String, token: String) -> PasswordChanges {
        let mut changes = PasswordChanges {
            email,
            acknowledged: PASSWORD.to_owned(),
            under_way: PASSWORD.to_owned(),
            count: 0,
        };
        loop {
            changes.under_way = format!("password number {}", changes.count);
            let body = json!({
                "old_password": changes.acknowledged, "new_password": changes.under_way
            });
            match self.post("/api/v1/user/changePassword", &token, body).await {
                Some(done) => assert!(done, "a change of {} was refused", changes.email),
                None => return changes,
            }
            changes.acknowledged.clone_from(&changes.under_way);
            changes.count += 1;
        }
    }

    async fn transfer_many(self, email: String, token: String) -> Transfers {
        let mut moved = 0;
        let body = json!({"transfer_amount": 1});
        while let Some(done) = self
            .post("/api/v1/user/transfer", &token, body.clone())
            .await
        {
            assert!(done, "a transfer of {email} was refused");
            moved += 1;
        }
        Transfers { email, moved }
    }
}

impl Acknowledged {
    async fn assert_kept(&self, panel: &Panel, database: &Database) {
        let rows = Rows(database.sql());
        let changes: u32 = self.passwords.iter().map(|changes| changes.count).sum();
        let moved: i64 = self.transfers.iter().map(|transfers| transfers.moved).sum();
        let registered = self.registered.len();
        println!("acknowledged: {registered} registrations, {changes} changes, {moved} transfers");
        let stored = database.sql().rows("SELECT email FROM v2_user").await;
        let stored: std::collections::HashSet<String> = stored
            .into_iter()
            .filter_map(|mut row| row.remove(0))
            .collect();
        for email in &self.registered {
            assert!(stored.contains(email), "the account {email} is missing");
        }
        // Whole accounts: with a session, and a password that logs in.
        for email in self.registered.iter().rev().take(10) {
            assert_eq!(rows.sessions(rows.user(email).await).await, 1, "{email}");
            assert_eq!(panel.login(email, PASSWORD).await.status, 200, "{email}");
        }
        for changes in &self.passwords {
            let kept = panel
                .login(&changes.email, &changes.acknowledged)
                .await
                .status
                == 200
                || panel.login(&changes.email, &changes.under_way).await.status == 200;
            assert!(
                kept,
                "change {} of the password of {} is missing",
                changes.count, changes.email
            );
        }
        for transfers in &self.transfers {
            let user = rows.user(&transfers.email).await;
            let balance = rows.of_user("balance", user).await;
            let left = rows.of_user("commission_balance", user).await;
            assert_eq!(
                balance + left,
                COMMISSION,
                "a transfer of {} is torn",
                transfers.email
            );
            assert!(
                (transfers.moved..=transfers.moved + 1).contains(&balance),
                "{} were acknowledged to {}, {balance} are there",
                transfers.moved,
                transfers.email
            );
        }
    }
}
