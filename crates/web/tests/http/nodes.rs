//! What agents of nodes and machines ask and report.

use std::time::Duration;

use actix_web::test::TestRequest;
use ferroboard_application::Options;
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{
    Clock as _, Decimal, GroupId, MachineId, NodeId, Seconds, UnixSeconds, UserId,
};
use ferroboard_nodes::testing::{MachineRow, a_node};
use ferroboard_nodes::{Machine, Node};
use ferroboard_protocol::{Protocol, Settings};
use ferroboard_web::WebOptions;
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

pub(crate) const TOKEN: &str = "server-token-0123456789";
pub(crate) const ALICE: UserId = UserId::new(1);
const QUOTA: i64 = 1_000_000;

/// Nodes 1 (Shadowsocks, rate 1.5), 7 (Trojan) and 24 (on machine 1) of group 1, and Alice in it.
async fn site() -> Site {
    site_with(Duration::ZERO, WebOptions::default()).await
}

/// The same, where nodes may be told what was true so long ago.
pub(crate) async fn site_with(age: Duration, web: WebOptions) -> Site {
    let mut options = Options::new("test".into());
    options.user_list_age = age;
    options.node_list_age = age;
    let settings = [("server_token", TOKEN)];
    let site = Site::with_all(&settings, web, options).await;
    site.alice().await;
    site.fakes.store.write(|tables| {
        let shadowsocks = Node {
            code: Some("ss-1".into()),
            rate: Decimal::new(15_000),
            ..a_node(1)
        };
        let protocol = Protocol::Trojan;
        let trojan = Node {
            protocol,
            settings: Settings::normalised(protocol, &json!({"server_name": "tr.test"})),
            ..a_node(7)
        };
        let machine = Some(MachineId::new(1));
        let own = Node {
            machine,
            ..a_node(24)
        };
        let switched_off = Node {
            enabled: false,
            machine,
            ..a_node(25)
        };
        for node in [shadowsocks, trojan, own, switched_off] {
            tables.nodes.nodes.insert(node.id, node);
        }
        for (id, token, active) in [(1, "machine-token-1", true), (2, "machine-token-2", false)] {
            let id = MachineId::new(id);
            let token = token.to_owned();
            let row = MachineRow {
                machine: Machine { id, token, active },
                last_seen_at: None,
                load: None,
            };
            tables.nodes.machines.insert(id, row);
        }
        let mut own = a_subscription(UnixSeconds::new(4_070_880_000));
        own.group_id = Some(GroupId::new(1));
        own.transfer_enable = QUOTA;
        own.device_limit = Some(3);
        own.speed_limit = Some(100);
        let row = &mut tables.user(ALICE).billing;
        row.subscribe(&own);
    });
    site
}

fn path(route: &str, node: &str) -> String {
    format!("/api/v1/server/UniProxy/{route}?token={TOKEN}&node_id={node}")
}

impl Site {
    /// Changes a setting, which the panel notices.
    pub(crate) async fn set(&self, name: &str, value: &str) {
        let row = (name.to_owned(), Some(value.to_owned()));
        self.fakes
            .store
            .write(|tables| tables.site.settings.extend([row]));
        self.refresh().await;
    }

    async fn post_text(&self, path: &str, body: &str) -> Answer {
        let request = TestRequest::post().uri(path);
        self.send(request.set_payload(body.to_owned())).await
    }

    /// Alice's bytes up and down.
    fn used(&self) -> (i64, i64) {
        self.fakes.store.read(|tables| {
            let row = &tables.users[&ALICE].billing;
            (row.upload, row.download)
        })
    }
}

#[actix_web::test]
async fn agents_need_the_secret_and_a_node() {
    let site = site().await;
    for (query, status, fields) in [
        ("", 422, vec!["token", "node_id"]),
        (&*format!("?token={TOKEN}"), 422, vec!["node_id"]),
        ("?token=nope&node_id=1", 422, vec!["token"]),
        ("?token=&node_id=1", 422, vec!["token"]),
        (
            &*format!("?token={TOKEN}&node_id=1&node_type=wireguard"),
            422,
            vec!["node_type"],
        ),
        (
            &*format!("?token={TOKEN}&node_id=1&node_type=vmess"),
            400,
            vec![],
        ),
        (&*format!("?token={TOKEN}&node_id=99"), 400, vec![]),
        (&*format!("?token={TOKEN}&node_id=1abc"), 400, vec![]),
    ] {
        let answer = site
            .get(&format!("/api/v1/server/UniProxy/config{query}"))
            .await;
        assert_eq!(answer.status, status, "{query}");
        let body = answer.body();
        let refused = body["errors"].as_object();
        let refused: Vec<_> = refused.into_iter().flat_map(|map| map.keys()).collect();
        assert_eq!(refused.len(), fields.len(), "{query}: {body}");
        assert!(
            fields
                .iter()
                .all(|field| refused.iter().any(|name| name == field))
        );
    }
    let named = format!("?token={TOKEN}&node_id=ss-1&node_type=Shadowsocks");
    let path = format!("/api/v1/server/UniProxy/config{named}");
    assert_eq!(site.get(&path).await.status, 200);
}

#[actix_web::test]
async fn without_a_secret_no_node_is_let_in() {
    let site = Site::open().await;
    for token in ["", "null", "0"] {
        let path = format!("/api/v1/server/UniProxy/user?token={token}&node_id=1");
        assert_eq!(site.get(&path).await.status, 422);
    }
}

#[actix_web::test]
async fn a_configuration_has_a_tag() {
    let site = site().await;
    let answer = site.get(&path("config", "1")).await;
    let body = answer.body();
    assert_eq!(body["protocol"], "shadowsocks");
    assert_eq!(
        body["base_config"],
        json!({"push_interval": 60, "pull_interval": 60})
    );
    let tag = answer.header("etag").to_owned();
    assert_eq!(tag.len(), 42);
    let again = TestRequest::get().uri(&path("config", "1"));
    let again = site
        .send(again.insert_header(("If-None-Match", format!("W/{tag}"))))
        .await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    let unseen = site
        .fakes
        .store
        .read(|tables| tables.nodes.states.is_empty());
    assert!(unseen, "asking for the configuration is no sign of life");
}

#[actix_web::test]
async fn users_come_and_go_with_their_subscription() {
    let site = site().await;
    let answer = site.get(&path("user", "1")).await;
    let uuid = answer.body()["users"][0]["uuid"].clone();
    let expected =
        format!(r#"{{"users":[{{"id":1,"uuid":{uuid},"speed_limit":100,"device_limit":3}}]}}"#);
    assert_eq!(answer.text, expected);
    let tag = answer.header("etag").to_owned();
    let known = || {
        let request = TestRequest::get().uri(&path("user", "1"));
        site.send(request.insert_header(("If-None-Match", tag.clone())))
    };
    assert_eq!(known().await.status, 304);
    let now = site.fakes.clock.now();
    let checked = site.fakes.store.read(|tables| {
        let state = &tables.nodes.states[&NodeId::new(1)];
        state.last_check_at
    });
    assert_eq!(checked, Some(now));
    // What leaves no note is not noticed; what does is.
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).auth;
        row.account.banned = true;
    });
    assert_eq!(known().await.status, 304);
    let mut tx = site.fakes.store.transaction().await.unwrap();
    ferroboard_application::UserChangeRepository::insert_user_changes(&mut tx, &[ALICE], now)
        .await
        .unwrap();
    ferroboard_application::UnitOfWork::commit(Box::new(tx))
        .await
        .unwrap();
    let gone = known().await;
    assert_eq!(gone.text, r#"{"users":[]}"#);
}

#[actix_web::test]
async fn a_user_leaves_the_list_when_the_time_is_up() {
    let site = site().await;
    let soon = site.fakes.clock.now().plus(Seconds::new(10));
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).billing;
        row.expired_at = Some(soon);
    });
    let count = async || {
        let body = site.get(&path("user", "1")).await.body();
        body["users"].as_array().unwrap().len()
    };
    assert_eq!(count().await, 1);
    site.fakes.clock.advance(Seconds::new(10));
    assert_eq!(count().await, 1);
    site.fakes.clock.advance(Seconds::new(1));
    assert_eq!(count().await, 0);
}

#[actix_web::test]
async fn traffic_is_counted_once() {
    let site = site().await;
    for _ in 0..3 {
        let answer = site
            .post_text(&path("push", "1"), r#"{"1":[100,201],"99":[5,5]}"#)
            .await;
        assert_eq!(answer.body()["data"], true);
    }
    assert_eq!(site.used(), (150, 302));
    let request = || TestRequest::post().uri(&path("push", "1"));
    for name in ["a", "b", "a"] {
        let named = request().insert_header(("Idempotency-Key", name));
        let answer = site.send(named.set_payload(r#"{"1":[2,2]}"#)).await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(site.used(), (156, 308));
    let rows = r#"[{"user_id":1,"u":10,"d":20}]"#;
    for group in ["ShadowsocksTidalab", "TrojanTidalab"] {
        let node = if group == "TrojanTidalab" { 7 } else { 1 };
        let path = format!("/api/v1/server/{group}/submit?token={TOKEN}&node_id={node}");
        let answer = site.post_text(&path, rows).await;
        assert_eq!(answer.body(), json!({"ret": 1, "msg": "ok"}));
        assert_eq!(site.post_text(&path, "x").await.status, 422);
    }
    assert_eq!(site.used(), (181, 358));
}

#[actix_web::test]
async fn a_used_up_quota_ends_access() {
    let site = site().await;
    assert_eq!(
        site.get(&path("user", "7")).await.body()["users"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let report = format!(r#"{{"1":[{QUOTA},0]}}"#);
    assert_eq!(
        site.post_text(&path("push", "7"), &report).await.status,
        200
    );
    assert_eq!(site.get(&path("user", "7")).await.text, r#"{"users":[]}"#);
}

#[actix_web::test]
async fn malformed_reports_change_nothing() {
    let site = site().await;
    let huge = format!("[{}]", "1,".repeat(6_000_000));
    for (body, status) in [
        ("", 422),
        ("hello", 422),
        ("5", 422),
        ("null", 422),
        ("[]", 200),
        ("{}", 200),
        (r#"{"1":[-1,5]}"#, 200),
        (r#"{"1":[1e300,5]}"#, 200),
        (r#"{"1":[99999999999999999999999,5]}"#, 200),
        (r#"{"1":[1]}"#, 200),
        (r#"{"1":["a","b"]}"#, 200),
        (r#"{"1":{"0":1,"1":2}}"#, 200),
        (r#"{"99":[5,5]}"#, 200),
        (huge.as_str(), 422),
    ] {
        let answer = site.post_text(&path("push", "1"), body).await;
        assert_eq!(answer.status, status, "{body:.40}");
        assert_eq!(site.used(), (0, 0), "{body:.40}");
    }
    let strangers = "/api/v1/server/UniProxy/push?token=nope&node_id=1";
    let answer = site.post_text(strangers, &huge).await;
    assert_eq!(answer.status, 413);
}

#[actix_web::test]
async fn devices_are_counted_over_all_nodes() {
    let site = site().await;
    let empty = site.get(&path("alivelist", "1")).await;
    assert_eq!(empty.text, r#"{"alive":{}}"#);
    for (node, body) in [
        ("1", r#"{"1":["1.1.1.1","2.2.2.2:55"],"99":["9.9.9.9"]}"#),
        ("7", r#"{"1":["1.1.1.1"]}"#),
    ] {
        let answer = site.post_text(&path("alive", node), body).await;
        assert_eq!(answer.text, r#"{"data":true}"#);
    }
    let alive = site.get(&path("alivelist", "7")).await;
    assert_eq!(alive.text, r#"{"alive":{"1":2}}"#);
    for body in ["x", "5", "null", ""] {
        let answer = site.post_text(&path("alive", "1"), body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body()["error"].is_string());
    }
    site.fakes.clock.advance(Seconds::new(301));
    assert_eq!(
        site.get(&path("alivelist", "7")).await.text,
        r#"{"alive":{}}"#
    );
}

fn a_load() -> Value {
    json!({
        "cpu": 12.5, "mem": {"total": 1000, "used": 500}, "swap": {"total": 0, "used": 0},
        "disk": {"total": 2000, "used": 100},
    })
}

fn kept_load(site: &Site) -> Value {
    site.fakes.store.read(|tables| {
        let state = &tables.nodes.states[&NodeId::new(1)];
        state.load.clone().unwrap().0
    })
}

#[actix_web::test]
async fn an_agent_may_send_a_form_with_nested_names() {
    let site = site().await;
    let form = "cpu=12.5&mem[total]=1000&mem[used]=500&swap[total]=0&swap[used]=0\
        &disk%5Btotal%5D=2000&disk%5Bused%5D=100";
    let request = TestRequest::post().uri(&path("status", "1"));
    let request = request.insert_header(("Content-Type", "application/x-www-form-urlencoded"));
    let answer = site.send(request.set_payload(form)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let kept = kept_load(&site);
    assert_eq!(kept["mem"], json!({"total": 1000, "used": 500}));
    assert_eq!(kept["disk"]["used"], json!(100));
}

#[actix_web::test]
async fn the_load_of_a_node_is_judged_and_kept() {
    let site = site().await;
    let answer = site.post(&path("status", "1"), a_load()).await;
    assert_eq!(
        answer.body(),
        json!({"data": true, "code": 0, "message": "success"})
    );
    let kept = kept_load(&site);
    assert_eq!(
        (&kept["cpu"], &kept["disk"]["used"]),
        (&json!(12.5), &json!(100))
    );
    for (change, field) in [
        (json!({"cpu": 101}), "cpu"),
        (json!({"cpu": "x"}), "cpu"),
        (json!({"cpu": -0.5}), "cpu"),
        (json!({"mem": {"total": -1, "used": 1}}), "mem.total"),
        (json!({"mem": {"total": 1, "used": 1.5}}), "mem.used"),
        (json!({"swap": null}), "swap.total"),
        (json!({"disk": [1]}), "disk.total"),
    ] {
        let mut load = a_load();
        for (name, value) in change.as_object().unwrap() {
            load[name] = value.clone();
        }
        let answer = site.post(&path("status", "1"), load).await;
        assert_eq!(answer.status, 422, "{change}");
        assert!(answer.body()["errors"].get(field).is_some(), "{change}");
    }
}

#[actix_web::test]
async fn a_combined_report_has_parts() {
    let site = site().await;
    let mut body = json!({
        "token": TOKEN, "node_id": 1, "traffic": {"1": [100, 200]}, "alive": {"1": ["9.9.9.9"]},
        "status": a_load(), "metrics": {"uptime": 10}, "report_id": "r-1",
    });
    let report = async |body: &Value| site.post("/api/v2/server/report", body.clone()).await;
    assert_eq!(report(&body).await.text, r#"{"data":true}"#);
    assert_eq!(report(&body).await.status, 200);
    assert_eq!(site.used(), (150, 300));
    let state = site
        .fakes
        .store
        .read(|tables| tables.nodes.states[&NodeId::new(1)].clone());
    assert_eq!(state.metrics.unwrap().0["uptime"], 10);
    assert!(state.load.is_some() && state.last_check_at.is_some());
    assert_eq!(state.online_users, 1);
    body = json!({"token": TOKEN, "node_id": 1, "traffic": "x", "alive": 5, "status": [], "metrics": null});
    assert_eq!(report(&body).await.text, r#"{"data":true}"#);
    assert_eq!(site.used(), (150, 300));
    let nothing = json!({"node_id": 1});
    assert_eq!(report(&nothing).await.status, 422);
}

#[actix_web::test]
async fn machines_speak_for_their_nodes_alone() {
    let site = site().await;
    for (query, status) in [
        ("machine_id=1&token=x&node_id=24", 401),
        ("machine_id=9&token=machine-token-1&node_id=24", 401),
        ("machine_id=2&token=machine-token-2&node_id=24", 403),
        ("machine_id=1&token=machine-token-1&node_id=1", 400),
        ("machine_id=1&token=machine-token-1&node_id=25", 400),
        ("machine_id=1&token=machine-token-1", 422),
        ("machine_id=x&token=machine-token-1&node_id=24", 422),
        ("machine_id=1&token=machine-token-1&node_id=0", 422),
        ("machine_id=1&token=machine-token-1&node_id=24", 200),
    ] {
        let answer = site.get(&format!("/api/v2/server/config?{query}")).await;
        assert_eq!(answer.status, status, "{query}");
    }
    for (query, status) in [
        ("machine_id=1&token=machine-token-1", 200),
        (&*format!("token={TOKEN}"), 200),
        (&*format!("token={TOKEN}&node_id=99"), 400),
        ("token=x", 422),
    ] {
        let answer = site.get(&format!("/api/v2/server/handshake?{query}")).await;
        assert_eq!(answer.status, status, "{query}");
        if status == 200 {
            assert_eq!(
                answer.text,
                r#"{"websocket":{"enabled":true,"ws_url":"ws://localhost/ws"}}"#
            );
        }
    }
    let path = format!("/api/v2/server/handshake?token={TOKEN}");
    for (name, value, expected) in [
        (
            "server_ws_url",
            "wss://b.test/x/",
            r#"{"websocket":{"enabled":true,"ws_url":"wss://b.test/x"}}"#,
        ),
        (
            "server_ws_url",
            "https://panel.example.com",
            r#"{"websocket":{"enabled":true,"ws_url":"wss://panel.example.com/ws"}}"#,
        ),
        (
            "server_ws_enable",
            "0",
            r#"{"websocket":{"enabled":false}}"#,
        ),
    ] {
        site.set(name, value).await;
        assert_eq!(site.get(&path).await.text, expected);
    }
}

#[actix_web::test]
async fn v2node_is_told_in_its_own_words_and_nobody_else() {
    let site = site().await;
    let ws = json!({"network": "ws", "network_settings": {"path": "/p"}});
    site.fakes.store.write(|tables| {
        let node = tables.nodes.nodes.get_mut(&NodeId::new(7)).unwrap();
        node.settings = Settings::normalised(Protocol::Trojan, &ws);
    });
    site.tend().await;
    for route in ["/api/v1/server/UniProxy/config", "/api/v2/server/config"] {
        let config = async |kind: &str| {
            let asked = format!("{route}?token={TOKEN}&node_id=7{kind}");
            site.get(&asked).await.body()
        };
        let own = config("&node_type=v2node").await;
        assert_eq!(own["network_settings"], json!({"path": "/p"}), "{route}");
        assert_eq!(own["networkSettings"], own["network_settings"], "{route}");
        for kind in ["", "&node_type=trojan"] {
            let other = config(kind).await;
            assert_eq!(other["networkSettings"], json!({"path": "/p"}), "{route}");
            assert!(other.get("network_settings").is_none(), "{route} {kind}");
        }
    }
}

/// What a node knows already is told from memory, and so is that it knows it.
#[actix_web::test]
async fn what_has_not_changed_costs_no_database_work() {
    let site = site_with(Duration::from_secs(3_600), WebOptions::default()).await;
    site.tend().await;
    let paths = [
        path("user", "1"),
        path("user", "ss-1"),
        path("config", "1"),
        "/api/v2/server/user?machine_id=1&token=machine-token-1&node_id=24".to_owned(),
    ];
    let mut tags = Vec::new();
    for path in &paths {
        tags.push(site.get(path).await.header("etag").to_owned());
    }
    site.fakes.clock.advance(Seconds::minutes(1));
    let before = site.fakes.store.uses();
    for (path, tag) in paths.iter().zip(tags) {
        let request = TestRequest::get().uri(path);
        let answer = site
            .send(request.insert_header(("If-None-Match", tag)))
            .await;
        assert_eq!(answer.status, 304, "{path}");
    }
    assert_eq!(site.fakes.store.uses(), before);
}

#[actix_web::test]
async fn machines_ask_for_their_nodes_and_tell_their_load() {
    let site = site().await;
    let asked = json!({"machine_id": 1, "token": "machine-token-1"});
    let nodes = site
        .post("/api/v2/server/machine/nodes", asked.clone())
        .await;
    assert_eq!(
        nodes.body(),
        json!({
            "nodes": [{"id": 24, "type": "shadowsocks", "name": "Node 24"}],
            "base_config": {"push_interval": 60, "pull_interval": 60},
        })
    );
    let mut load = asked.clone();
    load["cpu"] = json!("12.5");
    load["mem"] = json!({"total": 1000, "used": 500});
    load["net"] = json!({"in_speed": 1.5, "out_speed": 2});
    let status = async |body: &Value| {
        let path = "/api/v2/server/machine/status";
        site.post(path, body.clone()).await
    };
    assert_eq!(status(&load).await.text, r#"{"data":true}"#);
    let (readings, seen) = site.fakes.store.read(|tables| {
        let row = &tables.nodes.machines[&MachineId::new(1)];
        (tables.nodes.readings.clone(), row.last_seen_at)
    });
    assert_eq!(readings[0].load.network, Some((1.5, 2.0)));
    assert_eq!(seen, Some(site.fakes.clock.now()));
    for (name, value, expected) in [
        ("token", json!("x"), 403),
        ("machine_id", json!(2), 403),
        ("token", Value::Null, 422),
        ("cpu", Value::Null, 422),
        ("net", json!({"in_speed": -1}), 422),
    ] {
        let mut wrong = load.clone();
        wrong[name] = value;
        assert_eq!(status(&wrong).await.status, expected, "{wrong}");
    }
    let machine_off = json!({"machine_id": 2, "token": "machine-token-2"});
    let refused = site.post("/api/v2/server/machine/nodes", machine_off).await;
    assert_eq!(refused.status, 403);
}

#[actix_web::test]
async fn old_agents_have_routes_of_their_own() {
    let site = site().await;
    let get = async |route: &str| {
        site.get(&format!("/api/v1/server/{route}&token={TOKEN}"))
            .await
    };
    let users = get("ShadowsocksTidalab/user?node_id=1").await;
    let row = &users.body()["data"][0];
    assert_eq!(
        (&row["port"], &row["cipher"]),
        (&json!(20_001), &json!("aes-256-gcm"))
    );
    let tag = users.header("etag").to_owned();
    let again = format!("/api/v1/server/ShadowsocksTidalab/user?node_id=1&token={TOKEN}");
    let again = TestRequest::get()
        .uri(&again)
        .insert_header(("If-None-Match", tag));
    assert_eq!(site.send(again).await.status, 304);
    let users = get("TrojanTidalab/user?node_id=7").await.body();
    assert_eq!(users["msg"], "ok");
    assert!(users["data"][0]["trojan_user"]["password"].is_string());
    assert!(users["data"][0].get("uuid").is_none());
    assert_eq!(get("ShadowsocksTidalab/user?node_id=7").await.status, 400);
    assert_eq!(
        get("TrojanTidalab/user?node_id=1&node_type=shadowsocks")
            .await
            .status,
        400
    );
    let config = get("TrojanTidalab/config?node_id=7&local_port=10000").await;
    assert_eq!(
        config.text,
        r#"{"run_type":"server","local_addr":"0.0.0.0","local_port":20007,"remote_addr":"www.taobao.com","remote_port":80,"password":[],"ssl":{"cert":"\/root\/.cert\/server.crt","key":"\/root\/.cert\/server.key","sni":"tr.test"},"api":{"enabled":true,"api_addr":"127.0.0.1","api_port":10000}}"#
    );
    for wrong in ["", "&local_port=x"] {
        let answer = get(&format!("TrojanTidalab/config?node_id=7{wrong}")).await;
        assert_eq!(answer.status, 422);
    }
}

#[actix_web::test]
async fn customers_see_the_nodes_of_their_group() {
    let site = site().await;
    let body = json!({"email": "alice@demo.test", "password": "password-alice"});
    let login = site.post("/api/v1/passport/auth/login", body).await.body();
    let token = login["data"]["token"].as_str().unwrap().to_owned();
    let fetch = async || site.get_as(&token, "/api/v1/user/server/fetch").await;
    site.get(&path("user", "1")).await;
    let answer = fetch().await;
    let body = answer.body();
    assert_eq!(body["data"].as_array().unwrap().len(), 4);
    let now = site.fakes.clock.now().get();
    assert_eq!(
        body["data"][0],
        json!({
            "id": 1, "type": "shadowsocks", "version": null, "name": "Node 1", "rate": 1.5,
            "tags": [], "is_online": 1, "cache_key": "shadowsocks-1-1704038400-1",
            "last_check_at": now,
        })
    );
    assert!(!answer.text.contains("example.com"));
    let request = TestRequest::get().uri("/api/v1/user/server/fetch");
    let request = request.insert_header(("Authorization", token.clone()));
    let known = request.insert_header(("If-None-Match", answer.header("etag").to_owned()));
    assert_eq!(site.send(known).await.status, 304);
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).billing;
        row.upload = QUOTA * 2;
    });
    assert_eq!(fetch().await.body()["data"].as_array().unwrap().len(), 4);
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(ALICE).billing;
        row.expired_at = Some(UnixSeconds::new(1));
    });
    let empty = fetch().await;
    assert_eq!(empty.body()["data"], json!([]));
    assert_eq!(
        empty.header("etag"),
        "\"97d170e1550eee4afc0af065b78cda302a97674c\""
    );
    assert_eq!(site.get("/api/v1/user/server/fetch").await.status, 403);
}
