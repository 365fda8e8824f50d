//! Random sequences of everything that moves money, over the store in memory: after every step the
//! books explain every cent, and nobody has what was not paid for.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected is to fail"
)]

mod books;
mod cycle;
mod market;
mod step;

use ferroboard_application::Job;
use ferroboard_testing::contract::FreshStore;
use proptest::prelude::*;

use cycle::cycles;
use market::Market;
use step::{Step, step};

/// A quarter of the 2,000 sequences, so that a test for each takes its part of the processors.
macro_rules! quarters {
    ($($quarter:ident),+) => {$(
        proptest! {
            #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

            #[test]
            fn $quarter(steps in prop::collection::vec(step(), 60)) {
                the_books_balance_after_every(&steps);
            }
        }
    )+};
}

mod sequences {
    use super::*;

    quarters!(first, second, third, fourth);
}

fn the_books_balance_after_every(steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut market = Box::pin(Market::open(FreshStore::memory())).await;
        for step in steps {
            market.act(step).await;
            market.audit().await;
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Upgrades whose surplus becomes balance, top-ups, and commission turned into balance, round and
    /// round: all of it together earns no more than the money that came in.
    #[test]
    fn credit_earns_no_commission(steps in cycles()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let mut market = Box::pin(Market::open(FreshStore::memory())).await;
            for step in &steps {
                market.act(step).await;
                market.audit().await;
            }
            for step in [Step::Wait { hours: 100 }, Step::Run(Job::CheckCommission)] {
                market.act(&step).await;
            }
            market.audit().await;
            market.assert_settled().await;
        });
    }
}
