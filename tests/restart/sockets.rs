//! Agents that are connected while several programs work on one database.

use std::time::{Duration, Instant};

use ferroboard_testing::databases::Database;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{Panel, Rows, Seeds, on_every_database};

on_every_database!(
    changes_by_another_process_reach_an_agent_within_a_second,
    a_stopping_panel_closes_its_sockets,
);

const TOKEN: &str = "server-token-0123456789";

struct Agent(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Agent {
    async fn connect(panel: &Panel) -> Self {
        let url = format!("ws://{}/ws?token={TOKEN}&node_id=1", panel.address());
        let mut agent = Self(connect_async(url).await.unwrap().0);
        let events = [agent.next().await, agent.next().await, agent.next().await];
        let events = events.map(|message| message.unwrap()["event"].clone());
        assert_eq!(events, ["auth.success", "sync.config", "sync.users"]);
        agent
    }

    /// The next message; `None` when the panel closes the socket.
    async fn next(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
            match next.unwrap() {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(&text).unwrap());
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next change of users, and how long it took to come.
    async fn change(&mut self) -> (Value, Duration) {
        let started = Instant::now();
        let message = self.next().await.unwrap();
        assert_eq!(message["event"], "sync.user.delta");
        (message["data"].clone(), started.elapsed())
    }
}

/// Two panels on a site with node 1 of group 1; the first user of it is Ann, with her session.
async fn two_panels(database: &Database) -> (Panel, Panel, i64, String) {
    let first = Panel::start_on_site(database, &[("server_token", TOKEN)]).await;
    let second = Panel::start(database).await;
    let token = first.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    let open = "group_id = 1, transfer_enable = 1000000, expired_at = NULL";
    rows.set_user(ann, open).await;
    let seeds = Seeds::of(&first, database).await;
    seeds.add_node(1, "shadowsocks", "Node").await;
    (first, second, ann, token)
}

async fn changes_by_another_process_reach_an_agent_within_a_second(database: Database) {
    let (first, second, ann, token) = two_panels(&database).await;
    let rows = Rows(database.sql());
    let mut agent = Agent::connect(&first).await;
    let mut times = Vec::new();

    second
        .get("/api/v1/user/resetSecurity", &token)
        .await
        .data();
    let (other, took) = agent.change().await;
    times.push(took);
    let uuid = format!("SELECT uuid FROM v2_user WHERE id = {ann}");
    let uuid = database.sql().text(&uuid).await.unwrap();
    assert_eq!(other["action"], "add");
    assert_eq!(
        (&other["users"][0]["id"], &other["users"][0]["uuid"]),
        (&json!(ann), &json!(uuid))
    );

    let push = format!("/api/v1/server/UniProxy/push?token={TOKEN}&node_id=1");
    let mut traffic = json!({});
    traffic[ann.to_string()] = json!([600_000, 400_000]);
    second.post(&push, "", traffic).await.assert_true();
    let gone = json!({"action": "remove", "users": [{"id": ann}]});
    let (exhausted, took) = agent.change().await;
    times.push(took);
    assert_eq!(exhausted, gone);

    // As a process does that gives quota and bans: with a note in the same transaction.
    for (change, is_gone) in [("transfer_enable = 2000000", false), ("banned = 1", true)] {
        rows.set_user(ann, change).await;
        let note = format!(
            "INSERT INTO ferro_user_change (user_id, created_at) VALUES ({ann}, 4000000000)"
        );
        database.sql().execute(&note).await;
        let (told, took) = agent.change().await;
        times.push(took);
        assert_eq!(told == gone, is_gone, "{told}");
    }
    times.sort();
    assert!(times[1] < Duration::from_secs(1), "{times:?}");
}

async fn a_stopping_panel_closes_its_sockets(database: Database) {
    let (mut first, second, ann, _) = two_panels(&database).await;
    let mut agent = Agent::connect(&first).await;
    let mut other = Agent::connect(&second).await;
    first.signal("TERM");
    let started = Instant::now();
    assert_eq!(agent.next().await, None);
    let status = first.wait_until_ended(10).await;
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "it waited for its sockets"
    );
    Rows(database.sql()).set_user(ann, "banned = 1").await;
    let note =
        format!("INSERT INTO ferro_user_change (user_id, created_at) VALUES ({ann}, 4000000000)");
    database.sql().execute(&note).await;
    assert_eq!(other.change().await.0["action"], "remove");
}
