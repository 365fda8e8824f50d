//! Stash: Clash's document, with more types of proxies.

use serde_json::Value;

use super::Found;
use super::clash::{COMMON, SHADOWSOCKS, TRANSPORT, USER, VMESS, document, plugin, transport};
use super::schema::{Field, Kind, PORTS, REALITY_KEY, SHORT_ID, check, may, must};

const ROOT: [&str; 7] = [
    "mode",
    "log-level",
    "dns",
    "proxies",
    "proxy-groups",
    "rules",
    "http",
];
const BUILT_IN: [&str; 3] = ["DIRECT", "REJECT", "REJECT-DROP"];
/// What stands at the head of the page for all types.
const TLS: &[Field] = &[
    may("tls", Kind::Flag),
    may("skip-cert-verify", Kind::Flag),
    may("sni", Kind::Filled),
    may("alpn", Kind::Texts),
];
const HOPPING: &[Field] = &[
    may("ports", PORTS),
    may("hop-interval", Kind::Whole(1, i64::MAX)),
];
const CIPHERS: &[Field] = &[must(
    "cipher",
    Kind::Word(&[
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "xchacha20-ietf-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "2022-blake3-chacha20-poly1305",
    ]),
)];
const VLESS: &[Field] = &[
    must("uuid", Kind::Uuid),
    may("flow", Kind::Word(&["xtls-rprx-vision"])),
    may("servername", Kind::Filled),
    may("reality-opts", Kind::Table(REALITY)),
    may(
        "client-fingerprint",
        Kind::Word(&[
            "chrome",
            "firefox",
            "safari",
            "ios",
            "android",
            "edge",
            "360",
            "qq",
            "random",
            "randomized",
        ]),
    ),
];
const REALITY: &[Field] = &[must("public-key", REALITY_KEY), may("short-id", SHORT_ID)];
const TROJAN: &[Field] = &[must("password", Kind::Filled)];
const PASSWORD: &[Field] = &[must("password", Kind::Filled)];
const SPEED: &[Field] = &[
    may("up-speed", Kind::Whole(1, i64::MAX)),
    may("down-speed", Kind::Whole(1, i64::MAX)),
];
const HYSTERIA: &[Field] = &[
    must("auth-str", Kind::Filled),
    may("protocol", Kind::Word(&["udp", "wechat-video"])),
    may("obfs", Kind::Filled),
];
const HYSTERIA_2: &[Field] = &[
    must("auth", Kind::Filled),
    may("fast-open", Kind::Flag),
    may("obfs", Kind::Word(&["salamander"])),
    may("obfs-password", Kind::Filled),
];
/// The options are those of Clash's relatives, from where the type came.
const TUIC: &[Field] = &[
    must("version", Kind::Whole(4, 5)),
    may("token", Kind::Filled),
    may("uuid", Kind::Uuid),
    may("password", Kind::Filled),
    may(
        "congestion-controller",
        Kind::Word(&["cubic", "new_reno", "bbr"]),
    ),
    may("udp-relay-mode", Kind::Word(&["native", "quic"])),
    may("reduce-rtt", Kind::Flag),
    may("fast-open", Kind::Flag),
    may("heartbeat-interval", Kind::Whole(1, i64::MAX)),
    may("request-timeout", Kind::Whole(1, i64::MAX)),
    may("max-udp-relay-packet-size", Kind::Whole(1, i64::MAX)),
];

pub(super) fn read(body: &str) -> Found {
    document(body, &ROOT, &BUILT_IN, proxy)
}

fn proxy(proxy: &Value) -> Result<(), String> {
    let kind = proxy["type"].as_str().unwrap_or_default();
    let fields: &[&[Field]] = match kind {
        "ss" => &[COMMON, SHADOWSOCKS, CIPHERS],
        "vmess" => &[COMMON, VMESS, TRANSPORT, TLS],
        "vless" => &[COMMON, VLESS, TRANSPORT, TLS],
        "trojan" => &[COMMON, TROJAN, TRANSPORT, TLS],
        "hysteria" => &[COMMON, HYSTERIA, SPEED, HOPPING, TLS],
        "hysteria2" => &[COMMON, HYSTERIA_2, SPEED, HOPPING, TLS],
        "tuic" => &[COMMON, TUIC, HOPPING, TLS],
        "anytls" => &[COMMON, PASSWORD, TLS],
        "socks5" | "http" => &[COMMON, USER, TLS],
        _ => return Err(format!("{kind} is no type")),
    };
    check(proxy, fields)?;
    plugin(proxy)?;
    transport(proxy)?;
    let network = proxy["network"].as_str().unwrap_or("tcp");
    let is_right = match kind {
        // The page has Trojan over WebSocket and gRPC alone, and Reality over TCP alone.
        "trojan" => matches!(network, "tcp" | "ws" | "grpc"),
        "vless" if proxy.get("reality-opts").is_some() => network == "tcp" && proxy["tls"] == true,
        "tuic" if proxy["version"] == 4 => proxy.get("token").is_some(),
        "tuic" => proxy.get("uuid").is_some() && proxy.get("password").is_some(),
        "hysteria" => proxy.get("up-speed").is_some() && proxy.get("down-speed").is_some(),
        "hysteria2" => proxy.get("obfs").is_some() == proxy.get("obfs-password").is_some(),
        _ => true,
    };
    if is_right {
        Ok(())
    } else {
        Err(format!("{kind} over {network}"))
    }
}
