//! Unknown addresses, wrong methods, missing logins, languages.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::harness::Site;

fn assert_is_failure(body: &Value) {
    let members: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["data", "error", "message", "status"], "{body}");
    assert_eq!(body["status"], "fail");
    assert_eq!(body["data"], Value::Null);
    assert!(body["message"].is_string());
}

#[actix_web::test]
async fn an_unknown_address_is_404_without_a_login() {
    let site = Site::open().await;
    for path in [
        "/",
        "/api/v1/user/nothing",
        "/api/v3/user/info",
        "/api/v1/user",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_is_failure(&answer.body());
        assert_eq!(answer.header("cache-control"), "no-cache, private");
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[actix_web::test]
async fn a_wrong_method_is_405_and_names_the_right_ones() {
    let site = Site::open().await;
    for (method, path, allowed) in [
        (Method::POST, "/api/v1/user/info", "GET, HEAD"),
        (Method::DELETE, "/api/v1/user/info", "GET, HEAD"),
        (Method::GET, "/api/v1/passport/auth/login", "POST"),
        (Method::HEAD, "/api/v1/passport/auth/login", "POST"),
        (Method::PUT, "/api/v2/user/resetSecurity", "GET, HEAD, POST"),
    ] {
        let answer = site
            .send(TestRequest::default().method(method.clone()).uri(path))
            .await;
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        assert_is_failure(&answer.body());
    }
}

#[actix_web::test]
async fn head_is_answered_wherever_get_is() {
    let site = Site::open().await;
    let token = site.alice().await;
    let head = |path| TestRequest::default().method(Method::HEAD).uri(path);
    assert_eq!(
        site.send(head("/api/v1/guest/comm/config")).await.status,
        200
    );
    assert_eq!(site.send(head("/api/v1/user/info")).await.status, 403);
    let request = head("/api/v1/user/info").insert_header(("Authorization", token));
    assert_eq!(site.send(request).await.status, 200);
}

#[actix_web::test]
async fn every_user_route_refuses_who_is_not_logged_in_before_reading_the_body() {
    let site = Site::open().await;
    for path in [
        "info",
        "getSubscribe",
        "getStat",
        "checkLogin",
        "resetSecurity",
        "comm/config",
        "plan/fetch",
        "order/check",
        "order/detail",
        "order/fetch",
        "order/getPaymentMethod",
        "invite/save",
        "invite/fetch",
        "invite/details",
        "real-name-verification/status",
        "user-online-devices/get-ip",
        "user-add-ipv6-subscription/check",
    ] {
        let answer = site.get(&format!("/api/v1/user/{path}")).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_is_failure(&answer.body());
    }
    for path in [
        "changePassword",
        "update",
        "transfer",
        "getQuickLoginUrl",
        "removeActiveSession",
        "comm/getStripePublicKey",
        "order/save",
        "order/checkout",
        "order/cancel",
        "coupon/check",
        "invite/save",
        "real-name-verification/submit",
        "user-add-ipv6-subscription/enable",
        "user-add-ipv6-subscription/sync-password",
    ] {
        let request = TestRequest::post()
            .uri(&format!("/api/v1/user/{path}"))
            .set_payload("{broken");
        let request = request.insert_header(("Content-Type", "application/json"));
        assert_eq!(site.send(request).await.status, 403, "{path}");
    }
    for value in ["nope", "Bearer nope", "Bearer a.b.c", "x|y", "Bearer 密码"] {
        let request = TestRequest::get().uri("/api/v1/user/info");
        let answer = site
            .send(request.insert_header(("Authorization", value)))
            .await;
        assert_eq!(answer.status, 403, "{value}");
    }
}

#[actix_web::test]
async fn refusals_speak_the_language_of_the_request() {
    let site = Site::open().await;
    for (language, expected) in [
        (None, "邮箱或密码错误"),
        (Some("zh-CN"), "邮箱或密码错误"),
        (Some("zh-TW"), "郵箱或密碼錯誤"),
        (Some("en-US"), "Incorrect email or password"),
        (Some("xx-YY"), "Incorrect email or password"),
        (Some("ru-RU"), "Неверный адрес или пароль"),
    ] {
        // A fresh address each time: the sixth failure of one would be 429.
        let address = format!("{}@demo.test", language.unwrap_or("nobody"));
        let wrong = json!({"email": address, "password": "password-x"});
        let mut request = TestRequest::post()
            .uri("/api/v1/passport/auth/login")
            .set_json(&wrong);
        if let Some(language) = language {
            request = request.insert_header(("Content-Language", language));
        }
        let answer = site.send(request).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.message(), expected, "{language:?}");
    }
    let request = TestRequest::post().uri("/api/v1/passport/auth/login");
    let request = request
        .insert_header(("Content-Language", "en-US"))
        .set_json(json!({}));
    let expected = json!({
        "status": "fail",
        "message": "Email can not be empty (and 1 more error)",
        "data": null,
        "error": null,
        "errors": {
            "email": ["Email can not be empty"],
            "password": ["Password can not be empty"],
        },
    });
    let answer = site.send(request).await;
    assert_eq!(answer.body(), expected);
    let place = |name: &str| answer.text.find(name).unwrap();
    assert!(place("\"email\"") < place("\"password\""));
}
