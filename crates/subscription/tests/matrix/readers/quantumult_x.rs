//! Quantumult X: a node a line, the whole in base64.

use super::line::{check_host, check_name, check_port, parts};
use super::schema::{Field, Kind, PATH, SWITCH, check, may, must, only_with};
use super::{Found, decoded, lines, unique};

const COMMON: &[Field] = &[
    may("fast-open", SWITCH),
    may("udp-relay", SWITCH),
    must("tag", Kind::Filled),
];
const SHADOWSOCKS: &[Field] = &[
    must(
        "method",
        Kind::Word(&[
            "aes-128-gcm",
            "aes-192-gcm",
            "aes-256-gcm",
            "chacha20-ietf-poly1305",
            "xchacha20-ietf-poly1305",
            "2022-blake3-aes-128-gcm",
            "2022-blake3-aes-256-gcm",
            "none",
        ]),
    ),
    must("password", Kind::Filled),
    may("obfs", Kind::Word(&["http", "tls", "ws", "wss"])),
];
const VMESS: &[Field] = &[
    must(
        "method",
        Kind::Word(&[
            "none",
            "aes-128-gcm",
            "chacha20-poly1305",
            "chacha20-ietf-poly1305",
        ]),
    ),
    must("password", Kind::Uuid),
    may("obfs", Kind::Word(&["http", "over-tls", "ws", "wss"])),
    may("tls-verification", SWITCH),
];
const VLESS: &[Field] = &[
    must("method", Kind::Word(&["none"])),
    must("password", Kind::Uuid),
    may("obfs", Kind::Word(&["http", "over-tls", "ws", "wss"])),
    may("tls-verification", SWITCH),
    may("vless-flow", Kind::Word(&["xtls-rprx-vision"])),
];
const TROJAN: &[Field] = &[
    must("password", Kind::Filled),
    may("obfs", Kind::Word(&["wss"])),
];
const DISGUISE: &[Field] = &[may("obfs-host", Kind::Filled), may("obfs-uri", PATH)];
const REALITY: &[Field] = &[
    may("reality-base64-pubkey", Kind::Filled),
    may("reality-hex-shortid", Kind::Filled),
];
const TLS: &[Field] = &[
    may("over-tls", SWITCH),
    may("tls-host", Kind::Filled),
    may("tls-verification", SWITCH),
];
const USER: &[Field] = &[may("username", Kind::Filled), may("password", Kind::Filled)];
const PASSWORD: &[Field] = &[must("password", Kind::Filled)];

pub(super) fn read(body: &str) -> Found {
    lines(&decoded(body)?, node).and_then(unique)
}

fn node(line: &str) -> Result<String, String> {
    let (kind, definition) = line.split_once('=').ok_or("no kind")?;
    let (bare, named) = parts(definition, 1)?;
    let (host, port) = bare[0].rsplit_once(':').ok_or("no port")?;
    check_host(host.trim_start_matches('[').trim_end_matches(']'))?;
    check_port(port)?;
    let fields: &[&[Field]] = match kind {
        "shadowsocks" => &[COMMON, SHADOWSOCKS, DISGUISE],
        "vmess" => &[COMMON, VMESS, DISGUISE],
        "vless" => &[COMMON, VLESS, DISGUISE, REALITY],
        "trojan" => &[COMMON, TROJAN, DISGUISE, TLS, REALITY],
        "http" | "socks5" => &[COMMON, USER, TLS],
        "anytls" => &[COMMON, PASSWORD, TLS],
        _ => return Err(format!("{kind} is no kind of server")),
    };
    check(&named, fields)?;
    let obfs = named
        .get("obfs")
        .and_then(|obfs| obfs.as_str())
        .unwrap_or_default();
    let is_over_tls = named.get("over-tls").is_some_and(|on| on == "true");
    only_with(&named, "obfs-host", !obfs.is_empty())?;
    // obfs=tls is written with a path by nobody, and read with one by nobody.
    only_with(&named, "obfs-uri", matches!(obfs, "http" | "ws" | "wss"))?;
    only_with(&named, "tls-host", is_over_tls)?;
    let has_tls = is_over_tls || matches!(obfs, "over-tls" | "wss");
    for name in [
        "tls-verification",
        "reality-base64-pubkey",
        "reality-hex-shortid",
    ] {
        only_with(&named, name, has_tls)?;
    }
    let is_bare = kind == "trojan" && !has_tls;
    if is_bare {
        return Err("no TLS".to_owned());
    }
    let tag = named["tag"].as_str().unwrap_or_default();
    check_name(tag)?;
    Ok(tag.to_owned())
}
