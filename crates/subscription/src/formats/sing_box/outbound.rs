//! One node as an outbound.

use std::cmp::Ordering;

use ferroboard_kernel::Random;
use ferroboard_protocol::Protocol;

use crate::capability::{Plugin, Transport};
use crate::ports::PortRange;
use crate::tree::Members;
use crate::{Client, ExportNode, ech, fields, version};

/// What a core knows that older ones refuse.
#[derive(Debug, Clone, Copy)]
pub(super) struct Core {
    /// Hysteria 2 may change between ports.
    hops: bool,
    /// So may Hysteria 1.
    hops_in_first_version: bool,
    /// The name whose DNS record has the configurations of encrypted client hello.
    queries_hello: bool,
}

impl Core {
    /// The core of a client; of one that does not tell its version nothing new is expected.
    pub(super) fn of(client: &Client) -> Self {
        let told = client
            .sing_box_core()
            .filter(|_| client.name == Some("sing-box"));
        let reaches =
            |minimum| told.is_some_and(|core| version::compare(core, minimum) != Ordering::Less);
        Self {
            hops: reaches("1.11"),
            hops_in_first_version: reaches("1.12"),
            queries_hello: reaches("1.13"),
        }
    }
}

/// The outbound; `None` where sing-box has none.
pub(super) fn write(node: &ExportNode, core: Core, random: &dyn Random) -> Option<Members> {
    match node.protocol {
        Protocol::Shadowsocks => Some(shadowsocks(node)),
        Protocol::Vmess => Some(vmess(node, core, random)),
        Protocol::Vless => Some(vless(node, core, random)),
        Protocol::Trojan => Some(trojan(node, core, random)),
        Protocol::Hysteria => Some(hysteria(node, core)),
        Protocol::Tuic => Some(tuic(node, core)),
        Protocol::Anytls => Some(anytls(node, core)),
        Protocol::Socks => Some(socks(node)),
        Protocol::Http => Some(http(node, core)),
        Protocol::Naive => Some(naive(node)),
        Protocol::Mieru => None,
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
    if let Some((name, options)) = plugin(node) {
        outbound.put("plugin", name);
        outbound.put("plugin_opts", options);
    }
    outbound
}

/// The plugin under the name that sing-box knows, with those options that it reads.
fn plugin(node: &ExportNode) -> Option<(&'static str, String)> {
    let plugin = node.plugin()?;
    let options = node.plugin_options();
    let is_number = |name: &str, value: Option<&str>| {
        name != "mux" || value.is_none_or(|value| value.parse::<u32>().is_ok())
    };
    let mut parts = Vec::new();
    let name = match plugin {
        Plugin::SimpleObfs => {
            let mode = options.value("obfs").or_else(|| options.value("mode"));
            parts.push(format!(
                "obfs={}",
                mode.or_else(|| node.filled("obfs")).unwrap_or("http")
            ));
            let host = options.value("obfs-host").or_else(|| options.value("host"));
            let host = host.or_else(|| node.filled("obfs_settings.host"));
            parts.extend(host.map(|host| format!("obfs-host={host}")));
            "obfs-local"
        }
        Plugin::V2rayWebSocket | Plugin::V2rayQuic => {
            if plugin == Plugin::V2rayQuic {
                parts.push("mode=quic".to_owned());
            }
            // QUIC is never without TLS, and the core wants to hear it.
            if plugin == Plugin::V2rayQuic || options.is_on("tls") {
                parts.push("tls".to_owned());
            }
            let further = options.iter().filter(|(name, value)| {
                !matches!(*name, "mode" | "tls") && is_number(name, *value)
            });
            parts.extend(further.map(|(name, value)| match value {
                Some(value) => format!("{name}={value}"),
                None => name.to_owned(),
            }));
            "v2ray-plugin"
        }
        _ => return None,
    };
    Some((name, parts.join(";")))
}

fn vmess(node: &ExportNode, core: Core, random: &dyn Random) -> Members {
    let mut outbound = outbound(node, "vmess");
    outbound.put("uuid", node.password.as_str());
    outbound.put("security", "auto");
    outbound.put("alter_id", 0_i64);
    if node.tls() != 0 {
        let mut tls = certificate_tls(node, "tls_settings", core);
        put_fingerprint(node, random, &mut tls);
        outbound.put("tls", tls);
    }
    put_multiplex(node, &mut outbound);
    put_transport(node, random, &mut outbound);
    outbound
}

fn vless(node: &ExportNode, core: Core, random: &dyn Random) -> Members {
    let mut outbound = outbound(node, "vless");
    outbound.put("uuid", node.password.as_str());
    outbound.put("packet_encoding", "xudp");
    outbound.put_some("flow", node.flow());
    if node.tls() != 0 {
        outbound.put("tls", tls_or_reality(node, core, random));
    }
    put_multiplex(node, &mut outbound);
    put_transport(node, random, &mut outbound);
    outbound
}

fn trojan(node: &ExportNode, core: Core, random: &dyn Random) -> Members {
    let mut outbound = outbound(node, "trojan");
    outbound.put("password", node.password.as_str());
    outbound.put("tls", tls_or_reality(node, core, random));
    put_multiplex(node, &mut outbound);
    put_transport(node, random, &mut outbound);
    outbound
}

fn hysteria(node: &ExportNode, core: Core) -> Members {
    let second = node.settings.integer("version") == Some(2);
    let mut outbound = outbound(node, if second { "hysteria2" } else { "hysteria" });
    let hops = if second {
        core.hops
    } else {
        core.hops_in_first_version
    };
    if hops {
        let ranges = node.ports.as_deref().and_then(PortRange::list);
        let written = |range: &PortRange| format!("{}:{}", range.first, range.last);
        let written = ranges.map(|ranges| ranges.iter().map(written).collect::<Vec<_>>());
        outbound.put_some("server_ports", written);
        let seconds = node.positive("hop_interval");
        outbound.put_some("hop_interval", seconds.map(|seconds| format!("{seconds}s")));
    }
    outbound.put("tls", certificate_tls(node, "tls", core));
    outbound.put_some("up_mbps", node.settings.integer("bandwidth.up"));
    outbound.put_some("down_mbps", node.settings.integer("bandwidth.down"));
    if second {
        outbound.put("password", node.password.as_str());
        if let Some(kind) = node.obfuscation() {
            let mut obfs = Members::default();
            obfs.put("type", kind);
            obfs.put_some("password", node.filled("obfs.password"));
            outbound.put("obfs", obfs);
        }
    } else {
        outbound.put("auth_str", node.password.as_str());
        // The node has it where there is a password, whether it is switched on or not.
        outbound.put_some("obfs", node.filled("obfs.password"));
        outbound.put("disable_mtu_discovery", true);
    }
    outbound
}

fn tuic(node: &ExportNode, core: Core) -> Members {
    let mut outbound = outbound(node, "tuic");
    outbound.put("congestion_control", node.congestion_control());
    outbound.put("udp_relay_mode", node.relay_mode());
    outbound.put("zero_rtt_handshake", true);
    outbound.put("heartbeat", "10s");
    let mut tls = certificate_tls(node, "tls", core);
    tls.put("alpn", node.texts("alpn").collect::<Vec<_>>());
    outbound.put("tls", tls);
    outbound.put("uuid", node.password.as_str());
    outbound.put("password", node.password.as_str());
    outbound
}

fn anytls(node: &ExportNode, core: Core) -> Members {
    let mut outbound = outbound(node, "anytls");
    outbound.put("password", node.password.as_str());
    outbound.put("tls", certificate_tls(node, "tls", core));
    outbound
}

fn socks(node: &ExportNode) -> Members {
    let mut outbound = outbound(node, "socks");
    outbound.put("version", "5");
    outbound.put("username", node.password.as_str());
    outbound.put("password", node.password.as_str());
    outbound
}

fn http(node: &ExportNode, core: Core) -> Members {
    let mut outbound = outbound(node, "http");
    outbound.put("username", node.password.as_str());
    outbound.put("password", node.password.as_str());
    if node.tls() != 0 {
        outbound.put("tls", certificate_tls(node, "tls_settings", core));
    }
    outbound
}

/// Its TLS is Chrome's own and knows few of the usual members.
fn naive(node: &ExportNode) -> Members {
    let mut outbound = outbound(node, "naive");
    outbound.put("username", node.password.as_str());
    outbound.put("password", node.password.as_str());
    let mut tls = Members::default();
    tls.put("enabled", true);
    tls.put_some("server_name", node.filled("tls_settings.server_name"));
    outbound.put("tls", tls);
    outbound
}

/// TLS, or Reality where the node speaks that.
fn tls_or_reality(node: &ExportNode, core: Core, random: &dyn Random) -> Members {
    let mut tls = if node.tls() == 2 {
        reality(node)
    } else {
        certificate_tls(node, "tls_settings", core)
    };
    put_fingerprint(node, random, &mut tls);
    tls
}

/// TLS with the certificate of the settings at the path.
fn certificate_tls(node: &ExportNode, path: &str, core: Core) -> Members {
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
        let config = hello.config.and_then(ech::in_armour);
        ech.put_some("config", config.map(|config| vec![config]));
        let queried = hello.query_server_name.filter(|_| core.queries_hello);
        ech.put_some("query_server_name", queried);
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
    // What imitates a browser cannot speak QUIC.
    if node.transport() == Transport::Quic {
        return;
    }
    if let Some(fingerprint) = node.fingerprint(random) {
        let mut utls = Members::default();
        utls.put("enabled", true);
        utls.put("fingerprint", fingerprint);
        tls.put("utls", utls);
    }
}

fn put_multiplex(node: &ExportNode, outbound: &mut Members) {
    let Some(protocol) = node.multiplex_protocol() else {
        return;
    };
    let mut multiplex = Members::default();
    multiplex.put("enabled", true);
    multiplex.put("protocol", protocol);
    let connections = node.positive("multiplex.max_connections");
    multiplex.put_some("max_connections", connections);
    multiplex.put("padding", node.settings.flag("multiplex.padding"));
    if let Some((up, down)) = node.brutal() {
        let mut brutal = Members::default();
        brutal.put("enabled", true);
        brutal.put("up_mbps", up);
        brutal.put("down_mbps", down);
        multiplex.put("brutal", brutal);
    }
    outbound.put("multiplex", multiplex);
}

fn put_transport(node: &ExportNode, random: &dyn Random, outbound: &mut Members) {
    let path = node.first("network_settings.path");
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
            if let Some(host) = node.first("network_settings.headers.Host") {
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
            let hosts: Vec<&str> = node.texts("network_settings.host").collect();
            transport.put_some("host", (!hosts.is_empty()).then_some(hosts));
            transport.put_some("path", path);
        }
        "httpupgrade" => {
            transport.put("type", "httpupgrade");
            transport.put_some("path", path);
            transport.put("host", node.transport_host());
            let headers = headers(node);
            transport.put_some("headers", (!headers.is_empty()).then_some(headers));
        }
        "quic" => transport.put("type", "quic"),
        _ => return,
    }
    outbound.put("transport", transport);
}

/// Further headers of the request, as far as they are texts.
fn headers(node: &ExportNode) -> Members {
    let headers = node.settings.at("network_settings.headers").as_object();
    let named = headers.into_iter().flatten();
    let written = named.filter_map(|(name, value)| {
        let mut values: Vec<&str> = fields::texts(value).collect();
        let value = match values.as_slice() {
            [] => return None,
            [_] => values.pop()?.into(),
            _ => values.into(),
        };
        Some((name.clone(), value))
    });
    written.collect()
}
