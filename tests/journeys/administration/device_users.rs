//! From where users are connected, as administrators see it.

use ferroboard_testing::databases::{Backend, Database};
use reqwest::Method;
use serde_json::{Value, json};

use super::{PATH, office};
use crate::support::{Panel, Rows};

fn at(query: &str) -> String {
    format!("/api/v1/{PATH}/user-online-devices/users{query}")
}

/// Users 1 and 2 are administrators; 3, Bob, has three devices of two that he may have, 4, Cid, who is Bob's
/// second account, has one of any number. And what time it is.
async fn connected(database: &Database) -> (Panel, String, i64) {
    let (panel, token) = office(database).await;
    for name in ["bob", "cid"] {
        panel.register(&format!("{name}@demo.test")).await;
    }
    let sql = database.sql();
    let now = sql
        .integer("SELECT CAST(strftime('%s', 'now') AS INTEGER)")
        .await;
    let rows = Rows(sql);
    rows.set_user(3, "plan_id = 1, device_limit = 2").await;
    for statement in [
        "INSERT INTO v2_server (id, type, name, rate, host, port, server_port, group_ids, enabled, \
         protocol_settings) VALUES (1, 'trojan', 'HK 1', '1', 'h', '1', 1, '[1]', 1, '{}')",
        "INSERT INTO ferro_shadow_account (user_id, shadow_user_id, created_at, updated_at) \
         VALUES (3, 4, 1, 1)",
    ] {
        sql.execute(statement).await;
    }
    for (user, node, address, ago) in [
        (3, 1, "1.2.3.4", 10),
        (3, 2, "1.2.3.4", 20),
        (3, 1, "2001:db8::1", 5),
        (3, 1, "9.9.9.9_1", 30),
        (3, 1, "8.8.8.8", 301),
        (4, 2, "7.7.7.7", 0),
    ] {
        sql.execute(&format!(
            "INSERT INTO ferro_device (user_id, node_id, ip, last_seen) \
             VALUES ({user}, {node}, '{address}', {})",
            now - ago
        ))
        .await;
    }
    (panel, token, now)
}

async fn shown(panel: &Panel, token: &str, query: &str) -> Value {
    let answer = panel.get(&at(query), token).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.body()
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_shown_with_their_devices() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token, now) = connected(&database).await;
    let shown = shown(&panel, &token, "").await;
    let numbers = ["total", "current_page", "per_page", "last_page"].map(|name| &shown[name]);
    assert_eq!(numbers, [&json!(2), &json!(1), &json!(20), &json!(1)]);
    assert_eq!(
        shown["summary"],
        json!({"online_users": 2, "online_devices": 4, "exceeded_users": 1})
    );
    let bob = &shown["data"][0];
    let hk = json!({"id": 1, "name": "HK 1"});
    let gone = json!({"id": 2, "name": ""});
    assert_eq!(bob["email"], "bob@demo.test");
    assert_eq!(bob["online_count"], 3);
    assert_eq!(bob["device_limit"], 2);
    assert_eq!(bob["exceeded"], true);
    assert_eq!(bob["ips"], json!(["2001:db8::1", "1.2.3.4", "9.9.9.9"]));
    assert_eq!(bob["nodes"], json!([hk, gone]));
    assert_eq!(
        bob["devices"][1],
        json!({"ip": "1.2.3.4", "version": 4, "nodes": [hk, gone], "last_seen_at": now - 10})
    );
    assert_eq!(bob["is_shadow"], false);
    let cid = &shown["data"][1];
    assert_eq!(
        (&cid["device_limit"], &cid["exceeded"]),
        (&Value::Null, &json!(false))
    );
    assert_eq!(
        (&cid["is_shadow"], &cid["main_user_id"]),
        (&json!(true), &json!(3))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_looked_for() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token, _) = connected(&database).await;
    let rows = Rows(database.sql());
    rows.set_user(1, "email = 'a_ice@demo.test'").await;
    for (query, expected, total) in [
        ("?only_online=0", json!([3, 4, 1, 2]), 4),
        ("?only_online=0&per_page=1&page=2", json!([4]), 4),
        ("?only_online=0&pageSize=2&current=2", json!([1, 2]), 4),
        ("?keyword=4", json!([4]), 1),
        ("?keyword=BOB@", json!([3]), 1),
        ("?keyword=a_ice", json!([]), 0),
        ("?keyword=a_ice&only_online=0", json!([1]), 1),
        ("?keyword=7.7.7.7", json!([4]), 1),
        ("?keyword=2001:DB8::1", json!([3]), 1),
        ("?keyword=8.8.8.8", json!([]), 0),
        ("?exceeded=1", json!([3]), 1),
        ("?exceeded=0", json!([4]), 1),
        ("?exceeded=0&only_online=0", json!([4, 1, 2]), 3),
        ("?keyword=%27+OR+1=1+--", json!([]), 0),
        ("?page=x&per_page=-4", json!([3]), 2),
    ] {
        let found = shown(&panel, &token, query).await;
        let ids = found["data"].as_array().unwrap().iter();
        let ids: Vec<&Value> = ids.map(|row| &row["id"]).collect();
        assert_eq!(
            (json!(ids), &found["total"]),
            (expected, &json!(total)),
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_looked_for_and_the_page_may_stand_in_a_body() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (panel, token, _) = connected(&database).await;
    let asked = json!({"only_online": 0, "per_page": 1, "page": 2});
    let request = panel.client().request(Method::GET, panel.url(&at("")));
    let answer = request
        .bearer_auth(&token)
        .json(&asked)
        .send()
        .await
        .unwrap();
    let shown: Value = answer.json().await.unwrap();
    assert_eq!(
        (&shown["total"], &shown["current_page"]),
        (&json!(4), &json!(2))
    );
    assert_eq!(shown["data"][0]["id"], json!(4));
}
