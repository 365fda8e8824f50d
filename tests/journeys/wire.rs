//! Bodies and paths that the database has no part in: once is enough.

use ferroboard_testing::databases::{Backend, Database};

use serde_json::json;

use crate::support::{PASSWORD, Panel};
use crate::{LOGIN, REGISTER};

async fn panel() -> (Database, Panel) {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let panel = Panel::start(&database).await;
    (database, panel)
}

#[tokio::test(flavor = "multi_thread")]
async fn json_form_and_multipart_say_the_same() {
    let (_database, panel) = panel().await;
    panel.register("ann@demo.test").await;
    let multipart = format!(
        "--XX\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nann@demo.test\r\n\
         --XX\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{PASSWORD}\r\n--XX--\r\n"
    );
    for (kind, body) in [
        (
            "application/json",
            json!({"email": "ann@demo.test", "password": PASSWORD}).to_string(),
        ),
        (
            "application/json; charset=utf-8",
            format!("{{\"email\":\"ann@demo.test\",\"password\":\"{PASSWORD}\"}}"),
        ),
        (
            "application/x-www-form-urlencoded",
            format!("email=ann%40demo.test&password={PASSWORD}"),
        ),
        ("multipart/form-data; boundary=XX", multipart),
    ] {
        assert_eq!(
            panel.post_raw(LOGIN, kind, body).await.status,
            200,
            "{kind}"
        );
    }
    let query = format!("{LOGIN}?email=ann@demo.test&password={PASSWORD}&t=1767000000000");
    assert_eq!(
        panel.post_raw(&query, "application/json", "").await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_and_never_breaks_anything() {
    let (_database, panel) = panel().await;
    let deep = "[".repeat(100_000);
    let long = "x".repeat(2 << 20);
    for (kind, body, status) in [
        ("application/json", "{\"email\":", 400),
        ("application/json", deep.as_str(), 400),
        ("application/json", "[1, 2]", 422),
        ("application/json", "\"text\"", 422),
        ("application/json", "{}", 422),
        (
            "application/json",
            "{\"email\":[\"a\"],\"password\":{\"a\":1}}",
            422,
        ),
        (
            "application/json",
            "{\"email\":\"a\\u0000@demo.test\",\"password\":\"password\"}",
            422,
        ),
        (
            "application/json",
            "{\"email\":\"a@demo.test\",\"password\":\"passw\\u0000ord\"}",
            422,
        ),
        (
            "application/x-www-form-urlencoded",
            "email=%ff%fe&password=%00",
            422,
        ),
        ("multipart/form-data; boundary=XX", "--XX\r\nbroken", 400),
        ("application/json", long.as_str(), 413),
    ] {
        let answer = panel.post_raw(LOGIN, kind, body).await;
        let shown: String = body.chars().take(60).collect();
        assert_eq!(answer.status, status, "{kind} {shown}: {}", answer.text);
        answer.assert_refused(status);
    }
    let errors = panel
        .post(REGISTER, "", json!({"email": "nope", "password": "short"}))
        .await;
    errors.assert_refused(422);
    let errors = errors.body()["errors"].clone();
    assert!(
        errors["email"].is_array() && errors["password"].is_array(),
        "{errors}"
    );
    assert_eq!(panel.get("/healthz", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_and_methods_are_told_apart() {
    let (_database, panel) = panel().await;
    panel
        .get("/api/v1/user/nothing", "")
        .await
        .assert_refused(404);
    let wrong = panel.get(LOGIN, "").await;
    wrong.assert_refused(405);
    assert_eq!(wrong.header("allow"), "POST");
    panel.info("").await.assert_refused(403);
    for path in [
        "/healthz",
        "/metrics",
        "/openapi.json",
        "/docs",
        "/api/v1/guest/comm/config",
    ] {
        let answer = panel.get(path, "").await;
        assert!(answer.status < 400, "{path}: {}", answer.status);
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_passwords_are_not_logged() {
    let (_database, panel) = panel().await;
    let token = panel.register("ann@demo.test").await;
    panel
        .login("ann@demo.test", "a wrong password")
        .await
        .assert_refused(400);
    let asked = panel
        .post("/api/v1/user/getQuickLoginUrl", &token, json!({}))
        .await
        .data();
    let link = asked
        .as_str()
        .unwrap()
        .split("verify=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    panel
        .get(
            &format!("/api/v1/passport/auth/token2Login?verify={link}"),
            "",
        )
        .await
        .data();
    let log = panel.log();
    for secret in [token.as_str(), PASSWORD, "a wrong password", link, "$2y$"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crowds_on_passport_routes_are_slowed_down() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let tight = [
        ("FERROBOARD__LIMITS__PASSPORT_PER_ADDRESS_PER_MINUTE", "20"),
        ("FERROBOARD__LIMITS__PASSPORT_PER_ACCOUNT_PER_MINUTE", "5"),
    ];
    let panel = Panel::start_with(&database, &tight).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(
            panel
                .login("ann@demo.test", "not the password")
                .await
                .status,
        );
    }
    assert_eq!(statuses, [400, 400, 400, 400, 400, 429]);
    let mut answers = Vec::new();
    for number in 0..20 {
        answers.push(
            panel
                .login(&format!("u{number}@demo.test"), "not the password")
                .await,
        );
    }
    let last = answers.last().unwrap();
    last.assert_refused(429);
    assert!(
        last.header("retry-after")
            .parse::<u32>()
            .is_ok_and(|wait| wait >= 1)
    );
    assert_eq!(panel.get("/api/v1/guest/comm/config", "").await.status, 200);
}
