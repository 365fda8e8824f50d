//! The random sequences of the application's tests of money, over SQLite.
#![cfg(feature = "sqlite")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected is to fail"
)]

#[path = "../../application/tests/money/books.rs"]
#[allow(
    dead_code,
    reason = "a part of it serves the sequences over memory alone"
)]
mod books;
mod contract;
#[path = "../../application/tests/money/market.rs"]
mod market;
#[path = "../../application/tests/money/step.rs"]
mod step;

use ferroboard_testing::databases::Backend;
use proptest::prelude::*;

use market::Market;
use step::step;

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance_after_every_step(steps in prop::collection::vec(step(), 60)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fresh = contract::fresh(Backend::Sqlite).await.unwrap();
            let mut market = Box::pin(Market::open(fresh)).await;
            for step in &steps {
                market.act(step).await;
                market.audit().await;
            }
        });
    }
}
