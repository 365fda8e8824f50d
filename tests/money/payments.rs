//! Gateways report at once, and while customers act.

use ferroboard_testing::databases::Database;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_acknowledged, assert_winners, count, storm};
use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::shop::{PRICE, months_after};
use crate::support::{Notice, Shop, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(
    an_order_is_paid_or_cancelled,
    a_payment_counts_once,
    many_payments_open_an_order_once,
    a_payment_number_pays_one_order,
    a_free_order_is_opened_once,
);
on_a_cluster!(a_payment_counts_once, many_payments_open_an_order_once,);

fn delivery(notice: &Notice) -> Call {
    Call::notify(format!("{}?{}", notify(EPAY, UUID), notice.signed(KEY)))
}

async fn an_order_is_paid_or_cancelled(database: Database) {
    let shop = Shop::open(&database).await;
    for seed in SEEDS.iter().flat_map(|seed| [*seed, seed + 1]) {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        shop.give(&ann, 3_000, 0).await;
        let trade_no = shop.place(&ann).await;
        let notice = Notice::of(&trade_no, PRICE - 3_000, &format!("P{seed}"));
        let calls = (0..CROWD).map(|number| match number % 3 {
            0 => delivery(&notice),
            1 => Call::cancel(&ann, &trade_no),
            _ => Call::check_out(&ann, &trade_no),
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        let said =
            |kind: usize| -> Vec<_> { answers.iter().skip(kind).step_by(3).cloned().collect() };
        let (notices, cancels, checkouts) = (said(0), said(1), said(2));
        assert_acknowledged(&notices);
        assert_eq!(
            count(&checkouts, 200) + count(&checkouts, 400),
            checkouts.len()
        );
        let expired_at = shop.rows().of_user("expired_at", ann.id).await;
        match shop.of_order("status", &trade_no).await {
            2 => {
                println!("seed {seed}: cancelled, and paid late");
                assert_winners(&cancels, 1);
                assert_eq!(shop.balance(&ann).await, PRICE, "the money that came late");
                assert_eq!(expired_at, 0);
            }
            3 => {
                println!("seed {seed}: paid");
                assert_winners(&cancels, 0);
                assert_eq!(shop.balance(&ann).await, 0);
                let paid_at = shop.of_order("paid_at", &trade_no).await;
                assert!((0..10).contains(&(expired_at - months_after(paid_at, 1))));
            }
            other => panic!("the order stands at {other}"),
        }
        shop.assert_sound().await;
    }
}

async fn a_payment_counts_once(database: Database) {
    let shop = Shop::open(&database).await;
    let ann = shop.customer("ann@demo.test").await;
    let mut first = 0;
    for (months, seed) in (1..).zip(SEEDS) {
        let trade_no = shop.place(&ann).await;
        assert_eq!(shop.check_out(&ann, &trade_no).await.status, 200);
        let notice = Notice::of(&trade_no, PRICE, &format!("P{seed}"));
        let calls = (0..CROWD).map(|_| delivery(&notice)).collect();
        let answers = storm(&shop.panel, seed, calls).await;
        assert_acknowledged(&answers);
        assert_eq!(shop.of_order("status", &trade_no).await, 3);
        if months == 1 {
            first = shop.of_order("updated_at", &trade_no).await;
        }
        let expired_at = shop.rows().of_user("expired_at", ann.id).await;
        assert_eq!(expired_at, months_after(first, months), "seed {seed}");
        let outcome = |word: &str| format!("outcome = '{word}'");
        let rows = shop.rows();
        assert_eq!(
            rows.count("ferro_raw_notice", &outcome("paid")).await,
            i64::from(months)
        );
        let repeated = rows.count("ferro_raw_notice", &outcome("repeated")).await;
        assert_eq!(repeated, 63 * i64::from(months));
        assert_eq!(
            rows.count("ferro_payment_notice", "1 = 1").await,
            i64::from(months)
        );
        assert_eq!(rows.count("ferro_payment_review", "1 = 1").await, 0);
        shop.assert_sound().await;
    }
}

async fn many_payments_open_an_order_once(database: Database) {
    let shop = Shop::open(&database).await;
    for seed in SEEDS {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        let trade_no = shop.place(&ann).await;
        let calls = (0..CROWD)
            .map(|number| delivery(&Notice::of(&trade_no, PRICE, &format!("P{seed}-{number}"))));
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        // The money is there each time: the others are for an administrator to look at.
        assert_acknowledged(&answers);
        let opened_at = shop.of_order("updated_at", &trade_no).await;
        let expired_at = shop.rows().of_user("expired_at", ann.id).await;
        assert_eq!(expired_at, months_after(opened_at, 1));
        let review = format!("reason = 'paid_twice' AND trade_no = '{trade_no}'");
        assert_eq!(shop.rows().count("ferro_payment_review", &review).await, 63);
        assert_eq!(shop.balance(&ann).await, 0);
        shop.assert_sound().await;
    }
}

async fn a_payment_number_pays_one_order(database: Database) {
    let shop = Shop::open(&database).await;
    let crowd = shop.customers(CROWD).await;
    let mut orders = Vec::new();
    for customer in &crowd {
        orders.push(shop.place(customer).await);
    }
    for (paid, seed) in (1..).zip(SEEDS) {
        let number = format!("P{seed}");
        let calls = orders
            .iter()
            .map(|order| delivery(&Notice::of(order, PRICE, &number)));
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        let rows = shop.rows();
        assert_eq!(rows.count("v2_order", "status = 3").await, paid);
        assert_eq!(rows.count("v2_user", "plan_id = 1").await, paid);
        let claimed = format!("callback_no = '{number}'");
        assert_eq!(rows.count("v2_order", &claimed).await, 1);
        assert_eq!(rows.count("ferro_payment_notice", &claimed).await, 1);
        let winner = orders
            .iter()
            .zip(&answers)
            .find(|(_, answer)| answer.status == 200);
        let trade_no = winner.unwrap().0.clone();
        let winning = format!("trade_no = '{trade_no}' AND status = 3");
        assert_eq!(rows.count("v2_order", &winning).await, 1);
        shop.assert_sound().await;
        // A number that names an order which is paid waits for review, and pays none.
        orders.retain(|order| *order != trade_no);
    }
}

async fn a_free_order_is_opened_once(database: Database) {
    let shop = Shop::open(&database).await;
    shop.add_coupon("GIFT", 2, 100, 9).await;
    let ann = shop.customer("ann@demo.test").await;
    let mut first = 0;
    for (months, seed) in (1..).zip(SEEDS) {
        let saved = shop.save(&ann, 1, Some("GIFT")).await.data();
        let trade_no = saved.as_str().unwrap();
        assert_eq!(shop.of_order("total_amount", trade_no).await, 0);
        let calls = (0..CROWD)
            .map(|_| Call::check_out(&ann, trade_no))
            .collect();
        let answers = storm(&shop.panel, seed, calls).await;
        assert_winners(&answers, 1);
        if months == 1 {
            first = shop.of_order("updated_at", trade_no).await;
        }
        let expired_at = shop.rows().of_user("expired_at", ann.id).await;
        assert_eq!(expired_at, months_after(first, months), "seed {seed}");
        assert_eq!(shop.uses_left("GIFT").await, 9 - i64::from(months));
        shop.assert_sound().await;
    }
}
