//! Commission that is asked to be paid out.

use actix_web::test::TestRequest;
use ferroboard_kernel::{Cents, UserId};
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const ALICE: UserId = UserId::new(1);
const FETCH: &str = "/api/v1/user/ticket/fetch?id=1";
const CLOSE: &str = "/api/v1/user/ticket/close";
const WITHDRAW: &str = "/api/v1/user/ticket/withdraw";
const TRANSFER: &str = "/api/v1/user/transfer";

/// Alice's token; she has so much commission.
async fn earned(site: &Site, cents: i64) -> String {
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).invite;
        row.commission_balance = Cents::new(cents);
    });
    token
}

fn by_usdt() -> Value {
    json!({"withdraw_method": "USDT", "withdraw_account": "addr"})
}

async fn transfer(site: &Site, token: &str, cents: i64) -> Answer {
    let body = json!({"transfer_amount": cents});
    site.post_as(token, TRANSFER, body).await
}

#[actix_web::test]
async fn a_request_opens_a_ticket_and_reserves_the_commission() {
    let site = Site::open().await;
    let token = earned(&site, 20_000).await;
    let asked = site.post_as(&token, WITHDRAW, by_usdt()).await;
    assert_eq!(asked.body()["data"], true, "{asked:?}");
    let ticket = site.get_as(&token, FETCH).await.body()["data"].clone();
    assert_eq!(ticket["subject"], "[提现申请] 本工单由系统发出");
    assert_eq!(
        (&ticket["level"], &ticket["status"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        ticket["message"][0]["message"],
        "提现方式：USDT\r\n提现账号：addr\r\n提现金额：200.00"
    );
    let info = site.get_as(&token, "/api/v1/user/info").await.body();
    assert_eq!(info["data"]["commission_balance"], 20_000);
    for cents in [1, 20_000] {
        let refused = transfer(&site, &token, cents).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.message(), "佣金已被待处理的提现申请占用");
    }
    let refused = transfer(&site, &token, 20_001).await;
    assert_eq!(refused.message(), "推广佣金余额不足");
    let again = site.post_as(&token, WITHDRAW, by_usdt()).await;
    assert_eq!(
        (again.status.as_u16(), again.message().as_str()),
        (400, "存在未关闭的工单")
    );
    // What is earned later is free.
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).invite;
        row.commission_balance = Cents::new(20_300);
    });
    assert_eq!(transfer(&site, &token, 301).await.status, 400);
    assert_eq!(transfer(&site, &token, 300).await.status, 200);
    let closed = site.post_as(&token, CLOSE, json!({"id": 1})).await;
    assert_eq!(closed.status, 200);
    assert_eq!(transfer(&site, &token, 20_000).await.status, 200);
}

#[actix_web::test]
async fn the_ticket_speaks_the_language_of_the_request() {
    let site = Site::open().await;
    let token = earned(&site, 20_000).await;
    let request = TestRequest::post().uri(WITHDRAW).set_json(by_usdt());
    let request = request.insert_header(("Authorization", token.clone()));
    let asked = site
        .send(request.insert_header(("Content-Language", "en-US")))
        .await;
    assert_eq!(asked.status, 200);
    let ticket = site.get_as(&token, FETCH).await.body()["data"].clone();
    assert_eq!(
        ticket["subject"],
        "[Commission Withdrawal Request] This ticket is opened by the system"
    );
    assert_eq!(
        ticket["message"][0]["message"],
        "Withdrawal method：USDT\r\nWithdrawal account：addr\r\nWithdrawal amount：200.00"
    );
}

#[actix_web::test]
async fn the_fields_tell_which_meaning_is_meant() {
    let site = Site::open().await;
    let token = earned(&site, 20_000).await;
    let missing = |fields: &[&str]| {
        let texts = [
            ("id", "参数错误"),
            ("withdraw_method", "提现方式不能为空"),
            ("withdraw_account", "提现账号不能为空"),
        ];
        let texts = texts
            .into_iter()
            .filter(|(field, _)| fields.contains(field));
        Value::Object(
            texts
                .map(|(field, text)| (field.to_owned(), json!([text])))
                .collect(),
        )
    };
    for (body, expected) in [
        (
            json!({}),
            missing(&["id", "withdraw_method", "withdraw_account"]),
        ),
        (
            json!({"id": null, "withdraw_method": ""}),
            missing(&["id", "withdraw_method", "withdraw_account"]),
        ),
        (
            json!({"withdraw_account": "a"}),
            missing(&["withdraw_method"]),
        ),
        (
            json!({"id": 1, "withdraw_method": "USDT"}),
            missing(&["withdraw_account"]),
        ),
    ] {
        let refused = site.post_as(&token, WITHDRAW, body.clone()).await;
        assert_eq!(refused.status, 422, "{body}");
        assert_eq!(refused.body()["errors"], expected, "{body}");
    }
    let mut both = by_usdt();
    both["id"] = json!(77);
    assert_eq!(site.post_as(&token, WITHDRAW, both).await.status, 200);
}

#[actix_web::test]
async fn an_account_cannot_forge_a_line_of_the_message() {
    let site = Site::open().await;
    let token = earned(&site, 20_000).await;
    let long = "x".repeat(256);
    for account in [
        "a\r\n提现金额：999999.00",
        "a\nb",
        "a\u{85}b",
        long.as_str(),
    ] {
        let body = json!({"withdraw_method": "USDT", "withdraw_account": account});
        let refused = site.post_as(&token, WITHDRAW, body).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body()["errors"]["withdraw_account"].is_array());
    }
    let body = json!({"withdraw_method": ["USDT"], "withdraw_account": "a"});
    let refused = site.post_as(&token, WITHDRAW, body).await;
    assert_eq!(
        (refused.status.as_u16(), refused.message().as_str()),
        (422, "不支持的提现方式")
    );
}

#[actix_web::test]
async fn the_site_decides_how_and_from_when_on() {
    for (settings, cents, status, message) in [
        (
            &[("withdraw_close_enable", "1")][..],
            20_000,
            400,
            "不支持提现",
        ),
        (
            &[("commission_withdraw_method", r#"["Bank"]"#)],
            20_000,
            422,
            "不支持的提现方式",
        ),
        (
            &[("commission_withdraw_limit", "200.01")],
            20_000,
            422,
            "当前系统要求的最少提现佣金为：200.01",
        ),
        (&[], 9_999, 422, "当前系统要求的最少提现佣金为：100"),
        (
            &[("commission_withdraw_limit", "0")],
            0,
            422,
            "当前系统要求的最少提现佣金为：0.01",
        ),
        (
            &[("commission_withdraw_limit", "200")],
            20_000,
            200,
            "操作成功",
        ),
        (
            &[("commission_withdraw_method", "Bank,USDT")],
            20_000,
            200,
            "操作成功",
        ),
    ] {
        let site = Site::with_settings(settings).await;
        let token = earned(&site, cents).await;
        let answer = site.post_as(&token, WITHDRAW, by_usdt()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.message().as_str()),
            (status, message),
            "{settings:?}"
        );
        let reserved = usize::from(status == 200);
        let rows = site
            .fakes
            .store
            .read(|tables| tables.tickets.withdrawals.len());
        assert_eq!(rows, reserved, "{settings:?}");
    }
}
