//! Nodes, as administrators manage them.

use ferroboard_kernel::{GroupId, MachineId, NodeId, RouteId, UserId};
use ferroboard_nodes::testing::{MachineRow, a_node};
use ferroboard_nodes::{Machine, Node};
use ferroboard_protocol::{Protocol, Settings};
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";
pub(super) const DONE: &str =
    r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;
pub(super) const MISSING: &str =
    r#"{"status":"fail","message":"服务器不存在","data":null,"error":null}"#;
/// A key of Reality.
const KEY: &str = "pG8mBwXBJX2zjVvAgLhMLzVCuTnj5-xEJLyJBiJEBG8";

pub(super) fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/server/manage/{route}")
}

/// A site with nodes 1 and 2, of which 2 is a child of 1, and machine 1; and an administrator's token.
pub(super) async fn office() -> (Site, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    site.fakes.store.write(|tables| {
        let child = Node {
            parent: Some(NodeId::new(1)),
            code: Some("ss-2".into()),
            upload: 5,
            download: 6,
            ..a_node(2)
        };
        for node in [a_node(1), child] {
            tables.nodes.nodes.insert(node.id, node);
        }
        let machine = Machine {
            id: MachineId::new(1),
            token: "secret".into(),
            active: true,
        };
        let row = MachineRow {
            machine,
            last_seen_at: None,
            load: None,
        };
        tables.nodes.machines.insert(MachineId::new(1), row);
    });
    (site, token)
}

pub(super) fn nodes(site: &Site) -> Vec<Node> {
    let store = &site.fakes.store;
    store.read(|tables| tables.nodes.nodes.values().cloned().collect())
}

pub(super) fn node(site: &Site, id: i64) -> Option<Node> {
    nodes(site)
        .into_iter()
        .find(|node| node.id == NodeId::new(id))
}

/// How many requests changed something.
pub(super) fn changes(site: &Site) -> usize {
    site.fakes.store.read(|tables| tables.audit.changes.len())
}

/// A form of a new node, with these members instead.
fn form(members: Value) -> Value {
    let mut form = json!({
        "type": "socks", "name": "N", "host": "h.test", "port": "443", "server_port": 443, "rate": "1",
    });
    if let (Value::Object(form), Value::Object(members)) = (&mut form, members) {
        form.extend(members);
    }
    form
}

/// The fields that are complained of.
pub(super) fn told(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let body = answer.body();
    body["errors"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

#[actix_web::test]
async fn a_node_of_each_protocol_is_made() {
    let (site, token) = office().await;
    for (kind, settings, normal) in [
        (
            "shadowsocks",
            json!({"cipher": "aes-128-gcm", "plugin": "none"}),
            json!({"cipher": "aes-128-gcm"}),
        ),
        (
            "vmess",
            json!({"tls": 1, "network": "ws"}),
            json!({"tls": 1, "network": "ws"}),
        ),
        (
            "vless",
            json!({"tls": 2, "network": "tcp", "reality_settings": {
                "public_key": KEY, "private_key": KEY, "short_id": "ab", "server_port": 443,
            }}),
            json!({"tls": 2, "network": "tcp", "reality_settings": {
                "public_key": KEY, "private_key": KEY, "short_id": "ab", "server_port": "443",
            }}),
        ),
        (
            "trojan",
            json!({"network": "tcp"}),
            json!({"network": "tcp"}),
        ),
        (
            "hysteria",
            json!({"version": "2", "alpn": "h3"}),
            json!({"version": 2}),
        ),
        ("tuic", json!({"version": 5}), json!({"version": 5})),
        (
            "anytls",
            json!({"padding_scheme": ["a=1"], "alpn": "h2"}),
            json!({"padding_scheme": ["a=1"]}),
        ),
        ("socks", json!({"tls": 0}), json!({"tls": 0})),
        ("naive", json!({"tls": 1}), json!({"tls": 1})),
        ("http", json!({"tls": 0}), json!({"tls": 0})),
        (
            "mieru",
            json!({"transport": "UDP", "traffic_pattern": ""}),
            json!({"transport": "UDP"}),
        ),
    ] {
        let body = form(json!({"type": kind, "protocol_settings": settings}));
        let made = site.post_as(&token, &at("save"), body).await;
        assert_eq!(made.text, DONE, "{kind}");
        let node = nodes(&site).pop().unwrap();
        let protocol = Protocol::named(kind).unwrap();
        assert_eq!(node.protocol, protocol);
        assert_eq!(
            node.settings,
            Settings::normalised(protocol, &normal),
            "{kind}"
        );
        assert!(!node.show && node.enabled && node.sort.is_none());
    }
    assert_eq!(nodes(&site).len(), 13);
    assert_eq!(changes(&site), 11);
}

#[actix_web::test]
async fn everything_that_a_form_says_is_kept() {
    let (site, token) = office().await;
    let body = form(json!({
        "code": "s-1", "show": "1", "enabled": false, "group_ids": ["2", "", 1], "route_ids": ["3", null, 1],
        "parent_id": "1", "machine_id": 1, "tags": ["a", "", 0, "1.5"], "rate": 1.25, "port": 443,
        "server_port": "8443", "transfer_enable": "1073741824", "custom_outbounds": [{"tag": "o"}],
        "rate_time_enable": true,
        "rate_time_ranges": [{"start": "00:00", "end": "06:30", "rate": "0.5", "odd": 1}],
        "custom_routes": [], "cert_config": {"mode": "content", "cert": "x", "deep": {"er": [1]}},
        "excludes": "x", "ips": 5, "spectific_key": [],
    }));
    let made = site.post_as(&token, &at("save"), body).await;
    assert_eq!(made.text, DONE);
    let node = node(&site, 3).unwrap();
    assert_eq!(
        (node.code.as_deref(), node.show, node.enabled),
        (Some("s-1"), true, false)
    );
    assert_eq!(node.groups, [2, 1].map(GroupId::new));
    assert_eq!(node.routes, [3, 1].map(RouteId::new));
    // Whatever was sent, clients look for texts.
    let tags = ["a", "0", "1.5"].map(str::to_owned);
    assert_eq!(node.tags, Some(tags.into()));
    assert_eq!(
        (node.parent, node.machine),
        (Some(NodeId::new(1)), Some(MachineId::new(1)))
    );
    assert_eq!((node.port.as_str(), node.server_port), ("443", 8_443));
    assert_eq!(node.rate.to_string(), "1.25");
    assert_eq!(node.rate_ranges.len(), 1);
    assert_eq!(node.traffic_limit, Some(1 << 30));
    assert_eq!(node.custom_outbounds, json!([{"tag": "o"}]));
    assert_eq!(node.custom_routes, json!([]));
    assert_eq!(
        node.cert_config,
        json!({"mode": "content", "cert": "x", "deep": {"er": [1]}})
    );
}

#[actix_web::test]
async fn what_is_left_out_stays_and_null_is_none() {
    let (site, token) = office().await;
    let same = json!({
        "id": 2, "type": "shadowsocks", "name": "Changed", "protocol_settings": {"cipher": "aes-256-gcm"},
        "code": "ss-2", "rate_time_ranges": [{"start": "00:00", "end": "23:59", "rate": 2}],
        "rate_time_enable": 1,
    });
    assert_eq!(
        site.post_as(&token, &at("save"), form(same)).await.text,
        DONE
    );
    let changed = node(&site, 2).unwrap();
    assert_eq!(changed.name, "Changed");
    assert_eq!(
        (changed.parent, changed.code.as_deref()),
        (Some(NodeId::new(1)), Some("ss-2"))
    );
    assert_eq!((changed.upload, changed.download), (5, 6));
    assert_eq!(changed.rate_ranges.len(), 1);
    assert!(changed.show);
    let nothing = json!({
        "id": "2", "type": "shadowsocks", "protocol_settings": {"cipher": "aes-256-gcm"}, "code": null,
        "parent_id": "0", "group_ids": [], "tags": null, "rate_time_enable": false, "rate_time_ranges": null,
    });
    assert_eq!(
        site.post_as(&token, &at("save"), form(nothing)).await.text,
        DONE
    );
    let changed = node(&site, 2).unwrap();
    assert_eq!((changed.parent, changed.code), (None, None));
    assert_eq!((changed.groups, changed.tags), (vec![], None));
    assert_eq!(changed.rate_ranges, []);
    for id in [99, -1] {
        let unknown = form(json!({"id": id}));
        let unknown = site.post_as(&token, &at("save"), unknown).await;
        assert_eq!(
            (unknown.status.as_u16(), unknown.text.as_str()),
            (400, MISSING)
        );
    }
}

#[actix_web::test]
async fn what_nobody_could_use_is_refused_by_name() {
    let (site, token) = office().await;
    let reality = |public: &str, private: &str, id: &str| {
        json!({"type": "vless", "protocol_settings": {"tls": 2, "network": "tcp", "reality_settings": {
            "public_key": public, "private_key": private, "short_id": id,
        }}})
    };
    let settings = |name: &str| format!("protocol_settings.{name}");
    let [public, private, id] = ["public_key", "private_key", "short_id"]
        .map(|name| settings(&format!("reality_settings.{name}")));
    let mut shown = reality("p", "k", "s");
    shown["show"] = json!(true);
    let before = nodes(&site);
    for (members, fields) in [
        (json!({"host": ""}), vec!["host".to_owned()]),
        (json!({"host": "https://h.test/"}), vec!["host".to_owned()]),
        (json!({"host": ["h"]}), vec!["host".to_owned()]),
        (json!({"port": 0}), vec!["port".to_owned()]),
        (json!({"port": "65536"}), vec!["port".to_owned()]),
        (json!({"port": "3000-2000"}), vec!["port".to_owned()]),
        (json!({"port": "443,3000-2000"}), vec!["port".to_owned()]),
        (json!({"server_port": 0}), vec!["server_port".to_owned()]),
        (
            json!({"server_port": "443-444"}),
            vec!["server_port".to_owned()],
        ),
        (json!({"rate": "-1"}), vec!["rate".to_owned()]),
        (json!({"rate": 1_000_000}), vec!["rate".to_owned()]),
        (json!({"parent_id": 99}), vec!["parent_id".to_owned()]),
        (json!({"machine_id": 99}), vec!["machine_id".to_owned()]),
        (json!({"group_ids": ["x"]}), vec!["group_ids.0".to_owned()]),
        (json!({"cert_config": "x"}), vec!["cert_config".to_owned()]),
        (
            json!({"rate_time_ranges": [{"start": "24:00", "end": "6:00"}]}),
            ["end", "rate", "start"]
                .map(|name| format!("rate_time_ranges.0.{name}"))
                .to_vec(),
        ),
        (reality(KEY, KEY, "abc"), vec![id.clone()]),
        (reality(KEY, KEY, "xy"), vec![id.clone()]),
        (reality(KEY, "", "ab"), vec![private.clone()]),
        (reality("p", KEY, "ab"), vec![public.clone()]),
        (shown, vec![private, public, id]),
        (
            json!({"type": "hysteria", "protocol_settings": {"version": 1, "bandwidth": {"up": 1}}}),
            vec![settings("bandwidth.down")],
        ),
        (json!({"type": "shadowsocks"}), vec![settings("cipher")]),
        (
            json!({"type": "mieru", "protocol_settings": {"transport": "QUIC"}}),
            vec![settings("transport")],
        ),
        (json!({"type": "wireguard"}), vec!["type".to_owned()]),
    ] {
        let body = form(members);
        let refused = site.post_as(&token, &at("save"), body.clone()).await;
        let mut found = told(&refused);
        found.sort();
        assert_eq!(found, fields, "{body}");
    }
    let empty = site.post_as(&token, &at("save"), json!({})).await;
    let mut fields = told(&empty);
    fields.sort();
    assert_eq!(
        fields,
        ["host", "name", "port", "rate", "server_port", "type"]
    );
    let said = empty.body()["errors"].clone();
    for (field, text) in [
        ("name", "节点名称不能为空"),
        ("host", "节点地址不能为空"),
        ("port", "连接端口不能为空"),
        ("server_port", "后端服务端口不能为空"),
        ("rate", "倍率不能为空"),
    ] {
        assert_eq!(said[field], json!([text]));
    }
    for (members, text) in [
        (json!({"rate": "x"}), "倍率格式不正确"),
        (json!({"group_ids": "x"}), "权限组格式不正确"),
        (json!({"route_ids": "x"}), "路由组格式不正确"),
        (json!({"parent_id": "x"}), "父ID格式不正确"),
        (json!({"tags": "x"}), "标签格式不正确"),
        (json!({"transfer_enable": "x"}), "流量上限必须是整数"),
        (json!({"transfer_enable": -1}), "流量上限不能小于0"),
    ] {
        let refused = site.post_as(&token, &at("save"), form(members)).await;
        assert_eq!(
            (refused.status.as_u16(), refused.message().as_str()),
            (422, text)
        );
    }
    assert_eq!(nodes(&site), before);
    assert_eq!(changes(&site), 0);
}

#[actix_web::test]
async fn a_draft_of_reality_is_kept_and_not_shown() {
    let (site, token) = office().await;
    let draft = json!({"type": "vless", "protocol_settings": {"tls": 2, "network": "tcp",
        "reality_settings": {"public_key": "p", "private_key": "k", "short_id": "s"}}});
    assert_eq!(
        site.post_as(&token, &at("save"), form(draft)).await.text,
        DONE
    );
    for (route, body) in [
        ("update", json!({"id": 3, "show": 1})),
        (
            "batchUpdate",
            json!({"ids": [1, 3], "show": 1, "enabled": false}),
        ),
    ] {
        let refused = site.post_as(&token, &at(route), body).await;
        assert_eq!(told(&refused).len(), 3, "{route}");
    }
    assert!(!node(&site, 3).unwrap().show && node(&site, 1).unwrap().enabled);
    for reality in [
        Value::Null,
        json!({}),
        json!({"public_key": "", "private_key": "", "short_id": ""}),
    ] {
        let settings = json!({"tls": 2, "network": "tcp", "reality_settings": reality});
        let mut draft = form(json!({"type": "vless", "protocol_settings": settings}));
        let kept = site.post_as(&token, &at("save"), draft.clone()).await;
        assert_eq!(kept.text, DONE, "{draft}");
        draft["show"] = json!(1);
        let refused = site.post_as(&token, &at("save"), draft).await;
        assert_eq!(told(&refused).len(), 2, "{}", refused.text);
    }
}

#[actix_web::test]
async fn a_code_is_unique_for_its_type() {
    let (site, token) = office().await;
    let settings = json!({"cipher": "aes-128-gcm"});
    let taken = json!({"type": "shadowsocks", "code": "ss-2", "protocol_settings": settings});
    let refused = site.post_as(&token, &at("save"), form(taken)).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let other = form(json!({"code": "ss-2"}));
    assert_eq!(site.post_as(&token, &at("save"), other).await.text, DONE);
}

#[actix_web::test]
async fn keys_are_drawn() {
    let (site, token) = office().await;
    let keys = site.get_as(&token, &at("generateRealityKey")).await.body();
    let other = site
        .post_as(&token, &at("generateRealityKey"), json!({}))
        .await
        .body();
    assert_ne!(keys["data"]["private_key"], other["data"]["private_key"]);
    assert_eq!(keys["data"]["public_key"].as_str().unwrap().len(), 43);
    assert_eq!(keys["data"]["short_id"].as_str().unwrap().len(), 16);
    let reality = &keys["data"];
    let with_keys = form(json!({"type": "vless", "show": 1, "protocol_settings": {
        "tls": 2, "network": "tcp", "reality_settings": reality,
    }}));
    assert_eq!(
        site.post_as(&token, &at("save"), with_keys).await.text,
        DONE
    );
    let keys = site
        .get_as(&token, &at("generateEchKey?public_name=x.test"))
        .await
        .body();
    let config = keys["data"]["config"].as_str().unwrap();
    assert!(
        config.starts_with("-----BEGIN ECH CONFIGS-----\n"),
        "{config}"
    );
    let key = keys["data"]["key"].as_str().unwrap();
    assert!(key.ends_with("\n-----END ECH KEYS-----"), "{key}");
    for name in [String::new(), "a".repeat(254)] {
        let refused = site
            .get_as(&token, &at(&format!("generateEchKey?public_name={name}")))
            .await;
        let text = "public_name must be a valid domain (1-253 bytes)";
        assert_eq!(
            (refused.status.as_u16(), refused.message().as_str()),
            (400, text)
        );
    }
    let older = format!("/api/v1/{PATH}/server/manage/generateEchKey");
    assert_eq!(site.get_as(&token, &older).await.status, 200);
}

#[actix_web::test]
async fn only_administrators_manage_nodes() {
    let (site, _) = office().await;
    let stranger = json!({"email": "bob@demo.test", "password": "password-of-bob"});
    let bob = site.post("/api/v1/passport/auth/register", stranger).await;
    let token = bob.body()["data"]["token"]
        .as_str()
        .unwrap_or("none")
        .to_owned();
    let before = nodes(&site);
    for route in ["save", "drop", "batchDelete", "copy", "sort", "update"] {
        let refused = site
            .post_as(&token, &at(route), json!({"id": 1, "ids": [1]}))
            .await;
        assert_eq!(refused.status, 403, "{route}");
    }
    assert_eq!(nodes(&site), before);
}
