//! What the demo puts on the shelves.

pub(super) const COUPON: &str = "WELCOME10";
/// What the gift card gives: ten in money.
pub(super) const GIFT: &str = r#"{"balance":1000}"#;
/// Where the demo's payment method would send customers: a name that is reserved for examples.
pub(super) const PAYMENT_PAGE: &str = "https://pay.example.com";

/// Plans, nodes and texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoGoods {
    /// The name of the group that joins plans and nodes.
    pub group: &'static str,
    /// The plans, in the order of the list.
    pub plans: &'static [DemoPlan],
    /// The nodes, in the order of the list.
    pub nodes: &'static [DemoNode],
    /// The articles, in the order of the list.
    pub articles: &'static [DemoArticle],
    /// What the panel announces (`v2_notice`).
    pub announcement: DemoAnnouncement,
}

/// A plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoPlan {
    /// Shown to customers.
    pub name: &'static str,
    /// Traffic of one period.
    pub gigabytes: i64,
    /// Mbps; `None` is unlimited.
    pub speed_limit: Option<i64>,
    /// Devices at once; `None` is unlimited.
    pub device_limit: Option<i64>,
    /// How many may subscribe; `None` is any number.
    pub capacity_limit: Option<i64>,
    /// The JSON object of prices in major units.
    pub prices: &'static str,
    /// The JSON list of tags.
    pub tags: Option<&'static str>,
    /// The description.
    pub content: &'static str,
}

/// A node. Nothing runs at its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoNode {
    /// `v2_server.type`.
    pub protocol: &'static str,
    /// Shown to customers.
    pub name: &'static str,
    /// Its address.
    pub host: &'static str,
    /// The port that customers connect to.
    pub port: &'static str,
    /// The port that it listens on.
    pub server_port: i64,
    /// The JSON list of tags.
    pub tags: &'static str,
    /// The JSON object of what its protocol needs.
    pub protocol_settings: &'static str,
}

/// An article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoArticle {
    /// Whose language it is in.
    pub language: &'static str,
    /// Under which heading.
    pub category: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its text (Markdown), with placeholders.
    pub body: &'static str,
}

/// What the panel announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoAnnouncement {
    /// Its title.
    pub title: &'static str,
    /// Its text.
    pub content: &'static str,
    /// The JSON list of tags.
    pub tags: &'static str,
}

impl DemoGoods {
    /// All of it. The JSON texts have neither quotation marks of SQL nor backslashes.
    pub const ALL: Self = Self {
        group: "Demo",
        plans: &PLANS,
        nodes: &NODES,
        articles: &ARTICLES,
        announcement: DemoAnnouncement {
            title: "Welcome to the demo",
            content: "Nothing here is for sale: plans, nodes and prices are examples.",
            tags: r#"["demo"]"#,
        },
    };
}

const PLANS: [DemoPlan; 3] = [
    DemoPlan {
        name: "Basic",
        gigabytes: 100,
        speed_limit: Some(100),
        device_limit: Some(3),
        capacity_limit: None,
        prices: r#"{"monthly":9.9,"quarterly":27,"half_yearly":50,"yearly":96,"reset_traffic":5}"#,
        tags: Some(r#"["popular"]"#),
        content: "{{transfer}} GB each period, {{speed}} Mbps, {{devices}} devices.",
    },
    DemoPlan {
        name: "Premium",
        gigabytes: 1_000,
        speed_limit: None,
        device_limit: Some(10),
        capacity_limit: Some(50),
        prices: r#"{"monthly":50,"yearly":480,"two_yearly":900,"reset_traffic":15}"#,
        tags: Some(r#"["fast"]"#),
        content: "{{transfer}} GB each period for fifty subscribers.",
    },
    DemoPlan {
        name: "Traffic package",
        gigabytes: 200,
        speed_limit: None,
        device_limit: None,
        capacity_limit: None,
        prices: r#"{"onetime":30}"#,
        tags: None,
        content: "{{transfer}} GB that never expire.",
    },
];

const NODES: [DemoNode; 3] = [
    DemoNode {
        protocol: "shadowsocks",
        name: "Amsterdam",
        host: "ams.example.com",
        port: "8388",
        server_port: 8_388,
        tags: r#"["demo"]"#,
        protocol_settings: r#"{"cipher":"aes-256-gcm","obfs":null,"obfs_settings":null,"plugin":null,"plugin_opts":null}"#,
    },
    DemoNode {
        protocol: "vmess",
        name: "Singapore",
        host: "sin.example.com",
        port: "443",
        server_port: 443,
        tags: r#"["demo"]"#,
        protocol_settings: r#"{"tls":1,"network":"ws","rules":null,"network_settings":{"path":"/ws","headers":{"Host":"sin.example.com"}},"tls_settings":{"server_name":"sin.example.com","allow_insecure":false,"ech":{"enabled":false,"config":null,"query_server_name":null,"key":null,"key_path":null,"config_path":null}},"multiplex":{"enabled":false,"protocol":"yamux","max_connections":null,"padding":false,"brutal":{"enabled":false,"up_mbps":null,"down_mbps":null}},"utls":{"enabled":false,"fingerprint":"chrome"}}"#,
    },
    DemoNode {
        protocol: "trojan",
        name: "Tokyo",
        host: "tyo.example.com",
        port: "443",
        server_port: 443,
        tags: r#"["demo"]"#,
        protocol_settings: r#"{"tls":1,"network":"tcp","network_settings":null,"server_name":"tyo.example.com","allow_insecure":false,"tls_settings":{"server_name":"tyo.example.com","allow_insecure":false,"ech":{"enabled":false,"config":null,"query_server_name":null,"key":null,"key_path":null,"config_path":null}},"reality_settings":{"server_name":null,"server_port":null,"public_key":null,"private_key":null,"short_id":null,"allow_insecure":false},"multiplex":{"enabled":false,"protocol":"yamux","max_connections":null,"padding":false,"brutal":{"enabled":false,"up_mbps":null,"down_mbps":null}},"utls":{"enabled":false,"fingerprint":"chrome"}}"#,
    },
];

const ARTICLES: [DemoArticle; 3] = [
    DemoArticle {
        language: "en-US",
        category: "Getting started",
        title: "Connect your first device",
        body: "Add this address to your client as a subscription:\n\n\
               <!--access start-->{{subscribeUrl}}<!--access end-->\n\n\
               {{siteName}} then shows you its nodes.",
    },
    DemoArticle {
        language: "en-US",
        category: "Questions",
        title: "When is my traffic counted anew?",
        body: "On the day of the month on which your subscription began, or at once with a reset package.",
    },
    DemoArticle {
        language: "zh-CN",
        category: "快速开始",
        title: "连接第一台设备",
        body: "在客户端中添加订阅地址：\n\n\
               <!--access start-->{{subscribeUrl}}<!--access end-->\n\n\
               之后即可看到 {{siteName}} 的节点。",
    },
];

#[cfg(test)]
mod tests {
    use ferroboard_billing::PriceList;

    use super::*;

    #[test]
    fn every_text_can_stand_in_a_statement() {
        let plans = PLANS.iter().flat_map(|plan| [Some(plan.prices), plan.tags]);
        let nodes = NODES
            .iter()
            .flat_map(|node| [node.tags, node.protocol_settings]);
        let tags = [DemoGoods::ALL.announcement.tags];
        for json in plans.flatten().chain(nodes).chain(tags) {
            assert!(!json.contains(['\'', '\\']), "{json}");
            let depth = json
                .chars()
                .fold(0_i32, |depth, character| match character {
                    '{' | '[' => depth + 1,
                    '}' | ']' => depth - 1,
                    _ => depth,
                });
            assert_eq!(depth, 0, "{json}");
        }
    }

    #[test]
    fn every_plan_is_sold_for_some_period() {
        for plan in &PLANS {
            assert_ne!(
                PriceList::from_json(Some(plan.prices)),
                PriceList::default(),
                "{}",
                plan.name
            );
        }
    }
}
