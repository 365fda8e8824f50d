//! A panel on which there is something of everything.

use ferroboard_testing::databases::{Backend, Database};
use serde_json::json;

use crate::chromium::{Browser, Tab};
use crate::support::{PASSWORD, Panel, Rows, run};

pub(crate) const ADMIN_PATH: &str = "hidden-door";
const ANN: &str = "ann@demo.test";
const CHIEF: &str = "chief@demo.test";
/// The number of an order that was paid, and of one that waits.
pub(crate) const PAID: &str = "2026010112000000000000001";
const WAITING: &str = "2026010112000000000000002";

const SITE: [(&str, &str); 10] = [
    ("allow_new_period", "1"),
    ("deposit_enable", "1"),
    ("deposit_bounus", r#"["50:5","100:12"]"#),
    ("app_name", "Ferroboard"),
    ("secure_path", ADMIN_PATH),
    ("frontend_theme", "ferroboard"),
    ("email_verify", "0"),
    ("app_url", "http://demo.test"),
    ("login_with_mail_link_enable", "1"),
    ("withdraw_close_enable", "0"),
];

const PLUGINS: [(&str, &str); 4] = [
    ("real_name_verification", r#"{"auto_approve": false}"#),
    ("user_online_devices", "{}"),
    ("user_add_ipv6_subscription", r#"{"ipv6_group_id": 1}"#),
    ("telegram", "{}"),
];

/// What neither the demo nor a customer leaves behind. `{ann}` and `{chief}` are numbers of accounts, `{now}` is
/// now and `{today}` its midnight.
const ROWS: &[&str] = &[
    "INSERT INTO v2_order (user_id, plan_id, payment_id, type, period, trade_no, callback_no, total_amount, \
     balance_amount, discount_amount, status, paid_at, created_at, updated_at) VALUES \
     ({ann}, 1, 1, 1, 'month_price', '2026010112000000000000001', 'a-gateways-own-number-0001', 890, 100, 99, \
     3, {now}, {now}, {now})",
    "INSERT INTO v2_order (user_id, plan_id, type, period, trade_no, total_amount, status, created_at, \
     updated_at) VALUES ({ann}, 2, 2, 'year_price', '2026010112000000000000002', 48000, 0, {now}, {now})",
    "INSERT INTO v2_ticket (id, user_id, subject, level, status, reply_status, created_at, updated_at) VALUES \
     (1, {ann}, 'The nodes are slow this evening', 1, 0, 1, {now}, {now})",
    "INSERT INTO v2_ticket_message (user_id, ticket_id, message, created_at, updated_at) VALUES \
     ({ann}, 1, 'Since about eight nothing loads.\n\nhttps://a-long-address.example.com/that/has/no/place/to/\
     break/0123456789012345678901234567890123456789', {now}, {now})",
    "INSERT INTO v2_ticket_message (user_id, ticket_id, message, created_at, updated_at) VALUES \
     ({chief}, 1, 'Which node is it?', {now}, {now})",
    "INSERT INTO v2_server_machine (id, name, token, notes, created_at, updated_at) VALUES \
     (1, 'Rack 1', 'a-token-of-a-machine', 'By the window', '2026-01-01 00:00:00', '2026-01-01 00:00:00')",
    "INSERT INTO v2_server_route (id, remarks, `match`, action, created_at, updated_at) VALUES \
     (1, 'No advertisements', '[\"domain:ads.example.com\"]', 'block', {now}, {now})",
    "INSERT INTO v2_stat (record_at, record_type, order_count, order_total, commission_count, commission_total, \
     paid_count, paid_total, register_count, invite_count, transfer_used_total, created_at, updated_at) VALUES \
     ({today}, 'd', 3, 2970, 1, 99, 3, 2970, 4, 1, '123456789', {now}, {now})",
    "INSERT INTO v2_stat_server (server_id, server_type, u, d, record_type, record_at, created_at, updated_at) \
     VALUES (1, 'shadowsocks', 12345678, 987654321, 'd', {today}, {now}, {now})",
    "INSERT INTO v2_stat_user (user_id, server_rate, u, d, record_type, record_at, created_at, updated_at) \
     VALUES ({ann}, 1, 12345678, 987654321, 'd', {today}, {now}, {now})",
    "INSERT INTO v2_traffic_reset_logs (user_id, reset_type, reset_time, old_upload, old_download, old_total, \
     trigger_source, created_at, updated_at) VALUES ({ann}, 'monthly', '2026-01-01 00:00:00', 1, 2, 3, 'cron', \
     '2026-01-01 00:00:00', '2026-01-01 00:00:00')",
    "INSERT INTO ferro_mail (email, subject, template, template_values, status, attempts, next_attempt_at, \
     last_error, created_at, updated_at) VALUES ('ann@demo.test', 'Your ticket was answered', 'notify', '{}', \
     3, 5, 0, 'connection refused by the server of somebody.example.com', {now}, {now})",
    "INSERT INTO ferro_user_task (id, work, users, subject, content, admin_id, done, holder, leased_until, \
     created_at, finished_at) VALUES (1, 'ban', '{\"scope\":\"selected\",\"ids\":[{ann}]}', NULL, NULL, \
     {chief}, 1, '', 0, {now}, {now})",
    "INSERT INTO v2_admin_audit_log (admin_id, action, method, uri, request_data, ip, created_at, updated_at) \
     VALUES ({chief}, 'plan/save', 'POST', '/api/v2/hidden-door/plan/save', '{\"name\":\"Basic\"}', \
     '203.0.113.7', {now}, {now})",
    "INSERT INTO ferro_device (user_id, node_id, ip, last_seen) VALUES ({ann}, 1, '203.0.113.9', {now})",
    "INSERT INTO ferro_saved_view (admin_id, list, name, query, created_at) VALUES \
     ({chief}, 'users', 'With a plan', 'f_plan_id=1', {now})",
];

/// The panel, with a customer who has a plan and an administrator.
pub(crate) struct Furnished {
    pub(crate) panel: Panel,
    pub(crate) database: Database,
    ann: i64,
}

impl Furnished {
    /// `None` where there is no browser to show it in.
    pub(crate) async fn open() -> Option<(Self, &'static Browser)> {
        let browser = Browser::running()?;
        let database = Database::fresh(Backend::Sqlite).await?;
        let demo = run(&database, &[], &["demo"]);
        let told = String::from_utf8_lossy(&demo.stdout).into_owned();
        assert!(demo.status.success(), "{told}{demo:?}");
        let sql = database.sql();
        for (name, value) in SITE {
            let insert =
                format!("INSERT INTO v2_settings (name, value) VALUES ('{name}', '{value}')");
            sql.execute(&insert).await;
        }
        for (code, config) in PLUGINS {
            let insert = format!(
                "INSERT INTO v2_plugins (name, code, version, is_enabled, config) \
                 VALUES ('{code}', '{code}', '1.0.0', 1, '{config}')"
            );
            sql.execute(&insert).await;
        }
        let panel = Panel::start(&database).await;
        let token = panel.register(ANN).await;
        panel.register(CHIEF).await;
        let rows = Rows(database.sql());
        let [ann, chief] = [rows.user(ANN).await, rows.user(CHIEF).await];
        let card = told
            .lines()
            .find_map(|line| line.strip_prefix("GIFT_CARD="));
        let card = json!({"code": card.unwrap()});
        let redeemed = panel
            .post("/api/v1/user/gift-card/redeem", &token, card)
            .await;
        assert_eq!(redeemed.status, 200, "{}", redeemed.text);
        let name = json!({"real_name": "张三", "identity_no": "11010519491231002X"});
        let page = "/api/v1/user/real-name-verification/submit";
        let submitted = panel.post(page, &token, name).await;
        assert_eq!(submitted.status, 200, "{}", submitted.text);
        rows.set_user(chief, "is_admin = 1").await;
        let furnished = Self {
            panel,
            database,
            ann,
        };
        furnished.subscribe().await;
        furnished.fill(chief).await;
        Some((furnished, browser))
    }

    async fn subscribe(&self) {
        let plan = "plan_id = 1, group_id = 1, transfer_enable = 107374182400, u = 1073741824, \
                    d = 21474836480, expired_at = created_at + 2592000, commission_balance = 12345, \
                    device_limit = 3";
        let rows = Rows(self.database.sql());
        rows.set_user(self.ann, plan).await;
        rows.add_invite_code(self.ann, "ANNSCODE").await;
    }

    async fn fill(&self, chief: i64) {
        let sql = self.database.sql();
        let rows = Rows(sql);
        let now = rows.of_user("created_at", self.ann).await;
        let today = now - now % 86_400;
        for row in ROWS {
            let row = row
                .replace("{ann}", &self.ann.to_string())
                .replace("{chief}", &chief.to_string())
                .replace("{now}", &now.to_string())
                .replace("{today}", &today.to_string());
            sql.execute(&row).await;
        }
    }

    /// The address of a page, with what stands for something in it.
    pub(crate) fn address(&self, path: &str) -> String {
        let path = path
            .replace("{console}", ADMIN_PATH)
            .replace("{ann}", &self.ann.to_string())
            .replace("{paid}", PAID)
            .replace("{waiting}", WAITING);
        self.panel.url(&path)
    }

    /// A tab in which the customer has logged in.
    pub(crate) async fn customer(&self, browser: &Browser) -> Tab {
        let tab = browser.tab().await;
        log_in(&tab, &self.address("/my/login"), ANN).await;
        tab
    }

    /// A tab in which the administrator has logged in.
    pub(crate) async fn operator(&self, browser: &Browser) -> Tab {
        let tab = browser.tab().await;
        log_in(&tab, &self.address("/{console}/login"), CHIEF).await;
        tab
    }
}

/// Logs in as a person does.
pub(crate) async fn log_in(tab: &Tab, door: &str, email: &str) {
    tab.visit(door).await;
    tab.fill("main input[name=email]", email).await;
    tab.fill("main input[name=password]", PASSWORD).await;
    tab.follow("main form button").await;
    tab.wait_until("!location.pathname.endsWith('/login')")
        .await;
    let wrong = tab.complaints().await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}
