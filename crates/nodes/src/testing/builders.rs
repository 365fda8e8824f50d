use ferroboard_kernel::{Decimal, GroupId, NodeId, Seconds, UnixSeconds, UserId, Zone};
use ferroboard_protocol::{Protocol, Settings};
use serde_json::{Value, json};

use crate::{Node, NodePolicy, NodeTerms, NodeUser, Said, UserAccess};

/// A Shadowsocks node of group 1 with this number, shown and switched on.
pub fn a_node(number: i64) -> Node {
    let made = UnixSeconds::new(1_704_038_400);
    let protocol = Protocol::Shadowsocks;
    Node {
        id: NodeId::new(number),
        protocol,
        code: None,
        parent: None,
        machine: None,
        groups: vec![GroupId::new(1)],
        routes: Vec::new(),
        name: format!("Node {number}"),
        rate: Decimal::new(10_000),
        rate_ranges: Vec::new(),
        traffic_limit: None,
        upload: 0,
        download: 0,
        tags: Some(Vec::new()),
        host: format!("node{number}.example.com"),
        port: "443".to_owned(),
        server_port: number.saturating_add(20_000),
        settings: Settings::normalised(protocol, &json!({"cipher": "aes-256-gcm"})),
        custom_outbounds: Value::Null,
        custom_routes: Value::Null,
        cert_config: Value::Null,
        show: true,
        enabled: true,
        sort: Some(number),
        created_at: made,
        updated_at: made,
    }
}

/// A form for node 7 of [`a_node`] that changes nothing but its name.
pub fn node_terms() -> NodeTerms {
    let node = a_node(7);
    NodeTerms {
        protocol: node.protocol,
        name: "Changed".to_owned(),
        host: node.host,
        port: node.port,
        server_port: node.server_port,
        rate: node.rate,
        settings: Some(node.settings),
        code: Said::Nothing,
        parent: Said::Nothing,
        machine: Said::Nothing,
        groups: Said::Nothing,
        route_ids: Said::Nothing,
        tags: Said::Nothing,
        rate_time_enable: None,
        rate_time_ranges: Said::Nothing,
        traffic_limit: Said::Nothing,
        custom_outbounds: Said::Nothing,
        custom_routes: Said::Nothing,
        cert_config: Said::Nothing,
        show: None,
        enabled: None,
    }
}

/// A user of this group whom nodes let in.
pub fn an_access(user: i64, group: i64) -> UserAccess {
    UserAccess {
        user: NodeUser {
            id: UserId::new(user),
            uuid: format!("{user:08}-1111-4111-8111-{user:012}").into(),
            speed_limit: None,
            device_limit: None,
        },
        group: Some(GroupId::new(group)),
        banned: false,
        expired_at: None,
        has_traffic: true,
    }
}

/// The settings of a site whose nodes ask once a minute.
pub fn a_policy() -> NodePolicy {
    NodePolicy {
        push_interval: Seconds::new(60),
        pull_interval: Seconds::new(60),
        socket_enabled: true,
        socket_url: None,
        zone: Zone::default(),
    }
}
