//! What is answered under the admin path and beside it, whatever the method and whoever asks.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ferroboard_kernel::UserId;
use serde_json::json;

use crate::harness::Site;

/// All methods that there are.
const METHODS: [Method; 9] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::PATCH,
    Method::OPTIONS,
    Method::TRACE,
    Method::CONNECT,
];

/// For each address what an administrator is answered to [`METHODS`], what anybody else is answered to each of them, and what
/// an administrator is told in `Allow` where a method is refused or `OPTIONS` answered.
#[rustfmt::skip]
const ANSWERS: &[(&str, &str, u16, &str)] = &[
    ("/api/v2/hidden-door/config/fetch", "200 200 405 405 405 405 204", 403, "GET, HEAD"),
    ("/api/v2/hidden-door/config/fetch/", "200 200 405 405 405 405 204", 403, "GET, HEAD"),
    ("/api/v2/hidden-door/%63onfig/fetch", "200 200 405 405 405 405 204", 403, "GET, HEAD"),
    ("/api/v2/hidden-door/config%2Ffetch", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v2/hidden-door/config//fetch", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v2/hidden-door//config/fetch", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v2/hidden-door/CONFIG/fetch", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v2/hidden-door/config/fetch/more", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v2/hidden-door/config", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v2/hidden-door/x", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v2/hidden-door/", "404 404 404 404 404 404 404", 404, ""),
    ("/api/v2/hidden-door", "404 404 404 404 404 404 404", 404, ""),
    ("/api/v2/hidden-door/config/save", "405 405 200 405 405 405 204", 403, "POST"),
    ("/api/v2/hidden-door/plugin/config", "422 422 422 405 405 405 204", 403, "GET, HEAD, POST"),
    // The store in memory reads nothing for administrators; `tests/journeys` asks a database.
    ("/api/v2/hidden-door/system/getAuditLog", "500 500 500 405 405 405 204", 403, "GET, HEAD, POST"),
    ("/api/v1/hidden-door/realname/records", "500 500 405 405 405 405 204", 403, "GET, HEAD"),
    ("/api/v1/hidden-door/realname/review/7", "405 405 422 405 405 405 204", 403, "POST"),
    ("/api/v1/hidden-door/realname/review/seven", "405 405 404 405 405 405 204", 403, "POST"),
    ("/api/v1/hidden-door/realname/review/%37", "405 405 422 405 405 405 204", 403, "POST"),
    ("/api/v1/hidden-door/realname/review/", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v1/hidden-door/realname/review", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v1/hidden-door/realname/review/7/8", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v1/hidden-door/config/fetch", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v2/hidden-door/realname/records", "404 404 404 404 404 404 404", 403, ""),
    ("/api/v3/hidden-door/config/fetch", "404 404 404 404 404 404 404", 404, ""),
    ("/api/v2/%68idden-door/config/fetch", "404 404 404 404 404 404 404", 404, ""),
    ("/api/v2/hidden-doo/config/fetch", "404 404 404 404 404 404 404", 404, ""),
    ("/api/v2/hidden-doors/config/fetch", "404 404 404 404 404 404 404", 404, ""),
    ("/api/v2/admin/config/fetch", "404 404 404 404 404 404 404", 404, ""),
    ("/api/v2/{secure_path}/config/fetch", "404 404 404 404 404 404 404", 404, ""),
    ("/api/v2/user/config/fetch", "404 404 404 404 404 404 404", 404, ""),
    ("//api/v2/hidden-door/config/fetch", "404 404 404 404 404 404 404", 404, ""),
];

/// What `TRACE` and `CONNECT` are told, wherever they ask.
const KNOWN_METHODS: &str = "GET, HEAD, POST, OPTIONS";

#[actix_web::test]
async fn every_method_is_answered_alike_whoever_asks_and_wherever() {
    let site = Site::with_settings(&[("secure_path", "hidden-door")]).await;
    let admin = site.alice().await;
    site.promote(UserId::new(1));
    let body = json!({"email": "bob@demo.test", "password": "password-bob1"});
    let bob = site.post("/api/v1/passport/auth/register", body).await;
    let user = bob.body()["data"]["token"].as_str().unwrap().to_owned();
    for (path, expected, to_others, allow) in ANSWERS {
        let mut seen = Vec::new();
        for method in METHODS {
            let ask = async |token: &str| {
                let request = TestRequest::default().method(method.clone()).uri(path);
                let request = request.insert_header(("Authorization", token));
                site.send(request).await
            };
            let answer = ask(&admin).await;
            if matches!(method, Method::TRACE | Method::CONNECT) {
                for answer in [answer, ask(&user).await, ask("").await] {
                    assert_eq!(
                        (answer.status.as_u16(), answer.header("allow")),
                        (405, KNOWN_METHODS)
                    );
                }
                continue;
            }
            let has_allow = matches!(answer.status.as_u16(), 204 | 405);
            let told = if has_allow { *allow } else { "" };
            assert_eq!(answer.header("allow"), told, "{method} {path}");
            seen.push(answer.status.as_u16().to_string());
            for token in [user.as_str(), ""] {
                let answer = ask(token).await;
                assert_eq!(answer.status, *to_others, "{method} {path}");
                assert_eq!(answer.header("allow"), "", "{method} {path}");
            }
        }
        assert_eq!(seen.join(" "), *expected, "{path}");
    }
}

#[actix_web::test]
async fn the_counters_name_the_row_also_where_the_method_is_refused() {
    let site = Site::with_settings(&[("secure_path", "hidden-door")]).await;
    let admin = site.alice().await;
    site.promote(UserId::new(1));
    for path in ["config/fetch", "nothing/here", "realname/reset/7"] {
        for version in ["v1", "v2"] {
            let path = format!("/api/{version}/hidden-door/{path}");
            site.get_as(&admin, &path).await;
            site.get(&path).await;
        }
    }
    site.get_as(&admin, "/api/v2/hidden-doors/config/fetch")
        .await;
    let counters = site.get("/metrics").await.text;
    let lines = counters
        .lines()
        .filter(|line| line.starts_with("http_requests_total{") && line.contains("GET"));
    let mut lines: Vec<&str> = lines.collect();
    lines.sort_unstable();
    assert_eq!(lines, COUNTED, "{counters}");
}

/// What is counted then.
const COUNTED: [&str; 7] = [
    r#"http_requests_total{route="/api/v1/{secure_path}/realname/reset/{userId}",method="GET",status="403"} 1"#,
    r#"http_requests_total{route="/api/v1/{secure_path}/realname/reset/{userId}",method="GET",status="405"} 1"#,
    r#"http_requests_total{route="/api/v2/{secure_path}/config/fetch",method="GET",status="200"} 1"#,
    r#"http_requests_total{route="/api/v2/{secure_path}/config/fetch",method="GET",status="403"} 1"#,
    r#"http_requests_total{route="/api/{version:v1|v2}/{secure_path}/{route:.*}",method="GET",status="403"} 4"#,
    r#"http_requests_total{route="/api/{version:v1|v2}/{secure_path}/{route:.*}",method="GET",status="404"} 4"#,
    r#"http_requests_total{route="unmatched",method="GET",status="404"} 1"#,
];
