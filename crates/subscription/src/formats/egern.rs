//! Egern: a YAML profile with the nodes, one group of all of them, and rules that lead there.

use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;

use super::clash_family::{self, template};
use super::line;
use super::sip003::Plugin;
use crate::capability::Security;
use crate::names::Names;
use crate::tree::{Members, Tree};
use crate::{Document, Export, ExportNode};

/// Names that the app has of itself.
const BUILT_IN: [&str; 3] = ["DIRECT", "REJECT", "REJECT_DROP"];

pub(crate) fn document(export: &Export<'_>) -> Document {
    let group = export.site.name.as_str();
    let mut names = Names::default();
    for name in BUILT_IN.into_iter().chain([group]) {
        names.reserve(name);
    }
    let mut written = Vec::new();
    let mut policies = Vec::new();
    for node in &export.nodes {
        let Some((kind, mut members)) = proxy(node, export.random) else {
            continue;
        };
        let name = names.claim(&node.name);
        members.put("name", name.as_str());
        policies.push(name);
        let mut proxy = Members::default();
        proxy.put(kind, members);
        written.push(proxy);
    }
    // A group must hold something.
    policies.push("DIRECT".to_owned());
    let mut document = Members::default();
    document.put("proxies", written);
    document.put("policy_groups", vec![select(group, policies)]);
    document.put("rules", rules(export, group));
    Document::new("text/yaml", template::yaml(&document)).with_account(export.subscriber)
}

fn select(name: &str, policies: Vec<String>) -> Members {
    let mut group = Members::default();
    group.put("name", name);
    group.put("policies", policies);
    let mut select = Members::default();
    select.put("select", group);
    select
}

fn rules(export: &Export<'_>, group: &str) -> Vec<Members> {
    let rule = |kind: &'static str, matched: Option<&str>, policy: &str| {
        let mut members = Members::default();
        members.put_some("match", matched);
        members.put("policy", policy);
        let mut rule = Members::default();
        rule.put(kind, members);
        rule
    };
    let host = export.site.host.as_ref().map(crate::Host::name);
    let own = host.map(|name| rule("domain", Some(name), "DIRECT"));
    let others = [
        rule("geoip", Some("CN"), "DIRECT"),
        rule("default", None, group),
    ];
    own.into_iter().chain(others).collect()
}

/// The kind and the members; `None` where the app has no such proxy.
fn proxy(node: &ExportNode, random: &dyn Random) -> Option<(&'static str, Members)> {
    let mut proxy = Members::default();
    proxy.put("name", node.name.as_str());
    proxy.put("server", node.host.as_str());
    proxy.put("port", node.port);
    let kind = match node.protocol {
        Protocol::Shadowsocks => shadowsocks(node, &mut proxy)?,
        Protocol::Vmess => {
            proxy.put("user_id", node.password.as_str());
            proxy.put("security", "auto");
            proxy.put("legacy", false);
            proxy.put("udp_relay", true);
            put_transport(node, random, &mut proxy)?;
            "vmess"
        }
        Protocol::Vless => vless(node, random, &mut proxy)?,
        Protocol::Trojan => trojan(node, &mut proxy)?,
        Protocol::Hysteria => hysteria(node, &mut proxy)?,
        Protocol::Tuic if node.settings.integer("version") != Some(4) => {
            proxy.put("uuid", node.password.as_str());
            proxy.put("password", node.password.as_str());
            clash_family::put_alpn(node, &mut proxy);
            put_verification(node, "tls", &mut proxy);
            "tuic"
        }
        Protocol::Anytls => {
            proxy.put("password", node.password.as_str());
            proxy.put("udp_relay", true);
            put_verification(node, "tls", &mut proxy);
            "anytls"
        }
        Protocol::Socks | Protocol::Http => plain(node, &mut proxy),
        Protocol::Tuic | Protocol::Naive | Protocol::Mieru => return None,
    };
    Some((kind, proxy))
}

fn shadowsocks(node: &ExportNode, proxy: &mut Members) -> Option<&'static str> {
    let method = match node.settings.text("cipher")? {
        "chacha20-ietf-poly1305" => "chacha20-poly1305",
        cipher @ ("aes-128-gcm"
        | "aes-256-gcm"
        | "none"
        | "2022-blake3-aes-128-gcm"
        | "2022-blake3-aes-256-gcm") => cipher,
        _ => return None,
    };
    proxy.put("method", method);
    proxy.put("password", node.password.as_str());
    proxy.put("udp_relay", true);
    match Plugin::of(node) {
        Plugin::None => {}
        Plugin::Obfs(obfs) => {
            let path = obfs.path.filter(|_| obfs.is_http);
            proxy.put("obfs", obfs.mode);
            proxy.put_some("obfs_host", obfs.host);
            proxy.put_some("obfs_uri", path.as_deref().map(line::rooted).as_deref());
        }
        Plugin::V2ray(_) | Plugin::Other => return None,
    }
    Some("shadowsocks")
}

fn vless(node: &ExportNode, random: &dyn Random, proxy: &mut Members) -> Option<&'static str> {
    proxy.put("user_id", node.password.as_str());
    proxy.put("udp_relay", true);
    proxy.put_some("flow", node.flow());
    put_transport(node, random, proxy)?;
    Some("vless")
}

/// Over plain TLS or Reality, and WebSocket.
fn trojan(node: &ExportNode, proxy: &mut Members) -> Option<&'static str> {
    proxy.put("password", node.password.as_str());
    proxy.put("udp_relay", true);
    match (node.network(), node.header_type()) {
        ("" | "tcp", None) => {}
        ("ws", _) => {
            let mut socket = Members::default();
            socket.put_some("path", node.filled("network_settings.path"));
            socket.put_some("host", node.first("network_settings.headers.Host"));
            proxy.put("websocket", socket);
        }
        _ => return None,
    }
    if node.security() == Security::Reality {
        put_verification(node, "reality_settings", proxy);
        proxy.put("reality", reality(node)?);
    } else {
        put_verification(node, "tls_settings", proxy);
    }
    Some("trojan")
}

fn hysteria(node: &ExportNode, proxy: &mut Members) -> Option<&'static str> {
    if node.settings.integer("version") != Some(2) {
        return None;
    }
    proxy.put("auth", node.password.as_str());
    proxy.put("udp_relay", true);
    proxy.put_some("port_hopping", node.ports.as_deref());
    let interval = node
        .positive("hop_interval")
        .filter(|_| node.ports.is_some());
    proxy.put_some("port_hopping_interval", interval);
    if let Some(password) = node.salamander() {
        proxy.put("obfs", "salamander");
        proxy.put("obfs_password", password);
    }
    put_verification(node, "tls", proxy);
    Some("hysteria2")
}

fn plain(node: &ExportNode, proxy: &mut Members) -> &'static str {
    proxy.put("username", node.password.as_str());
    proxy.put("password", node.password.as_str());
    let has_tls = node.tls() != 0;
    if has_tls {
        put_verification(node, "tls_settings", proxy);
    }
    match (node.protocol, has_tls) {
        (Protocol::Http, false) => "http",
        (Protocol::Http, true) => "https",
        (_, false) => "socks5",
        (_, true) => "socks5_tls",
    }
}

fn put_verification(node: &ExportNode, layer: &str, members: &mut Members) {
    members.put_some("sni", node.filled(&format!("{layer}.server_name")));
    let is_unverified = node.settings.flag(&format!("{layer}.allow_insecure"));
    members.put("skip_tls_verify", is_unverified);
}

fn reality(node: &ExportNode) -> Option<Members> {
    let mut reality = Members::default();
    reality.put("public_key", node.filled("reality_settings.public_key")?);
    reality.put_some("short_id", node.filled("reality_settings.short_id"));
    Some(reality)
}

/// The member `transport`: one kind with its settings, TLS being one of the kinds.
fn put_transport(node: &ExportNode, random: &dyn Random, proxy: &mut Members) -> Option<()> {
    let security = node.security();
    let mut settings = Members::default();
    let kind = match (node.network(), security) {
        ("" | "tcp", Security::Plain) if node.header_type() == Some("http") => {
            let request = "network_settings.header.request";
            settings.put("method", "GET");
            let path = node.drawn(&format!("{request}.path"), random);
            settings.put("path", path.unwrap_or("/"));
            put_host(
                node.drawn(&format!("{request}.headers.Host"), random),
                &mut settings,
            );
            "http1"
        }
        ("" | "tcp", _) if node.header_type().is_some() => return None,
        // Nothing needs to be said.
        ("" | "tcp", Security::Plain) => return Some(()),
        ("" | "tcp", _) => "tls",
        ("ws", _) => {
            settings.put_some("path", node.filled("network_settings.path"));
            put_host(node.first("network_settings.headers.Host"), &mut settings);
            if security == Security::Plain {
                "ws"
            } else {
                "wss"
            }
        }
        ("h2", Security::Tls) => {
            settings.put_some("path", node.filled("network_settings.path"));
            put_host(node.first("network_settings.host"), &mut settings);
            "http2"
        }
        ("grpc", Security::Tls | Security::Reality) => {
            let name = node.filled("network_settings.serviceName");
            settings.put_some("service_name", name);
            "grpc"
        }
        _ => return None,
    };
    match security {
        Security::Plain => {}
        Security::Tls => put_verification(node, "tls_settings", &mut settings),
        Security::Reality => {
            put_verification(node, "reality_settings", &mut settings);
            settings.put("reality", reality(node)?);
        }
    }
    let mut transport = Members::default();
    transport.put(kind, settings);
    proxy.put("transport", Tree::from(transport));
    Some(())
}

fn put_host(host: Option<&str>, settings: &mut Members) {
    if let Some(host) = host {
        let mut headers = Members::default();
        headers.put("Host", host);
        settings.put("headers", headers);
    }
}
