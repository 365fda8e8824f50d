//! What surrounds every request.

use std::collections::HashSet;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use async_trait::async_trait;
use ferroboard_application::Options;
use ferroboard_auth::{CaptchaKind, CaptchaVerifier};
use ferroboard_testing::Fakes;
use ferroboard_web::{AllowedHosts, MetricsAccess, RateLimits, WebOptions};
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

#[actix_web::test]
async fn every_answer_has_an_id_of_its_own() {
    let site = Site::open().await;
    let mut seen = HashSet::new();
    for path in [
        "/healthz",
        "/nothing",
        "/api/v1/user/info",
        "/api/v1/guest/comm/config",
    ] {
        let request = TestRequest::get()
            .uri(path)
            .insert_header(("X-Request-Id", "mine"));
        let id = site.send(request).await.header("x-request-id").to_owned();
        assert_eq!(id.len(), 16, "{path}");
        assert!(seen.insert(id));
    }
}

#[actix_web::test]
async fn any_origin_may_use_the_api() {
    let site = Site::open().await;
    let request = TestRequest::default()
        .method(Method::OPTIONS)
        .uri("/api/v1/user/info");
    let request = request
        .insert_header(("Origin", "https://app.example.com"))
        .insert_header(("Access-Control-Request-Method", "get"))
        .insert_header(("Access-Control-Request-Headers", "authorization,x-odd"));
    let answer = site.send(request).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-methods"), "GET");
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "authorization,x-odd"
    );
    assert_eq!(answer.header("access-control-max-age"), "0");
    assert!(
        answer
            .header("vary")
            .contains("Access-Control-Request-Method")
    );
    assert_eq!(answer.header("access-control-allow-credentials"), "");

    for path in [
        "/api/v1/guest/comm/config",
        "/api/v1/user/info",
        "/api/v1/nothing",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(
            answer.header("access-control-expose-headers"),
            "ETag",
            "{path}"
        );
    }
    assert_eq!(
        site.get("/healthz")
            .await
            .header("access-control-allow-origin"),
        ""
    );
}

#[actix_web::test]
async fn options_that_is_no_preflight_names_the_methods() {
    let site = Site::open().await;
    let request = TestRequest::default()
        .method(Method::OPTIONS)
        .uri("/api/v1/passport/auth/login");
    let answer = site.send(request).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("allow"), "POST");
    let request = TestRequest::default()
        .method(Method::OPTIONS)
        .uri("/api/v1/nothing");
    assert_eq!(site.send(request).await.status, 404);
}

#[actix_web::test]
async fn payment_notices_are_limited_per_client() {
    let limits = RateLimits {
        notices_per_address_per_minute: 2,
        ..RateLimits::default()
    };
    let web = WebOptions {
        limits,
        ..WebOptions::default()
    };
    let site = Site::with(&[], web).await;
    let notice = |from: &'static str| {
        TestRequest::post()
            .uri("/api/v1/guest/payment/notify/EPay/nobody")
            .insert_header(("X-Forwarded-For", from))
            .set_payload("money_type=1")
    };
    for _ in 0..2 {
        assert_eq!(site.send(notice("198.51.100.1")).await.status, 404);
    }
    let answer = site.send(notice("198.51.100.1")).await;
    assert_eq!(answer.status, 429);
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(site.send(notice("198.51.100.2")).await.status, 404);
}

#[actix_web::test]
async fn the_passport_is_limited_per_client_and_per_account() {
    let limits = RateLimits {
        per_address_per_minute: 3,
        per_account_per_minute: 2,
        ..RateLimits::default()
    };
    let site = Site::with(
        &[],
        WebOptions {
            limits,
            ..WebOptions::default()
        },
    )
    .await;
    let login = |from: &'static str, email: &str| {
        TestRequest::post()
            .uri("/api/v1/passport/auth/login")
            .insert_header(("X-Forwarded-For", from))
            .set_json(json!({"email": email, "password": "password-x"}))
    };
    for _ in 0..2 {
        assert_eq!(
            site.send(login("198.51.100.1", "a@demo.test")).await.status,
            400
        );
    }
    let answer = site.send(login("198.51.100.2", "A@Demo.test")).await;
    assert_eq!(answer.status, 429, "the same account from another address");
    assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(answer.body()["status"], "fail");
    assert_eq!(
        site.send(login("198.51.100.1", "b@demo.test")).await.status,
        400
    );
    let answer = site.send(login("198.51.100.1", "c@demo.test")).await;
    assert_eq!(answer.status, 429, "the same address, another account");
    assert_eq!(
        site.send(login("198.51.100.3", "c@demo.test")).await.status,
        400
    );
    let request = TestRequest::get().uri("/api/v1/guest/comm/config");
    let request = request.insert_header(("X-Forwarded-For", "198.51.100.1"));
    assert_eq!(
        site.send(request).await.status,
        200,
        "only the passport is limited"
    );
}

#[actix_web::test]
async fn health_metrics_and_documents_are_there() {
    let site = Site::open().await;
    assert_eq!(site.get("/healthz").await.body()["data"], Value::Bool(true));
    site.get("/api/v1/user/info?auth_data=secret").await;
    site.get("/secret/path").await;
    let metrics = site.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    let line = r#"http_requests_total{route="/api/v1/user/info",method="GET",status="403"} 1"#;
    assert!(metrics.text.contains(line), "{}", metrics.text);
    assert!(metrics.text.contains(r#"route="unmatched""#));
    assert!(!metrics.text.contains("secret"));

    let document = site.get("/openapi.json").await.body();
    assert!(document["paths"]["/api/v1/user/info"]["get"].is_object());
    let page = site.get("/docs").await;
    assert_eq!(
        (page.status.as_u16(), page.header("location")),
        (308, "/docs/index.html")
    );
    let index = site.get("/docs/index.html").await;
    assert!(index.text.contains("swagger-ui"));
    assert!(index.text.contains("<title>Ferroboard API</title>"));
    assert!(
        site.get("/docs/swagger-initializer.js")
            .await
            .text
            .contains("/openapi.json")
    );
    for missing in [
        "/docs/no-such-file",
        "/docs/../Cargo.toml",
        "/docs/%2e%2e/Cargo.toml",
    ] {
        assert_eq!(site.get(missing).await.status, 404, "{missing}");
    }
}

/// What of an answer tells routes apart.
fn seen(answer: &Answer) -> (u16, [String; 3], bool) {
    let names = ["allow", "location", "access-control-allow-origin"];
    let headers = names.map(|name| answer.header(name).to_owned());
    (answer.status.as_u16(), headers, answer.text.is_empty())
}

#[actix_web::test]
async fn slashes_at_the_end_of_an_address_mean_nothing() {
    let web = WebOptions {
        limits: RateLimits {
            per_address_per_minute: 0,
            ..RateLimits::default()
        },
        ..WebOptions::default()
    };
    let site = Site::with(&[], web).await;
    let document = site.get("/openapi.json").await.body();
    let described = document["paths"].as_object().unwrap().keys();
    let described = described.map(|path| path.replace(['{', '}'], ""));
    let others = [
        "/",
        "/docs",
        "/openapi.json",
        "/nothing",
        "/api",
        "/api/v1/nothing",
    ];
    let paths = described.chain(others.map(str::to_owned));
    let mut asked = 0;
    for path in paths.filter(|path| path != "/ws" && path != "/metrics") {
        for method in [Method::GET, Method::POST, Method::OPTIONS, Method::DELETE] {
            let ask = async |path: &str| {
                let request = TestRequest::default().method(method.clone()).uri(path);
                let origin = ("Origin", "https://app.example.com");
                let asked = ("Access-Control-Request-Method", "GET");
                site.send(request.insert_header(origin).insert_header(asked))
                    .await
            };
            let plain = seen(&ask(&path).await);
            for slashes in ["/", "///"] {
                let answer = ask(&format!("{path}{slashes}?a=1")).await;
                assert_eq!(seen(&answer), plain, "{method} {path}{slashes}");
                asked += 1;
            }
        }
    }
    assert!(asked > 900, "{asked}");
    let metrics = site.get("/metrics/").await;
    assert_eq!(
        metrics.status, 404,
        "a proxy may shield the exact address alone"
    );
}

#[actix_web::test]
async fn slashes_at_the_end_lead_around_no_limit() {
    let limits = RateLimits {
        per_address_per_minute: 2,
        ..RateLimits::default()
    };
    let web = WebOptions {
        limits,
        ..WebOptions::default()
    };
    let site = Site::with(&[], web).await;
    let path = "/api/v1/passport/auth/login";
    for slashes in ["", "/"] {
        let answer = site.post(&format!("{path}{slashes}"), json!({})).await;
        assert_eq!(answer.status, 422);
    }
    let answer = site.post(&format!("{path}//"), json!({})).await;
    assert_eq!(answer.status, 429);
    let metrics = site.get("/metrics").await.text;
    let line =
        r#"http_requests_total{route="/api/v1/passport/auth/login",method="POST",status="422"} 2"#;
    assert!(metrics.contains(line), "{metrics}");
}

#[actix_web::test]
async fn a_token_guards_the_metrics() {
    let metrics = MetricsAccess::Token("scrape-me".to_owned());
    let site = Site::with(
        &[],
        WebOptions {
            metrics,
            ..WebOptions::default()
        },
    )
    .await;
    assert_eq!(site.get("/metrics").await.status, 401);
    assert_eq!(site.get_as("wrong", "/metrics").await.status, 401);
    assert_eq!(site.get_as("scrape-me", "/metrics").await.status, 200);
}

/// A service of which our program takes too much for granted.
struct BrokenCaptcha;

#[async_trait]
impl CaptchaVerifier for BrokenCaptcha {
    async fn solved(&self, _: &CaptchaKind, _: &str, _: &str) -> bool {
        panic!("a secret of the captcha service")
    }
}

#[actix_web::test]
async fn a_panic_in_a_use_case_is_500_and_tells_nothing() {
    let fakes = Fakes::default();
    fakes.store.write(|tables| {
        let row = ("captcha_enable".to_owned(), Some("1".to_owned()));
        tables.site.settings.extend([row]);
    });
    let mut ports = fakes.ports();
    ports.captcha = Arc::new(BrokenCaptcha);
    let options = Options::new("test".into());
    let site = Site::over(fakes, ports, WebOptions::default(), options).await;
    let body = json!({
        "email": "new@demo.test", "password": "password-new", "recaptcha_data": "x",
    });
    let answer = site.post("/api/v1/passport/auth/register", body).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.body()["status"], "fail");
    assert!(!answer.text.contains("secret"));
    assert!(!answer.header("x-request-id").is_empty());
    assert_eq!(
        site.get("/healthz").await.status,
        200,
        "the next request is served"
    );
}

fn assert_protected(answer: &Answer, what: &str) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
    assert!(
        policy.contains("frame-ancestors 'none'"),
        "{what}: {policy}"
    );
    let is_page = answer.header("content-type").starts_with("text/html");
    assert_eq!(policy.contains("script-src 'self'"), is_page, "{what}");
}

#[actix_web::test]
async fn every_answer_tells_browsers_what_they_may_do_with_it() {
    let site = Site::open().await;
    for (path, status) in [
        ("/healthz", 200),
        ("/metrics", 200),
        ("/nothing", 404),
        ("/nothing?a=%00", 400),
        ("/api/v1/user/info", 403),
        ("/api/v1/passport/auth/login", 405),
        ("/api/v1/passport/auth/token2Login?token=x", 302),
        ("/openapi.json", 200),
        ("/docs", 308),
        ("/docs/index.html", 200),
        ("/docs/swagger-ui.css", 200),
        ("/docs/swagger-initializer.js", 200),
        ("/s/unknown", 403),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert_protected(&answer, path);
    }
    for method in [Method::OPTIONS, Method::TRACE, Method::PUT] {
        let request = TestRequest::default()
            .method(method.clone())
            .uri("/api/v1/user/info")
            .insert_header(("Origin", "https://app.example.com"))
            .insert_header(("Access-Control-Request-Method", "GET"));
        assert_protected(&site.send(request).await, method.as_str());
    }
}

#[actix_web::test]
async fn what_the_operator_did_not_open_is_not_there() {
    let closed = WebOptions {
        metrics: MetricsAccess::Closed,
        docs: false,
        ..WebOptions::default()
    };
    let site = Site::with(&[], closed).await;
    let unknown = site.get("/nothing").await;
    for path in [
        "/metrics",
        "/docs",
        "/docs/",
        "/docs/index.html",
        "/docs/swagger-ui.css",
        "/openapi.json",
    ] {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            let request = TestRequest::default().method(method.clone()).uri(path);
            let answer = site.send(request).await;
            assert_eq!(answer.status, 404, "{method} {path}");
            assert_eq!(answer.text, unknown.text, "{method} {path}");
        }
    }
    assert_eq!(site.get("/healthz").await.status, 200);
}

#[actix_web::test]
async fn what_no_database_takes_comes_to_none() {
    let site = Site::open().await;
    let token = site.alice().await;
    let before = site.fakes.store.read(|tables| format!("{tables:?}"));
    for path in [
        "/api/v1/user/knowledge/fetch?keyword=a%00b",
        "/api/v1/user/knowledge/fetch?keyword=%ff",
        "/api/v1/user/knowledge/fetch?a%00=1",
        "/api/v1/user/knowledge/%00",
        "/s/%c3%28",
        "/s/a%00",
        "/api/v1/client/subscribe?token=a%00",
        "/api/v1/server/UniProxy/config?token=%00&node_id=1",
        "/api/v1/guest/payment/notify/EPay/a%00",
    ] {
        let answer = site.get_as(&token, path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.body()["status"], "fail", "{path}");
    }
    let parts = |value: &[u8]| {
        let head = b"--x\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\n";
        [head.as_slice(), value, b"\r\n--x--\r\n"].concat()
    };
    for (kind, body) in [
        ("application/json", br#"{"subject":"a\u0000"}"#.to_vec()),
        ("application/json", b"{\"subject\":\"\xff\"}".to_vec()),
        ("application/json", br#"{"a\u0000":"b"}"#.to_vec()),
        (
            "application/x-www-form-urlencoded",
            b"subject=a%00".to_vec(),
        ),
        (
            "application/x-www-form-urlencoded",
            b"subject=%e4%b8".to_vec(),
        ),
        (
            "application/x-www-form-urlencoded",
            b"subject=\xff".to_vec(),
        ),
        ("multipart/form-data; boundary=x", parts(b"a\0")),
        ("multipart/form-data; boundary=x", parts(b"a\xff")),
        ("text/plain", b"\xff\0".to_vec()),
    ] {
        let request = TestRequest::post()
            .uri("/api/v1/user/ticket/save")
            .insert_header(("Authorization", token.as_str()))
            .insert_header(("Content-Language", "en-US"))
            .insert_header(("Content-Type", kind))
            .set_payload(body.clone());
        let answer = site.send(request).await;
        assert_eq!(answer.status, 422, "{kind} {body:?}");
        assert!(answer.message().contains("NUL"), "{}", answer.text);
    }
    let after = site.fakes.store.read(|tables| format!("{tables:?}"));
    assert_eq!(before, after);
}

#[actix_web::test]
async fn a_login_link_is_mailed_to_hosts_of_the_operator_alone() {
    const LINK: &str = "/api/v1/passport/auth/loginWithMailLink";
    let named = AllowedHosts::named(&["panel.test".to_owned()]).unwrap();
    let web = WebOptions {
        hosts: named,
        ..WebOptions::default()
    };
    let site = Site::with(&[("login_with_mail_link_enable", "1")], web).await;
    site.alice().await;
    let mails = || site.fakes.store.read(|tables| tables.mail.outbox.len());
    let ask = |host: &'static str, forwarded: &'static str| {
        let request = TestRequest::post()
            .uri(LINK)
            .insert_header(("Host", host))
            .insert_header(("Content-Language", "en-US"))
            .set_json(json!({"email": "alice@demo.test"}));
        if forwarded.is_empty() {
            request
        } else {
            request.insert_header(("X-Forwarded-Host", forwarded))
        }
    };
    for (host, forwarded) in [
        ("evil.test", ""),
        ("panel.test", "evil.test"),
        ("panel.test:8443", ""),
        ("127.0.0.1:7001", ""),
        ("", ""),
    ] {
        let answer = site.send(ask(host, forwarded)).await;
        assert_eq!(answer.status, 400, "{host} {forwarded}");
        assert!(answer.message().contains("app_url"), "{}", answer.text);
        assert!(answer.message().contains("http.hosts"), "{}", answer.text);
    }
    assert_eq!(mails(), 0);
    let answer = site.send(ask("inner:7001", "PANEL.test")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(mails(), 1);
}

#[actix_web::test]
async fn methods_that_no_route_can_have_are_refused_at_once() {
    let site = Site::open().await;
    for method in [Method::CONNECT, Method::TRACE] {
        for path in ["/api/v1/user/info", "/nothing"] {
            let request = TestRequest::default().method(method.clone()).uri(path);
            let answer = site.send(request).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), "GET, HEAD, POST, OPTIONS");
        }
    }
}

#[actix_web::test]
async fn guards_refuse_in_the_language_of_the_request() {
    let limits = RateLimits {
        per_address_per_minute: 1,
        ..RateLimits::default()
    };
    let options = WebOptions {
        limits,
        ..WebOptions::default()
    };
    let site = Site::with(&[], options).await;
    for (path, status) in [
        ("/api/v1/user/info", 403),
        ("/api/v1/passport/auth/getQuickLoginUrl", 401),
        ("/api/v1/passport/auth/getQuickLoginUrl", 429),
    ] {
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("Content-Language", "en-US"));
        let request = if status == 403 {
            request.method(Method::GET)
        } else {
            request
        };
        let answer = site.send(request).await;
        assert_eq!(answer.status, status, "{path}");
        let message = answer.message();
        assert!(message.is_ascii(), "{path}: {message}");
    }
}
