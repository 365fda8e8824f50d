//! Shadowrocket: a line about the account, then links of its own making. There is no manual; the words
//! are those of the links that the app itself shares, as Sub-Store reads them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::Url;

use super::line::{check_host, check_port};
use super::links::{ANYTLS, BIT, parsed, query, shadowsocks};
use super::schema::{Field, Kind, PORTS, check, is_uuid, may, must, only_with};
use super::{Found, decoded, lines};

const STREAM: &[Field] = &[
    must("remark", Kind::Text),
    may("tfo", BIT),
    may("tls", Kind::Word(&["1"])),
    may("peer", Kind::Filled),
    may("allowInsecure", BIT),
    may("fp", Kind::Filled),
    may(
        "obfs",
        Kind::Word(&[
            "http",
            "websocket",
            "grpc",
            "h2",
            "httpupgrade",
            "xhttp",
            "kcp",
        ]),
    ),
    may("path", Kind::Text),
    may("obfsParam", Kind::Filled),
    may("host", Kind::Filled),
    may("type", Kind::Filled),
    may(
        "mode",
        Kind::Word(&["auto", "packet-up", "stream-up", "stream-one"]),
    ),
];
const VMESS: &[Field] = &[may("alterId", Kind::Word(&["0"]))];
const VLESS: &[Field] = &[
    may("encryption", Kind::Filled),
    may("xtls", Kind::Word(&["0", "1", "2"])),
    may("sni", Kind::Filled),
    may("pbk", Kind::Filled),
    may("sid", Kind::Filled),
];
const TROJAN: &[Field] = &[
    may("tfo", BIT),
    may("allowInsecure", BIT),
    may("peer", Kind::Filled),
    may("security", Kind::Word(&["reality"])),
    may("sni", Kind::Filled),
    may("pbk", Kind::Filled),
    may("sid", Kind::Filled),
    may("fp", Kind::Filled),
    may(
        "plugin",
        Kind::Such("WebSocket as a plugin", |text| {
            text.starts_with("obfs-local;obfs=websocket;obfs-host=")
        }),
    ),
    may("obfs", Kind::Word(&["grpc", "h2", "httpupgrade", "xhttp"])),
    may("path", Kind::Text),
    may("obfsParam", Kind::Filled),
    may("mode", Kind::Filled),
];
const HYSTERIA: &[Field] = &[
    may("fastopen", BIT),
    may("peer", Kind::Filled),
    may("insecure", BIT),
    may("mport", PORTS),
];
const HYSTERIA_1: &[Field] = &[
    must("auth", Kind::Filled),
    must("upmbps", Kind::Digits(1, i64::MAX)),
    must("downmbps", Kind::Digits(1, i64::MAX)),
    must("protocol", Kind::Word(&["udp"])),
    may("obfs", Kind::Word(&["xplus"])),
    may("obfsParam", Kind::Filled),
];
const HYSTERIA_2: &[Field] = &[
    may("obfs", Kind::Word(&["none", "salamander"])),
    may("obfs-password", Kind::Filled),
    may("keepalive", Kind::Digits(1, i64::MAX)),
];
const TUIC: &[Field] = &[
    may("alpn", Kind::Filled),
    may("sni", Kind::Filled),
    may("insecure", BIT),
    may("token", Kind::Filled),
    may("uuid", Kind::Uuid),
    may("password", Kind::Filled),
];

pub(super) fn read(body: &str) -> Found {
    let text = decoded(body)?;
    let (status, links) = text.split_once("\r\n").ok_or("no lines")?;
    if !status.starts_with("STATUS=") {
        return Err(format!("{status} tells nothing of the account"));
    }
    lines(links, node)
}

fn node(link: &str) -> Result<String, String> {
    let (scheme, rest) = link.split_once("://").ok_or("no scheme")?;
    match scheme {
        "vmess" => return veiled(rest, VMESS),
        "vless" => return veiled(rest, VLESS),
        "socks" => return socks(rest),
        _ => {}
    }
    let url = parsed(link)?;
    let query = query(&url)?;
    match scheme {
        "ss" => shadowsocks(&url, &query)?,
        "trojan" => {
            check(&query, &[TROJAN])?;
            let is_reality = query.get("security").is_some();
            only_with(&query, "pbk", is_reality)?;
            only_with(&query, "fp", is_reality)?;
        }
        "hysteria" => check(&query, &[HYSTERIA, HYSTERIA_1])?,
        "hysteria2" => check(&query, &[HYSTERIA, HYSTERIA_2])?,
        "tuic" => {
            check(&query, &[TUIC])?;
            let (has_token, has_uuid) = (query.get("token").is_some(), query.get("uuid").is_some());
            if has_token == has_uuid {
                return Err("one secret is asked for".to_owned());
            }
        }
        "anytls" => check(&query, &[ANYTLS])?,
        _ => return Err(format!("{scheme} is no scheme")),
    }
    Ok(url.fragment().unwrap_or_default().to_owned())
}

/// Method, secret and place in base64, everything else in the query.
fn veiled(rest: &str, more: &[Field]) -> Result<String, String> {
    let (secret, asked) = rest.split_once('?').ok_or("no query")?;
    let secret = decoded(secret)?;
    let (user, place) = secret.split_once('@').ok_or("no place")?;
    let (method, uuid) = user.split_once(':').ok_or("no method")?;
    if method != "auto" || !is_uuid(uuid) {
        return Err(format!("{user} is no user"));
    }
    self::place(place)?;
    let url = Url::parse(&format!("x://x/?{asked}")).map_err(|error| error.to_string())?;
    let query = query(&url)?;
    check(&query, &[STREAM, more])?;
    let obfs = query["obfs"].as_str().unwrap_or_default();
    let has_tls = query.get("tls").is_some();
    for name in ["peer", "allowInsecure", "fp", "pbk", "sid", "sni"] {
        // The name that HTTP/2 asks for stands there as well.
        only_with(&query, name, has_tls || (name == "peer" && obfs == "h2"))?;
    }
    only_with(&query, "path", !obfs.is_empty())?;
    only_with(&query, "type", obfs == "kcp")?;
    only_with(&query, "mode", obfs == "xhttp")?;
    Ok(query["remark"].as_str().unwrap_or_default().to_owned())
}

fn socks(rest: &str) -> Result<String, String> {
    let (secret, name) = rest.split_once("?method=auto#").ok_or("no method")?;
    let bytes = STANDARD.decode(secret).map_err(|error| error.to_string())?;
    let secret = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    let (user, place) = secret.split_once('@').ok_or("no place")?;
    self::place(place)?;
    match user.split_once(':') {
        Some((name, password)) if !name.is_empty() && !password.is_empty() => {}
        _ => return Err("no user".to_owned()),
    }
    Ok(Value::from(name).to_string())
}

fn place(place: &str) -> Result<(), String> {
    let (host, port) = place.rsplit_once(':').ok_or("no port")?;
    check_host(host.trim_start_matches('[').trim_end_matches(']'))?;
    check_port(port)
}
