//! Shadowrocket: a line about the account, then one address a line, the whole in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;

use super::sip003::Plugin;
use super::{general, line};
use crate::traffic::Hundredths;
use crate::uri::{self, Query};
use crate::{Document, Export, ExportNode};

/// The document of Shadowrocket.
pub(crate) fn document(export: &Export<'_>) -> Document {
    let nodes = export.nodes.iter();
    let addresses = nodes.filter_map(|node| address(node, export.random));
    let lines = std::iter::once(status(export)).chain(addresses);
    Document::base64("text/plain", &line::text(lines))
}

fn status(export: &Export<'_>) -> String {
    let account = export.subscriber;
    let expires = account.expired_at.map_or_else(
        || "N/A".to_owned(),
        |at| {
            export
                .site
                .zone
                .wall_clock(at)
                .format("%Y-%m-%d")
                .to_string()
        },
    );
    let [up, down, total] =
        [account.upload, account.download, account.transfer_enable].map(Hundredths::gigabytes);
    format!("STATUS=🚀↑:{up}GB,↓:{down}GB,TOT:{total}GB💡Expires:{expires}")
}

fn address(node: &ExportNode, random: &dyn Random) -> Option<String> {
    let address = match node.protocol {
        Protocol::Shadowsocks => shadowsocks(node)?,
        Protocol::Vmess => vmess(node, random),
        Protocol::Vless => vless(node, random),
        Protocol::Trojan => trojan(node, random),
        Protocol::Hysteria => hysteria(node)?,
        Protocol::Tuic => tuic(node),
        Protocol::Anytls => general::anytls(node),
        Protocol::Socks => {
            let secret = format!("{0}:{0}@{1}", node.password, place(node));
            let name = uri::raw(&node.name);
            format!("socks://{}?method=auto#{name}", STANDARD.encode(secret))
        }
        Protocol::Naive | Protocol::Http | Protocol::Mieru => return None,
    };
    Some(address)
}

fn place(node: &ExportNode) -> String {
    format!("{}:{}", uri::host(&node.host), node.port)
}

/// The name where it is not encoded: a line break would begin another node.
fn unescaped_name(node: &ExportNode) -> String {
    node.name.replace(char::is_control, " ")
}

fn shadowsocks(node: &ExportNode) -> Option<String> {
    let plugin = match Plugin::of(node) {
        Plugin::None => String::new(),
        Plugin::Obfs(obfs) => format!("/?plugin=obfs-local;{}", uri::raw(&obfs.options())),
        Plugin::V2ray(options) if options.is_empty() => "/?plugin=v2ray-plugin".to_owned(),
        Plugin::V2ray(options) => format!("/?plugin=v2ray-plugin;{}", uri::raw(&options)),
        Plugin::Other => return None,
    };
    let secret = general::cipher_and_password(node);
    Some(format!(
        "ss://{secret}@{}{plugin}#{}",
        place(node),
        uri::raw(&node.name)
    ))
}

/// An address of `VMess` or VLESS: the secret and the place in base64, everything else in the query.
fn veiled(scheme: &str, node: &ExportNode, query: &Query) -> String {
    let secret = STANDARD.encode(format!("auto:{}@{}", node.password, place(node)));
    format!("{scheme}://{secret}?{}", query.as_raw())
}

fn vmess(node: &ExportNode, random: &dyn Random) -> String {
    let mut query = Query::default();
    query.put("tfo", 1);
    query.put("remark", &node.name);
    query.put("alterId", 0);
    let mut peer = None;
    if node.tls() != 0 {
        query.put("tls", 1);
        if node.settings.flag("tls_settings.allow_insecure") {
            query.put("allowInsecure", 1);
        }
        peer = node.filled("tls_settings.server_name");
    }
    if node.network() == "h2" {
        peer = node.first("network_settings.host").or(peer);
    }
    query.put_some("peer", peer);
    put_transport(&mut query, node, random);
    veiled("vmess", node, &query)
}

fn vless(node: &ExportNode, random: &dyn Random) -> String {
    let xtls = match node.settings.text("flow") {
        Some("none") => Some(0),
        Some("xtls-rprx-direct") => Some(1),
        Some("xtls-rprx-vision") => Some(2),
        _ => None,
    };
    let mut query = Query::default();
    query.put("tfo", 1);
    query.put("remark", &node.name);
    query.put_some("encryption", node.encryption());
    if matches!(node.tls(), 1 | 2) {
        query.put("tls", 1);
    }
    query.put_some("xtls", xtls);
    match node.tls() {
        1 => {
            query.put_flag(
                "allowInsecure",
                node.settings.flag("tls_settings.allow_insecure"),
            );
            query.put_some("peer", node.filled("tls_settings.server_name"));
            query.put_some("fp", node.fingerprint(random));
        }
        2 => {
            put_reality(&mut query, node);
            query.put_some("fp", node.fingerprint(random));
        }
        _ => {}
    }
    put_transport(&mut query, node, random);
    veiled("vless", node, &query)
}

fn put_reality(query: &mut Query, node: &ExportNode) {
    for (key, path) in [
        ("sni", "reality_settings.server_name"),
        ("pbk", "reality_settings.public_key"),
        ("sid", "reality_settings.short_id"),
    ] {
        query.put_some(key, node.filled(path));
    }
}

fn put_transport(query: &mut Query, node: &ExportNode, random: &dyn Random) {
    let network = node.network();
    match network {
        "tcp" => {
            if let Some(kind) = node.header_type() {
                let request = "network_settings.header.request";
                let path = node.drawn(&format!("{request}.path"), random);
                let host = node.drawn(&format!("{request}.headers.Host"), random);
                query.put("obfs", kind);
                query.put("path", path.unwrap_or("/"));
                query.put("obfsParam", host.unwrap_or("www.example.com"));
            }
        }
        "ws" => {
            query.put("obfs", "websocket");
            query.put_some("path", node.filled("network_settings.path"));
            query.put_some("obfsParam", node.first("network_settings.headers.Host"));
        }
        "grpc" => {
            let name = node.filled("tls_settings.server_name");
            query.put("obfs", "grpc");
            query.put_some("path", node.settings.text("network_settings.serviceName"));
            query.put("host", name.unwrap_or(&node.host));
        }
        "kcp" => {
            query.put("obfs", "kcp");
            query.put_some("path", node.filled("network_settings.seed"));
            query.put("type", node.header_type().unwrap_or("none"));
        }
        "h2" | "httpupgrade" | "xhttp" => {
            query.put("obfs", network);
            query.put_some("path", node.filled("network_settings.path"));
            let own = node.protocol == Protocol::Vmess && network == "h2";
            let host = node.first("network_settings.host");
            query.put_some(
                "obfsParam",
                if own {
                    host
                } else {
                    Some(node.transport_host())
                },
            );
            if network == "xhttp" {
                query.put("mode", general::xhttp_mode(node));
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
        query.put_some("fp", node.fingerprint(random));
    } else {
        query.put_flag(
            "allowInsecure",
            node.settings.flag("tls_settings.allow_insecure"),
        );
        query.put_some("peer", node.filled("tls_settings.server_name"));
    }
    let network = node.network();
    match network {
        "grpc" => {
            query.put("obfs", "grpc");
            query.put_some("path", node.settings.text("network_settings.serviceName"));
        }
        "ws" => {
            let host = node
                .first("network_settings.headers.Host")
                .unwrap_or_default();
            let path = node.filled("network_settings.path").unwrap_or_default();
            let plugin = format!("obfs-local;obfs=websocket;obfs-host={host};obfs-uri={path}");
            query.put("plugin", plugin);
        }
        "h2" | "httpupgrade" | "xhttp" => {
            query.put("obfs", network);
            query.put_some("path", node.filled("network_settings.path"));
            query.put("obfsParam", node.transport_host());
            if network == "xhttp" {
                query.put("mode", general::xhttp_mode(node));
            }
        }
        _ => {}
    }
    query.put("tfo", 1);
    let (place, query, name) = (place(node), query.as_form(), uri::raw(&node.name));
    format!("trojan://{}@{place}?{query}#{name}", node.password)
}

fn hysteria(node: &ExportNode) -> Option<String> {
    let settings = &node.settings;
    let mut query = Query::default();
    let version = settings.integer("version");
    match version {
        Some(1) => {
            query.put("auth", &node.password);
            query.put_some("upmbps", node.positive("bandwidth.up"));
            query.put_some("downmbps", node.positive("bandwidth.down"));
            query.put("protocol", "udp");
            // Agents obfuscate wherever there is a password.
            if let Some(password) = node.filled("obfs.password") {
                query.put("obfs", "xplus");
                query.put("obfsParam", password);
            }
        }
        Some(2) => match node.salamander() {
            Some(password) => {
                query.put("obfs", "salamander");
                query.put("obfs-password", password);
            }
            None => query.put("obfs", "none"),
        },
        _ => return None,
    }
    query.put("fastopen", 1);
    query.put_some("peer", node.filled("tls.server_name"));
    query.put_value("insecure", settings.at("tls.allow_insecure"));
    if version == Some(2) {
        query.put_some("keepalive", node.positive("hop_interval"));
    }
    query.put_some("mport", node.ports.as_deref());
    let secret = match version {
        Some(2) => format!("hysteria2://{}@", node.password),
        _ => "hysteria://".to_owned(),
    };
    let (place, query, name) = (place(node), query.as_form(), unescaped_name(node));
    Some(format!("{secret}{place}?{query}#{name}"))
}

fn tuic(node: &ExportNode) -> String {
    let settings = &node.settings;
    let mut query = Query::default();
    query.put_some("alpn", node.joined("alpn"));
    query.put_some("sni", node.filled("tls.server_name"));
    query.put_value("insecure", settings.at("tls.allow_insecure"));
    if settings.integer("version") == Some(4) {
        query.put("token", &node.password);
    } else {
        query.put("uuid", &node.password);
        query.put("password", &node.password);
    }
    let (place, query, name) = (place(node), query.as_form(), uri::raw(&node.name));
    format!("tuic://{place}?{query}#{name}")
}
