//! Every way to send the same fields, and ways to send none.

use actix_web::test::TestRequest;
use ferroboard_web::WebOptions;
use serde_json::json;

use crate::harness::{Answer, Site};

const LOGIN: &str = "/api/v1/passport/auth/login";

async fn login_with(site: &Site, content_type: &str, body: &str) -> Answer {
    let request = TestRequest::post().uri(LOGIN).set_payload(body.to_owned());
    site.send(request.insert_header(("Content-Type", content_type)))
        .await
}

#[actix_web::test]
async fn json_forms_parts_and_queries_carry_the_same_fields() {
    let site = Site::open().await;
    site.alice().await;
    let parts = "--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nalice@demo.test\r\n\
        --b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\npassword-alice\r\n--b--\r\n";
    for (content_type, body) in [
        (
            "application/json",
            r#"{"email":" ALICE@demo.test ","password":"password-alice"}"#,
        ),
        (
            "application/json; charset=utf-8",
            r#"{"email":"alice@demo.test","password":"password-alice","x":[1]}"#,
        ),
        (
            "application/x-www-form-urlencoded",
            "email=alice%40demo.test&password=password-alice",
        ),
        ("multipart/form-data; boundary=b", parts),
    ] {
        let answer = login_with(&site, content_type, body).await;
        assert_eq!(answer.status, 200, "{content_type}: {answer:?}");
    }
    let query = format!("{LOGIN}?email=alice%40demo.test&password=password-alice&t=1");
    assert_eq!(site.send(TestRequest::post().uri(&query)).await.status, 200);
    let overruled = format!("{LOGIN}?email=bob%40demo.test");
    let body = json!({"email": "alice@demo.test", "password": "password-alice"});
    assert_eq!(site.post(&overruled, body).await.status, 200);
}

#[actix_web::test]
async fn malformed_json_is_400_and_json_that_is_no_object_is_nothing() {
    let site = Site::open().await;
    for body in ["{\"email\":", "nope", &"[".repeat(50_000), "{\"a\":1}}"] {
        let answer = login_with(&site, "application/json", body).await;
        assert_eq!(answer.status, 400, "{}", body.len());
        assert_eq!(answer.message(), "Invalid JSON");
    }
    for (content_type, body) in [
        ("application/json", "[1,2]"),
        ("application/json", "null"),
        ("application/json", ""),
        ("text/plain", "email=a@b.test"),
        ("multipart/form-data; boundary=b", ""),
        ("\u{1}", ""),
    ] {
        let request = TestRequest::post().uri(LOGIN).set_payload(body);
        let value = actix_web::http::header::HeaderValue::from_bytes(content_type.as_bytes());
        let answer = match value {
            Ok(value) => {
                site.send(request.insert_header(("Content-Type", value)))
                    .await
            }
            Err(_) => site.send(request).await,
        };
        assert_eq!(answer.status, 422, "{content_type} {body}");
    }
    let broken = login_with(&site, "multipart/form-data", "no boundary").await;
    assert_eq!(broken.status, 400);
}

#[actix_web::test]
async fn a_body_beyond_the_limit_is_413() {
    let site = Site::with(
        &[],
        WebOptions {
            max_body_bytes: 1_000,
            ..WebOptions::default()
        },
    )
    .await;
    let large = format!(r#"{{"email":"{}"}}"#, "a".repeat(1_001));
    let part = format!(
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n{}\r\n--b--\r\n",
        "x".repeat(1_001)
    );
    for (content_type, body) in [
        ("application/json", large.clone()),
        ("application/json", "x".repeat(100_000)),
        ("application/x-www-form-urlencoded", large),
        ("multipart/form-data; boundary=b", part),
    ] {
        let answer = login_with(&site, content_type, &body).await;
        assert_eq!(answer.status, 413, "{content_type}");
        assert_eq!(answer.body()["status"], "fail");
    }
}

#[actix_web::test]
async fn odd_values_are_refused_and_nothing_breaks() {
    let site = Site::open().await;
    for email in [
        json!(["a"]),
        json!({"a": 1}),
        json!(7),
        json!(true),
        json!("a\u{1}@b.test"),
    ] {
        let body = json!({"email": email, "password": "password-alice"});
        let answer = site.post(LOGIN, body).await;
        assert_eq!(answer.status, 422, "{email}");
        assert_eq!(answer.body()["errors"]["email"][0], "邮箱格式不正确");
    }
    let body = json!({"email": "alice@demo.test", "password": 1_234_567_890});
    assert_eq!(
        site.post(LOGIN, body).await.status,
        400,
        "a number is a password"
    );
    let listed = "email[]=alice%40demo.test&password=password-alice";
    let answer = login_with(&site, "application/x-www-form-urlencoded", listed).await;
    assert_eq!(answer.status, 422);
    let nul = login_with(
        &site,
        "application/x-www-form-urlencoded",
        "email=%00&password=%ff%00",
    )
    .await;
    assert_eq!(nul.status, 422);
}
