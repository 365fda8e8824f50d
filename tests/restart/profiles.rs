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
