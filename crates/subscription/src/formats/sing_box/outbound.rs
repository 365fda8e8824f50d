//! One node as an outbound.

use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;

use crate::tree::{Members, Tree};
use crate::{ExportNode, ech};

/// The outbound; `None` where sing-box has none. With `hopping` it may change between ports.
pub(super) fn write(node: &ExportNode, hopping: bool, random: &dyn Random) -> Option<Members> {
    match node.protocol {
        Protocol::Shadowsocks => Some(shadowsocks(node)),
        Protocol::Vmess => Some(vmess(node, random)),
        Protocol::Vless => Some(vless(node, random)),
        Protocol::Trojan => Some(trojan(node, random)),
        Protocol::Hysteria => Some(hysteria(node, hopping)),
        Protocol::Tuic => Some(tuic(node)),
        Protocol::Anytls => Some(anytls(node)),
        Protocol::Socks => Some(socks(node)),
        Protocol::Http => Some(http(node)),
        Protocol::Mieru | Protocol::Naive => None,
    }
}

fn outbound(node: &ExportNode, kind: &str) -> Members {
    let mut outbound = Members::default();
    outbound.put("tag", node.name.as_str());
    outbound.put("type", kind);
    outbound.put("server", node.host.as_str());
    outbound.put("server_port", node.port);
    outbound
}

fn shadowsocks(node: &ExportNode) -> Members {
    let mut outbound = outbound(node, "shadowsocks");
    outbound.put_some("method", node.settings.text("cipher"));
    outbound.put("password", node.password.as_str());
    if let (Some(plugin), Some(options)) = (node.filled("plugin"), node.filled("plugin_opts")) {
        outbound.put("plugin", plugin);
        outbound.put("plugin_opts", options);
    }
    outbound
}

fn vmess(node: &ExportNode, random: &dyn Random) -> Members {
    let mut outbound = outbound(node, "vmess");
    outbound.put("uuid", node.password.as_str());
    outbound.put("security", "auto");
    outbound.put("alter_id", 0_i64);
    if node.tls() != 0 {
        let mut tls = certificate_tls(node, "tls_settings");
        put_fingerprint(node, random, &mut tls);
        outbound.put("tls", tls);
    }
    put_multiplex(node, &mut outbound);
    put_transport(node, random, &mut outbound);
    outbound
}

fn vless(node: &ExportNode, random: &dyn Random) -> Members {
    let mut outbound = outbound(node, "vless");
    outbound.put("uuid", node.password.as_str());
    outbound.put("packet_encoding", "xudp");
    outbound.put_some("flow", node.flow());
    if node.tls() != 0 {
        outbound.put("tls", tls_or_reality(node, random));
    }
    put_multiplex(node, &mut outbound);
    put_transport(node, random, &mut outbound);
    outbound
}

fn trojan(node: &ExportNode, random: &dyn Random) -> Members {
    let mut outbound = outbound(node, "trojan");
    outbound.put("password", node.password.as_str());
    outbound.put("tls", tls_or_reality(node, random));
    put_multiplex(node, &mut outbound);
    put_transport(node, random, &mut outbound);
    outbound
}

fn hysteria(node: &ExportNode, hopping: bool) -> Members {
    let second = node.settings.integer("version") == Some(2);
    let mut outbound = outbound(node, if second { "hysteria2" } else { "hysteria" });
    if hopping {
        let ports = node.ports.as_ref();
        outbound.put_some(
            "server_ports",
            ports.map(|ports| vec![ports.replace('-', ":")]),
        );
        let seconds = node.settings.integer("hop_interval");
        outbound.put_some("hop_interval", seconds.map(|seconds| format!("{seconds}s")));
    }
    outbound.put("tls", certificate_tls(node, "tls"));
    outbound.put_some("up_mbps", node.settings.integer("bandwidth.up"));
    outbound.put_some("down_mbps", node.settings.integer("bandwidth.down"));
    if second {
        outbound.put("password", node.password.as_str());
        if node.settings.flag("obfs.open") {
            let mut obfs = Members::default();
            obfs.put_some("type", node.filled("obfs.type"));
            obfs.put_some("password", node.settings.text("obfs.password"));
            outbound.put("obfs", obfs);
        }
    } else {
        outbound.put("auth_str", node.password.as_str());
        outbound.put_some("obfs", node.settings.text("obfs.password"));
        outbound.put("disable_mtu_discovery", true);
    }
    outbound
}

fn tuic(node: &ExportNode) -> Members {
    let mut outbound = outbound(node, "tuic");
    let congestion_control = node.filled("congestion_control").unwrap_or("cubic");
    outbound.put("congestion_control", congestion_control);
    outbound.put(
        "udp_relay_mode",
        node.filled("udp_relay_mode").unwrap_or("native"),
    );
    outbound.put("zero_rtt_handshake", true);
    outbound.put("heartbeat", "10s");
    let mut tls = certificate_tls(node, "tls");
    tls.put("alpn", node.texts("alpn").collect::<Vec<_>>());
    outbound.put("tls", tls);
    if node.settings.integer("version") == Some(4) {
        outbound.put("token", node.password.as_str());
    } else {
        outbound.put("uuid", node.password.as_str());
        outbound.put("password", node.password.as_str());
    }
    outbound
}

fn anytls(node: &ExportNode) -> Members {
    let mut outbound = outbound(node, "anytls");
    outbound.put("password", node.password.as_str());
    outbound.put("tls", certificate_tls(node, "tls"));
    outbound
}

fn socks(node: &ExportNode) -> Members {
    let mut outbound = outbound(node, "socks");
    outbound.put("version", "5");
    outbound.put("username", node.password.as_str());
    outbound.put("password", node.password.as_str());
    outbound
}

fn http(node: &ExportNode) -> Members {
    let mut outbound = outbound(node, "http");
    outbound.put("username", node.password.as_str());
    outbound.put("password", node.password.as_str());
    if node.tls() != 0 {
        outbound.put("tls", certificate_tls(node, "tls_settings"));
    }
    outbound
}

/// TLS, or Reality where the node speaks that.
fn tls_or_reality(node: &ExportNode, random: &dyn Random) -> Members {
    let mut tls = if node.tls() == 2 {
        reality(node)
    } else {
        certificate_tls(node, "tls_settings")
    };
    put_fingerprint(node, random, &mut tls);
    tls
}

/// TLS with the certificate of the settings at the path.
fn certificate_tls(node: &ExportNode, path: &str) -> Members {
    let mut tls = Members::default();
    tls.put("enabled", true);
    tls.put(
        "insecure",
        node.settings.flag(&format!("{path}.allow_insecure")),
    );
    tls.put_some("server_name", node.filled(&format!("{path}.server_name")));
    if let Some(hello) = ech::of(node, &format!("{path}.ech")) {
        let mut ech = Members::default();
        ech.put("enabled", true);
        ech.put_some("config", hello.config.map(|config| vec![config]));
        ech.put_some("query_server_name", hello.query_server_name);
        tls.put("ech", ech);
    }
    tls
}

fn reality(node: &ExportNode) -> Members {
    let mut reality = Members::default();
    reality.put("enabled", true);
    reality.put_some(
        "public_key",
        node.settings.text("reality_settings.public_key"),
    );
    reality.put_some("short_id", node.settings.text("reality_settings.short_id"));
    let mut tls = Members::default();
    tls.put("enabled", true);
    tls.put(
        "insecure",
        node.settings.flag("reality_settings.allow_insecure"),
    );
    tls.put_some("server_name", node.filled("reality_settings.server_name"));
    tls.put("reality", reality);
    tls
}

fn put_fingerprint(node: &ExportNode, random: &dyn Random, tls: &mut Members) {
    if let Some(fingerprint) = node.fingerprint(random) {
        let mut utls = Members::default();
        utls.put("enabled", true);
        utls.put("fingerprint", fingerprint);
        tls.put("utls", utls);
    }
}

fn put_multiplex(node: &ExportNode, outbound: &mut Members) {
    if !node.settings.flag("multiplex.enabled") {
        return;
    }
    let mut multiplex = Members::default();
    multiplex.put("enabled", true);
    multiplex.put(
        "protocol",
        node.filled("multiplex.protocol").unwrap_or("yamux"),
    );
    let connections = node.settings.integer("multiplex.max_connections");
    multiplex.put_some("max_connections", connections);
    multiplex.put("padding", node.settings.flag("multiplex.padding"));
    if node.settings.flag("multiplex.brutal.enabled") {
        let mut brutal = Members::default();
        brutal.put("enabled", true);
        brutal.put_some("up_mbps", node.settings.integer("multiplex.brutal.up_mbps"));
        brutal.put_some(
            "down_mbps",
            node.settings.integer("multiplex.brutal.down_mbps"),
        );
        multiplex.put("brutal", brutal);
    }
    outbound.put("multiplex", multiplex);
}

fn put_transport(node: &ExportNode, random: &dyn Random, outbound: &mut Members) {
    let path = node.filled("network_settings.path");
    let mut transport = Members::default();
    match node.network() {
        "tcp" if node.header_type() == Some("http") => {
            transport.put("type", "http");
            let path = node.drawn("network_settings.header.request.path", random);
            transport.put("path", path.unwrap_or("/"));
            let hosts = node.texts("network_settings.header.request.headers.Host");
            transport.put("host", hosts.collect::<Vec<_>>());
        }
        "ws" => {
            transport.put("type", "ws");
            transport.put_some("path", path);
            if let Some(host) = node.filled("network_settings.headers.Host") {
                let mut headers = Members::default();
                headers.put("Host", host);
                transport.put("headers", headers);
            }
            transport.put("max_early_data", 0_i64);
        }
        "grpc" => {
            transport.put("type", "grpc");
            transport.put_some("service_name", node.filled("network_settings.serviceName"));
        }
        "h2" => {
            transport.put("type", "http");
            put_set("host", node, "network_settings.host", &mut transport);
            transport.put_some("path", path);
        }
        "httpupgrade" => {
            transport.put("type", "httpupgrade");
            transport.put_some("path", path);
            transport.put("host", node.transport_host());
            put_set("headers", node, "network_settings.headers", &mut transport);
        }
        "quic" => transport.put("type", "quic"),
        _ => return,
    }
    outbound.put("transport", transport);
}

/// Puts a setting as it stands, whatever it is made of.
fn put_set(name: &'static str, node: &ExportNode, path: &str, transport: &mut Members) {
    let value = node.settings.at(path);
    transport.put_some(name, (!value.is_null()).then(|| Tree::from(value)));
}
