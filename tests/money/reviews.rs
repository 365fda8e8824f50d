//! Money that bought nothing, while many settle it and the gateway tells of it again.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_winners, count, storm};
use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::seeds::epay;
use crate::support::shop::{PRICE, months_after};
use crate::support::{Notice, Shop, on_every_migrated_database};

on_every_migrated_database!(
    one_payment_is_kept_for_review_once,
    a_review_is_settled_by_one_of_many,
    a_review_is_settled_or_its_payment_passes,
);

impl Shop<'_> {
    /// The review of a gateway's number.
    async fn review_of(&self, number: &str) -> i64 {
        let query = format!("SELECT id FROM ferro_payment_review WHERE callback_no = '{number}'");
        self.database.sql().integer(&query).await
    }
}

fn delivery(notice: &Notice) -> Call {
    Call::notify(format!("{}?{}", notify(EPAY, UUID), notice.signed(KEY)))
}

async fn one_payment_is_kept_for_review_once(database: Database) {
    let shop = Shop::open(&database).await;
    for seed in SEEDS {
        let number = format!("P{seed}");
        let notice = Notice::of("2025010100000000000000000", PRICE, &number);
        let calls = (0..CROWD).map(|_| delivery(&notice)).collect();
        let answers = storm(&shop.panel, seed, calls).await;
        assert_eq!(count(&answers, 400), CROWD);
        let rows = shop.rows();
        let kept = format!("callback_no = '{number}' AND status = 'open'");
        assert_eq!(rows.count("ferro_payment_review", &kept).await, 1);
        shop.assert_sound().await;
    }
    let reviewed = "outcome = 'reviewed'";
    let reviewed = shop.rows().count("ferro_raw_notice", reviewed).await;
    assert_eq!(reviewed, i64::try_from(SEEDS.len()).unwrap());
}

async fn a_review_is_settled_by_one_of_many(database: Database) {
    let shop = Shop::open(&database).await;
    let (chief, desk) = shop.desk("payment-review/settle").await;
    for seed in SEEDS {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        let bea = shop.customer(&format!("bea{seed}@demo.test")).await;
        let trade_no = shop.place(&ann).await;
        let number = format!("P{seed}");
        let notice = Notice::of("2025010100000000000000000", PRICE, &number);
        assert_eq!(shop.notify(&notice).await.status, 400);
        let id = shop.review_of(&number).await;
        let calls = (0..CROWD).map(|place| {
            let body = match place % 4 {
                0 => json!({"id": id, "as": "balance", "user_id": bea.id}),
                1 => json!({"id": id, "as": "order", "trade_no": trade_no}),
                2 => json!({"id": id, "as": "outside"}),
                _ => json!({"id": id, "as": "dismiss", "reason": "race"}),
            };
            Call::post(&desk, &chief, body)
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_winners(&answers, 1);
        let winner = answers.iter().position(|answer| answer.status == 200);
        let winner = winner.unwrap() % 4;
        let (credited, opened) = (i64::from(winner == 0), i64::from(winner == 1));
        assert_eq!(shop.balance(&bea).await, PRICE * credited);
        assert_eq!(shop.of_order("status", &trade_no).await, 3 * opened);
        let rows = shop.rows();
        let entry = format!("kind = 'review_credit' AND reference = 'review:{id}'");
        assert_eq!(rows.count("ferro_ledger", &entry).await, credited);
        if opened == 1 {
            let paid_at = shop.of_order("paid_at", &trade_no).await;
            let expired_at = rows.of_user("expired_at", ann.id).await;
            assert!((0..10).contains(&(expired_at - months_after(paid_at, 1))));
        } else {
            shop.cancel(&ann, &trade_no).await.assert_true();
        }
        let receipt = format!("trade_no = '{trade_no}'");
        assert_eq!(rows.count("ferro_receipt", &receipt).await, opened);
        println!(
            "seed {seed}: {}",
            ["balance", "order", "outside", "dismiss"][winner]
        );
        shop.assert_sound().await;
    }
}

/// The customer came back to the method that was paid through, and the gateway tells of the payment again while
/// administrators credit it: one of both happens.
async fn a_review_is_settled_or_its_payment_passes(database: Database) {
    let shop = Shop::open(&database).await;
    let seeds = shop.seeds().await;
    seeds.add_method(2, EPAY, "payuuid2", epay()).await;
    let (chief, desk) = shop.desk("payment-review/settle").await;
    for seed in SEEDS.iter().flat_map(|seed| [*seed, seed + 1]) {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        let trade_no = shop.place(&ann).await;
        let checkout = "/api/v1/user/order/checkout";
        let elsewhere = json!({"trade_no": trade_no, "method": 2});
        let sent = shop.panel.post(checkout, &ann.token, elsewhere).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        let number = format!("P{seed}");
        let notice = Notice::of(&trade_no, PRICE, &number);
        assert_eq!(shop.notify(&notice).await.status, 400);
        let id = shop.review_of(&number).await;
        assert_eq!(shop.check_out(&ann, &trade_no).await.status, 200);
        let body = json!({"id": id, "as": "balance", "user_id": ann.id});
        let calls = (0..CROWD).map(|place| match place % 2 {
            0 => delivery(&notice),
            _ => Call::post(&desk, &chief, body.clone()),
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        let settled = answers.iter().skip(1).step_by(2);
        let settled = settled.filter(|answer| answer.status == 200).count();
        let mut told = answers.iter().step_by(2);
        assert!(told.all(|answer| answer.status == 200), "all is well");
        let passed = shop.of_order("status", &trade_no).await == 3;
        assert_eq!(settled, usize::from(!passed), "one of both");
        let credited = if passed { 0 } else { PRICE };
        assert_eq!(shop.balance(&ann).await, credited);
        let status = if passed { "opened" } else { "credited" };
        let stands = format!("id = {id} AND status = '{status}'");
        let rows = shop.rows();
        assert_eq!(rows.count("ferro_payment_review", &stands).await, 1);
        if !passed {
            shop.cancel(&ann, &trade_no).await.assert_true();
        }
        println!("seed {seed}: {status}");
        shop.assert_sound().await;
    }
}
