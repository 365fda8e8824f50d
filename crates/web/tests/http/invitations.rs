//! Invitation codes, and what they brought.

use ferroboard_invite::CommissionLog;
use ferroboard_kernel::{Cents, TradeNo, UnixSeconds, UserId};
use serde_json::json;

use crate::harness::Site;

const ALICE: UserId = UserId::new(1);
const SAVE: &str = "/api/v1/user/invite/save";
const FETCH: &str = "/api/v1/user/invite/fetch";
const DETAILS: &str = "/api/v1/user/invite/details";

#[actix_web::test]
async fn codes_are_made_by_either_method_until_there_are_enough() {
    let site = Site::with_settings(&[("invite_gen_limit", "2")]).await;
    let token = site.alice().await;
    let made = site.get_as(&token, SAVE).await;
    assert_eq!(made.body()["data"], true);
    assert_eq!(made.header("cache-control"), "no-store");
    let made = site.post_as(&token, SAVE, json!({})).await;
    assert_eq!(made.body()["data"], true);
    assert_eq!(made.header("cache-control"), "no-store");
    let refused = site.get_as(&token, SAVE).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.message(), "已达到邀请码创建数量上限");
    let page = site.get_as(&token, FETCH).await.body()["data"].clone();
    assert_eq!(page["codes"].as_array().unwrap().len(), 2);
    let code = &page["codes"][0];
    assert_eq!(code["code"].as_str().unwrap().len(), 8);
    assert_eq!((&code["user_id"], &code["pv"]), (&json!(1), &json!(0)));
    assert_eq!(code["status"], false);
    assert!(code["created_at"].is_i64() && code["updated_at"].is_i64());
    assert_eq!(page["stat"], json!([0, 0, 0, 10, 0]));
}

#[actix_web::test]
async fn the_figures_stand_in_their_order() {
    let site = Site::with_settings(&[("invite_commission", "15")]).await;
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).invite;
        row.commission_balance = Cents::new(700);
        tables.invite.commissions.push(paid(1, 300));
        let order = ferroboard_billing::Order {
            inviter: Some(ALICE),
            status: ferroboard_billing::OrderStatus::Completed,
            commission: Cents::new(90),
            ..ferroboard_billing::testing::an_order(1, UserId::new(2))
        };
        tables.billing.orders.insert(order.id, order);
    });
    let stat = |body: serde_json::Value| body["data"]["stat"].clone();
    let shown = stat(site.get_as(&token, FETCH).await.body());
    assert_eq!(shown, json!([0, 300, 90, 15, 700]));
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).invite;
        row.commission_rate = Some(25);
    });
    let shown = stat(site.get_as(&token, FETCH).await.body());
    assert_eq!(shown, json!([0, 300, 90, 25, 700]));
}

fn paid(number: i64, amount: i64) -> CommissionLog {
    CommissionLog {
        inviter: ALICE,
        buyer: UserId::new(2),
        trade_no: TradeNo::stored(format!("T{number}")),
        order_amount: Cents::new(1_000),
        amount: Cents::new(amount),
        at: UnixSeconds::new(1_735_660_000 + number),
    }
}

#[actix_web::test]
async fn the_log_has_pages_of_ten_to_a_hundred() {
    let site = Site::open().await;
    let token = site.alice().await;
    let empty = site.get_as(&token, DETAILS).await;
    assert_eq!(empty.text, r#"{"data":[],"total":0}"#);
    site.fakes.store.write(|tables| {
        let paid = (1..=12).map(|number| paid(number, number * 10));
        tables.invite.commissions.extend(paid);
    });
    for (query, rows, first) in [
        ("", 10, Some("T12")),
        ("?current=2", 2, Some("T2")),
        ("?current=0&page_size=1", 10, Some("T12")),
        ("?page_size=50", 12, Some("T12")),
        ("?page_size=1000", 12, Some("T12")),
        ("?current=9223372036854775807&page_size=100", 0, None),
        ("?current=x&page_size=x", 10, Some("T12")),
    ] {
        let body = site
            .get_as(&token, &format!("{DETAILS}{query}"))
            .await
            .body();
        let data = body["data"].as_array().unwrap();
        assert_eq!((data.len(), &body["total"]), (rows, &json!(12)), "{query}");
        assert_eq!(
            data.first().map(|row| &row["trade_no"]),
            first.map(|t| json!(t)).as_ref()
        );
    }
    let row = site.get_as(&token, DETAILS).await.body()["data"][0].clone();
    let members: Vec<&String> = row.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        ["created_at", "get_amount", "id", "order_amount", "trade_no"]
    );
    assert_eq!(
        (&row["get_amount"], &row["order_amount"]),
        (&json!(120), &json!(1_000))
    );
}
