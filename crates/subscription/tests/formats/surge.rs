use ferroboard_protocol::Protocol::{
    Anytls, Http, Hysteria, Shadowsocks, Socks, Trojan, Tuic, Vmess,
};
use ferroboard_subscription::testing::{a_node, a_subscriber, new_year};
use ferroboard_subscription::{ExportNode, Subscriber, Templates};
use serde_json::json;

use super::{Download, header};

const TEMPLATE: &str = "#!MANAGED-CONFIG $subs_link interval=1\r\n[Panel]\nInfo = $subscribe_info, style=info\n\
    [Proxy]\n$proxies\n[Proxy Group]\nProxy = select, $proxy_group\n[Rule]\nDOMAIN,$subs_domain,DIRECT\n# $ $other $subs $proxy_groups\n";

fn download(agent: &'static str, nodes: Vec<ExportNode>) -> Download {
    let rows = ["surge", "surfboard"].map(|name| (name.to_owned(), Some(TEMPLATE.to_owned())));
    Download {
        templates: Templates::from_rows(rows),
        ..Download::by(agent, nodes)
    }
}

/// The lines of the proxies and the group.
fn written(agent: &'static str, nodes: Vec<ExportNode>) -> (Vec<String>, String) {
    let body = download(agent, nodes).document().body;
    let (_, behind) = body.split_once("[Proxy]\n").unwrap();
    let (proxies, behind) = behind
        .split_once("\n[Proxy Group]\nProxy = select, ")
        .unwrap();
    let (group, _) = behind.split_once('\n').unwrap();
    let lines = proxies
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect();
    (lines, group.to_owned())
}

#[test]
fn every_protocol_has_its_line() {
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    let ws = json!({"path": "/w", "headers": {"Host": "w.test"}});
    let ss = "ss,n.test,443,encrypt-method=aes-128-gcm,password=secret,tfo=true,udp-relay=true";
    let vmess = "vmess,n.test,443,username=secret,vmess-aead=true,tfo=true,udp-relay=true";
    for (protocol, settings, surge, surfboard) in [
        (Shadowsocks, json!({"cipher": "aes-128-gcm"}), ss.to_owned(), ss.to_owned()),
        (
            Shadowsocks,
            json!({"cipher": "aes-128-gcm", "plugin": "obfs", "plugin_opts": "obfs=http;obfs-host=o.test;path=/p"}),
            format!("{ss},obfs=http,obfs-host=o.test,obfs-uri=/p"),
            format!("{ss},obfs=http,obfs-host=o.test,obfs-uri=/p"),
        ),
        (Vmess, json!({"network": "tcp"}), vmess.to_owned(), vmess.to_owned()),
        (
            Vmess,
            json!({"network": "ws", "network_settings": ws, "tls": 1, "tls_settings": tls}),
            format!("{vmess},tls=true,skip-cert-verify=true,sni=t.test,ws=true,ws-path=/w,ws-headers=Host:w.test"),
            format!("{vmess},tls=true,skip-cert-verify=true,sni=t.test,ws=true,ws-path=/w,ws-headers=Host:w.test"),
        ),
        (
            Trojan,
            json!({"network": "tcp", "tls_settings": tls}),
            "trojan,n.test,443,password=secret,sni=t.test,tfo=true,udp-relay=true,skip-cert-verify=true".to_owned(),
            "trojan,n.test,443,password=secret,sni=t.test,tfo=true,udp-relay=true,skip-cert-verify=true".to_owned(),
        ),
        (
            Trojan,
            json!({"network": "ws", "network_settings": ws, "tls_settings": tls}),
            "trojan,n.test,443,password=secret,sni=t.test,tfo=true,udp-relay=true,skip-cert-verify=true,ws=true,ws-path=/w,ws-headers=Host:w.test".to_owned(),
            "trojan,n.test,443,password=secret,sni=t.test,tfo=true,udp-relay=true,skip-cert-verify=true,ws=true,ws-path=/w,ws-headers=Host:w.test".to_owned(),
        ),
        (
            Anytls,
            json!({"tls": tls}),
            "anytls,n.test,443,password=secret,sni=t.test,skip-cert-verify=true".to_owned(),
            "anytls,n.test,443,password=secret,tfo=true,udp-relay=true,sni=t.test,skip-cert-verify=true".to_owned(),
        ),
    ] {
        let node = a_node(protocol, &settings);
        let group = "Node".to_owned();
        let expected = (vec![format!("Node = {surge}")], group.clone());
        assert_eq!(written("surge", vec![node.clone()]), expected, "{settings}");
        let expected = (vec![format!("Node={surfboard}")], group);
        assert_eq!(written("surfboard", vec![node]), expected, "{settings}");
    }
}

#[test]
fn surge_knows_more_protocols() {
    let tls = json!({"server_name": "t.test", "allow_insecure": true});
    for (protocol, settings, expected) in [
        (
            Hysteria,
            json!({"version": 2, "tls": tls, "bandwidth": {"up": 10, "down": 20}}),
            "hysteria2,n.test,443,password=secret,sni=t.test,udp-relay=true,download-bandwidth=20,skip-cert-verify=true",
        ),
        (
            Hysteria,
            json!({"version": 2}),
            "hysteria2,n.test,443,password=secret,udp-relay=true",
        ),
        (
            Hysteria,
            json!({"version": 2, "obfs": {"open": true, "password": "o"}}),
            "hysteria2,n.test,443,password=secret,udp-relay=true,salamander-password=o",
        ),
        (
            Tuic,
            json!({"alpn": ["h2", "h3"], "tls": tls}),
            "tuic-v5,n.test,443,uuid=secret,password=secret,alpn=h3,sni=t.test,skip-cert-verify=true",
        ),
        (
            Tuic,
            json!({"version": 4, "tls": tls}),
            "tuic,n.test,443,token=secret,alpn=h3,sni=t.test,skip-cert-verify=true",
        ),
        (
            Socks,
            json!({"tls_settings": tls}),
            "socks5,n.test,443,secret,secret,udp-relay=true",
        ),
        (
            Socks,
            json!({"tls": 1, "tls_settings": tls}),
            "socks5-tls,n.test,443,secret,secret,sni=t.test,skip-cert-verify=true,udp-relay=true",
        ),
        (Http, json!({}), "http,n.test,443,secret,secret"),
        (
            Http,
            json!({"tls": 1, "tls_settings": tls}),
            "https,n.test,443,secret,secret,sni=t.test,skip-cert-verify=true",
        ),
    ] {
        let (lines, _) = written("surge", vec![a_node(protocol, &settings)]);
        assert_eq!(lines, [format!("Node = {expected}")], "{settings}");
    }
}

#[test]
fn nodes_without_a_line_are_in_no_group() {
    let nodes = vec![
        a_node(Hysteria, &json!({"version": 1})),
        a_node(Vmess, &json!({"network": "grpc"})),
        a_node(Trojan, &json!({"network": "grpc"})),
        a_node(Trojan, &json!({"network": "tcp", "tls": 2})),
        a_node(
            Vmess,
            &json!({"network": "tcp", "network_settings": {"header": {"type": "http"}}}),
        ),
        a_node(
            Shadowsocks,
            &json!({"cipher": "aes-128-gcm", "plugin": "v2ray-plugin", "plugin_opts": "tls"}),
        ),
        ExportNode {
            name: "a,b".into(),
            ..a_node(Anytls, &json!({}))
        },
        a_node(Anytls, &json!({})),
    ];
    for agent in ["surge", "surfboard"] {
        let (lines, group) = written(agent, nodes.clone());
        assert_eq!(lines.len(), 2, "{lines:?}");
        let last = group.rsplit(", ").next().unwrap();
        assert!(lines[1].starts_with(last), "{group} {lines:?}");
        assert!(group.starts_with("a，b, Node"), "{group}");
    }
}

#[test]
fn variables_of_the_template_are_replaced() {
    let mut download = download("surge", vec![]);
    download.subscriber = Subscriber {
        upload: 1_610_612_736,
        expired_at: Some(new_year()),
        ..a_subscriber()
    };
    assert_eq!(
        download.document().body,
        "#!MANAGED-CONFIG https://demo.test/s/token interval=1\r\n[Panel]\n\
         Info = title=Demo Panel订阅信息, content=上传流量：1.5GB\\n下载流量：2GB\\n剩余流量：6.5GB\\n套餐流量：10GB\\n到期时间：2024-01-01 00:00:00, style=info\n\
         [Proxy]\n\n[Proxy Group]\nProxy = select, \n[Rule]\nDOMAIN,demo.test,DIRECT\n# $ $other $subs s\n"
    );
    download.site.host = None;
    download.subscriber.expired_at = None;
    let body = download.document().body;
    assert!(
        body.starts_with("#!MANAGED-CONFIG https://sub.test/s/token interval"),
        "{body}"
    );
    assert!(body.contains("到期时间：长期有效, style"), "{body}");
}

#[test]
fn surfboard_names_the_subscribers_own_link() {
    let document = download("surfboard", vec![]).document();
    assert!(
        document
            .body
            .starts_with("#!MANAGED-CONFIG https://sub.test/s/token ")
    );
}

#[test]
fn both_are_files_named_after_the_site() {
    let file = Some("attachment;filename*=UTF-8''Demo%20Panel.conf");
    let surge = download("surge", vec![]).document();
    assert_eq!(
        (surge.content_type, header(&surge, "content-disposition")),
        ("application/octet-stream", file)
    );
    let surfboard = download("surfboard", vec![]).document();
    assert_eq!(
        (
            surfboard.content_type,
            header(&surfboard, "content-disposition")
        ),
        ("text/html; charset=utf-8", file)
    );
}
