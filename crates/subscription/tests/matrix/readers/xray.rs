//! Xray: a list of whole configurations, each as the structures in `infra/conf` take it. The core
//! passes over members that it does not know; this reader does not.

use serde_json::Value;

use super::Found;
use super::schema::{Field, Kind, PORT, REALITY_KEY, SHORT_ID, check, may, must, only_with};

/// `remarks` is the apps' own: the name they show.
const ROOT: &[Field] = &[
    must("remarks", Kind::Text),
    may(
        "log",
        Kind::Table(&[may(
            "loglevel",
            Kind::Word(&["debug", "info", "warning", "error", "none"]),
        )]),
    ),
    may(
        "dns",
        Kind::Table(&[
            may("servers", Kind::Texts),
            may(
                "queryStrategy",
                Kind::Word(&["UseIP", "UseIPv4", "UseIPv6", "UseSystem"]),
            ),
        ]),
    ),
];
const INBOUND: &[Field] = &[
    must("protocol", Kind::Word(&["socks", "http", "mixed"])),
    must("port", PORT),
    must("listen", Kind::Word(&["127.0.0.1"])),
    must("tag", Kind::Filled),
    may("settings", Kind::Open),
    may("sniffing", Kind::Open),
];
const SNIFFING: &[Field] = &[
    may("enabled", Kind::Flag),
    may("destOverride", Kind::Texts),
    may("routeOnly", Kind::Flag),
    may("metadataOnly", Kind::Flag),
];
const SOCKS_INBOUND: &[Field] = &[
    may("auth", Kind::Word(&["noauth", "password"])),
    may("udp", Kind::Flag),
];
const HTTP_INBOUND: &[Field] = &[may("allowTransparent", Kind::Flag)];
const OUTBOUND: &[Field] = &[
    must("protocol", Kind::Filled),
    must("tag", Kind::Filled),
    must("settings", Kind::Open),
    may("streamSettings", Kind::Open),
];
/// `type` was asked for until it could be nothing but `field`.
const RULE: &[Field] = &[
    may("type", Kind::Word(&["field"])),
    may("ip", Kind::Texts),
    may("domain", Kind::Texts),
    must("outboundTag", Kind::Filled),
];
const PLACE: &[Field] = &[must("address", Kind::Filled), must("port", PORT)];
const VMESS_USER: &[Field] = &[
    must("id", Kind::Uuid),
    // Cores asked for it until 2023.
    may("alterId", Kind::Whole(0, 0)),
    may(
        "security",
        Kind::Word(&["auto", "aes-128-gcm", "chacha20-poly1305"]),
    ),
    may("level", Kind::Whole(0, 255)),
];
const VLESS_USER: &[Field] = &[
    must("id", Kind::Uuid),
    must(
        "encryption",
        Kind::Such("an encryption of VLESS", is_encryption),
    ),
    may(
        "flow",
        Kind::Word(&["xtls-rprx-vision", "xtls-rprx-vision-udp443"]),
    ),
    may("level", Kind::Whole(0, 255)),
];
const TROJAN: &[Field] = &[must("password", Kind::Filled)];
const SHADOWSOCKS: &[Field] = &[
    must(
        "method",
        Kind::Word(&[
            "aes-128-gcm",
            "aes-256-gcm",
            "chacha20-poly1305",
            "chacha20-ietf-poly1305",
            "xchacha20-poly1305",
            "xchacha20-ietf-poly1305",
            "2022-blake3-aes-128-gcm",
            "2022-blake3-aes-256-gcm",
            "2022-blake3-chacha20-poly1305",
        ]),
    ),
    must("password", Kind::Filled),
];
const USER: &[Field] = &[must("user", Kind::Filled), must("pass", Kind::Filled)];
const HYSTERIA: &[Field] = &[must("version", Kind::Whole(2, 2))];

const STREAM: &[Field] = &[
    must(
        "network",
        Kind::Word(&[
            "tcp",
            "raw",
            "xhttp",
            "kcp",
            "grpc",
            "ws",
            "httpupgrade",
            "hysteria",
        ]),
    ),
    must("security", Kind::Word(&["none", "tls", "reality"])),
    may("tlsSettings", Kind::Table(TLS)),
    may("realitySettings", Kind::Table(REALITY)),
    may("tcpSettings", Kind::Table(TCP)),
    may("wsSettings", Kind::Table(WEB_SOCKET)),
    may("httpupgradeSettings", Kind::Table(WEB_SOCKET)),
    may("grpcSettings", Kind::Table(GRPC)),
    may("xhttpSettings", Kind::Table(XHTTP)),
    may("kcpSettings", Kind::Table(KCP)),
    may("hysteriaSettings", Kind::Table(HYSTERIA_STREAM)),
    may("finalmask", Kind::Open),
];
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
const TLS: &[Field] = &[
    may("serverName", Kind::Filled),
    may("alpn", Kind::Texts),
    may("fingerprint", FINGERPRINT),
    may("echConfigList", Kind::Filled),
    // Dropped in June 2026.
    may("allowInsecure", Kind::Flag),
];
const REALITY: &[Field] = &[
    must("publicKey", REALITY_KEY),
    must("fingerprint", FINGERPRINT),
    may("serverName", Kind::Filled),
    may("shortId", SHORT_ID),
    may(
        "spiderX",
        Kind::Such("a path from the root", |path| path.starts_with('/')),
    ),
];
const TCP: &[Field] = &[may(
    "header",
    Kind::Table(&[
        must("type", Kind::Word(&["none", "http"])),
        may(
            "request",
            Kind::Table(&[
                may("version", Kind::Filled),
                may("method", Kind::Filled),
                may("path", Kind::Texts),
                may("headers", Kind::HeaderLists),
            ]),
        ),
    ]),
)];
const WEB_SOCKET: &[Field] = &[may("path", Kind::Text), may("host", Kind::Filled)];
const GRPC: &[Field] = &[
    may("serviceName", Kind::Filled),
    may("authority", Kind::Filled),
    may("multiMode", Kind::Flag),
];
const XHTTP: &[Field] = &[
    may("path", Kind::Text),
    may("host", Kind::Filled),
    may(
        "mode",
        Kind::Word(&["auto", "packet-up", "stream-up", "stream-one"]),
    ),
    may("extra", Kind::Open),
];
/// Both were dropped in January 2026, for a member that the cores before do not know.
const KCP: &[Field] = &[
    may("seed", Kind::Filled),
    may(
        "header",
        Kind::Table(&[must(
            "type",
            Kind::Word(&[
                "none",
                "srtp",
                "utp",
                "wechat-video",
                "dtls",
                "wireguard",
                "dns",
            ]),
        )]),
    ),
];
const HYSTERIA_STREAM: &[Field] = &[
    must("version", Kind::Whole(2, 2)),
    must("auth", Kind::Filled),
];

fn is_encryption(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_key = |key: &&str| key.len() < 20 || matches!(key.len(), 43 | 1579);
    match parts.as_slice() {
        ["none"] => true,
        [
            "mlkem768x25519plus",
            "native" | "xorpub" | "random",
            "0rtt" | "1rtt",
            keys @ ..,
        ] => !keys.is_empty() && keys.iter().all(is_key),
        _ => false,
    }
}

pub(super) fn read(body: &str) -> Found {
    let configurations: Vec<Value> =
        serde_json::from_str(body).map_err(|error| error.to_string())?;
    let name = |configuration: &Value| {
        self::configuration(configuration).map_err(|why| format!("{why} in {configuration}"))?;
        Ok(configuration["remarks"]
            .as_str()
            .unwrap_or_default()
            .to_owned())
    };
    configurations.iter().map(name).collect()
}

fn configuration(whole: &Value) -> Result<(), String> {
    let mut root = whole.clone();
    let mut list = |name: &str| match root.as_object_mut().and_then(|root| root.remove(name)) {
        Some(Value::Array(items)) if !items.is_empty() => Ok(items),
        _ => Err(format!("no {name}")),
    };
    let (inbounds, outbounds) = (list("inbounds")?, list("outbounds")?);
    let routing = root.as_object_mut().and_then(|root| root.remove("routing"));
    check(&root, &[ROOT])?;
    for inbound in &inbounds {
        check(inbound, &[INBOUND])?;
        check(&inbound["sniffing"], &[SNIFFING])?;
        let settings = if inbound["protocol"] == "http" {
            HTTP_INBOUND
        } else {
            SOCKS_INBOUND
        };
        check(&inbound["settings"], &[settings])?;
    }
    for outbound in &outbounds {
        check(outbound, &[OUTBOUND])?;
        self::outbound(outbound)?;
    }
    let tags = |list: &[Value]| {
        super::unique(
            list.iter()
                .filter_map(|one| one["tag"].as_str())
                .map(str::to_owned)
                .collect(),
        )
    };
    tags(&inbounds)?;
    let tags = tags(&outbounds)?;
    let routing = routing.ok_or("no routing")?;
    if routing["domainStrategy"] != "AsIs" {
        return Err("a strategy".to_owned());
    }
    for rule in routing["rules"].as_array().ok_or("no rules")? {
        check(rule, &[RULE])?;
        if !tags.iter().any(|tag| rule["outboundTag"] == tag.as_str()) {
            return Err(format!("{rule} leads nowhere"));
        }
    }
    Ok(())
}

/// The one server, and the one user of it, each of which the core asks to be alone.
fn one<'a>(settings: &'a Value, list: &str) -> Result<&'a Value, String> {
    match settings[list].as_array().map(Vec::as_slice) {
        Some([one]) => Ok(one),
        _ => Err(format!("not one of {list}")),
    }
}

fn outbound(outbound: &Value) -> Result<(), String> {
    let settings = &outbound["settings"];
    let without_users = |server: &Value| {
        let mut server = server.clone();
        if let Some(members) = server.as_object_mut() {
            members.remove("users");
        }
        server
    };
    let protocol = outbound["protocol"].as_str().unwrap_or_default();
    match protocol {
        "freedom" | "blackhole" => return check(settings, &[]),
        "vmess" | "vless" => {
            let server = one(settings, "vnext")?;
            check(&without_users(server), &[PLACE])?;
            let user = if protocol == "vmess" {
                VMESS_USER
            } else {
                VLESS_USER
            };
            check(one(server, "users")?, &[user])?;
        }
        "trojan" => check(one(settings, "servers")?, &[PLACE, TROJAN])?,
        "shadowsocks" => check(one(settings, "servers")?, &[PLACE, SHADOWSOCKS])?,
        "socks" | "http" => {
            let server = one(settings, "servers")?;
            check(&without_users(server), &[PLACE])?;
            check(one(server, "users")?, &[USER])?;
        }
        "hysteria" => check(settings, &[PLACE, HYSTERIA])?,
        _ => return Err(format!("{protocol} is no protocol")),
    }
    stream(protocol, &outbound["streamSettings"])
}

fn stream(protocol: &str, stream: &Value) -> Result<(), String> {
    check(stream, &[STREAM])?;
    let network = stream["network"].as_str().unwrap_or_default();
    let security = stream["security"].as_str().unwrap_or_default();
    for known in [
        "tcp",
        "ws",
        "httpupgrade",
        "grpc",
        "xhttp",
        "kcp",
        "hysteria",
    ] {
        only_with(stream, &format!("{known}Settings"), network == known)?;
    }
    for known in ["tls", "reality"] {
        only_with(stream, &format!("{known}Settings"), security == known)?;
    }
    if security == "reality"
        && (stream.get("realitySettings").is_none()
            || !matches!(network, "tcp" | "raw" | "xhttp" | "grpc"))
    {
        return Err("REALITY only supports RAW, XHTTP and gRPC".to_owned());
    }
    if (protocol == "hysteria") != (network == "hysteria") {
        return Err(format!("{protocol} over {network}"));
    }
    if let Some(mask) = stream.get("finalmask") {
        let mask = one(mask, "udp")?;
        let password: &[Field] = &[must("password", Kind::Filled)];
        if mask["type"] != "salamander" {
            return Err(format!("{mask} is no mask"));
        }
        check(&mask["settings"], &[password])?;
    }
    Ok(())
}

/// How many ask for what the core has dropped in 2026: unchecked certificates, a disguised or encrypted
/// mKCP in its old words, and VLESS that nothing hides.
pub(super) fn dropped(body: &str) -> usize {
    let configurations: Vec<Value> = serde_json::from_str(body).unwrap();
    let is_dropped = |configuration: &&Value| {
        let outbound = &configuration["outbounds"][0];
        let stream = &outbound["streamSettings"];
        let encryption = &outbound["settings"]["vnext"][0]["users"][0]["encryption"];
        let is_bare = outbound["protocol"] == "vless" && encryption == "none";
        let has_old_words = ["seed", "header"]
            .iter()
            .any(|name| stream["kcpSettings"].get(name).is_some());
        (is_bare && stream["security"] == "none")
            || has_old_words
            || stream["tlsSettings"]["allowInsecure"] == true
    };
    configurations.iter().filter(is_dropped).count()
}
