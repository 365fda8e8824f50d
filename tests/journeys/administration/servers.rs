//! Groups, rules and machines of nodes, as administrators see them.

use ferroboard_testing::databases::{Backend, Database};
use serde_json::{Value, json};

use super::{at, get, office};
use crate::support::Rows;

/// Nodes 1 and 2 on machine 1, of groups 1 and 2 in both spellings.
async fn filled(database: &Database) {
    let sql = database.sql();
    for statement in [
        "INSERT INTO v2_server_group (id, name, created_at, updated_at) \
         VALUES (1, 'VIP1', 5, 6), (2, 'VIP2', 7, 8)",
        "INSERT INTO v2_server_machine (id, name, token, is_active, notes, created_at, updated_at) \
         VALUES (1, 'm1', 't1', 1, NULL, '2024-01-01 00:00:00', '2024-01-01 00:00:00')",
        "INSERT INTO v2_server_route (id, remarks, `match`, action, action_value, created_at, updated_at) \
         VALUES (1, 'r', '{\"0\":\"a\",\"2\":\"b\"}', 'block', NULL, 3, 4)",
    ] {
        sql.execute(statement).await;
    }
    for (id, groups, sort) in [(1, r#"["1","2"]"#, 2), (2, "[2]", 1)] {
        sql.execute(&format!(
            "INSERT INTO v2_server (id, type, name, rate, host, port, server_port, `show`, enabled, group_ids, \
             machine_id, sort, created_at, updated_at) VALUES ({id}, 'vless', 'node {id}', 1, 'h{id}', '443', 443, \
             1, 1, '{groups}', 1, {sort}, '2024-01-01 00:00:00', '2024-01-01 00:00:00')"
        ))
        .await;
    }
}

async fn all(backend: Backend) {
    let Some(database) = Database::fresh(backend).await else {
        return;
    };
    let (panel, token) = office(&database).await;
    filled(&database).await;
    let rows = Rows(database.sql());
    let chief = rows.user("chief@demo.test").await;
    rows.set_user(chief, "group_id = 1").await;
    let groups = get(&panel, &token, "server/group/fetch").await;
    let group = |id: i64, at: i64, users: i64, nodes: i64| {
        json!({
            "id": id, "name": format!("VIP{id}"), "created_at": at, "updated_at": at + 1,
            "users_count": users, "server_count": nodes,
        })
    };
    assert_eq!(
        groups["data"],
        json!([group(2, 7, 0, 2), group(1, 5, 1, 1)])
    );
    for id in [json!(2), json!("2")] {
        let drop = panel
            .post(&at("server/group/drop"), &token, json!({"id": id}))
            .await;
        assert_eq!(drop.status, 400, "{}", drop.text);
    }
    let routes = get(&panel, &token, "server/route/fetch").await;
    let route = json!({
        "id": 1, "remarks": "r", "match": ["a", "b"], "action": "block", "action_value": null,
        "created_at": 3, "updated_at": 4,
    });
    assert_eq!(routes, json!({"data": [route]}));
    let machines = get(&panel, &token, "server/machine/fetch").await;
    let machine = json!({
        "id": 1, "name": "m1", "notes": null, "is_active": true, "last_seen_at": null, "load_status": null,
        "servers_count": 2, "created_at": 1_704_038_400, "updated_at": 1_704_038_400,
    });
    assert_eq!(machines["data"], json!([machine]));
    let nodes = get(&panel, &token, "server/machine/nodes?machine_id=1").await;
    let node = |id: i64, sort: i64| {
        json!({
            "id": id, "name": format!("node {id}"), "type": "vless", "host": format!("h{id}"), "port": "443",
            "show": true, "enabled": true, "sort": sort,
        })
    };
    assert_eq!(nodes["data"], json!([node(2, 1), node(1, 2)]));
    let load = json!({
        "machine_id": 1, "token": "t1", "cpu": 12.5, "mem": {"total": 100, "used": 50},
        "net": {"in_speed": 1.5, "out_speed": 2},
    });
    let told = panel.post("/api/v2/server/machine/status", "", load).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let history = get(
        &panel,
        &token,
        "server/machine/history?machine_id=1&range_hours=1",
    )
    .await;
    let shown = &history["data"][0];
    let numbers = [
        "cpu",
        "mem_total",
        "mem_used",
        "disk_total",
        "net_in_speed",
        "net_out_speed",
    ];
    let numbers: Vec<&Value> = numbers.iter().map(|name| &shown[*name]).collect();
    let expected = [
        json!(12.5),
        json!(100),
        json!(50),
        json!(0),
        json!(1.5),
        json!(2.0),
    ];
    assert_eq!(numbers, expected.iter().collect::<Vec<_>>());
    assert!(shown["recorded_at"].is_i64());
    let dropped = panel
        .post(&at("server/machine/drop"), &token, json!({"id": 1}))
        .await;
    assert_eq!(dropped.status, 200, "{}", dropped.text);
    let left = "SELECT COUNT(*) FROM v2_server WHERE machine_id IS NULL";
    assert_eq!(database.sql().integer(left).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_managed_on_sqlite() {
    all(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_managed_on_mariadb() {
    all(Backend::Mysql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_managed_on_postgres() {
    all(Backend::Postgres).await;
}
