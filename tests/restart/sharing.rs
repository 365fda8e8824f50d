//! Several programs on one database.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::support::{Panel, Rows, on_every_database, within};

on_every_database!(
    a_program_that_looks_into_the_file_harms_nothing,
    changed_settings_are_noticed_within_five_seconds,
    two_panels_share_one_database,
    panels_that_start_together_agree,
);

async fn changed_settings_are_noticed_within_five_seconds(database: Database) {
    let panel = Panel::start(&database).await;
    let flag = || async {
        panel.get("/api/v1/guest/comm/config", "").await.data()["is_email_verify"].clone()
    };
    assert_eq!(flag().await, 0);
    for (statement, expected) in [
        (
            "INSERT INTO v2_settings (name, value) VALUES ('email_verify', '1')",
            1,
        ),
        (
            "UPDATE v2_settings SET value = '0' WHERE name = 'email_verify'",
            0,
        ),
        (
            "UPDATE v2_settings SET value = 'true' WHERE name = 'email_verify'",
            1,
        ),
        ("DELETE FROM v2_settings WHERE name = 'email_verify'", 0),
    ] {
        database.sql().execute(statement).await;
        assert!(
            within(30, || async { flag().await == expected }).await,
            "{statement}"
        );
    }
}

async fn two_panels_share_one_database(database: Database) {
    let first = Panel::start(&database).await;
    let second = Panel::start(&database).await;
    let token = first.register("ann@demo.test").await;
    assert_eq!(second.info(&token).await.data()["email"], "ann@demo.test");

    let asked = first
        .post("/api/v1/user/getQuickLoginUrl", &token, json!({}))
        .await
        .data();
    let text = asked
        .as_str()
        .unwrap()
        .split("verify=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let path = format!("/api/v1/passport/auth/token2Login?verify={text}");
    assert_eq!(second.get(&path, "").await.status, 200);
    first.get(&path, "").await.assert_refused(400);

    let code = first.email_code("ann@demo.test").await;
    let reset = json!({"email": "ann@demo.test", "email_code": code, "password": "a new password"});
    second
        .post("/api/v1/passport/auth/forget", "", reset)
        .await
        .assert_true();
    first.info(&token).await.assert_refused(403);

    for attempt in 0..5 {
        let panel = if attempt % 2 == 0 { &first } else { &second };
        panel
            .login("ann@demo.test", "not the password")
            .await
            .assert_refused(400);
    }
    first
        .login("ann@demo.test", "a new password")
        .await
        .assert_refused(429);
    second
        .login("ann@demo.test", "a new password")
        .await
        .assert_refused(429);
}

async fn panels_that_start_together_agree(database: Database) {
    let mut panels: Vec<Panel> = (0..4).map(|_| Panel::launch(&database, &[])).collect();
    for panel in &mut panels {
        panel.wait_until_healthy().await;
    }
    let rows = Rows(database.sql());
    assert_eq!(rows.count("v2_user", "is_admin = 1").await, 1);
    assert_eq!(rows.count("v2_settings", "name = 'secure_path'").await, 1);
    assert_eq!(rows.count("ferro_secret", "name = 'signing_key'").await, 1);
    let shown = panels
        .iter()
        .filter(|panel| panel.log().contains("password"))
        .count();
    assert_eq!(shown, 1, "one of them made the administrator");
    // One key signs for all.
    let token = panels[0].register("ann@demo.test").await;
    for panel in &panels {
        assert_eq!(panel.info(&token).await.status, 200);
    }
}

/// SQLite deletes its log when the last user of the file leaves: a look from outside must not take a
/// running panel for gone.
async fn a_program_that_looks_into_the_file_harms_nothing(database: Database) {
    let panel = Panel::start(&database).await;
    for number in 0..20 {
        let email = format!("look{number}@demo.test");
        panel.register(&email).await;
        let found = format!("SELECT COUNT(*) FROM v2_user WHERE email = '{email}'");
        assert_eq!(database.sql().integer(&found).await, 1, "{number}");
    }
    let log = panel.log();
    assert!(!log.contains("disk I/O error"), "{log}");
}
