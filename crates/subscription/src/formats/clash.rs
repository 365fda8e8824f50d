//! Clash, and the clients that have its first core.

use ferroboard_protocol::Protocol;

use super::clash_family::{self, plugin, transport};
use crate::tree::Members;
use crate::{Document, Export, ExportNode};

pub(crate) fn document(export: &Export<'_>) -> Document {
    let document = clash_family::document(export, export.templates.clash(), proxy);
    match &export.site.url {
        Some(url) => document.with("profile-web-page-url", url.as_str()),
        None => document,
    }
}

/// The node as it stands under `proxies`; the form in which `client/app/getConfig` shows it, too.
pub(crate) fn proxy(node: &ExportNode) -> Option<Members> {
    match node.protocol {
        Protocol::Shadowsocks => Some(shadowsocks(node)),
        Protocol::Vmess => Some(vmess(node)),
        Protocol::Trojan => Some(trojan(node)),
        Protocol::Socks => Some(clash_family::plain(node, "socks5")),
        Protocol::Http => Some(clash_family::plain(node, "http")),
        _ => None,
    }
}

fn shadowsocks(node: &ExportNode) -> Members {
    let mut proxy = clash_family::shadowsocks(node);
    plugin::classic(node, &mut proxy);
    proxy
}

fn vmess(node: &ExportNode) -> Members {
    let mut proxy = clash_family::vmess(node);
    if node.tls() != 0 {
        proxy.put("tls", true);
        clash_family::verification(node, "tls_settings", "servername", &mut proxy);
    }
    match node.network() {
        "" | "tcp" => transport::tcp(node, transport::request_headers(node), &mut proxy),
        "ws" => transport::ws(node, &mut proxy),
        "grpc" => transport::grpc(node, &mut proxy),
        "h2" => transport::h2(node, &mut proxy),
        _ => {}
    }
    proxy
}

fn trojan(node: &ExportNode) -> Members {
    let mut proxy = clash_family::trojan(node);
    proxy.put_some("sni", node.filled("tls_settings.server_name"));
    proxy.put(
        "skip-cert-verify",
        node.settings.flag("tls_settings.allow_insecure"),
    );
    match node.network() {
        "ws" => transport::ws(node, &mut proxy),
        "grpc" => transport::grpc(node, &mut proxy),
        _ => proxy.put("network", "tcp"),
    }
    proxy
}
