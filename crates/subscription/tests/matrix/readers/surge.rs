//! Surge and Surfboard: sections of lines.

use std::collections::BTreeSet;

use super::line::{check_host, check_name, check_port, parts};
use super::schema::{Field, Kind, PATH, SWITCH, check, is_uuid, may, must, only_with};
use super::{Found, unique};

const BUILT_IN: [&str; 7] = [
    "DIRECT",
    "REJECT",
    "REJECT-DROP",
    "REJECT-NO-DROP",
    "REJECT-TINYGIF",
    "CELLULAR",
    "HYBRID",
];

/// What every policy may have; `udp-relay` stands on a page of its own.
const COMMON: &[Field] = &[may("tfo", SWITCH), may("udp-relay", SWITCH)];
const TLS: &[Field] = &[may("sni", Kind::Filled), may("skip-cert-verify", SWITCH)];
const HEADERS: Kind = Kind::Such("pairs of header and value", |text| {
    text.split('|').all(|pair| {
        pair.split_once(':')
            .is_some_and(|(name, value)| !name.is_empty() && !value.is_empty())
    })
});
const WEB_SOCKET: &[Field] = &[
    may("ws", SWITCH),
    may("ws-path", PATH),
    may("ws-headers", HEADERS),
];
const SHADOWSOCKS: &[Field] = &[
    must("password", Kind::Filled),
    may("obfs", Kind::Word(&["http", "tls"])),
    may("obfs-host", Kind::Filled),
    may("obfs-uri", PATH),
];
const SURGE_CIPHERS: &[Field] = &[must(
    "encrypt-method",
    Kind::Word(&[
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "xchacha20-ietf-poly1305",
        "none",
    ]),
)];
const SURFBOARD_CIPHERS: &[Field] = &[must(
    "encrypt-method",
    Kind::Word(&[
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "2022-blake3-chacha20-poly1305",
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "xchacha20-ietf-poly1305",
    ]),
)];
const VMESS: &[Field] = &[
    must("username", Kind::Uuid),
    may(
        "encrypt-method",
        Kind::Word(&["aes-128-gcm", "chacha20-ietf-poly1305"]),
    ),
    may("vmess-aead", SWITCH),
    may("tls", SWITCH),
];
const PASSWORD: &[Field] = &[must("password", Kind::Filled)];
const HYSTERIA: &[Field] = &[
    must("password", Kind::Filled),
    may("download-bandwidth", Kind::Digits(1, i64::MAX)),
    may("port-hopping", Kind::Filled),
    may("port-hopping-interval", Kind::Digits(1, i64::MAX)),
    may("salamander-password", Kind::Filled),
];
const TUIC_4: &[Field] = &[must("token", Kind::Filled), may("alpn", Kind::Filled)];
const TUIC_5: &[Field] = &[
    must("uuid", Kind::Uuid),
    must("password", Kind::Filled),
    may("alpn", Kind::Filled),
];

/// One of the two, by what the other does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum App {
    Surge,
    Surfboard,
}

pub(super) fn read(body: &str) -> Found {
    profile(App::Surge, body)
}

pub(super) fn read_surfboard(body: &str) -> Found {
    profile(App::Surfboard, body)
}

fn profile(app: App, body: &str) -> Found {
    let mut lines = body.lines();
    let first = lines.next().unwrap_or_default();
    if !first.starts_with("#!MANAGED-CONFIG http") {
        return Err(format!(
            "{first} does not tell where the profile comes from"
        ));
    }
    let (mut section, mut sections) = ("", BTreeSet::new());
    let (mut proxies, mut groups, mut rules) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines.map(str::trim) {
        let is_comment = ["#", ";", "//"].iter().any(|mark| line.starts_with(mark));
        if line.is_empty() || is_comment {
            continue;
        }
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            if !["General", "Panel", "Proxy", "Proxy Group", "Rule"].contains(&name)
                || !sections.insert(name)
            {
                return Err(format!("a section {name}"));
            }
            section = name;
            continue;
        }
        match section {
            "Rule" => rules.push(line),
            "" => return Err(format!("{line} stands in no section")),
            _ => {
                let (name, value) = line
                    .split_once('=')
                    .ok_or_else(|| format!("{line} has no name"))?;
                let (name, value) = (name.trim(), value.trim());
                match section {
                    "Proxy" => {
                        proxy(app, name, value).map_err(|why| format!("{why} in {line}"))?;
                        proxies.push(name.to_owned());
                    }
                    "Proxy Group" => groups.push((name, value)),
                    "General" => general(name, value)?,
                    _ => {}
                }
            }
        }
    }
    let policies = proxies
        .iter()
        .cloned()
        .chain(groups.iter().map(|(name, _)| (*name).to_owned()));
    let policies = policies.chain(BUILT_IN.map(str::to_owned)).collect();
    let policies: BTreeSet<String> = unique(policies)?.into_iter().collect();
    for (name, value) in groups {
        group(app, value, &policies).map_err(|why| format!("{why} in the group {name}"))?;
    }
    for rule in &rules {
        self::rule(rule, &policies).map_err(|why| format!("{why} in {rule}"))?;
    }
    if !rules.last().is_some_and(|rule| rule.starts_with("FINAL,")) {
        return Err("no rule for the rest".to_owned());
    }
    Ok(proxies)
}

fn general(name: &str, value: &str) -> Result<(), String> {
    let known = [
        "loglevel",
        "dns-server",
        "encrypted-dns-server",
        "doh-server",
        "skip-proxy",
        "exclude-simple-hostnames",
        "ipv6",
        "test-timeout",
        "internet-test-url",
        "proxy-test-url",
    ];
    if known.contains(&name) && !value.is_empty() {
        return Ok(());
    }
    Err(format!("{name} = {value} is in no manual"))
}

fn proxy(app: App, name: &str, definition: &str) -> Result<(), String> {
    check_name(name)?;
    let (kind, _) = definition.split_once(',').ok_or("no host")?;
    let has_user = matches!(kind, "http" | "https" | "socks5" | "socks5-tls");
    let (bare, named) = parts(definition, if has_user { 5 } else { 3 })?;
    check_host(bare[1])?;
    check_port(bare[2])?;
    let is_on = |name: &str| named.get(name).is_some_and(|value| value == "true");
    let ciphers = match app {
        App::Surge => SURGE_CIPHERS,
        App::Surfboard => SURFBOARD_CIPHERS,
    };
    let fields: &[&[Field]] = match (kind, app) {
        ("ss", _) => &[COMMON, ciphers, SHADOWSOCKS],
        ("vmess", _) if is_on("tls") => &[COMMON, VMESS, WEB_SOCKET, TLS],
        ("vmess", _) => &[COMMON, VMESS, WEB_SOCKET],
        ("trojan", _) => &[COMMON, PASSWORD, WEB_SOCKET, TLS],
        ("anytls", _) => &[COMMON, PASSWORD, TLS],
        ("http" | "socks5", _) => &[COMMON],
        ("https" | "socks5-tls", _) => &[COMMON, TLS],
        ("hysteria2", _) => &[COMMON, HYSTERIA, TLS],
        ("tuic-v5", _) => &[COMMON, TUIC_5, TLS],
        ("tuic", App::Surge) => &[COMMON, TUIC_4, TLS],
        _ => return Err(format!("{kind} is no kind of policy")),
    };
    check(&named, fields)?;
    for name in ["ws-path", "ws-headers"] {
        only_with(&named, name, is_on("ws"))?;
    }
    for name in ["obfs-host", "obfs-uri"] {
        only_with(&named, name, named.get("obfs").is_some())?;
    }
    let needs_uuid = kind == "vmess" && !named["username"].as_str().is_some_and(is_uuid);
    if needs_uuid {
        Err("no UUID".to_owned())
    } else {
        Ok(())
    }
}

fn group(app: App, value: &str, policies: &BTreeSet<String>) -> Result<(), String> {
    let mut parts = value.split(',').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let parameters: &[&str] = match kind {
        "select" => &[],
        "url-test" => &["interval", "tolerance", "timeout"],
        "fallback" => &["interval", "timeout"],
        _ => return Err(format!("{kind} is no kind of group")),
    };
    let mut members = 0;
    for part in parts {
        match part.split_once('=') {
            Some((name, _)) if parameters.contains(&name.trim()) => {}
            // Surge tests with the address in `[General]`.
            Some((name, _)) if name == "url" && app == App::Surfboard => {}
            Some(_) => return Err(format!("{part} is in no manual")),
            None if policies.contains(part) => members += 1,
            None => return Err(format!("{part:?} is no policy")),
        }
    }
    if members == 0 {
        Err("no members".to_owned())
    } else {
        Ok(())
    }
}

fn rule(rule: &str, policies: &BTreeSet<String>) -> Result<(), String> {
    let parts: Vec<&str> = rule.split(',').collect();
    let (policy, options): (&str, &[&str]) = match parts.as_slice() {
        ["FINAL", policy] | ["FINAL", policy, "dns-failed"] => (policy, &[]),
        [
            "DOMAIN" | "DOMAIN-SUFFIX" | "DOMAIN-KEYWORD" | "GEOIP" | "IP-CIDR" | "IP-CIDR6",
            value,
            policy,
            options @ ..,
        ] if !value.is_empty() => (policy, options),
        _ => return Err("no rule".to_owned()),
    };
    if !options.iter().all(|option| *option == "no-resolve") || !policies.contains(policy) {
        return Err(format!("{policy} {options:?} is unknown"));
    }
    Ok(())
}
