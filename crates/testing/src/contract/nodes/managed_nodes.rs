//! Promises about nodes as administrators make and change them.

use ferroboard_kernel::{Decimal, GroupId, MachineId, NodeId, UnixSeconds};
use ferroboard_nodes::testing::a_node;
use ferroboard_nodes::{Machine, Node, NodeRecord, NodeStateChange, NodeSwitches, Said, Traffic};
use ferroboard_protocol::{Protocol, Settings};
use serde_json::{Value, json};

use crate::contract::{FreshStore, T0, t};

async fn machine(fresh: &FreshStore, id: i64) -> MachineId {
    let machine = Machine {
        id: MachineId::new(id),
        token: format!("machine-token-{id}"),
        active: true,
    };
    fresh.seed.insert_machine(&machine).await;
    machine.id
}

/// A node of which every column holds something.
fn a_full_record(machine: MachineId) -> NodeRecord {
    let settings = json!({"cipher": "aes-128-gcm", "plugin_opts": "it's a \\ and a \"q\""});
    NodeRecord {
        code: Some("ss-1".into()),
        parent: Some(NodeId::new(900)),
        machine: Some(machine),
        groups: Some(vec![GroupId::new(3), GroupId::new(1)]),
        route_ids: json!([2, 1]),
        name: "It's “here”".into(),
        rate: Decimal::new(12_500),
        rate_time_enable: true,
        rate_time_ranges: json!([{"start": "00:00", "end": "06:00", "rate": 0.5}]),
        traffic_limit: Some(9_000_000_000),
        tags: Some(vec!["a".to_owned(), "b".to_owned()]),
        port: "443,20000-30000".into(),
        settings: Settings::normalised(Protocol::Shadowsocks, &settings),
        custom_outbounds: json!([{"tag": "out"}]),
        custom_routes: json!([{"outboundTag": "out"}]),
        cert_config: json!({"mode": "self", "content": "x"}),
        show: false,
        enabled: false,
        sort: Some(5),
        created_at: T0,
        updated_at: t(1),
        ..NodeRecord::from(a_node(901))
    }
}

async fn insert(fresh: &FreshStore, node: &NodeRecord) -> NodeId {
    let mut tx = fresh.begin().await;
    tx.lock_nodes().await.unwrap();
    let id = tx.insert_node(node).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn records(fresh: &FreshStore, ids: &[NodeId]) -> Vec<NodeRecord> {
    let mut tx = fresh.begin().await;
    let records = tx.list_node_records(ids).await.unwrap();
    tx.rollback().await.unwrap();
    records
}

async fn node(fresh: &FreshStore, id: NodeId) -> Option<Node> {
    let name = id.to_string();
    fresh.store.find_node(&name, None).await.unwrap()
}

/// Every member; the row gets a number of its own.
pub async fn a_node_is_kept_as_it_is_made(fresh: &FreshStore) {
    let made = a_full_record(machine(fresh, 5).await);
    let id = insert(fresh, &made).await;
    let expected = NodeRecord { id, ..made };
    assert_eq!(records(fresh, &[id]).await, std::slice::from_ref(&expected));
    assert_eq!(node(fresh, id).await, Some(Node::from(expected)));
    let bare = NodeRecord {
        tags: None,
        groups: Some(vec![]),
        route_ids: json!([]),
        rate_time_ranges: json!([]),
        ..NodeRecord::from(a_node(902))
    };
    let id = insert(fresh, &bare).await;
    assert_eq!(records(fresh, &[id]).await, [NodeRecord { id, ..bare }]);
}

/// But for what it carried, its place and when it was made.
pub async fn a_node_is_changed(fresh: &FreshStore) {
    let machine = machine(fresh, 5).await;
    for number in [901, 902] {
        let node = Node {
            upload: 5,
            download: 6,
            sort: Some(number),
            ..a_node(number)
        };
        fresh.seed.insert_node(&node).await;
    }
    let (id, other) = (NodeId::new(901), NodeId::new(902));
    let untouched = node(fresh, other).await;
    let before = node(fresh, id).await.unwrap();
    let after = NodeRecord {
        id,
        ..a_full_record(machine)
    };
    let mut tx = fresh.begin().await;
    tx.update_node(&after).await.unwrap();
    tx.commit().await.unwrap();
    let expected = NodeRecord {
        upload: 5,
        download: 6,
        sort: Some(901),
        created_at: before.created_at,
        ..after.clone()
    };
    assert_eq!(records(fresh, &[id]).await, [expected]);
    assert_eq!(node(fresh, other).await, untouched);
    // And back to nothing.
    let bare = NodeRecord {
        id,
        code: None,
        ..NodeRecord::from(a_node(901))
    };
    let mut tx = fresh.begin().await;
    tx.update_node(&bare).await.unwrap();
    tx.commit().await.unwrap();
    let changed = node(fresh, id).await.unwrap();
    assert_eq!(
        (changed.code, changed.parent, changed.machine),
        (None, None, None)
    );
    assert_eq!(changed.custom_routes, Value::Null);
}

/// By number, and by code for one protocol.
pub async fn nodes_are_named_for_changes(fresh: &FreshStore) {
    machine(fresh, 5).await;
    for (number, code) in [(903, Some("c")), (901, None)] {
        let node = Node {
            code: code.map(str::to_owned),
            ..a_node(number)
        };
        fresh.seed.insert_node(&node).await;
    }
    let found = records(fresh, &[903, 999, 901].map(NodeId::new)).await;
    let ids: Vec<i64> = found.iter().map(|node| node.id.get()).collect();
    assert_eq!(ids, [901, 903]);
    assert_eq!(records(fresh, &[]).await, []);
    let mut tx = fresh.begin().await;
    for (protocol, code, expected) in [
        (Protocol::Shadowsocks, "c", Some(NodeId::new(903))),
        (Protocol::Vmess, "c", None),
        (Protocol::Shadowsocks, "d", None),
    ] {
        assert_eq!(
            tx.find_coded_node(protocol, code).await.unwrap(),
            expected,
            "{code}"
        );
    }
    assert!(tx.find_node_machine(MachineId::new(5)).await.unwrap());
    assert!(!tx.find_node_machine(MachineId::new(6)).await.unwrap());
    tx.rollback().await.unwrap();
}

/// Only what is said, of the named nodes alone.
pub async fn the_switches_of_nodes_are_turned(fresh: &FreshStore) {
    let machine = machine(fresh, 5).await;
    for number in 901..=903 {
        fresh.seed.insert_node(&a_node(number)).await;
    }
    let named = [901, 902].map(NodeId::new);
    let nothing = NodeSwitches {
        show: None,
        enabled: None,
        machine: Said::Nothing,
    };
    let turn = async |switches: NodeSwitches| {
        let mut tx = fresh.begin().await;
        let turned = tx.update_node_switches(&named, &switches, t(9)).await;
        turned.unwrap();
        tx.commit().await.unwrap();
        let nodes = records(fresh, &[901, 902, 903].map(NodeId::new)).await;
        let nodes = nodes.iter();
        let shown = nodes.map(|node| (node.show, node.enabled, node.machine, node.updated_at));
        shown.collect::<Vec<(bool, bool, Option<MachineId>, UnixSeconds)>>()
    };
    let still = (true, true, None, a_node(1).updated_at);
    let hide = NodeSwitches {
        show: Some(false),
        ..nothing.clone()
    };
    let expected = (false, true, None, t(9));
    assert_eq!(turn(hide).await, [expected, expected, still]);
    let bind = NodeSwitches {
        enabled: Some(false),
        machine: Said::Value(machine),
        ..nothing.clone()
    };
    let expected = (false, false, Some(machine), t(9));
    assert_eq!(turn(bind).await, [expected, expected, still]);
    let free = NodeSwitches {
        machine: Said::None,
        ..nothing
    };
    let expected = (false, false, None, t(9));
    assert_eq!(turn(free).await, [expected, expected, still]);
}

/// Those of all nodes are told, and any number of them written.
pub async fn nodes_have_places(fresh: &FreshStore) {
    for (number, sort) in [(901, None), (902, Some(7)), (903, Some(8))] {
        let node = Node {
            sort,
            ..a_node(number)
        };
        fresh.seed.insert_node(&node).await;
    }
    let mut tx = fresh.begin().await;
    let places = |places: [Option<i64>; 3]| {
        let numbers = [901, 902, 903].map(NodeId::new);
        numbers.into_iter().zip(places).collect::<Vec<_>>()
    };
    let found = tx.list_node_places().await.unwrap();
    assert_eq!(found, places([None, Some(7), Some(8)]));
    tx.update_node_places(&[]).await.unwrap();
    let moved = [(NodeId::new(901), 3), (NodeId::new(902), 0)];
    tx.update_node_places(&moved).await.unwrap();
    let found = tx.list_node_places().await.unwrap();
    assert_eq!(found, places([Some(3), Some(0), Some(8)]));
    tx.commit().await.unwrap();
}

/// Of the named nodes alone.
pub async fn what_nodes_carried_is_forgotten(fresh: &FreshStore) {
    for number in [901, 902] {
        let node = Node {
            upload: 5,
            download: 6,
            ..a_node(number)
        };
        fresh.seed.insert_node(&node).await;
    }
    let mut tx = fresh.begin().await;
    tx.update_node_counters(&[NodeId::new(901)], t(9))
        .await
        .unwrap();
    tx.update_node_counters(&[], t(9)).await.unwrap();
    tx.commit().await.unwrap();
    let traffic = |upload, download| Traffic { upload, download };
    let carried = [
        fresh.seed.node_traffic(NodeId::new(901)).await,
        fresh.seed.node_traffic(NodeId::new(902)).await,
    ];
    assert_eq!(carried, [traffic(0, 0), traffic(5, 6)]);
}

/// With what is known of their state; children become nodes of their own.
pub async fn nodes_are_deleted(fresh: &FreshStore) {
    let child = |number: i64, parent: i64| Node {
        parent: Some(NodeId::new(parent)),
        ..a_node(number)
    };
    for node in [a_node(901), a_node(902), child(903, 901), child(904, 902)] {
        fresh.seed.insert_node(&node).await;
    }
    let checked = NodeStateChange {
        checked: true,
        ..NodeStateChange::default()
    };
    for number in [901, 902] {
        let written = fresh
            .store
            .update_node_state(NodeId::new(number), &checked, T0);
        written.await.unwrap();
    }
    let mut tx = fresh.begin().await;
    tx.delete_nodes(&[], t(9)).await.unwrap();
    tx.delete_nodes(&[901, 999].map(NodeId::new), t(9))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let left = records(fresh, &[901, 902, 903, 904].map(NodeId::new)).await;
    let left: Vec<_> = left
        .iter()
        .map(|node| (node.id.get(), node.parent.map(NodeId::get)))
        .collect();
    assert_eq!(left, [(902, None), (903, None), (904, Some(902))]);
    // Nothing is known of a new node with the old number.
    fresh.seed.insert_node(&a_node(901)).await;
    let views = fresh.store.list_shown_nodes().await.unwrap();
    let seen: Vec<_> = views
        .iter()
        .map(|view| (view.node.id.get(), view.state.last_check_at.is_some()))
        .collect();
    assert_eq!(seen, [(901, false), (902, true), (903, false), (904, true)]);
}
