//! What can be chosen in the fields of protocols. What a node has beside it stays a choice of its own.

/// Values with what people call them.
type Choices = &'static [(&'static str, &'static str)];

pub(super) const SECURITIES: Choices = &[
    ("0", "desk.c_tls_0"),
    ("1", "desk.c_tls_1"),
    ("2", "desk.c_tls_2"),
];

pub(super) const TLS_OR_NONE: Choices = &[("0", "desk.c_tls_0"), ("1", "desk.c_tls_1")];

pub(super) const NETWORKS: Choices = &[
    ("tcp", "TCP"),
    ("ws", "WebSocket"),
    ("grpc", "gRPC"),
    ("httpupgrade", "HTTPUpgrade"),
    ("xhttp", "XHTTP"),
    ("h2", "HTTP/2"),
    ("kcp", "mKCP"),
];

pub(super) const HEADERS: Choices = &[("", "layout.none"), ("http", "HTTP")];

pub(super) const KCP_HEADERS: Choices = &[
    ("", "layout.none"),
    ("srtp", "SRTP"),
    ("utp", "uTP"),
    ("wechat-video", "wechat-video"),
    ("dtls", "DTLS"),
    ("wireguard", "WireGuard"),
];

pub(super) const XHTTP_MODES: Choices = &[
    ("", "auto"),
    ("packet-up", "packet-up"),
    ("stream-up", "stream-up"),
    ("stream-one", "stream-one"),
];

pub(super) const FINGERPRINTS: Choices = &[
    ("chrome", "Chrome"),
    ("firefox", "Firefox"),
    ("safari", "Safari"),
    ("ios", "iOS"),
    ("edge", "Edge"),
    ("random", "random"),
];

pub(super) const MUX_PROTOCOLS: Choices =
    &[("yamux", "yamux"), ("smux", "smux"), ("h2mux", "h2mux")];

pub(super) const CIPHERS: Choices = &[
    ("aes-128-gcm", "aes-128-gcm"),
    ("aes-192-gcm", "aes-192-gcm"),
    ("aes-256-gcm", "aes-256-gcm"),
    ("chacha20-ietf-poly1305", "chacha20-ietf-poly1305"),
    ("2022-blake3-aes-128-gcm", "2022-blake3-aes-128-gcm"),
    ("2022-blake3-aes-256-gcm", "2022-blake3-aes-256-gcm"),
    (
        "2022-blake3-chacha20-poly1305",
        "2022-blake3-chacha20-poly1305",
    ),
];

pub(super) const OBFUSCATIONS: Choices = &[("", "layout.none"), ("http", "HTTP"), ("tls", "TLS")];

pub(super) const FLOWS: Choices = &[
    ("", "layout.none"),
    ("xtls-rprx-vision", "xtls-rprx-vision"),
];

pub(super) const HYSTERIAS: Choices = &[("2", "2"), ("1", "1")];

pub(super) const TUICS: Choices = &[("5", "5"), ("4", "4")];

pub(super) const CONGESTIONS: Choices =
    &[("cubic", "cubic"), ("bbr", "bbr"), ("new_reno", "new_reno")];

pub(super) const RELAYS: Choices = &[("native", "native"), ("quic", "quic")];

pub(super) const MIERU_TRANSPORTS: Choices = &[("TCP", "TCP"), ("UDP", "UDP")];
