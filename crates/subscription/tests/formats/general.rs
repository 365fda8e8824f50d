use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ferroboard_protocol::Protocol::{
    self, Anytls, Http, Hysteria, Shadowsocks, Socks, Trojan, Tuic, Vless, Vmess,
};
use ferroboard_subscription::ExportNode;
use ferroboard_subscription::Subscriber;
use ferroboard_subscription::testing::{a_node, a_subscriber, new_year};
use serde_json::{Value, json};
use url::Url;

use super::{Download, header, line, line_of};

/// A list of one configuration without anything in it.
const ECH: &str = "-----BEGIN ECH CONFIGS-----\nAAT+\nDQAA\n-----END ECH CONFIGS-----";

/// An address as an independent parser sees it.
fn parsed(address: &str) -> (Url, BTreeMap<String, String>) {
    let url = Url::parse(address).unwrap();
    let pairs = url.query_pairs().into_owned();
    let count = url.query_pairs().count();
    let query: BTreeMap<_, _> = pairs.collect();
    assert_eq!(query.len(), count, "a name stands twice in {address}");
    (url, query)
}

/// The query of a node's address as `a=b` in alphabetical order, checked against what surrounds it.
fn query(protocol: Protocol, settings: &Value) -> String {
    let (url, query) = parsed(&line("", protocol, settings));
    assert_eq!(url.host_str(), Some("n.test"));
    assert_eq!(url.port().or(Some(443)), Some(443));
    assert_eq!(url.fragment(), Some("Node"));
    let pairs: Vec<_> = query.iter().map(|(k, v)| format!("{k}={v}")).collect();
    pairs.join(" ")
}

fn vmess(settings: &Value) -> Value {
    let address = line("", Vmess, settings);
    let json = STANDARD
        .decode(address.strip_prefix("vmess://").unwrap())
        .unwrap();
    serde_json::from_slice(&json).unwrap()
}

#[test]
fn shadowsocks_is_sip002() {
    let (url, query) = parsed(&line("", Shadowsocks, &json!({"cipher": "aes-256-gcm"})));
    assert_eq!(url.scheme(), "ss");
    assert!(query.is_empty());
    let secret = URL_SAFE_NO_PAD.decode(url.username()).unwrap();
    assert_eq!(secret, b"aes-256-gcm:secret");
    let with_plugin = json!({"cipher": "aes-256-gcm", "plugin": "obfs", "plugin_opts": "obfs=http;obfs-host=a b;path=/p"});
    let address = line("", Shadowsocks, &with_plugin);
    assert!(
        address.contains("@n.test:443/?plugin=obfs-local%3Bobfs%3Dhttp%3Bobfs-host%3Da%20b%3Bobfs-uri%3D%2Fp#Node"),
        "{address}"
    );
    let over_ws =
        json!({"cipher": "aes-256-gcm", "plugin": "v2ray-plugin", "plugin_opts": "tls;host=h;"});
    let address = line("", Shadowsocks, &over_ws);
    assert!(
        address.contains("@n.test:443/?plugin=v2ray-plugin%3Btls%3Bhost%3Dh#Node"),
        "{address}"
    );
    let without_options = json!({"cipher": "aes-256-gcm", "plugin": "obfs"});
    assert!(!line("", Shadowsocks, &without_options).contains('?'));
}

#[test]
fn vmess_says_its_transport_in_json() {
    let base = json!({
        "v": "2", "ps": "Node", "add": "n.test", "port": "443", "id": "secret", "aid": "0",
        "net": "tcp", "type": "none", "host": "", "path": "", "tls": "",
    });
    let with = |members: Value| {
        let mut all = base.clone();
        for (name, value) in members.as_object().unwrap() {
            all[name] = value.clone();
        }
        all
    };
    let http = json!({"header": {"type": "http", "request": {"path": ["/a", "/b"], "headers": {"Host": ["h.test"]}}}});
    for (settings, expected) in [
        (json!({"network": "tcp"}), json!({})),
        (json!({}), json!({})),
        (
            json!({"network": "tcp", "network_settings": {"header": {"type": "none"}}}),
            json!({}),
        ),
        (
            json!({"network": "tcp", "network_settings": http}),
            json!({"type": "http", "path": "/a", "host": "h.test"}),
        ),
        (
            json!({"network": "tcp", "network_settings": {"header": {"type": "http"}}}),
            json!({"type": "http", "path": "/"}),
        ),
        (
            json!({"network": "ws", "network_settings": {"path": "/w", "headers": {"Host": "w.test"}}}),
            json!({"net": "ws", "type": "ws", "path": "/w", "host": "w.test"}),
        ),
        (json!({"network": "ws"}), json!({"net": "ws", "type": "ws"})),
        (
            json!({"network": "grpc", "network_settings": {"serviceName": "svc"}}),
            json!({"net": "grpc", "type": "gun", "path": "svc"}),
        ),
        (
            json!({"network": "h2", "network_settings": {"path": "/h", "host": ["a.test", "b.test"]}}),
            json!({"net": "h2", "type": "h2", "path": "/h", "host": "a.test,b.test"}),
        ),
        (
            json!({"network": "httpupgrade", "network_settings": {"path": "/u"}}),
            json!({"net": "httpupgrade", "type": "httpupgrade", "path": "/u", "host": "n.test"}),
        ),
        (
            json!({"network": "xhttp", "network_settings": {"path": "/x", "host": "x.test", "extra": {"a": 1}}}),
            json!({"net": "xhttp", "type": "auto", "path": "/x", "host": "x.test", "mode": "auto", "extra": "{\"a\":1}"}),
        ),
        (
            json!({"network": "xhttp", "network_settings": {"mode": "fast"}}),
            json!({"net": "xhttp", "type": "auto", "host": "n.test", "mode": "auto"}),
        ),
        (
            json!({"tls": 0, "tls_settings": {"server_name": "t.test"}, "utls": {"enabled": true}}),
            json!({}),
        ),
        (
            json!({"network": "xhttp", "network_settings": {"mode": "packet-up", "extra": []}}),
            json!({"net": "xhttp", "type": "packet-up", "host": "n.test", "mode": "packet-up"}),
        ),
        (json!({"network": "kcp"}), json!({"net": "kcp"})),
        (
            json!({"network": "kcp", "network_settings": {"seed": "s", "header": {"type": "wechat-video"}}}),
            json!({"net": "kcp", "type": "wechat-video", "path": "s"}),
        ),
        (
            json!({"network": "grpc", "network_settings": {"serviceName": "svc", "multiMode": true}}),
            json!({"net": "grpc", "type": "multi", "path": "svc"}),
        ),
        (
            json!({"tls": 1, "tls_settings": {"allow_insecure": true}}),
            json!({"tls": "tls", "insecure": "1"}),
        ),
        (
            json!({
                "network": "tcp", "tls": 1, "tls_settings": {"server_name": "t.test"},
                "utls": {"enabled": true, "fingerprint": "random"},
            }),
            json!({"tls": "tls", "sni": "t.test", "fp": "chrome"}),
        ),
        (
            json!({"tls": 1, "utls": {"enabled": false, "fingerprint": "qq"}}),
            json!({"tls": "tls"}),
        ),
    ] {
        assert_eq!(vmess(&settings), with(expected), "{settings}");
    }
}

#[test]
fn vless_says_its_transport_in_the_query() {
    let utls = json!({"enabled": true, "fingerprint": "safari"});
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let reality = json!({"server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "ab"});
    for (settings, expected) in [
        (
            json!({"network": "tcp"}),
            "encryption=none mode=multi security=none type=tcp",
        ),
        (
            json!({"network": "tcp", "tls": 1, "tls_settings": tls, "utls": utls, "flow": "xtls-rprx-vision"}),
            "allowInsecure=1 encryption=none flow=xtls-rprx-vision fp=safari mode=multi security=tls sni=t.test type=tcp",
        ),
        (
            json!({"network": "tcp", "tls": 2, "reality_settings": reality, "utls": utls}),
            "encryption=none fp=safari mode=multi pbk=jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0 security=reality servername=r.test sid=ab sni=r.test spx=/ type=tcp",
        ),
        (
            json!({"network": "ws", "network_settings": {"path": "/w?ed=2048", "headers": {"Host": "w.test"}}}),
            "encryption=none host=w.test mode=multi path=/w?ed=2048 security=none type=ws",
        ),
        (
            json!({"network": "grpc", "network_settings": {"serviceName": "a b&c"}}),
            "encryption=none mode=gun security=none serviceName=a b&c type=grpc",
        ),
        (
            json!({"network": "h2", "network_settings": {"path": "/h", "host": "one.test"}}),
            "encryption=none host=one.test mode=multi path=/h security=none type=http",
        ),
        (
            json!({"network": "kcp", "network_settings": {"seed": "s", "header": {"type": "srtp"}}}),
            "encryption=none headerType=srtp mode=multi security=none seed=s type=kcp",
        ),
        (
            json!({"network": "kcp"}),
            "encryption=none headerType=none mode=multi security=none type=kcp",
        ),
        (
            json!({"network": "tcp", "network_settings": {"header": {"type": "http", "request": {
                "path": ["/p"], "headers": {"Host": ["www.bing.com"]},
            }}}}),
            "encryption=none headerType=http host=www.bing.com mode=multi path=/p security=none type=tcp",
        ),
        (
            json!({"network": "grpc", "network_settings": {"multiMode": true}}),
            "encryption=none mode=multi security=none type=grpc",
        ),
        (
            json!({"network": "tcp", "tls": 2, "reality_settings": reality}),
            "encryption=none fp=chrome mode=multi pbk=jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0 security=reality servername=r.test sid=ab sni=r.test spx=/ type=tcp",
        ),
        (
            json!({"network": "tcp", "tls": 1, "tls_settings": {"ech": {"enabled": true, "config": ECH}}}),
            "ech=AAT+DQAA encryption=none mode=multi security=tls type=tcp",
        ),
        (
            json!({"network": "tcp", "tls": 1, "tls_settings": {"ech": {"enabled": true, "query_server_name": "q.test"}}}),
            "encryption=none mode=multi security=tls type=tcp",
        ),
        (
            json!({"network": "httpupgrade", "network_settings": {"path": "/u"}}),
            "encryption=none host=n.test mode=multi path=/u security=none type=httpupgrade",
        ),
        (
            json!({"network": "xhttp", "network_settings": {"path": "/x", "host": "x.test", "mode": "stream-one", "extra": {"a": "é"}}}),
            "encryption=none extra={\"a\":\"\\u00e9\"} host=x.test mode=stream-one path=/x security=none type=xhttp",
        ),
        (
            json!({"network": "tcp", "flow": "none"}),
            "encryption=none mode=multi security=none type=tcp",
        ),
        (
            json!({"network": "tcp", "encryption": {"enabled": true, "encryption": "mlkem768"}}),
            "encryption=mlkem768 mode=multi security=none type=tcp",
        ),
        (
            json!({"network": "tcp", "encryption": {"enabled": false, "encryption": "mlkem768"}}),
            "encryption=none mode=multi security=none type=tcp",
        ),
    ] {
        assert_eq!(query(Vless, &settings), expected, "{settings}");
    }
}

#[test]
fn trojan_says_its_transport_in_the_query() {
    let utls = json!({"enabled": true, "fingerprint": "qq"});
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let reality = json!({"server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": ""});
    for (settings, expected) in [
        (json!({"network": "tcp"}), "allowInsecure=0"),
        (
            json!({"network": "tcp", "tls_settings": tls, "utls": utls}),
            "allowInsecure=1 fp=qq peer=t.test sni=t.test",
        ),
        (
            json!({"network": "tcp", "tls": 2, "reality_settings": reality, "utls": utls}),
            "fp=qq pbk=jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0 security=reality sni=r.test",
        ),
        (
            json!({"network": "ws", "network_settings": {"path": "/w", "headers": {"Host": "w.test"}}}),
            "allowInsecure=0 host=w.test path=/w type=ws",
        ),
        (
            json!({"network": "grpc", "network_settings": {"serviceName": "svc"}}),
            "allowInsecure=0 mode=gun serviceName=svc type=grpc",
        ),
        (
            json!({"network": "h2", "network_settings": {"path": "/h", "host": ["a", "b"]}}),
            "allowInsecure=0 host=a,b path=/h type=http",
        ),
        (
            json!({"network": "httpupgrade", "network_settings": {"host": "u.test"}}),
            "allowInsecure=0 host=u.test type=httpupgrade",
        ),
        (
            json!({"network": "xhttp", "network_settings": {"path": "/x"}}),
            "allowInsecure=0 host=n.test mode=auto path=/x type=xhttp",
        ),
        (
            json!({"network": "tcp", "network_settings": {"header": {"type": "http"}}}),
            "allowInsecure=0 headerType=http path=/ type=tcp",
        ),
        (
            json!({"network": "kcp", "network_settings": {"seed": "s"}}),
            "allowInsecure=0 headerType=none seed=s type=kcp",
        ),
    ] {
        assert_eq!(query(Trojan, &settings), expected, "{settings}");
    }
}

#[test]
fn the_other_protocols_have_their_addresses() {
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let obfs = json!({"open": true, "type": "salamander", "password": "o"});
    for (protocol, settings, expected) in [
        (
            Hysteria,
            json!({"version": 2, "tls": tls, "obfs": obfs}),
            "insecure=1 obfs=salamander obfs-password=o sni=t.test",
        ),
        (Hysteria, json!({"version": 2}), "insecure=0"),
        (
            Hysteria,
            json!({"version": 1, "tls": tls, "obfs": obfs, "bandwidth": {"up": 10, "down": 20}}),
            "auth=secret downmbps=20 insecure=1 obfs=xplus obfsParam=o peer=t.test protocol=udp upmbps=10",
        ),
        (
            Hysteria,
            json!({"version": 1, "bandwidth": {"up": 1, "down": 2}, "obfs": {"open": true}}),
            "auth=secret downmbps=2 insecure=0 protocol=udp upmbps=1",
        ),
        (
            Tuic,
            json!({"tls": tls}),
            "allow_insecure=1 alpn=h3 congestion_control=cubic insecure=1 sni=t.test udp-relay-mode=native",
        ),
        (
            Tuic,
            json!({"alpn": ["h3", "h2"], "congestion_control": "bbr", "udp_relay_mode": "quic"}),
            "alpn=h3,h2 congestion_control=bbr udp-relay-mode=quic",
        ),
        (
            Tuic,
            json!({"congestion_control": "", "udp_relay_mode": "", "alpn": []}),
            "congestion_control=cubic udp-relay-mode=native",
        ),
        (Anytls, json!({"tls": tls}), "insecure=1 sni=t.test"),
        (Anytls, json!({"tls": {"server_name": ""}}), "insecure=0"),
        (Anytls, json!({"tls": {}}), "insecure=0"),
        (Anytls, json!({}), ""),
        (Socks, json!({}), ""),
        (Http, json!({"tls": 0}), ""),
        (
            Http,
            json!({"tls": 1, "tls_settings": tls}),
            "allowInsecure=1 security=tls sni=t.test",
        ),
    ] {
        assert_eq!(
            query(protocol, &settings),
            expected,
            "{protocol:?} {settings}"
        );
    }
    let socks = line("", Socks, &json!({}));
    assert_eq!(
        socks,
        format!(
            "socks://{}@n.test:443#Node",
            STANDARD.encode("secret:secret")
        )
    );
    let (tuic, _) = parsed(&line("", Tuic, &json!({})));
    assert_eq!(
        (tuic.username(), tuic.password()),
        ("secret", Some("secret"))
    );
}

#[test]
fn ports_that_hop_are_named_and_addresses_of_six_octets_are_in_brackets() {
    let node = ExportNode {
        host: "2001:db8::9".into(),
        port: 30_005,
        ports: Some("30000-30010".into()),
        ..a_node(Hysteria, &json!({"version": 2}))
    };
    let (url, query) = parsed(&line_of("", node));
    assert_eq!(url.host_str(), Some("[2001:db8::9]"));
    assert_eq!(url.port(), Some(30_005));
    assert_eq!(query["mport"], "30000-30010");
}

#[test]
fn names_are_encoded_and_spaces_of_vless_are_pluses() {
    let named = |protocol| ExportNode {
        name: "香港 #1+\r\n".into(),
        ..a_node(protocol, &json!({"network": "tcp"}))
    };
    let trojan = line_of("", named(Trojan));
    assert!(
        trojan.ends_with("#%E9%A6%99%E6%B8%AF%20%231%2B%0D%0A"),
        "{trojan}"
    );
    let vless = line_of("", named(Vless));
    assert!(
        vless.ends_with("#%E9%A6%99%E6%B8%AF+%231%2B%0D%0A"),
        "{vless}"
    );
}

#[test]
fn nodes_without_an_address_are_left_out() {
    let nodes = vec![
        a_node(Protocol::Naive, &json!({})),
        a_node(Protocol::Mieru, &json!({})),
        // `socks://` has no word for TLS.
        a_node(Socks, &json!({"tls": 1})),
        a_node(Tuic, &json!({"version": 4})),
        a_node(Vless, &json!({"network": "quic"})),
        a_node(
            Shadowsocks,
            &json!({"cipher": "aes-128-gcm", "plugin": "shadow-tls", "plugin_opts": "host=h"}),
        ),
    ];
    let document = Download::by("", nodes).document();
    assert_eq!(document.body, "");
    assert_eq!(document.content_type, "text/plain");
}

#[test]
fn the_account_is_in_a_header() {
    let mut download = Download::by("v2rayN/7.0", vec![]);
    let shown = "upload=1073741824; download=2147483648; total=10737418240; expire=";
    let account = |download: &Download| {
        let document = download.document();
        header(&document, "subscription-userinfo").map(str::to_owned)
    };
    assert_eq!(account(&download).as_deref(), Some(shown));
    download.subscriber = Subscriber {
        expired_at: Some(new_year()),
        ..a_subscriber()
    };
    let shown = format!("{shown}1704038400");
    assert_eq!(account(&download), Some(shown));
}
