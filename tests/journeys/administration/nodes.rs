//! Nodes, as administrators list them.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use super::{at, get, office};
use crate::support::{Panel, on_every_database};

async fn post(panel: &Panel, token: &str, route: &str, body: Value) {
    let route = format!("server/manage/{route}");
    let answer = panel.post(&at(&route), token, body).await;
    assert_eq!(answer.status, 200, "{route}: {}", answer.text);
    assert_eq!(answer.body()["data"], true);
}

async fn nodes(panel: &Panel, token: &str) -> Vec<Value> {
    let listed = get(panel, token, "server/manage/getNodes").await;
    listed["data"].as_array().unwrap().clone()
}

async fn nodes_are_listed_with_all_about_them(database: Database) {
    let (panel, token) = office(&database).await;
    let sql = database.sql();
    sql.execute(
        "INSERT INTO v2_server_group (id, name, created_at, updated_at) VALUES (4, 'VIP', 1, 1)",
    )
    .await;
    let form = json!({
        "type": "shadowsocks", "name": "It's \"one\" \\ node", "host": "a.test", "port": "443,1000-2000",
        "server_port": "8443", "rate": "1.5", "group_ids": [4, "9"], "route_ids": ["2", 1], "tags": ["x", "y"],
        "code": "ss-1", "show": 1, "transfer_enable": 9_000_000_000_i64, "rate_time_enable": true,
        "rate_time_ranges": [{"start": "00:00", "end": "06:00", "rate": 0.5}],
        "protocol_settings": {"cipher": "2022-blake3-aes-128-gcm"}, "cert_config": {"mode": "self"},
        "custom_outbounds": [{"tag": "out"}], "custom_routes": [],
    });
    post(&panel, &token, "save", form).await;
    let listed = nodes(&panel, &token).await;
    let node = &listed[0];
    let id = node["id"].as_i64().unwrap();
    let expected = json!({
        "type": "shadowsocks", "name": "It's \"one\" \\ node", "host": "a.test", "port": "443,1000-2000",
        "server_port": 8443, "rate": "1.50", "group_ids": ["4", "9"], "route_ids": ["2", 1],
        "tags": ["x", "y"], "code": "ss-1", "show": true, "enabled": true, "parent_id": null,
        "machine_id": null, "transfer_enable": 9_000_000_000_i64, "u": 0, "d": 0, "rate_time_enable": true,
        "rate_time_ranges": [{"start": "00:00", "end": "06:00", "rate": 0.5}], "sort": null,
        "protocol_settings": {"cipher": "2022-blake3-aes-128-gcm", "obfs": null, "obfs_settings": null,
            "plugin": null, "plugin_opts": null},
        "cert_config": {"mode": "self"}, "custom_outbounds": [{"tag": "out"}], "custom_routes": [],
        "groups": [{"name": "VIP", "id": 4}], "parent": null, "last_check_at": null, "last_push_at": null,
        "online": 0, "is_online": 0, "available_status": 0, "load_status": null, "metrics": null,
        "online_conn": 0,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&node[name], value, "{name}");
    }
    // A child shows what its parent reports.
    let child = json!({
        "type": "shadowsocks", "name": "Child", "host": "b.test", "port": 1, "server_port": 2, "rate": 1,
        "parent_id": id, "protocol_settings": {"cipher": "2022-blake3-aes-128-gcm"},
    });
    post(&panel, &token, "save", child).await;
    let now = node["created_at"].as_i64().unwrap();
    let state = json!({"active_connections": 3});
    sql.execute(&format!(
        "INSERT INTO ferro_node_state (node_id, last_check_at, last_push_at, online_users, metrics, \
         metrics_at, load_status, load_status_at) VALUES ({id}, {now}, {now}, 2, '{state}', {now}, '{{}}', {now})"
    ))
    .await;
    let listed = nodes(&panel, &token).await;
    assert_eq!(listed.len(), 2);
    for node in &listed {
        let shown = [
            "online",
            "is_online",
            "available_status",
            "online_conn",
            "last_check_at",
        ];
        let shown = shown.map(|name| node[name].clone());
        assert_eq!(shown, [json!(2), json!(1), json!(2), json!(3), json!(now)]);
        assert_eq!(
            (&node["metrics"], &node["load_status"]),
            (&state, &json!({}))
        );
    }
    let parent = listed[1]["parent"].as_object().unwrap();
    assert_eq!((&parent["id"], parent.get("groups")), (&json!(id), None));
}

async fn odd_lists_of_a_node_are_shown_as_they_are_described(database: Database) {
    let (panel, token) = office(&database).await;
    let form = json!({
        "type": "socks", "name": "Odd", "host": "h.test", "port": 1, "server_port": 1, "rate": 1,
        "tags": [0, "a"], "show": 1,
    });
    post(&panel, &token, "save", form).await;
    let node = &nodes(&panel, &token).await[0];
    assert_eq!(node["tags"], json!(["0", "a"]));
    let lists = ["group_ids", "route_ids", "tags", "rate_time_ranges"];
    for (stored, shown) in [
        // How PHP writes a list with gaps.
        (
            r#"{"1":7}"#,
            [json!(["7"]), json!([7]), json!(["7"]), json!([])],
        ),
        (
            r#"[7,"8",null,[9],{"rate":1}]"#,
            [
                json!(["7", "8"]),
                json!([7, "8"]),
                json!(["7", "8"]),
                json!([{"rate": 1}]),
            ],
        ),
        ("7", [Value::Null, Value::Null, Value::Null, Value::Null]),
    ] {
        let columns = lists.map(|list| format!("{list} = '{stored}'")).join(", ");
        let update = format!("UPDATE v2_server SET {columns}");
        database.sql().execute(&update).await;
        let node = &nodes(&panel, &token).await[0];
        assert_eq!(lists.map(|list| node[list].clone()), shown, "{stored}");
    }
}

async fn nodes_are_ordered_copied_and_deleted(database: Database) {
    let (panel, token) = office(&database).await;
    for name in ["a", "b", "c"] {
        let form = json!({
            "type": "socks", "name": name, "host": "h.test", "port": 1, "server_port": 1, "rate": 1,
        });
        post(&panel, &token, "save", form).await;
    }
    let ids: Vec<Value> = nodes(&panel, &token)
        .await
        .iter()
        .map(|node| node["id"].clone())
        .collect();
    let [a, b, c] = ids.as_slice() else {
        panic!("{ids:?}")
    };
    let names = async |panel: &Panel| {
        let listed = nodes(panel, &token).await;
        let names = listed
            .iter()
            .map(|node| node["name"].as_str().unwrap().to_owned());
        names.collect::<String>()
    };
    assert_eq!(names(&panel).await, "abc");
    post(
        &panel,
        &token,
        "sort",
        json!([{"id": c, "order": 1}, {"id": a, "order": 2}]),
    )
    .await;
    assert_eq!(names(&panel).await, "cab");
    // A new node stands at the end of those that have places.
    let form = json!({
        "type": "socks", "name": "d", "host": "h.test", "port": 1, "server_port": 1, "rate": 1,
        "parent_id": a,
    });
    post(&panel, &token, "save", form).await;
    assert_eq!(names(&panel).await, "cabd");
    post(&panel, &token, "copy", json!({"id": b})).await;
    post(
        &panel,
        &token,
        "batchUpdate",
        json!({"ids": [a, b], "enabled": false}),
    )
    .await;
    post(&panel, &token, "batchDelete", json!({"ids": [a, c, 9_999]})).await;
    let listed = nodes(&panel, &token).await;
    let left: Vec<Value> = listed
        .iter()
        .map(|node| {
            json!([
                node["name"],
                node["show"],
                node["enabled"],
                node["parent_id"]
            ])
        })
        .collect();
    let expected = [
        json!(["b", false, false, null]),
        json!(["b", false, true, null]),
        json!(["d", false, true, null]),
    ];
    assert_eq!(left, expected);
    let log = get(&panel, &token, "system/getAuditLog").await;
    let row = &log["data"][0];
    assert_eq!(row["action"], "server_manage.batchDelete");
    assert_eq!(row["before"].as_object().unwrap().len(), 2);
}

on_every_database!(
    nodes_are_listed_with_all_about_them,
    odd_lists_of_a_node_are_shown_as_they_are_described,
    nodes_are_ordered_copied_and_deleted
);
