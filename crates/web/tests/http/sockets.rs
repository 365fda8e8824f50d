//! The WebSocket of agents, over a real one.

use std::time::Duration;

use ferroboard_application::{UnitOfWork as _, UserChangeRepository as _};
use ferroboard_kernel::{Clock as _, GroupId, MachineId, NodeId, UserId};
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;
use ferroboard_testing::MemoryTables;
use ferroboard_web::{SocketOptions, WebOptions};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::harness::Site;
use crate::nodes::{ALICE, TOKEN, site_with};

pub(crate) const MACHINE: &str = "machine_id=1&token=machine-token-1";
/// For how long nodes of these tests may be told what is no longer true.
const AGE: Duration = Duration::from_millis(100);

pub(crate) async fn site() -> Site {
    let site = site_with(AGE, WebOptions::default()).await;
    site.tend().await;
    site
}

pub(crate) fn node(number: i64) -> String {
    format!("token={TOKEN}&node_id={number}")
}

/// An agent of nodes.
pub(crate) struct Agent(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Agent {
    async fn connect(site: &Site, query: &str) -> Self {
        Self::connect_at(site, "/ws", query).await
    }

    async fn connect_at(site: &Site, path: &str, query: &str) -> Self {
        let url = format!("ws://{}{path}?{query}", site.listen());
        let (stream, answer) = connect_async(url).await.unwrap();
        assert_eq!(answer.status(), 101);
        Self(stream)
    }

    /// One that has read what it is told first.
    pub(crate) async fn introduced(site: &Site, query: &str) -> Self {
        let mut agent = Self::connect(site, query).await;
        agent.until("sync.users").await;
        agent
    }

    /// The next message; `None` when the panel closes the socket.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await;
            match next.unwrap() {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(&text).unwrap());
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The data of the next message of this kind.
    pub(crate) async fn until(&mut self, event: &str) -> Value {
        loop {
            let message = self.next().await.unwrap();
            if message["event"] == event {
                return message["data"].clone();
            }
        }
    }

    async fn say(&mut self, event: &str, data: Value) {
        let text = json!({"event": event, "data": data}).to_string();
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// From where the panel says that users are online.
    async fn ask_devices(&mut self) -> Value {
        self.say("request.devices", json!({})).await;
        self.until("sync.devices").await["users"].clone()
    }
}

impl Site {
    /// Changes tables, and leaves a note that Alice has changed.
    async fn change_alice(&self, change: impl FnOnce(&mut MemoryTables)) {
        self.fakes.store.write(change);
        let now = self.fakes.clock.now();
        let mut tx = self.fakes.store.transaction().await.unwrap();
        tx.insert_user_changes(&[ALICE], now).await.unwrap();
        Box::new(tx).commit().await.unwrap();
    }

    fn change_node(&self, number: i64, change: impl FnOnce(&mut Node)) {
        self.fakes.store.write(|tables| {
            let node = tables.nodes.nodes.get_mut(&NodeId::new(number));
            change(node.unwrap());
        });
    }

    fn online_count(&self, user: UserId) -> Option<i64> {
        self.fakes
            .store
            .read(|tables| tables.users.get(&user)?.nodes.online_count)
    }

    async fn open_sockets(&self) -> bool {
        let metrics = self.get("/metrics").await.text;
        !metrics.contains("node_sockets_open 0")
    }

    /// Waits until the panel has closed every socket.
    async fn closes_all(&self) -> bool {
        for _ in 0..100 {
            if !self.open_sockets().await {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }
}

#[actix_web::test]
async fn a_node_is_told_everything_first() {
    let site = site().await;
    let mut agent = Agent::connect(&site, &node(1)).await;
    let admitted = json!({"event": "auth.success", "data": {"node_id": 1}});
    assert_eq!(agent.next().await.unwrap(), admitted);
    let now = site.fakes.clock.now().get();
    let config = agent.next().await.unwrap();
    assert_eq!(
        (&config["event"], &config["timestamp"]),
        (&json!("sync.config"), &json!(now))
    );
    let told = &config["data"]["config"];
    assert_eq!(told["protocol"], "shadowsocks");
    assert_eq!(told.get("base_config"), None);
    let users = agent.next().await.unwrap();
    assert_eq!(users["event"], "sync.users");
    let polled = format!("/api/v1/server/UniProxy/user?{}", node(1));
    assert_eq!(users["data"], site.get(&polled).await.body());
    assert!(site.open_sockets().await);
    agent.0.close(None).await.unwrap();
    assert!(site.closes_all().await);
}

/// Agents of single nodes that always write a machine.
#[actix_web::test]
async fn machine_zero_is_none() {
    let site = site().await;
    let query = format!("machine_id=0&{}", node(1));
    let mut agent = Agent::connect(&site, &query).await;
    assert_eq!(agent.next().await.unwrap()["event"], "auth.success");
}

#[actix_web::test]
async fn strangers_are_told_why_and_closed() {
    let site = site().await;
    for (query, message) in [
        ("", "invalid token"),
        ("token=nope&node_id=1", "invalid token"),
        ("token=&node_id=1", "invalid token"),
        (&*format!("token={TOKEN}"), "node not found"),
        (&*node(99), "node not found"),
        (&*format!("token={TOKEN}&node_id=1x"), "node not found"),
        (
            "machine_id=1&token=machine-token-2",
            "invalid machine credentials",
        ),
        (
            "machine_id=2&token=machine-token-2",
            "invalid machine credentials",
        ),
        ("machine_id=9&token=x", "invalid machine credentials"),
        (
            "machine_id=x&token=machine-token-1",
            "invalid machine credentials",
        ),
    ] {
        let mut agent = Agent::connect(&site, query).await;
        let refused = json!({"event": "error", "data": {"message": message}});
        assert_eq!(agent.next().await.unwrap(), refused, "{query}");
        assert_eq!(agent.next().await, None, "{query}");
    }
    assert!(site.closes_all().await);
    let plain = site.get(&format!("/ws?{}", node(1))).await;
    assert_eq!(
        (plain.status.as_u16(), &*plain.message()),
        (400, "此地址仅接受 WebSocket 连接")
    );
    site.set("server_ws_enable", "0").await;
    assert_eq!(site.get(&format!("/ws?{}", node(1))).await.status, 404);
}

#[actix_web::test]
async fn the_socket_is_found_under_the_addresses_that_agents_make() {
    let site = site().await;
    for path in ["/ws", "/", "/ws/", "//ws"] {
        let mut agent = Agent::connect_at(&site, path, &node(1)).await;
        assert_eq!(
            agent.next().await.unwrap()["event"],
            "auth.success",
            "{path}"
        );
    }
    let plain = site.get(&format!("/?{}", node(1))).await;
    assert_eq!(plain.status, 404);
}

#[actix_web::test]
async fn changes_of_users_are_told_at_once() {
    let site = site().await;
    let mut agent = Agent::introduced(&site, &node(1)).await;
    let ban = |banned| {
        move |tables: &mut MemoryTables| {
            let row = &mut tables.user(ALICE).auth;
            row.account.banned = banned;
        }
    };
    site.change_alice(ban(true)).await;
    let gone = agent.until("sync.user.delta").await;
    assert_eq!(gone, json!({"action": "remove", "users": [{"id": 1}]}));
    site.change_alice(ban(false)).await;
    let back = agent.until("sync.user.delta").await;
    assert_eq!(
        (&back["action"], &back["users"][0]["device_limit"]),
        (&json!("add"), &json!(3))
    );
    // What changes nothing for nodes is not told; what came later is.
    site.change_alice(|_| {}).await;
    site.change_alice(|tables| {
        let row = &mut tables.user(ALICE).billing;
        row.device_limit = Some(5);
    })
    .await;
    let other = agent.until("sync.user.delta").await;
    assert_eq!(
        (&other["action"], &other["users"][0]["device_limit"]),
        (&json!("add"), &json!(5))
    );
}

#[actix_web::test]
async fn users_leave_when_their_time_is_up() {
    let site = site().await;
    let soon = site
        .fakes
        .clock
        .now()
        .plus(ferroboard_kernel::Seconds::new(10));
    site.change_alice(|tables| {
        let row = &mut tables.user(ALICE).billing;
        row.expired_at = Some(soon);
    })
    .await;
    let mut agent = Agent::introduced(&site, &node(1)).await;
    site.fakes
        .clock
        .advance(ferroboard_kernel::Seconds::new(11));
    let gone = agent.until("sync.user.delta").await;
    assert_eq!(gone["action"], "remove");
}

#[actix_web::test]
async fn changes_of_a_node_are_told_and_others_are_not() {
    let site = site().await;
    let mut agent = Agent::introduced(&site, &node(1)).await;
    site.change_node(1, |node| node.name = "Another".into());
    site.change_node(7, |node| node.server_port = 1);
    site.change_node(1, |node| node.server_port = 4_711);
    let told = agent.next().await.unwrap();
    assert_eq!(told["event"], "sync.config");
    assert_eq!(told["data"]["config"]["server_port"], 4_711);
    site.change_node(1, |node| node.groups = vec![GroupId::new(9)]);
    assert_eq!(agent.next().await.unwrap()["event"], "sync.config");
    assert_eq!(agent.next().await.unwrap()["data"], json!({"users": []}));
    site.fakes
        .store
        .write(|tables| tables.nodes.nodes.remove(&NodeId::new(1)));
    let gone = agent.next().await.unwrap();
    assert_eq!(gone["data"]["message"], "node not found");
    assert_eq!(agent.next().await, None);
}

#[actix_web::test]
async fn whoever_may_no_longer_know_is_closed() {
    for (name, value, expected) in [
        (
            "server_token",
            "another-token-0123456789",
            Some("invalid token"),
        ),
        ("server_ws_enable", "0", None),
    ] {
        let site = site().await;
        let mut agent = Agent::introduced(&site, &node(1)).await;
        site.set(name, value).await;
        let error = json!({"event": "error", "data": {"message": expected}});
        assert_eq!(agent.next().await, expected.map(|_| error));
        assert!(site.closes_all().await);
    }
    let site = site().await;
    let mut machine = Agent::introduced(&site, MACHINE).await;
    site.fakes.store.write(|tables| {
        let row = tables.nodes.machines.get_mut(&MachineId::new(1)).unwrap();
        row.machine.active = false;
    });
    let refused = machine.next().await.unwrap();
    assert_eq!(refused["data"]["message"], "invalid machine credentials");
}

#[actix_web::test]
async fn a_machine_has_one_socket_for_its_nodes() {
    let site = site().await;
    let mut machine = Agent::connect(&site, MACHINE).await;
    let admitted = machine.next().await.unwrap();
    assert_eq!(admitted["data"], json!({"machine_id": 1, "node_ids": [24]}));
    assert_eq!(machine.next().await.unwrap()["data"]["node_id"], 24);
    assert_eq!(machine.next().await.unwrap()["data"]["node_id"], 24);
    // What is said about a node of somebody else counts nothing.
    for node in [1, 24] {
        let devices = json!({"node_id": node, "devices": {"1": [format!("10.0.0.{node}")]}});
        machine.say("report.devices", devices).await;
    }
    machine.say("request.devices", json!({"node_id": 24})).await;
    let devices = machine.until("sync.devices").await;
    assert_eq!(
        devices,
        json!({"node_id": 24, "users": {"1": ["10.0.0.24"]}})
    );
    site.fakes.store.write(|tables| {
        let machine = Some(MachineId::new(1));
        let node = Node {
            machine,
            ..a_node(26)
        };
        tables.nodes.nodes.insert(node.id, node);
    });
    let nodes = machine.until("sync.nodes").await;
    let shown = |id: i64| json!({"id": id, "type": "shadowsocks", "name": format!("Node {id}")});
    assert_eq!(nodes, json!({"nodes": [shown(24), shown(26)]}));
    assert_eq!(machine.until("sync.users").await["node_id"], 26);
    site.change_node(24, |node| node.enabled = false);
    assert_eq!(
        machine.until("sync.nodes").await,
        json!({"nodes": [shown(26)]})
    );
    assert_eq!(
        site.online_count(ALICE),
        Some(0),
        "node 24 tells nobody any more"
    );
}

#[actix_web::test]
async fn devices_are_those_of_the_last_report_until_the_socket_closes() {
    let site = site().await;
    let mut agent = Agent::introduced(&site, &node(1)).await;
    assert_eq!(agent.ask_devices().await, json!({}));
    let other = json!({"1": ["9.9.9.9"]}).to_string();
    let alive = format!("/api/v1/server/UniProxy/alive?{}", node(7));
    let reported = actix_web::test::TestRequest::post()
        .uri(&alive)
        .set_payload(other);
    assert_eq!(site.send(reported).await.status, 200);
    agent
        .say(
            "report.devices",
            json!({"1": ["1.1.1.1:5", "1.1.1.1"], "77": ["7.7.7.7"]}),
        )
        .await;
    assert_eq!(
        agent.ask_devices().await,
        json!({"1": ["1.1.1.1", "9.9.9.9"]})
    );
    agent.say("report.devices", json!({})).await;
    assert_eq!(agent.ask_devices().await, json!({"1": ["9.9.9.9"]}));
    agent
        .say("report.devices", json!({"devices": {"1": ["2.2.2.2"]}}))
        .await;
    assert_eq!(
        agent.ask_devices().await,
        json!({"1": ["2.2.2.2", "9.9.9.9"]})
    );
    assert_eq!(site.online_count(ALICE), Some(2));
    drop(agent);
    assert!(site.closes_all().await);
    assert_eq!(
        site.online_count(ALICE),
        Some(1),
        "node 1 tells nobody any more"
    );
}

#[actix_web::test]
async fn what_an_agent_counts_keeps_its_node_online() {
    let site = site().await;
    let mut agent = Agent::introduced(&site, &node(1)).await;
    for nonsense in [
        "",
        "{",
        "[]",
        r#"{"event":"sync.users"}"#,
        r#"{"event":"report.devices","data":5}"#,
    ] {
        agent.0.send(Message::text(nonsense)).await.unwrap();
    }
    agent.0.send(Message::binary(vec![0, 1])).await.unwrap();
    agent.say("pong", Value::Null).await;
    agent
        .say("node.status", json!({"uptime": 5, "active_connections": 7}))
        .await;
    agent.ask_devices().await;
    let (checked, metrics) = site.fakes.store.read(|tables| {
        let state = &tables.nodes.states[&NodeId::new(1)];
        (state.last_check_at, state.metrics.clone().unwrap().0)
    });
    assert_eq!(checked, Some(site.fakes.clock.now()));
    assert_eq!(metrics["active_connections"], 7);
}

#[actix_web::test]
async fn a_second_socket_takes_the_place_of_the_first() {
    let site = site().await;
    let mut first = Agent::introduced(&site, &node(1)).await;
    let mut other = Agent::introduced(&site, &node(7)).await;
    let mut second = Agent::introduced(&site, &node(1)).await;
    assert_eq!(first.next().await, None);
    assert_eq!(second.ask_devices().await, json!({}));
    assert_eq!(other.ask_devices().await, json!({}));
}

fn hasty(sockets: SocketOptions) -> WebOptions {
    WebOptions {
        sockets,
        ..WebOptions::default()
    }
}

#[actix_web::test]
async fn agents_are_asked_whether_they_are_there() {
    let options = SocketOptions {
        ping: Duration::from_millis(100),
        silence: Duration::from_millis(400),
        ..SocketOptions::default()
    };
    let site = site_with(AGE, hasty(options)).await;
    site.tend().await;
    let mut lively = Agent::introduced(&site, &node(1)).await;
    // Nobody reads here, so nobody answers.
    let silent = Agent::introduced(&site, &node(7)).await;
    for _ in 0..10 {
        assert_eq!(lively.next().await.unwrap(), json!({"event": "ping"}));
    }
    let metrics = site.get("/metrics").await.text;
    assert!(metrics.contains("node_sockets_open 1"), "{metrics}");
    drop(silent);
}

#[actix_web::test]
async fn agents_that_take_nothing_are_closed() {
    let options = SocketOptions {
        ping: Duration::from_millis(20),
        silence: Duration::from_secs(600),
        patience: Duration::from_millis(200),
    };
    let site = site_with(AGE, hasty(options)).await;
    site.tend().await;
    // More than the operating system takes for the agent.
    site.change_node(1, |node| {
        node.custom_outbounds = json!(["x".repeat(30_000_000)]);
    });
    let idle = Agent::connect(&site, &node(1)).await;
    assert!(site.closes_all().await);
    drop(idle);
}

#[actix_web::test]
async fn messages_have_a_longest_length() {
    let site = site().await;
    for length in [15 * 1024 * 1024, 17 * 1024 * 1024] {
        let mut agent = Agent::introduced(&site, &node(1)).await;
        let text = "x".repeat(length);
        // The panel may close the socket before all is sent.
        let _ = agent.0.send(Message::text(text)).await;
        if length < 16 * 1024 * 1024 {
            assert_eq!(agent.ask_devices().await, json!({}));
        } else {
            assert_eq!(agent.next().await, None);
        }
    }
}
