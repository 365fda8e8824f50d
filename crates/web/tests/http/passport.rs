//! Everything before a login.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ferroboard_application::Options;
use ferroboard_web::WebOptions;
use serde_json::json;

use crate::harness::Site;

const REGISTER: &str = "/api/v1/passport/auth/register";
const LOGIN: &str = "/api/v1/passport/auth/login";

#[actix_web::test]
async fn a_registration_logs_in_with_one_token_under_two_names() {
    let site = Site::open().await;
    let body = json!({"email": "New@Demo.test", "password": "password-new"});
    let answer = site.post(REGISTER, body.clone()).await;
    assert_eq!(answer.status, 200);
    let body = answer.body();
    assert_eq!(body["message"], "操作成功");
    let data = &body["data"];
    assert_eq!(data["token"], data["auth_data"]);
    assert_eq!(data["is_admin"], false);
    assert_eq!(data["subscribe_token"].as_str().unwrap().len(), 32);
    let token = data["token"].as_str().unwrap();
    assert_eq!(
        site.get_as(token, "/api/v1/user/info").await.body()["data"]["email"],
        "new@demo.test"
    );
    let again = json!({"email": "new@demo.test", "password": "password-new"});
    assert_eq!(
        site.post("/api/v2/passport/auth/register", again.clone())
            .await
            .status,
        400
    );
    assert_eq!(
        site.post("/api/v2/passport/auth/login", again).await.status,
        200
    );
}

#[actix_web::test]
async fn rules_of_fields_answer_in_their_order() {
    let site = Site::open().await;
    for (body, fields) in [
        (json!({}), vec!["email", "password"]),
        (json!({"email": "new@demo.test"}), vec!["password"]),
        (
            json!({"email": "bad", "password": "password-new"}),
            vec!["email"],
        ),
        (
            json!({"email": "new@demo.test", "password": "1234567"}),
            vec!["password"],
        ),
        (
            json!({"email": "bad", "password": "x"}),
            vec!["email", "password"],
        ),
        (
            json!({"email": "  ", "password": ""}),
            vec!["email", "password"],
        ),
    ] {
        let answer = site.post(REGISTER, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}");
        let errors = answer.body()["errors"].clone();
        let named: Vec<&String> = errors.as_object().unwrap().keys().collect();
        assert_eq!(named, fields, "{body}");
        assert!(
            answer
                .message()
                .starts_with(errors[fields[0]][0].as_str().unwrap())
        );
    }
    let answer = site.post("/api/v1/passport/auth/forget", json!({})).await;
    let place = |name: &str| answer.text.find(name).unwrap();
    assert!(place("\"email\"") < place("\"password\""));
    assert!(place("\"password\"") < place("\"email_code\""));
    assert!(answer.message().ends_with("(and 2 more errors)"));
}

#[actix_web::test]
async fn a_code_that_is_required_is_422_without_fields() {
    let site = Site::with_settings(&[("invite_force", "1")]).await;
    let answer = site
        .post(
            REGISTER,
            json!({"email": "n@demo.test", "password": "password-new"}),
        )
        .await;
    assert_eq!(answer.status, 422);
    assert!(answer.body().get("errors").is_none());
    let body = json!({"email": "n@demo.test", "password": "password-new", "invite_code": "NOPE"});
    assert_eq!(site.post(REGISTER, body).await.status, 400);
}

#[actix_web::test]
async fn the_sixth_login_after_five_failures_is_429_and_says_how_long() {
    let site = Site::open().await;
    site.alice().await;
    let wrong = json!({"email": "alice@demo.test", "password": "password-wrong"});
    for _ in 0..5 {
        assert_eq!(site.post(LOGIN, wrong.clone()).await.status, 400);
    }
    let right = json!({"email": "ALICE@demo.test", "password": "password-alice"});
    let answer = site.post(LOGIN, right).await;
    assert_eq!(answer.status, 429);
    assert!(answer.message().contains("60"));
    assert_eq!(answer.header("retry-after"), "3600");
}

#[actix_web::test]
async fn a_mailed_code_resets_the_password_and_ends_sessions() {
    let site = Site::open().await;
    let token = site.alice().await;
    let send = "/api/v1/passport/comm/sendEmailVerify";
    let sent = site
        .post(send, json!({"email": "alice@demo.test"}))
        .await
        .body();
    let code = sent["data"]["debug_code"].as_str().unwrap().to_owned();
    assert_eq!(sent["debug_code"], code.as_str());
    assert_eq!(
        site.post(send, json!({"email": "alice@demo.test"}))
            .await
            .status,
        400
    );
    let number: i64 = code.parse().unwrap();
    let body =
        json!({"email": "alice@demo.test", "password": "password-reset", "email_code": number});
    let answer = site.post("/api/v1/passport/auth/forget", body).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body()["data"]),
        (200, &json!(true))
    );
    assert_eq!(site.get_as(&token, "/api/v1/user/info").await.status, 403);
    let body = json!({"email": "alice@demo.test", "password": "password-reset"});
    assert_eq!(site.post(LOGIN, body).await.status, 200);
}

#[actix_web::test]
async fn without_the_development_profile_no_code_is_told() {
    let site = Site::with_all(&[], WebOptions::default(), Options::new("test".into())).await;
    let body = json!({"email": "alice@demo.test"});
    let answer = site
        .post("/api/v1/passport/comm/sendEmailVerify", body)
        .await;
    assert_eq!(answer.body()["data"], json!(true));
    assert!(answer.body().get("debug_code").is_none());
}

#[actix_web::test]
async fn a_quick_login_address_works_once() {
    let site = Site::open().await;
    let token = site.alice().await;
    let path = "/api/v1/passport/auth/getQuickLoginUrl";
    assert_eq!(site.post(path, json!({})).await.status, 401);
    assert_eq!(
        site.post(path, json!({"auth_data": "nope"})).await.status,
        401
    );
    assert_eq!(
        site.get("/api/v1/passport/auth/token2Login").await.status,
        400
    );
    let body = json!({"auth_data": format!("Bearer {token}"), "redirect": "order/1"});
    let request = TestRequest::post().uri(path).set_json(body);
    let request = request
        .insert_header(("X-Forwarded-Proto", "https"))
        .insert_header(("X-Forwarded-Host", "panel.test"));
    let address = site.send(request).await.body()["data"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        address.starts_with("https://panel.test/#/login?verify="),
        "{address}"
    );
    assert!(address.ends_with("&redirect=order%2F1"), "{address}");
    let verify = address
        .split("verify=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let redeem = format!("/api/v1/passport/auth/token2Login?verify={verify}");
    let look = TestRequest::default().method(Method::HEAD).uri(&redeem);
    assert_eq!(site.send(look).await.status, 405, "looking uses nothing up");
    let answer = site.get(&redeem).await;
    assert_eq!(answer.status, 200);
    let token = answer.body()["data"]["auth_data"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        site.get_as(&token, "/api/v1/user/checkLogin").await.status,
        200
    );
    assert_eq!(site.get(&redeem).await.status, 400);
}

#[actix_web::test]
async fn a_token_leads_to_the_login_page_before_anything_else() {
    let site = Site::open().await;
    let path = "/api/v1/passport/auth/token2Login?token=abc&redirect=a%20b&verify=x";
    let answer = site
        .send(
            TestRequest::get()
                .uri(path)
                .insert_header(("Host", "demo.test")),
        )
        .await;
    assert_eq!(answer.status, 302);
    let expected = "http://demo.test/#/login?verify=abc&redirect=a%20b";
    assert_eq!(answer.header("location"), expected);
}

#[actix_web::test]
async fn mailed_links_are_404_while_switched_off_and_throttled_while_on() {
    let path = "/api/v1/passport/auth/loginWithMailLink";
    let body = || json!({"email": "ghost@demo.test"});
    assert_eq!(Site::open().await.post(path, body()).await.status, 404);
    let settings = [
        ("login_with_mail_link_enable", "1"),
        ("app_url", "https://panel.test"),
    ];
    let site = Site::with_settings(&settings).await;
    assert_eq!(site.post(path, body()).await.body()["data"], json!(true));
    let again = site.post(path, body()).await;
    assert_eq!(again.status, 429);
    assert!(!again.header("retry-after").is_empty());
}

#[actix_web::test]
async fn views_of_invitations_are_always_answered() {
    let site = Site::open().await;
    for body in [
        json!({}),
        json!({"invite_code": "NOPE"}),
        json!({"invite_code": ["x"]}),
    ] {
        let answer = site.post("/api/v2/passport/comm/pv", body).await;
        assert_eq!(answer.body()["data"], json!(true));
    }
}

#[actix_web::test]
async fn the_login_page_learns_the_settings() {
    let settings = [
        ("email_whitelist_enable", "1"),
        ("email_whitelist_suffix", "a.test,b.test"),
    ];
    let path = "/api/v1/guest/comm/config";
    let data = Site::with_settings(&settings).await.get(path).await.body()["data"].clone();
    assert_eq!(data["email_whitelist_suffix"], json!(["a.test", "b.test"]));
    let data = Site::open().await.get(path).await.body()["data"].clone();
    let expected = json!({
        "tos_url": null, "is_email_verify": 0, "is_invite_force": 0, "email_whitelist_suffix": 0,
        "is_captcha": 0, "captcha_type": "recaptcha", "recaptcha_site_key": null,
        "recaptcha_v3_site_key": null, "recaptcha_v3_score_threshold": 0.5,
        "turnstile_site_key": null, "app_description": null, "app_url": null,
        "logo": null, "is_recaptcha": 0,
    });
    assert_eq!(data, expected);
}
