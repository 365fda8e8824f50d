//! What the demo puts on the shelves: what an administrator would say of it.

use std::collections::BTreeMap;

use ferroboard_billing::{
    CouponCode, CouponScope, CouponSpan, CouponTerms, Discount, Edit, GatewayCode, GatewayConfig,
    Gigabytes, PackageEnd, PackageTerms, PaymentTerms, Period, PlanTerms, UseLimit,
};
use ferroboard_giftcard::{NewTemplate, OfferedTerms, TemplateChange, TemplateKind};
use ferroboard_kernel::{Cents, Decimal, GroupId, Seconds, UnixSeconds};
use ferroboard_knowledge::{ArticleTerms, LongText, NewAnnouncement, Tags};
use ferroboard_nodes::{NodeTerms, Said};
use ferroboard_protocol::{Protocol, Settings};
use serde_json::{Value, json};

/// The name of the group that joins plans and nodes.
pub(super) const GROUP: &str = "Demo";
/// The code of the coupon.
pub(super) const COUPON: &str = "WELCOME10";
/// The merchant that the payment method names.
pub(super) const MERCHANT: &str = "1000";
/// Where the payment method would send customers: a name that is reserved for examples.
const PAYMENT_PAGE: &str = "https://pay.example.com";
/// How long the coupon may be used: a year.
const COUPON_LIFE: Seconds = Seconds::new(365 * 86_400);

/// A plan.
pub(super) struct DemoPlan {
    name: &'static str,
    gigabytes: i64,
    /// Mbps.
    speed_limit: Option<i64>,
    device_limit: Option<i64>,
    /// How many may subscribe.
    capacity_limit: Option<i64>,
    /// In cents.
    prices: &'static [(Period, i64)],
    tags: &'static [&'static str],
    content: &'static str,
}

pub(super) const PLANS: [DemoPlan; 3] = [
    DemoPlan {
        name: "Basic",
        gigabytes: 100,
        speed_limit: Some(100),
        device_limit: Some(3),
        capacity_limit: None,
        prices: &[
            (Period::Monthly, 990),
            (Period::Quarterly, 2_700),
            (Period::HalfYearly, 5_000),
            (Period::Yearly, 9_600),
            (Period::ResetTraffic, 500),
        ],
        tags: &["popular"],
        content: "{{transfer}} GB each period, {{speed}} Mbps, {{devices}} devices.",
    },
    DemoPlan {
        name: "Premium",
        gigabytes: 1_000,
        speed_limit: None,
        device_limit: Some(10),
        capacity_limit: Some(50),
        prices: &[
            (Period::Monthly, 5_000),
            (Period::Yearly, 48_000),
            (Period::TwoYearly, 90_000),
            (Period::ResetTraffic, 1_500),
        ],
        tags: &["fast"],
        content: "{{transfer}} GB each period for fifty subscribers.",
    },
    DemoPlan {
        name: "Traffic package",
        gigabytes: 200,
        speed_limit: None,
        device_limit: None,
        capacity_limit: None,
        prices: &[(Period::OneTime, 3_000)],
        tags: &[],
        content: "{{transfer}} GB that never expire.",
    },
];

/// A package: its name, gigabytes, price in cents, and how long it lasts.
const PACKAGES: [(&str, i64, i64, PackageEnd); 2] = [
    ("20 GB for this month", 20, 300, PackageEnd::Reset),
    ("50 GB until they are used", 50, 1_000, PackageEnd::UsedUp),
];

/// What is said of the packages, which are for subscribers of every plan.
pub(super) fn packages() -> impl Iterator<Item = PackageTerms> {
    let terms = |(name, gigabytes, price, until): (&str, i64, i64, PackageEnd)| PackageTerms {
        name: name.to_owned(),
        traffic: Gigabytes::new(gigabytes),
        price: Cents::new(price),
        plans: None,
        until,
        capacity: None,
    };
    PACKAGES.into_iter().map(terms)
}

/// What becomes of a column that has a value, or none.
fn set<T>(value: Option<T>) -> Edit<T> {
    value.map_or(Edit::Clear, Edit::Set)
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

impl DemoPlan {
    /// What is said of it, in this group. Its traffic is counted anew as the site says.
    pub(super) fn terms(&self, group: GroupId) -> PlanTerms {
        let prices = self.prices.iter();
        let prices: BTreeMap<Period, Cents> = prices
            .map(|(period, price)| (*period, Cents::new(*price)))
            .collect();
        let tags = Some(owned(self.tags)).filter(|tags| !tags.is_empty());
        PlanTerms {
            name: self.name.to_owned(),
            traffic: Gigabytes::new(self.gigabytes),
            prices: Some(prices),
            group: Edit::Set(group),
            speed_limit: set(self.speed_limit),
            device_limit: set(self.device_limit),
            capacity_limit: set(self.capacity_limit),
            content: Edit::Set(self.content.to_owned()),
            tags: set(tags),
            reset_method: Edit::Clear,
        }
    }
}

/// The nodes of this group. Nothing runs at their addresses.
pub(super) fn nodes(group: GroupId) -> [NodeTerms; 3] {
    let shadowsocks = json!({"cipher": "aes-256-gcm"});
    let vmess = json!({
        "tls": 1, "network": "ws", "tls_settings": {"server_name": "sin.example.com"},
        "network_settings": {"path": "/ws", "headers": {"Host": "sin.example.com"}},
    });
    let trojan = json!({
        "tls": 1, "network": "tcp", "server_name": "tyo.example.com",
        "tls_settings": {"server_name": "tyo.example.com"},
    });
    [
        node(
            Protocol::Shadowsocks,
            "Amsterdam",
            ("ams", 8_388),
            &shadowsocks,
            group,
        ),
        node(Protocol::Vmess, "Singapore", ("sin", 443), &vmess, group),
        node(Protocol::Trojan, "Tokyo", ("tyo", 443), &trojan, group),
    ]
}

fn node(
    protocol: Protocol,
    name: &str,
    (host, port): (&str, i64),
    settings: &Value,
    group: GroupId,
) -> NodeTerms {
    NodeTerms {
        protocol,
        name: name.to_owned(),
        host: format!("{host}.example.com"),
        port: port.to_string(),
        server_port: port,
        rate: Decimal::ONE,
        settings: Some(Settings::normalised(protocol, settings)),
        code: Said::Nothing,
        parent: Said::Nothing,
        machine: Said::Nothing,
        groups: Said::Value(vec![group]),
        route_ids: Said::Value(json!([])),
        tags: Said::Value(owned(&["demo"])),
        rate_time_enable: None,
        rate_time_ranges: Said::Nothing,
        traffic_limit: Said::Nothing,
        custom_outbounds: Said::Nothing,
        custom_routes: Said::Nothing,
        cert_config: Said::Nothing,
        show: Some(true),
        enabled: None,
    }
}

/// Language, category, title and text (Markdown with placeholders) of an article.
const ARTICLES: [[&str; 4]; 3] = [
    [
        "en-US",
        "Getting started",
        "Connect your first device",
        "Add this address to your client as a subscription:\n\n\
         <!--access start-->{{subscribeUrl}}<!--access end-->\n\n\
         {{siteName}} then shows you its nodes.",
    ],
    [
        "en-US",
        "Questions",
        "When is my traffic counted anew?",
        "On the day of the month on which your subscription began, or at once with a reset package.",
    ],
    [
        "zh-CN",
        "快速开始",
        "连接第一台设备",
        "在客户端中添加订阅地址：\n\n\
         <!--access start-->{{subscribeUrl}}<!--access end-->\n\n\
         之后即可看到 {{siteName}} 的节点。",
    ],
];

/// The articles, in the order of the list.
pub(super) fn articles() -> impl Iterator<Item = ArticleTerms> {
    ARTICLES
        .into_iter()
        .filter_map(|[language, category, title, body]| {
            Some(ArticleTerms {
                language: language.to_owned(),
                category: category.to_owned(),
                title: title.to_owned(),
                body: LongText::new(body.to_owned())?,
                show: Some(true),
            })
        })
}

/// What the panel announces.
pub(super) fn announcement() -> Option<NewAnnouncement> {
    let content = "Nothing here is for sale: plans, nodes and prices are examples.";
    Some(NewAnnouncement {
        title: "Welcome to the demo".to_owned(),
        content: LongText::new(content.to_owned())?,
        img_url: None,
        tags: Some(Tags::new(&owned(&["demo"]))?),
        show: true,
    })
}

/// The coupon and its code: ten percent off any plan.
pub(super) fn coupon(now: UnixSeconds) -> Option<(CouponTerms, CouponCode)> {
    let terms = CouponTerms {
        name: "10 % off for new customers".to_owned(),
        discount: Discount::Share(10),
        span: CouponSpan::new(now.get(), now.plus(COUPON_LIFE).get())?,
        limit_use: Some(UseLimit::Times(100)),
        limit_use_with_user: None,
        plans: Some(CouponScope::ANY),
        periods: Some(CouponScope::ANY),
    };
    Some((terms, CouponCode::offered(COUPON)?))
}

/// What the gift card is made of: it gives ten in money.
pub(super) fn gift() -> Option<NewTemplate> {
    let rewards = json!({"balance": 1_000});
    Some(NewTemplate {
        name: "Ten on the house".to_owned(),
        kind: TemplateKind::General,
        rewards: OfferedTerms::rewards(rewards.as_object()?)?,
        more: TemplateChange::default(),
    })
}

/// The payment method. Nobody answers at its address: its notices are made by hand.
pub(super) fn payment(key: &str) -> PaymentTerms {
    let config = json!({"url": PAYMENT_PAGE, "pid": MERCHANT, "key": key, "type": "alipay"});
    PaymentTerms {
        name: "EPay (demo)".to_owned(),
        gateway: GatewayCode::EPay.as_str().to_owned(),
        config: GatewayConfig::from_json(&config.to_string()),
        icon: Edit::Keep,
        notify_domain: Edit::Keep,
        fee_fixed: Edit::Keep,
        fee_percent: Edit::Keep,
    }
}
