//! Coupons that an administrator deletes or changes while customers use them.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_winners, count, storm};
use crate::support::{Shop, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(
    a_coupon_is_deleted_while_it_is_used,
    uses_are_given_while_they_are_taken,
);
on_a_cluster!(
    a_coupon_is_deleted_while_it_is_used,
    uses_are_given_while_they_are_taken,
);

/// How many uses there are for all of them.
const USES: usize = 40;

async fn a_coupon_is_deleted_while_it_is_used(database: Database) {
    let shop = Shop::open(&database).await;
    let chief = shop.customer("chief@demo.test").await;
    let rows = shop.rows();
    rows.set_user(chief.id, "is_admin = 1").await;
    let drop = format!("{}/coupon/drop", rows.admin_path().await);
    let customers = shop.customers(CROWD - 1).await;
    for seed in SEEDS {
        shop.add_coupon("LEAVES", 1, 500, 40).await;
        let id = "SELECT id FROM v2_coupon WHERE code = 'LEAVES'";
        let id = database.sql().integer(id).await;
        let mut calls: Vec<Call> = customers
            .iter()
            .map(|customer| Call::save(customer, 1, Some("LEAVES")))
            .collect();
        calls.push(Call::post(&drop, &chief, json!({"id": id})));
        let mut answers = storm(&shop.panel, seed, calls).await;
        answers.pop().unwrap().assert_true();
        assert_eq!(rows.count("v2_coupon", "code = 'LEAVES'").await, 0);
        // Whoever came before it was deleted has the discount, and keeps it.
        let placed = count(&answers, 200);
        assert_winners(&answers, placed);
        assert!(placed <= USES, "{placed}");
        let held = format!("coupon_id = {id} AND discount_amount = 500 AND status = 0");
        let held = rows.count("v2_order", &held).await;
        assert_eq!(usize::try_from(held).unwrap(), placed);
        let buyers = customers.iter().zip(&answers);
        for (customer, answer) in buyers.filter(|(_, answer)| answer.status == 200) {
            let trade_no = answer.data();
            let trade_no = trade_no.as_str().unwrap();
            shop.cancel(customer, trade_no).await.assert_true();
        }
        shop.assert_sound().await;
    }
}

/// How many uses there are from then on.
const GIVEN: i64 = 20;

async fn uses_are_given_while_they_are_taken(database: Database) {
    let shop = Shop::open(&database).await;
    let chief = shop.customer("chief@demo.test").await;
    let rows = shop.rows();
    rows.set_user(chief.id, "is_admin = 1").await;
    let generate = format!("{}/coupon/generate", rows.admin_path().await);
    let customers = shop.customers(CROWD - 1).await;
    for seed in SEEDS {
        let code = format!("MORE{seed}");
        shop.add_coupon(&code, 1, 500, 40).await;
        let id = format!("SELECT id FROM v2_coupon WHERE code = '{code}'");
        let id = database.sql().integer(&id).await;
        let mut calls: Vec<Call> = customers
            .iter()
            .map(|customer| Call::save(customer, 1, Some(&code)))
            .collect();
        let change = json!({
            "id": id, "name": "More", "type": 1, "value": 500, "started_at": 0, "ended_at": 2_000_000_000,
            "limit_use": GIVEN,
        });
        calls.push(Call::post(&generate, &chief, change));
        let mut answers = storm(&shop.panel, seed, calls).await;
        answers.pop().unwrap().assert_true();
        let placed = count(&answers, 200);
        assert_winners(&answers, placed);
        // Of the first uses some were taken before there were others; of those never one too many.
        let left = shop.uses_left(&code).await;
        assert!((0..=GIVEN).contains(&left), "{left}");
        let placed = i64::try_from(placed).unwrap();
        let before = placed - (GIVEN - left);
        assert!((0..=40).contains(&before), "{before}");
        let held = format!("coupon_id = {id} AND discount_amount = 500 AND status = 0");
        assert_eq!(rows.count("v2_order", &held).await, placed);
        // Each use is given back once.
        for (customer, answer) in customers.iter().zip(&answers) {
            if answer.status == 200 {
                let trade_no = answer.data();
                let trade_no = trade_no.as_str().unwrap();
                shop.cancel(customer, trade_no).await.assert_true();
            }
        }
        assert_eq!(shop.uses_left(&code).await, left + placed);
        shop.assert_sound().await;
    }
}
