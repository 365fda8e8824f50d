//! A fresh database of one kind, migrated and connected.

use std::sync::Arc;

use ferroboard_kernel::{UnixSeconds, Zone};
use ferroboard_persistence::{ConnectOptions, connect, migrate};
use ferroboard_testing::contract::FreshStore;
use ferroboard_testing::databases::{Backend, Database, SqlSeed};

#[allow(clippy::unwrap_used, reason = "a panic is the report of a test")]
pub(crate) async fn fresh(backend: Backend) -> Option<FreshStore> {
    let options = |url: String| ConnectOptions {
        url,
        max_connections: 20,
        zone: Zone::default(),
    };
    let database = Database::prepared(backend, |url| async {
        let done = migrate(&options(url), UnixSeconds::new(1_735_660_800)).await;
        done.map(drop).unwrap();
    });
    let database = database.await?;
    let options = options(database.url().to_owned());
    let store = connect(&options).await.unwrap();
    Some(FreshStore {
        store,
        seed: Arc::new(SqlSeed::new(database)),
    })
}
