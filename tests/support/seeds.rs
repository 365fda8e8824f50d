use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use super::notice::{KEY, PID};
use super::{Answer, PASSWORD, Panel, Rows, run_with_input, within};

/// The administrator whom every panel makes at its first start.
const FIRST: &str = "admin@demo.com";

/// That administrator's session, and where administrators ask.
#[derive(Debug, Clone)]
pub(crate) struct Administrator {
    token: String,
    path: String,
}

impl Administrator {
    pub(crate) async fn of(panel: &Panel, database: &Database) -> Self {
        let given = ["admin", "password", "--email", FIRST, "--stdin"];
        let set = run_with_input(database, &given, PASSWORD);
        assert!(set.status.success(), "{set:?}");
        Self {
            token: panel.login(FIRST, PASSWORD).await.text_of("auth_data"),
            path: Rows(database.sql()).admin_path().await,
        }
    }
}

/// What a story begins with, made as administrators make it. Each thing then gets the number that the story names
/// it by: what databases count themselves leaves gaps.
pub(crate) struct Seeds<'a> {
    panel: &'a Panel,
    database: &'a Database,
    administrator: Administrator,
}

impl<'a> Seeds<'a> {
    pub(crate) async fn of(panel: &'a Panel, database: &'a Database) -> Self {
        let administrator = Administrator::of(panel, database).await;
        Self::by(panel, database, administrator)
    }

    /// By an administrator who has logged in before.
    pub(crate) fn by(
        panel: &'a Panel,
        database: &'a Database,
        administrator: Administrator,
    ) -> Self {
        Self {
            panel,
            database,
            administrator,
        }
    }

    async fn ask(&self, route: &str, body: &Value) -> Answer {
        let Administrator { token, path } = &self.administrator;
        let path = format!("{path}/{route}");
        self.panel.post(&path, token, body.clone()).await
    }

    /// What is answered to the administrator, which is a success.
    pub(crate) async fn post(&self, route: &str, body: Value) -> Answer {
        let answer = self.ask(route, &body).await;
        assert_eq!(answer.status, 200, "{route}: {}", answer.text);
        answer
    }

    /// Gives what has this name the number, and says it.
    async fn number(&self, table: &str, name: &str, id: i64) {
        let name = self.database.sql().quoted(name);
        let named = format!("UPDATE {table} SET id = {id} WHERE name = {name} AND id <> {id}");
        self.database.sql().execute(&named).await;
    }

    /// The group of nodes, unless it is there.
    pub(crate) async fn add_group(&self, id: i64) {
        let rows = Rows(self.database.sql());
        if rows.count("v2_server_group", &format!("id = {id}")).await == 0 {
            let name = format!("Group {id}");
            self.post("server/group/save", json!({ "name": name }))
                .await;
            self.number("v2_server_group", &name, id).await;
        }
    }

    /// A plan of 100 GB that everybody may buy, with places for so many; `None` for any number.
    pub(crate) async fn add_plan(&self, id: i64, capacity: Option<i64>) {
        self.add_group(1).await;
        let name = format!("Plan {id}");
        let plan = json!({
            "name": name, "group_id": 1, "transfer_enable": 100, "capacity_limit": capacity,
            "prices": {"monthly": 70, "quarterly": 200, "onetime": 150},
        });
        self.post("plan/save", plan).await;
        self.number("v2_plan", &name, id).await;
        let sold = json!({"id": id, "show": true, "sell": true, "renew": true});
        self.post("plan/update", sold).await;
    }

    /// Where the panel is, which gateways are told, unless the site says it.
    async fn settle(&self) {
        let rows = Rows(self.database.sql());
        if rows.count("v2_settings", "name = 'app_url'").await == 0 {
            let site = json!({"app_url": "http://demo.test"});
            self.post("config/save", site).await;
        }
    }

    /// A payment method that is switched on, and is called so in the addresses of its notices.
    pub(crate) async fn add_method(&self, id: i64, gateway: &str, uuid: &str, config: Value) {
        self.settle().await;
        let name = format!("Method {id}");
        let method = json!({"name": name, "payment": gateway, "config": config});
        // Other panels of a cluster notice a moment later where they are.
        let saved = async || self.ask("payment/save", &method).await.status == 200;
        assert!(within(30, saved).await, "{method} was not saved");
        self.number("v2_payment", &name, id).await;
        let called = format!("UPDATE v2_payment SET uuid = '{uuid}' WHERE id = {id}");
        self.database.sql().execute(&called).await;
        self.post("payment/show", json!({ "id": id })).await;
    }

    /// A coupon with so many uses: of type 1 its value is cents, of type 2 a percentage.
    pub(crate) async fn add_coupon(&self, code: &str, kind: i64, value: i64, uses: i64) {
        let coupon = json!({
            "name": code, "code": code, "type": kind, "value": value, "limit_use": uses,
            "started_at": 1, "ended_at": 2_000_000_000,
        });
        self.post("coupon/generate", coupon).await;
        let query = format!("SELECT id FROM v2_coupon WHERE code = '{code}'");
        let id = self.database.sql().integer(&query).await;
        self.post("coupon/show", json!({ "id": id })).await;
    }

    /// A node of group 1 that customers see.
    pub(crate) async fn add_node(&self, id: i64, kind: &str, name: &str) {
        self.add_group(1).await;
        let node = json!({
            "type": kind, "name": name, "host": "node.demo.test", "port": "443", "server_port": 443,
            "rate": 1, "show": 1, "group_ids": [1], "route_ids": [], "tags": [],
            "protocol_settings": settings_of(kind),
        });
        self.post("server/manage/save", node).await;
        self.number("v2_server", name, id).await;
        self.post("server/manage/update", json!({"id": id, "show": 1}))
            .await;
    }

    /// A template of gift cards.
    pub(crate) async fn add_template(&self, id: i64, rewards: Value, limits: Value) {
        let name = format!("Card {id}");
        let template = json!({"name": name, "type": 1, "rewards": rewards, "limits": limits});
        self.post("gift-card/create-template", template).await;
        self.number("v2_gift_card_template", &name, id).await;
    }

    /// A gift card with this code, which may be redeemed so often.
    pub(crate) async fn add_card(&self, template: i64, code: &str, uses: i64) {
        let cards = json!({"template_id": template, "count": 1, "max_usage": uses});
        let made = self.post("gift-card/generate-codes", cards).await.data();
        let batch = made["batch_id"].as_str().unwrap();
        let called =
            format!("UPDATE v2_gift_card_code SET code = '{code}' WHERE batch_id = '{batch}'");
        self.database.sql().execute(&called).await;
    }

    /// A package of so many gigabytes for 5.00 that lasts until it is used up.
    pub(crate) async fn add_package(&self, id: i64, gigabytes: i64, capacity: Option<i64>) {
        let name = format!("Package {id}");
        let package = json!({
            "name": name, "transfer_enable": gigabytes, "price": 500, "until": "used_up",
            "plan_ids": null, "capacity_limit": capacity,
        });
        self.post("traffic-package/save", package).await;
        self.number("ferro_traffic_package", &name, id).await;
        self.post("traffic-package/show", json!({ "id": id })).await;
    }

    /// Adds so many cents to the balance and the commission balance of a user.
    pub(crate) async fn give(&self, user: i64, balance: i64, commission: i64) {
        let rows = Rows(self.database.sql());
        let balance = balance + rows.of_user("balance", user).await;
        let commission = commission + rows.of_user("commission_balance", user).await;
        let money = json!({
            "id": user, "balance": units(balance), "commission_balance": units(commission),
        });
        self.post("user/update", money).await;
    }
}

/// The gateway of EPay that the tests play.
pub(crate) fn epay() -> Value {
    json!({"url": "http://127.0.0.1:1", "pid": PID, "key": KEY})
}

/// The least that a node of this protocol needs.
fn settings_of(kind: &str) -> Value {
    match kind {
        "shadowsocks" => json!({"cipher": "aes-128-gcm"}),
        "trojan" => json!({"network": "tcp", "server_name": "node.demo.test"}),
        "vmess" => json!({"tls": 1, "network": "ws"}),
        _ => json!({}),
    }
}

/// Cents in units of the currency.
fn units(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
