//! Many clients place and cancel orders at once.

use ferroboard_testing::databases::Database;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_winners, storm};
use crate::support::shop::PRICE;
use crate::support::{Customer, Shop, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(
    an_order_is_cancelled_once,
    a_user_places_one_order,
    the_last_uses_of_a_coupon_go_to_as_many_users,
    the_last_places_of_a_plan_go_to_as_many_users,
);
on_a_cluster!(
    a_user_places_one_order,
    the_last_uses_of_a_coupon_go_to_as_many_users,
    the_last_places_of_a_plan_go_to_as_many_users,
);

async fn an_order_is_cancelled_once(database: Database) {
    let shop = Shop::open(&database).await;
    shop.add_coupon("TENTH", 2, 10, 5).await;
    let ann = shop.customer("ann@demo.test").await;
    shop.give(&ann, 3_000, 0).await;
    for seed in SEEDS {
        let saved = shop.save(&ann, 1, Some("TENTH")).await.data();
        let trade_no = saved.as_str().unwrap();
        assert_eq!(
            (shop.balance(&ann).await, shop.uses_left("TENTH").await),
            (0, 4)
        );
        let calls = (0..CROWD).map(|_| Call::cancel(&ann, trade_no)).collect();
        let answers = storm(&shop.panel, seed, calls).await;
        assert_winners(&answers, 1);
        assert_eq!(shop.of_order("status", trade_no).await, 2);
        assert_eq!(
            (shop.balance(&ann).await, shop.uses_left("TENTH").await),
            (3_000, 5)
        );
        let entry = format!("kind = 'order_refund' AND reference = '{trade_no}'");
        assert_eq!(shop.rows().count("ferro_ledger", &entry).await, 1);
        shop.assert_sound().await;
    }
}

async fn a_user_places_one_order(database: Database) {
    let shop = Shop::open(&database).await;
    shop.add_plan(2, None).await;
    let ann = shop.customer("ann@demo.test").await;
    shop.give(&ann, 3_000, 0).await;
    for (round, seed) in (1..).zip(SEEDS) {
        let plan = |number: usize| if number.is_multiple_of(2) { 1 } else { 2 };
        let calls = (0..CROWD)
            .map(|number| Call::save(&ann, plan(number), None))
            .collect();
        let answers = storm(&shop.panel, seed, calls).await;
        assert_winners(&answers, 1);
        let winner = answers.iter().find(|answer| answer.status == 200).unwrap();
        let trade_no = winner.data().as_str().unwrap().to_owned();
        assert_eq!(shop.rows().count("v2_order", "1 = 1").await, round);
        assert_eq!(shop.balance(&ann).await, 0);
        assert_eq!(shop.of_order("balance_amount", &trade_no).await, 3_000);
        assert_eq!(
            shop.of_order("total_amount", &trade_no).await,
            PRICE - 3_000
        );
        shop.assert_sound().await;
        shop.cancel(&ann, &trade_no).await.assert_true();
        assert_eq!(shop.balance(&ann).await, 3_000);
    }
}

/// Who got an order in a storm of one call by each.
fn winners(crowd: &[Customer], answers: &[crate::support::Answer]) -> Vec<(Customer, String)> {
    let ordered = crowd
        .iter()
        .zip(answers)
        .filter(|(_, answer)| answer.status == 200);
    ordered
        .map(|(customer, answer)| (customer.clone(), answer.data().as_str().unwrap().to_owned()))
        .collect()
}

async fn the_last_uses_of_a_coupon_go_to_as_many_users(database: Database) {
    let shop = Shop::open(&database).await;
    let crowd = shop.customers(CROWD).await;
    for customer in &crowd {
        shop.give(customer, 500, 0).await;
    }
    for (uses, seed) in [(1, SEEDS[0]), (1, SEEDS[1]), (5, SEEDS[0] + 1)] {
        let code = format!("LAST{seed}");
        shop.add_coupon(&code, 1, 1_000, uses).await;
        let calls = crowd
            .iter()
            .map(|customer| Call::save(customer, 1, Some(&code)))
            .collect();
        let answers = storm(&shop.panel, seed, calls).await;
        let expected = usize::try_from(uses).unwrap();
        assert_winners(&answers, expected);
        assert_eq!(shop.uses_left(&code).await, 0);
        let query = format!(
            "SELECT COUNT(*) FROM v2_order WHERE status = 0 AND discount_amount = 1000 AND \
             balance_amount = 500 AND coupon_id = (SELECT id FROM v2_coupon WHERE code = '{code}')"
        );
        assert_eq!(database.sql().integer(&query).await, uses);
        let held = database
            .sql()
            .integer("SELECT SUM(balance) FROM v2_user")
            .await;
        assert_eq!(held, 500 * (64 - uses), "who got no order paid nothing");
        shop.assert_sound().await;
        for (customer, trade_no) in winners(&crowd, &answers) {
            shop.cancel(&customer, &trade_no).await.assert_true();
        }
        assert_eq!(shop.uses_left(&code).await, uses);
    }
}

async fn the_last_places_of_a_plan_go_to_as_many_users(database: Database) {
    let shop = Shop::open(&database).await;
    let crowd = shop.customers(CROWD).await;
    for (plan, places, seed) in [(11, 1, SEEDS[0]), (12, 1, SEEDS[1]), (13, 3, SEEDS[0] + 1)] {
        shop.add_plan(plan, Some(places)).await;
        let calls = || {
            crowd
                .iter()
                .map(|customer| Call::save(customer, plan, None))
                .collect()
        };
        let answers = storm(&shop.panel, seed, calls()).await;
        assert_winners(&answers, usize::try_from(places).unwrap());
        let placed = format!("plan_id = {plan} AND status = 0");
        assert_eq!(shop.rows().count("v2_order", &placed).await, places);
        shop.assert_sound().await;
        // A place that is given up is sold again, once.
        let holders = winners(&crowd, &answers);
        let (customer, trade_no) = &holders[0];
        shop.cancel(customer, trade_no).await.assert_true();
        let answers = storm(&shop.panel, seed + 1, calls()).await;
        assert_winners(&answers, 1);
        assert_eq!(shop.rows().count("v2_order", &placed).await, places);
        shop.assert_sound().await;
        for (customer, trade_no) in winners(&crowd, &answers).iter().chain(&holders[1..]) {
            shop.cancel(customer, trade_no).await.assert_true();
        }
    }
}
