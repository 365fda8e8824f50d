//! Somebody who is buyer and inviters in one plays with everything that moves money: random sequences,
//! every combination of settings. Whatever they do, together they hold no more worth than they paid and
//! were given.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected is to fail"
)]

mod account;
mod game;

use proptest::prelude::*;

use game::{Game, play, rules};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nobody_holds_more_than_was_paid_and_given(
        rules in rules(),
        plays in prop::collection::vec(play(), 30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let mut game = Game::open(rules).await;
            for play in &plays {
                game.act(play).await;
                game.audit();
            }
            game.settle().await;
        });
    }
}
