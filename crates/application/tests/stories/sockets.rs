//! Sockets of agents, without a socket.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_application::{
    Application, NodeSocket, Options, PanelMessage, SocketPeer, Stirred, Store as _, UserList,
};
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{GroupId, NodeId, UnixSeconds, UserId};
use ferroboard_nodes::testing::a_node;
use ferroboard_testing::Fakes;
use serde_json::json;

use crate::{Panel, registration};

const TOKEN: &str = "server-token-0123456789";
const ANN: UserId = UserId::new(1);

/// A panel with nodes 1 and 2 of group 1, and Ann in it.
async fn panel() -> Panel {
    let fakes = Fakes::default();
    fakes.store.write(|tables| {
        let row = ("server_token".to_owned(), Some(TOKEN.to_owned()));
        tables.site.settings.extend([row]);
        for node in [a_node(1), a_node(2)] {
            tables.nodes.nodes.insert(node.id, node);
        }
    });
    let options = Options::new("test".into());
    let app = Arc::new(Application::new(fakes.ports(), options).await.unwrap());
    let panel = Panel(ferroboard_testing::Panel { app, fakes });
    let ann = registration("ann@demo.test");
    panel.app.registration.register(ann).await.unwrap();
    limit_devices(&panel, 3).await;
    panel
}

async fn limit_devices(panel: &Panel, limit: i64) {
    let mut subscription = a_subscription(UnixSeconds::new(4_070_880_000));
    subscription.group_id = Some(GroupId::new(1));
    subscription.device_limit = Some(limit);
    let now = UnixSeconds::new(1_735_660_800);
    let mut tx = panel.fakes.store.begin().await.unwrap();
    tx.update_subscription(ANN, &subscription, now)
        .await
        .unwrap();
    tx.insert_user_changes(&[ANN], now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn open(panel: &Panel, name: &str) -> (NodeSocket, Arc<UserList>) {
    let opened = panel.app.node_sockets.open_node(name, TOKEN).await;
    let (socket, messages) = opened.unwrap();
    match messages.last() {
        Some(PanelMessage::Users(_, list)) => (socket, Arc::clone(list)),
        other => panic!("{other:?}"),
    }
}

/// Lets the panel look for so long whether anything has changed.
async fn tend(panel: &Panel, long: Duration) {
    let looked = tokio::time::timeout(long, panel.app.nodes.keep_current()).await;
    assert!(looked.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_change_is_worked_out_once_for_all_nodes() {
    let panel = panel().await;
    let (mut one, _) = open(&panel, "1").await;
    let (mut two, _) = open(&panel, "2").await;
    assert_eq!(one.peer(), SocketPeer::Node(NodeId::new(1)));
    limit_devices(&panel, 5).await;
    tend(&panel, Duration::from_millis(600)).await;
    let mut told = Vec::new();
    for socket in [&mut one, &mut two] {
        assert_eq!(socket.stirred().await, Stirred::News);
        for message in panel.app.node_sockets.news(socket).await.unwrap() {
            match message {
                PanelMessage::Changes(_, changes) => told.push(changes),
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].added[0].device_limit, Some(5));
    assert!(Arc::ptr_eq(&told[0], &told[1]));
    assert!(
        panel
            .app
            .node_sockets
            .news(&mut one)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn reported_addresses_are_told_ten_seconds_later() {
    let panel = panel().await;
    let (mut socket, _) = open(&panel, "1").await;
    let sockets = &panel.app.node_sockets;
    let report = |address: &str| {
        json!({"event": "report.devices", "data": {"1": [address], "9": ["9.9.9.9"]}}).to_string()
    };
    assert!(
        sockets
            .hear(&mut socket, &report("1.1.1.1"))
            .await
            .unwrap()
            .is_empty()
    );
    tokio::time::advance(Duration::from_secs(4)).await;
    sockets.hear(&mut socket, &report("2.2.2.2")).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(5_900), socket.stirred()).await;
    assert!(early.is_err(), "the first report counts");
    assert_eq!(socket.stirred().await, Stirred::News);
    let messages = sockets.news(&mut socket).await.unwrap();
    match messages.as_slice() {
        [PanelMessage::Devices(node, users)] => {
            assert_eq!(*node, NodeId::new(1));
            assert_eq!(users, &[(ANN, vec!["2.2.2.2".to_owned()])]);
        }
        other => panic!("{other:?}"),
    }
    let again = tokio::time::timeout(Duration::from_secs(60), socket.stirred()).await;
    assert!(again.is_err(), "once for each report");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_for_nodes_that_do_not_ask() {
    let panel = panel().await;
    let uses = || panel.fakes.store.uses();
    let before = uses();
    tend(&panel, Duration::from_secs(60)).await;
    assert_eq!(uses(), before);
    panel.app.nodes.find("1", None).await.unwrap();
    let before = uses();
    tend(&panel, Duration::from_secs(60)).await;
    assert!(uses() > before);
    tokio::time::advance(Duration::from_secs(600)).await;
    let before = uses();
    tend(&panel, Duration::from_secs(60)).await;
    assert_eq!(uses(), before);
    let (socket, _) = open(&panel, "1").await;
    tokio::time::advance(Duration::from_secs(600)).await;
    let before = uses();
    tend(&panel, Duration::from_secs(60)).await;
    assert!(uses() > before, "an agent is connected");
    drop(socket);
    let before = uses();
    tend(&panel, Duration::from_secs(60)).await;
    assert_eq!(uses(), before);
}
