//! What a process keeps in memory is as fresh as it promises, whoever changes what it was made of.

use std::cell::Cell;
use std::time::{Duration, Instant};

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::support::{Customer, Panel, Rows, Shop, on_every_database, within};

on_every_database!(
    lists_follow_changes_of_this_process_at_once,
    lists_follow_changes_of_others_within_two_seconds,
);

/// What a change is seen in.
struct Seen {
    /// The names and free places of what is on sale.
    plans: Vec<(String, Value)>,
    /// The names of the nodes that a customer sees.
    nodes: Vec<String>,
    /// The configuration of a client.
    configuration: String,
    /// The plan's name in the list of orders.
    order: Value,
}

/// Whether a change is among what was seen.
type IsSeen = fn(&Seen) -> bool;

/// A plan with three places, a node of group 1, an order, and a customer who may use the node.
async fn stocked(shop: &Shop<'_>) -> (Customer, String) {
    shop.add_plan(1, Some(3)).await;
    let customer = shop.customer("ann@demo.test").await;
    shop.rows()
        .set_user(
            customer.id,
            "group_id = 1, transfer_enable = 1000000, expired_at = NULL, is_admin = 1",
        )
        .await;
    let seeds = shop.seeds().await;
    seeds.add_node(1, "trojan", "Old node").await;
    let sql = shop.database.sql();
    sql.execute(&format!(
        "INSERT INTO v2_order (user_id, plan_id, type, period, trade_no, total_amount, status, \
         commission_status, commission_balance, created_at, updated_at) \
         VALUES ({}, 1, 1, 'monthly', 'T1', 100, 3, 0, 0, 1, 1)",
        customer.id
    ))
    .await;
    let link = format!("SELECT token FROM v2_user WHERE id = {}", customer.id);
    let link = format!("/s/{}?flag=meta", sql.text(&link).await.unwrap());
    (customer, link)
}

async fn seen(panel: &Panel, customer: &Customer, link: &str) -> Seen {
    let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
    let plans = panel.get("/api/v1/guest/plan/fetch", "").await.data();
    let nodes = panel
        .get("/api/v1/user/server/fetch", &customer.token)
        .await
        .data();
    let orders = panel
        .get("/api/v1/user/order/fetch", &customer.token)
        .await
        .data();
    let plans = plans.as_array().unwrap().iter();
    Seen {
        plans: plans
            .map(|plan| (name(plan), plan["remaining"].clone()))
            .collect(),
        nodes: nodes.as_array().unwrap().iter().map(name).collect(),
        configuration: panel.get(link, "").await.text,
        order: orders[0]["plan"]["name"].clone(),
    }
}

const TEMPLATE: &str = "\
proxies: []
proxy-groups:
  - {name: Another group, type: select, proxies: []}
rules:
  - MATCH,Another group
";

/// What administrators do, each with how it is seen.
fn administered() -> Vec<(&'static str, Value, IsSeen)> {
    vec![
        ("plan/update", json!({"id": 1, "show": 0}), |seen| {
            seen.plans.is_empty()
        }),
        ("plan/update", json!({"id": 1, "show": 1}), |seen| {
            seen.plans.len() == 1
        }),
        (
            "server/manage/update",
            json!({"id": 1, "show": 0}),
            |seen| seen.nodes.is_empty() && !seen.configuration.contains("Old node"),
        ),
        (
            "server/manage/update",
            json!({"id": 1, "show": 1}),
            |seen| seen.nodes.len() == 1 && seen.configuration.contains("Old node"),
        ),
        (
            "config/save",
            json!({"subscribe_template_clashmeta": TEMPLATE}),
            |seen| seen.configuration.contains("Another group"),
        ),
    ]
}

async fn lists_follow_changes_of_this_process_at_once(database: Database) {
    let shop = Shop::reopen(&database).await;
    let (customer, link) = stocked(&shop).await;
    let panel = &shop.panel;
    let path = shop.rows().admin_path().await;
    let before = seen(panel, &customer, &link).await;
    assert_eq!(before.plans, [("Plan 1".to_owned(), json!(3))]);
    assert_eq!((before.nodes.len(), before.order), (1, json!("Plan 1")));
    for (route, body, is_seen) in administered() {
        let done = panel
            .post(&format!("{path}/{route}"), &customer.token, body.clone())
            .await;
        assert_eq!(done.status, 200, "{route} {body}: {}", done.text);
        let after = seen(panel, &customer, &link).await;
        assert!(is_seen(&after), "{route} {body}");
    }
}

async fn lists_follow_changes_of_others_within_two_seconds(database: Database) {
    let shop = Shop::reopen(&database).await;
    let (customer, link) = stocked(&shop).await;
    let second = Panel::start(&database).await;
    let rows = Rows(database.sql());
    let path = rows.admin_path().await;
    // What is not kept is not stale either: everything is asked for all the time.
    let follows = async |what: &str, is_seen: IsSeen| {
        let changed = Instant::now();
        // A look that began this long after the change was the last that did not see it: how long the looks
        // themselves take says nothing.
        let stale = Cell::new(Duration::ZERO);
        let holds = async || {
            let began = changed.elapsed();
            let is_seen = is_seen(&seen(&shop.panel, &customer, &link).await);
            if !is_seen {
                stale.set(began);
            }
            is_seen
        };
        assert!(within(30, || holds()).await, "{what} was never seen");
        let stale = stale.get();
        assert!(stale < Duration::from_secs(4), "{what}: {stale:?}");
    };
    for (route, body, is_seen) in administered() {
        let done = second
            .post(&format!("{path}/{route}"), &customer.token, body.clone())
            .await;
        assert_eq!(done.status, 200, "{route} {body}: {}", done.text);
        follows(&format!("{route} {body}"), is_seen).await;
    }
    let statements: [(&str, IsSeen); 5] = [
        ("UPDATE v2_plan SET name = 'New plan'", |seen| {
            seen.plans[0].0 == "New plan" && seen.order == "New plan"
        }),
        ("UPDATE v2_user SET plan_id = 1", |seen| {
            seen.plans[0].1 != json!(3)
        }),
        ("UPDATE v2_server SET name = 'New node'", |seen| {
            seen.nodes == ["New node"] && seen.configuration.contains("New node")
        }),
        ("UPDATE v2_server SET group_ids = '[\"2\"]'", |seen| {
            seen.nodes.is_empty() && !seen.configuration.contains("New node")
        }),
        ("DELETE FROM v2_subscribe_templates", |seen| {
            !seen.configuration.contains("Another group")
        }),
    ];
    for (statement, is_seen) in statements {
        database.sql().execute_beside_others(statement).await;
        follows(statement, is_seen).await;
    }
}
