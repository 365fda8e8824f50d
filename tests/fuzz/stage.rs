//! The panel that is asked: the one that the examples of the description speak of.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};
use tokio::sync::RwLock;

use crate::operations::{self, Operation};
use crate::requests::Who;
use crate::support::{Customer, PASSWORD, Panel, Seeds, Shop, migrate};

/// Nothing is refused for being asked too often, and nothing outside this machine is asked.
const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "FERROBOARD__LIMITS__PAYMENT_NOTICES_PER_ADDRESS_PER_MINUTE",
        "1000000",
    ),
    (
        "FERROBOARD__LIMITS__UNKNOWN_TOKENS_PER_ADDRESS_PER_MINUTE",
        "1000000",
    ),
    ("FERROBOARD__TELEGRAM__API_URL", "http://127.0.0.1:1"),
    ("FERROBOARD__CAPTCHA__RECAPTCHA_URL", "http://127.0.0.1:1"),
    ("FERROBOARD__CAPTCHA__TURNSTILE_URL", "http://127.0.0.1:1"),
];

/// What the examples say of the site.
const SETTINGS: [(&str, &str); 4] = [
    ("secure_path", "admin"),
    ("server_token", "the-server-token"),
    ("login_with_mail_link_enable", "1"),
    ("password_limit_enable", "0"),
];

/// Settings that would move the panel away from where it is asked.
const KEPT: [&str; 3] = ["secure_path", "server_token", "subscribe_path"];

const ACCOUNTS: [&str; 3] = ["customer@demo.test", "other@demo.test", "admin@demo.test"];

/// The running panel with its sessions.
pub(crate) struct Stage<'a> {
    pub(crate) shop: Shop<'a>,
    pub(crate) operations: Vec<Operation>,
    tokens: RwLock<[String; 3]>,
}

impl<'a> Stage<'a> {
    pub(crate) async fn set(database: &'a Database) -> Self {
        migrate(database.url());
        write_settings(database).await;
        database.sql().execute(PLUGINS).await;
        let panel = Panel::start_with(database, ENVIRONMENT).await;
        let shop = Shop::around(panel, database);
        shop.stock().await;
        shop.add_plan(2, None).await;
        shop.add_coupon("WELCOME1", 1, 100, 1_000_000).await;
        furnish(&shop.seeds().await, database).await;
        let mut tokens: [String; 3] = Default::default();
        for (email, token) in ACCOUNTS.iter().zip(&mut tokens) {
            let customer = shop.customer(email).await;
            shop.give(&customer, 10_000_000, 1_000_000).await;
            token.clone_from(&customer.token);
            own(&shop, &customer, email).await;
        }
        let document = shop.panel.get("/openapi.json", "").await.body();
        let mut operations = operations::read(&document);
        let admin = shop.customer_of(ACCOUNTS[2], &tokens[2]).await;
        shop.rows().set_user(admin.id, "is_admin = 1").await;
        let settings = shop
            .panel
            .get("/api/v2/admin/config/fetch", &tokens[2])
            .await;
        let names = names_of(&settings.data());
        for operation in &mut operations {
            if operation.path.ends_with("config/save") {
                operation.fields.clone_from(&names);
            }
        }
        Self {
            shop,
            operations,
            tokens: RwLock::new(tokens),
        }
    }

    /// The token of the session, empty for nobody.
    pub(crate) async fn token(&self, who: Who) -> String {
        let tokens = self.tokens.read().await;
        match who {
            Who::Nobody => String::new(),
            Who::Customer => tokens[0].clone(),
            Who::Other => tokens[1].clone(),
            Who::Administrator => tokens[2].clone(),
        }
    }

    /// Undoes what would make everything that follows a refusal: settings that were saved, plugins that
    /// were switched off, subscription tokens that were drawn anew, attempts that were counted.
    pub(crate) async fn restore(&self) {
        let database = self.shop.database;
        write_settings(database).await;
        let restored = "DELETE FROM ferro_counter; UPDATE v2_plugins SET is_enabled = 1; UPDATE v2_payment SET enable = 1; \
             UPDATE v2_plan SET sell = 1, `show` = 1, renew = 1; \
             UPDATE v2_user SET token = '0123456789abcdef0123456789abcdef' WHERE email = 'customer@demo.test'";
        database.sql().execute_beside_others(restored).await;
        for (place, email) in ACCOUNTS.iter().enumerate() {
            let answer = self.shop.panel.login(email, PASSWORD).await;
            // Settings are read every other second, so some may refuse for a moment longer.
            if answer.status == 200 {
                self.tokens.write().await[place] = answer.text_of("auth_data");
            }
        }
    }
}

impl Shop<'_> {
    async fn customer_of(&self, email: &str, token: &str) -> Customer {
        Customer {
            id: self.rows().user(email).await,
            token: token.to_owned(),
        }
    }
}

/// Plugins that take effect when the panel starts.
const PLUGINS: &str = "\
    INSERT INTO v2_plugins (name, code, version, is_enabled, config) VALUES \
    ('A', 'real_name_verification', '1.0.0', 1, '{}'), ('B', 'user_online_devices', '1.0.0', 1, '{}'), \
    ('C', 'user_add_ipv6_subscription', '1.0.0', 1, '{\"ipv6_group_id\":6}')";

/// What the examples name: nodes, a machine, a card and an article.
async fn furnish(seeds: &Seeds<'_>, database: &Database) {
    for (node, (kind, name)) in (1..).zip([
        ("shadowsocks", "One"),
        ("trojan", "Two"),
        ("vmess", "Three"),
    ]) {
        seeds.add_node(node, kind, name).await;
    }
    let machine = json!({"name": "Machine"});
    seeds.post("server/machine/save", machine).await;
    let token = "UPDATE v2_server_machine SET token = 'the-machine-token'";
    database.sql().execute(token).await;
    let ten = json!({"balance": 1_000});
    seeds.add_template(1, ten, json!({})).await;
    seeds.add_card(1, "GIFTCARD0001", 2).await;
    let article = json!({
        "language": "zh-CN", "category": "Start", "title": "Connect", "body": "Body", "show": true,
    });
    seeds.post("knowledge/save", article).await;
}

/// Gives the account a subscription, an order that is over, and an open ticket.
async fn own(shop: &Shop<'_>, customer: &Customer, email: &str) {
    let id = customer.id;
    let subscription =
        "plan_id = 1, group_id = 1, transfer_enable = 107374182400, expired_at = 4070880000";
    shop.rows().set_user(id, subscription).await;
    if email != ACCOUNTS[0] {
        return;
    }
    let rows = format!(
        "UPDATE v2_user SET token = '0123456789abcdef0123456789abcdef' WHERE id = {id}; \
         INSERT INTO v2_order (user_id, plan_id, type, period, trade_no, total_amount, status, created_at, updated_at) VALUES \
         ({id}, 1, 1, 'month_price', '2026010112000000000000001', 7000, 3, 1, 1); \
         INSERT INTO v2_ticket (user_id, subject, level, status, created_at, updated_at) VALUES ({id}, 'Help', 1, 0, 1, 1); \
         INSERT INTO v2_ticket_message (user_id, ticket_id, message, created_at, updated_at) SELECT {id}, MAX(id), 'Help', 1, 1 FROM v2_ticket"
    );
    shop.database.sql().execute(&rows).await;
}

async fn write_settings(database: &Database) {
    let mut statements = "DELETE FROM v2_settings".to_owned();
    for (name, value) in SETTINGS {
        let row = format!("; INSERT INTO v2_settings (name, value) VALUES ('{name}', '{value}')");
        statements.push_str(&row);
    }
    database.sql().execute_beside_others(&statements).await;
}

/// The names of the settings in their groups.
fn names_of(groups: &Value) -> Vec<String> {
    let groups = groups.as_object().into_iter().flatten();
    let settings = groups.filter_map(|(_, group)| group.as_object()).flatten();
    let names = settings.map(|(name, _)| name.clone());
    let names: Vec<String> = names
        .filter(|name| !KEPT.contains(&name.as_str()))
        .collect();
    assert!(names.len() > 50, "{names:?}");
    names
}
