use ferroboard_protocol::Protocol::{Anytls, Http, Shadowsocks, Socks, Trojan, Vless, Vmess};
use ferroboard_subscription::ExportNode;
use ferroboard_subscription::testing::a_node;
use serde_json::json;

use super::{Download, header, line, line_of};

#[test]
fn every_protocol_has_its_line() {
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let reality = json!({"server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "ab"});
    let ws = json!({"path": "/w", "headers": {"Host": "w.test"}});
    let http = json!({"header": {"type": "http", "request": {"path": ["/a", "/b"], "headers": {"Host": ["h.test"]}}}});
    let end = "fast-open=true,udp-relay=true,tag=Node";
    for (protocol, settings, expected) in [
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm"}),
            "shadowsocks=n.test:443,method=aes-128-gcm,password=secret",
        ),
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm", "plugin": "obfs", "plugin_opts": "obfs=http;obfs-host=o.test;path=/p"}),
            "shadowsocks=n.test:443,method=aes-128-gcm,password=secret,obfs=http,obfs-host=o.test,obfs-uri=/p",
        ),
        (
            Vmess,
            json!({"network": "tcp"}),
            "vmess=n.test:443,method=chacha20-poly1305,password=secret",
        ),
        (
            Vmess,
            json!({}),
            "vmess=n.test:443,method=chacha20-poly1305,password=secret",
        ),
        (
            Vmess,
            json!({"network": "tcp", "tls": 1, "tls_settings": tls}),
            "vmess=n.test:443,method=chacha20-poly1305,password=secret,obfs=over-tls,tls-verification=false,obfs-host=t.test",
        ),
        (
            Vmess,
            json!({"network": "tcp", "network_settings": http}),
            "vmess=n.test:443,method=chacha20-poly1305,password=secret,obfs=http,obfs-uri=/a,obfs-host=h.test",
        ),
        (
            Vmess,
            json!({"network": "ws", "network_settings": ws}),
            "vmess=n.test:443,method=chacha20-poly1305,password=secret,obfs=ws,obfs-uri=/w,obfs-host=w.test",
        ),
        (
            Vless,
            json!({"network": "ws", "tls": 1, "tls_settings": tls}),
            "vless=n.test:443,method=none,password=secret,obfs=wss,tls-verification=false,obfs-host=t.test",
        ),
        (
            Vless,
            json!({"network": "tcp", "tls": 2, "reality_settings": reality, "flow": "xtls-rprx-vision"}),
            "vless=n.test:443,method=none,password=secret,obfs=over-tls,reality-base64-pubkey=jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0,reality-hex-shortid=ab,obfs-host=r.test,vless-flow=xtls-rprx-vision",
        ),
        (
            Trojan,
            json!({"network": "tcp", "tls_settings": tls}),
            "trojan=n.test:443,password=secret,over-tls=true,tls-verification=false,tls-host=t.test",
        ),
        (
            Trojan,
            json!({"tls_settings": tls}),
            "trojan=n.test:443,password=secret,over-tls=true,tls-verification=false,tls-host=t.test",
        ),
        (
            Trojan,
            json!({"network": "ws", "network_settings": ws}),
            "trojan=n.test:443,password=secret,obfs=wss,obfs-uri=/w,tls-verification=true,obfs-host=w.test",
        ),
        (
            Socks,
            json!({"tls": 1, "tls_settings": tls}),
            "socks5=n.test:443,username=secret,password=secret,over-tls=true,tls-verification=false,tls-host=t.test",
        ),
        (
            Socks,
            json!({}),
            "socks5=n.test:443,username=secret,password=secret",
        ),
    ] {
        let written = line("quantumult-x", protocol, &settings);
        assert_eq!(written, format!("{expected},{end}"), "{settings}");
    }
}

#[test]
fn http_has_no_relay_and_anytls_an_order_of_its_own() {
    let tls = json!({"server_name": "t.test", "allow_insecure": false});
    assert_eq!(
        line(
            "quantumult-x",
            Http,
            &json!({"tls": 1, "tls_settings": tls})
        ),
        "http=n.test:443,username=secret,password=secret,over-tls=true,tls-verification=true,tls-host=t.test,fast-open=true,tag=Node"
    );
    assert_eq!(
        line("quantumult-x", Anytls, &json!({"tls": tls})),
        "anytls=n.test:443,password=secret,udp-relay=true,tag=Node,over-tls=true,tls-verification=true,tls-host=t.test"
    );
    assert_eq!(
        line(
            "quantumult-x",
            Anytls,
            &json!({"tls": {"allow_insecure": true}})
        ),
        "anytls=n.test:443,password=secret,udp-relay=true,tag=Node,over-tls=true,tls-verification=false"
    );
}

#[test]
fn six_octets_are_in_brackets_and_the_account_in_a_header() {
    let node = ExportNode {
        host: "::1".into(),
        ..a_node(Anytls, &json!({}))
    };
    assert!(line_of("quantumult-x", node).starts_with("anytls=[::1]:443,"));
    let document = Download::by("quantumult%20x", vec![]).document();
    assert!(header(&document, "subscription-userinfo").is_some());
}
