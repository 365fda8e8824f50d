//! Orders, as administrators manage them.

use ferroboard_billing::testing::{a_payment_method, a_plan, an_order};
use ferroboard_billing::{
    CommissionStatus, NoticeOutcome, Order, OrderKind, OrderStatus, Period, PriceList,
};
use ferroboard_kernel::{Cents, Email, PaymentId, TradeNo, UserId};
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";
const DONE: &str = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/order/{route}")
}

/// A shop with an administrator, who is user 1, and the token.
async fn office() -> (Site, String) {
    let site = Site::shop(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    (site, token)
}

fn put(site: &Site, order: Order) {
    site.fakes.store.write(|tables| {
        let open = (order.user_id, order.trade_no.clone());
        if order.status.is_unfinished() {
            tables.billing.open_orders.extend([open]);
        }
        tables.billing.orders.insert(order.id, order);
    });
}

fn order(site: &Site, trade_no: &str) -> Order {
    let trade_no = TradeNo::stored(trade_no.to_owned());
    let found =
        |tables: &ferroboard_testing::MemoryTables| tables.billing.order(&trade_no).cloned();
    site.fakes.store.read(found).unwrap()
}

fn changes(site: &Site) -> Vec<Value> {
    site.fakes.store.read(|tables| {
        let changes = tables.audit.changes.values();
        changes
            .map(|change| json!([change.before, change.after]))
            .collect()
    })
}

fn refused(answer: &Answer, status: u16, text: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    assert_eq!(answer.message(), text);
}

#[actix_web::test]
async fn an_order_is_paid_by_hand_once_and_opened() {
    let (site, token) = office().await;
    let pending = Order {
        payment_id: Some(PaymentId::new(1)),
        ..an_order(5, UserId::new(1))
    };
    let number = pending.trade_no.to_string();
    put(&site, pending);
    let body = json!({"trade_no": number});
    let paid = site.post_as(&token, &at("paid"), body.clone()).await;
    assert_eq!(paid.text, DONE);
    let paid = order(&site, &number);
    assert_eq!(paid.status, OrderStatus::Completed);
    assert_eq!(paid.callback_no.as_deref(), Some("manual_operation"));
    assert_eq!(paid.payment_id, Some(PaymentId::new(1)));
    site.fakes.store.read(|tables| {
        let notices: Vec<_> = tables.billing.raw_notices.values().collect();
        let [kept] = notices.as_slice() else {
            panic!("{notices:?}")
        };
        assert_eq!(kept.outcome, Some(NoticeOutcome::Paid));
        assert_eq!(kept.notice.raw.method, "manual_operation");
        let admin = ("admin_id".to_owned(), "1".to_owned());
        assert!(kept.notice.raw.query.contains(&admin));
    });
    assert_eq!(changes(&site), [json!([{"status": 0}, {"status": 1}])]);
    for route in ["paid", "cancel"] {
        let again = site.post_as(&token, &at(route), body.clone()).await;
        refused(&again, 400, "只能对待支付的订单进行操作");
    }
    assert_eq!(changes(&site).len(), 1);
}

#[actix_web::test]
async fn what_cannot_be_opened_stays_paid_and_says_why() {
    let (site, token) = office().await;
    let pending = an_order(5, UserId::new(1));
    let number = pending.trade_no.to_string();
    put(&site, pending);
    site.fakes
        .store
        .write(|tables| tables.billing.plans.clear());
    let body = json!({"trade_no": number});
    let paid = site.post_as(&token, &at("paid"), body).await;
    refused(&paid, 400, "订阅计划不存在");
    assert_eq!(order(&site, &number).status, OrderStatus::Processing);
    let failures = site
        .fakes
        .store
        .read(|tables| tables.billing.failures.len());
    assert_eq!(failures, 1);
}

#[actix_web::test]
async fn a_cancelled_order_gives_back_what_it_held() {
    let (site, token) = office().await;
    let pending = Order {
        balance_used: Some(Cents::new(500)),
        ..an_order(5, UserId::new(1))
    };
    let number = pending.trade_no.to_string();
    put(&site, pending);
    let body = json!({"trade_no": number});
    let cancelled = site.post_as(&token, &at("cancel"), body.clone()).await;
    assert_eq!(cancelled.text, DONE);
    assert_eq!(order(&site, &number).status, OrderStatus::Cancelled);
    let balance = |site: &Site| {
        let user = UserId::new(1);
        site.fakes
            .store
            .write(|tables| tables.user(user).billing.balance)
    };
    assert_eq!(balance(&site), Cents::new(500));
    let again = site.post_as(&token, &at("cancel"), body).await;
    refused(&again, 400, "只能对待支付的订单进行操作");
    assert_eq!(balance(&site), Cents::new(500));
}

#[actix_web::test]
async fn an_order_is_given_in_any_letter_case_of_the_address() {
    let (site, token) = office().await;
    for (period, kind, stored) in [
        ("month_price", OrderKind::New, Period::Monthly),
        ("onetime_price", OrderKind::New, Period::OneTime),
        ("reset_price", OrderKind::TrafficReset, Period::ResetTraffic),
        ("yearly", OrderKind::New, Period::Yearly),
    ] {
        let body = json!({
            "email": "ALICE@demo.test", "plan_id": "1", "period": period, "total_amount": 28.999_999_999_999_996,
        });
        let given = site.post_as(&token, &at("assign"), body.clone()).await;
        assert_eq!(given.status, 200, "{}", given.text);
        let number = given.body()["data"].as_str().unwrap().to_owned();
        assert_eq!(number.len(), 32);
        let made = order(&site, &number);
        assert_eq!((made.kind, made.period), (kind, stored));
        assert_eq!(
            (made.total, made.status),
            (Cents::new(29), OrderStatus::Pending)
        );
        assert_eq!((made.balance_used, made.coupon_id), (None, None));
        let second = site.post_as(&token, &at("assign"), body).await;
        refused(&second, 400, "该用户还有待支付的订单，无法分配");
        let cancelled = json!({"trade_no": number});
        assert_eq!(
            site.post_as(&token, &at("cancel"), cancelled).await.text,
            DONE
        );
    }
    for (members, status, text) in [
        (json!({"email": "nobody@demo.test"}), 400, "该用户不存在"),
        (json!({"plan_id": 99}), 400, "订阅计划不存在"),
        (json!({"period": "weekly"}), 422, "付款周期有误"),
        (json!({"total_amount": -1}), 422, "支付金额格式有误"),
        (json!({"total_amount": 28.5}), 422, "支付金额格式有误"),
        (
            json!({"total_amount": 2_147_483_648_i64}),
            422,
            "支付金额格式有误",
        ),
        (json!({"total_amount": [1]}), 422, "支付金额格式有误"),
        (json!({"plan_id": "x"}), 400, "订阅计划不存在"),
        (json!({"plan_id": [1]}), 400, "订阅计划不存在"),
        (json!({"email": "alice"}), 400, "该用户不存在"),
        (json!({"email": {"a": 1}}), 422, "邮箱格式不正确"),
    ] {
        let mut body = json!({"email": "alice@demo.test", "plan_id": 1, "period": "monthly", "total_amount": 0});
        body.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        let answer = site.post_as(&token, &at("assign"), body).await;
        refused(&answer, status, text);
    }
    let empty = site.post_as(&token, &at("assign"), json!({})).await;
    let body = empty.body();
    let mut names: Vec<&String> = body["errors"].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["email", "period", "plan_id", "total_amount"]);
}

/// Older panels and bots stored what is no address.
#[actix_web::test]
async fn an_order_is_given_to_whoever_has_the_text() {
    let (site, token) = office().await;
    for stored in ["tg_12345", "vip 1@ex.com"] {
        site.fakes.store.write(|tables| {
            tables.user(UserId::new(1)).auth.account.email = Email::stored(stored);
        });
        let body = json!({"email": stored, "plan_id": 1, "period": "monthly", "total_amount": 0});
        let given = site.post_as(&token, &at("assign"), body).await;
        assert_eq!(given.status, 200, "{}", given.text);
        let cancelled = json!({"trade_no": given.body()["data"]});
        assert_eq!(
            site.post_as(&token, &at("cancel"), cancelled).await.text,
            DONE
        );
    }
}

#[actix_web::test]
async fn a_given_order_of_another_plan_changes_it_and_earns_commission() {
    let (site, token) = office().await;
    site.fakes.store.write(|tables| {
        let mut other = a_plan(2);
        other.prices = PriceList::default();
        tables.billing.plans.insert(other.id, other);
        let row = tables.user(UserId::new(1));
        row.billing.plan_id = Some(a_plan(1).id);
    });
    let body = json!({"email": "alice@demo.test", "plan_id": 2, "period": "yearly", "total_amount": 5_000});
    let given = site.post_as(&token, &at("assign"), body).await;
    let number = given.body()["data"].as_str().unwrap().to_owned();
    let made = order(&site, &number);
    // Its period has no price, and the old plan has ended.
    assert_eq!((made.kind, made.inviter), (OrderKind::Change, None));
    assert_eq!((made.surplus, made.commission), (None, Cents::ZERO));
}

#[actix_web::test]
async fn commission_is_decided_until_it_is_paid() {
    let (site, token) = office().await;
    let done = Order {
        status: OrderStatus::Completed,
        commission_status: None,
        ..an_order(5, UserId::new(1))
    };
    let number = done.trade_no.to_string();
    put(&site, done);
    let decide = async |status: Value| {
        let body = json!({"trade_no": number, "commission_status": status});
        site.post_as(&token, &at("update"), body).await
    };
    for (said, stands) in [
        (json!(1), Some(CommissionStatus::Payable)),
        (json!("3"), Some(CommissionStatus::Invalid)),
        (json!(0), Some(CommissionStatus::Unconfirmed)),
    ] {
        assert_eq!(decide(said).await.text, DONE);
        assert_eq!(order(&site, &number).commission_status, stands);
    }
    assert_eq!(changes(&site).len(), 3);
    for odd in [
        json!(2),
        json!(4),
        json!("x"),
        json!([1]),
        json!(null),
        json!(""),
    ] {
        refused(&decide(odd).await, 422, "佣金状态格式不正确");
    }
    let update = async |members: Value| site.post_as(&token, &at("update"), members).await;
    for odd in [json!(null), json!(""), json!(4), json!("x"), json!([1])] {
        // It is judged before anything is looked up.
        for number in [number.as_str(), "nowhere"] {
            let body = json!({"trade_no": number, "status": odd});
            refused(&update(body).await, 422, "销售状态格式不正确");
        }
    }
    // It is judged, and never written.
    let body = json!({"trade_no": number, "status": "0"});
    assert_eq!(update(body).await.text, DONE);
    assert_eq!(order(&site, &number).status, OrderStatus::Completed);
    let paid = Order {
        commission_status: Some(CommissionStatus::Paid),
        ..order(&site, &number)
    };
    put(&site, paid);
    refused(&decide(json!(1)).await, 400, "该订单的佣金已发放");
}

#[actix_web::test]
async fn what_names_no_order_is_refused() {
    let (site, token) = office().await;
    let method = a_payment_method(1);
    assert!(method.enabled);
    for route in ["paid", "cancel", "update"] {
        for body in [
            json!({}),
            json!({"trade_no": "x"}),
            json!({"trade_no": null}),
            json!({"trade_no": ["x"]}),
            json!({"trade_no": "'; DROP"}),
        ] {
            let answer = site.post_as(&token, &at(route), body).await;
            refused(&answer, 400, "订单不存在");
        }
    }
    for id in [json!(null), json!("x"), json!([1])] {
        let answer = site.post_as(&token, &at("detail"), json!({"id": id})).await;
        refused(&answer, 400, "订单不存在");
    }
    for asked in [
        json!({"filter": [{"id": "nope", "value": "eq:1"}]}),
        json!({"filter": [{"id": "status"}]}),
        json!({"sort": [{"id": "email", "desc": true}]}),
    ] {
        let answer = site.post_as(&token, &at("fetch"), asked).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
    assert!(changes(&site).is_empty());
}
