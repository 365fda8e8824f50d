//! An empty panel becomes a running business by the administrators' addresses alone.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use super::{at, get, office};
use crate::support::notice::{EPAY, KEY, PID, notify};
use crate::support::shop::{CANCEL, CHECKOUT, SAVE};
use crate::support::{Answer, Notice, Panel, Rows, on_every_database};

const NODE_TOKEN: &str = "a-token-of-the-nodes";
const NODE_USER: &str = "/api/v1/server/UniProxy/user";
const NODE_PUSH: &str = "/api/v1/server/UniProxy/push";

/// What an administrator sends and reads.
struct Office {
    panel: Panel,
    token: String,
}

impl Office {
    async fn post(&self, route: &str, body: Value) -> Answer {
        let answer = self.panel.post(&at(route), &self.token, body).await;
        assert_eq!(answer.status, 200, "{route}: {}", answer.text);
        answer
    }

    async fn get(&self, route: &str) -> Value {
        get(&self.panel, &self.token, route).await
    }

    /// The id of the row of a list whose member has this value.
    async fn id(&self, list: &str, member: &str, value: &str) -> i64 {
        let listed = self.get(list).await;
        let rows = listed["data"].as_array().unwrap();
        let row = rows.iter().find(|row| row[member] == value);
        row.unwrap_or_else(|| panic!("{value} is not in {listed}"))["id"]
            .as_i64()
            .unwrap()
    }

    /// Says what the site is.
    async fn settle(&self) {
        self.post(
            "config/save",
            json!({"app_name": "Northern Lights", "app_url": "https://panel.test", "currency": "CNY",
                   "server_token": NODE_TOKEN}),
        )
        .await;
    }

    /// Puts a node up, and sells access to it; the ids of node and plan.
    async fn stock(&self) -> (i64, i64) {
        self.post("server/group/save", json!({"name": "Everybody"}))
            .await;
        let group = self.id("server/group/fetch", "name", "Everybody").await;
        self.post(
            "server/manage/save",
            json!({
                "type": "shadowsocks", "name": "Oslo 1", "host": "oslo.panel.test", "port": "443",
                "server_port": 8443, "rate": 1, "show": 1, "group_ids": [group], "route_ids": [],
                "tags": [], "protocol_settings": {"cipher": "aes-256-gcm"},
            }),
        )
        .await;
        let node = self.id("server/manage/getNodes", "name", "Oslo 1").await;
        self.post("server/manage/update", json!({"id": node, "show": 1}))
            .await;
        self.post(
            "plan/save",
            json!({
                "name": "Light", "group_id": group, "transfer_enable": 100, "content": "",
                "prices": {"monthly": "70", "yearly": 700.5, "onetime": "", "quarterly": null},
            }),
        )
        .await;
        let plan = self.id("plan/fetch", "name", "Light").await;
        self.post(
            "plan/update",
            json!({"id": plan, "show": true, "sell": true, "renew": true}),
        )
        .await;
        (node, plan)
    }

    /// Takes payments by the gateway; the id of the method, and where it is told of payments.
    async fn take_payments(&self) -> (i64, String) {
        self.post(
            "payment/save",
            json!({
                "name": "Card", "payment": EPAY,
                "config": {"url": "http://127.0.0.1:1", "pid": PID, "key": KEY, "type": "alipay"},
            }),
        )
        .await;
        let method = self.id("payment/fetch", "name", "Card").await;
        self.post("payment/show", json!({"id": method})).await;
        let listed = self.get("payment/fetch").await;
        let uuid = listed["data"][0]["uuid"].as_str().unwrap();
        let address = notify(EPAY, uuid);
        assert_eq!(
            listed["data"][0]["notify_url"],
            format!("https://panel.test{address}")
        );
        (method, address)
    }

    /// Gives new customers something to save with, and something to read.
    async fn welcome(&self) {
        self.post(
            "coupon/generate",
            json!({
                "name": "Spring", "code": "SPRING", "type": 2, "value": 10, "started_at": 1,
                "ended_at": 2_000_000_000,
            }),
        )
        .await;
        let coupon = self.id("coupon/fetch", "code", "SPRING").await;
        self.post("coupon/show", json!({"id": coupon})).await;
        self.post(
            "knowledge/save",
            json!({
                "category": "Start", "language": "en-US", "title": "How to connect",
                "body": "Take the link.", "show": true,
            }),
        )
        .await;
        self.post(
            "notice/save",
            json!({"title": "We are open", "content": "Welcome.", "show": true}),
        )
        .await;
    }
}

/// A customer buys a month with the coupon and pays; the token of the subscription.
async fn buy(office: &Office, customer: &str, plan: i64, method: i64, address: &str) -> String {
    let panel = &office.panel;
    let order = json!({"plan_id": plan, "period": "month_price", "coupon_code": "SPRING"});
    let number = panel.post(SAVE, customer, order).await.data();
    let number = number.as_str().unwrap();
    let paying = json!({"trade_no": number, "method": method});
    let checked_out = panel.post(CHECKOUT, customer, paying).await;
    assert_eq!(checked_out.status, 200, "{}", checked_out.text);
    assert_eq!(checked_out.body()["type"], 1);
    let notice = Notice::of(number, 6_300, "gateway-1").signed(KEY);
    let told = panel.get(&format!("{address}?{notice}"), "").await;
    assert_eq!((told.status, told.text.as_str()), (200, "success"));
    let listed = office.get("order/fetch").await;
    let row = &listed["data"][0];
    assert_eq!(
        json!([
            row["trade_no"],
            row["status"],
            row["total_amount"],
            row["period"]
        ]),
        json!([number, 3, 6_300, "month_price"])
    );
    let subscription = panel.get("/api/v1/user/getSubscribe", customer).await;
    assert_eq!(subscription.data()["plan"]["name"], "Light");
    subscription.text_of("token")
}

/// The downloads lead to the node.
async fn assert_downloads(panel: &Panel, token: &str) {
    for flag in ["meta", "sing-box"] {
        let path = format!("/api/v1/client/subscribe?token={token}&flag={flag}");
        let download = panel.get(&path, "").await;
        assert_eq!(download.status, 200, "{}", download.text);
        let text = &download.text;
        assert!(
            text.contains("Oslo 1") && text.contains("oslo.panel.test"),
            "{flag}: {text}"
        );
    }
}

/// The node asks for its users and reports what they used; administrators see it at once.
async fn assert_traffic(office: &Office, user: i64, node: i64) {
    let query = format!("?token={NODE_TOKEN}&node_id={node}&node_type=shadowsocks");
    let users = office.panel.get(&format!("{NODE_USER}{query}"), "").await;
    assert_eq!(users.body()["users"][0]["id"], user, "{}", users.text);
    let traffic = json!({ user.to_string(): [1_000, 20_000] });
    let pushed = office
        .panel
        .post(&format!("{NODE_PUSH}{query}"), "", traffic)
        .await;
    assert_eq!(pushed.status, 200, "{}", pushed.text);
    let used = office
        .get(&format!(
            "stat/getStatUser?user_id={user}&pageSize=10&page=1"
        ))
        .await;
    let row = &used["data"][0];
    assert_eq!(
        json!([used["total"], row["u"], row["d"]]),
        json!([1, 1_000, 20_000])
    );
    let ranked = office.get("stat/getTrafficRank?type=node").await;
    assert_eq!(ranked["data"][0]["name"], "Oslo 1", "{ranked}");
    assert_eq!(ranked["data"][0]["value"], 21_000, "{ranked}");
    let figures = office.get("stat/getStats").await;
    let figures = &figures["data"];
    assert_eq!(
        json!([
            figures["todayIncome"],
            figures["currentMonthIncome"],
            figures["todayTraffic"]["download"]
        ]),
        json!([6_300, 6_300, 20_000])
    );
}

/// A ticket is answered; both see the conversation.
async fn assert_conversation(office: &Office, customer: &str) {
    let ticket = json!({"subject": "Slow", "level": 1, "message": "It is slow."});
    let opened = office
        .panel
        .post("/api/v1/user/ticket/save", customer, ticket)
        .await;
    opened.assert_true();
    let waiting = office.get("ticket/fetch?status=0&reply_status[]=0").await;
    assert_eq!(waiting["total"], 1, "{waiting}");
    assert_eq!(waiting["data"][0]["user"]["email"], "ann@demo.test");
    let id = waiting["data"][0]["id"].as_i64().unwrap();
    office
        .post("ticket/reply", json!({"id": id, "message": "Try Oslo 2."}))
        .await;
    let waiting = office.get("ticket/fetch?status=0&reply_status[]=0").await;
    assert_eq!(waiting["total"], 0, "{waiting}");
    let seen = office
        .panel
        .get(&format!("/api/v1/user/ticket/fetch?id={id}"), customer)
        .await
        .data();
    assert_eq!(seen["message"][1]["message"], "Try Oslo 2.", "{seen}");
    assert_eq!(seen["message"][1]["is_me"], false);
    let detail = office.get(&format!("ticket/fetch?id={id}")).await;
    assert_eq!(detail["data"]["messages"][1]["is_from_admin"], true);
}

/// A second order is paid in part by the balance; cancelled by an administrator, that part comes back.
async fn assert_cancelled(office: &Office, customer: &str, user: i64, plan: i64, rows: &Rows<'_>) {
    office
        .post("user/update", json!({"id": user, "balance": "19.99"}))
        .await;
    let order = json!({"plan_id": plan, "period": "month_price"});
    let number = office.panel.post(SAVE, customer, order).await.data();
    assert_eq!(rows.of_user("balance", user).await, 0);
    office
        .post("order/cancel", json!({"trade_no": number}))
        .await;
    assert_eq!(rows.of_user("balance", user).await, 1_999);
    let again = json!({"trade_no": number});
    let again = office
        .panel
        .post(&at("order/cancel"), &office.token, again)
        .await;
    assert_eq!(again.status, 400, "{}", again.text);
    let late = office
        .panel
        .post(CANCEL, customer, json!({"trade_no": number}))
        .await;
    assert_eq!(late.status, 400, "{}", late.text);
    assert_eq!(rows.of_user("balance", user).await, 1_999);
}

async fn an_empty_panel_becomes_a_business(database: Database) {
    let (panel, token) = office(&database).await;
    let office = Office { panel, token };
    office.settle().await;
    let (node, plan) = office.stock().await;
    let (method, address) = office.take_payments().await;
    office.welcome().await;
    let customer = office.panel.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    let user = rows.user("ann@demo.test").await;
    let subscription = buy(&office, &customer, plan, method, &address).await;
    assert_downloads(&office.panel, &subscription).await;
    assert_traffic(&office, user, node).await;
    assert_conversation(&office, &customer).await;
    assert_cancelled(&office, &customer, user, plan, &rows).await;
    let checked = crate::support::run(&database, &[], &["ledger", "check"]);
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success(), "{said}");
}

on_every_database!(an_empty_panel_becomes_a_business);
