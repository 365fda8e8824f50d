//! Which of a subscriber's nodes are written, and under which names.

use ferroboard_kernel::Zone;
use ferroboard_protocol::Protocol;

use crate::{ExportNode, Subscriber, SubscriptionPolicy, traffic};

/// A longer filter is ignored.
const FILTER_LENGTH: usize = 20;

/// What the address of a subscription asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    /// Names of protocols, with `|` or commas between them; blank or `all` asks for every one.
    pub types: Option<&'a str>,
    /// Words, one of which is part of a node's name, or one of its tags.
    pub filter: Option<&'a str>,
}

/// The nodes that are wanted, as the policy presents them.
pub fn select(
    nodes: Vec<ExportNode>,
    wanted: Wanted<'_>,
    subscriber: &Subscriber,
    policy: SubscriptionPolicy,
    zone: Zone,
) -> Vec<ExportNode> {
    let before = nodes.len();
    let mut chosen = chosen(nodes, wanted);
    let removed = before - chosen.len();
    if let Some(first) = chosen.first().cloned() {
        let lines = account_lines(removed, subscriber, policy, zone).into_iter();
        let lines = lines.map(|name| ExportNode {
            name,
            ..first.clone()
        });
        chosen.splice(0..0, lines.collect::<Vec<_>>());
    }
    if policy.show_protocol {
        for node in &mut chosen {
            node.name.insert_str(0, prefix(node));
        }
    }
    chosen
}

fn chosen(mut nodes: Vec<ExportNode>, wanted: Wanted<'_>) -> Vec<ExportNode> {
    let types: Vec<Protocol> = words(wanted.types.filter(|types| *types != "all"))
        .filter_map(Protocol::named)
        .collect();
    let filter = wanted
        .filter
        .filter(|filter| filter.chars().count() <= FILTER_LENGTH);
    let keywords: Vec<(&str, String)> = words(filter)
        .map(|word| (word, word.to_lowercase()))
        .collect();
    nodes.retain(|node| {
        let is_type = types.is_empty() || types.contains(&node.protocol);
        is_type && (keywords.is_empty() || matches(node, &keywords))
    });
    nodes
}

fn words(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.unwrap_or_default()
        .split(['|', ',', '｜'])
        .map(str::trim)
        .filter(|word| !matches!(*word, "" | "0"))
}

fn matches(node: &ExportNode, keywords: &[(&str, String)]) -> bool {
    let name = node.name.to_lowercase();
    keywords
        .iter()
        .any(|(word, lower)| name.contains(lower) || node.tags.iter().any(|tag| tag == word))
}

/// The names of the nodes that are no nodes, from the top.
fn account_lines(
    removed: usize,
    subscriber: &Subscriber,
    policy: SubscriptionPolicy,
    zone: Zone,
) -> Vec<String> {
    let mut lines = Vec::new();
    if policy.show_account {
        let left = traffic::shown(subscriber.remaining());
        lines.push(format!("剩余流量：{left}"));
        if let Some(days) = subscriber.days_until_reset.filter(|days| *days != 0) {
            lines.push(format!("距离下次重置剩余：{days} 天"));
        }
        let ends = subscriber
            .expired_at
            .filter(|at| at.get() != 0)
            .map_or_else(
                || "长期有效".to_owned(),
                |at| zone.wall_clock(at).format("%Y-%m-%d").to_string(),
            );
        lines.push(format!("套餐到期：{ends}"));
    }
    if removed > 0 {
        lines.push(format!("过滤掉{removed}条线路"));
    }
    lines
}

fn prefix(node: &ExportNode) -> &'static str {
    match node.protocol {
        Protocol::Hysteria => match node.settings.integer("version") {
            Some(2) => "[Hy2]",
            Some(1) | None => "[Hy]",
            Some(_) => "",
        },
        Protocol::Vless => "[vless]",
        Protocol::Shadowsocks => "[ss]",
        Protocol::Vmess => "[vmess]",
        Protocol::Trojan => "[trojan]",
        Protocol::Tuic => "[tuic]",
        Protocol::Socks => "[socks]",
        Protocol::Anytls => "[anytls]",
        Protocol::Naive | Protocol::Http | Protocol::Mieru => "",
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::UnixSeconds;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::testing::{a_node, a_subscriber};

    const ACCOUNT: SubscriptionPolicy = SubscriptionPolicy {
        show_account: true,
        show_protocol: false,
    };

    fn nodes() -> Vec<ExportNode> {
        let node = |protocol, name: &str, tags: &[&str]| ExportNode {
            name: name.into(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..a_node(protocol, &json!({"version": 2}))
        };
        vec![
            node(Protocol::Shadowsocks, "HK 1", &["fast", "hk"]),
            node(Protocol::Vmess, "美国 2", &[]),
            node(Protocol::Hysteria, "JP 3", &["Fast"]),
            node(Protocol::Http, "hk 4", &[]),
        ]
    }

    fn names(wanted: Wanted<'_>, subscriber: &Subscriber, policy: SubscriptionPolicy) -> String {
        let selected = select(nodes(), wanted, subscriber, policy, Zone::default());
        let names: Vec<String> = selected.into_iter().map(|node| node.name).collect();
        names.join("; ")
    }

    #[test]
    fn addresses_choose_by_protocol_and_by_words() {
        let all = "HK 1; 美国 2; JP 3; hk 4";
        for (types, filter, expected) in [
            (None, None, all),
            (Some(""), Some(" "), all),
            (Some("all"), None, all),
            (Some("shadowsocks"), None, "过滤掉3条线路; HK 1"),
            (
                Some(" vmess｜hysteria "),
                None,
                "过滤掉2条线路; 美国 2; JP 3",
            ),
            (
                Some("vmess,|,shadowsocks"),
                None,
                "过滤掉2条线路; HK 1; 美国 2",
            ),
            // Only the exact names are known; none of them asks for every protocol.
            (Some("v2ray,ss"), None, all),
            (None, Some("hk"), "过滤掉2条线路; HK 1; hk 4"),
            (None, Some("美国"), "过滤掉3条线路; 美国 2"),
            (None, Some("fast"), "过滤掉3条线路; HK 1"),
            (None, Some("Fast|美"), "过滤掉2条线路; 美国 2; JP 3"),
            (None, Some("123456789012345678901"), all),
            (Some("http"), Some("hk"), "过滤掉3条线路; hk 4"),
            (None, Some("0"), all),
            (None, Some("nothing"), ""),
            (Some("trojan"), None, ""),
        ] {
            let wanted = Wanted { types, filter };
            let shown = names(wanted, &a_subscriber(), SubscriptionPolicy::default());
            assert_eq!(shown, expected, "{types:?} {filter:?}");
        }
    }

    #[test]
    fn the_account_stands_above_the_nodes() {
        let subscriber = Subscriber {
            upload: 1 << 30,
            download: 0,
            transfer_enable: 5 << 29,
            expired_at: Some(UnixSeconds::new(1_704_038_400)),
            days_until_reset: Some(9),
            ..a_subscriber()
        };
        let wanted = Wanted {
            types: Some("http"),
            filter: None,
        };
        assert_eq!(
            names(wanted, &subscriber, ACCOUNT),
            "剩余流量：1.5 GB; 距离下次重置剩余：9 天; 套餐到期：2024-01-01; 过滤掉3条线路; hk 4"
        );
        let subscriber = Subscriber {
            expired_at: None,
            days_until_reset: Some(0),
            download: 5 << 30,
            ..subscriber
        };
        assert_eq!(
            names(wanted, &subscriber, ACCOUNT),
            "剩余流量：0; 套餐到期：长期有效; 过滤掉3条线路; hk 4"
        );
    }

    #[test]
    fn lines_about_the_account_are_copies_of_the_first_node() {
        let selected = select(
            nodes(),
            Wanted::default(),
            &a_subscriber(),
            ACCOUNT,
            Zone::default(),
        );
        let first = selected.first().unwrap();
        assert_eq!(first.protocol, Protocol::Shadowsocks);
        assert_eq!(first.tags, ["fast", "hk"]);
    }

    #[test]
    fn names_begin_with_their_protocol_when_wanted() {
        let policy = SubscriptionPolicy {
            show_account: true,
            show_protocol: true,
        };
        let shown = names(Wanted::default(), &a_subscriber(), policy);
        assert!(shown.starts_with("[ss]剩余流量"), "{shown}");
        assert!(
            shown.ends_with("[ss]HK 1; [vmess]美国 2; [Hy2]JP 3; hk 4"),
            "{shown}"
        );
        let old = a_node(Protocol::Hysteria, &json!({"version": 1}));
        assert_eq!(prefix(&old), "[Hy]");
    }

    proptest! {
        #[test]
        fn no_node_is_lost_or_invented(types in "[a-z|,｜ ]{0,30}", filter in ".{0,25}") {
            let wanted = Wanted { types: Some(&types), filter: Some(&filter) };
            let subscriber = a_subscriber();
            let selected = select(nodes(), wanted, &subscriber, SubscriptionPolicy::default(), Zone::default());
            let own = nodes();
            let real = selected.iter().filter(|node| own.iter().any(|own| own.name == node.name)).count();
            let lines = selected.len() - real;
            prop_assert_eq!(lines, usize::from(real > 0 && real < own.len()));
        }
    }
}
