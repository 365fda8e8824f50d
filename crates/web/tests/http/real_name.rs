//! Submitting a real name, and what is refused without one.

use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Clock as _, GroupId, Seconds, UnixSeconds, UserId};
use ferroboard_knowledge::testing::an_article;
use ferroboard_nodes::testing::a_node;
use ferroboard_realname::Status;
use ferroboard_realname::testing::a_record;
use ferroboard_site::{PluginRow, Plugins};
use ferroboard_telegram::ChatId;
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const STATUS: &str = "/api/v1/user/real-name-verification/status";
const SUBMIT: &str = "/api/v1/user/real-name-verification/submit";
const NUMBER: &str = "11010519491231002X";
/// The sample of the API page, whose check digit is wrong.
const SAMPLE: &str = "110101199001011234";
const ALICE: UserId = UserId::new(1);

async fn site(config: Value) -> (Site, String) {
    site_with(config, &[]).await
}

async fn site_with(config: Value, settings: &[(&str, &str)]) -> (Site, String) {
    let plugin = PluginRow {
        code: Plugins::REAL_NAME.to_owned(),
        enabled: true,
        config: Some(config.to_string()),
    };
    let site = Site::with_plugins(settings, vec![plugin]).await;
    let token = site.alice().await;
    (site, token)
}

async fn submit(site: &Site, token: &str, number: &str) -> Answer {
    let body = json!({"real_name": "张 三", "identity_no": number});
    site.post_as(token, SUBMIT, body).await
}

async fn register(site: &Site, email: &str) -> String {
    let body = json!({"email": email, "password": "password-other"});
    let answer = site.post("/api/v1/passport/auth/register", body).await;
    answer.body()["data"]["token"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_plugin_that_is_off_answers_400() {
    let site = Site::open().await;
    let token = site.alice().await;
    for answer in [
        site.get_as(&token, STATUS).await,
        submit(&site, &token, NUMBER).await,
    ] {
        assert_eq!(answer.status, 400);
        assert_eq!(answer.message(), "插件未启用");
    }
    let info = site.get_as(&token, "/api/v1/user/info").await.body();
    assert_eq!(info["data"].get("real_name_status"), None);
}

#[actix_web::test]
async fn a_submission_is_shown_masked_only() {
    let (site, token) = site(json!({"notice": "Why we ask"})).await;
    let now = site.fakes.clock.now().get();
    let before = site.get_as(&token, STATUS).await.body()["data"].clone();
    let expected = json!({
        "status": "unsubmitted", "status_code": 0, "status_text": "未提交", "is_verified": false,
        "can_submit": true, "cannot_submit_reason": null, "real_name": null, "identity_no": null,
        "real_name_masked": null, "identity_no_masked": null, "submitted_at": null,
        "reviewed_at": null, "reject_reason": null, "submit_remaining": 5, "enforce": "none",
        "enforced_now": false, "notice": "Why we ask",
    });
    assert_eq!(before, expected);
    let submitted = submit(&site, &token, SAMPLE).await;
    assert_eq!(submitted.status, 200, "{submitted:?}");
    let expected = json!({
        "status": "pending", "status_code": 1, "status_text": "审核中", "is_verified": false,
        "can_submit": false, "cannot_submit_reason": "pending", "real_name": "张*",
        "identity_no": "110***********1234", "real_name_masked": "张*",
        "identity_no_masked": "110***********1234", "submitted_at": now, "reviewed_at": null,
        "reject_reason": null, "submit_remaining": 4, "enforce": "none", "enforced_now": false,
        "notice": "Why we ask",
    });
    assert_eq!(submitted.body()["data"], expected);
    assert_eq!(site.get_as(&token, STATUS).await.body()["data"], expected);
    let info = site.get_as(&token, "/api/v1/user/info").await.body();
    assert_eq!(info["data"]["real_name_status"], "pending");
    let again = submit(&site, &token, NUMBER).await;
    assert_eq!(again.status, 400);
    assert_eq!(again.body()["code"], "already_pending");
}

#[actix_web::test]
async fn malformed_fields_are_named_and_cost_nothing() {
    let (site, token) = site(json!({"strict_checksum": true, "min_age": 90})).await;
    for (body, expected) in [
        (json!({}), json!(["real_name", "identity_no"])),
        (json!({"real_name": "张三"}), json!(["identity_no"])),
        (
            json!({"real_name": "Bob", "identity_no": NUMBER}),
            json!(["real_name", "identity_no"]),
        ),
        (
            json!({"real_name": ["张三"], "identity_no": {"a": 1}}),
            json!(["real_name", "identity_no"]),
        ),
        (
            json!({"real_name": "张三", "identity_no": SAMPLE}),
            json!(["identity_no"]),
        ),
        (
            json!({"real_name": "张三", "identity_no": "99010519491231002X"}),
            json!(["identity_no"]),
        ),
        (
            json!({"real_name": "张三", "identity_no": NUMBER}),
            json!(["identity_no"]),
        ),
    ] {
        let answer = site.post_as(&token, SUBMIT, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}");
        let errors = answer.body()["errors"].clone();
        let mut fields: Vec<&String> = errors.as_object().unwrap().keys().collect();
        fields.sort_by_key(|field| **field == "identity_no");
        assert_eq!(json!(fields), expected, "{body}");
        assert!(!answer.text.contains(NUMBER) && !answer.text.contains("张三"));
    }
    let status = site.get_as(&token, STATUS).await.body();
    assert_eq!(status["data"]["submit_remaining"], 5);
}

#[actix_web::test]
async fn one_identity_has_one_account() {
    let (site, token) = site(json!({"auto_approve": true})).await;
    let approved = submit(&site, &token, NUMBER).await.body();
    assert_eq!(approved["data"]["status"], "approved");
    assert_eq!(approved["data"]["is_verified"], true);
    let other = register(&site, "bob@demo.test").await;
    let refused = submit(&site, &other, "11010519491231002x").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body()["code"], "identity_used");
    assert!(!refused.text.contains("alice"));
    let again = submit(&site, &token, NUMBER).await;
    assert_eq!(again.body()["code"], "already_approved");
}

#[actix_web::test]
async fn submissions_are_limited() {
    let (site, token) = site(json!({"submit_limit": 2})).await;
    for left in [1, 0] {
        let submitted = submit(&site, &token, NUMBER).await.body();
        assert_eq!(submitted["data"]["submit_remaining"], left);
        site.fakes.store.write(|tables| {
            let record = tables.real_name.records.get_mut(&ALICE).unwrap();
            record.status = Status::Rejected;
        });
    }
    let status = site.get_as(&token, STATUS).await.body();
    assert_eq!(status["data"]["cannot_submit_reason"], "throttled");
    let refused = submit(&site, &token, NUMBER).await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
    site.fakes.clock.advance(Seconds::hours(25));
    assert_eq!(submit(&site, &token, NUMBER).await.status, 200);
}

#[actix_web::test]
async fn a_rejection_may_be_final() {
    let (site, token) = site(json!({"allow_resubmit": false})).await;
    site.fakes.store.write(|tables| {
        let mut record = a_record(ALICE, ferroboard_kernel::UnixSeconds::new(1));
        record.status = Status::Rejected;
        record.reject_reason = Some("unclear".into());
        tables.real_name.records.insert(ALICE, record);
    });
    let status = site.get_as(&token, STATUS).await.body();
    assert_eq!(status["data"]["cannot_submit_reason"], "resubmit_closed");
    assert_eq!(status["data"]["reject_reason"], "unclear");
    let refused = submit(&site, &token, NUMBER).await;
    assert_eq!(refused.body()["code"], "resubmit_closed");
}

#[actix_web::test]
async fn what_is_enforced_is_refused_until_an_approval() {
    let order = json!({"plan_id": 1, "period": "month_price"});
    for (enforce, order_status, link) in [
        ("none", 200, true),
        ("order", 400, true),
        ("subscribe", 200, false),
        ("all", 400, false),
    ] {
        let (site, token) = site_with(json!({"enforce": enforce}), &[]).await;
        site.sell();
        let demanded = site.get_as(&token, STATUS).await.body()["data"]["enforced_now"].clone();
        assert_eq!(demanded, enforce != "none");
        let shown = site
            .get_as(&token, "/api/v1/user/getSubscribe")
            .await
            .body();
        let address = shown["data"]["subscribe_url"].as_str().unwrap();
        assert_eq!(address.is_empty(), !link, "{enforce}");
        let flag = shown["data"].get("realname_required");
        assert_eq!(flag, (!link).then_some(&json!(true)), "{enforce}");
        let placed = site
            .post_as(&token, "/api/v1/user/order/save", order.clone())
            .await;
        assert_eq!(placed.status, order_status, "{enforce} {placed:?}");
        if order_status == 400 {
            assert_eq!(placed.body()["code"], "realname_required");
        }
        site.fakes.store.write(|tables| {
            let mut record = a_record(ALICE, ferroboard_kernel::UnixSeconds::new(1));
            record.status = Status::Approved;
            tables.real_name.records.insert(ALICE, record);
            tables.billing.orders.clear();
            tables.billing.open_orders.clear();
        });
        let shown = site
            .get_as(&token, "/api/v1/user/getSubscribe")
            .await
            .body();
        assert_ne!(shown["data"]["subscribe_url"], "");
        let placed = site
            .post_as(&token, "/api/v1/user/order/save", order.clone())
            .await;
        assert_eq!(placed.status, 200, "{enforce} {placed:?}");
    }
}

#[actix_web::test]
async fn grace_is_given_after_the_registration() {
    let (site, token) = site(json!({"enforce": "all", "grace_days": 1})).await;
    let demanded =
        async || site.get_as(&token, STATUS).await.body()["data"]["enforced_now"].clone();
    assert_eq!(demanded().await, false);
    site.fakes.clock.advance(Seconds::days(1));
    assert_eq!(demanded().await, true);
}

#[actix_web::test]
async fn the_staff_is_told_of_what_waits_without_a_name() {
    let bot = [("telegram_bot_token", "123:abc")];
    let (site, token) = site_with(json!({"auto_approve": true}), &bot).await;
    let other = register(&site, "bob@demo.test").await;
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).auth;
        row.is_staff = true;
        tables.user(ALICE).chat = Some(ChatId::new(777));
    });
    assert_eq!(submit(&site, &token, NUMBER).await.status, 200);
    assert_eq!(submit(&site, &other, SAMPLE).await.status, 200);
    let mut told = Vec::new();
    for _ in 0..100 {
        told = site.fakes.bot.sent();
        if !told.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let text = "🪪 实名认证待审核\n用户编号：2";
    assert_eq!(told, [(ChatId::new(777), text.to_owned())]);
}

/// Alice's link with a subscription, an article that tells it, and a node that serves her.
async fn subscribed(config: Value) -> (Site, String, String) {
    let settings = [("server_token", "server-token-0123456789")];
    let (site, token) = site_with(config, &settings).await;
    site.fakes.store.write(|tables| {
        let mut own = a_subscription(UnixSeconds::new(4_070_880_000));
        own.group_id = Some(GroupId::new(1));
        tables.user(ALICE).billing.subscribe(&own);
        let node = a_node(1);
        tables.nodes.nodes.insert(node.id, node);
        let mut row = an_article(1);
        "[{{subscribeUrl}}]".clone_into(&mut row.article.body);
        tables.knowledge.articles.insert(row.article.id, row);
    });
    let link = site.fakes.store.read(|tables| {
        let account = &tables.users[&ALICE].auth.account;
        account.subscribe_token.as_str().to_owned()
    });
    (site, token, link)
}

#[actix_web::test]
async fn links_and_articles_want_an_approval() {
    for (enforce, refused) in [("order", false), ("subscribe", true), ("all", true)] {
        let (site, token, link) = subscribed(json!({"enforce": enforce})).await;
        let program = format!("/api/v1/client/app/getConfig?token={link}");
        let answers = async || {
            let download = site.get(&format!("/s/{link}")).await;
            let article = "/api/v1/user/knowledge/fetch?id=1";
            let article = site.get_as(&token, article).await.body();
            let body = article["data"]["body"].as_str().unwrap().to_owned();
            let program = site.get(&program).await.status.as_u16();
            (download, program, body.contains(&link))
        };
        let (download, program, is_told) = answers().await;
        assert_eq!(is_told, !refused, "{enforce}");
        assert_eq!(
            download.status,
            if refused { 403 } else { 200 },
            "{enforce}"
        );
        assert_eq!(program, download.status.as_u16());
        if refused {
            assert_eq!(download.body()["code"], "realname_required");
        }
        approve(&site);
        let (download, program, is_told) = answers().await;
        assert_eq!(
            (download.status.as_u16(), program, is_told),
            (200, 200, true)
        );
    }
}

fn approve(site: &Site) {
    site.fakes.store.write(|tables| {
        let mut record = a_record(ALICE, UnixSeconds::new(1));
        record.status = Status::Approved;
        tables.real_name.records.insert(ALICE, record);
    });
}
