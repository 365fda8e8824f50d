//! The small panel that the examples of the description speak of.

use ferroboard_billing::testing::{
    ReviewRow, a_coupon, a_package, a_payment_method, a_plan, a_receipt, a_review, a_subscription,
    an_order,
};
use ferroboard_billing::{GatewayConfig, OrderStatus};
use ferroboard_events::testing::{a_delivery, an_endpoint};
use ferroboard_giftcard::testing::{a_card, a_template};
use ferroboard_kernel::{
    Cents, DeliveryId, EventId, GroupId, MachineId, NodeId, TradeNo, UnixSeconds, UserId, WebhookId,
};
use ferroboard_knowledge::testing::{an_announcement, an_article};
use ferroboard_nodes::testing::{MachineRow, a_node};
use ferroboard_nodes::{Machine, Node};
use ferroboard_protocol::{Protocol, Settings};
use ferroboard_realname::testing::a_record;
use ferroboard_site::{PluginRow, Plugins};
use ferroboard_testing::MemoryTables;
use ferroboard_tickets::testing::a_ticket;
use serde_json::json;

use crate::harness::Site;

const YOU: UserId = UserId::new(1);
const TRADE_NO: &str = "2026010112000000000000001";

/// The panel as it may be when somebody asks `path`, and the token of its administrator, who is also its
/// customer.
pub(super) async fn open(path: &str) -> (Site, String) {
    let settings = [
        ("secure_path", "admin"),
        ("server_token", "the-server-token"),
        ("login_with_mail_link_enable", "1"),
        ("app_url", "https://panel.example.com"),
        ("telegram_bot_token", bot_token(path)),
    ];
    let site = Site::with_plugins(&settings, plugins(path)).await;
    let you = json!({"email": "you@example.com", "password": "your password"});
    let registered = site.post("/api/v1/passport/auth/register", you).await;
    let token = registered.body()["data"]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    site.promote(YOU);
    site.fakes.store.write(|tables| fill(tables, path));
    if path.ends_with("gift-card/detail") {
        let card = json!({"code": "GIFTCARD0001"});
        site.post_as(&token, "/api/v1/user/gift-card/redeem", card)
            .await;
    }
    if path.ends_with("sync-password") {
        let enable = "/api/v1/user/user-add-ipv6-subscription/enable";
        site.post_as(&token, enable, json!({})).await;
    }
    (site, token)
}

/// There is a bot where its webhook is set.
fn bot_token(path: &str) -> &'static str {
    if path.ends_with("setTelegramWebhook") {
        "123456:the-token-of-the-bot"
    } else {
        ""
    }
}

fn plugins(path: &str) -> Vec<PluginRow> {
    let codes = [
        Plugins::REAL_NAME,
        Plugins::ONLINE_DEVICES,
        Plugins::IPV6_SUBSCRIPTION,
    ];
    let is_installing = path.ends_with("plugin/install");
    let codes = codes
        .into_iter()
        .filter(|code| !is_installing || *code != Plugins::ONLINE_DEVICES);
    let row = |code: &str| PluginRow {
        code: code.to_owned(),
        enabled: true,
        config: Some(r#"{"ipv6_group_id":6}"#.to_owned()),
    };
    codes.map(row).collect()
}

fn fill(tables: &mut MemoryTables, path: &str) {
    let account = &mut tables.user(YOU).auth;
    let token = "0123456789abcdef0123456789abcdef".to_owned();
    account.account.subscribe_token = ferroboard_auth::SubscribeToken::new(token);
    for id in [1, 2] {
        tables.billing.plans.insert(a_plan(id).id, a_plan(id));
    }
    let mut endpoint = an_endpoint();
    endpoint.id = WebhookId::new(1);
    let delivery = a_delivery(endpoint.id, EventId::new(1));
    tables.events.endpoints.insert(endpoint.id, endpoint);
    tables
        .events
        .deliveries
        .insert(DeliveryId::new(1), delivery);
    let package = a_package(1);
    tables.billing.packages.insert(package.id, package);
    let mut stripe = a_payment_method(2);
    stripe.gateway = "StripeCredit".into();
    stripe.config = GatewayConfig::from_json(r#"{"stripe_pk_live":"pk_live_1"}"#);
    for method in [a_payment_method(1), stripe] {
        tables.billing.payments.insert(method.id, method);
    }
    let coupon = a_coupon(1, "WELCOME1");
    tables.billing.coupons.insert(coupon.id, coupon);
    let firsts = ["order/save", "order/quote", "order/assign"];
    let is_first = firsts.iter().any(|first| path.ends_with(first));
    if path.contains("/order/") && !is_first {
        let mut order = an_order(1, YOU);
        order.trade_no = TradeNo::stored(TRADE_NO.into());
        if path.ends_with("order/refund") {
            order.status = OrderStatus::Completed;
        } else {
            let number = order.trade_no.clone();
            tables.billing.open_orders.insert(YOU, number);
        }
        if path.ends_with("order/receipt") {
            let receipt = a_receipt(&order);
            tables.billing.receipts.insert(order.id, receipt);
        }
        tables.billing.orders.insert(order.id, order);
    }
    tables.billing.reviews.push(ReviewRow {
        about: a_review(),
        settlement: None,
    });
    let mut own = a_subscription(UnixSeconds::new(4_070_880_000));
    own.group_id = Some(GroupId::new(1));
    tables.user(YOU).billing.subscribe(&own);
    tables.user(YOU).invite.commission_balance = Cents::new(50_000);
    for template in [a_template(1), a_template(2)] {
        tables.gift_cards.templates.insert(template.id, template);
    }
    tables.gift_cards.push_card(a_card(1, 1, "GIFTCARD0001"));
    if !path.ends_with("ticket/save") && !path.ends_with("ticket/withdraw") {
        let ticket = a_ticket(1, YOU);
        tables.tickets.tickets.insert(ticket.id, ticket);
    }
    let knowledge = &mut tables.knowledge;
    let (article, announcement) = (an_article(1), an_announcement(1));
    knowledge.articles.insert(article.article.id, article);
    let id = announcement.announcement.id;
    knowledge.announcements.insert(id, announcement);
    if path.contains("/realname/") {
        let record = a_record(YOU, UnixSeconds::new(1_735_000_000));
        tables.real_name.records.insert(record.user, record);
    }
    fill_nodes(tables);
}

fn fill_nodes(tables: &mut MemoryTables) {
    let trojan = Node {
        protocol: Protocol::Trojan,
        settings: Settings::normalised(Protocol::Trojan, &json!({"server_name": "n.test"})),
        ..a_node(2)
    };
    for node in [a_node(1), trojan] {
        let id: NodeId = node.id;
        tables.nodes.nodes.insert(id, node);
    }
    let id = MachineId::new(1);
    let machine = Machine {
        id,
        token: "the-machine-token".to_owned(),
        active: true,
    };
    let row = MachineRow {
        machine,
        last_seen_at: None,
        load: None,
    };
    tables.nodes.machines.insert(id, row);
}
