//! What administrators do with orders and plans while customers and gateways act.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_acknowledged, assert_winners, count, storm};
use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::shop::{PRICE, months_after};
use crate::support::{Customer, Notice, Shop, on_every_migrated_database};

on_every_migrated_database!(
    an_order_is_paid_by_hand_or_reported_or_cancelled,
    somebody_has_one_unfinished_order,
    a_plan_is_deleted_while_it_is_ordered,
    many_refunds_of_an_order_give_no_more_than_was_paid,
);

impl Shop<'_> {
    /// An administrator, and where one asks for this.
    pub(crate) async fn desk(&self, route: &str) -> (Customer, String) {
        let chief = self.customer("chief@demo.test").await;
        let rows = self.rows();
        rows.set_user(chief.id, "is_admin = 1").await;
        (chief, format!("{}/{route}", rows.admin_path().await))
    }
}

async fn an_order_is_paid_by_hand_or_reported_or_cancelled(database: Database) {
    let shop = Shop::open(&database).await;
    let (chief, desk) = shop.desk("order").await;
    let mut by_hand = 0;
    for seed in SEEDS.iter().flat_map(|seed| [*seed, seed + 1]) {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        shop.give(&ann, 3_000, 0).await;
        let trade_no = shop.place(&ann).await;
        let notice = Notice::of(&trade_no, PRICE - 3_000, &format!("P{seed}"));
        let body = json!({"trade_no": trade_no});
        let calls = (0..CROWD).map(|number| match number % 3 {
            0 => Call::notify(format!("{}?{}", notify(EPAY, UUID), notice.signed(KEY))),
            1 => Call::post(&format!("{desk}/paid"), &chief, body.clone()),
            _ => Call::post(&format!("{desk}/cancel"), &chief, body.clone()),
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        let said = |kind: usize| {
            let said = answers.iter().skip(kind).step_by(3);
            said.cloned().collect::<Vec<_>>()
        };
        let (notices, paid, cancelled) = (said(0), said(1), said(2));
        assert_acknowledged(&notices);
        let rows = shop.rows();
        let hand = format!("trade_no = '{trade_no}' AND callback_no = 'manual_operation'");
        let hand = rows.count("v2_order", &hand).await;
        by_hand += hand;
        assert_winners(&paid, usize::try_from(hand).unwrap());
        let kept = "method = 'manual_operation' AND outcome = 'paid'";
        assert_eq!(rows.count("ferro_raw_notice", kept).await, by_hand);
        let expired_at = rows.of_user("expired_at", ann.id).await;
        match shop.of_order("status", &trade_no).await {
            2 => {
                println!("seed {seed}: cancelled, and paid late");
                assert_winners(&cancelled, 1);
                assert_eq!(shop.balance(&ann).await, PRICE, "the money that came late");
                assert_eq!((hand, expired_at), (0, 0));
            }
            3 => {
                println!("seed {seed}: paid, by hand {hand}");
                assert_winners(&cancelled, 0);
                assert_eq!(shop.balance(&ann).await, 0);
                let paid_at = shop.of_order("paid_at", &trade_no).await;
                assert!((0..10).contains(&(expired_at - months_after(paid_at, 1))));
                // What the gateway reports then is looked at by somebody.
                let review = format!("reason = 'paid_twice' AND trade_no = '{trade_no}'");
                assert_eq!(rows.count("ferro_payment_review", &review).await, hand);
            }
            other => panic!("the order stands at {other}"),
        }
        shop.assert_sound().await;
    }
    let who = format!(
        "method = 'manual_operation' AND query_values LIKE '%\"{}\"%'",
        chief.id
    );
    assert_eq!(shop.rows().count("ferro_raw_notice", &who).await, by_hand);
}

async fn somebody_has_one_unfinished_order(database: Database) {
    let shop = Shop::open(&database).await;
    let (chief, assign) = shop.desk("order/assign").await;
    let ann = shop.customer("ann@demo.test").await;
    for seed in SEEDS {
        let body = json!({
            "email": "ANN@demo.test", "plan_id": 1, "period": "month_price", "total_amount": 990,
        });
        let calls = (0..CROWD).map(|number| match number % 2 {
            0 => Call::post(&assign, &chief, body.clone()),
            _ => Call::save(&ann, 1, None),
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_winners(&answers, 1);
        let winner = answers.iter().find(|answer| answer.status == 200).unwrap();
        let trade_no = winner.data();
        let trade_no = trade_no.as_str().unwrap();
        shop.cancel(&ann, trade_no).await.assert_true();
        shop.assert_sound().await;
    }
}

async fn a_plan_is_deleted_while_it_is_ordered(database: Database) {
    let shop = Shop::open(&database).await;
    let (chief, drop) = shop.desk("plan/drop").await;
    let customers = shop.customers(CROWD - 1).await;
    let seeds = SEEDS
        .iter()
        .flat_map(|seed| [(*seed, 2), (seed + 1, CROWD - 1)]);
    for (plan, (seed, buyers)) in (2..).zip(seeds) {
        shop.add_plan(plan, None).await;
        let mut calls: Vec<Call> = customers
            .iter()
            .take(buyers)
            .map(|customer| Call::save(customer, plan, None))
            .collect();
        let delete = || Call::post(&drop, &chief, json!({"id": plan}));
        calls.extend((buyers..CROWD).map(|_| delete()));
        let mut answers = storm(&shop.panel, seed, calls).await;
        let deletions = answers.split_off(buyers);
        let placed = count(&answers, 200);
        // Who comes late is told that there is no such plan.
        assert_eq!(placed + count(&answers, 422), answers.len());
        assert_winners(&deletions, usize::from(placed == 0));
        let rows = shop.rows();
        let left = rows.count("v2_plan", &format!("id = {plan}")).await;
        let orders = rows.count("v2_order", &format!("plan_id = {plan}")).await;
        assert_eq!(usize::try_from(orders).unwrap(), placed);
        println!("seed {seed}: {placed} orders, {left} plans left");
        assert_eq!(left, i64::from(placed > 0));
        for (customer, answer) in customers.iter().zip(&answers) {
            if answer.status == 200 {
                let trade_no = answer.data();
                let trade_no = trade_no.as_str().unwrap();
                shop.cancel(customer, trade_no).await.assert_true();
            }
        }
        shop.assert_sound().await;
    }
}

async fn many_refunds_of_an_order_give_no_more_than_was_paid(database: Database) {
    let shop = Shop::open(&database).await;
    let (chief, desk) = shop.desk("order").await;
    for seed in SEEDS {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        let trade_no = shop.place(&ann).await;
        let body = json!({"trade_no": trade_no});
        let path = format!("{desk}/paid");
        let paid = shop.panel.post(&path, &chief.token, body);
        paid.await.assert_true();
        let expired_at = shop.rows().of_user("expired_at", ann.id).await;
        let calls = (0..CROWD).map(|number| {
            let to = ["balance", "outside"][number % 2];
            let body = json!({
                "trade_no": trade_no, "amount": 1_000, "to": to, "reason": "race", "take_back": number == 0,
            });
            Call::post(&format!("{desk}/refund"), &chief, body)
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_winners(&answers, usize::try_from(PRICE / 1_000).unwrap());
        let to_balance = answers.iter().step_by(2);
        let to_balance = to_balance.filter(|answer| answer.status == 200).count();
        let to_balance = i64::try_from(to_balance).unwrap();
        assert_eq!(shop.balance(&ann).await, 1_000 * to_balance);
        let rows = shop.rows();
        let refunds = format!("trade_no = '{trade_no}' AND status = 'done'");
        let refunds = rows.count("ferro_refund", &refunds).await;
        assert_eq!(refunds, PRICE / 1_000);
        let taken = format!("order_id = (SELECT id FROM v2_order WHERE trade_no = '{trade_no}')");
        let taken = format!("SELECT amount FROM ferro_order_refund WHERE {taken}");
        assert_eq!(shop.database.sql().integer(&taken).await, PRICE);
        let is_shorter = rows.of_user("expired_at", ann.id).await < expired_at;
        assert_eq!(is_shorter, answers[0].status == 200);
        println!("seed {seed}: {to_balance} to the balance, shorter: {is_shorter}");
        shop.assert_sound().await;
    }
}
