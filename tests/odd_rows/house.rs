//! A panel with one good row of everything, and who asks it.

use std::collections::BTreeMap;

use ferroboard_testing::databases::Database;
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::questions::{self, Question};
use crate::support::{Customer, Panel, Rows, Shop, migrate};
use crate::values::{FIRST, Planted, secret_of};

pub(crate) const ADMIN_PATH: &str = "a-hidden-door";
pub(crate) const NODE_TOKEN: &str = "a-token-that-every-node-has";

/// How many requests are under way at once.
const AT_ONCE: usize = 12;

const SITE: [(&str, &str); 5] = [
    ("secure_path", ADMIN_PATH),
    ("server_token", NODE_TOKEN),
    ("app_url", "http://demo.test"),
    ("ticket_must_wait_reply", "0"),
    ("invite_gen_limit", "1000"),
];

const PLUGINS: [(&str, &str); 3] = [
    ("real_name_verification", "{}"),
    ("user_online_devices", "{}"),
    ("user_add_ipv6_subscription", r#"{"ipv6_group_id": 6}"#),
];

/// One good row of what customers look at.
const ROWS: [&str; 9] = [
    "INSERT INTO v2_notice (title, content, `show`, sort, created_at, updated_at) \
     VALUES ('News', 'Text', 1, -1, 1, 1)",
    "INSERT INTO v2_knowledge (language, category, title, body, `show`, sort, created_at, updated_at) \
     VALUES ('zh-CN', 'Guides', 'How to begin', 'Text', 1, 1, 1, 1)",
    "INSERT INTO v2_server (id, type, name, rate, host, port, server_port, group_ids, route_ids, `show`, \
     enabled, protocol_settings, created_at, updated_at) VALUES (1, 'shadowsocks', 'HK 1', 1, \
     'hk.demo.test', '443', 443, '[\"1\"]', '[\"1\"]', 1, 1, '{\"cipher\":\"2022-blake3-aes-128-gcm\"}', \
     '2026-01-01 00:00:00', '2026-01-01 00:00:00')",
    "INSERT INTO v2_server (id, type, name, rate, host, port, server_port, group_ids, `show`, enabled, \
     protocol_settings, created_at, updated_at) VALUES (2, 'trojan', 'HK 2', 1, 'hk2.demo.test', '443', \
     443, '[\"1\"]', 1, 1, '{}', '2026-01-01 00:00:00', '2026-01-01 00:00:00')",
    "INSERT INTO v2_server_machine (id, name, token, created_at, updated_at) \
     VALUES (1, 'M', 'machine-1', '2026-01-01 00:00:00', '2026-01-01 00:00:00')",
    "INSERT INTO v2_server_route (id, remarks, `match`, action, created_at, updated_at) \
     VALUES (1, 'R', '[\"a.test\"]', 'block', 1, 1)",
    "INSERT INTO v2_gift_card_template (id, name, type, status, rewards, limits, admin_id, \
     created_at, updated_at) VALUES (1, 'Card', 1, 1, '{\"balance\":1000}', '{}', 1, 1, 1)",
    "INSERT INTO v2_gift_card_code (template_id, code, max_usage, created_at, updated_at) \
     VALUES (1, 'GCGOOD0001', 1, 1, 1)",
    "INSERT INTO v2_server_group (id, name, created_at, updated_at) VALUES (1, 'G', 1, 1)",
];

/// The panel, its administrator, and a customer whose rows are good.
pub(crate) struct House {
    pub(crate) panel: Panel,
    pub(crate) alice: Customer,
    alice_link: String,
    admin: String,
    questions: Vec<String>,
}

impl House {
    pub(crate) async fn build(database: &Database) -> Self {
        migrate(database.url());
        let sql = database.sql();
        for (name, value) in SITE {
            sql.execute(&format!(
                "INSERT INTO v2_settings (name, value) VALUES ('{name}', '{value}')"
            ))
            .await;
        }
        for (code, config) in PLUGINS {
            sql.execute(&format!(
                "INSERT INTO v2_plugins (name, code, version, is_enabled, config) \
                 VALUES ('{code}', '{code}', '1.0.0', 1, {})",
                sql.quoted(config)
            ))
            .await;
        }
        for statement in ROWS {
            sql.execute(statement).await;
        }
        let panel = Panel::start(database).await;
        let shop = Shop::around(panel, database);
        shop.stock().await;
        shop.add_coupon("TENOFF", 1, 1_000, 5).await;
        // What is planted pushes older entries off the first page.
        sql.execute("DELETE FROM v2_admin_audit_log").await;
        let admin = shop.customer("admin@demo.test").await;
        let alice = shop.customer("alice@demo.test").await;
        let rows = Rows(sql);
        rows.set_user(admin.id, "is_admin = 1").await;
        let subscribed = "plan_id = 1, group_id = 1, transfer_enable = 1000000, \
                          expired_at = 2100000000, balance = 100, next_reset_at = 2100000000";
        rows.set_user(alice.id, subscribed).await;
        rows.add_invite_code(alice.id, "ALICE001").await;
        let link = format!("SELECT token FROM v2_user WHERE id = {}", alice.id);
        let alice_link = sql.text(&link).await.unwrap().trim().to_owned();
        let page = shop.panel.get("/openapi.json", "").await.body();
        let questions = questions::listed(&page);
        Self {
            panel: shop.panel,
            alice,
            alice_link,
            admin: admin.token,
            questions,
        }
    }

    /// The answers to every question as everybody may ask it: status, and the text without what
    /// belongs to planted rows.
    pub(crate) async fn ask_everything(&self) -> BTreeMap<String, (u16, String)> {
        let mut asked = Vec::new();
        for path in &self.questions {
            let token = if path.contains(ADMIN_PATH) {
                &self.admin
            } else {
                &self.alice.token
            };
            asked.push(Question::get(path, token));
        }
        for path in questions::links(&self.alice_link) {
            asked.push(Question::get(&path, ""));
        }
        for path in questions::of_nodes() {
            asked.push(Question::get(&path, ""));
        }
        let answers = self.ask(asked).await;
        answers
            .into_iter()
            .map(|(question, status, text)| (question.path, (status, text)))
            .collect()
    }

    /// Asks what names a planted row, as the one whom it belongs to; what went wrong.
    pub(crate) async fn ask_about(&self, planted: &[Planted]) -> Vec<String> {
        let owner = secret_of(FIRST);
        let owner = format!("{}|{owner}", FIRST + 1_000_000);
        let mut asked = Vec::new();
        for row in planted {
            let number = row.number;
            match row.table.as_str() {
                "v2_user" => {
                    let secret = format!("{}|{}", number + 1_000_000, secret_of(number));
                    let own = self.questions.iter().filter(|path| is_about_users(path));
                    asked.extend(own.map(|path| Question::get(path, &secret)));
                    let links = questions::links(&format!("victim-{number}"));
                    asked.extend(links.iter().take(2).map(|path| Question::get(path, "")));
                    asked.extend(questions::posts_of_a_user(number, &secret));
                }
                table => asked.extend(questions::about(table, number, &owner, &self.admin)),
            }
        }
        let users = planted.iter().filter(|row| row.table == "v2_user");
        let traffic: serde_json::Map<String, Value> = users
            .map(|row| (row.number.to_string(), json!([1, 1])))
            .collect();
        asked.push(Question::post(
            &format!(
                "/api/v1/server/UniProxy/push?token={NODE_TOKEN}&node_id=1&node_type=shadowsocks"
            ),
            "",
            Value::Object(traffic),
        ));
        let answers = self.ask(asked).await;
        answers
            .into_iter()
            .filter(|(_, status, _)| *status >= 500)
            .map(|(question, status, text)| format!("{question:?}: {status} {text}"))
            .collect()
    }

    async fn ask(&self, questions: Vec<Question>) -> Vec<(Question, u16, String)> {
        futures_util::stream::iter(questions)
            .map(|question| async move {
                let answer = match &question.body {
                    Some(body) => {
                        let body = body.clone();
                        self.panel.post(&question.path, &question.token, body).await
                    }
                    None => self.panel.get(&question.path, &question.token).await,
                };
                (question, answer.status, answer.text)
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await
    }
}

/// Whether the route reads what only the row of the asking user says; the others are asked by
/// everybody.
fn is_about_users(path: &str) -> bool {
    const ROUTES: [&str; 9] = [
        "v1/user/info",
        "getSubscribe",
        "getStat",
        "getActiveSession",
        "plan/fetch",
        "server/fetch",
        "invite/fetch",
        "get-ip",
        "ipv6-subscription/check",
    ];
    path.contains("/user/") && ROUTES.iter().any(|route| path.contains(route))
}
