//! Nodes of every protocol over every transport and layer, each with one odd value: what operators
//! type, what old databases hold, and what cores refuse. Every format is judged on the same nodes.

use std::sync::Arc;

use ferroboard_kernel::NodeId;
use ferroboard_protocol::{Protocol, Settings};
use serde_json::{Value, json};

use super::{FirstDrawn, new_year};
use crate::{ExportNode, StoredNode};

/// Whose nodes they are.
pub const UUID: &str = "b831381d-6324-4d53-ad4f-8cda48b30811";

/// A key of Reality.
pub const REALITY_KEY: &str = "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0";

/// A list of configurations of encrypted client hello.
pub const HELLO: &str = "AEn+DQBFKwAgACABWIHUGj4u+PIggYXcR5JF0gYk3dCRioBW8uJq9H4mKAAIAAEA\
    AQABAANAEnB1YmxpYy50bHMtZWNoLmRldgAA";

/// A node, and in words what is odd about it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Which row of the matrix it stands in: its protocol, and what is odd.
    pub row: String,
    /// The node as one subscriber gets it, under a name that says all of it.
    pub node: ExportNode,
}

/// All of the matrix, row by row.
pub fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for protocol in [Protocol::Vmess, Protocol::Vless, Protocol::Trojan] {
        layered(protocol, &mut samples);
    }
    shadowsocks(&mut samples);
    hysteria(&mut samples);
    tuic(&mut samples);
    plain(&mut samples);
    mieru(&mut samples);
    places(&mut samples);
    samples
}

/// A node with which nothing is wrong in any client that knows Shadowsocks.
pub fn good(name: &str) -> ExportNode {
    let stored = StoredNode {
        name: name.into(),
        ..stored(Protocol::Shadowsocks, &json!({"cipher": "aes-128-gcm"}))
    };
    subscribed(&stored).unwrap_or_else(|| unreachable!("it has a port"))
}

fn stored(protocol: Protocol, settings: &Value) -> StoredNode {
    StoredNode {
        id: NodeId::new(1),
        protocol,
        name: String::new(),
        host: "n.test".into(),
        port: "443".into(),
        tags: Vec::new(),
        settings: Arc::new(Settings::normalised(protocol, settings)),
        keyed_at: new_year(),
    }
}

fn subscribed(stored: &StoredNode) -> Option<ExportNode> {
    stored.for_subscriber(UUID, &FirstDrawn)
}

fn add(samples: &mut Vec<Sample>, odd: &str, variant: &str, protocol: Protocol, settings: &Value) {
    let node = StoredNode {
        name: format!("{protocol} {variant} {odd}"),
        ..stored(protocol, settings)
    };
    samples.extend(subscribed(&node).map(|node| Sample {
        row: format!("{protocol}: {odd}"),
        node,
    }));
}

/// An object with further members, or with others of the same name; objects inside are joined alike.
fn with(mut base: Value, more: &Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        for (name, member) in more {
            let own = base.remove(name);
            let joined = match own {
                Some(own) if own.is_object() && member.is_object() => with(own, member),
                _ => member.clone(),
            };
            base.insert(name.clone(), joined);
        }
    }
    base
}

/// What is odd about a protocol with transport and layer.
#[allow(
    clippy::too_many_lines,
    reason = "a table is as long as what it covers"
)]
fn oddities() -> Vec<(&'static str, Value)> {
    let tls = |more: Value| json!({"tls_settings": more, "reality_settings": more});
    let reality = |more: Value| json!({"reality_settings": more});
    let hello =
        |more: Value| json!({"tls_settings": {"ech": with(json!({"enabled": true}), &more)}});
    let utls = |more: Value| json!({"utls": more});
    let multiplex = |more: Value| json!({"multiplex": with(json!({"enabled": true}), &more)});
    let encryption = |text: &str| json!({"encryption": {"enabled": true, "encryption": text}});
    let path = |path: Value| {
        json!({"network_settings": {"path": path, "serviceName": path, "seed": path,
            "header": {"request": {"path": [path]}}}})
    };
    let host = |host: Value| {
        json!({"network_settings": {"host": host, "headers": {"Host": host},
            "header": {"request": {"headers": {"Host": host}}}}})
    };
    let key = REALITY_KEY;
    let armoured =
        |kind: &str| format!("-----BEGIN ECH {kind}-----\n{HELLO}\n-----END ECH {kind}-----\n");
    vec![
        ("nothing", json!({})),
        ("network null", json!({"network_settings": null})),
        (
            "fingerprint firefox",
            utls(json!({"enabled": true, "fingerprint": "firefox"})),
        ),
        (
            "fingerprint random",
            utls(json!({"enabled": true, "fingerprint": "random"})),
        ),
        (
            "fingerprint none",
            utls(json!({"enabled": true, "fingerprint": "none"})),
        ),
        (
            "fingerprint unknown",
            utls(json!({"enabled": true, "fingerprint": "netscape"})),
        ),
        ("fingerprint off", utls(json!({"enabled": false}))),
        (
            "hello in PEM",
            hello(json!({"config": armoured("CONFIGS"), "query_server_name": "q.test"})),
        ),
        ("hello in base64", hello(json!({"config": HELLO}))),
        (
            "hello by name",
            hello(json!({"query_server_name": "q.test"})),
        ),
        ("hello empty", hello(json!({}))),
        ("hello garbage", hello(json!({"config": "zzz"}))),
        ("hello cut off", hello(json!({"config": "AE3+DQBJAAAg"}))),
        ("hello of keys", hello(json!({"config": armoured("KEYS")}))),
        (
            "multiplex smux",
            multiplex(json!({"protocol": "smux", "max_connections": 4})),
        ),
        (
            "multiplex h2mux",
            multiplex(json!({"protocol": "h2mux", "padding": true})),
        ),
        ("multiplex mux", multiplex(json!({"protocol": "mux"}))),
        (
            "multiplex negative",
            multiplex(json!({"max_connections": -1})),
        ),
        (
            "brutal",
            multiplex(json!({"brutal": {"enabled": true, "up_mbps": 10, "down_mbps": 20}})),
        ),
        (
            "brutal without bandwidth",
            multiplex(json!({"brutal": {"enabled": true}})),
        ),
        ("flow vision", json!({"flow": "xtls-rprx-vision"})),
        (
            "flow vision with UDP",
            json!({"flow": "xtls-rprx-vision-udp443"}),
        ),
        ("flow direct", json!({"flow": "xtls-rprx-direct"})),
        ("flow none", json!({"flow": "none"})),
        ("flow unknown", json!({"flow": "fast"})),
        (
            "encrypted",
            encryption(&format!("mlkem768x25519plus.native.0rtt.{key}")),
        ),
        (
            "encrypted with padding",
            encryption(&format!(
                "mlkem768x25519plus.random.1rtt.100-111-1111.{key}"
            )),
        ),
        ("encryption garbage", encryption("garbage")),
        ("encryption none", encryption("none")),
        (
            "encryption off",
            json!({"encryption": {"enabled": false, "encryption": "garbage"}}),
        ),
        ("short id empty", reality(json!({"short_id": ""}))),
        ("short id odd", reality(json!({"short_id": "abc"}))),
        (
            "short id long",
            reality(json!({"short_id": "0123456789abcdef01"})),
        ),
        ("short id no digits", reality(json!({"short_id": "xyzw"}))),
        ("key missing", reality(json!({"public_key": null}))),
        (
            "key with padding",
            reality(json!({"public_key": format!("{key}=")})),
        ),
        (
            "key in other base64",
            reality(json!({"public_key": key.replace('-', "+")})),
        ),
        ("key short", reality(json!({"public_key": "abcd"}))),
        ("server name missing", tls(json!({"server_name": null}))),
        ("server name empty", tls(json!({"server_name": ""}))),
        ("server name odd", tls(json!({"server_name": "*.é x.test"}))),
        ("any certificate", tls(json!({"allow_insecure": true}))),
        ("no layer settings", json!({"tls_settings": null})),
        ("path missing", path(Value::Null)),
        ("path empty", path(json!(""))),
        ("path without slash", path(json!("no/slash"))),
        ("path with blanks", path(json!("/a b"))),
        ("path with early data", path(json!("/w?ed=2048"))),
        ("path with escape", path(json!("/a%20b"))),
        ("path with bad escape", path(json!("/%zz"))),
        ("path with comma", path(json!("/a,b=c;d"))),
        ("path with quotes", path(json!("/\"a'b\\"))),
        ("path with line break", path(json!("/a\r\n[Rule]"))),
        ("path in Chinese", path(json!("/线路🚀"))),
        ("path no text", path(json!(5))),
        ("path a list", path(json!(["/a", "/b"]))),
        ("host missing", host(Value::Null)),
        ("host empty", host(json!(""))),
        ("host a list", host(json!(["a.test", "b.test"]))),
        ("host an empty list", host(json!([]))),
        ("host with comma", host(json!("a.test,b.test"))),
        ("host with port", host(json!("a.test:8443"))),
        ("host no text", host(json!({"a": 1}))),
        (
            "headers no texts",
            json!({"network_settings": {"headers": {"A": 5, "B": null, "C": ["d"]},
            "header": {"request": {"headers": {"A": 5, "B": null, "C": ["d"]}}}}}),
        ),
        (
            "mode unknown",
            json!({"network_settings": {"mode": "fast"}}),
        ),
        (
            "mode stream-one",
            json!({"network_settings": {"mode": "stream-one"}}),
        ),
        (
            "further settings of XHTTP",
            json!({"network_settings": {"extra": {"noGRPCHeader": true}}}),
        ),
    ]
}

const NETWORKS: [(&str, &str); 13] = [
    ("tcp", ""),
    ("tcp", "none"),
    ("tcp", "http"),
    ("tcp", "srtp"),
    ("ws", ""),
    ("grpc", ""),
    ("h2", ""),
    ("httpupgrade", ""),
    ("xhttp", ""),
    ("kcp", "utp"),
    ("quic", "none"),
    ("http", ""),
    ("", ""),
];

fn layered(protocol: Protocol, samples: &mut Vec<Sample>) {
    let request = json!({"path": ["/r"], "headers": {"Host": ["h.test"], "Accept": ["x"]}});
    for (odd, patch) in oddities() {
        for (network, header) in NETWORKS {
            for tls in 0..=2 {
                let network_settings = json!({
                    "path": "/p", "host": "h.test", "headers": {"Host": "h.test"},
                    "serviceName": "svc", "seed": "s", "mode": "auto",
                    "header": {"type": header, "request": request},
                });
                let base = json!({
                    "tls": tls, "network": if network.is_empty() { None } else { Some(network) },
                    "network_settings": network_settings,
                    "tls_settings": {"server_name": "s.test"},
                    "reality_settings": {
                        "server_name": "r.test", "public_key": REALITY_KEY, "short_id": "0123abcd",
                    },
                });
                let variant = format!("{network}{header}/{tls}");
                add(samples, odd, &variant, protocol, &with(base, &patch));
            }
        }
    }
}

#[allow(
    clippy::too_many_lines,
    reason = "a table is as long as what it covers"
)]
fn shadowsocks(samples: &mut Vec<Sample>) {
    let ciphers = [
        "aes-128-gcm",
        "aes-192-gcm",
        "aes-256-gcm",
        "chacha20-ietf-poly1305",
        "xchacha20-ietf-poly1305",
        "chacha20-poly1305",
        "2022-blake3-aes-128-gcm",
        "2022-blake3-aes-256-gcm",
        "2022-blake3-chacha20-poly1305",
        "aes-128-cfb",
        "aes-256-ctr",
        "aes-128-ccm",
        "rc4-md5",
        "chacha20",
        "chacha20-ietf",
        "xchacha20",
        "none",
        "plain",
        "AES-128-GCM",
        "",
        "unknown",
    ];
    for cipher in ciphers {
        let settings = json!({"cipher": cipher});
        add(samples, "cipher", cipher, Protocol::Shadowsocks, &settings);
    }
    add(samples, "cipher", "null", Protocol::Shadowsocks, &json!({}));
    for (plugin, options) in [
        ("obfs", "obfs=http;obfs-host=h.test"),
        ("obfs", "obfs=tls;obfs-host=h.test;path=/p"),
        ("obfs", "obfs=fast"),
        ("obfs", "obfs"),
        ("obfs", ""),
        ("obfs", "a=b"),
        ("obfs-local", "obfs=http;obfs-host=h.test"),
        ("obfs-local", "mode=tls;host=h.test"),
        ("simple-obfs", "obfs=http"),
        ("v2ray-plugin", "tls;host=h.test;path=/p"),
        ("v2ray-plugin", "tls=true;host=h.test;mux=4"),
        ("v2ray-plugin", "mode=websocket;mux=on;server"),
        ("v2ray-plugin", "mode=quic"),
        ("v2ray-plugin", "mode=quic;tls;host=h.test"),
        ("v2ray-plugin", "mode=fast"),
        ("v2ray-plugin", "path=/%zz"),
        ("v2ray-plugin", "path=/a\\"),
        ("v2ray-plugin", "path=/a,b"),
        ("shadow-tls", "host=h.test;password=p;version=3"),
        ("shadow-tls", "password=p"),
        ("shadow-tls", "host=h.test;version=x"),
        (
            "restls",
            "host=h.test;password=p;version-hint=tls13;restls-script=300?100<1",
        ),
        ("restls", "host=h.test;password=p"),
        ("restls", "host=h.test;password=p;version-hint=x"),
        ("restls", "version-hint=tls12"),
        ("kcptun", "key=k;crypt=aes;mode=fast;mtu=1350;nocomp"),
        ("kcptun", "mtu=big"),
        ("gost-plugin", "mode=websocket"),
        ("cloak", "UID=x"),
        ("none", "x=y"),
        ("", "obfs=http"),
    ] {
        let settings = json!({"cipher": "aes-128-gcm", "plugin": plugin, "plugin_opts": options});
        let variant = format!("{plugin} {options}");
        add(
            samples,
            "plugin",
            &variant,
            Protocol::Shadowsocks,
            &settings,
        );
    }
}

/// What is odd about TLS that has an object of its own.
fn tls_oddities() -> Vec<(&'static str, Value)> {
    let hello = |more: Value| json!({"ech": with(json!({"enabled": true}), &more)});
    let armoured = format!("-----BEGIN ECH CONFIGS-----\n{HELLO}\n-----END ECH CONFIGS-----");
    vec![
        ("nothing", json!({})),
        ("any certificate", json!({"allow_insecure": true})),
        ("server name", json!({"server_name": "s.test"})),
        ("server name odd", json!({"server_name": "a b,é"})),
        (
            "hello in PEM",
            hello(json!({"config": armoured, "query_server_name": "q.test"})),
        ),
        ("hello in base64", hello(json!({"config": HELLO}))),
        (
            "hello by name",
            hello(json!({"query_server_name": "q.test"})),
        ),
        ("hello garbage", hello(json!({"config": "zzz"}))),
    ]
}

fn hysteria(samples: &mut Vec<Sample>) {
    let both = json!({"up": 10, "down": 20});
    for version in [1, 2, 3] {
        let variant = format!("v{version}");
        let mut put = |odd: &str, patch: Value| {
            let base =
                json!({"version": version, "bandwidth": both, "tls": {"server_name": "s.test"}});
            add(
                samples,
                odd,
                &variant,
                Protocol::Hysteria,
                &with(base, &patch),
            );
        };
        for (odd, tls) in tls_oddities() {
            put(odd, json!({"tls": tls}));
        }
        put("no layer settings", json!({"tls": null}));
        put("bandwidth missing", json!({"bandwidth": null}));
        put("bandwidth zero", json!({"bandwidth": {"up": 0, "down": 0}}));
        put(
            "bandwidth one way",
            json!({"bandwidth": {"up": 10, "down": null}}),
        );
        put(
            "bandwidth negative",
            json!({"bandwidth": {"up": -5, "down": -5}}),
        );
        put(
            "obfuscated",
            json!({"obfs": {"open": true, "password": "o"}}),
        );
        put(
            "obfuscated without password",
            json!({"obfs": {"open": true}}),
        );
        put(
            "obfuscated with empty password",
            json!({"obfs": {"open": true, "password": ""}}),
        );
        put(
            "obfuscation xplus",
            json!({"obfs": {"open": true, "type": "xplus", "password": "o"}}),
        );
        put(
            "obfuscation off",
            json!({"obfs": {"open": false, "password": "o"}}),
        );
        put(
            "obfuscation with comma",
            json!({"obfs": {"open": true, "password": "a,b\"c"}}),
        );
        put("hop interval", json!({"hop_interval": 30}));
        put("hop interval zero", json!({"hop_interval": 0}));
        put("hop interval negative", json!({"hop_interval": -5}));
    }
}

fn tuic(samples: &mut Vec<Sample>) {
    let mut put = |odd: &str, variant: &str, settings: Value| {
        add(samples, odd, variant, Protocol::Tuic, &settings);
    };
    for version in [4, 5, 6] {
        let variant = format!("v{version}");
        for (odd, tls) in tls_oddities() {
            put(odd, &variant, json!({"version": version, "tls": tls}));
        }
    }
    for control in ["cubic", "new_reno", "bbr", "bbr2", "BBR", ""] {
        put(
            "congestion control",
            control,
            json!({"congestion_control": control}),
        );
    }
    for mode in ["native", "quic", "fast", ""] {
        put("relay mode", mode, json!({"udp_relay_mode": mode}));
    }
    for (variant, alpn) in [
        ("list", json!(["h3", "h2"])),
        ("text", json!("h3")),
        ("empty", json!([])),
        ("no texts", json!([5, null])),
        ("null", Value::Null),
    ] {
        put("alpn", variant, json!({"alpn": alpn}));
    }
}

fn plain(samples: &mut Vec<Sample>) {
    for (odd, tls) in tls_oddities() {
        add(samples, odd, "", Protocol::Anytls, &json!({"tls": tls}));
        for protocol in [Protocol::Socks, Protocol::Http, Protocol::Naive] {
            for layer in 0..=2 {
                let settings = json!({"tls": layer, "tls_settings": tls});
                add(samples, odd, &layer.to_string(), protocol, &settings);
            }
        }
    }
    add(
        samples,
        "no layer settings",
        "",
        Protocol::Anytls,
        &json!({}),
    );
    let scheme = json!({"padding_scheme": ["stop=8"]});
    add(samples, "padding", "", Protocol::Anytls, &scheme);
}

fn mieru(samples: &mut Vec<Sample>) {
    for transport in ["TCP", "UDP", "udp", "QUIC", ""] {
        let settings = json!({"transport": transport, "multiplex": {"enabled": true}});
        add(samples, "transport", transport, Protocol::Mieru, &settings);
    }
}

/// Ports, hosts and names, which every protocol has.
#[allow(
    clippy::too_many_lines,
    reason = "a table is as long as what it covers"
)]
fn places(samples: &mut Vec<Sample>) {
    let ports = [
        "443",
        " 443 ",
        "20000-50000",
        "50000-20000",
        "20000 - 50000",
        "20000:50000",
        "443,20000-50000",
        "1000-2000,3000-4000",
        "20000-50000/443",
        "443，8443",
        "7-7",
        "1-65535",
    ];
    let hosts = [
        " n.test ",
        "2001:db8::1",
        "[2001:db8::1]",
        "192.0.2.1",
        "例え.test",
        "a b",
        "n_test",
        "https://n.test/",
        "n.test:8443",
        "a,b",
        "n.test\r\nx",
        " ",
    ];
    let names = [
        "",
        " ",
        "DIRECT",
        "REJECT",
        "GLOBAL",
        "null",
        "true",
        "1e5",
        "0x10",
        "a, b",
        "a = b",
        "\"q\"",
        "'q'",
        "# x",
        "- x",
        "a: b",
        "a\r\nb",
        "🇭🇰 香港 | 01",
        "[x]",
        "{x}",
        "%20",
        "&x",
        "*x",
        "@x",
        "twin",
        "twin",
        "$app_name",
        "\u{7f}\u{0}",
        "\u{feff}bom",
    ];
    for protocol in Protocol::ALL {
        let settings = json!({
            "network": "tcp", "tls": 1, "tls_settings": {"server_name": "s.test"},
            "cipher": "aes-128-gcm", "bandwidth": {"up": 10, "down": 20}, "hop_interval": 30,
        });
        let mut put = |odd: &str, value: &str, change: &dyn Fn(&mut StoredNode)| {
            let mut node = StoredNode {
                name: format!("{protocol} {odd} {value:?}"),
                ..stored(protocol, &settings)
            };
            change(&mut node);
            samples.extend(subscribed(&node).map(|node| Sample {
                row: format!("{protocol}: {odd}"),
                node,
            }));
        };
        for port in ports {
            put("ports", port, &|node| node.port = port.into());
        }
        for host in hosts {
            put("host", host, &|node| node.host = host.into());
        }
        for name in names {
            put("name", name, &|node| node.name = name.into());
        }
    }
    for port in ["20000-50000", "443,20000-50000", "20000:50000"] {
        let mut node = stored(
            Protocol::Hysteria,
            &json!({"version": 1, "bandwidth": {"up": 1, "down": 1}}),
        );
        node.port = port.into();
        node.name = format!("hysteria v1 ports {port}");
        samples.extend(subscribed(&node).map(|node| Sample {
            row: "hysteria: ports".into(),
            node,
        }));
    }
}
