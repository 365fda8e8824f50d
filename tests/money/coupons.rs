//! A coupon that an administrator deletes while customers use it.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_winners, count, storm};
use crate::support::{Shop, on_a_cluster, on_every_database};

on_every_database!(a_coupon_is_deleted_while_it_is_used);
on_a_cluster!(a_coupon_is_deleted_while_it_is_used);

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
