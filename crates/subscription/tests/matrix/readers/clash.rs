//! Clash's first core: one YAML document.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schema::{Field, Kind, PATH, PORT, check, may, must, only_with};
use super::{Found, unique};

pub(super) const COMMON: &[Field] = &[
    must("name", Kind::Filled),
    must("type", Kind::Filled),
    must("server", Kind::Filled),
    must("port", PORT),
    may("udp", Kind::Flag),
];
pub(super) const SHADOWSOCKS: &[Field] = &[
    must("password", Kind::Filled),
    may("plugin", Kind::Text),
    may("plugin-opts", Kind::Open),
];
const CIPHERS: &[Field] = &[must(
    "cipher",
    Kind::Word(&[
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
    ]),
)];
/// `path` is Xboard's own word, which the core passes over.
const OBFS: &[Field] = &[
    may("path", Kind::Text),
    must("mode", Kind::Word(&["http", "tls"])),
    may("host", Kind::Filled),
];
const V2RAY_PLUGIN: &[Field] = &[
    must("mode", Kind::Word(&["websocket"])),
    may("tls", Kind::Flag),
    may("skip-cert-verify", Kind::Flag),
    may("host", Kind::Filled),
    may("path", PATH),
    may("mux", Kind::Flag),
    may("headers", Kind::Headers),
];
pub(super) const VMESS: &[Field] = &[
    must("uuid", Kind::Uuid),
    must("alterId", Kind::Whole(0, 65_535)),
    must(
        "cipher",
        Kind::Word(&["auto", "none", "aes-128-gcm", "chacha20-poly1305"]),
    ),
    may("tls", Kind::Flag),
    may("skip-cert-verify", Kind::Flag),
    may("servername", Kind::Filled),
];
/// The transports of `VMess`; any other network, `tcp` too, is plain TCP.
pub(super) const TRANSPORT: &[Field] = &[
    may("network", Kind::Word(&["tcp", "ws", "http", "h2", "grpc"])),
    may("ws-opts", Kind::Table(WEB_SOCKET)),
    may("http-opts", Kind::Table(HTTP)),
    may("h2-opts", Kind::Table(HTTP_2)),
    may("grpc-opts", Kind::Table(GRPC)),
];
const WEB_SOCKET: &[Field] = &[
    may("path", Kind::Filled),
    may("headers", Kind::Headers),
    may("max-early-data", Kind::Whole(0, i64::MAX)),
    may("early-data-header-name", Kind::Filled),
];
const HTTP: &[Field] = &[
    may("method", Kind::Filled),
    may("path", Kind::Texts),
    may("headers", Kind::HeaderLists),
];
const HTTP_2: &[Field] = &[may("host", Kind::Texts), may("path", Kind::Filled)];
const GRPC: &[Field] = &[may("grpc-service-name", Kind::Filled)];
const TROJAN: &[Field] = &[
    must("password", Kind::Filled),
    may("alpn", Kind::Texts),
    may("sni", Kind::Filled),
    may("skip-cert-verify", Kind::Flag),
    may("network", Kind::Word(&["tcp", "ws", "grpc"])),
    may("ws-opts", Kind::Table(WEB_SOCKET)),
    may("grpc-opts", Kind::Table(GRPC)),
];
pub(super) const USER: &[Field] = &[
    may("username", Kind::Filled),
    may("password", Kind::Filled),
    may("tls", Kind::Flag),
    may("skip-cert-verify", Kind::Flag),
];
const SNI: &[Field] = &[may("sni", Kind::Filled)];

const ROOT: [&str; 9] = [
    "mixed-port",
    "allow-lan",
    "mode",
    "log-level",
    "dns",
    "proxies",
    "proxy-groups",
    "rules",
    "external-controller",
];
const BUILT_IN: [&str; 2] = ["DIRECT", "REJECT"];

pub(super) fn read(body: &str) -> Found {
    document(body, &ROOT, &BUILT_IN, proxy)
}

fn proxy(proxy: &Value) -> Result<(), String> {
    let kind = proxy["type"].as_str().unwrap_or_default();
    let fields: &[&[Field]] = match kind {
        "ss" => &[COMMON, SHADOWSOCKS, CIPHERS],
        "vmess" => &[COMMON, VMESS, TRANSPORT],
        "trojan" => &[COMMON, TROJAN],
        "socks5" => &[COMMON, USER],
        "http" => &[COMMON, USER, SNI],
        _ => return Err(format!("{kind} is no type")),
    };
    check(proxy, fields)?;
    plugin(proxy)?;
    transport(proxy)?;
    let demands_tls = matches!(proxy["network"].as_str(), Some("h2" | "grpc"));
    if kind == "vmess" && demands_tls && proxy["tls"] != true {
        return Err("TLS must be true with h2/grpc network".to_owned());
    }
    Ok(())
}

/// The options are those of the plugin.
pub(super) fn plugin(proxy: &Value) -> Result<(), String> {
    match proxy["plugin"].as_str() {
        None => only_with(proxy, "plugin-opts", false),
        Some("obfs") => check(&proxy["plugin-opts"], &[OBFS]),
        Some("v2ray-plugin") => check(&proxy["plugin-opts"], &[V2RAY_PLUGIN]),
        Some(other) => Err(format!("{other} is no plugin")),
    }
}

/// The options of a transport stand with that transport alone.
pub(super) fn transport(proxy: &Value) -> Result<(), String> {
    let network = proxy["network"].as_str().unwrap_or("tcp");
    for other in ["ws", "http", "h2", "grpc"] {
        only_with(proxy, &format!("{other}-opts"), network == other)?;
    }
    Ok(())
}

/// The document around the proxies: groups and rules name nothing that is not there.
pub(super) fn document(
    body: &str,
    root: &[&str],
    built_in: &[&str],
    proxy: fn(&Value) -> Result<(), String>,
) -> Found {
    let document: Value = serde_saphyr::from_str(body).map_err(|error| error.to_string())?;
    let members = document.as_object().ok_or("no document")?;
    if let Some(name) = members.keys().find(|name| !root.contains(&name.as_str())) {
        return Err(format!("{name} is in no manual"));
    }
    let list = |name: &str| {
        document[name]
            .as_array()
            .cloned()
            .ok_or(format!("no {name}"))
    };
    let (proxies, groups, rules) = (list("proxies")?, list("proxy-groups")?, list("rules")?);
    for found in &proxies {
        proxy(found).map_err(|why| format!("{why} in {found}"))?;
    }
    let names = |list: &[Value]| -> Vec<String> {
        let names = list.iter().filter_map(|one| one["name"].as_str());
        names.map(str::to_owned).collect()
    };
    let (own, built_in) = (
        names(&proxies),
        built_in.iter().map(|name| (*name).to_owned()),
    );
    let all = own.iter().cloned().chain(names(&groups)).chain(built_in);
    let all: BTreeSet<String> = unique(all.collect())?.into_iter().collect();
    for group in &groups {
        self::group(group, &all).map_err(|why| format!("{why} in the group {}", group["name"]))?;
    }
    for rule in &rules {
        let rule = rule.as_str().ok_or("a rule that is no text")?;
        let parts: Vec<&str> = rule.split(',').collect();
        let (policy, options): (&str, &[&str]) = match parts.as_slice() {
            ["MATCH", policy] => (policy, &[]),
            [
                "DOMAIN" | "DOMAIN-SUFFIX" | "DOMAIN-KEYWORD" | "GEOIP" | "IP-CIDR" | "IP-CIDR6",
                _,
                policy,
                options @ ..,
            ] => (policy, options),
            _ => return Err(format!("{rule} is no rule")),
        };
        if !all.contains(policy) || options.iter().any(|option| *option != "no-resolve") {
            return Err(format!("{rule} leads nowhere"));
        }
    }
    Ok(own)
}

const GROUP: &[Field] = &[
    must("name", Kind::Filled),
    must(
        "type",
        Kind::Word(&["select", "url-test", "fallback", "load-balance", "relay"]),
    ),
    must("proxies", Kind::Texts),
    may("url", Kind::Filled),
    may("interval", Kind::Whole(1, i64::MAX)),
    may("tolerance", Kind::Whole(0, i64::MAX)),
];

fn group(group: &Value, all: &BTreeSet<String>) -> Result<(), String> {
    check(group, &[GROUP])?;
    let members = group["proxies"].as_array().into_iter().flatten();
    for member in members.filter_map(Value::as_str) {
        if !all.contains(member) {
            return Err(format!("{member:?} is no proxy"));
        }
    }
    let is_tested = group["type"] != "select";
    if is_tested && (group.get("url").is_none() || group.get("interval").is_none()) {
        return Err("nothing to test with".to_owned());
    }
    Ok(())
}
