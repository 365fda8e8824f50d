//! Notices that are not what they should be.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::seeds::epay;
use crate::support::shop::PRICE;
use crate::support::{Answer, Notice, Shop, on_every_migrated_database};

on_every_migrated_database!(
    forged_notices_pay_nothing,
    notices_pay_whatever_they_are_written_in,
    money_that_buys_nothing_waits_for_review,
    money_that_comes_late_goes_to_the_balance,
);

fn assert_told(answer: &Answer, status: u16, text: &str) {
    assert_eq!((answer.status, answer.text.as_str()), (status, text));
    assert!(answer.header("content-type").starts_with("text/plain"));
}

async fn forged_notices_pay_nothing(database: Database) {
    let shop = Shop::open(&database).await;
    let seeds = shop.seeds().await;
    seeds.add_method(2, EPAY, "nokey000", epay()).await;
    let coinbase = json!({
        "coinbase_url": "http://127.0.0.1:1", "coinbase_api_key": "key", "coinbase_webhook_key": "hook",
    });
    seeds.add_method(3, "Coinbase", "coinbase", coinbase).await;
    seeds.add_method(4, EPAY, "disabled", epay()).await;
    for spoilt in [
        r#"config = '{"url":"http://127.0.0.1:1","pid":"1001"}' WHERE id = 2"#,
        "enable = 0 WHERE id = 4",
    ] {
        let spoil = format!("UPDATE v2_payment SET {spoilt}");
        database.sql().execute(&spoil).await;
    }
    let ann = shop.customer("ann@demo.test").await;
    let trade_no = shop.place(&ann).await;
    assert_eq!(shop.check_out(&ann, &trade_no).await.status, 200);
    let good = Notice::of(&trade_no, PRICE, "P1");
    let query = good.signed(KEY);
    let attempts = [
        (notify(EPAY, UUID), good.signed("another-key"), 400),
        (notify(EPAY, UUID), good.signed(""), 400),
        (
            notify(EPAY, UUID),
            query.replace("money=70.00", "money=70.01"),
            400,
        ),
        (notify(EPAY, UUID), format!("{query}&extra=1"), 400),
        (
            notify(EPAY, UUID),
            query.split("&sign=").next().unwrap().to_owned(),
            400,
        ),
        (notify(EPAY, UUID), format!("{query}&sign="), 400),
        (notify(EPAY, UUID), String::new(), 400),
        (
            notify(EPAY, UUID),
            good.clone().with("pid", "1002").signed(KEY),
            400,
        ),
        // Another gateway's code would look for another secret, and find none.
        (notify("Coinbase", UUID), query.clone(), 404),
        (notify("epay", UUID), query.clone(), 404),
        (notify(EPAY, "coinbase"), query.clone(), 404),
        (notify(EPAY, "nobody00"), query.clone(), 404),
        (notify(EPAY, "nokey000"), good.signed(""), 400),
        (notify(EPAY, "disabled"), query.clone(), 400),
        (notify("Coinbase", "coinbase"), query.clone(), 400),
    ];
    for (address, query, status) in &attempts {
        let answer = shop.panel.get(&format!("{address}?{query}"), "").await;
        println!("{address}?{query}");
        assert_told(&answer, *status, "fail");
        assert_eq!(shop.of_order("status", &trade_no).await, 0);
    }
    // True, but not the report of a payment.
    let waiting = good.clone().with("trade_status", "WAIT_BUYER_PAY");
    assert_told(&shop.notify(&waiting).await, 200, "success");
    assert_eq!(shop.of_order("status", &trade_no).await, 0);
    // Those that named a method are kept, with what became of them.
    let rows = shop.rows();
    assert_eq!(
        rows.count("ferro_raw_notice", "outcome = 'refused'").await,
        10
    );
    assert_eq!(
        rows.count("ferro_raw_notice", "outcome = 'switched_off'")
            .await,
        1
    );
    assert_eq!(
        rows.count("ferro_raw_notice", "outcome = 'not_final'")
            .await,
        1
    );
    assert_eq!(rows.count("ferro_raw_notice", "1 = 1").await, 12);
    assert_eq!(rows.count("ferro_payment_review", "1 = 1").await, 0);
    // The right one is believed all the same.
    assert_told(&shop.notify(&good).await, 200, "success");
    assert_eq!(shop.of_order("status", &trade_no).await, 3);
    shop.assert_sound().await;
}

async fn notices_pay_whatever_they_are_written_in(database: Database) {
    let shop = Shop::open(&database).await;
    let form = "application/x-www-form-urlencoded";
    for (number, kind) in [form, "application/json", "multipart/form-data; boundary=x"]
        .into_iter()
        .enumerate()
    {
        let customer = shop.customer(&format!("customer{number}@demo.test")).await;
        let trade_no = shop.place(&customer).await;
        assert_eq!(shop.check_out(&customer, &trade_no).await.status, 200);
        let notice = Notice::of(&trade_no, PRICE, &format!("P{number}"));
        for (key, status, state) in [("another-key", 400, 0), (KEY, 200, 3), (KEY, 200, 3)] {
            let body = notice.written(kind, key);
            let answer = shop.panel.post_raw(&notify(EPAY, UUID), kind, body).await;
            assert_eq!(answer.status, status, "{kind}");
            assert_eq!(shop.of_order("status", &trade_no).await, state, "{kind}");
        }
    }
    shop.assert_sound().await;
}

async fn money_that_buys_nothing_waits_for_review(database: Database) {
    let shop = Shop::open(&database).await;
    let seeds = shop.seeds().await;
    seeds.add_method(2, EPAY, "payuuid2", epay()).await;
    let ann = shop.customer("ann@demo.test").await;
    let trade_no = shop.place(&ann).await;
    assert_eq!(shop.check_out(&ann, &trade_no).await.status, 200);
    let kept = async |word: &str| {
        let outcome = format!("outcome = '{word}'");
        shop.rows().count("ferro_raw_notice", &outcome).await
    };

    let unknown = Notice::of("2025010100000000000000000", PRICE, "P1");
    let small = Notice::of(&trade_no, PRICE - 1, "P2");
    for (notice, reason) in [(unknown, "unknown_order"), (small, "amount_too_small")] {
        let before = (kept("reviewed").await, kept("repeated").await);
        for _ in 0..2 {
            assert_told(&shop.notify(&notice).await, 400, "fail");
        }
        assert_eq!(
            shop.reviews(reason).await,
            1,
            "one row, however often it is reported"
        );
        let now = (kept("reviewed").await, kept("repeated").await);
        assert_eq!(now, (before.0 + 1, before.1 + 1), "one waits for review");
    }
    let elsewhere = Notice::of(&trade_no, PRICE, "P3").signed(KEY);
    let answer = shop
        .panel
        .get(&format!("{}?{elsewhere}", notify(EPAY, "payuuid2")), "")
        .await;
    assert_told(&answer, 400, "fail");
    assert_eq!(shop.reviews("other_method").await, 1);
    assert_eq!(shop.of_order("status", &trade_no).await, 0);

    assert_told(
        &shop.notify(&Notice::of(&trade_no, PRICE, "P4")).await,
        200,
        "success",
    );
    assert_eq!(shop.of_order("status", &trade_no).await, 3);
    assert_told(
        &shop.notify(&Notice::of(&trade_no, PRICE, "P5")).await,
        200,
        "success",
    );
    assert_eq!(shop.reviews("paid_twice").await, 1);
    let next = shop.place(&ann).await;
    assert_told(
        &shop.notify(&Notice::of(&next, PRICE, "P4")).await,
        400,
        "fail",
    );
    assert_eq!(shop.reviews("number_reused").await, 1);
    assert_eq!(shop.of_order("status", &next).await, 0);
    shop.assert_sound().await;
}

async fn money_that_comes_late_goes_to_the_balance(database: Database) {
    let shop = Shop::open(&database).await;
    database
        .sql()
        .execute("UPDATE v2_payment SET handling_fee_fixed = 50")
        .await;
    let ann = shop.customer("ann@demo.test").await;
    shop.give(&ann, 3_000, 0).await;
    let trade_no = shop.place(&ann).await;
    assert_eq!(shop.check_out(&ann, &trade_no).await.status, 200);
    shop.cancel(&ann, &trade_no).await.assert_true();
    assert_eq!(shop.balance(&ann).await, 3_000);
    let rest = PRICE - 3_000;
    let short = Notice::of(&trade_no, rest + 49, "P1");
    assert_told(&shop.notify(&short).await, 400, "fail");
    let notice = Notice::of(&trade_no, rest + 50, "P2");
    for _ in 0..2 {
        assert_told(&shop.notify(&notice).await, 200, "success");
        // Without the fee.
        assert_eq!(shop.balance(&ann).await, PRICE);
        assert_eq!(shop.of_order("status", &trade_no).await, 2);
    }
    assert!(shop.of_order("paid_at", &trade_no).await > 0);
    assert_told(
        &shop.notify(&Notice::of(&trade_no, rest + 50, "P3")).await,
        200,
        "success",
    );
    assert_eq!(shop.balance(&ann).await, PRICE);
    assert_eq!(shop.reviews("paid_twice").await, 1);
    let entry = format!("kind = 'late_payment' AND amount = {rest} AND reference = '{trade_no}'");
    assert_eq!(shop.rows().count("ferro_ledger", &entry).await, 1);
    shop.assert_sound().await;
}
