//! Orders and coupons.

use ferroboard_attempts::{Act, Counter, CounterName};
use ferroboard_billing::testing::a_coupon;
use ferroboard_kernel::{Cents, Clock as _, PlanId, Seconds, UserId};
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const SAVE: &str = "/api/v1/user/order/save";
const CANCEL: &str = "/api/v1/user/order/cancel";
const CHECKOUT: &str = "/api/v1/user/order/checkout";
const CHECK_COUPON: &str = "/api/v1/user/coupon/check";
const QUOTE: &str = "/api/v1/user/order/quote";

async fn order(site: &Site, token: &str) -> String {
    let body = json!({"plan_id": "1", "period": "month_price"});
    let answer = site.post_as(token, SAVE, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body()["data"].as_str().unwrap().to_owned()
}

async fn about(site: &Site, token: &str, what: &str, number: &str) -> Answer {
    let path = format!("/api/v1/user/order/{what}?trade_no={number}");
    site.get_as(token, &path).await
}

#[actix_web::test]
async fn an_order_is_placed_shown_and_cancelled() {
    let site = Site::shop(&[("try_out_plan_id", "7")]).await;
    let token = site.alice().await;
    let number = order(&site, &token).await;
    assert_eq!(number.len(), 25);
    assert_eq!(
        about(&site, &token, "check", &number).await.body()["data"],
        0
    );

    let again = json!({"plan_id": 1, "period": "monthly"});
    assert_eq!(
        site.post_as(&token, SAVE, again).await.status,
        400,
        "one is unfinished"
    );

    let detail = about(&site, &token, "detail", &number).await.body()["data"].clone();
    for (member, expected) in [
        ("trade_no", json!(number)),
        ("user_id", json!(1)),
        ("plan_id", json!(1)),
        ("type", json!(1)),
        ("period", json!("month_price")),
        ("total_amount", json!(990)),
        ("handling_amount", Value::Null),
        ("balance_amount", Value::Null),
        ("surplus_order_ids", Value::Null),
        ("callback_no", Value::Null),
        ("status", json!(0)),
        ("commission_status", json!(0)),
        ("commission_balance", json!(0)),
        ("paid_at", Value::Null),
        ("payment", Value::Null),
        ("try_out_plan_id", json!(7)),
    ] {
        assert_eq!(detail.get(member), Some(&expected), "{member}");
    }
    assert_eq!(detail["plan"]["month_price"], 990);
    assert!(detail.get("surplus_orders").is_none());

    let list = site.get_as(&token, "/api/v1/user/order/fetch").await.body();
    assert_eq!(list["data"][0]["trade_no"], json!(number));
    assert_eq!(list["data"][0]["plan"]["id"], 1);
    assert!(list["data"][0].get("payment").is_none());

    let body = json!({"trade_no": number});
    let cancelled = site.post_as(&token, CANCEL, body.clone()).await;
    assert_eq!(cancelled.body()["data"], true);
    assert_eq!(site.post_as(&token, CANCEL, body).await.status, 400);
    assert_eq!(
        about(&site, &token, "check", &number).await.body()["data"],
        2
    );
}

#[actix_web::test]
async fn malformed_orders_are_422_and_unknown_ones_400() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    for (body, fields) in [
        (json!({}), &["period", "plan_id"][..]),
        (
            json!({"plan_id": 1, "period": "deposit"}),
            &["deposit_amount", "plan_id"],
        ),
        (json!({"plan_id": "x", "period": "monthly"}), &["plan_id"]),
        (json!({"plan_id": 99, "period": "monthly"}), &["plan_id"]),
    ] {
        let answer = site.post_as(&token, SAVE, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}");
        let errors = answer.body()["errors"].clone();
        let names: Vec<&String> = errors.as_object().unwrap().keys().collect();
        assert_eq!(names, fields, "{body}");
    }
    for period in ["year_price", "reset_price"] {
        let body = json!({"plan_id": 1, "period": period});
        assert_eq!(
            site.post_as(&token, SAVE, body).await.status,
            400,
            "{period}"
        );
    }
    assert_eq!(site.post_as(&token, CANCEL, json!({})).await.status, 422);
    for number in [json!("x"), json!("a b"), json!(["x"])] {
        let body = json!({"trade_no": number});
        assert_eq!(
            site.post_as(&token, CANCEL, body).await.status,
            400,
            "{number}"
        );
    }
    for (path, status) in [
        ("check", 400),
        ("check?trade_no=x", 400),
        ("detail", 422),
        ("detail?trade_no=x", 400),
        ("fetch", 200),
        ("fetch?status=", 200),
        ("fetch?status=4", 200),
        ("fetch?status=5", 422),
        ("fetch?status=x", 422),
    ] {
        let path = format!("/api/v1/user/order/{path}");
        assert_eq!(site.get_as(&token, &path).await.status, status, "{path}");
    }
}

#[actix_web::test]
async fn orders_of_others_do_not_exist() {
    let site = Site::shop(&[]).await;
    let alice = site.alice().await;
    let body = json!({"email": "bob@demo.test", "password": "password-bob"});
    let bob = site
        .post("/api/v1/passport/auth/register", body)
        .await
        .body();
    let bob = bob["data"]["token"].as_str().unwrap();
    let number = order(&site, &alice).await;
    for what in ["check", "detail"] {
        assert_eq!(about(&site, bob, what, &number).await.status, 400, "{what}");
    }
    let body = json!({"trade_no": number, "method": 1});
    for path in [CANCEL, CHECKOUT] {
        assert_eq!(
            site.post_as(bob, path, body.clone()).await.status,
            400,
            "{path}"
        );
    }
}

#[actix_web::test]
async fn what_the_balance_pays_needs_no_method() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(UserId::new(1)).billing;
        row.balance = Cents::new(1_000);
    });
    let number = order(&site, &token).await;
    let answer = site
        .post_as(&token, CHECKOUT, json!({"trade_no": number}))
        .await;
    assert_eq!(answer.text, r#"{"type":-1,"data":true}"#);
    assert_eq!(
        about(&site, &token, "check", &number).await.body()["data"],
        3
    );
    assert!(site.fakes.gateways.requests().is_empty());
    let info = site.get_as(&token, "/api/v1/user/info").await.body();
    assert_eq!(
        (&info["data"]["balance"], &info["data"]["plan_id"]),
        (&json!(10), &json!(1))
    );
}

#[actix_web::test]
async fn a_coupon_is_shown_and_used() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        let mut coupon = a_coupon(1, "C20");
        coupon.limit_plans = Some(vec![PlanId::new(1)]);
        coupon.limit_periods = Some(vec![ferroboard_billing::Period::Monthly]);
        tables.billing.coupons.insert(coupon.id, coupon);
        let mut personal = a_coupon(2, "MINE");
        personal.limit_use_with_user = Some(0);
        tables.billing.coupons.insert(personal.id, personal);
    });
    let body = json!({"code": " c20 ", "plan_id": "1", "period": "month_price"});
    let shown = site.post_as(&token, CHECK_COUPON, body).await.body();
    let expected = json!({
        "id": 1, "code": "C20", "name": "20 % off", "type": 2, "value": 20, "show": true,
        "limit_use": 5, "limit_use_with_user": null, "limit_plan_ids": ["1"],
        "limit_period": ["month_price"], "started_at": 0, "ended_at": 9_999_999_999_i64,
        "created_at": 1_700_000_000, "updated_at": 1_700_000_000,
    });
    assert_eq!(shown["data"], expected);
    for (body, status) in [
        (json!({}), 422),
        (json!({"code": ""}), 422),
        (json!({"code": ["C20"]}), 400),
        (json!({"code": "C20", "plan_id": 2}), 400),
        (json!({"code": "C20", "plan_id": "one"}), 400),
        (json!({"code": "C20", "plan_id": "1.0"}), 400),
        (json!({"code": "C20", "plan_id": 0}), 200),
        (json!({"code": "C20", "plan_id": ""}), 200),
        (json!({"code": "C20", "period": "year_price"}), 400),
        (json!({"code": "C20", "period": "no period"}), 400),
        (json!({"code": "C20", "period": "deposit"}), 400),
        (json!({"code": "C20", "period": "0"}), 200),
        (json!({"code": "C20"}), 200),
    ] {
        let answer = site.post_as(&token, CHECK_COUPON, body.clone()).await;
        assert_eq!(answer.status, status, "{body}");
    }
    let personal = site
        .post_as(&token, CHECK_COUPON, json!({"code": "MINE"}))
        .await;
    assert_eq!(personal.message(), "该优惠券每人只能用 0 次");

    let body = json!({"plan_id": 1, "period": "month_price", "coupon_code": ["C20"]});
    assert_eq!(site.post_as(&token, SAVE, body).await.status, 400);
    let body = json!({"plan_id": 1, "period": "month_price", "coupon_code": "C20"});
    let answer = site.post_as(&token, SAVE, body).await.body();
    let detail = about(&site, &token, "detail", answer["data"].as_str().unwrap()).await;
    let detail = detail.body()["data"].clone();
    assert_eq!(
        (&detail["discount_amount"], &detail["total_amount"]),
        (&json!(198), &json!(792))
    );
}

#[actix_web::test]
async fn guessing_coupons_is_429_after_twenty() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    let body = json!({"code": "NOSUCH"});
    for _ in 0..20 {
        let answer = site.post_as(&token, CHECK_COUPON, body.clone()).await;
        assert_eq!(answer.status, 400);
    }
    let answer = site.post_as(&token, CHECK_COUPON, body).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), "600");
    assert!(answer.message().contains("10"));
}

#[actix_web::test]
async fn a_hundred_orders_a_day_are_placed_and_no_more() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    let now = site.fakes.clock.now();
    let name = CounterName::acts(Act::PlaceOrder, UserId::new(1), now);
    site.fakes.store.write(|tables| {
        let counter = Counter {
            count: 99,
            expires_at: now.plus(Seconds::days(1)),
        };
        let counters = &mut tables.auth.attempts.counters;
        counters.insert(name.as_str().to_owned(), counter);
    });
    let number = order(&site, &token).await;
    let cancel = site
        .post_as(&token, CANCEL, json!({"trade_no": number}))
        .await;
    assert_eq!(cancel.status, 200);
    let body = json!({"plan_id": "1", "period": "month_price"});
    let refused = site.post_as(&token, SAVE, body).await;
    assert_eq!(refused.status, 429, "{refused:?}");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!(wait > 0 && wait <= 86_400);
    let orders = site.fakes.store.read(|tables| tables.billing.orders.len());
    assert_eq!(orders, 1);
    site.fakes.clock.advance(Seconds::new(wait));
    order(&site, &token).await;
}

#[actix_web::test]
async fn what_an_order_would_cost_is_what_it_costs() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        let coupon = a_coupon(1, "C20");
        tables.billing.coupons.insert(coupon.id, coupon);
        tables.user(UserId::new(1)).billing.balance = Cents::new(100);
    });
    let wanted = json!({"plan_id": "1", "period": "month_price", "coupon_code": "c20"});
    let before = site.fakes.store.read(|tables| format!("{tables:?}"));
    let quoted = site.post_as(&token, QUOTE, wanted.clone()).await.body();
    let expected = json!({
        "plan_id": 1, "period": "month_price", "type": 1, "price": 990, "coupon_id": 1,
        "discount_amount": 198, "surplus_amount": null, "surplus_order_ids": null,
        "refund_amount": null, "surplus_credit": null, "balance_amount": 100, "total_amount": 692,
    });
    assert_eq!(quoted["data"], expected);
    let after = site.fakes.store.read(|tables| format!("{tables:?}"));
    assert_eq!(before, after);
    let number = site.post_as(&token, SAVE, wanted.clone()).await.body();
    let number = number["data"].as_str().unwrap();
    let order = about(&site, &token, "detail", number).await.body();
    for member in [
        "discount_amount",
        "balance_amount",
        "total_amount",
        "coupon_id",
        "type",
    ] {
        assert_eq!(order["data"][member], expected[member], "{member}");
    }
    // What cannot be placed is not quoted.
    assert_eq!(site.post_as(&token, QUOTE, wanted).await.status, 400);
}

#[actix_web::test]
async fn quotes_are_refused_as_orders_are_and_no_way_around_the_guesses() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    for (body, status) in [
        (json!({}), 422),
        (json!({"plan_id": 99, "period": "monthly"}), 422),
        (json!({"plan_id": 1, "period": "reset_price"}), 400),
        (json!({"plan_id": 1, "period": "monthly"}), 200),
    ] {
        let answer = site.post_as(&token, QUOTE, body.clone()).await;
        assert_eq!(answer.status, status, "{body}");
    }
    let guess = json!({"plan_id": 1, "period": "monthly", "coupon_code": "GUESS"});
    for _ in 0..20 {
        assert_eq!(site.post_as(&token, QUOTE, guess.clone()).await.status, 400);
    }
    assert_eq!(site.post_as(&token, QUOTE, guess).await.status, 429);
    let check = json!({"code": "GUESS"});
    assert_eq!(site.post_as(&token, CHECK_COUPON, check).await.status, 429);
}

#[actix_web::test]
async fn a_top_up_is_placed_shown_and_cancelled() {
    let settings = [("deposit_enable", "1"), ("deposit_bounus", r#"["50:4.5"]"#)];
    let site = Site::shop(&settings).await;
    let token = site.alice().await;
    let wanted = json!({"plan_id": 0, "period": "deposit", "deposit_amount": 5_000});
    let placed = site.post_as(&token, SAVE, wanted.clone()).await;
    assert_eq!(placed.status, 200, "{placed:?}");
    let number = placed.body()["data"].as_str().unwrap().to_owned();
    assert_eq!(site.post_as(&token, SAVE, wanted).await.status, 400);
    let detail = about(&site, &token, "detail", &number).await.body()["data"].clone();
    for (member, expected) in [
        ("type", json!(9)),
        ("plan_id", json!(0)),
        ("period", json!("deposit")),
        ("plan", json!({"id": 0, "name": "deposit"})),
        ("total_amount", json!(5_000)),
        ("bounus", json!(450)),
        ("get_amount", json!(5_450)),
    ] {
        assert_eq!(detail.get(member), Some(&expected), "{member}");
    }
    let list = site.get_as(&token, "/api/v1/user/order/fetch").await.body();
    assert_eq!(list["data"][0]["plan"]["name"], "deposit");
    let cancelled = site
        .post_as(&token, CANCEL, json!({"trade_no": number}))
        .await;
    assert_eq!(cancelled.body()["data"], true);
}

#[actix_web::test]
async fn top_ups_are_closed_unless_the_site_opens_them() {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    let wanted = json!({"plan_id": 0, "period": "deposit", "deposit_amount": 5_000});
    assert_eq!(site.post_as(&token, SAVE, wanted).await.status, 400);
}
