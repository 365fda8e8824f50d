//! Many real names and second accounts at once, and where no real name may be found.

use std::time::{Duration, Instant};

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::crowd::{CROWD, assert_statuses, count, crowd, crowd_of, post};
use crate::support::{Panel, Rows, on_every_database};

on_every_database!(
    of_many_users_of_one_identity_one_gets_it,
    of_many_submissions_of_one_user_one_is_taken,
    no_name_or_number_is_left_in_the_clear,
    of_many_switches_one_makes_a_second_account,
);

const REAL_NAME: &str = "/api/v1/user/real-name-verification";
const IPV6: &str = "/api/v1/user/user-add-ipv6-subscription";
const NAME: &str = "张三丰";
const NUMBER: &str = "11010519491231002X";

/// Installs a plugin in the running panel, which notices it.
async fn install(
    panel: &Panel,
    database: &Database,
    token: &str,
    code: &str,
    config: Value,
    page: &str,
) {
    let config = database.sql().quoted(&config.to_string());
    let insert = format!(
        "INSERT INTO v2_plugins (name, code, version, is_enabled, config) \
         VALUES ('A plugin', '{code}', '1.0.0', 1, {config})"
    );
    database.sql().execute(&insert).await;
    let started = Instant::now();
    while panel.get(page, token).await.status != 200 {
        let waited = started.elapsed();
        assert!(
            waited < Duration::from_secs(5),
            "the plugin was not noticed"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn verifying(database: &Database, config: Value) -> (Panel, String) {
    let panel = Panel::start(database).await;
    let token = panel.register("ann@demo.test").await;
    let page = format!("{REAL_NAME}/status");
    install(
        &panel,
        database,
        &token,
        "real_name_verification",
        config,
        &page,
    )
    .await;
    (panel, token)
}

fn submission() -> (String, Value) {
    let body = json!({"real_name": NAME, "identity_no": NUMBER});
    post(&format!("{REAL_NAME}/submit"), body)
}

async fn of_many_users_of_one_identity_one_gets_it(database: Database) {
    let (panel, _) = verifying(&database, json!({})).await;
    let mut tokens = Vec::with_capacity(CROWD);
    for number in 0..CROWD {
        tokens.push(panel.register(&format!("user{number}@demo.test")).await);
    }
    let answers = crowd_of(&panel, |number| tokens[number].clone(), |_| submission()).await;
    assert_statuses(&answers, &[(200, 1), (400, CROWD - 1)]);
    let refused = answers.iter().filter(|answer| answer.status == 400);
    assert!(
        refused
            .into_iter()
            .all(|answer| answer.body()["code"] == "identity_used")
    );
    let rows = Rows(database.sql());
    assert_eq!(rows.count("ferro_real_name", "status = 1").await, 1);
    assert_eq!(rows.count("ferro_real_name", "1 = 1").await, 1);
}

async fn of_many_submissions_of_one_user_one_is_taken(database: Database) {
    let (panel, token) = verifying(&database, json!({"auto_approve": true})).await;
    let answers = crowd(&panel, &token, |_| submission()).await;
    assert_statuses(&answers, &[(200, 1), (400, CROWD - 1)]);
    let rows = Rows(database.sql());
    assert_eq!(
        rows.count("ferro_real_name", "status = 2 AND submit_count = 1")
            .await,
        1
    );
}

async fn no_name_or_number_is_left_in_the_clear(database: Database) {
    let (panel, token) = verifying(&database, json!({})).await;
    let mut seen = Vec::new();
    let wrong = json!({"real_name": NAME, "identity_no": "11010519491231002"});
    seen.push(
        panel
            .post(&format!("{REAL_NAME}/submit"), &token, wrong)
            .await
            .text,
    );
    let (path, body) = submission();
    seen.push(panel.post(&path, &token, body.clone()).await.text);
    seen.push(panel.post(&path, &token, body).await.text);
    seen.push(panel.get(&format!("{REAL_NAME}/status"), &token).await.text);
    for table in [
        "ferro_real_name",
        "ferro_counter",
        "ferro_mail",
        "v2_admin_audit_log",
    ] {
        let rows = database.sql().rows(&format!("SELECT * FROM {table}")).await;
        seen.push(format!("{rows:?}"));
    }
    seen.push(panel.log());
    if let Some(path) = database.url().strip_prefix("sqlite://") {
        for file in [path.to_owned(), format!("{path}-wal")] {
            let bytes = std::fs::read(file).unwrap_or_default();
            seen.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    let rows = Rows(database.sql());
    assert_eq!(rows.count("ferro_real_name", "status = 1").await, 1);
    for text in seen {
        for plain in [NAME, NUMBER, "11010519491231002", "19491231"] {
            assert!(!text.contains(plain), "{plain} is in {text}");
        }
    }
}

async fn of_many_switches_one_makes_a_second_account(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let page = format!("{IPV6}/check");
    let config = json!({"ipv6_group_id": 6});
    install(
        &panel,
        &database,
        &token,
        "user_add_ipv6_subscription",
        config,
        &page,
    )
    .await;
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    rows.set_user(ann, "plan_id = 1, transfer_enable = 100, u = 7")
        .await;
    let answers = crowd(&panel, &token, |_| {
        post(&format!("{IPV6}/enable"), json!({}))
    })
    .await;
    // Ten an hour.
    assert_statuses(&answers, &[(200, 10), (429, CROWD - 10)]);
    let made = answers
        .iter()
        .filter(|answer| answer.text.contains("\"created\":true"));
    assert_eq!((made.count(), count(&answers, 200)), (1, 10));
    assert_eq!(rows.count("ferro_shadow_account", "status = 1").await, 1);
    let shadow = rows.user("ann-ipv6@demo.test").await;
    assert_eq!(rows.of_user("group_id", shadow).await, 6);
    assert_eq!(rows.of_user("u", shadow).await, 7);
    assert_eq!(
        rows.count("v2_user", "remarks = 'IPv6 shadow of #2'").await,
        i64::from(ann == 2)
    );
}
