//! Mihomo, the core that was called Clash Meta, and the clients that have it.

use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;

use super::clash_family::{self, plugin, transport};
use crate::ports::PortRange;
use crate::tree::Members;
use crate::{Document, Export, ExportNode, ech};

pub(crate) fn document(export: &Export<'_>) -> Document {
    let write = |node: &ExportNode| proxy(node, export.random);
    clash_family::document(export, export.templates.clash_meta(), write)
}

fn proxy(node: &ExportNode, random: &dyn Random) -> Option<Members> {
    match node.protocol {
        Protocol::Shadowsocks => Some(shadowsocks(node)),
        Protocol::Vmess => Some(vmess(node, random)),
        Protocol::Trojan => Some(trojan(node, random)),
        Protocol::Vless => Some(vless(node, random)),
        Protocol::Hysteria => Some(hysteria(node)),
        Protocol::Tuic => Some(tuic(node)),
        Protocol::Anytls => Some(anytls(node)),
        Protocol::Socks => Some(clash_family::plain(node, "socks5")),
        Protocol::Http => Some(clash_family::plain(node, "http")),
        Protocol::Mieru => Some(mieru(node)),
        Protocol::Naive => None,
    }
}

fn shadowsocks(node: &ExportNode) -> Members {
    let mut proxy = clash_family::shadowsocks(node);
    plugin::meta(node, &mut proxy);
    proxy
}

fn vmess(node: &ExportNode, random: &dyn Random) -> Members {
    let mut proxy = clash_family::vmess(node);
    if node.tls() != 0 {
        proxy.put("tls", true);
        clash_family::verification(node, "tls_settings", "servername", &mut proxy);
        put_ech(node, "tls_settings.ech", &mut proxy);
    }
    proxy.put_some("client-fingerprint", node.fingerprint(random));
    put_multiplex(node, &mut proxy);
    put_transport(node, &mut proxy);
    proxy
}

fn vless(node: &ExportNode, random: &dyn Random) -> Members {
    let mut proxy = clash_family::vmess(node);
    proxy.put("type", "vless");
    proxy.put_some("flow", node.flow());
    proxy.put("encryption", node.encryption().unwrap_or("none"));
    proxy.put("tls", matches!(node.tls(), 1 | 2));
    match node.tls() {
        1 => {
            clash_family::verification(node, "tls_settings", "servername", &mut proxy);
            put_ech(node, "tls_settings.ech", &mut proxy);
            proxy.put_some("client-fingerprint", node.fingerprint(random));
        }
        2 => {
            clash_family::verification(node, "reality_settings", "servername", &mut proxy);
            clash_family::reality(node, &mut proxy);
            proxy.put_some("client-fingerprint", node.fingerprint(random));
        }
        _ => {}
    }
    put_transport(node, &mut proxy);
    put_multiplex(node, &mut proxy);
    proxy
}

fn trojan(node: &ExportNode, random: &dyn Random) -> Members {
    let mut proxy = clash_family::trojan(node);
    if node.tls() == 2 {
        clash_family::verification(node, "reality_settings", "sni", &mut proxy);
        clash_family::reality(node, &mut proxy);
    } else {
        clash_family::verification(node, "tls_settings", "sni", &mut proxy);
        put_ech(node, "tls_settings.ech", &mut proxy);
    }
    proxy.put_some("client-fingerprint", node.fingerprint(random));
    put_multiplex(node, &mut proxy);
    match node.network() {
        "ws" => transport::ws(node, &mut proxy),
        "grpc" => transport::grpc(node, &mut proxy),
        "httpupgrade" => transport::http_upgrade(node, &mut proxy),
        _ => proxy.put("network", "tcp"),
    }
    proxy
}

/// The transports of VLESS, most of which `VMess` has as well.
fn put_transport(node: &ExportNode, proxy: &mut Members) {
    match node.network() {
        "tcp" => transport::tcp(node, transport::request_headers(node), proxy),
        "ws" => transport::ws(node, proxy),
        "grpc" => transport::grpc(node, proxy),
        "h2" => transport::h2(node, proxy),
        "httpupgrade" => transport::http_upgrade(node, proxy),
        "xhttp" => transport::xhttp(node, proxy),
        _ => proxy.put("network", "tcp"),
    }
}

fn hysteria(node: &ExportNode) -> Members {
    let second = node.settings.integer("version") == Some(2);
    let mut proxy = clash_family::proxy(node, if second { "hysteria2" } else { "hysteria" });
    proxy.put_some("sni", node.filled("tls.server_name"));
    proxy.put_some("up", node.settings.integer("bandwidth.up"));
    proxy.put_some("down", node.settings.integer("bandwidth.down"));
    proxy.put("skip-cert-verify", node.settings.flag("tls.allow_insecure"));
    proxy.put_some("ports", node.ports.as_deref());
    proxy.put_some("hop-interval", node.positive("hop_interval"));
    if second {
        proxy.put("password", node.password.as_str());
        if let Some(kind) = node.obfuscation() {
            proxy.put("obfs", kind);
            proxy.put_some("obfs-password", node.filled("obfs.password"));
        }
    } else {
        proxy.put("auth_str", node.password.as_str());
        proxy.put("protocol", "udp");
        // The node has it where there is a password, whether it is switched on or not.
        proxy.put_some("obfs", node.filled("obfs.password"));
        proxy.put("fast-open", true);
        proxy.put("disable_mtu_discovery", true);
    }
    proxy
}

fn tuic(node: &ExportNode) -> Members {
    let mut proxy = clash_family::proxy(node, "tuic");
    proxy.put("udp", true);
    clash_family::put_tuic_secret(node, &mut proxy);
    proxy.put("skip-cert-verify", node.settings.flag("tls.allow_insecure"));
    proxy.put_some("sni", node.filled("tls.server_name"));
    clash_family::put_alpn(node, &mut proxy);
    proxy.put("congestion-controller", node.congestion_control());
    proxy.put("udp-relay-mode", node.relay_mode());
    proxy
}

fn anytls(node: &ExportNode) -> Members {
    let mut proxy = clash_family::proxy(node, "anytls");
    proxy.put("password", node.password.as_str());
    proxy.put("udp", true);
    proxy.put_some("sni", node.filled("tls.server_name"));
    if node.settings.flag("tls.allow_insecure") {
        proxy.put("skip-cert-verify", true);
    }
    put_ech(node, "tls.ech", &mut proxy);
    proxy
}

fn mieru(node: &ExportNode) -> Members {
    let mut proxy = clash_family::proxy(node, "mieru");
    proxy.put("username", node.password.as_str());
    proxy.put("password", node.password.as_str());
    let transport = node.filled("transport").unwrap_or("TCP");
    proxy.put("transport", transport.to_ascii_uppercase());
    // The core takes one port or one range, and refuses a document in which both stand.
    let ranges = node.ports.as_deref().and_then(PortRange::list);
    let first = ranges.and_then(|ranges| ranges.into_iter().next());
    if let Some(range) = first.filter(|range| range.first != range.last) {
        proxy.take("port");
        proxy.put("port-range", range.to_string());
    }
    proxy
}

fn put_multiplex(node: &ExportNode, proxy: &mut Members) {
    let Some(protocol) = node.multiplex_protocol() else {
        return;
    };
    let mut smux = Members::default();
    smux.put("enabled", true);
    smux.put("protocol", protocol);
    smux.put_some(
        "max-connections",
        node.positive("multiplex.max_connections"),
    );
    smux.put_some(
        "padding",
        node.settings.flag("multiplex.padding").then_some(true),
    );
    if let Some((up, down)) = node.brutal() {
        let mut brutal = Members::default();
        brutal.put("enabled", true);
        brutal.put("up", up);
        brutal.put("down", down);
        smux.put("brutal-opts", brutal);
    }
    proxy.put("smux", smux);
}

fn put_ech(node: &ExportNode, path: &str, proxy: &mut Members) {
    let Some(hello) = ech::of(node, path) else {
        return;
    };
    let mut options = Members::default();
    options.put("enable", true);
    options.put_some("config", hello.config.and_then(ech::without_armour));
    options.put_some("query-server-name", hello.query_server_name);
    proxy.put("ech-opts", options);
}
