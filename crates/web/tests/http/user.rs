//! What needs a login.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_billing::{PriceList, Tags};
use ferroboard_kernel::{Cents, UnixSeconds, UserId};
use ferroboard_telegram::ChatId;
use ferroboard_tickets::testing::a_ticket;
use serde_json::{Value, json};

use crate::harness::Site;

const ALICE: UserId = UserId::new(1);

#[actix_web::test]
async fn info_shows_the_account() {
    let site = Site::open().await;
    let token = site.alice().await;
    let answer = site.get_as(&token, "/api/v1/user/info").await;
    assert_eq!(answer.status, 200);
    let body = answer.body();
    let data = &body["data"];
    assert_eq!(data["email"], "alice@demo.test");
    assert_eq!(data["remind_expire"], true);
    assert_eq!(data["expired_at"], Value::Null);
    assert!(
        data["avatar_url"]
            .as_str()
            .unwrap()
            .contains("69bd711c3a8312ef259518a31dd3bb8d")
    );
    assert!(data.get("password").is_none());
    assert_eq!(site.get_as(&token, "/api/v2/user/info").await.body(), body);
    let request = TestRequest::get().uri("/api/v1/user/info");
    let bare = site
        .send(request.insert_header(("Authorization", token)))
        .await;
    assert_eq!(bare.status, 200, "the token without Bearer");
}

#[actix_web::test]
async fn a_suspended_account_is_403_everywhere_and_401_for_quick_logins() {
    let site = Site::open().await;
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        tables.user(ALICE).auth.account.banned = true;
    });
    let answer = site.get_as(&token, "/api/v1/user/info").await;
    assert_eq!(
        (answer.status.as_u16(), answer.message().as_str()),
        (403, "账户已被停用")
    );
    let path = "/api/v1/passport/auth/getQuickLoginUrl";
    assert_eq!(site.post_as(&token, path, json!({})).await.status, 401);
    let body = json!({"email": "alice@demo.test", "password": "password-alice"});
    assert_eq!(
        site.post("/api/v1/passport/auth/login", body).await.status,
        400
    );
}

#[actix_web::test]
async fn the_login_state_and_the_overview_have_their_shapes() {
    let site = Site::open().await;
    let token = site.alice().await;
    let state = site.get_as(&token, "/api/v1/user/checkLogin").await.body();
    assert_eq!(state["data"], json!({"is_login": true, "is_admin": false}));
    site.fakes
        .store
        .write(|tables| tables.tickets.push_ticket(a_ticket(1, ALICE)));
    let overview = site.get_as(&token, "/api/v1/user/getStat").await.body();
    assert_eq!(overview["data"], json!([0, 1, 0]));
}

#[actix_web::test]
async fn the_subscription_comes_with_its_plan_and_address() {
    let site = Site::open().await;
    let token = site.alice().await;
    let path = "/api/v1/user/getSubscribe";
    let data = site.get_as(&token, path).await.body()["data"].clone();
    assert_eq!(
        (&data["plan"], &data["reset_day"]),
        (&Value::Null, &Value::Null)
    );
    let secret = data["token"].as_str().unwrap();
    let address = data["subscribe_url"].as_str().unwrap();
    assert!(address.ends_with(&format!("/s/{secret}")), "{address}");
    site.fakes.store.write(|tables| {
        let mut plan = a_plan(1);
        plan.prices = PriceList::from_json(Some(r#"{"monthly":9.9}"#));
        plan.tags = Tags::from_json(Some(r#"["hot"]"#));
        tables.billing.plans.insert(plan.id, plan);
        let row = &mut tables.user(ALICE).billing;
        row.subscribe(&a_subscription(UnixSeconds::new(4_070_880_000)));
    });
    let data = site.get_as(&token, path).await.body()["data"].clone();
    let plan = &data["plan"];
    assert_eq!(plan["prices"], json!({"monthly": 9.9}));
    assert_eq!(
        (&plan["month_price"], &plan["year_price"]),
        (&json!(990), &Value::Null)
    );
    assert_eq!(plan["tags"], json!(["hot"]));
    assert!(plan["sell"].is_boolean() && plan["show"].is_boolean());
    assert!(data["reset_day"].is_i64(), "{data}");
    site.fakes
        .store
        .write(|tables| tables.billing.plans.clear());
    assert_eq!(
        site.get_as(&token, path).await.status,
        400,
        "the plan is gone"
    );
}

#[actix_web::test]
async fn a_reset_answers_the_new_address_and_is_not_stored_on_the_way() {
    let site = Site::open().await;
    let token = site.alice().await;
    let before = site
        .get_as(&token, "/api/v1/user/getSubscribe")
        .await
        .body()["data"]["subscribe_url"]
        .clone();
    let answer = site.get_as(&token, "/api/v1/user/resetSecurity").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let first = answer.body()["data"].clone();
    assert_ne!(first, before);
    let second = site
        .post_as(&token, "/api/v2/user/resetSecurity", json!({}))
        .await;
    assert_eq!(second.header("cache-control"), "no-store");
    assert_ne!(second.body()["data"], first);
    assert_eq!(
        site.get_as(&token, "/api/v1/user/checkLogin").await.status,
        200
    );
}

#[actix_web::test]
async fn a_new_password_needs_the_old_one_untrimmed() {
    let site = Site::open().await;
    let body = json!({"email": "blank@demo.test", "password": " password "});
    let answer = site
        .post("/api/v1/passport/auth/register", body)
        .await
        .body();
    let token = answer["data"]["token"].as_str().unwrap().to_owned();
    let path = "/api/v1/user/changePassword";
    for (body, status) in [
        (json!({}), 422),
        (json!({"old_password": "x", "new_password": "short"}), 422),
        (
            json!({"old_password": "password", "new_password": "password-new"}),
            400,
        ),
        (
            json!({"old_password": " password ", "new_password": "password-new"}),
            200,
        ),
    ] {
        let answer = site.post_as(&token, path, body.clone()).await;
        assert_eq!(answer.status, status, "{body}");
    }
    assert_eq!(
        site.get_as(&token, "/api/v1/user/info").await.status,
        200,
        "this session stays"
    );
}

#[actix_web::test]
async fn reminders_take_six_spellings_and_nothing_else() {
    let site = Site::open().await;
    let token = site.alice().await;
    let shown = |body: &Value| {
        (
            body["remind_expire"].clone(),
            body["remind_traffic"].clone(),
        )
    };
    for (body, status, expire, traffic) in [
        (
            json!({"remind_expire": 0, "remind_traffic": 0}),
            200,
            false,
            false,
        ),
        (json!({"remind_expire": "1"}), 200, true, false),
        (json!({}), 200, true, false),
        (
            json!({"remind_expire": false, "remind_traffic": true}),
            200,
            false,
            true,
        ),
        (json!({"remind_expire": 2}), 422, false, true),
        (json!({"remind_expire": null}), 422, false, true),
        (json!({"remind_expire": ""}), 422, false, true),
        (
            json!({"remind_expire": "x", "remind_traffic": 5}),
            422,
            false,
            true,
        ),
        (
            json!({"remind_expire": 1, "is_admin": 1, "balance": 9}),
            200,
            true,
            true,
        ),
    ] {
        let answer = site
            .post_as(&token, "/api/v1/user/update", body.clone())
            .await;
        assert_eq!(answer.status, status, "{body}");
        let info = site.get_as(&token, "/api/v1/user/info").await.body()["data"].clone();
        assert_eq!(shown(&info), (json!(expire), json!(traffic)), "{body}");
        assert_eq!(
            (&info["is_admin"], &info["balance"]),
            (&json!(false), &json!(0))
        );
    }
}

#[actix_web::test]
async fn what_users_are_told_is_theirs_to_choose() {
    const FETCH: &str = "/api/v1/user/notification/fetch";
    const SAVE: &str = "/api/v1/user/notification/save";
    let site = Site::open().await;
    let token = site.alice().await;
    let unchosen = json!({
        "channel": "mail", "telegram_bound": false, "remind_expire": true, "remind_traffic": true,
        "payment": false, "renewal": true, "ticket": true, "login": false,
    });
    let shown = site.get_as(&token, FETCH).await.body();
    assert_eq!(shown["data"], unchosen);
    for (body, status) in [
        (json!({"channel": "telegram"}), 400),
        (json!({"channel": "both", "payment": 1}), 400),
        (json!({"channel": "pigeon"}), 422),
        (json!({"channel": null}), 422),
        (json!({"payment": 2, "login": "x"}), 422),
        (json!({"remind_expire": null}), 422),
        (json!({}), 200),
    ] {
        let answer = site.post_as(&token, SAVE, body.clone()).await;
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(site.get_as(&token, FETCH).await.body()["data"], unchosen);
    }
    let refused = site.post_as(&token, SAVE, json!({"payment": 2, "login": "x"}));
    let refused = refused.await.body();
    let errors = refused["errors"].as_object().unwrap();
    assert_eq!(errors.len(), 2, "{refused}");

    site.fakes.store.write(|tables| {
        tables.user(ALICE).chat = Some(ChatId::new(7));
    });
    let wish = json!({
        "channel": "both", "remind_expire": 0, "payment": "1", "renewal": false, "login": true,
    });
    let saved = site.post_as(&token, SAVE, wish).await;
    assert_eq!(saved.body()["data"], true);
    let chosen = json!({
        "channel": "both", "telegram_bound": true, "remind_expire": false, "remind_traffic": true,
        "payment": true, "renewal": false, "ticket": true, "login": true,
    });
    assert_eq!(site.get_as(&token, FETCH).await.body()["data"], chosen);
    let info = site.get_as(&token, "/api/v1/user/info").await.body();
    assert_eq!(info["data"]["remind_expire"], false);
}

#[actix_web::test]
async fn commission_is_moved_in_whole_cents() {
    let site = Site::open().await;
    let token = site.alice().await;
    site.fakes.store.write(|tables| {
        tables.user(ALICE).invite.commission_balance = Cents::new(20_000);
    });
    let huge: Value = serde_json::from_str("99999999999999999999").unwrap();
    for (amount, status) in [
        (Value::Null, 422),
        (json!(0), 422),
        (json!(-100), 422),
        (json!("abc"), 422),
        (json!(1.5), 422),
        (huge, 422),
        (json!([1]), 422),
        (json!(20_001), 400),
        (json!("100"), 200),
        (json!(19_900), 200),
        (json!(1), 400),
    ] {
        let body = json!({"transfer_amount": amount});
        let answer = site.post_as(&token, "/api/v1/user/transfer", body).await;
        assert_eq!(answer.status, status, "{amount}");
    }
    let info = site.get_as(&token, "/api/v1/user/info").await.body()["data"].clone();
    assert_eq!(
        (&info["balance"], &info["commission_balance"]),
        (&json!(20_000), &json!(0))
    );
}

#[actix_web::test]
async fn sessions_are_listed_and_ended() {
    let site = Site::open().await;
    let first = site.alice().await;
    let login = TestRequest::post()
        .uri("/api/v1/passport/auth/login")
        .insert_header(("User-Agent", "phone/1"))
        .insert_header(("X-Forwarded-For", "203.0.113.9"))
        .set_json(json!({"email": "alice@demo.test", "password": "password-alice"}));
    let second = site.send(login).await.body()["data"]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let listed = site
        .get_as(&first, "/api/v1/user/getActiveSession")
        .await
        .body()["data"]
        .clone();
    let listed = listed.as_array().unwrap().clone();
    assert_eq!(listed.len(), 2);
    let phone = listed
        .iter()
        .find(|item| item["ip"] == "203.0.113.9")
        .unwrap();
    assert_eq!(phone["current"], false);
    assert_eq!(
        (&phone["ua"], &phone["user_agent"]),
        (&json!("phone/1"), &json!("phone/1"))
    );
    assert_eq!(phone["id"], phone["session_id"]);
    assert_eq!(phone["created_at"], "2024-12-31T16:00:00.000000Z");
    assert_eq!(phone["login_at"], 1_735_660_800);
    assert_eq!(phone["abilities"], json!(["*"]));
    let path = "/api/v1/user/removeActiveSession";
    assert_eq!(site.post_as(&first, path, json!({})).await.status, 422);
    let body = json!({"session_id": phone["session_id"]});
    assert_eq!(
        site.post_as(&first, path, body).await.body()["data"],
        json!(true)
    );
    assert_eq!(
        site.get_as(&second, "/api/v1/user/checkLogin").await.status,
        403
    );
    let unknown = site
        .post_as(&first, path, json!({"session_id": 99_999}))
        .await;
    assert_eq!(unknown.body()["data"], json!(true));
    assert_eq!(
        site.get_as(&first, "/api/v1/user/checkLogin").await.status,
        200
    );
}

#[actix_web::test]
async fn a_quick_login_address_leads_to_the_dashboard_by_default() {
    let site = Site::with_settings(&[("app_url", "https://panel.test/")]).await;
    let token = site.alice().await;
    let answer = site
        .post_as(&token, "/api/v1/user/getQuickLoginUrl", json!({}))
        .await;
    let address = answer.body()["data"].as_str().unwrap().to_owned();
    assert!(
        address.starts_with("https://panel.test/#/login?verify="),
        "{address}"
    );
    assert!(address.ends_with("&redirect=dashboard"), "{address}");
}

#[actix_web::test]
async fn users_learn_the_settings() {
    let settings = [
        ("commission_distribution_l1", "50"),
        ("commission_distribution_l2", "2.5"),
    ];
    let site = Site::with_settings(&settings).await;
    let token = site.alice().await;
    let data = site.get_as(&token, "/api/v1/user/comm/config").await.body()["data"].clone();
    let expected = json!({
        "is_telegram": 0, "telegram_discuss_link": null, "stripe_pk": null,
        "withdraw_methods": ["支付宝", "USDT", "Paypal"], "withdraw_close": 0, "currency": "CNY",
        "currency_symbol": "¥", "commission_distribution_enable": 0,
        "commission_distribution_l1": 50, "commission_distribution_l2": 2.5,
        "commission_distribution_l3": null,
    });
    assert_eq!(data, expected);
}

#[actix_web::test]
async fn logging_out_ends_this_session_and_no_other() {
    let site = Site::open().await;
    let kept = site.alice().await;
    let is_live = async |token: &str| {
        let answer = site.get_as(token, "/api/v1/user/checkLogin").await;
        answer.status == 200
    };
    let body = json!({"email": "alice@demo.test", "password": "password-alice"});
    for (method, path) in [
        (Method::POST, "/api/v1/user/logout"),
        (Method::GET, "/api/v1/user/logout"),
        (Method::POST, "/api/v1/passport/auth/logout"),
        (Method::POST, "/api/v2/passport/auth/logout"),
    ] {
        let login = site.post("/api/v1/passport/auth/login", body.clone()).await;
        let token = login.body()["data"]["token"].as_str().unwrap().to_owned();
        assert!(is_live(&token).await);
        let request = TestRequest::default().method(method).uri(path);
        let request = request.insert_header(("Authorization", token.clone()));
        assert_eq!(site.send(request).await.body()["data"], true, "{path}");
        assert!(!is_live(&token).await, "{path}");
        assert!(is_live(&kept).await, "{path}");
    }
    assert_eq!(
        site.post("/api/v1/user/logout", json!({})).await.status,
        403
    );
    for token in ["", "nonsense"] {
        let answer = site
            .post_as(token, "/api/v1/passport/auth/logout", json!({}))
            .await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body()["data"]),
            (200, &json!(true))
        );
    }
}
