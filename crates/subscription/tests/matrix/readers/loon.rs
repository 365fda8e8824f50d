//! Loon: a node a line.

use super::line::{check_host, check_name, check_port, parts};
use super::schema::{Field, Kind, PATH, SWITCH, check, is_uuid, may, only_with};
use super::{Found, lines, unique};

const COMMON: &[Field] = &[may("fast-open", SWITCH), may("udp", SWITCH)];
const TLS: &[Field] = &[
    may("tls-name", Kind::Filled),
    may("sni", Kind::Filled),
    may("skip-cert-verify", SWITCH),
];
const REALITY: &[Field] = &[
    may("public-key", Kind::Filled),
    may("short-id", Kind::Filled),
];
const TRANSPORT: &[Field] = &[
    may("transport", Kind::Word(&["tcp", "ws", "http"])),
    may("path", PATH),
    may("host", Kind::Filled),
];
const OVER_TLS: &[Field] = &[may("over-tls", SWITCH)];
const ALTER_ID: &[Field] = &[may("alterId", Kind::Digits(0, 0))];
const FLOW: &[Field] = &[may("flow", Kind::Word(&["xtls-rprx-vision"]))];
const OBFS: &[Field] = &[
    may("obfs-name", Kind::Word(&["http", "tls"])),
    may("obfs-host", Kind::Filled),
    may("obfs-uri", PATH),
];
const HYSTERIA: &[Field] = &[
    may("download-bandwidth", Kind::Digits(1, i64::MAX)),
    may("salamander-password", Kind::Filled),
];
const CIPHERS: [&str; 7] = [
    "aes-128-gcm",
    "aes-192-gcm",
    "aes-256-gcm",
    "chacha20-ietf-poly1305",
    "xchacha20-ietf-poly1305",
    "2022-blake3-aes-128-gcm",
    "2022-blake3-aes-256-gcm",
];

pub(super) fn read(body: &str) -> Found {
    lines(body, node).and_then(unique)
}

fn node(line: &str) -> Result<String, String> {
    let (name, definition) = line.split_once('=').ok_or("no name")?;
    check_name(name)?;
    let (kind, _) = definition.split_once(',').ok_or("no host")?;
    let (count, fields): (usize, &[&[Field]]) = match kind {
        "Shadowsocks" => (5, &[COMMON, OBFS]),
        "vmess" => (5, &[COMMON, TRANSPORT, OVER_TLS, TLS, ALTER_ID]),
        "VLESS" => (4, &[COMMON, TRANSPORT, OVER_TLS, TLS, FLOW, REALITY]),
        "trojan" => (4, &[COMMON, TRANSPORT, TLS, REALITY]),
        "Hysteria2" => (4, &[COMMON, TLS, HYSTERIA]),
        "anytls" => (4, &[COMMON, TLS]),
        _ => return Err(format!("{kind} is no kind of node")),
    };
    let (bare, named) = parts(definition, count)?;
    check_host(bare[1])?;
    check_port(bare[2])?;
    check(&named, fields)?;
    let is_right = match kind {
        "Shadowsocks" => CIPHERS.contains(&bare[3]),
        "vmess" => {
            ["auto", "aes-128-gcm", "chacha20-ietf-poly1305", "none"].contains(&bare[3])
                && is_uuid(bare[4])
        }
        "VLESS" => is_uuid(bare[3]),
        _ => true,
    };
    if !is_right {
        return Err(format!("{bare:?}"));
    }
    let has_tls =
        !matches!(kind, "vmess" | "VLESS") || named.get("over-tls").is_some_and(|on| on == "true");
    for name in [
        "tls-name",
        "sni",
        "skip-cert-verify",
        "public-key",
        "short-id",
    ] {
        only_with(&named, name, has_tls)?;
    }
    let is_disguised = named
        .get("transport")
        .is_some_and(|transport| transport != "tcp");
    for name in ["path", "host"] {
        only_with(&named, name, is_disguised)?;
    }
    for name in ["obfs-host", "obfs-uri"] {
        only_with(&named, name, named.get("obfs-name").is_some())?;
    }
    only_with(&named, "short-id", named.get("public-key").is_some())?;
    Ok(name.to_owned())
}
