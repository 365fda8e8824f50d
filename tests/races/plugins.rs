//! Many real names and second accounts at once.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::crowd::{CROWD, assert_statuses, count, crowd, crowd_of, post};
use crate::support::{Panel, Rows, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(
    of_many_users_of_one_identity_one_gets_it,
    of_many_submissions_of_one_user_one_is_taken,
    of_many_switches_one_makes_a_second_account,
);
on_a_cluster!(
    of_many_users_of_one_identity_one_gets_it,
    of_many_switches_one_makes_a_second_account,
);

const REAL_NAME: &str = "/api/v1/user/real-name-verification";
const IPV6: &str = "/api/v1/user/user-add-ipv6-subscription";
const NAME: &str = "张三丰";
const NUMBER: &str = "11010519491231002X";

async fn verifying(database: &Database, config: Value) -> (Panel, String) {
    let panel = Panel::start(database).await;
    let token = panel.register("ann@demo.test").await;
    let page = format!("{REAL_NAME}/status");
    let code = "real_name_verification";
    panel.install(database, code, &config, &page, &token).await;
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

async fn of_many_switches_one_makes_a_second_account(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let page = format!("{IPV6}/check");
    let (code, config) = ("user_add_ipv6_subscription", json!({"ipv6_group_id": 6}));
    panel.install(&database, code, &config, &page, &token).await;
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
