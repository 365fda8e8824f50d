//! What the black-box tests share: the real program on a fresh database, and a client for it.
#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "each test program uses a part of this"
)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here runs inside tests, where a panic is the report"
)]

use ferroboard_testing::databases::{Backend, Database};

mod answer;
pub(crate) mod clock;
pub(crate) mod notice;
mod panel;
mod rows;
pub(crate) mod seeds;
pub(crate) mod shop;

pub(crate) use answer::Answer;
pub(crate) use clock::Clock;
pub(crate) use notice::Notice;
pub(crate) use panel::{Panel, migrate, run, run_killed, run_other, run_with_input};
pub(crate) use rows::Rows;
pub(crate) use seeds::Seeds;
pub(crate) use shop::{Customer, Shop};

/// The password of every account that a test makes.
pub(crate) const PASSWORD: &str = "password-of-a-test";

/// Makes a test on each database of every named `async fn(Database)`.
macro_rules! on_every_database {
    ($($story:ident),+ $(,)?) => {
        crate::support::on_every_database!(@begin fresh: $($story),+);
    };
    (@begin $begin:ident: $($story:ident),+) => {
        mod sqlite { $(crate::support::on_every_database!(@test $story, $begin, Sqlite);)+ }
        mod mysql { $(crate::support::on_every_database!(@test $story, $begin, Mysql);)+ }
        mod postgres { $(crate::support::on_every_database!(@test $story, $begin, Postgres);)+ }
    };
    (@test $story:ident, $begin:ident, $backend:ident) => {
        #[tokio::test(flavor = "multi_thread")]
        async fn $story() {
            use ferroboard_testing::databases::Backend;
            if let Some(database) = crate::support::$begin(Backend::$backend).await {
                super::$story(database).await;
            }
        }
    };
}
pub(crate) use on_every_database;

/// The same on databases that are migrated: copies of the first one of their kind.
macro_rules! on_every_migrated_database {
    ($($story:ident),+ $(,)?) => {
        crate::support::on_every_database!(@begin migrated: $($story),+);
    };
}
pub(crate) use on_every_migrated_database;

/// An empty database.
pub(crate) async fn fresh(backend: Backend) -> Option<Database> {
    Database::fresh(backend).await
}

/// A copy of a migrated one.
pub(crate) async fn migrated(backend: Backend) -> Option<Database> {
    Database::prepared(backend, |url| async move { migrate(&url) }).await
}

/// Makes a test on a cluster of every named `async fn(Database)`: with a panel at each node, between
/// which the requests are spread.
macro_rules! on_a_cluster {
    ($($story:ident),+ $(,)?) => {
        mod galera {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                use ferroboard_testing::databases::Database;
                if let Some(database) = Database::fresh_on_a_cluster().await {
                    super::$story(database).await;
                }
            }
        )+}
    };
}
pub(crate) use on_a_cluster;

/// Waits until the condition holds, for at most this many seconds.
pub(crate) async fn within<F: Future<Output = bool>>(seconds: u64, holds: impl Fn() -> F) -> bool {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(seconds);
    loop {
        if holds().await {
            return true;
        }
        if std::time::Instant::now() > deadline {
            return false;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
