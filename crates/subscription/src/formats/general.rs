//! The general format: one address a line, the whole in base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;
use serde::Serialize;
use serde_json::Value;

use super::line;
use super::sip003::Plugin;
use crate::uri::{self, Query};
use crate::{Document, Export, ExportNode, ech};

/// The document of the general format.
pub(crate) fn document(export: &Export<'_>) -> Document {
    let lines = export
        .nodes
        .iter()
        .filter_map(|node| address(node, export.random));
    let text = line::text(lines);
    Document::base64("text/plain", &text).with_account(export.subscriber)
}

/// The address; `None` where there is no way to write it, or the apps that read it would take it for
/// something else.
fn address(node: &ExportNode, random: &dyn Random) -> Option<String> {
    let address = match node.protocol {
        Protocol::Shadowsocks => shadowsocks(node)?,
        Protocol::Vmess => vmess(node, random),
        Protocol::Vless => vless(node, random),
        Protocol::Trojan => trojan(node, random),
        Protocol::Hysteria => hysteria(node)?,
        Protocol::Tuic => tuic(node),
        Protocol::Anytls => anytls(node),
        Protocol::Socks => format!("socks://{}@{}#{}", pair(node), place(node), name(node)),
        Protocol::Http => http(node),
        Protocol::Naive | Protocol::Mieru => return None,
    };
    Some(address)
}

/// Host and port.
fn place(node: &ExportNode) -> String {
    format!("{}:{}", uri::host(&node.host), node.port)
}

fn name(node: &ExportNode) -> String {
    uri::raw(&node.name)
}

/// Name and password, which are one secret.
fn pair(node: &ExportNode) -> String {
    STANDARD.encode(format!("{0}:{0}", node.password))
}

/// Cipher and password, as addresses of Shadowsocks carry them.
pub(super) fn cipher_and_password(node: &ExportNode) -> String {
    let cipher = node.settings.text("cipher").unwrap_or_default();
    URL_SAFE_NO_PAD.encode(format!("{cipher}:{}", node.password))
}

fn shadowsocks(node: &ExportNode) -> Option<String> {
    let plugin = match Plugin::of(node) {
        Plugin::None => None,
        Plugin::Obfs(obfs) => Some(format!("obfs-local;{}", obfs.options())),
        Plugin::V2ray(options) if options.is_empty() => Some("v2ray-plugin".to_owned()),
        Plugin::V2ray(options) => Some(format!("v2ray-plugin;{options}")),
        Plugin::Other => return None,
    };
    let plugin = plugin.map(|plugin| format!("/?plugin={}", uri::raw(&plugin)));
    let (secret, plugin) = (cipher_and_password(node), plugin.unwrap_or_default());
    Some(format!(
        "ss://{secret}@{}{plugin}#{}",
        place(node),
        name(node)
    ))
}

/// What `vmess://` carries, as JSON.
#[derive(Serialize)]
struct Vmess<'a> {
    v: &'static str,
    ps: &'a str,
    add: &'a str,
    port: String,
    id: &'a str,
    aid: &'static str,
    net: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    host: Cow<'a, str>,
    path: &'a str,
    tls: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sni: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fp: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insecure: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra: Option<String>,
}

fn vmess(node: &ExportNode, random: &dyn Random) -> String {
    let network = node.network();
    let has_tls = node.tls() != 0;
    let mut vmess = Vmess {
        v: "2",
        ps: &node.name,
        add: &node.host,
        port: node.port.to_string(),
        id: &node.password,
        aid: "0",
        net: if network.is_empty() { "tcp" } else { network },
        kind: "none",
        host: Cow::default(),
        path: "",
        tls: if has_tls { "tls" } else { "" },
        sni: node.filled("tls_settings.server_name").filter(|_| has_tls),
        fp: node.fingerprint(random).filter(|_| has_tls),
        insecure: is_unverified(node).then_some("1"),
        mode: None,
        extra: None,
    };
    match network {
        "tcp" => {
            if let Some(kind) = node.header_type() {
                let request = "network_settings.header.request";
                vmess.kind = kind;
                vmess.path = node
                    .drawn(&format!("{request}.path"), random)
                    .unwrap_or("/");
                let host = node.drawn(&format!("{request}.headers.Host"), random);
                vmess.host = host.unwrap_or_default().into();
            }
        }
        "ws" => {
            vmess.kind = network;
            vmess.path = node.filled("network_settings.path").unwrap_or_default();
            let host = node.first("network_settings.headers.Host");
            vmess.host = host.unwrap_or_default().into();
        }
        "grpc" => {
            vmess.kind = grpc_mode(node);
            vmess.path = node
                .filled("network_settings.serviceName")
                .unwrap_or_default();
        }
        "kcp" => {
            vmess.kind = node.header_type().unwrap_or("none");
            vmess.path = node.filled("network_settings.seed").unwrap_or_default();
        }
        "h2" => {
            vmess.kind = network;
            vmess.path = node.filled("network_settings.path").unwrap_or_default();
            vmess.host = node
                .joined("network_settings.host")
                .unwrap_or_default()
                .into();
        }
        "httpupgrade" | "xhttp" => {
            vmess.kind = network;
            vmess.path = node.filled("network_settings.path").unwrap_or_default();
            vmess.host = node.transport_host().into();
            if network == "xhttp" {
                vmess.kind = xhttp_mode(node);
                vmess.mode = Some(xhttp_mode(node));
                vmess.extra = xhttp_extra(node);
            }
        }
        _ => {}
    }
    let json = serde_json::to_string(&vmess).unwrap_or_default();
    format!("vmess://{}", STANDARD.encode(json))
}

/// Whether any certificate will do.
fn is_unverified(node: &ExportNode) -> bool {
    node.tls() == 1 && node.settings.flag("tls_settings.allow_insecure")
}

/// Whether gRPC packs several pieces into one message.
pub(super) fn is_multiplexed(node: &ExportNode) -> bool {
    node.settings.flag("network_settings.multiMode")
}

/// How gRPC sends its pieces, in the words of its clients.
fn grpc_mode(node: &ExportNode) -> &'static str {
    if is_multiplexed(node) { "multi" } else { "gun" }
}

/// How xhttp splits its requests; the core refuses a way that it does not know.
pub(super) fn xhttp_mode(node: &ExportNode) -> &'static str {
    let wanted = node.filled("network_settings.mode");
    let known = ["packet-up", "stream-up", "stream-one"];
    let mut known = known.into_iter();
    known.find(|known| wanted == Some(known)).unwrap_or("auto")
}

/// The further settings of xhttp, as JSON.
fn xhttp_extra(node: &ExportNode) -> Option<String> {
    let extra = node.settings.at("network_settings.extra");
    let is_filled = match extra {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    is_filled.then(|| uri::json(extra))
}

fn vless(node: &ExportNode, random: &dyn Random) -> String {
    let settings = &node.settings;
    let network = node.network();
    let mut query = Query::default();
    let mode = match network {
        "xhttp" => xhttp_mode(node),
        "grpc" => grpc_mode(node),
        _ => "multi",
    };
    query.put("mode", mode);
    let security = match node.tls() {
        1 => "tls",
        2 => "reality",
        _ => "none",
    };
    query.put("security", security);
    query.put("encryption", node.encryption().unwrap_or("none"));
    let kind = match network {
        "h2" => Some("http"),
        _ => node.filled("network"),
    };
    query.put_some("type", kind);
    query.put_some("flow", node.flow());
    match node.tls() {
        1 => {
            query.put_some("fp", node.fingerprint(random));
            query.put_some("sni", node.filled("tls_settings.server_name"));
            if settings.flag("tls_settings.allow_insecure") {
                query.put("allowInsecure", 1);
            }
            query.put_some("ech", ech_list(node, "tls_settings.ech"));
        }
        2 => {
            put_reality(&mut query, node);
            query.put_some("servername", node.filled("reality_settings.server_name"));
            query.put("spx", "/");
            query.put_some("fp", node.fingerprint(random));
        }
        _ => {}
    }
    put_transport(&mut query, node, random);
    let fragment = uri::form(&node.name);
    format!(
        "vless://{}@{}?{}#{fragment}",
        node.password,
        place(node),
        query.as_form()
    )
}

/// The list of configurations for the encrypted hello, as clients with Xray's core read it. Without a
/// list the hello is sent in the clear, which every server still takes.
pub(super) fn ech_list(node: &ExportNode, path: &str) -> Option<String> {
    ech::without_armour(ech::of(node, path)?.config?)
}

fn put_reality(query: &mut Query, node: &ExportNode) {
    for (key, path) in [
        ("pbk", "reality_settings.public_key"),
        ("sid", "reality_settings.short_id"),
        ("sni", "reality_settings.server_name"),
    ] {
        query.put_some(key, node.filled(path));
    }
}

/// What VLESS and Trojan say of their transport beside its type and mode.
fn put_transport(query: &mut Query, node: &ExportNode, random: &dyn Random) {
    match node.network() {
        "tcp" if node.header_type() == Some("http") => {
            let request = "network_settings.header.request";
            let path = node.drawn(&format!("{request}.path"), random);
            query.put("headerType", "http");
            query.put_some(
                "host",
                node.drawn(&format!("{request}.headers.Host"), random),
            );
            query.put("path", path.unwrap_or("/"));
        }
        "kcp" => {
            query.put("headerType", node.header_type().unwrap_or("none"));
            query.put_some("seed", node.filled("network_settings.seed"));
        }
        "ws" => {
            query.put_some("path", node.filled("network_settings.path"));
            query.put_some("host", node.first("network_settings.headers.Host"));
        }
        "grpc" => query.put_some("serviceName", node.filled("network_settings.serviceName")),
        "h2" => {
            query.put_some("path", node.filled("network_settings.path"));
            query.put_some("host", node.joined("network_settings.host"));
        }
        "httpupgrade" | "xhttp" => {
            query.put_some("path", node.filled("network_settings.path"));
            query.put("host", node.transport_host());
            if node.network() == "xhttp" {
                query.put_some("extra", xhttp_extra(node));
            }
        }
        _ => {}
    }
}

fn trojan(node: &ExportNode, random: &dyn Random) -> String {
    let mut query = Query::default();
    if node.tls() == 2 {
        query.put("security", "reality");
        put_reality(&mut query, node);
    } else {
        query.put_flag(
            "allowInsecure",
            node.settings.flag("tls_settings.allow_insecure"),
        );
        let name = node.filled("tls_settings.server_name");
        query.put_some("peer", name);
        query.put_some("sni", name);
    }
    query.put_some("fp", node.fingerprint(random));
    if node.tls() == 1 {
        query.put_some("ech", ech_list(node, "tls_settings.ech"));
    }
    match node.network() {
        "h2" => query.put("type", "http"),
        "tcp" if node.header_type().is_some() => query.put("type", "tcp"),
        network @ ("ws" | "httpupgrade" | "kcp") => query.put("type", network),
        "grpc" => {
            query.put("type", "grpc");
            query.put("mode", grpc_mode(node));
        }
        "xhttp" => {
            query.put("type", "xhttp");
            query.put("mode", xhttp_mode(node));
        }
        _ => {}
    }
    put_transport(&mut query, node, random);
    let (place, query) = (place(node), query.as_form());
    format!("trojan://{}@{place}?{query}#{}", node.password, name(node))
}

fn hysteria(node: &ExportNode) -> Option<String> {
    let settings = &node.settings;
    let mut query = Query::default();
    let version = settings.integer("version");
    // The two versions have words of their own.
    let server_name = if version == Some(1) { "peer" } else { "sni" };
    query.put_some(server_name, node.filled("tls.server_name"));
    query.put_flag("insecure", settings.flag("tls.allow_insecure"));
    let (place, name) = (place(node), name(node));
    match version {
        Some(1) => {}
        Some(2) => {
            if let Some(password) = node.salamander() {
                query.put("obfs", "salamander");
                query.put("obfs-password", password);
            }
            query.put_some("mport", node.ports.as_deref());
            let query = query.as_form();
            return Some(format!(
                "hysteria2://{}@{place}?{query}#{name}",
                node.password
            ));
        }
        _ => return None,
    }
    query.put("protocol", "udp");
    query.put("auth", &node.password);
    query.put_some("upmbps", node.positive("bandwidth.up"));
    query.put_some("downmbps", node.positive("bandwidth.down"));
    // Agents obfuscate wherever there is a password.
    if let Some(password) = node.filled("obfs.password") {
        query.put("obfs", "xplus");
        query.put("obfsParam", password);
    }
    Some(format!("hysteria://{place}?{}#{name}", query.as_form()))
}

fn tuic(node: &ExportNode) -> String {
    let settings = &node.settings;
    let mut query = Query::default();
    query.put_some("sni", node.filled("tls.server_name"));
    query.put_some("alpn", node.joined("alpn"));
    query.put("congestion_control", node.congestion_control());
    query.put("udp-relay-mode", node.relay_mode());
    if settings.flag("tls.allow_insecure") {
        query.put("allow_insecure", 1);
        query.put("insecure", 1);
    }
    let (secret, place, query) = (&node.password, place(node), query.as_form());
    format!("tuic://{secret}:{secret}@{place}?{query}#{}", name(node))
}

/// Shadowrocket reads the same address.
pub(super) fn anytls(node: &ExportNode) -> String {
    let mut query = Query::default();
    query.put_some("sni", node.filled("tls.server_name"));
    query.put_value("insecure", node.settings.at("tls.allow_insecure"));
    let (place, query) = (place(node), query.as_form());
    format!("anytls://{}@{place}?{query}#{}", node.password, name(node))
}

fn http(node: &ExportNode) -> String {
    let mut query = Query::default();
    if node.tls() != 0 {
        query.put("security", "tls");
        query.put_some("sni", node.filled("tls_settings.server_name"));
        query.put_flag(
            "allowInsecure",
            node.settings.flag("tls_settings.allow_insecure"),
        );
    }
    let mark = if query.is_empty() { "" } else { "?" };
    let (place, query) = (place(node), query.as_form());
    format!("http://{}@{place}{mark}{query}#{}", pair(node), name(node))
}
