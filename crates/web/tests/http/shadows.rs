//! The second account for the IPv6 nodes.

use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Clock as _, GroupId, Seconds, UserId};
use ferroboard_site::{PluginRow, Plugins};
use serde_json::{Value, json};

use crate::harness::Site;

const BASE: &str = "/api/v1/user/user-add-ipv6-subscription";
const ALICE: UserId = UserId::new(1);
const SHADOW: UserId = UserId::new(2);

async fn site(config: Value) -> (Site, String) {
    let plugin = PluginRow {
        code: Plugins::IPV6_SUBSCRIPTION.to_owned(),
        enabled: true,
        config: Some(config.to_string()),
    };
    let site = Site::with_plugins(&[], vec![plugin]).await;
    let token = site.alice().await;
    (site, token)
}

async fn subscribed(config: Value) -> (Site, String) {
    let (site, token) = site(config).await;
    site.sell();
    let end = site.fakes.clock.now().plus(Seconds::days(30));
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).billing;
        row.subscribe(&a_subscription(end));
        row.upload = 5;
    });
    (site, token)
}

async fn check(site: &Site, token: &str) -> Value {
    site.get_as(token, &format!("{BASE}/check")).await.body()["data"].clone()
}

async fn enable(site: &Site, token: &str) -> Value {
    let answer = site
        .post_as(token, &format!("{BASE}/enable"), json!({}))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body()["data"].clone()
}

async fn login(site: &Site, email: &str, password: &str) -> Result<String, u16> {
    let body = json!({"email": email, "password": password});
    let answer = site.post("/api/v1/passport/auth/login", body).await;
    match answer.status.as_u16() {
        200 => Ok(answer.body()["data"]["token"].as_str().unwrap().to_owned()),
        status => Err(status),
    }
}

#[actix_web::test]
async fn a_plugin_that_is_off_answers_400() {
    let site = Site::open().await;
    let token = site.alice().await;
    let answers = [
        site.get_as(&token, &format!("{BASE}/check")).await,
        site.post_as(&token, &format!("{BASE}/enable"), json!({}))
            .await,
        site.post_as(&token, &format!("{BASE}/sync-password"), json!({}))
            .await,
    ];
    assert!(answers.iter().all(|answer| answer.status == 400));
}

#[actix_web::test]
async fn why_there_can_be_none_is_told() {
    let (site, token) = site(json!({})).await;
    let shown = check(&site, &token).await;
    assert_eq!(shown["reason"], "plugin_not_configured");
    assert_eq!(
        (&shown["allowed"], &shown["enabled"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(shown["shadow"], Value::Null);
    let refused = site
        .post_as(&token, &format!("{BASE}/enable"), json!({}))
        .await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body()["code"], "plugin_not_configured");
    let copied = site
        .post_as(&token, &format!("{BASE}/sync-password"), json!({}))
        .await;
    assert_eq!(copied.body()["code"], "no_shadow_account");
    let (site, token) = self::site(json!({"ipv6_group_id": 6})).await;
    let shown = check(&site, &token).await;
    assert_eq!(shown["reason"], "no_plan");
    assert!(shown["reason_text"].is_string());
}

#[actix_web::test]
async fn enabling_makes_one_account_that_follows() {
    let (site, token) = subscribed(json!({"ipv6_group_id": 6})).await;
    let shown = check(&site, &token).await;
    assert_eq!(
        (&shown["allowed"], &shown["reason"]),
        (&json!(true), &Value::Null)
    );
    let made = enable(&site, &token).await;
    assert_eq!(
        (&made["created"], &made["enabled"]),
        (&json!(true), &json!(true))
    );
    let shadow = &made["shadow"];
    assert_eq!(shadow["user_id"], 2);
    assert_eq!(shadow["email"], "alice-ipv6@demo.test");
    assert_eq!((&shadow["group_id"], &shadow["u"]), (&json!(6), &json!(5)));
    assert_eq!(shadow["in_sync"], true);
    let url = shadow["subscribe_url"].as_str().unwrap();
    assert!(url.contains(shadow["token"].as_str().unwrap()));
    let again = enable(&site, &token).await;
    assert_eq!(again["created"], false);
    assert_eq!(again["shadow"], *shadow);
    let changes = site
        .fakes
        .store
        .read(|tables| tables.panel.user_changes.clone());
    assert!(changes.iter().any(|change| change.user == SHADOW));
    let plans = site.get_as(&token, "/api/v1/user/plan/fetch").await.body();
    assert!(plans["data"].is_array());
}

#[actix_web::test]
async fn enabling_is_limited() {
    let (site, token) = subscribed(json!({"ipv6_group_id": 6})).await;
    for _ in 0..10 {
        enable(&site, &token).await;
    }
    let refused = site
        .post_as(&token, &format!("{BASE}/enable"), json!({}))
        .await;
    assert_eq!(refused.status, 429);
}

#[actix_web::test]
async fn a_shadow_logs_in_and_may_do_little() {
    let (site, token) = subscribed(json!({"ipv6_group_id": 6})).await;
    enable(&site, &token).await;
    let shadow = login(&site, "alice-ipv6@demo.test", "password-alice")
        .await
        .unwrap();
    for path in ["info", "getSubscribe", "getActiveSession", "checkLogin"] {
        let answer = site.get_as(&shadow, &format!("/api/v1/user/{path}")).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    for path in [
        "order/fetch",
        "invite/fetch",
        "invite/save",
        "resetSecurity",
    ] {
        let answer = site.get_as(&shadow, &format!("/api/v1/user/{path}")).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(answer.body()["code"], "shadow_account", "{path}");
    }
    assert_eq!(
        site.get_as(&shadow, "/api/v2/user/resetSecurity")
            .await
            .status,
        403
    );
    for path in [
        "order/save",
        "coupon/check",
        "transfer",
        "changePassword",
        "real-name-verification/submit",
        "user-add-ipv6-subscription/enable",
    ] {
        let answer = site
            .post_as(&shadow, &format!("/api/v1/user/{path}"), json!({}))
            .await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(answer.body()["code"], "shadow_account", "{path}");
    }
    for path in ["%6frder/fetch", "invite/f%65tch", "reset%53ecurity"] {
        let answer = site.get_as(&shadow, &format!("/api/v1/user/{path}")).await;
        assert_ne!(answer.status, 200, "{path}");
    }
    let shown = check(&site, &shadow).await;
    assert_eq!(shown["reason"], "is_shadow");
}

#[actix_web::test]
async fn shadows_may_be_kept_from_logging_in() {
    let (site, token) = subscribed(json!({"ipv6_group_id": 6, "allow_login": false})).await;
    enable(&site, &token).await;
    assert_eq!(
        login(&site, "alice-ipv6@demo.test", "password-alice").await,
        Err(400)
    );
    let refused = site
        .post_as(&token, &format!("{BASE}/sync-password"), json!({}))
        .await;
    assert_eq!(refused.body()["code"], "login_closed");
}

#[actix_web::test]
async fn passwords_and_secrets_follow() {
    let (site, token) = subscribed(json!({"ipv6_group_id": 6})).await;
    let before = enable(&site, &token).await["shadow"].clone();
    let old = login(&site, "alice-ipv6@demo.test", "password-alice")
        .await
        .unwrap();
    let body = json!({"old_password": "password-alice", "new_password": "password-new"});
    let changed = site
        .post_as(&token, "/api/v1/user/changePassword", body)
        .await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(site.get_as(&old, "/api/v1/user/info").await.status, 403);
    assert!(
        login(&site, "alice-ipv6@demo.test", "password-new")
            .await
            .is_ok()
    );
    let copied = site
        .post_as(&token, &format!("{BASE}/sync-password"), json!({}))
        .await;
    assert_eq!(copied.body()["data"]["synced"], true);
    assert!(copied.body()["data"]["password_synced_at"].is_i64());
    site.get_as(&token, "/api/v1/user/resetSecurity").await;
    let after = check(&site, &token).await["shadow"].clone();
    assert_ne!(after["uuid"], before["uuid"]);
    assert_ne!(after["token"], before["token"]);
}

#[actix_web::test]
async fn nothing_is_mailed_to_a_shadow() {
    let (site, token) = subscribed(json!({"ipv6_group_id": 6})).await;
    enable(&site, &token).await;
    let email = "alice-ipv6@demo.test";
    let sent = site
        .post(
            "/api/v1/passport/comm/sendEmailVerify",
            json!({"email": email}),
        )
        .await;
    assert_eq!(sent.status, 200);
    let forget = json!({"email": email, "email_code": "123456", "password": "password-x"});
    let refused = site.post("/api/v1/passport/auth/forget", forget).await;
    assert_eq!(refused.status, 400);
    assert!(
        site.fakes
            .store
            .read(|tables| tables.mail.outbox.is_empty())
    );
    let taken = json!({"email": email, "password": "password-x"});
    let refused = site.post("/api/v1/passport/auth/register", taken).await;
    assert_eq!(refused.status, 400);
}

#[actix_web::test]
async fn a_new_subscription_moves_the_shadow_in_the_same_request() {
    let (site, token) = subscribed(json!({"ipv6_group_id": 6})).await;
    enable(&site, &token).await;
    let body = json!({"plan_id": 1, "period": "month_price"});
    let placed = site.post_as(&token, "/api/v1/user/order/save", body).await;
    let trade_no = placed.body()["data"].clone();
    assert!(trade_no.is_string(), "{placed:?}");
    site.fakes.store.write(|tables| {
        for order in tables.billing.orders.values_mut() {
            order.total = ferroboard_kernel::Cents::new(0);
        }
    });
    let paid = site
        .post_as(
            &token,
            "/api/v1/user/order/checkout",
            json!({"trade_no": trade_no, "method": 1}),
        )
        .await;
    assert_eq!(paid.status, 200, "{paid:?}");
    let ends = site.fakes.store.read(|tables| {
        [ALICE, SHADOW].map(|user| {
            let row = &tables.users[&user].billing;
            row.subscription().unwrap().expired_at.unwrap()
        })
    });
    assert_eq!(ends[0], ends[1]);
    let group = site
        .fakes
        .store
        .read(|tables| tables.users[&SHADOW].billing.group_id);
    assert_eq!(group, Some(GroupId::new(6)));
}
