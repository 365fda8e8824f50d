//! Links, as v2rayN and its like read them, and as those who made the schemes describe them. Apps pass
//! over what they do not know, which Xboard relies on: its own words are marked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use url::Url;

use super::line::check_host;
use super::schema::{Field, Kind, PORTS, check, is_uuid, may, must, only_with};
use super::{Found, decoded, lines};

pub(super) const BIT: Kind = Kind::Word(&["0", "1"]);
const FINGERPRINT: Kind = Kind::Word(&[
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
]);
const FLOW: Kind = Kind::Word(&["xtls-rprx-vision", "xtls-rprx-vision-udp443"]);
const KCP_HEADER: &[&str] = &[
    "none",
    "srtp",
    "utp",
    "wechat-video",
    "dtls",
    "wireguard",
    "dns",
];
const XHTTP_MODE: Kind = Kind::Word(&["auto", "packet-up", "stream-up", "stream-one"]);

/// The proposal of XTLS for links (Xray-core, discussion 716).
const STREAM: &[Field] = &[
    may(
        "type",
        Kind::Word(&[
            "tcp",
            "raw",
            "kcp",
            "ws",
            "http",
            "grpc",
            "httpupgrade",
            "xhttp",
        ]),
    ),
    may("security", Kind::Word(&["none", "tls", "reality"])),
    may("sni", Kind::Filled),
    may("fp", FINGERPRINT),
    may("alpn", Kind::Filled),
    may("ech", Kind::Filled),
    may("pbk", Kind::Filled),
    may("sid", Kind::Filled),
    may("spx", Kind::Filled),
    may("headerType", Kind::Word(KCP_HEADER_OR_HTTP)),
    may("seed", Kind::Filled),
    may("host", Kind::Filled),
    may("path", Kind::Filled),
    may("serviceName", Kind::Filled),
    may("mode", Kind::Filled),
    may(
        "extra",
        Kind::Such("an object", |text| {
            matches!(serde_json::from_str(text), Ok(Value::Object(_)))
        }),
    ),
    may("allowInsecure", BIT),
];
const KCP_HEADER_OR_HTTP: &[&str] = &[
    "none",
    "srtp",
    "utp",
    "wechat-video",
    "dtls",
    "wireguard",
    "dns",
    "http",
];
const VLESS: &[Field] = &[
    must("encryption", Kind::Filled),
    may("flow", FLOW),
    // Xboard's own word for `sni`.
    may("servername", Kind::Filled),
];
/// Trojan's first client called `sni` so.
const TROJAN: &[Field] = &[may("peer", Kind::Filled)];
/// v2.hysteria.network, "URI Scheme"; `mport` is v2rayN's.
const HYSTERIA_2: &[Field] = &[
    may("sni", Kind::Filled),
    may("insecure", BIT),
    may("obfs", Kind::Word(&["salamander"])),
    may("obfs-password", Kind::Filled),
    may("mport", PORTS),
];
/// v1.hysteria.network, "URI Scheme".
const HYSTERIA_1: &[Field] = &[
    must("protocol", Kind::Word(&["udp", "wechat-video", "faketcp"])),
    must("auth", Kind::Filled),
    must("upmbps", Kind::Digits(1, i64::MAX)),
    must("downmbps", Kind::Digits(1, i64::MAX)),
    may("peer", Kind::Filled),
    may("insecure", BIT),
    may("obfs", Kind::Word(&["xplus"])),
    may("obfsParam", Kind::Filled),
];
const TUIC: &[Field] = &[
    may("sni", Kind::Filled),
    may("alpn", Kind::Filled),
    may("allow_insecure", BIT),
    must(
        "congestion_control",
        Kind::Word(&["cubic", "new_reno", "bbr"]),
    ),
    may("udp-relay-mode", Kind::Word(&["native", "quic"])),
    // Xboard's own word for `allow_insecure`.
    may("insecure", BIT),
];
pub(super) const ANYTLS: &[Field] = &[may("sni", Kind::Filled), may("insecure", BIT)];
const HTTP: &[Field] = &[
    may("security", Kind::Word(&["tls"])),
    may("sni", Kind::Filled),
    may("allowInsecure", BIT),
];
const VMESS: &[Field] = &[
    must("v", Kind::Word(&["2"])),
    must("ps", Kind::Text),
    must("add", Kind::Filled),
    must("port", Kind::Digits(1, 65_535)),
    must("id", Kind::Uuid),
    must("aid", Kind::Word(&["0"])),
    must(
        "net",
        Kind::Word(&["tcp", "kcp", "ws", "h2", "grpc", "httpupgrade", "xhttp"]),
    ),
    must("type", Kind::Filled),
    must("host", Kind::Text),
    must("path", Kind::Text),
    must("tls", Kind::Word(&["", "tls"])),
    may("sni", Kind::Filled),
    may("fp", FINGERPRINT),
    may("insecure", BIT),
    // Xboard's own words: the mode of XHTTP, which apps look for in `type`, and more of it.
    may("mode", XHTTP_MODE),
    may("extra", Kind::Filled),
];
const CIPHERS: [&str; 12] = [
    "aes-128-gcm",
    "aes-192-gcm",
    "aes-256-gcm",
    "chacha20-ietf-poly1305",
    "chacha20-poly1305",
    "xchacha20-ietf-poly1305",
    "xchacha20-poly1305",
    "2022-blake3-aes-128-gcm",
    "2022-blake3-aes-256-gcm",
    "2022-blake3-chacha20-poly1305",
    "none",
    "plain",
];

pub(super) fn read(body: &str) -> Found {
    lines(&decoded(body)?, node)
}

fn node(link: &str) -> Result<String, String> {
    if let Some(encoded) = link.strip_prefix("vmess://") {
        return vmess(encoded);
    }
    let url = parsed(link)?;
    let query = query(&url)?;
    let secret = percent_encoding::percent_decode_str(url.username()).decode_utf8_lossy();
    match url.scheme() {
        "ss" => shadowsocks(&url, &query)?,
        "vless" => {
            check(&query, &[STREAM, VLESS])?;
            stream(&query, "none")?;
            if !is_uuid(&secret) {
                return Err("no UUID".to_owned());
            }
        }
        "trojan" => {
            check(&query, &[STREAM, TROJAN])?;
            stream(&query, "tls")?;
        }
        "hysteria2" => {
            check(&query, &[HYSTERIA_2])?;
            only_with(&query, "obfs-password", query.get("obfs").is_some())?;
        }
        "hysteria" => check(&query, &[HYSTERIA_1])?,
        "tuic" => {
            check(&query, &[TUIC])?;
            if !is_uuid(&secret) || url.password().is_none() {
                return Err("no UUID and password".to_owned());
            }
        }
        "anytls" => check(&query, &[ANYTLS])?,
        "socks" => {
            check(&query, &[])?;
            pair(&secret)?;
        }
        "http" => {
            check(&query, &[HTTP])?;
            pair(&secret)?;
        }
        other => return Err(format!("{other} is no scheme")),
    }
    if secret.is_empty() && url.scheme() != "hysteria" {
        return Err("no secret".to_owned());
    }
    Ok(url.fragment().unwrap_or_default().to_owned())
}

/// The address, which has a host, and a port unless it is that of the scheme.
pub(super) fn parsed(link: &str) -> Result<Url, String> {
    let url = Url::parse(link).map_err(|error| error.to_string())?;
    let host = url.host_str().unwrap_or_default();
    let host = percent_encoding::percent_decode_str(host).decode_utf8_lossy();
    check_host(host.trim_start_matches('[').trim_end_matches(']'))?;
    if url.port_or_known_default().is_none() {
        return Err("no port".to_owned());
    }
    Ok(url)
}

pub(super) fn query(url: &Url) -> Result<Value, String> {
    let mut members = Map::new();
    for (name, value) in url.query_pairs() {
        if members
            .insert(name.to_string(), value.as_ref().into())
            .is_some()
        {
            return Err(format!("{name} stands twice"));
        }
    }
    Ok(Value::Object(members))
}

/// Name and password.
fn pair(secret: &str) -> Result<(), String> {
    match decoded(secret)?.split_once(':') {
        Some((name, password)) if !name.is_empty() && !password.is_empty() => Ok(()),
        _ => Err("no name and password".to_owned()),
    }
}

/// SIP002. Keys of 2022 stand in base64 with their cipher, which the paper would rather have otherwise
/// and which every app reads.
pub(super) fn shadowsocks(url: &Url, query: &Value) -> Result<(), String> {
    let bytes = URL_SAFE_NO_PAD
        .decode(url.username())
        .map_err(|error| error.to_string())?;
    let secret = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    let (cipher, password) = secret.split_once(':').ok_or("no cipher")?;
    if !CIPHERS.contains(&cipher) || password.is_empty() {
        return Err(format!("{cipher} is no cipher"));
    }
    check(query, &[&[may("plugin", Kind::Filled)]])?;
    let Some(plugin) = query.get("plugin").and_then(Value::as_str) else {
        return Ok(());
    };
    let (name, options) = plugin.split_once(';').unwrap_or((plugin, ""));
    let known: &[&str] = match name {
        "obfs-local" => &["obfs", "obfs-host", "obfs-uri"],
        "v2ray-plugin" => &["mode", "tls", "host", "path", "mux", "server"],
        _ => return Err(format!("{name} is no plugin")),
    };
    let mut options = options.split(';').filter(|option| !option.is_empty());
    let strange =
        options.find(|option| !known.contains(&option.split('=').next().unwrap_or_default()));
    strange.map_or(Ok(()), |option| {
        Err(format!("{option} is no option of {name}"))
    })
}

/// What of a transport and a layer stands there belongs to it.
fn stream(query: &Value, without: &str) -> Result<(), String> {
    let text = |name: &str| query[name].as_str().unwrap_or_default();
    let network = if text("type").is_empty() {
        "tcp"
    } else {
        text("type")
    };
    let security = if text("security").is_empty() {
        without
    } else {
        text("security")
    };
    let is_request = text("headerType") == "http";
    let known_header = match network {
        "tcp" | "raw" => ["", "none", "http"].contains(&text("headerType")),
        "kcp" => KCP_HEADER.contains(&text("headerType")),
        _ => text("headerType").is_empty(),
    };
    if !known_header {
        return Err(format!("{} over {network}", text("headerType")));
    }
    let has_path = is_request || matches!(network, "ws" | "http" | "httpupgrade" | "xhttp");
    for (name, is_read) in [
        ("path", has_path),
        ("host", has_path),
        ("serviceName", network == "grpc"),
        ("extra", network == "xhttp"),
        ("seed", network == "kcp"),
        ("pbk", security == "reality"),
        ("sid", security == "reality"),
        ("spx", security == "reality"),
        ("sni", security != "none"),
        ("fp", security != "none"),
        ("ech", security == "tls"),
        ("allowInsecure", security == "tls"),
    ] {
        only_with(query, name, is_read)?;
    }
    let is_mode = match network {
        "grpc" => matches!(text("mode"), "" | "gun" | "multi"),
        "xhttp" => matches!(
            text("mode"),
            "" | "auto" | "packet-up" | "stream-up" | "stream-one"
        ),
        // Xboard's own: it stands there whatever the transport.
        _ => matches!(text("mode"), "" | "multi"),
    };
    let has_keys = security != "reality" || (!text("pbk").is_empty() && !text("fp").is_empty());
    if is_mode && has_keys {
        Ok(())
    } else {
        Err(format!("{network} with {security}"))
    }
}

fn vmess(encoded: &str) -> Result<String, String> {
    let json: Value =
        serde_json::from_str(&decoded(encoded)?).map_err(|error| error.to_string())?;
    check(&json, &[VMESS])?;
    let text = |name: &str| json[name].as_str().unwrap_or_default();
    check_host(text("add"))?;
    let kind = text("type");
    let is_right = match text("net") {
        "tcp" => matches!(kind, "none" | "http"),
        "kcp" => KCP_HEADER.contains(&kind),
        "grpc" => matches!(kind, "gun" | "multi"),
        "xhttp" => matches!(kind, "auto" | "packet-up" | "stream-up" | "stream-one"),
        // Nothing reads it there.
        _ => true,
    };
    if !is_right {
        return Err(format!("{kind} over {}", text("net")));
    }
    for name in ["sni", "fp", "insecure"] {
        only_with(&json, name, text("tls") == "tls")?;
    }
    Ok(text("ps").to_owned())
}
