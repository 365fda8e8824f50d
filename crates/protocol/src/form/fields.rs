//! The members of each protocol's form.

use crate::Protocol;

/// What a member must be.
pub(super) enum Rule {
    Text,
    Integer,
    Flag,
    /// A whole number that is one of these.
    Choice(&'static [i64]),
    /// A text that is one of these.
    Word(&'static [&'static str]),
    /// A list or an object, whatever is in it.
    List,
    /// A list of texts.
    Texts,
    Object(&'static [Field]),
}

use Rule::{Choice, Flag, Integer, List, Object, Text, Texts, Word};

pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) rule: Rule,
    pub(super) is_required: bool,
}

/// A member that may be absent or null.
const fn may(name: &'static str, rule: Rule) -> Field {
    Field {
        name,
        rule,
        is_required: false,
    }
}

const fn must(name: &'static str, rule: Rule) -> Field {
    Field {
        name,
        rule,
        is_required: true,
    }
}

const ECH: &[Field] = &[
    may("enabled", Flag),
    may("config", Text),
    may("query_server_name", Text),
    may("key", Text),
    may("key_path", Text),
    may("config_path", Text),
];

const TLS: &[Field] = &[
    may("server_name", Text),
    may("allow_insecure", Flag),
    may("ech", Object(ECH)),
];

const REALITY: &[Field] = &[
    may("allow_insecure", Flag),
    may("server_name", Text),
    may("server_port", Integer),
    may("public_key", Text),
    may("private_key", Text),
    may("short_id", Text),
];

const UTLS: &[Field] = &[may("enabled", Flag), may("fingerprint", Text)];

const BRUTAL: &[Field] = &[
    may("enabled", Flag),
    may("up_mbps", Integer),
    may("down_mbps", Integer),
];

const MULTIPLEX: &[Field] = &[
    may("enabled", Flag),
    may("protocol", Text),
    may("max_connections", Integer),
    may("min_streams", Integer),
    may("max_streams", Integer),
    may("padding", Flag),
    may("brutal", Object(BRUTAL)),
];

const OBFS_SETTINGS: &[Field] = &[may("path", Text), may("host", Text)];

const ENCRYPTION: &[Field] = &[
    may("enabled", Flag),
    may("encryption", Text),
    may("decryption", Text),
];

const OBFS: &[Field] = &[may("open", Flag), may("type", Text), may("password", Text)];

const BANDWIDTH: &[Field] = &[may("up", Integer), may("down", Integer)];

const SHADOWSOCKS: &[Field] = &[
    must("cipher", Text),
    may("obfs", Text),
    may("obfs_settings", Object(OBFS_SETTINGS)),
    may("plugin", Text),
    may("plugin_opts", Text),
];

const VMESS: &[Field] = &[
    must("tls", Integer),
    must("network", Text),
    may("network_settings", List),
    may("rules", List),
    may("tls_settings", Object(TLS)),
    may("multiplex", Object(MULTIPLEX)),
    may("utls", Object(UTLS)),
];

const VLESS: &[Field] = &[
    must("tls", Choice(&[0, 1, 2])),
    must("network", Text),
    may("network_settings", List),
    may("flow", Text),
    may("encryption", Object(ENCRYPTION)),
    may("tls_settings", Object(TLS)),
    may("reality_settings", Object(REALITY)),
    may("multiplex", Object(MULTIPLEX)),
    may("utls", Object(UTLS)),
];

const TROJAN: &[Field] = &[
    may("tls", Choice(&[0, 1, 2])),
    must("network", Text),
    may("network_settings", List),
    may("server_name", Text),
    may("allow_insecure", Flag),
    may("tls_settings", Object(TLS)),
    may("reality_settings", Object(REALITY)),
    may("multiplex", Object(MULTIPLEX)),
    may("utls", Object(UTLS)),
];

const HYSTERIA: &[Field] = &[
    must("version", Choice(&[1, 2])),
    may("alpn", Text),
    may("obfs", Object(OBFS)),
    may("bandwidth", Object(BANDWIDTH)),
    may("hop_interval", Integer),
    may("tls", Object(TLS)),
];

const TUIC: &[Field] = &[
    may("version", Choice(&[4, 5])),
    may("congestion_control", Text),
    may("alpn", Texts),
    may("udp_relay_mode", Text),
    may("tls", Object(TLS)),
];

const ANYTLS: &[Field] = &[
    may("tls", Object(TLS)),
    may("alpn", Text),
    may("padding_scheme", Texts),
];

const SOCKS: &[Field] = &[may("tls", Integer), may("tls_settings", Object(TLS))];

const WEB: &[Field] = &[must("tls", Integer), may("tls_settings", Object(TLS))];

const MIERU: &[Field] = &[
    must("transport", Word(&["TCP", "UDP"])),
    may("traffic_pattern", Text),
    may("multiplex", Object(MULTIPLEX)),
];

/// The members that a form of this protocol may have.
pub(super) const fn fields(protocol: Protocol) -> &'static [Field] {
    match protocol {
        Protocol::Shadowsocks => SHADOWSOCKS,
        Protocol::Vmess => VMESS,
        Protocol::Vless => VLESS,
        Protocol::Trojan => TROJAN,
        Protocol::Hysteria => HYSTERIA,
        Protocol::Tuic => TUIC,
        Protocol::Anytls => ANYTLS,
        Protocol::Socks => SOCKS,
        Protocol::Naive | Protocol::Http => WEB,
        Protocol::Mieru => MIERU,
    }
}
