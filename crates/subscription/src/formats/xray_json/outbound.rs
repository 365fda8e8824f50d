//! One node as an outbound.

use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;
use serde_json::{Map, Value, json};

use crate::capability::Security;
use crate::formats::general::{ech_list, is_multiplexed, xhttp_mode};
use crate::{Client, ExportNode};

/// Whether the app dials the node when it gets a link, and its core may not when it gets a
/// configuration: Hysteria 2 came into the core in 2026, the disguises of mKCP got other words in that
/// year, which the app knows for its core, and Streisand has a second core for links.
pub(super) fn is_better_as_link(client: &Client, node: &ExportNode) -> bool {
    let version = node.settings.integer("version");
    match (client.name, node.protocol) {
        // Who asks for this format by name gets it.
        (Some("xray-json") | None, _) => false,
        (_, Protocol::Hysteria) if version == Some(2) => true,
        (_, Protocol::Vmess | Protocol::Vless) if node.network() == "kcp" => true,
        (Some("streisand"), Protocol::Hysteria | Protocol::Tuic) => true,
        _ => false,
    }
}

/// The outbound; `None` where the core has none.
pub(super) fn write(node: &ExportNode, random: &dyn Random) -> Option<Value> {
    let (address, port, password) = (&node.host, node.port, &node.password);
    let mut stream = stream(node, random)?;
    let user = json!({"user": password, "pass": password});
    let (protocol, settings) = match node.protocol {
        Protocol::Vmess => {
            let user = json!({"id": password, "alterId": 0, "security": "auto"});
            (
                "vmess",
                json!({"vnext": [{"address": address, "port": port, "users": [user]}]}),
            )
        }
        Protocol::Vless => {
            let encryption = node.encryption().unwrap_or("none");
            let mut user = json!({"id": password, "encryption": encryption});
            put_some(&mut user, "flow", node.flow());
            (
                "vless",
                json!({"vnext": [{"address": address, "port": port, "users": [user]}]}),
            )
        }
        Protocol::Trojan => {
            let server = json!({"address": address, "port": port, "password": password});
            ("trojan", json!({"servers": [server]}))
        }
        Protocol::Shadowsocks => {
            let cipher = node.settings.text("cipher")?;
            let server = json!({
                "address": address, "port": port, "method": cipher, "password": password,
            });
            ("shadowsocks", json!({"servers": [server]}))
        }
        Protocol::Socks | Protocol::Http => {
            let kind = if node.protocol == Protocol::Socks {
                "socks"
            } else {
                "http"
            };
            (
                kind,
                json!({"servers": [{"address": address, "port": port, "users": [user]}]}),
            )
        }
        Protocol::Hysteria if node.settings.integer("version") == Some(2) => {
            stream = hysteria(node);
            (
                "hysteria",
                json!({"version": 2, "address": address, "port": port}),
            )
        }
        Protocol::Hysteria
        | Protocol::Tuic
        | Protocol::Anytls
        | Protocol::Naive
        | Protocol::Mieru => {
            return None;
        }
    };
    Some(json!({
        "tag": "proxy", "protocol": protocol, "settings": settings, "streamSettings": stream,
    }))
}

fn put(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value.into());
    }
}

fn put_some(object: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        put(object, name, value);
    }
}

/// Transport and security.
fn stream(node: &ExportNode, random: &dyn Random) -> Option<Value> {
    let (network, member, settings) = transport(node, random)?;
    let mut stream = json!({"network": network});
    if let Some(settings) = settings {
        put(&mut stream, member, settings);
    }
    match node.security() {
        Security::Plain => put(&mut stream, "security", "none"),
        Security::Tls => {
            put(&mut stream, "security", "tls");
            let tls = tls(node, "tls_settings", node.fingerprint(random));
            put(&mut stream, "tlsSettings", tls);
        }
        Security::Reality => {
            put(&mut stream, "security", "reality");
            put(&mut stream, "realitySettings", reality(node, random)?);
        }
    }
    Some(stream)
}

/// The name of the transport, and its settings with their name; `None` for what the core dropped.
fn transport(
    node: &ExportNode,
    random: &dyn Random,
) -> Option<(&'static str, &'static str, Option<Value>)> {
    let path = node.filled("network_settings.path");
    let mut settings = json!({});
    let (network, member) = match node.network() {
        "" | "tcp" => match node.header_type() {
            None => return Some(("tcp", "tcpSettings", None)),
            Some("http") => {
                put(&mut settings, "header", disguise(node, random));
                ("tcp", "tcpSettings")
            }
            Some(_) => return None,
        },
        "ws" => {
            put(&mut settings, "path", path.unwrap_or("/"));
            put_some(
                &mut settings,
                "host",
                node.first("network_settings.headers.Host"),
            );
            ("ws", "wsSettings")
        }
        "grpc" => {
            let name = node.filled("network_settings.serviceName");
            put_some(&mut settings, "serviceName", name);
            put(&mut settings, "multiMode", is_multiplexed(node));
            ("grpc", "grpcSettings")
        }
        "httpupgrade" => {
            put(&mut settings, "path", path.unwrap_or("/"));
            put(&mut settings, "host", node.transport_host());
            ("httpupgrade", "httpupgradeSettings")
        }
        "xhttp" => {
            put(&mut settings, "path", path.unwrap_or("/"));
            put(&mut settings, "host", node.transport_host());
            put(&mut settings, "mode", xhttp_mode(node));
            let extra = node.settings.at("network_settings.extra");
            let extra = extra.as_object().filter(|extra| !extra.is_empty());
            put_some(&mut settings, "extra", extra.cloned());
            ("xhttp", "xhttpSettings")
        }
        "kcp" => {
            // The newest core refuses both members, whatever they say.
            let header = node.header_type().map(|kind| json!({"type": kind}));
            put_some(&mut settings, "header", header);
            put_some(&mut settings, "seed", node.filled("network_settings.seed"));
            ("kcp", "kcpSettings")
        }
        _ => return None,
    };
    Some((network, member, Some(settings)))
}

/// The request that plain TCP pretends to be.
fn disguise(node: &ExportNode, random: &dyn Random) -> Value {
    let request = "network_settings.header.request";
    let mut asked = Map::new();
    let path = node.drawn(&format!("{request}.path"), random);
    asked.insert("path".to_owned(), json!([path.unwrap_or("/")]));
    let hosts: Vec<&str> = node.texts(&format!("{request}.headers.Host")).collect();
    if !hosts.is_empty() {
        asked.insert("headers".to_owned(), json!({"Host": hosts}));
    }
    json!({"type": "http", "request": asked})
}

fn tls(node: &ExportNode, path: &str, fingerprint: Option<&str>) -> Value {
    let mut tls = json!({});
    put_some(
        &mut tls,
        "serverName",
        node.filled(&format!("{path}.server_name")),
    );
    if node.settings.flag(&format!("{path}.allow_insecure")) {
        put(&mut tls, "allowInsecure", true);
    }
    put_some(&mut tls, "fingerprint", fingerprint);
    put_some(
        &mut tls,
        "echConfigList",
        ech_list(node, &format!("{path}.ech")),
    );
    tls
}

fn reality(node: &ExportNode, random: &dyn Random) -> Option<Value> {
    let mut reality = json!({"publicKey": node.filled("reality_settings.public_key")?});
    put_some(
        &mut reality,
        "serverName",
        node.filled("reality_settings.server_name"),
    );
    let short_id = node.filled("reality_settings.short_id").unwrap_or_default();
    put(&mut reality, "shortId", short_id);
    put_some(&mut reality, "fingerprint", node.fingerprint(random));
    put(&mut reality, "spiderX", "/");
    Some(reality)
}

fn hysteria(node: &ExportNode) -> Value {
    let mut tls = tls(node, "tls", None);
    put(&mut tls, "alpn", json!(["h3"]));
    let mut stream = json!({
        "network": "hysteria", "security": "tls", "tlsSettings": tls,
        "hysteriaSettings": {"version": 2, "auth": node.password},
    });
    if let Some(password) = node.salamander() {
        let mask = json!({"type": "salamander", "settings": {"password": password}});
        put(&mut stream, "finalmask", json!({"udp": [mask]}));
    }
    stream
}
