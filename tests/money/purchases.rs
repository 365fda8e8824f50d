//! Whole purchases, as a customer and a gateway make them.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::shop::{CHECKOUT, PRICE, months_after};
use crate::support::{Notice, Shop, on_every_migrated_database};

on_every_migrated_database!(
    a_customer_buys_a_month,
    a_customer_pays_from_the_balance,
    a_change_of_plan_counts_what_is_left,
    an_unpaid_order_is_given_up,
);

const PLANS: &str = "/api/v1/user/plan/fetch";

async fn a_customer_buys_a_month(database: Database) {
    let shop = Shop::open(&database).await;
    let panel = &shop.panel;
    shop.add_coupon("TENTH", 2, 10, 3).await;
    let fee = "handling_fee_fixed = 30, handling_fee_percent = 2.5";
    database
        .sql()
        .execute(&format!("UPDATE v2_payment SET {fee}"))
        .await;
    let ann = shop.customer("ann@demo.test").await;
    let get = async |path: String| panel.get(&path, &ann.token).await.data();

    for plans in [
        get("/api/v1/guest/plan/fetch".into()).await,
        get(PLANS.into()).await,
    ] {
        let [plan] = plans.as_array().unwrap().as_slice() else {
            panic!("{plans}")
        };
        assert_eq!(
            (&plan["id"], &plan["month_price"]),
            (&json!(1), &json!(PRICE))
        );
    }
    let tried = json!({"code": "TENTH", "plan_id": 1, "period": "month_price"});
    let coupon = panel
        .post("/api/v1/user/coupon/check", &ann.token, tried)
        .await
        .data();
    assert_eq!((&coupon["type"], &coupon["value"]), (&json!(2), &json!(10)));
    let saved = shop.save(&ann, 1, Some("TENTH")).await.data();
    let trade_no = saved.as_str().unwrap();
    assert!(trade_no.len() == 25 && trade_no.bytes().all(|byte| byte.is_ascii_digit()));
    let methods = get("/api/v1/user/order/getPaymentMethod".into()).await;
    let expected = json!([{"id": 1, "name": "Method 1", "payment": "EPay", "icon": null,
                           "handling_fee_fixed": 30, "handling_fee_percent": "2.50"}]);
    assert_eq!(methods, expected);

    let started = shop.check_out(&ann, trade_no).await.body();
    assert_eq!(started["type"], 1);
    let address = started["data"].as_str().unwrap();
    assert!(
        address.starts_with("http://127.0.0.1:1/submit.php?"),
        "{address}"
    );
    // 63.00, and 2.5 % of it and 0.30.
    assert!(address.contains("money=64.88"), "{address}");
    assert!(
        address.contains(&format!("out_trade_no={trade_no}")),
        "{address}"
    );
    let check = format!("/api/v1/user/order/check?trade_no={trade_no}");
    assert_eq!(get(check.clone()).await, 0);

    let form = Notice::of(trade_no, 6_488, "P1").signed(KEY);
    let kind = "application/x-www-form-urlencoded";
    let reported = panel.post_raw(&notify(EPAY, UUID), kind, form).await;
    assert_eq!((reported.status, reported.text.as_str()), (200, "success"));
    assert_eq!(get(check).await, 3);
    let detail = get(format!("/api/v1/user/order/detail?trade_no={trade_no}")).await;
    for (member, value) in [
        ("total_amount", json!(6_300)),
        ("discount_amount", json!(700)),
        ("handling_amount", json!(188)),
        ("balance_amount", Value::Null),
        ("status", json!(3)),
        ("type", json!(1)),
        ("period", json!("month_price")),
        ("callback_no", json!("P1")),
    ] {
        assert_eq!(detail[member], value, "{member}");
    }
    assert_eq!(detail["plan"]["name"], "Plan 1");
    assert_eq!(detail["payment"]["payment"], "EPay");
    let opened_at = detail["updated_at"].as_i64().unwrap();

    let subscription = get("/api/v1/user/getSubscribe".into()).await;
    assert_eq!(subscription["plan_id"], 1);
    assert_eq!(subscription["plan"]["name"], "Plan 1");
    assert_eq!(subscription["transfer_enable"], json!(100_i64 << 30));
    assert_eq!(
        subscription["expired_at"],
        json!(months_after(opened_at, 1))
    );
    assert_eq!(get("/api/v1/user/getStat".into()).await, json!([0, 0, 0]));
    let orders = get("/api/v1/user/order/fetch".into()).await;
    assert_eq!(orders.as_array().unwrap().len(), 1);
    assert_eq!(shop.uses_left("TENTH").await, 2);
    shop.cancel(&ann, trade_no).await.assert_refused(400);
    shop.check_out(&ann, trade_no).await.assert_refused(400);
    shop.assert_sound().await;
}

async fn a_customer_pays_from_the_balance(database: Database) {
    let shop = Shop::open(&database).await;
    let ann = shop.customer("ann@demo.test").await;
    let bob = shop.customer("bob@demo.test").await;
    shop.give(&ann, PRICE + 100, 0).await;
    let trade_no = shop.place(&ann).await;
    assert_eq!(shop.balance(&ann).await, 100);
    assert_eq!(
        shop.panel
            .get("/api/v1/user/getStat", &ann.token)
            .await
            .data(),
        json!([1, 0, 0])
    );
    // Nobody touches somebody else's order.
    shop.cancel(&bob, &trade_no).await.assert_refused(400);
    shop.check_out(&bob, &trade_no).await.assert_refused(400);
    let check = format!("/api/v1/user/order/check?trade_no={trade_no}");
    shop.panel.get(&check, &bob.token).await.assert_refused(400);

    let started = shop
        .panel
        .post(CHECKOUT, &ann.token, json!({"trade_no": trade_no}))
        .await;
    assert_eq!(started.body(), json!({"type": -1, "data": true}));
    assert_eq!(shop.of_order("status", &trade_no).await, 3);
    assert_eq!(shop.rows().of_user("plan_id", ann.id).await, 1);
    shop.assert_sound().await;
}

async fn a_change_of_plan_counts_what_is_left(database: Database) {
    let shop = Shop::open(&database).await;
    shop.add_plan(2, None).await;
    let cheap = r#"UPDATE v2_plan SET prices = '{"monthly": 20}' WHERE id = 2"#;
    database.sql().execute(cheap).await;
    let ann = shop.customer("ann@demo.test").await;
    let first = shop.place(&ann).await;
    assert_eq!(
        shop.notify(&Notice::of(&first, PRICE, "P1")).await.status,
        200
    );
    let changed = shop.save(&ann, 2, None).await.data();
    let second = changed.as_str().unwrap();
    let surplus = shop.of_order("surplus_amount", second).await;
    let refund = shop.of_order("refund_amount", second).await;
    assert!((PRICE - 10..=PRICE).contains(&surplus), "{surplus}");
    assert_eq!((refund, shop.balance(&ann).await), (surplus - 2_000, 0));
    assert_eq!(shop.of_order("type", second).await, 3);
    let started = shop.check_out(&ann, second).await.body();
    assert_eq!(started["type"], -1);
    assert_eq!(shop.balance(&ann).await, refund);
    assert_eq!(shop.of_order("status", &first).await, 4);
    let opened_at = shop.of_order("updated_at", second).await;
    let expired_at = shop.rows().of_user("expired_at", ann.id).await;
    assert_eq!(expired_at, months_after(opened_at, 1));
    assert_eq!(shop.rows().of_user("plan_id", ann.id).await, 2);
    shop.assert_sound().await;
}

async fn an_unpaid_order_is_given_up(database: Database) {
    let shop = Shop::open(&database).await;
    shop.add_coupon("TENTH", 2, 10, 1).await;
    let ann = shop.customer("ann@demo.test").await;
    shop.give(&ann, 500, 0).await;
    let saved = shop.save(&ann, 1, Some("TENTH")).await.data();
    let trade_no = saved.as_str().unwrap();
    let job = || {
        let ran = crate::support::run(&database, &[], &["jobs", "run", "check:order"]);
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    };
    job();
    assert_eq!(
        shop.of_order("status", trade_no).await,
        0,
        "it has two hours"
    );
    database
        .sql()
        .execute("UPDATE v2_order SET created_at = created_at - 7300")
        .await;
    for _ in 0..2 {
        job();
        assert_eq!(shop.of_order("status", trade_no).await, 2);
        assert_eq!(
            (shop.balance(&ann).await, shop.uses_left("TENTH").await),
            (500, 1)
        );
        shop.assert_sound().await;
    }
}
