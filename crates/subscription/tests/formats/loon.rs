use ferroboard_protocol::Protocol::{Anytls, Hysteria, Shadowsocks, Trojan, Vless, Vmess};
use ferroboard_subscription::ExportNode;
use ferroboard_subscription::testing::a_node;
use serde_json::json;

use super::{Download, header, line};

#[test]
fn every_protocol_has_its_line() {
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let reality = json!({"server_name": "r.test", "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0", "short_id": "ab"});
    let ws = json!({"path": "/w", "headers": {"Host": "w.test"}});
    let http = json!({"header": {"type": "http", "request": {"path": ["/a"], "headers": {"Host": ["h.test"]}}}});
    for (protocol, settings, expected) in [
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm"}),
            "Shadowsocks,n.test,443,aes-128-gcm,secret,fast-open=false,udp=true",
        ),
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm", "plugin": "obfs", "plugin_opts": "obfs=tls; obfs-host = o.test ;path=/p;flag"}),
            "Shadowsocks,n.test,443,aes-128-gcm,secret,fast-open=false,udp=true,obfs-name=tls,obfs-host=o.test",
        ),
        (
            Vmess,
            json!({"network": "tcp"}),
            "vmess,n.test,443,auto,secret,fast-open=false,udp=true,alterId=0,transport=tcp",
        ),
        (
            Vmess,
            json!({"network": "tcp", "network_settings": {"header": {"type": "none"}}}),
            "vmess,n.test,443,auto,secret,fast-open=false,udp=true,alterId=0,transport=tcp",
        ),
        (
            Vmess,
            json!({"network": "tcp", "network_settings": http}),
            "vmess,n.test,443,auto,secret,fast-open=false,udp=true,alterId=0,transport=http,path=/a,host=h.test",
        ),
        (
            Vmess,
            json!({"network": "ws", "network_settings": ws, "tls": 1, "tls_settings": tls}),
            "vmess,n.test,443,auto,secret,fast-open=false,udp=true,alterId=0,over-tls=true,skip-cert-verify=true,tls-name=t.test,transport=ws,path=/w,host=w.test",
        ),
        (
            Vmess,
            json!({"network": "ws", "network_settings": {"path": "no/slash"}}),
            "vmess,n.test,443,auto,secret,fast-open=false,udp=true,alterId=0,transport=ws,path=/no/slash",
        ),
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm", "plugin": "obfs", "plugin_opts": "obfs=http;path=p"}),
            "Shadowsocks,n.test,443,aes-128-gcm,secret,fast-open=false,udp=true,obfs-name=http,obfs-uri=/p",
        ),
        (
            Trojan,
            json!({"network": "tcp"}),
            "trojan,n.test,443,secret,skip-cert-verify=false",
        ),
        (
            Trojan,
            json!({"network": "ws", "network_settings": ws, "tls_settings": tls}),
            "trojan,n.test,443,secret,tls-name=t.test,skip-cert-verify=true,transport=ws,path=/w,host=w.test",
        ),
        (
            Vless,
            json!({"network": "tcp", "network_settings": http}),
            "VLESS,n.test,443,secret,udp=true,over-tls=false,transport=http,path=/a,host=h.test",
        ),
        (
            Vless,
            json!({"network": "ws", "network_settings": ws, "tls": 1, "tls_settings": tls}),
            "VLESS,n.test,443,secret,udp=true,over-tls=true,skip-cert-verify=true,sni=t.test,transport=ws,path=/w,host=w.test",
        ),
        (
            Vless,
            json!({"network": "tcp", "tls": 2, "reality_settings": reality, "flow": "xtls-rprx-vision"}),
            "VLESS,n.test,443,secret,udp=true,flow=xtls-rprx-vision,over-tls=true,skip-cert-verify=false,sni=r.test,public-key=jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0,short-id=ab,transport=tcp",
        ),
        (
            Hysteria,
            json!({"version": 2}),
            "Hysteria2,n.test,443,secret,udp=true",
        ),
        (
            Hysteria,
            json!({"version": 2, "tls": tls, "bandwidth": {"up": 1, "down": 20}}),
            "Hysteria2,n.test,443,secret,sni=t.test,skip-cert-verify=true,download-bandwidth=20,udp=true",
        ),
        (
            Hysteria,
            json!({"version": 2, "obfs": {"open": true, "password": "o"}}),
            "Hysteria2,n.test,443,secret,salamander-password=o,udp=true",
        ),
        (
            Anytls,
            json!({"tls": tls}),
            "anytls,n.test,443,secret,udp=true,sni=t.test,skip-cert-verify=true",
        ),
        (Anytls, json!({}), "anytls,n.test,443,secret,udp=true"),
    ] {
        let written = line("loon", protocol, &settings);
        assert_eq!(written, format!("Node={expected}"), "{settings}");
    }
}

#[test]
fn what_a_line_cannot_hold_is_left_out() {
    let comma = json!({"network": "ws", "network_settings": {"path": "/a,b"}});
    let mut nodes = vec![
        a_node(Hysteria, &json!({"version": 1})),
        a_node(Vmess, &comma),
        a_node(Vmess, &json!({"network": "grpc"})),
        a_node(Trojan, &json!({"network": "h2"})),
        a_node(Vless, &json!({"network": "httpupgrade"})),
        a_node(
            Vless,
            &json!({"network": "tcp", "encryption": {"enabled": true, "encryption": "mlkem768x25519plus.native.0rtt.jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0"}}),
        ),
        a_node(
            Hysteria,
            &json!({"version": 2, "obfs": {"open": true, "type": "xplus", "password": "o"}}),
        ),
    ];
    nodes.push(ExportNode {
        name: "HK, 1 = x\n".into(),
        ..a_node(Anytls, &json!({}))
    });
    let download = Download::by("loon", nodes);
    assert_eq!(
        download.lines(),
        ["HK， 1 ＝ x=anytls,n.test,443,secret,udp=true"]
    );
    let document = download.document();
    assert_eq!(document.content_type, "text/plain");
    assert!(header(&document, "subscription-userinfo").is_some());
}
