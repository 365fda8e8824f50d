//! Many administrators about coupons at once.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::crowd::{CROWD, assert_statuses, crowd, post};
use crate::support::{Panel, Rows, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(
    of_many_coupons_one_gets_a_code,
    many_batches_have_codes_of_their_own,
    no_turn_of_a_switch_is_lost,
);
on_a_cluster!(of_many_coupons_one_gets_a_code, no_turn_of_a_switch_is_lost);

/// A panel with an administrator's session, and where coupons are managed.
async fn managed(database: &Database) -> (Panel, String, String) {
    let panel = Panel::start(database).await;
    let token = panel.register("chief@demo.test").await;
    let rows = Rows(database.sql());
    let chief = rows.user("chief@demo.test").await;
    rows.set_user(chief, "is_admin = 1").await;
    let coupons = format!("{}/coupon", rows.admin_path().await);
    (panel, token, coupons)
}

fn terms() -> Value {
    json!({"name": "Ten off", "type": 2, "value": 10, "started_at": 0, "ended_at": 2_000_000_000})
}

fn with(members: Value) -> Value {
    let mut body = terms();
    if let (Value::Object(body), Value::Object(members)) = (&mut body, members) {
        body.extend(members);
    }
    body
}

async fn of_many_coupons_one_gets_a_code(database: Database) {
    let (panel, token, coupons) = managed(&database).await;
    let rows = Rows(database.sql());
    for code in ["SAME", "same2", "Same3"] {
        let answers = crowd(&panel, &token, |number| {
            let code = if number % 2 == 0 {
                code.to_uppercase()
            } else {
                code.to_lowercase()
            };
            post(&format!("{coupons}/generate"), with(json!({"code": code})))
        })
        .await;
        assert_statuses(&answers, &[(200, 1), (400, CROWD - 1)]);
    }
    assert_eq!(rows.count("v2_coupon", "1 = 1").await, 3);
    // Each request has its record, and what was made stands beside the one that made it.
    let asked = "action = 'coupon.generate'";
    let asked = rows.count("v2_admin_audit_log", asked).await;
    assert_eq!(usize::try_from(asked).unwrap(), 3 * CROWD);
    assert_eq!(rows.count("ferro_audit_change", "1 = 1").await, 3);
}

async fn many_batches_have_codes_of_their_own(database: Database) {
    let (panel, token, coupons) = managed(&database).await;
    let answers = crowd(&panel, &token, |_| {
        let body = with(json!({"generate_count": 20}));
        post(&format!("{coupons}/generate"), body)
    })
    .await;
    assert_statuses(&answers, &[(200, CROWD)]);
    let made = i64::try_from(CROWD * 20).unwrap();
    let rows = Rows(database.sql());
    assert_eq!(rows.count("v2_coupon", "`show` = 1").await, made);
    let codes = "SELECT COUNT(DISTINCT lower(code)) FROM v2_coupon";
    assert_eq!(database.sql().integer(codes).await, made);
    // What was answered is what was made.
    let lines = answers.iter().flat_map(|answer| answer.text.lines());
    let told = lines.filter(|line| line.starts_with("Ten off,")).count();
    assert_eq!(i64::try_from(told).unwrap(), made);
}

async fn no_turn_of_a_switch_is_lost(database: Database) {
    let (panel, token, coupons) = managed(&database).await;
    let make = with(json!({"code": "TURN"}));
    let generate = format!("{coupons}/generate");
    panel.post(&generate, &token, make).await.assert_true();
    let id = database.sql().integer("SELECT id FROM v2_coupon").await;
    let answers = crowd(&panel, &token, |_| {
        post(&format!("{coupons}/show"), json!({"id": id}))
    })
    .await;
    assert_statuses(&answers, &[(200, CROWD)]);
    let rows = Rows(database.sql());
    assert_eq!(rows.count("v2_coupon", "`show` = 0").await, 1);
    let changes = i64::try_from(CROWD + 1).unwrap();
    assert_eq!(rows.count("ferro_audit_change", "1 = 1").await, changes);
}
