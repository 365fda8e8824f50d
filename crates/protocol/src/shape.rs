//! The normal form of each protocol's settings, member by member.

use crate::Protocol;

/// What a member holds, and what stands where it is missing.
pub(crate) enum Shape {
    Integer(Option<i64>),
    Flag,
    Text(Option<&'static str>),
    /// A list or a map that is kept as it is; the lines are its default, null where there are none.
    Free(&'static [&'static str]),
    /// Null where it is missing.
    Object(&'static [Member]),
}

pub(crate) type Member = (&'static str, Shape);

use Shape::{Flag, Free, Integer, Object, Text};

const ECH: &[Member] = &[
    ("enabled", Flag),
    ("config", Text(None)),
    ("query_server_name", Text(None)),
    ("key", Text(None)),
    ("key_path", Text(None)),
    ("config_path", Text(None)),
];

/// The members of `tls_settings`, and of `tls` where that is an object.
pub(crate) const TLS: &[Member] = &[
    ("server_name", Text(None)),
    ("allow_insecure", Flag),
    ("ech", Object(ECH)),
];

const REALITY: &[Member] = &[
    ("server_name", Text(None)),
    ("server_port", Text(None)),
    ("public_key", Text(None)),
    ("private_key", Text(None)),
    ("short_id", Text(None)),
    ("allow_insecure", Flag),
];

const UTLS: &[Member] = &[("enabled", Flag), ("fingerprint", Text(Some("chrome")))];

const BRUTAL: &[Member] = &[
    ("enabled", Flag),
    ("up_mbps", Integer(None)),
    ("down_mbps", Integer(None)),
];

const MULTIPLEX: &[Member] = &[
    ("enabled", Flag),
    ("protocol", Text(Some("yamux"))),
    ("max_connections", Integer(None)),
    ("padding", Flag),
    ("brutal", Object(BRUTAL)),
];

const ENCRYPTION: &[Member] = &[
    ("enabled", Flag),
    ("encryption", Text(None)),
    ("decryption", Text(None)),
];

const BANDWIDTH: &[Member] = &[("up", Integer(None)), ("down", Integer(None))];

const OBFS: &[Member] = &[
    ("open", Flag),
    ("type", Text(Some("salamander"))),
    ("password", Text(None)),
];

const PADDING_SCHEME: &[&str] = &[
    "stop=8",
    "0=30-30",
    "1=100-400",
    "2=400-500,c,500-1000,c,500-1000,c,500-1000,c,500-1000",
    "3=9-9,500-1000",
    "4=500-1000",
    "5=500-1000",
    "6=500-1000",
    "7=500-1000",
];

const TROJAN: &[Member] = &[
    ("tls", Integer(Some(1))),
    ("network", Text(None)),
    ("network_settings", Free(&[])),
    ("server_name", Text(None)),
    ("allow_insecure", Flag),
    ("tls_settings", Object(TLS)),
    ("reality_settings", Object(REALITY)),
    ("multiplex", Object(MULTIPLEX)),
    ("utls", Object(UTLS)),
];

const VMESS: &[Member] = &[
    ("tls", Integer(Some(0))),
    ("network", Text(None)),
    ("rules", Free(&[])),
    ("network_settings", Free(&[])),
    ("tls_settings", Object(TLS)),
    ("multiplex", Object(MULTIPLEX)),
    ("utls", Object(UTLS)),
];

const VLESS: &[Member] = &[
    ("tls", Integer(Some(0))),
    ("tls_settings", Object(TLS)),
    ("flow", Text(None)),
    ("encryption", Object(ENCRYPTION)),
    ("network", Text(None)),
    ("network_settings", Free(&[])),
    ("reality_settings", Object(REALITY)),
    ("multiplex", Object(MULTIPLEX)),
    ("utls", Object(UTLS)),
];

const SHADOWSOCKS: &[Member] = &[
    ("cipher", Text(None)),
    ("obfs", Text(None)),
    ("obfs_settings", Free(&[])),
    ("plugin", Text(None)),
    ("plugin_opts", Text(None)),
];

const HYSTERIA: &[Member] = &[
    ("version", Integer(Some(2))),
    ("bandwidth", Object(BANDWIDTH)),
    ("obfs", Object(OBFS)),
    ("tls", Object(TLS)),
    ("hop_interval", Integer(None)),
];

const TUIC: &[Member] = &[
    ("version", Integer(Some(5))),
    ("congestion_control", Text(Some("cubic"))),
    ("alpn", Free(&["h3"])),
    ("udp_relay_mode", Text(Some("native"))),
    ("tls", Object(TLS)),
];

const ANYTLS: &[Member] = &[
    ("padding_scheme", Free(PADDING_SCHEME)),
    ("tls", Object(TLS)),
];

const PLAIN: &[Member] = &[("tls", Integer(Some(0))), ("tls_settings", Object(TLS))];

const MIERU: &[Member] = &[
    ("transport", Text(Some("TCP"))),
    ("traffic_pattern", Text(Some(""))),
    ("multiplex", Object(MULTIPLEX)),
];

/// The members of a protocol's settings.
pub(crate) const fn members(protocol: Protocol) -> &'static [Member] {
    match protocol {
        Protocol::Shadowsocks => SHADOWSOCKS,
        Protocol::Vmess => VMESS,
        Protocol::Trojan => TROJAN,
        Protocol::Vless => VLESS,
        Protocol::Hysteria => HYSTERIA,
        Protocol::Tuic => TUIC,
        Protocol::Anytls => ANYTLS,
        Protocol::Socks | Protocol::Naive | Protocol::Http => PLAIN,
        Protocol::Mieru => MIERU,
    }
}
