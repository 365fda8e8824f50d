//! Real names, as administrators see them.

use ferroboard_testing::databases::{Backend, Database, Sql};
use serde_json::{Value, json};

use super::{PATH, office};
use crate::support::{Panel, Rows};

const USER: &str = "/api/v1/user/real-name-verification";
const NUMBER: &str = "11010519491231002X";

fn at(query: &str) -> String {
    format!("/api/v1/{PATH}/realname/records{query}")
}

/// An administrator, and the submissions of users 3 and 4, of whom 4 wrote it and was the later; 1 and 2 are
/// administrators.
async fn submitted(database: &Database) -> (Panel, String) {
    let (panel, token) = office(database).await;
    panel.register("bob@demo.test").await;
    let cid = panel.register("cid@demo.test").await;
    let (code, page) = ("real_name_verification", format!("{USER}/status"));
    let config = json!({"auto_approve": false});
    panel.install(database, code, &config, &page, &cid).await;
    let body = json!({"real_name": "张三", "identity_no": NUMBER});
    let written = panel.post(&format!("{USER}/submit"), &cid, body).await;
    assert_eq!(written.status, 200, "{}", written.text);
    let sql = database.sql();
    for statement in [
        "UPDATE ferro_real_name SET status = 1, submitted_at = 1735000003, reviewed_at = NULL, \
         reviewed_by = NULL, review_source = NULL",
        "INSERT INTO ferro_real_name SELECT 3, status, real_name_enc, identity_no_enc, identity_hash, \
         key_id, real_name_masked, identity_no_masked, checksum_valid, 1735000002, submit_count, \
         reviewed_at, reviewed_by, review_source, reject_reason, created_at, updated_at \
         FROM ferro_real_name",
    ] {
        sql.execute(statement).await;
    }
    (panel, token)
}

async fn shown(panel: &Panel, token: &str, query: &str) -> Value {
    let answer = panel.get(&at(query), token).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.body()
}

async fn recorded(sql: &Sql) -> i64 {
    Rows(sql).count("v2_admin_audit_log", "1 = 1").await
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_shown_masked_in_pages() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token) = submitted(&database).await;
    let all = shown(&panel, &token, "").await;
    let numbers = ["total", "current_page", "per_page", "last_page"].map(|name| &all[name]);
    assert_eq!(numbers, [&json!(2), &json!(1), &json!(15), &json!(1)]);
    let expected = json!({"unsubmitted": 2, "pending": 2, "approved": 0, "rejected": 0});
    assert_eq!(all["counts"], expected);
    let expected = json!({
        "user_id": 4, "email": "cid@demo.test", "status": "pending", "status_code": 1,
        "real_name": "张*", "real_name_masked": "张*", "identity_no_masked": "110***********002X",
        "checksum_valid": true, "submit_count": 1, "submitted_at": 1_735_000_003,
        "reviewed_at": null, "reviewed_by": null, "reviewer_email": null, "review_source": null,
        "reject_reason": null,
    });
    assert_eq!(all["data"][0], expected);
    for (query, users) in [
        ("?per_page=1&page=2", json!([3])),
        ("?pageSize=1&current=1", json!([4])),
        ("?keyword=3", json!([3])),
        ("?keyword=BOB", json!([3])),
        ("?keyword=11010519491231002x", json!([4, 3])),
        ("?keyword=110101199001011237", json!([])),
        ("?keyword=cid@", json!([4])),
        ("?keyword=nobody", json!([])),
        ("?status=approved", json!([])),
        ("?status=1", json!([4, 3])),
        ("?unsubmitted=1", json!([1, 2])),
        ("?status=unsubmitted", json!([1, 2])),
    ] {
        let found = shown(&panel, &token, query).await;
        let rows = found["data"].as_array().unwrap().iter();
        let found: Vec<&Value> = rows.map(|row| &row["user_id"]).collect();
        assert_eq!(json!(found), users, "{query}");
    }
    let odd = panel.get(&at("?status=odd"), &token).await;
    assert_eq!(odd.status, 422);
    assert_eq!(recorded(database.sql()).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_in_the_clear_is_recorded() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token) = submitted(&database).await;
    let look = shown(&panel, &token, &format!("?reveal=1&keyword={NUMBER}")).await;
    let row = &look["data"][0];
    assert_eq!(row["real_name"], "张三");
    assert_eq!(
        (&row["identity_no"], &row["birth_date"]),
        (&json!(NUMBER), &json!("1949-12-31"))
    );
    assert!(row["age"].as_i64().is_some_and(|age| age >= 75));
    assert_eq!(row["sex"], "female");
    let sql = database.sql();
    assert_eq!(recorded(sql).await, 1);
    let rows = Rows(sql);
    let in_clear = format!("uri LIKE '%{NUMBER}%' OR request_data LIKE '%{NUMBER}%'");
    assert_eq!(rows.count("v2_admin_audit_log", &in_clear).await, 0);
    let noted = format!("after_values LIKE '%looked_at%' AND after_values NOT LIKE '%{NUMBER}%'");
    assert_eq!(rows.count("ferro_audit_change", &noted).await, 1);
}
