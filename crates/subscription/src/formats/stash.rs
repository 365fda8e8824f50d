//! Stash.

use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;

use super::clash_family::{self, plugin, transport};
use crate::tree::Members;
use crate::{Document, Export, ExportNode};

pub(crate) fn document(export: &Export<'_>) -> Document {
    let write = |node: &ExportNode| proxy(node, export.random);
    clash_family::document(export, export.templates.stash(), write)
}

fn proxy(node: &ExportNode, random: &dyn Random) -> Option<Members> {
    match node.protocol {
        Protocol::Shadowsocks => Some(shadowsocks(node)),
        Protocol::Vmess => Some(vmess(node)),
        Protocol::Vless => Some(vless(node, random)),
        Protocol::Hysteria => Some(hysteria(node)),
        Protocol::Trojan => Some(trojan(node)),
        Protocol::Tuic => Some(tuic(node)),
        Protocol::Anytls => Some(anytls(node)),
        Protocol::Socks => Some(plain(node, "socks5")),
        Protocol::Http => Some(plain(node, "http")),
        Protocol::Mieru | Protocol::Naive => None,
    }
}

fn shadowsocks(node: &ExportNode) -> Members {
    let mut proxy = clash_family::shadowsocks(node);
    plugin::classic(node, &mut proxy);
    proxy
}

fn vmess(node: &ExportNode) -> Members {
    let mut proxy = clash_family::vmess(node);
    proxy.put("tls", node.tls() != 0);
    clash_family::verification(node, "tls_settings", "servername", &mut proxy);
    if matches!(node.network(), "" | "tcp") {
        transport::tcp(node, transport::request_host(node), &mut proxy);
    } else {
        put_transport(node, &mut proxy);
    }
    proxy
}

fn vless(node: &ExportNode, random: &dyn Random) -> Members {
    let mut proxy = clash_family::proxy(node, "vless");
    proxy.put("uuid", node.password.as_str());
    proxy.put("udp", true);
    proxy.put_some("client-fingerprint", node.fingerprint(random));
    proxy.put_some("flow", node.flow());
    match node.tls() {
        1 => {
            proxy.put("tls", true);
            clash_family::verification(node, "tls_settings", "servername", &mut proxy);
        }
        2 => {
            let name = node.filled("reality_settings.server_name");
            proxy.put("tls", true);
            proxy.put(
                "skip-cert-verify",
                node.settings.flag("reality_settings.allow_insecure"),
            );
            proxy.put_some("servername", name);
            proxy.put_some("sni", name);
            clash_family::reality(node, &mut proxy);
        }
        _ => {}
    }
    if matches!(node.network(), "" | "tcp") {
        transport::tcp(node, transport::request_headers(node), &mut proxy);
    } else {
        put_transport(node, &mut proxy);
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
        "ws" => put_transport(node, &mut proxy),
        "grpc" => transport::grpc(node, &mut proxy),
        _ => proxy.put("network", "tcp"),
    }
    proxy
}

/// The options of WebSocket and gRPC stand there even when there are none.
fn put_transport(node: &ExportNode, proxy: &mut Members) {
    match node.network() {
        "ws" => {
            transport::ws(node, proxy);
            put_missing(proxy, "ws-opts");
        }
        "grpc" => {
            transport::grpc(node, proxy);
            put_missing(proxy, "grpc-opts");
        }
        "h2" => transport::h2(node, proxy),
        _ => {}
    }
}

fn put_missing(proxy: &mut Members, options: &'static str) {
    if proxy.get(options).is_none() {
        proxy.put(options, Members::default());
    }
}

fn hysteria(node: &ExportNode) -> Members {
    let second = node.settings.integer("version") == Some(2);
    let mut proxy = clash_family::proxy(node, if second { "hysteria2" } else { "hysteria" });
    proxy.put_some("up-speed", node.positive("bandwidth.up"));
    proxy.put_some("down-speed", node.positive("bandwidth.down"));
    proxy.put("skip-cert-verify", node.settings.flag("tls.allow_insecure"));
    proxy.put_some("sni", node.filled("tls.server_name"));
    proxy.put_some("ports", node.ports.as_deref());
    if second {
        proxy.put("auth", node.password.as_str());
        proxy.put("fast-open", true);
        if let Some(kind) = node.obfuscation() {
            proxy.put("obfs", kind);
            proxy.put_some("obfs-password", node.filled("obfs.password"));
        }
    } else {
        proxy.put("auth-str", node.password.as_str());
        proxy.put("protocol", "udp");
        // The node has it where there is a password, whether it is switched on or not.
        proxy.put_some("obfs", node.filled("obfs.password"));
    }
    proxy
}

fn tuic(node: &ExportNode) -> Members {
    let mut proxy = clash_family::proxy(node, "tuic");
    proxy.put("congestion-controller", node.congestion_control());
    proxy.put("udp-relay-mode", node.relay_mode());
    clash_family::put_alpn(node, &mut proxy);
    proxy.put("reduce-rtt", true);
    proxy.put("fast-open", true);
    proxy.put("heartbeat-interval", 10_000_i64);
    proxy.put("request-timeout", 8_000_i64);
    proxy.put("max-udp-relay-packet-size", 1_500_i64);
    proxy.put("version", node.settings.integer("version").unwrap_or(5));
    clash_family::put_tuic_secret(node, &mut proxy);
    proxy.put("skip-cert-verify", node.settings.flag("tls.allow_insecure"));
    proxy.put_some("sni", node.filled("tls.server_name"));
    proxy
}

fn anytls(node: &ExportNode) -> Members {
    let mut proxy = clash_family::proxy(node, "anytls");
    proxy.put("password", node.password.as_str());
    proxy.put_some("sni", node.filled("tls.server_name"));
    proxy.put("skip-cert-verify", node.settings.flag("tls.allow_insecure"));
    proxy.put("udp", true);
    proxy
}

/// SOCKS and HTTP.
fn plain(node: &ExportNode, kind: &str) -> Members {
    let mut proxy = clash_family::plain(node, kind);
    if node.tls() != 0 {
        proxy.put_some("sni", node.filled("tls_settings.server_name"));
    }
    proxy
}
