//! What the profiles refuse, on one database: it does not come to it.

use ferroboard_testing::databases::{Backend, Database};
use serde_json::json;

use crate::support::{Panel, run};

async fn refusal(settings: &[(&str, &str)]) -> String {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let refused = run(&database, settings, &["serve"]);
    assert!(!refused.status.success(), "{settings:?} was accepted");
    String::from_utf8(refused.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn development_stays_on_this_machine() {
    for bind in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let said = refusal(&[("FERROBOARD__HTTP__BIND", bind)]).await;
        assert!(said.contains("development"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn production_refuses_weak_secrets_without_telling_them() {
    for (name, value) in [
        ("FERROBOARD__SECRETS__SIGNING_KEY", "weak-secret"),
        ("FERROBOARD__HTTP__METRICS_TOKEN", "weak-secret"),
        ("FERROBOARD__HASHING__COST", "4"),
    ] {
        let settings = [
            ("FERROBOARD__PROFILE", "production"),
            ("FERROBOARD__HASHING__COST", "10"),
            (name, value),
        ];
        let said = refusal(&settings).await;
        assert!(!said.contains("weak-secret"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn production_never_tells_a_code() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let settings = [
        ("FERROBOARD__PROFILE", "production"),
        ("FERROBOARD__HASHING__COST", "10"),
    ];
    let panel = Panel::start_with(&database, &settings).await;
    let path = "/api/v1/passport/comm/sendEmailVerify";
    let sent = panel
        .post(path, "", json!({"email": "ann@demo.test"}))
        .await;
    sent.assert_true();
    assert!(!sent.text.contains("debug_code"));
    let code = database
        .sql()
        .text("SELECT code FROM ferro_email_code")
        .await
        .unwrap();
    assert!(!sent.text.contains(&code) && !panel.log().contains(&code));
}

#[tokio::test(flavor = "multi_thread")]
async fn misspelt_settings_and_unknown_databases_are_refused() {
    refusal(&[("FERROBOARD__HTTP__BNID", "127.0.0.1:7001")]).await;
    let said = refusal(&[(
        "FERROBOARD__DATABASE__URL",
        "oracle://user:pass-word@host/x",
    )])
    .await;
    assert!(!said.contains("pass-word"), "{said}");
    let said = refusal(&[(
        "FERROBOARD__DATABASE__URL",
        "mysql://user:pass-word@127.0.0.1:1/x",
    )])
    .await;
    assert!(!said.contains("pass-word"), "{said}");
}

/// The production profile, with these settings as well.
fn production<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("FERROBOARD__PROFILE", "production"),
        ("FERROBOARD__HASHING__COST", "10"),
    ];
    usual.into_iter().chain(more.iter().copied()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn production_opens_nothing_unasked() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let panel = Panel::start_with(&database, &production(&[])).await;
    for path in ["/metrics", "/docs", "/docs/index.html", "/openapi.json"] {
        panel.get(path, "").await.assert_refused(404);
    }
    drop(panel);
    let opened = [
        ("FERROBOARD__HTTP__METRICS_TOKEN", "0123456789abcdef"),
        ("FERROBOARD__HTTP__DOCS", "true"),
    ];
    let panel = Panel::start_with(&database, &production(&opened)).await;
    panel.get("/metrics", "").await.assert_refused(401);
    assert_eq!(panel.get("/metrics", "0123456789abcdef").await.status, 200);
    assert_eq!(panel.get("/docs/index.html", "").await.status, 200);
    assert_eq!(panel.get("/openapi.json", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn production_mails_links_to_its_own_hosts_alone() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    drop(Panel::start_on_site(&database, &[("login_with_mail_link_enable", "1")]).await);
    let named = [("FERROBOARD__HTTP__HOSTS", "panel.test, mirror.test:8443")];
    let panel = Panel::start_with(&database, &production(&named)).await;
    panel.register("ann@demo.test").await;
    let ask = |host: &'static str| {
        let request = panel
            .client()
            .post(panel.url("/api/v1/passport/auth/loginWithMailLink"))
            .header("Host", host)
            .json(&json!({"email": "ann@demo.test"}));
        async move { request.send().await.unwrap().status().as_u16() }
    };
    for host in ["evil.test", "mirror.test", "127.0.0.1:7001"] {
        assert_eq!(ask(host).await, 400, "{host}");
    }
    assert!(panel.log().contains("does not know its own address"));
    assert_eq!(ask("mirror.test:8443").await, 200);
    let sql = database.sql();
    assert_eq!(
        sql.integer("SELECT COUNT(*) FROM ferro_login_token").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn proxies_that_are_rarely_meant_are_warned_of() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    for (bind, proxies, expected) in [
        ("127.0.0.1:0", "", None),
        ("127.0.0.1:0", "10.0.0.5", None),
        ("127.0.0.1:0", "10.0.0.0/8", Some("10.0.0.0/8")),
        ("127.0.0.1:0", "10.0.0.5,0.0.0.0/0", Some("0.0.0.0/0")),
        ("127.0.0.1:0", "104.16.0.0/13", Some("Cloudflare")),
        ("0.0.0.0:0", "", Some("everybody counts as one client")),
        ("0.0.0.0:0", "10.0.0.5", None),
    ] {
        let settings = production(&[
            ("FERROBOARD__HTTP__BIND", bind),
            ("FERROBOARD__HTTP__TRUSTED_PROXIES", proxies),
        ]);
        let checked = run(&database, &settings, &["config", "check"]);
        assert!(checked.status.success(), "{checked:?}");
        let said = String::from_utf8(checked.stdout).unwrap();
        match expected {
            Some(text) => assert!(
                said.contains("warning") && said.contains(text),
                "{bind} {proxies}: {said}"
            ),
            None => assert!(!said.contains("warning"), "{bind} {proxies}: {said}"),
        }
    }
}
