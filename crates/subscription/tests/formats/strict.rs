//! Readers that know nothing but what the manuals of the clients say, over nodes of every protocol,
//! transport and layer: each node is either read back as it was set, or is not there at all.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferroboard_protocol::Protocol::{
    self, Anytls, Http, Hysteria, Shadowsocks, Socks, Trojan, Tuic, Vless, Vmess,
};
use ferroboard_subscription::testing::a_node;
use ferroboard_subscription::{Client, ExportNode, obstacle};
use serde_json::{Value, json};
use url::Url;

use super::Download;

const KEY: &str = "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0";

/// What a node is, in the words of no client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Meaning {
    transport: String,
    path: String,
    host: String,
    layer: &'static str,
    server_name: String,
    key: String,
}

/// Every transport below every layer, each with the settings that it has.
fn layered() -> Vec<(Protocol, Value, Meaning)> {
    let transports = [
        ("tcp", json!(null), "tcp", "", ""),
        (
            "tcp",
            json!({"header": {"type": "http", "request": {"path": ["/d"], "headers": {"Host": ["d.test"]}}}}),
            "tcp+http",
            "/d",
            "d.test",
        ),
        (
            "ws",
            json!({"path": "/w?ed=2048", "headers": {"Host": "w.test"}}),
            "ws",
            "/w?ed=2048",
            "w.test",
        ),
        ("grpc", json!({"serviceName": "s v c"}), "grpc", "s v c", ""),
        (
            "h2",
            json!({"path": "/h", "host": ["h.test"]}),
            "h2",
            "/h",
            "h.test",
        ),
        (
            "httpupgrade",
            json!({"path": "/u", "host": "u.test"}),
            "httpupgrade",
            "/u",
            "u.test",
        ),
        (
            "xhttp",
            json!({"path": "/x", "host": "x.test"}),
            "xhttp",
            "/x",
            "x.test",
        ),
        (
            "kcp",
            json!({"seed": "seed", "header": {"type": "utp"}}),
            "kcp+utp",
            "seed",
            "",
        ),
        ("quic", json!({}), "quic", "", ""),
        ("nonsense", json!({}), "nonsense", "", ""),
    ];
    let mut all = Vec::new();
    for protocol in [Vmess, Vless, Trojan] {
        for (network, settings, transport, path, host) in &transports {
            for (tls, layer) in [(0, "none"), (1, "tls"), (2, "reality")] {
                // Trojan has no form without TLS, and VMess none with Reality.
                if (protocol == Trojan && tls == 0) || (protocol == Vmess && tls == 2) {
                    continue;
                }
                let given = json!({
                    "network": network, "network_settings": settings, "tls": tls,
                    "tls_settings": {"server_name": "t.test"},
                    "reality_settings": {"server_name": "r.test", "public_key": KEY, "short_id": "ab"},
                });
                let (server_name, key) = match tls {
                    0 => ("", ""),
                    1 => ("t.test", ""),
                    _ => ("r.test", KEY),
                };
                let meaning = Meaning {
                    transport: (*transport).to_owned(),
                    path: (*path).to_owned(),
                    host: (*host).to_owned(),
                    layer,
                    server_name: server_name.to_owned(),
                    key: key.to_owned(),
                };
                all.push((protocol, given, meaning));
            }
        }
    }
    all
}

/// The lines that a client gets of the node alone, and whether it stands beside others unharmed.
fn lines(agent: &'static str, node: &ExportNode) -> Vec<String> {
    let good = || ExportNode {
        name: "good".into(),
        ..a_node(Shadowsocks, &json!({"cipher": "aes-128-gcm"}))
    };
    let alone = Download::by(agent, vec![node.clone()]).lines();
    let among = Download::by(agent, vec![good(), node.clone(), good()]).lines();
    assert_eq!(among.len(), alone.len() + 2, "{agent} {node:?}");
    let is_kept = obstacle(&Client::detect(agent), node).is_none();
    assert_eq!(alone.len(), usize::from(is_kept), "{agent} {node:?}");
    alone
}

fn pairs(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

/// As v2rayN reads addresses.
fn read_link(link: &str) -> Meaning {
    if let Some(encoded) = link.strip_prefix("vmess://") {
        let json: Value = serde_json::from_slice(&STANDARD.decode(encoded).unwrap()).unwrap();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let transport = match (&*text("net"), &*text("type")) {
            ("tcp", "http") => "tcp+http".to_owned(),
            ("kcp", header) => format!("kcp+{header}"),
            ("tcp", other) if other != "none" => panic!("{link}"),
            (net, _) => net.to_owned(),
        };
        return Meaning {
            transport,
            path: text("path"),
            host: text("host"),
            layer: if text("tls") == "tls" { "tls" } else { "none" },
            server_name: if text("tls") == "tls" {
                text("sni")
            } else {
                String::new()
            },
            key: String::new(),
        };
    }
    let url = Url::parse(link).unwrap();
    assert_eq!(
        (url.host_str(), url.port().unwrap_or(443)),
        (Some("n.test"), 443)
    );
    let query = pairs(&url);
    let value = |name: &str| query.get(name).cloned().unwrap_or_default();
    let transport = match (&*value("type"), &*value("headerType")) {
        ("" | "tcp" | "raw", "http") => "tcp+http".to_owned(),
        ("" | "tcp" | "raw", "" | "none") => "tcp".to_owned(),
        ("kcp", header) => format!("kcp+{header}"),
        ("http", "") => "h2".to_owned(),
        (known @ ("ws" | "grpc" | "httpupgrade" | "xhttp"), "") => known.to_owned(),
        unknown => panic!("v2rayN takes {unknown:?} for TCP: {link}"),
    };
    let path = match &*transport {
        "grpc" => value("serviceName"),
        text if text.starts_with("kcp") => value("seed"),
        _ => value("path"),
    };
    // It adds TLS to Trojan that says nothing.
    let layer = match &*value("security") {
        "reality" => "reality",
        "tls" => "tls",
        "" if url.scheme() == "trojan" => "tls",
        "" | "none" => "none",
        other => panic!("{other} {link}"),
    };
    assert_eq!(layer == "reality", !value("fp").is_empty(), "{link}");
    Meaning {
        transport,
        path,
        host: value("host"),
        layer,
        server_name: value("sni"),
        key: value("pbk"),
    }
}

#[test]
fn links_are_read_back_as_they_were_set() {
    let mut read = 0;
    for (protocol, settings, meaning) in layered() {
        let node = a_node(protocol, &settings);
        for link in lines("v2rayN/7.10", &node) {
            assert_eq!(read_link(&link), meaning, "{protocol} {settings}");
            read += 1;
        }
    }
    assert!(read >= 30, "{read}");
}

/// The parts of a line with commas: those without a name, and those with one.
fn parts(line: &str) -> (Vec<&str>, BTreeMap<&str, &str>) {
    let (named, bare): (Vec<&str>, Vec<&str>) = line
        .split(',')
        .map(str::trim)
        .partition(|part| part.contains('='));
    let count = named.len();
    let named: BTreeMap<_, _> = named
        .iter()
        .filter_map(|part| part.split_once('='))
        .collect();
    assert_eq!(named.len(), count, "a name stands twice: {line}");
    (bare, named)
}

fn assert_known(named: &BTreeMap<&str, &str>, known: &[&str], line: &str) {
    for name in named.keys() {
        assert!(known.contains(name), "{name} is in no manual: {line}");
    }
}

/// As the manual of Loon says.
fn read_loon(protocol: Protocol, line: &str) -> Meaning {
    let (_, definition) = line.split_once('=').unwrap();
    let (bare, named) = parts(definition);
    assert_known(
        &named,
        &[
            "fast-open",
            "udp",
            "alterId",
            "over-tls",
            "skip-cert-verify",
            "tls-name",
            "sni",
            "transport",
            "path",
            "host",
            "flow",
            "public-key",
            "short-id",
        ],
        line,
    );
    assert_eq!(bare[1..3], ["n.test", "443"], "{line}");
    let value = |name: &str| named.get(name).copied().unwrap_or_default();
    let has_tls = protocol == Trojan || value("over-tls") == "true";
    let layer = match (has_tls, value("public-key")) {
        (_, key) if !key.is_empty() => "reality",
        (true, _) => "tls",
        (false, _) => "none",
    };
    let transport = match value("transport") {
        "" | "tcp" => "tcp",
        "http" => "tcp+http",
        "ws" => "ws",
        other => panic!("Loon takes {other} for TCP: {line}"),
    };
    let names = [value("tls-name"), value("sni")].concat();
    Meaning {
        transport: transport.to_owned(),
        path: value("path").to_owned(),
        host: value("host").to_owned(),
        layer,
        server_name: names,
        key: value("public-key").to_owned(),
    }
}

/// As the sample of Quantumult X says. The host of a disguise stands for the server's name as well.
fn read_quantumult_x(protocol: Protocol, line: &str) -> Meaning {
    let (kind, definition) = line.split_once('=').unwrap();
    assert_eq!(kind, protocol.name(), "{line}");
    let (bare, named) = parts(definition);
    assert_eq!(bare, ["n.test:443"], "{line}");
    assert_known(
        &named,
        &[
            "method",
            "password",
            "obfs",
            "obfs-uri",
            "obfs-host",
            "over-tls",
            "tls-host",
            "tls-verification",
            "fast-open",
            "udp-relay",
            "tag",
            "vless-flow",
            "reality-base64-pubkey",
            "reality-hex-shortid",
        ],
        line,
    );
    let value = |name: &str| named.get(name).copied().unwrap_or_default();
    let (transport, has_tls) = match value("obfs") {
        "" => ("tcp", value("over-tls") == "true"),
        "over-tls" => ("tcp", true),
        "http" => ("tcp+http", false),
        "ws" => ("ws", false),
        "wss" => ("ws", true),
        other => panic!("{other} {line}"),
    };
    let key = value("reality-base64-pubkey");
    let layer = match (has_tls, key) {
        (true, "") => "tls",
        (true, _) => "reality",
        (false, "") => "none",
        (false, _) => panic!("Reality without TLS: {line}"),
    };
    let host = value("obfs-host");
    let is_disguised = transport != "tcp";
    let names = if is_disguised {
        value("tls-host")
    } else {
        [host, value("tls-host")].concat().leak()
    };
    Meaning {
        transport: transport.to_owned(),
        path: value("obfs-uri").to_owned(),
        host: if is_disguised { host } else { "" }.to_owned(),
        layer,
        server_name: names.to_owned(),
        key: key.to_owned(),
    }
}

/// Functions of one type, to stand in one list.
fn reader(read: fn(Protocol, &str) -> Meaning) -> fn(Protocol, &str) -> Meaning {
    read
}

#[test]
fn lines_are_read_back_as_they_were_set() {
    for (agent, read) in [
        ("loon", reader(read_loon)),
        ("quantumult%20x", reader(read_quantumult_x)),
    ] {
        let mut count = 0;
        for (protocol, settings, mut meaning) in layered() {
            let node = a_node(protocol, &settings);
            for line in lines(agent, &node) {
                let mut found = read(protocol, &line);
                if agent != "loon" && meaning.transport == "ws" {
                    // There is one host for the disguise and for TLS.
                    meaning.server_name.clear();
                    found.server_name.clear();
                }
                assert_eq!(found, meaning, "{agent} {protocol} {settings} {line}");
                count += 1;
            }
        }
        assert!(count >= 8, "{agent} {count}");
    }
}

/// As the manuals of Surge and Surfboard say.
#[test]
fn lines_of_surge_and_surfboard_are_read_back_as_they_were_set() {
    let template = |name: &str| (name.to_owned(), Some("$proxies".to_owned()));
    for agent in ["surge", "surfboard"] {
        let mut count = 0;
        for (protocol, settings, meaning) in layered() {
            let node = a_node(protocol, &settings);
            let mut download = Download::by(agent, vec![node.clone()]);
            download.templates =
                ferroboard_subscription::Templates::from_rows(["surge", "surfboard"].map(template));
            let body = download.document().body;
            let is_kept = obstacle(&Client::detect(agent), &node).is_none();
            assert_eq!(body.is_empty(), !is_kept, "{agent} {settings} {body}");
            let Some((_, definition)) = body.trim_end().split_once('=') else {
                continue;
            };
            let (bare, named) = parts(definition);
            assert_eq!(bare, [protocol.name(), "n.test", "443"]);
            assert_known(
                &named,
                &[
                    "username",
                    "vmess-aead",
                    "password",
                    "tfo",
                    "udp-relay",
                    "tls",
                    "sni",
                    "skip-cert-verify",
                    "ws",
                    "ws-path",
                    "ws-headers",
                ],
                &body,
            );
            let value = |name: &str| named.get(name).copied().unwrap_or_default();
            let has_tls = protocol == Trojan || value("tls") == "true";
            let host = value("ws-headers");
            let found = Meaning {
                transport: if value("ws") == "true" { "ws" } else { "tcp" }.to_owned(),
                path: value("ws-path").to_owned(),
                host: host.strip_prefix("Host:").unwrap_or(host).to_owned(),
                layer: if has_tls { "tls" } else { "none" },
                server_name: value("sni").to_owned(),
                key: String::new(),
            };
            assert_eq!(found, meaning, "{agent} {settings} {body}");
            count += 1;
        }
        assert_eq!(count, 6, "{agent}");
    }
}

/// Apps that read configurations of Xray refuse nothing that its documentation names.
#[test]
fn configurations_of_xray_are_read_back_as_they_were_set() {
    let mut count = 0;
    for (protocol, settings, meaning) in layered() {
        let node = a_node(protocol, &settings);
        let body = Download::by("xray-json", vec![node.clone()])
            .document()
            .body;
        let found: Vec<Value> = serde_json::from_str(&body).unwrap();
        let is_kept = obstacle(&Client::detect("xray-json"), &node).is_none();
        assert_eq!(found.len(), usize::from(is_kept), "{protocol} {settings}");
        for configuration in found {
            let stream = &configuration["outbounds"][0]["streamSettings"];
            let network = stream["network"].as_str().unwrap();
            let own = &stream[format!("{network}Settings")];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (transport, path, host) = match network {
                "tcp" if own["header"]["type"] == "http" => {
                    let request = &own["header"]["request"];
                    let host = text(&request["headers"]["Host"][0]);
                    ("tcp+http".to_owned(), text(&request["path"][0]), host)
                }
                "grpc" => ("grpc".to_owned(), text(&own["serviceName"]), String::new()),
                "kcp" => {
                    let header = text(&own["header"]["type"]);
                    (format!("kcp+{header}"), text(&own["seed"]), String::new())
                }
                _ => (network.to_owned(), text(&own["path"]), text(&own["host"])),
            };
            let layer = text(&stream["security"]);
            let secured = &stream[format!("{layer}Settings")];
            let read = Meaning {
                transport,
                path,
                host,
                layer: ["none", "tls", "reality"]
                    .into_iter()
                    .find(|known| *known == layer)
                    .unwrap(),
                server_name: text(&secured["serverName"]),
                key: text(&secured["publicKey"]),
            };
            assert_eq!(read, meaning, "{protocol} {settings}");
            count += 1;
        }
    }
    assert!(count >= 25, "{count}");
}

/// Every node of the matrix stands on a line of its own or on none, whatever is odd about it.
#[test]
fn odd_nodes_keep_to_their_line() {
    use ferroboard_subscription::testing::matrix::{good, samples};

    for agent in ["v2rayN/7.10", "Shadowrocket/2701", "loon", "quantumult%20x"] {
        let client = Client::detect(agent);
        let (mut kept, mut written) = (0, 0);
        for sample in samples() {
            let is_kept = obstacle(&client, &sample.node).is_none();
            let others = Download::by(agent, vec![good("first"), good("last")]).lines();
            let nodes = vec![good("first"), sample.node, good("last")];
            let all = Download::by(agent, nodes).lines();
            let own = all.len() - others.len();
            assert!(
                own <= usize::from(is_kept),
                "{agent} {}: {all:?}",
                sample.row
            );
            assert_eq!(all.last(), others.last(), "{agent} {}", sample.row);
            kept += usize::from(is_kept);
            written += own;
        }
        // Lines without an escape for commas lose the few nodes that have one.
        assert!(written * 20 >= kept * 19, "{agent} {written} of {kept}");
    }
}

/// What an operator types by mistake costs nobody else anything.
#[test]
fn one_bad_node_costs_no_good_one() {
    let bad = [
        (
            Vless,
            json!({"network": "ws", "network_settings": "broken{"}),
        ),
        (Vless, json!({"network": "tcp", "tls": 2})),
        (Vless, json!({"network": "tcp", "flow": "xtls-rprx-direct"})),
        (
            Vmess,
            json!({"network": "ws", "network_settings": {"path": "/a,b\r\nc", "headers": []}}),
        ),
        (Trojan, json!({"network": 5, "network_settings": [1]})),
        (Shadowsocks, json!({"cipher": null})),
        (
            Shadowsocks,
            json!({"cipher": "x\n", "plugin": "obfs", "plugin_opts": ";;=;"}),
        ),
        (Hysteria, json!({"version": 9, "obfs": {"open": true}})),
        (
            Hysteria,
            json!({"version": 2, "obfs": {"open": true, "type": "xplus", "password": "p"}}),
        ),
        (
            Tuic,
            json!({"version": 4, "alpn": [], "congestion_control": "x"}),
        ),
        (Anytls, json!({"tls": "no object", "padding_scheme": {}})),
        (Socks, json!({"tls": 7})),
        (
            Http,
            json!({"tls": 1, "tls_settings": {"server_name": "a,b\n"}}),
        ),
    ];
    let name = "bad, = \r\n\"#";
    for agent in ["v2rayN/7.10", "Shadowrocket/2701", "loon", "quantumult%20x"] {
        for (protocol, settings) in &bad {
            let node = ExportNode {
                name: name.into(),
                ..a_node(*protocol, settings)
            };
            let good = || a_node(Shadowsocks, &json!({"cipher": "aes-128-gcm"}));
            let alone = Download::by(agent, vec![node.clone()]).lines();
            let among = Download::by(agent, vec![good(), node, good()]).lines();
            assert_eq!(
                among.len(),
                alone.len() + 2,
                "{agent} {protocol} {settings}"
            );
        }
    }
}
