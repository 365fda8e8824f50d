//! The general format: one address a line, the whole in base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;
use serde::Serialize;
use serde_json::Value;

use super::line;
use crate::uri::{self, Query};
use crate::{Document, Export, ExportNode};

/// The document of the general format.
pub(crate) fn document(export: &Export<'_>) -> Document {
    let lines = export
        .nodes
        .iter()
        .filter_map(|node| address(node, export.random));
    let text = line::text(lines);
    Document::base64("text/plain", &text).with_account(export.subscriber)
}

fn address(node: &ExportNode, random: &dyn Random) -> Option<String> {
    let address = match node.protocol {
        Protocol::Shadowsocks => shadowsocks(node),
        Protocol::Vmess => vmess(node, random),
        Protocol::Vless => vless(node, random),
        Protocol::Trojan => trojan(node, random),
        Protocol::Hysteria => hysteria(node),
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

fn shadowsocks(node: &ExportNode) -> String {
    let plugin = match (node.filled("plugin"), node.filled("plugin_opts")) {
        (Some(plugin), Some(options)) => {
            format!("/?plugin={}", uri::raw(&format!("{plugin};{options}")))
        }
        _ => String::new(),
    };
    let secret = cipher_and_password(node);
    format!("ss://{secret}@{}{plugin}#{}", place(node), name(node))
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
    mode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra: Option<String>,
}

fn vmess(node: &ExportNode, random: &dyn Random) -> String {
    let network = node.network();
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
        tls: if node.tls() == 0 { "" } else { "tls" },
        sni: node.filled("tls_settings.server_name"),
        fp: node.fingerprint(random),
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
            vmess.kind = network;
            vmess.path = node
                .filled("network_settings.serviceName")
                .unwrap_or_default();
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
                vmess.mode = Some(xhttp_mode(node));
                vmess.extra = xhttp_extra(node);
            }
        }
        _ => {}
    }
    let json = serde_json::to_string(&vmess).unwrap_or_default();
    format!("vmess://{}", STANDARD.encode(json))
}

/// How xhttp splits its requests.
pub(super) fn xhttp_mode(node: &ExportNode) -> &str {
    node.filled("network_settings.mode").unwrap_or("auto")
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
    let mode = if network == "xhttp" {
        xhttp_mode(node)
    } else {
        "multi"
    };
    query.put("mode", mode);
    let security = match node.tls() {
        1 => "tls",
        2 => "reality",
        _ => "",
    };
    query.put("security", security);
    let encryption = node
        .filled("encryption.encryption")
        .filter(|_| settings.flag("encryption.enabled"));
    query.put("encryption", encryption.unwrap_or("none"));
    let kind = match network {
        "h2" => Some("http"),
        "kcp" => Some(node.header_type().unwrap_or("none")),
        _ => settings.text("network"),
    };
    query.put_some("type", kind);
    query.put_some("flow", settings.text("flow"));
    match node.tls() {
        1 => {
            query.put_some("fp", node.fingerprint(random));
            query.put_some("sni", node.filled("tls_settings.server_name"));
            if settings.flag("tls_settings.allow_insecure") {
                query.put("allowInsecure", 1);
            }
        }
        2 => {
            put_reality(&mut query, node);
            query.put_some("servername", settings.text("reality_settings.server_name"));
            query.put("spx", "/");
            query.put_some("fp", node.fingerprint(random));
        }
        _ => {}
    }
    if network == "kcp" {
        query.put_some("path", node.filled("network_settings.seed"));
    } else {
        put_transport(&mut query, node);
    }
    let fragment = uri::form(&node.name);
    format!(
        "vless://{}@{}?{}#{fragment}",
        node.password,
        place(node),
        query.as_form()
    )
}

fn put_reality(query: &mut Query, node: &ExportNode) {
    for (key, path) in [
        ("pbk", "reality_settings.public_key"),
        ("sid", "reality_settings.short_id"),
        ("sni", "reality_settings.server_name"),
    ] {
        query.put_some(key, node.settings.text(path));
    }
}

/// What VLESS and Trojan say of their transport beside its type and mode.
fn put_transport(query: &mut Query, node: &ExportNode) {
    match node.network() {
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
    match node.network() {
        "h2" => query.put("type", "http"),
        network @ ("ws" | "grpc" | "httpupgrade") => query.put("type", network),
        "xhttp" => {
            query.put("type", "xhttp");
            query.put("mode", xhttp_mode(node));
        }
        _ => {}
    }
    put_transport(&mut query, node);
    let (place, query) = (place(node), query.as_form());
    format!("trojan://{}@{place}?{query}#{}", node.password, name(node))
}

fn hysteria(node: &ExportNode) -> String {
    let settings = &node.settings;
    let mut query = Query::default();
    query.put_some("sni", node.filled("tls.server_name"));
    query.put_flag("insecure", settings.flag("tls.allow_insecure"));
    let disguised = settings.flag("obfs.open");
    let (place, name) = (place(node), name(node));
    if settings.integer("version") == Some(2) {
        if disguised {
            query.put("obfs", "salamander");
            query.put_some("obfs-password", settings.text("obfs.password"));
        }
        query.put_some("mport", node.ports.as_deref());
        return format!(
            "hysteria2://{}@{place}?{}#{name}",
            node.password,
            query.as_form()
        );
    }
    query.put("protocol", "udp");
    query.put("auth", &node.password);
    query.put_some("upmbps", node.positive("bandwidth.up"));
    query.put_some("downmbps", node.positive("bandwidth.down"));
    if let Some(password) = node.filled("obfs.password").filter(|_| disguised) {
        query.put("obfs", "xplus");
        query.put("obfsParam", password);
    }
    format!("hysteria://{place}?{}#{name}", query.as_form())
}

fn tuic(node: &ExportNode) -> String {
    let settings = &node.settings;
    let mut query = Query::default();
    query.put_some("sni", node.filled("tls.server_name"));
    query.put_some("alpn", node.joined("alpn"));
    let congestion = settings.text("congestion_control").unwrap_or("cubic");
    query.put("congestion_control", congestion);
    let relay = settings.text("udp_relay_mode").unwrap_or("native");
    query.put("udp-relay-mode", relay);
    if settings.flag("tls.allow_insecure") {
        query.put("insecure", 1);
    }
    let (secret, place, query) = (&node.password, place(node), query.as_form());
    format!("tuic://{secret}:{secret}@{place}?{query}#{}", name(node))
}

/// Shadowrocket reads the same address.
pub(super) fn anytls(node: &ExportNode) -> String {
    let mut query = Query::default();
    query.put_some("sni", node.settings.text("tls.server_name"));
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
