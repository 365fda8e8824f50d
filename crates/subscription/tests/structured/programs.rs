//! The real programs read what is written for them. Where one is missing, its test says so and
//! passes; `.ci/check-configurations` installs them and demands that none is missing.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use ferroboard_protocol::Protocol;
use ferroboard_subscription::testing::a_node;
use ferroboard_subscription::{ExportNode, Templates};
use serde_json::{Value, json};

use super::{document, with, with_ports};

const UUID: &str = "b831381d-6324-4d53-ad4f-8cda48b30811";
/// Two keys of 16 bytes, in the form that SS-2022 asks for.
const BLAKE_KEYS: &str = "MjQ5MjBkZWNmODNmNjk2MA==:YjgzMTM4MWQtNjMyNC00ZA==";
const ECH: &str = "-----BEGIN ECH CONFIGS-----\n\
    AEn+DQBFKwAgACABWIHUGj4u+PIggYXcR5JF0gYk3dCRioBW8uJq9H4mKAAIAAEA\n\
    AQABAANAEnB1YmxpYy50bHMtZWNoLmRldgAA\n\
    -----END ECH CONFIGS-----";

/// Nodes of every protocol, over every transport and layer, with everything set.
fn nodes() -> Vec<ExportNode> {
    let tls = json!({"server_name": "s.test", "allow_insecure": true, "ech": {"enabled": true, "config": ECH}});
    let reality = json!({
        "server_name": "r.test", "short_id": "0123abcd",
        "public_key": "jNXHt1yRo0vDuchQlIP6Z0ZvjT3KtzVI-T4E7RoLJS0",
    });
    let common = json!({
        "tls_settings": tls, "reality_settings": reality, "tls": 1,
        "multiplex": {"enabled": true, "max_connections": 4, "padding": true, "brutal": {
            "enabled": true, "up_mbps": 10, "down_mbps": 20,
        }},
    });
    let plain = json!({"tls": 0, "multiplex": null});
    let imitating = json!({"utls": {"enabled": true, "fingerprint": "random"}});
    let request = json!({"header": {"type": "http", "request": {
        "path": ["/a", "/b"], "headers": {"Host": ["h.test"], "Accept": "x"},
    }}});
    let place = json!({"path": "/p", "host": "h.test", "headers": {"Host": "h.test"}, "serviceName": "svc"});
    let networks = [
        ("tcp", &Value::Null),
        ("tcp", &request),
        ("ws", &place),
        ("grpc", &place),
        ("h2", &place),
        ("httpupgrade", &place),
        ("xhttp", &place),
        ("quic", &Value::Null),
    ];
    let mut nodes = Vec::new();
    for protocol in [Protocol::Vmess, Protocol::Vless, Protocol::Trojan] {
        for (network, settings) in networks {
            let network = json!({"network": network, "network_settings": settings});
            let layered = with(common.clone(), network);
            nodes.push(a_node(protocol, &layered));
            nodes.push(a_node(protocol, &with(layered, plain.clone())));
        }
        let vision = json!({"network": "tcp", "flow": "xtls-rprx-vision", "multiplex": null});
        let vision = with(with(common.clone(), vision), imitating.clone());
        nodes.push(a_node(protocol, &with(vision.clone(), json!({"tls": 2}))));
        nodes.push(a_node(protocol, &vision));
    }
    for settings in [
        json!({"cipher": "aes-256-gcm"}),
        json!({"cipher": "aes-128-gcm", "plugin": "obfs-local", "plugin_opts": "obfs=http;obfs-host=h.test"}),
        json!({"cipher": "chacha20-ietf-poly1305", "plugin": "v2ray-plugin", "plugin_opts": "tls;host=h.test;path=/p"}),
    ] {
        nodes.push(a_node(Protocol::Shadowsocks, &settings));
    }
    for version in [1, 2] {
        let settings = json!({
            "version": version, "tls": tls, "bandwidth": {"up": 10, "down": 20}, "hop_interval": 30,
            "obfs": {"open": true, "password": "obscure"},
        });
        nodes.push(a_node(Protocol::Hysteria, &settings));
        nodes.push(with_ports(a_node(Protocol::Hysteria, &settings)));
    }
    nodes.push(a_node(Protocol::Tuic, &json!({"tls": tls})));
    nodes.push(a_node(Protocol::Anytls, &json!({"tls": tls})));
    for protocol in [Protocol::Socks, Protocol::Http] {
        nodes.push(a_node(protocol, &json!({})));
        nodes.push(a_node(protocol, &json!({"tls": 1, "tls_settings": tls})));
    }
    nodes.push(with_ports(a_node(Protocol::Mieru, &json!({}))));
    for node in &mut nodes {
        node.password = UUID.into();
    }
    let mut blake = a_node(
        Protocol::Shadowsocks,
        &json!({"cipher": "2022-blake3-aes-128-gcm"}),
    );
    blake.password = BLAKE_KEYS.into();
    nodes.push(blake);
    nodes
}

#[test]
fn mihomo_accepts_every_node() {
    for agent in ["meta", "clash"] {
        let body = document(agent, &Templates::default(), nodes()).body;
        let said = run("mihomo", &format!("{agent}.yaml"), &body, |file| {
            // The folder holds the data on countries and sites, which mihomo would download.
            let folder = folder("mihomo-data");
            vec!["-d".into(), folder, "-t".into(), "-f".into(), file]
        });
        assert_eq!(said.unwrap_or_default(), "", "{agent}");
    }
}

#[test]
fn sing_box_accepts_every_node() {
    for program in ["sing-box", "sing-box-1.13", "sing-box-1.12"] {
        let version = program.strip_prefix("sing-box-").unwrap_or("1.14");
        let agent = format!("sing-box {version}.0");
        let arguments = |file| vec!["check".into(), "-c".into(), file];
        let (imitating, plain): (Vec<_>, Vec<_>) = nodes()
            .into_iter()
            .partition(|node| node.settings.flag("utls.enabled"));
        let body = document(&agent, &Templates::default(), plain).body;
        let said = run(program, &format!("{program}.json"), &body, arguments);
        assert_eq!(said.unwrap_or_default(), "", "{program}");
        // Not every build can imitate browsers; it says so when it has read the whole document.
        let body = document(&agent, &Templates::default(), imitating).body;
        let said = run(program, &format!("{program}-utls.json"), &body, arguments);
        let said = said.unwrap_or_default();
        assert!(
            said.is_empty() || said.contains("uTLS is not included in this build"),
            "{program}: {said}"
        );
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the program over the document: what it has to say when it refuses it, nothing when it does
/// not; `None` when there is no such program.
fn run(
    program: &str,
    file: &str,
    body: &str,
    arguments: impl Fn(PathBuf) -> Vec<PathBuf>,
) -> Option<String> {
    let file = folder("configurations").join(file);
    std::fs::write(&file, body).unwrap();
    let Ok(output) = Command::new(program).args(arguments(file)).output() else {
        let demanded = environment("FERROBOARD_REQUIRE_PROXY_PROGRAMS");
        assert_eq!(demanded, None, "{program} is demanded and missing");
        // Written directly: the test runner swallows what a passing test prints.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {program} is not on the PATH");
        return None;
    };
    if output.status.success() {
        return Some(String::new());
    }
    let said = [output.stdout, output.stderr].concat();
    Some(format!("refused: {}", String::from_utf8_lossy(&said)))
}

#[allow(
    clippy::disallowed_methods,
    reason = "the environment says whether the programs must be there; the panel does not run this"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
