//! Commission that is asked to be paid out while it is moved elsewhere.

use ferroboard_testing::databases::Database;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_winners, count, storm};
use crate::support::{Shop, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(
    one_withdrawal_is_requested,
    commission_is_transferred_or_reserved,
    a_withdrawal_that_is_taken_back_is_free_again,
);
on_a_cluster!(
    one_withdrawal_is_requested,
    commission_is_transferred_or_reserved,
);

async fn one_withdrawal_is_requested(database: Database) {
    let shop = Shop::open(&database).await;
    for seed in SEEDS {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        shop.give(&ann, 0, 20_000).await;
        let calls = (0..CROWD).map(|_| Call::withdraw(&ann));
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_winners(&answers, 1);
        let reserved = format!("user_id = {} AND amount = 20000 AND state = 0", ann.id);
        assert_eq!(shop.rows().count("ferro_withdrawal", &reserved).await, 1);
        let left = shop.rows().of_user("commission_balance", ann.id).await;
        assert_eq!(left, 20_000);
        shop.assert_sound().await;
    }
}

async fn commission_is_transferred_or_reserved(database: Database) {
    let shop = Shop::open(&database).await;
    for seed in SEEDS {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        shop.give(&ann, 0, 20_000).await;
        let calls = (0..CROWD).map(|number| match number % 2 {
            0 => Call::transfer(&ann, 1_000),
            _ => Call::withdraw(&ann),
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        let transfers: Vec<_> = answers.iter().step_by(2).cloned().collect();
        let moved = 1_000 * i64::try_from(count(&transfers, 200)).unwrap();
        let left = shop.rows().of_user("commission_balance", ann.id).await;
        assert_eq!((left, shop.balance(&ann).await), (20_000 - moved, moved));
        let asked = count(&answers, 200) - count(&transfers, 200);
        println!("seed {seed}: {moved} cents were moved, {asked} withdrawals asked for the rest");
        if asked == 0 {
            assert!(left < 10_000, "nobody asked for {left}");
        } else {
            // Everything that was left is reserved, and nothing of it moved afterwards.
            let reserved = format!("user_id = {} AND amount = {left}", ann.id);
            assert_eq!(shop.rows().count("ferro_withdrawal", &reserved).await, 1);
        }
        assert!(asked <= 1, "{asked} withdrawals");
        shop.assert_sound().await;
    }
}

async fn a_withdrawal_that_is_taken_back_is_free_again(database: Database) {
    let shop = Shop::open(&database).await;
    for seed in SEEDS {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        shop.give(&ann, 0, 20_000).await;
        storm(&shop.panel, seed, vec![Call::withdraw(&ann)]).await[0].assert_true();
        let newest = format!("SELECT MAX(id) FROM v2_ticket WHERE user_id = {}", ann.id);
        let ticket = database.sql().integer(&newest).await;
        let calls = (0..CROWD).map(|number| match number % 4 {
            0 => Call::close(&ann, ticket),
            _ => Call::transfer(&ann, 20_000),
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        let closings: Vec<_> = answers.iter().step_by(4).cloned().collect();
        assert_eq!(count(&closings, 200), closings.len());
        let transfers = count(&answers, 200) - closings.len();
        assert!(transfers <= 1, "{transfers} transfers of everything");
        let moved = 20_000 * i64::try_from(transfers).unwrap();
        assert_eq!(shop.balance(&ann).await, moved);
        let released = format!("ticket_id = {ticket} AND state = 1");
        assert_eq!(shop.rows().count("ferro_withdrawal", &released).await, 1);
        shop.assert_sound().await;
    }
}
