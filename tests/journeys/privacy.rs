//! Where no name and no identity number may be found.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::support::{Panel, Rows, on_every_database};

on_every_database!(names_and_numbers_are_in_the_clear_in_the_recorded_look_alone);

const REAL_NAME: &str = "/api/v1/user/real-name-verification";
const ADMIN: &str = "/api/v1/a-hidden-door/realname";
const NAME: &str = "张三丰";
const NUMBER: &str = "11010519491231002X";
/// What would give them away: also what of the number is wrong, or a part.
const PLAIN: [&str; 4] = [NAME, NUMBER, "11010519491231002", "19491231"];

/// Asserts that a text gives nothing away.
fn assert_silent(what: &str, text: &str) {
    let escaped = NAME.escape_unicode().to_string().replace(['{', '}'], "");
    for plain in PLAIN.into_iter().chain([escaped.as_str()]) {
        assert!(!text.contains(plain), "{plain} is in {what}: {text}");
    }
}

async fn names_and_numbers_are_in_the_clear_in_the_recorded_look_alone(database: Database) {
    let site = [("secure_path", "a-hidden-door")];
    let panel = Panel::start_on_site(&database, &site).await;
    let token = panel.register("ann@demo.test").await;
    let admin = panel.register("chief@demo.test").await;
    let rows = Rows(database.sql());
    let (ann, chief) = (
        rows.user("ann@demo.test").await,
        rows.user("chief@demo.test").await,
    );
    rows.set_user(chief, "is_admin = 1").await;
    let page = format!("{REAL_NAME}/status");
    let (code, config) = ("real_name_verification", json!({}));
    panel.install(&database, code, &config, &page, &token).await;

    let submit = format!("{REAL_NAME}/submit");
    let right = json!({"real_name": NAME, "identity_no": NUMBER});
    let wrong = json!({"real_name": NAME, "identity_no": "11010519491231002"});
    let records = format!("{ADMIN}/records");
    for (body, status) in [(wrong, 422), (right.clone(), 200), (right.clone(), 400)] {
        let answer = panel.post(&submit, &token, body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_silent("an answer to the user", &answer.text);
    }
    assert_silent("the status", &panel.get(&page, &token).await.text);
    for query in ["", "?unsubmitted=1", &format!("?keyword={NUMBER}")] {
        let answer = panel.get(&format!("{records}{query}"), &admin).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_silent("the list", &answer.text);
    }
    let found = panel
        .get(&format!("{records}?keyword={NUMBER}"), &admin)
        .await;
    assert_eq!(found.body()["total"], 1, "{}", found.text);
    let hidden = panel.get(&format!("{records}?reveal=1"), &token).await;
    hidden.assert_refused(403);

    let look = format!("{records}?reveal=1&keyword={NUMBER}");
    let shown = panel.get(&look, &admin).await.body();
    assert_eq!(shown["data"][0]["real_name"], NAME);
    assert_eq!(shown["data"][0]["identity_no"], NUMBER);
    assert_eq!(shown["data"][0]["birth_date"], "1949-12-31");
    let looked = format!("admin_id = {chief} AND action = 'realname.records'");
    assert_eq!(rows.count("v2_admin_audit_log", &looked).await, 1);
    let whose = format!("\"looked_at\":[{ann}]");
    let noted = format!("after_values LIKE '%{whose}%'");
    assert_eq!(rows.count("ferro_audit_change", &noted).await, 1);

    for (route, body) in [
        ("sync-all".to_owned(), json!({})),
        ("approve-all".to_owned(), json!({})),
        (
            format!("review/{ann}"),
            json!({"action": "reject", "reason": "unclear", "force": 1}),
        ),
        ("clear-cache".to_owned(), right.clone()),
    ] {
        let answer = panel.post(&format!("{ADMIN}/{route}"), &admin, body).await;
        assert_eq!(answer.status, 200, "{route}: {}", answer.text);
        assert_silent(&route, &answer.text);
    }
    assert_eq!(rows.count("ferro_real_name", "status = 3").await, 1);
    for table in [
        "ferro_real_name",
        "ferro_counter",
        "ferro_mail",
        "ferro_operation",
        "v2_mail_log",
        "v2_admin_audit_log",
        "ferro_audit_change",
    ] {
        let stored = database.sql().rows(&format!("SELECT * FROM {table}")).await;
        assert_silent(table, &format!("{stored:?}"));
    }
    assert_silent("the log", &panel.log());
    if let Some(path) = database.url().strip_prefix("sqlite://") {
        for file in [path.to_owned(), format!("{path}-wal")] {
            let bytes = std::fs::read(&file).unwrap_or_default();
            assert_silent(&file, &String::from_utf8_lossy(&bytes));
        }
        assert!(std::fs::metadata(path).unwrap().len() > 0);
    }
    let reset = panel
        .post(&format!("{ADMIN}/reset/{ann}"), &admin, json!({}))
        .await;
    reset.assert_true();
    assert_eq!(rows.count("ferro_real_name", "1 = 1").await, 0);
}
