//! Surge: nodes as lines inside a template.

use ferroboard_protocol::Protocol;

use super::line::Line;
use super::surge_family::{self, begin, common, put_verification};
use crate::{Document, Export, ExportNode, TemplateName};

const JOINT: &str = " = ";

/// The document of Surge.
pub(crate) fn document(export: &Export<'_>) -> Document {
    // Surge fetches the file again where it came from.
    let link = match &export.site.host {
        Some(host) => format!("https://{}{}", host.authority(), export.site.path),
        None => export.site.link.clone(),
    };
    let template = export.templates.text(TemplateName::Surge);
    let body = surge_family::fill(template, export, &link, write);
    Document::new("application/octet-stream", body).with_file_name(export.site, ".conf")
}

/// The line; `None` where there is no way to write it.
pub(crate) fn write(node: &ExportNode) -> Option<String> {
    let line = match node.protocol {
        Protocol::Hysteria => return hysteria(node),
        Protocol::Tuic => tuic(node),
        Protocol::Anytls => {
            let mut line = surge_family::anytls(node, JOINT);
            put_verification(&mut line, node, "tls");
            line
        }
        Protocol::Socks | Protocol::Http => {
            let has_tls = node.tls() != 0;
            let kind = match (node.protocol, has_tls) {
                (Protocol::Socks, false) => "socks5",
                (Protocol::Socks, true) => "socks5-tls",
                (_, false) => "http",
                (_, true) => "https",
            };
            let mut line = begin(node, JOINT, kind);
            line.part(&node.password);
            line.part(&node.password);
            if has_tls {
                put_verification(&mut line, node, "tls_settings");
            }
            if node.protocol == Protocol::Socks {
                line.put("udp-relay", true);
            }
            line
        }
        _ => common(node, JOINT)?,
    };
    line.finish()
}

/// Each version has a type of its own.
fn tuic(node: &ExportNode) -> Line {
    let mut line = if node.settings.integer("version") == Some(4) {
        let mut line = begin(node, JOINT, "tuic");
        line.put("token", &node.password);
        line
    } else {
        let mut line = begin(node, JOINT, "tuic-v5");
        line.put("uuid", &node.password);
        line.put("password", &node.password);
        line
    };
    // Several would need commas.
    let protocols: Vec<&str> = node.texts("alpn").collect();
    let first = protocols.iter().find(|protocol| **protocol == "h3");
    line.put_some("alpn", first.or(protocols.first()));
    put_verification(&mut line, node, "tls");
    line
}

/// Only the second version.
fn hysteria(node: &ExportNode) -> Option<String> {
    if node.settings.integer("version") != Some(2) {
        return None;
    }
    let mut line = begin(node, JOINT, "hysteria2");
    line.put("password", &node.password);
    line.put_some("sni", node.filled("tls.server_name"));
    line.put("udp-relay", true);
    line.put_some("download-bandwidth", node.positive("bandwidth.down"));
    if node.settings.flag("tls.allow_insecure") {
        line.put("skip-cert-verify", true);
    }
    line.put_some("salamander-password", node.salamander());
    line.finish()
}
