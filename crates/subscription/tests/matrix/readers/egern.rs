//! Egern: one YAML document.

use serde_json::Value;

use super::schema::{Field, Kind, PATH, PORT, PORTS, REALITY_KEY, SHORT_ID, check, may, must};
use super::{Found, unique};

const COMMON: &[Field] = &[
    must("name", Kind::Filled),
    must("server", Kind::Filled),
    must("port", PORT),
    may("tfo", Kind::Flag),
];
const UDP: &[Field] = &[may("udp_relay", Kind::Flag)];
const TLS: &[Field] = &[may("sni", Kind::Filled), may("skip_tls_verify", Kind::Flag)];
const REALITY: &[Field] = &[may("reality", Kind::Table(KEYS))];
const KEYS: &[Field] = &[must("public_key", REALITY_KEY), may("short_id", SHORT_ID)];
const SHADOWSOCKS: &[Field] = &[
    must(
        "method",
        Kind::Word(&[
            "aes-128-gcm",
            "aes-256-gcm",
            "chacha20-poly1305",
            "2022-blake3-aes-128-gcm",
            "2022-blake3-aes-256-gcm",
            "none",
        ]),
    ),
    must("password", Kind::Filled),
    may("obfs", Kind::Word(&["http", "tls"])),
    may("obfs_host", Kind::Filled),
    may("obfs_uri", PATH),
];
const VMESS: &[Field] = &[
    must("user_id", Kind::Uuid),
    may(
        "security",
        Kind::Word(&["auto", "aes-128-gcm", "chacha20-poly1305", "none"]),
    ),
    may("legacy", Kind::Flag),
    may("transport", Kind::Open),
];
const VLESS: &[Field] = &[
    must("user_id", Kind::Uuid),
    may("flow", Kind::Word(&["xtls-rprx-vision"])),
    may("transport", Kind::Open),
];
const TROJAN: &[Field] = &[
    must("password", Kind::Filled),
    may("websocket", Kind::Table(WEB_SOCKET)),
];
const WEB_SOCKET: &[Field] = &[may("path", Kind::Filled), may("host", Kind::Filled)];
const HYSTERIA: &[Field] = &[
    must("auth", Kind::Filled),
    may("port_hopping", PORTS),
    may("port_hopping_interval", Kind::Whole(1, i64::MAX)),
    may("obfs", Kind::Word(&["salamander"])),
    may("obfs_password", Kind::Filled),
];
const TUIC: &[Field] = &[
    must("uuid", Kind::Uuid),
    must("password", Kind::Filled),
    may("alpn", Kind::Texts),
];
const PASSWORD: &[Field] = &[must("password", Kind::Filled)];
const USER: &[Field] = &[may("username", Kind::Filled), may("password", Kind::Filled)];
const REQUEST: &[Field] = &[may("path", Kind::Filled), may("headers", Kind::Headers)];
const METHOD: &[Field] = &[may("method", Kind::Word(&["GET"]))];
const GRPC: &[Field] = &[may("service_name", Kind::Filled)];

pub(super) fn read(body: &str) -> Found {
    let document: Value = serde_saphyr::from_str(body).map_err(|error| error.to_string())?;
    let known = ["proxies", "policy_groups", "rules"];
    let members = document.as_object().ok_or("no document")?;
    if members.len() != known.len() || !known.iter().all(|name| members.contains_key(*name)) {
        return Err(format!("{:?}", members.keys()));
    }
    let list = |name: &str| document[name].as_array().cloned().unwrap_or_default();
    let name = |proxy: &Value| self::proxy(proxy).map_err(|why| format!("{why} in {proxy}"));
    let names: Result<Vec<String>, String> = list("proxies").iter().map(name).collect();
    let own = names?;
    let mut policies = own.clone();
    policies.extend(["DIRECT", "REJECT", "REJECT_DROP"].map(str::to_owned));
    let groups = list("policy_groups");
    let group_name = |group: &Value| group["select"]["name"].as_str().map(str::to_owned);
    policies.extend(groups.iter().filter_map(group_name));
    let policies = unique(policies)?;
    let is_policy = |name: &Value| {
        name.as_str()
            .is_some_and(|name| policies.iter().any(|own| own == name))
    };
    for group in &groups {
        check(
            &group["select"],
            &[&[must("name", Kind::Filled), must("policies", Kind::Texts)]],
        )?;
        let strange = group["select"]["policies"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|name| !is_policy(name));
        if let Some(strange) = strange {
            return Err(format!("{strange} is no policy"));
        }
    }
    for rule in list("rules") {
        let (kind, rule) = single(&rule)?;
        let is_known = matches!(
            kind,
            "domain" | "domain_suffix" | "geoip" | "ip_cidr" | "default"
        );
        if !is_known
            || !is_policy(&rule["policy"])
            || (kind != "default") != rule["match"].is_string()
        {
            return Err(format!("{kind}: {rule}"));
        }
    }
    Ok(own)
}

/// An object with one member.
fn single(value: &Value) -> Result<(&str, &Value), String> {
    let mut members = value.as_object().into_iter().flatten();
    match (members.next(), members.next()) {
        (Some((name, value)), None) => Ok((name, value)),
        _ => Err(format!("not one kind: {value}")),
    }
}

fn proxy(value: &Value) -> Result<String, String> {
    let (kind, proxy) = single(value)?;
    let fields: &[&[Field]] = match kind {
        "shadowsocks" => &[COMMON, UDP, SHADOWSOCKS],
        "vmess" => &[COMMON, UDP, VMESS],
        "vless" => &[COMMON, UDP, VLESS],
        "trojan" => &[COMMON, UDP, TROJAN, TLS, REALITY],
        "hysteria2" => &[COMMON, UDP, HYSTERIA, TLS],
        "tuic" => &[COMMON, TUIC, TLS],
        "anytls" => &[COMMON, UDP, PASSWORD, TLS, REALITY],
        "http" => &[COMMON, USER],
        "https" => &[COMMON, USER, TLS],
        "socks5" => &[COMMON, UDP, USER],
        "socks5_tls" => &[COMMON, UDP, USER, TLS],
        _ => return Err(format!("{kind} is no kind of proxy")),
    };
    check(proxy, fields)?;
    if let Some(transport) = proxy.get("transport") {
        let (transport, settings) = single(transport)?;
        let fields: &[&[Field]] = match transport {
            "tcp" => &[],
            "tls" => &[TLS, REALITY],
            "ws" => &[REQUEST],
            "wss" => &[REQUEST, TLS],
            "http1" => &[REQUEST, METHOD],
            "http2" => &[REQUEST, METHOD, TLS],
            "grpc" => &[GRPC, TLS, REALITY],
            _ => return Err(format!("{transport} is no transport")),
        };
        check(settings, fields)?;
    }
    Ok(proxy["name"].as_str().unwrap_or_default().to_owned())
}
