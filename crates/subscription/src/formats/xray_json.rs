//! Xray: a list of whole configurations, one a node, as the apps around the core read it. A node that
//! the core of an app does not know spoils its own configuration alone.

mod outbound;

use serde_json::{Value, json};

use crate::{Client, Document, Export, ExportNode, Format};

/// Where apps look for the proxy, which they put their own settings around.
const PORTS: [(&str, u16); 2] = [("socks", 10_808), ("http", 10_809)];

/// Networks that are nobody's business but the device's.
const PRIVATE: [&str; 9] = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];

/// Whether the app can use more of these nodes when it gets links, which it reads as well.
pub(crate) fn is_better_as_links(client: &Client, nodes: &[ExportNode]) -> bool {
    let is_better = |node: &ExportNode| outbound::is_better_as_link(client, node);
    client.format == Format::XrayJson && nodes.iter().any(is_better)
}

pub(crate) fn document(export: &Export<'_>) -> Document {
    let nodes = export.nodes.iter();
    let written = nodes.filter_map(|node| {
        let outbound = outbound::write(node, export.random)?;
        Some(configuration(&node.name, &outbound))
    });
    // Every name is a text, so this cannot fail.
    let body = serde_json::to_string(&written.collect::<Vec<_>>()).unwrap_or_default();
    Document::new("application/json", body).with_account(export.subscriber)
}

fn configuration(name: &str, outbound: &Value) -> Value {
    let inbounds = PORTS.map(|(protocol, port)| {
        let settings = match protocol {
            "socks" => json!({"auth": "noauth", "udp": true}),
            _ => json!({"allowTransparent": false}),
        };
        json!({
            "tag": protocol, "listen": "127.0.0.1", "port": port, "protocol": protocol,
            "settings": settings,
            "sniffing": {"enabled": true, "destOverride": ["http", "tls", "quic"], "routeOnly": false},
        })
    });
    json!({
        "remarks": name,
        "log": {"loglevel": "warning"},
        "dns": {"servers": ["1.1.1.1", "8.8.8.8"], "queryStrategy": "UseIP"},
        "inbounds": inbounds,
        "outbounds": [
            outbound,
            {"tag": "direct", "protocol": "freedom", "settings": {}},
            {"tag": "block", "protocol": "blackhole", "settings": {}},
        ],
        "routing": {"domainStrategy": "AsIs", "rules": [
            {"type": "field", "ip": PRIVATE, "outboundTag": "direct"},
        ]},
    })
}
