//! Loon: a node a line.

use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;

use super::line::{self, Line};
use crate::{Document, Export, ExportNode};

/// The document of Loon.
pub(crate) fn document(export: &Export<'_>) -> Document {
    let lines = export
        .nodes
        .iter()
        .filter_map(|node| write(node, export.random));
    Document::new("text/plain", line::text(lines)).with_account(export.subscriber)
}

/// The line; `None` where there is no way to write it.
pub(crate) fn write(node: &ExportNode, random: &dyn Random) -> Option<String> {
    match node.protocol {
        Protocol::Shadowsocks => shadowsocks(node),
        Protocol::Vmess => vmess(node, random),
        Protocol::Trojan => trojan(node, random),
        Protocol::Vless => vless(node, random),
        Protocol::Hysteria => hysteria(node),
        Protocol::Anytls => anytls(node),
        Protocol::Tuic | Protocol::Socks | Protocol::Naive | Protocol::Http | Protocol::Mieru => {
            None
        }
    }
}

/// Name, kind, host and port.
fn begin(node: &ExportNode, kind: &str) -> Line {
    let mut line = Line::new(format_args!("{}={kind}", line::plain(&node.name)));
    line.part(&node.host);
    line.part(node.port);
    line
}

fn shadowsocks(node: &ExportNode) -> Option<String> {
    let mut line = begin(node, "Shadowsocks");
    line.part(node.settings.text("cipher").unwrap_or_default());
    line.part(&node.password);
    line.put("fast-open", false);
    line.put("udp", true);
    line.put_obfs(node, "obfs-name")?;
    line.finish()
}

fn vmess(node: &ExportNode, random: &dyn Random) -> Option<String> {
    let mut line = begin(node, "vmess");
    line.part("auto");
    line.part(&node.password);
    line.put("fast-open", false);
    line.put("udp", true);
    line.put("alterId", 0);
    if node.tls() != 0 {
        line.put("over-tls", true);
        if node.settings.at("tls_settings").is_object() {
            line.put(
                "skip-cert-verify",
                node.settings.flag("tls_settings.allow_insecure"),
            );
            line.put_some("tls-name", node.filled("tls_settings.server_name"));
        }
    }
    match node.network() {
        // Nothing is said where nothing is set.
        "" => {}
        _ => put_transport(&mut line, node, random)?,
    }
    line.finish()
}

/// Loon knows plain TCP, TCP that looks like HTTP, and WebSocket; `None` over anything else, which it
/// would take for TCP.
fn put_transport(line: &mut Line, node: &ExportNode, random: &dyn Random) -> Option<()> {
    match node.network() {
        "tcp" | "" => {
            let request = "network_settings.header.request";
            let kind = node.header_type().unwrap_or("tcp");
            if !matches!(kind, "tcp" | "http") {
                return None;
            }
            line.put("transport", kind);
            if kind == "http" {
                let path = node.drawn(&format!("{request}.path"), random);
                line.put_some("path", path.map(line::rooted));
                line.put_some(
                    "host",
                    node.drawn(&format!("{request}.headers.Host"), random),
                );
            }
        }
        "ws" => {
            line.put("transport", "ws");
            let path = node.filled("network_settings.path");
            line.put_some("path", path.map(line::rooted));
            line.put_some("host", node.first("network_settings.headers.Host"));
        }
        _ => return None,
    }
    Some(())
}

fn put_reality_keys(line: &mut Line, node: &ExportNode) {
    line.put_some("public-key", node.filled("reality_settings.public_key"));
    line.put_some("short-id", node.filled("reality_settings.short_id"));
}

/// The settings of the layer that hides the traffic.
fn layer(node: &ExportNode) -> &'static str {
    if node.tls() == 2 {
        "reality_settings"
    } else {
        "tls_settings"
    }
}

fn trojan(node: &ExportNode, random: &dyn Random) -> Option<String> {
    let layer = layer(node);
    let mut line = begin(node, "trojan");
    line.part(&node.password);
    line.put_some("tls-name", node.filled(&format!("{layer}.server_name")));
    if node.tls() == 2 {
        put_reality_keys(&mut line, node);
    }
    line.put(
        "skip-cert-verify",
        node.settings.flag(&format!("{layer}.allow_insecure")),
    );
    if node.network() == "ws" {
        put_transport(&mut line, node, random)?;
    }
    line.finish()
}

fn vless(node: &ExportNode, random: &dyn Random) -> Option<String> {
    let mut line = begin(node, "VLESS");
    line.part(&node.password);
    line.put("udp", true);
    line.put_some("flow", node.flow());
    line.put("over-tls", matches!(node.tls(), 1 | 2));
    if matches!(node.tls(), 1 | 2) {
        let layer = layer(node);
        line.put(
            "skip-cert-verify",
            node.settings.flag(&format!("{layer}.allow_insecure")),
        );
        line.put_some("sni", node.filled(&format!("{layer}.server_name")));
    }
    if node.tls() == 2 {
        put_reality_keys(&mut line, node);
    }
    put_transport(&mut line, node, random)?;
    line.finish()
}

/// Only the second version.
fn hysteria(node: &ExportNode) -> Option<String> {
    if node.settings.integer("version") != Some(2) {
        return None;
    }
    let mut line = begin(node, "Hysteria2");
    line.part(&node.password);
    line.put_some("sni", node.filled("tls.server_name"));
    if node.settings.flag("tls.allow_insecure") {
        line.put("skip-cert-verify", true);
    }
    line.put_some("download-bandwidth", node.positive("bandwidth.down"));
    line.put_some("salamander-password", node.salamander());
    line.put("udp", true);
    line.finish()
}

fn anytls(node: &ExportNode) -> Option<String> {
    let mut line = begin(node, "anytls");
    line.part(&node.password);
    line.put("udp", true);
    line.put_some("sni", node.filled("tls.server_name"));
    if node.settings.flag("tls.allow_insecure") {
        line.put("skip-cert-verify", true);
    }
    line.finish()
}
