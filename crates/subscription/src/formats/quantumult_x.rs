//! Quantumult X: a node a line, the whole in base64.

use ferroboard_protocol::Protocol;

use super::line::{self, Line};
use crate::capability::Security;
use crate::{Document, Export, ExportNode, uri};

/// The document of Quantumult X.
pub(crate) fn document(export: &Export<'_>) -> Document {
    let lines = export.nodes.iter().filter_map(write);
    Document::base64("text/plain", &line::text(lines)).with_account(export.subscriber)
}

/// The line; `None` where there is no way to write it.
pub(crate) fn write(node: &ExportNode) -> Option<String> {
    let mut line = begin(node)?;
    match node.protocol {
        Protocol::Shadowsocks => {
            line.put("method", node.settings.text("cipher").unwrap_or_default());
            line.put("password", &node.password);
            line.put_obfs(node, "obfs")?;
        }
        Protocol::Vmess | Protocol::Vless => {
            let method = if node.protocol == Protocol::Vmess {
                // It knows no `auto`.
                "chacha20-poly1305"
            } else {
                "none"
            };
            line.put("method", method);
            line.put("password", &node.password);
            put_transport(&mut line, node, false);
            if node.protocol == Protocol::Vless {
                line.put_some("vless-flow", node.flow());
            }
        }
        Protocol::Trojan => {
            line.put("password", &node.password);
            put_transport(&mut line, node, true);
        }
        Protocol::Socks | Protocol::Http => {
            line.put("username", &node.password);
            line.put("password", &node.password);
            put_transport(&mut line, node, true);
        }
        _ => return anytls(line, node),
    }
    line.put("fast-open", true);
    if node.protocol != Protocol::Http {
        line.put("udp-relay", true);
    }
    line.put("tag", line::plain(&node.name));
    line.finish()
}

fn begin(node: &ExportNode) -> Option<Line> {
    let kind = match node.protocol {
        Protocol::Shadowsocks => "shadowsocks",
        Protocol::Vmess => "vmess",
        Protocol::Vless => "vless",
        Protocol::Trojan => "trojan",
        Protocol::Socks => "socks5",
        Protocol::Http => "http",
        Protocol::Anytls => "anytls",
        Protocol::Hysteria | Protocol::Tuic | Protocol::Naive | Protocol::Mieru => return None,
    };
    let host = uri::host(&node.host);
    Some(Line::new(format_args!("{kind}={host}:{}", node.port)))
}

fn anytls(mut line: Line, node: &ExportNode) -> Option<String> {
    line.put("password", &node.password);
    line.put("udp-relay", true);
    line.put("tag", line::plain(&node.name));
    line.put("over-tls", true);
    let is_verified = !node.settings.flag("tls.allow_insecure");
    line.put("tls-verification", is_verified);
    line.put_some("tls-host", node.filled("tls.server_name"));
    line.finish()
}

/// Transport and TLS. `has_tls` tells the protocols that know of TLS themselves from those for which
/// it is one more disguise.
fn put_transport(line: &mut Line, node: &ExportNode, has_tls: bool) {
    let tls = match node.security() {
        Security::Plain => 0,
        Security::Tls => 1,
        Security::Reality => 2,
    };
    let network = match node.protocol {
        // They have no transport but TCP.
        Protocol::Socks | Protocol::Http => "tcp",
        _ if node.network().is_empty() => "tcp",
        _ => node.network(),
    };
    let mut host = None;
    if network == "ws" {
        line.put("obfs", if tls == 0 { "ws" } else { "wss" });
        let path = node.filled("network_settings.path");
        line.put_some("obfs-uri", path.map(line::rooted));
        host = node.first("network_settings.headers.Host");
    } else if network == "tcp" {
        let request = "network_settings.header.request";
        if node.header_type() == Some("http") {
            line.put("obfs", "http");
            let path = node.first(&format!("{request}.path"));
            line.put("obfs-uri", line::rooted(path.unwrap_or("/")));
            host = node.first(&format!("{request}.headers.Host"));
        } else if tls != 0 && has_tls {
            line.put("over-tls", true);
        } else if tls != 0 {
            line.put("obfs", "over-tls");
        }
    }
    match tls {
        1 => {
            let is_verified = !node.settings.flag("tls_settings.allow_insecure");
            line.put("tls-verification", is_verified);
            host = host.or_else(|| node.filled("tls_settings.server_name"));
        }
        2 => {
            line.put_some(
                "reality-base64-pubkey",
                node.filled("reality_settings.public_key"),
            );
            line.put_some(
                "reality-hex-shortid",
                node.filled("reality_settings.short_id"),
            );
            host = host.or_else(|| node.filled("reality_settings.server_name"));
        }
        _ => {}
    }
    let name = if has_tls && network != "ws" {
        "tls-host"
    } else {
        "obfs-host"
    };
    line.put_some(name, host);
}
