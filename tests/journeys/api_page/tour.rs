//! A panel on which everything is set up, and the list of what was called.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::{Answer, Customer, Panel, Rows, Shop, migrate};

pub(super) const ADMIN_PATH: &str = "a-hidden-door";
const NODE_TOKEN: &str = "a-token-that-every-node-has";
const ADMIN: &str = "admin@demo.test";

const SITE: [(&str, &str); 6] = [
    ("secure_path", ADMIN_PATH),
    ("server_token", NODE_TOKEN),
    ("login_with_mail_link_enable", "1"),
    ("telegram_bot_enable", "1"),
    ("telegram_bot_token", "123:abc"),
    ("app_url", "http://demo.test"),
];

const PLUGINS: [(&str, &str); 3] = [
    ("real_name_verification", "{}"),
    ("user_online_devices", "{}"),
    ("user_add_ipv6_subscription", r#"{"ipv6_group_id": 6}"#),
];

/// The panel, and what of the page was called on it.
pub(super) struct Tour<'a> {
    shop: Shop<'a>,
    /// An administrator's session.
    pub(super) admin: String,
    called: BTreeSet<String>,
}

impl<'a> Tour<'a> {
    pub(super) async fn start(database: &'a Database) -> Self {
        migrate(database.url());
        let sql = database.sql();
        for (name, value) in SITE {
            let insert =
                format!("INSERT INTO v2_settings (name, value) VALUES ('{name}', '{value}')");
            sql.execute(&insert).await;
        }
        for (code, config) in PLUGINS {
            let config = sql.quoted(config);
            let insert = format!(
                "INSERT INTO v2_plugins (name, code, version, is_enabled, config) \
                 VALUES ('{code}', '{code}', '1.0.0', 1, {config})"
            );
            sql.execute(&insert).await;
        }
        let telegram = format!("http://{}", telegram().await);
        let settings = [("FERROBOARD__TELEGRAM__API_URL", telegram.as_str())];
        let panel = Panel::start_with(database, &settings).await;
        let shop = Shop::around(panel, database);
        shop.stock().await;
        let seeds = shop.seeds().await;
        let stripe = json!({"stripe_pk_live": "pk_live_1", "stripe_sk_live": "sk_live_1"});
        seeds
            .add_method(2, "StripeCredit", "22222222", stripe)
            .await;
        seeds.add_node(1, "trojan", "HK 1").await;
        let ten = json!({"balance": 1_000});
        seeds.add_template(1, ten, json!({})).await;
        seeds.add_card(1, "GCJOURNEY01", 1).await;
        let news = json!({"title": "News", "content": "Text", "show": true});
        seeds.post("notice/save", news).await;
        let article = json!({
            "language": "zh-CN", "category": "Guides", "title": "How to begin", "body": "Text",
            "show": true,
        });
        seeds.post("knowledge/save", article).await;
        shop.add_coupon("TENOFF", 1, 1_000, 5).await;
        let admin = shop.panel.register(ADMIN).await;
        let id = shop.rows().user(ADMIN).await;
        shop.rows().set_user(id, "is_admin = 1").await;
        Self {
            shop,
            admin,
            called: BTreeSet::new(),
        }
    }

    /// GET of an entry of the page.
    pub(super) async fn get(&mut self, entry: &str, token: &str) -> Value {
        self.get_at(entry, "", token).await
    }

    /// The same with a query behind it.
    pub(super) async fn get_at(&mut self, entry: &str, query: &str, token: &str) -> Value {
        let path = format!("{}{query}", path_of(entry, "GET", &[]));
        let answer = self.shop.panel.get(&path, token).await;
        self.note(entry, &answer)
    }

    /// The same with these words in place of those that stand for something.
    pub(super) async fn get_with(
        &mut self,
        entry: &str,
        words: &[(&str, &str)],
        token: &str,
    ) -> Value {
        let path = path_of(entry, "GET", words);
        let answer = self.shop.panel.get(&path, token).await;
        self.note(entry, &answer)
    }

    /// POST of an entry of the page.
    pub(super) async fn call(&mut self, entry: &str, token: &str, body: Value) -> Value {
        self.post_with(entry, &[], token, body).await
    }

    /// The same with these words in place of those that stand for something.
    pub(super) async fn post_with(
        &mut self,
        entry: &str,
        words: &[(&str, &str)],
        token: &str,
        body: Value,
    ) -> Value {
        let path = path_of(entry, "POST", words);
        let answer = self.shop.panel.post(&path, token, body).await;
        self.note(entry, &answer)
    }

    /// What every success of the page has: status 200, and `data`.
    fn note(&mut self, entry: &str, answer: &Answer) -> Value {
        assert_eq!(answer.status, 200, "{entry}: {}", answer.text);
        let body = answer.body();
        let data = body.get("data");
        let data = data.unwrap_or_else(|| panic!("{entry} has no data: {body}"));
        self.called.insert(entry.to_owned());
        data.clone()
    }

    /// Adds to both accounts of a user, as an administrator does.
    pub(super) async fn give(&self, email: &str, balance: i64, commission: i64) {
        let id = self.shop.rows().user(email).await;
        let token = String::new();
        let customer = Customer { id, token };
        self.shop.give(&customer, balance, commission).await;
    }

    /// Has node 1 report that the user is connected from this address.
    pub(super) async fn report_device(&self, email: &str, address: &str) {
        let id = Rows(self.shop.database.sql()).user(email).await;
        let path =
            format!("/api/v1/server/UniProxy/alive?token={NODE_TOKEN}&node_id=1&node_type=trojan");
        let report = json!({id.to_string(): [address]});
        let answer = self.shop.panel.post(&path, "", report).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// Asserts that the whole page was called, and nothing else.
    pub(super) fn assert_complete(&self, page: &[&str]) {
        let page: BTreeSet<String> = page.iter().map(|entry| (*entry).to_owned()).collect();
        assert_eq!(page.len(), 68);
        let missing: Vec<&String> = page.difference(&self.called).collect();
        assert!(missing.is_empty(), "not called: {missing:?}");
        let unknown: Vec<&String> = self.called.difference(&page).collect();
        assert!(unknown.is_empty(), "not on the page: {unknown:?}");
    }
}

/// The path of an entry such as `GET /api/v1/user/info`.
fn path_of(entry: &str, verb: &str, words: &[(&str, &str)]) -> String {
    let path = entry.strip_prefix(verb).map(str::trim_start);
    let path = path.unwrap_or_else(|| panic!("{entry} is no {verb}"));
    let mut path = path.replace("{secure_path}", ADMIN_PATH);
    for (word, value) in words {
        path = path.replace(word, value);
    }
    assert!(!path.contains(['{', '<']), "{path}");
    path
}

/// Answers whoever asks as Telegram tells the name of a bot.
async fn telegram() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let body = r#"{"ok":true,"result":{"id":1,"is_bot":true,"username":"our_bot"}}"#;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    address
}
