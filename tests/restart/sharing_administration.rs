//! What administrators change at one of two programs on one database, and users and agents see at the other.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::support::{Panel, Rows, on_every_database, within};

on_every_database!(
    settings_and_themes_are_seen_by_the_other_panel,
    plans_are_sold_by_the_other_panel,
    nodes_and_rules_are_told_by_the_other_panel,
    who_is_banned_is_out_at_the_other_panel,
);

const PATH: &str = "a-hidden-door";
const NODE_TOKEN: &str = "server-token-0123456789";
/// Settings are read again every two seconds.
const SETTINGS: u64 = 5;
/// Lists of plans are read again every second.
const PLANS: u64 = 4;
/// What the caches of nodes promise, and as much for a busy machine.
const NODES: u64 = 5;

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/{route}")
}

/// Two panels, and an administrator who works at the first.
struct Pair {
    first: Panel,
    second: Panel,
    chief: String,
}

impl Pair {
    async fn start(database: &Database) -> Self {
        let site = [("secure_path", PATH), ("server_token", NODE_TOKEN)];
        let first = Panel::start_on_site(database, &site).await;
        let second = Panel::start(database).await;
        let chief = first.register("chief@demo.test").await;
        let rows = Rows(database.sql());
        let id = rows.user("chief@demo.test").await;
        rows.set_user(id, "is_admin = 1").await;
        Self {
            first,
            second,
            chief,
        }
    }

    /// A change at the first panel.
    async fn change(&self, route: &str, body: Value) {
        let answer = self.first.post(&at(route), &self.chief, body).await;
        assert_eq!(answer.status, 200, "{route}: {}", answer.text);
    }

    /// The id of the newest row of a list at the second panel.
    async fn newest(&self, list: &str) -> i64 {
        let listed = self.second.get(&at(list), &self.chief).await;
        let body = listed.body();
        let rows = body["data"].as_array().unwrap().iter();
        rows.map(|row| row["id"].as_i64().unwrap()).max().unwrap()
    }

    /// What an agent of the node is told by the second panel.
    async fn told(&self, node: i64, route: &str) -> Value {
        let path = format!("/api/v1/server/UniProxy/{route}?token={NODE_TOKEN}&node_id={node}");
        let answer = self.second.get(&path, "").await;
        assert_eq!(answer.status, 200, "{route}: {}", answer.text);
        answer.body()
    }
}

async fn settings_and_themes_are_seen_by_the_other_panel(database: Database) {
    let pair = Pair::start(&database).await;
    let shown = || async {
        let config = pair.second.get("/api/v1/guest/comm/config", "").await;
        config.data()["app_description"].clone()
    };
    for description in ["Northern lights", "Southern lights"] {
        let body = json!({"app_description": description});
        pair.change("config/save", body).await;
        let is_seen = within(SETTINGS, || async { shown().await == description }).await;
        assert!(is_seen, "{description}: {}", shown().await);
    }

    let body = json!({"name": "Xboard", "config": {"theme_color": "black"}});
    pair.change("theme/saveThemeConfig", body).await;
    let named = json!({"name": "Xboard"});
    let path = at("theme/getThemeConfig");
    let config = pair.second.post(&path, &pair.chief, named).await.data();
    assert_eq!(config["theme_color"], "black", "{config}");
}

async fn plans_are_sold_by_the_other_panel(database: Database) {
    let pair = Pair::start(&database).await;
    let offered = async || {
        let plans = pair.second.get("/api/v1/guest/plan/fetch", "").await.data();
        let plans = plans.as_array().unwrap().iter();
        plans
            .map(|plan| plan["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let comes_to_offer = async |expected: &[&str]| {
        let holds = async || offered().await == expected;
        let is_seen = within(PLANS, holds).await;
        assert!(is_seen, "{:?} in place of {expected:?}", offered().await);
    };
    let mut plan = json!({"name": "Light", "transfer_enable": 100, "prices": {"monthly": 7}});
    pair.change("plan/save", plan.clone()).await;
    let id = pair.newest("plan/fetch").await;
    let switched = |on: bool| json!({"id": id, "show": on, "sell": on, "renew": on});
    pair.change("plan/update", switched(true)).await;
    comes_to_offer(&["Light"]).await;
    plan["id"] = id.into();
    plan["name"] = "Lighter".into();
    pair.change("plan/save", plan).await;
    comes_to_offer(&["Lighter"]).await;
    pair.change("plan/update", switched(false)).await;
    comes_to_offer(&[]).await;
}

/// Puts a node of a new group up at the first panel, and asks for it at the second, which remembers it; their ids.
async fn node(pair: &Pair, form: &mut Value) -> (i64, i64) {
    pair.change("server/group/save", json!({"name": "Everybody"}))
        .await;
    let group = pair.newest("server/group/fetch").await;
    form["group_ids"] = json!([group]);
    pair.change("server/manage/save", form.clone()).await;
    let node = pair.newest("server/manage/getNodes").await;
    assert_eq!(pair.told(node, "config").await["server_port"], 8_443);
    (node, group)
}

fn form() -> Value {
    json!({
        "type": "shadowsocks", "name": "Oslo 1", "host": "oslo.panel.test", "port": "443",
        "server_port": 8_443, "rate": 1, "show": 1,
        "protocol_settings": {"cipher": "aes-256-gcm"},
    })
}

async fn nodes_and_rules_are_told_by_the_other_panel(database: Database) {
    let pair = Pair::start(&database).await;
    let mut form = form();
    let (node, _) = node(&pair, &mut form).await;
    let is_told = |name: &'static str, expected: Value| {
        let pair = &pair;
        async move {
            let is_told = || async { pair.told(node, "config").await[name] == expected };
            let told = within(NODES, is_told).await;
            assert!(told, "{name}: {}", pair.told(node, "config").await);
        }
    };
    let rule = json!({"remarks": "No mail", "match": ["port:25"], "action": "block"});
    pair.change("server/route/save", rule.clone()).await;
    let id = pair.newest("server/route/fetch").await;
    form["id"] = node.into();
    form["server_port"] = 9_443.into();
    form["route_ids"] = json!([id]);
    pair.change("server/manage/save", form).await;
    is_told("server_port", json!(9_443)).await;
    let told = |matched: &str| json!([{"id": id, "match": [matched], "action": "block", "action_value": null}]);
    is_told("routes", told("port:25")).await;
    let mut changed = rule;
    changed["id"] = id.into();
    changed["match"] = json!(["port:465"]);
    pair.change("server/route/save", changed).await;
    is_told("routes", told("port:465")).await;
    pair.change("server/manage/drop", json!({"id": node})).await;
    let path = format!("/api/v1/server/UniProxy/config?token={NODE_TOKEN}&node_id={node}");
    let is_gone = || async { pair.second.get(&path, "").await.status == 400 };
    assert!(within(NODES, is_gone).await);
}

async fn who_is_banned_is_out_at_the_other_panel(database: Database) {
    let pair = Pair::start(&database).await;
    let (node, group) = node(&pair, &mut form()).await;
    let ann = pair.second.register("ann@demo.test").await;
    let id = Rows(database.sql()).user("ann@demo.test").await;
    let users = || async {
        let told = pair.told(node, "user").await["users"].clone();
        let told = told.as_array().unwrap().iter();
        told.map(|user| user["id"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(users().await, Vec::<i64>::new());
    let gift =
        json!({"id": id, "group_id": group, "transfer_enable": 1_000_000, "expired_at": null});
    pair.change("user/update", gift).await;
    assert!(within(NODES, || async { users().await == [id] }).await);

    pair.change("user/update", json!({"id": id, "banned": 1}))
        .await;
    // A session is looked up each time.
    pair.second.info(&ann).await.assert_refused(403);
    let login = pair.second.login("ann@demo.test", crate::support::PASSWORD);
    login.await.assert_refused(400);
    assert!(within(NODES, || async { users().await.is_empty() }).await);
}
