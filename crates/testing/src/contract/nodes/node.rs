//! Promises about nodes, their machines, and what is known of their state.

use ferroboard_kernel::{Decimal, GroupId, MachineId, NodeId, RouteId};
use ferroboard_nodes::testing::a_node;
use ferroboard_nodes::{
    Load, Machine, MachineLoad, MachineReading, Node, NodeMove, NodeRoute, NodeSign, NodeState,
    NodeStateChange, NodeStrain, NodeWatch, SilentNode, Usage,
};
use ferroboard_protocol::{Protocol, RateRange, Settings};
use serde_json::json;

use crate::contract::{FreshStore, T0, t};

fn machine() -> Machine {
    Machine {
        id: MachineId::new(5),
        token: "machine-token".into(),
        active: true,
    }
}

/// A node of which every column holds something.
fn a_full_node() -> Node {
    let protocol = Protocol::Vless;
    let settings = json!({"tls": 2, "network": "ws", "network_settings": {"path": "/x's \"y\""}});
    Node {
        protocol,
        code: Some("v-1".into()),
        parent: Some(NodeId::new(1)),
        machine: Some(machine().id),
        groups: vec![GroupId::new(1), GroupId::new(3)],
        routes: vec![RouteId::new(2)],
        name: "It's “here”".into(),
        rate: Decimal::new(12_500),
        rate_ranges: vec![RateRange {
            start: "08:00".into(),
            end: "09:00".into(),
            rate: Decimal::new(5_000),
        }],
        traffic_limit: Some(9_000_000_000),
        upload: 5_000_000_000,
        download: 7,
        tags: Some(vec!["a".into(), "b".into()]),
        port: "1000-2000".into(),
        settings: Settings::normalised(protocol, &settings),
        custom_outbounds: json!([{"tag": "out"}]),
        custom_routes: json!([{"outboundTag": "out"}]),
        cert_config: json!({"cert_mode": "dns"}),
        show: false,
        sort: None,
        created_at: T0,
        updated_at: t(60),
        ..a_node(7)
    }
}

async fn found(fresh: &FreshStore, name: &str, protocol: Option<Protocol>) -> Option<i64> {
    let node = fresh.store.find_node(name, protocol).await.unwrap();
    node.map(|node| node.id.get())
}

/// Every member.
pub async fn a_node_is_read_in_full(fresh: &FreshStore) {
    fresh.seed.insert_machine(&machine()).await;
    let node = a_full_node();
    fresh.seed.insert_node(&node).await;
    let read = fresh.store.find_node("7", None).await.unwrap();
    assert_eq!(read, Some(node));
}

/// A code wins over a number; numbers are read strictly.
pub async fn nodes_are_found_by_code_and_by_number(fresh: &FreshStore) {
    let coded = |number: i64, code: &str, protocol| Node {
        code: Some(code.to_owned()),
        protocol,
        settings: Settings::normalised(protocol, &json!({})),
        ..a_node(number)
    };
    fresh.seed.insert_node(&a_node(1)).await;
    fresh
        .seed
        .insert_node(&coded(2, "1", Protocol::Vmess))
        .await;
    fresh
        .seed
        .insert_node(&coded(3, "ss-3", Protocol::Shadowsocks))
        .await;
    for (name, protocol, expected) in [
        ("1", None, Some(2)),
        ("1", Some(Protocol::Shadowsocks), Some(1)),
        ("1", Some(Protocol::Vmess), Some(2)),
        ("1", Some(Protocol::Trojan), None),
        ("2", None, Some(2)),
        ("ss-3", None, Some(3)),
        ("ss-3", Some(Protocol::Vmess), None),
        ("3", Some(Protocol::Shadowsocks), Some(3)),
        ("3abc", None, None),
        ("03", None, None),
        ("+3", None, None),
        ("", None, None),
        ("a\0b", None, None),
        ("99999999999999999999", None, None),
    ] {
        assert_eq!(
            found(fresh, name, protocol).await,
            expected,
            "{name} {protocol:?}"
        );
    }
}

/// By their place, those without one last; with what their reporter reported.
pub async fn shown_nodes_are_listed_with_their_state(fresh: &FreshStore) {
    let node = |number: i64, sort, show| Node {
        sort,
        show,
        ..a_node(number)
    };
    let child = |number, protocol| Node {
        parent: Some(NodeId::new(4)),
        protocol,
        settings: Settings::normalised(protocol, &json!({})),
        ..node(number, Some(9), true)
    };
    for node in [
        node(1, Some(2), true),
        node(2, None, true),
        node(3, Some(1), true),
        node(4, Some(3), false),
        child(5, Protocol::Shadowsocks),
        child(6, Protocol::Vmess),
    ] {
        fresh.seed.insert_node(&node).await;
    }
    let checked = NodeStateChange {
        checked: true,
        ..NodeStateChange::default()
    };
    for id in [1, 4] {
        fresh
            .store
            .update_node_state(NodeId::new(id), &checked, T0)
            .await
            .unwrap();
    }
    let views = fresh.store.list_shown_nodes().await.unwrap();
    let seen: Vec<_> = views
        .iter()
        .map(|view| (view.node.id.get(), view.state.last_check_at.is_some()))
        .collect();
    assert_eq!(
        seen,
        [(3, false), (1, true), (5, true), (6, false), (2, false)]
    );
}

/// What is not changed stays.
pub async fn the_state_of_a_node_changes_piece_by_piece(fresh: &FreshStore) {
    fresh.seed.insert_node(&a_node(1)).await;
    let node = NodeId::new(1);
    let nothing = NodeStateChange::default();
    let load = NodeStateChange {
        load: Some(json!({"cpu": 1.5, "text": "it's"})),
        ..nothing.clone()
    };
    let rest = NodeStateChange {
        checked: true,
        load: None,
        metrics: Some(json!({"uptime": 5})),
    };
    for (change, at) in [(&load, T0), (&rest, t(5))] {
        fresh
            .store
            .update_node_state(node, change, at)
            .await
            .unwrap();
    }
    let mut tx = fresh.begin().await;
    tx.update_node_push(node, 3, t(7)).await.unwrap();
    tx.update_node_push(node, 4, t(8)).await.unwrap();
    tx.commit().await.unwrap();
    let views = fresh.store.list_shown_nodes().await.unwrap();
    let expected = NodeState {
        last_check_at: Some(t(5)),
        last_push_at: Some(t(8)),
        online_users: 4,
        load: Some((json!({"cpu": 1.5, "text": "it's"}), T0)),
        metrics: Some((json!({"uptime": 5}), t(5))),
    };
    assert_eq!(views[0].state, expected);
}

/// By number.
pub async fn rules_are_listed_by_number(fresh: &FreshStore) {
    let rule = |number: i64| NodeRoute {
        id: RouteId::new(number),
        matches: vec!["geosite:x".into(), "domain:y".into()],
        action: "dns".into(),
        action_value: (number == 2).then(|| "1.1.1.1".into()),
    };
    for number in [3, 1, 2] {
        fresh.seed.insert_node_route(&rule(number)).await;
    }
    let ids = [2, 9, 1].map(RouteId::new);
    let listed = fresh.store.list_node_routes(&ids).await.unwrap();
    assert_eq!(listed, [rule(1), rule(2)]);
    assert_eq!(fresh.store.list_node_routes(&[]).await.unwrap(), []);
}

/// By their place, those without one last.
pub async fn every_node_is_listed(fresh: &FreshStore) {
    for (number, sort) in [(1, Some(2)), (2, None), (3, Some(1))] {
        let show = number != 3;
        let node = Node {
            sort,
            show,
            ..a_node(number)
        };
        fresh.seed.insert_node(&node).await;
    }
    let nodes = fresh.store.list_nodes().await.unwrap();
    let ids: Vec<_> = nodes.iter().map(|node| node.id.get()).collect();
    assert_eq!(ids, [3, 1, 2]);
    assert_eq!(
        Some(&nodes[2]),
        fresh.store.find_node("2", None).await.unwrap().as_ref()
    );
}

/// Whether or not anything is known of them.
pub async fn nodes_are_heard_of_together(fresh: &FreshStore) {
    for number in 1..=3 {
        fresh.seed.insert_node(&a_node(number)).await;
    }
    let ids = [1, 2].map(NodeId::new);
    for (nodes, at) in [(&ids[..1], T0), (&ids[..], t(5)), (&[], t(9))] {
        fresh.store.update_nodes_checked(nodes, at).await.unwrap();
    }
    let views = fresh.store.list_shown_nodes().await.unwrap();
    let seen: Vec<_> = views.iter().map(|view| view.state.last_check_at).collect();
    assert_eq!(seen, [Some(t(5)), Some(t(5)), None]);
}

/// Each silence of a node without a parent until it is reported.
pub async fn silent_nodes_are_listed_until_reported(fresh: &FreshStore) {
    for number in 1..=4 {
        let parent = (number == 2).then(|| NodeId::new(1));
        let node = Node {
            parent,
            name: format!("It's {number}"),
            ..a_node(number)
        };
        fresh.seed.insert_node(&node).await;
    }
    let heard = async |numbers: &[i64], at| {
        let nodes: Vec<_> = numbers.iter().copied().map(NodeId::new).collect();
        fresh.store.update_nodes_checked(&nodes, at).await.unwrap();
    };
    let silent = async |before, limit| fresh.store.list_silent_nodes(before, limit).await.unwrap();
    let numbers = |nodes: &[SilentNode]| nodes.iter().map(|node| node.id.get()).collect::<Vec<_>>();
    heard(&[1, 2, 3], T0).await;
    heard(&[3], t(10)).await;
    assert_eq!(silent(T0, 9).await, []);
    let first = silent(t(1), 9).await;
    let expected = SilentNode {
        id: NodeId::new(1),
        name: "It's 1".into(),
        host: "node1.example.com".into(),
        last_check_at: T0,
    };
    assert_eq!(first, [expected]);
    assert_eq!(numbers(&silent(t(11), 9).await), [1, 3]);
    assert_eq!(numbers(&silent(t(11), 1).await), [1]);
    for nodes in [first.as_slice(), &[]] {
        let mut tx = fresh.begin().await;
        tx.update_node_alerts(nodes).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(numbers(&silent(t(11), 9).await), [3]);
    heard(&[1], t(20)).await;
    assert_eq!(numbers(&silent(t(20), 9).await), [3]);
    let both = silent(t(21), 9).await;
    assert_eq!(numbers(&both), [1, 3]);
    let mut tx = fresh.begin().await;
    tx.update_node_alerts(&both).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(silent(t(99), 9).await, []);
}

/// Others stay as they are.
pub async fn nodes_that_were_heard_of_ahead_are_heard_of_now(fresh: &FreshStore) {
    for number in 1..=3 {
        fresh.seed.insert_node(&a_node(number)).await;
    }
    for (number, at) in [(1, t(-500)), (2, t(60)), (3, t(61))] {
        let node = [NodeId::new(number)];
        fresh.store.update_nodes_checked(&node, at).await.unwrap();
    }
    let mut tx = fresh.begin().await;
    assert_eq!(tx.update_nodes_ahead(T0).await.unwrap(), 1);
    assert_eq!(tx.update_nodes_ahead(T0).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let silent = fresh.store.list_silent_nodes(t(61), 9).await.unwrap();
    let times: Vec<_> = silent.iter().map(|node| node.last_check_at).collect();
    assert_eq!(times, [t(-500), t(60), T0]);
}

async fn signs(fresh: &FreshStore, after: Option<i64>, limit: u32) -> Vec<NodeSign> {
    let mut tx = fresh.begin().await;
    let signs = tx.list_node_signs(after.map(NodeId::new), limit).await;
    tx.rollback().await.unwrap();
    signs.unwrap()
}

/// Of nodes without a parent that were heard of, by number.
pub async fn signs_of_nodes_are_listed_with_how_they_were_found(fresh: &FreshStore) {
    for number in 1..=4 {
        let parent = (number == 2).then(|| NodeId::new(1));
        let node = Node {
            parent,
            ..a_node(number)
        };
        fresh.seed.insert_node(&node).await;
    }
    let heard = [1, 2, 4].map(NodeId::new);
    fresh.store.update_nodes_checked(&heard, T0).await.unwrap();
    let busy = NodeStateChange {
        load: Some(json!({"cpu": 91.5, "mem": {}})),
        ..NodeStateChange::default()
    };
    for number in [3, 4] {
        let written = fresh
            .store
            .update_node_state(NodeId::new(number), &busy, t(7));
        written.await.unwrap();
    }
    let first = NodeSign {
        node: NodeId::new(1),
        last_check_at: T0,
        cpu: None,
        watch: None,
    };
    let second = NodeSign {
        node: NodeId::new(4),
        cpu: Some((91.5, t(7))),
        ..first
    };
    assert_eq!(signs(fresh, None, 9).await, [first, second]);
    assert_eq!(signs(fresh, None, 1).await, [first]);
    assert_eq!(signs(fresh, Some(1), 9).await, [second]);
    assert_eq!(signs(fresh, Some(4), 9).await, []);
}

/// From where it stands, all of them or none; with the node it is forgotten.
pub async fn how_a_node_is_found_moves_once(fresh: &FreshStore) {
    for number in [1, 2] {
        fresh.seed.insert_node(&a_node(number)).await;
    }
    let [one, two] = [1, 2].map(NodeId::new);
    fresh
        .store
        .update_nodes_checked(&[one, two], T0)
        .await
        .unwrap();
    let watch = |is_online, strain| NodeWatch { is_online, strain };
    let moved = |node, from, to| NodeMove {
        node,
        from,
        to,
        news: None,
    };
    let calm = watch(true, NodeStrain::Calm);
    let busy = watch(
        true,
        NodeStrain::Busy {
            looks: 2,
            reported_at: t(5),
        },
    );
    let overloaded = watch(true, NodeStrain::Overloaded);
    let gone = watch(false, NodeStrain::Calm);
    let write = async |moves: &[NodeMove]| {
        let mut tx = fresh.begin().await;
        let is_moved = tx.move_node_watches(moves).await.unwrap();
        if is_moved {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
        is_moved
    };
    let found = async || {
        let signs = signs(fresh, None, 9).await;
        signs.into_iter().map(|sign| sign.watch).collect::<Vec<_>>()
    };
    assert!(write(&[]).await);
    assert!(write(&[moved(one, None, calm)]).await);
    assert!(!write(&[moved(two, None, gone), moved(one, None, calm)]).await);
    assert_eq!(found().await, [Some(calm), None]);
    assert!(write(&[moved(one, Some(calm), busy), moved(two, None, gone)]).await);
    assert!(!write(&[moved(one, Some(calm), overloaded)]).await);
    assert!(!write(&[moved(two, Some(gone), calm), moved(one, Some(calm), gone)]).await);
    assert_eq!(found().await, [Some(busy), Some(gone)]);
    assert!(write(&[moved(one, Some(busy), overloaded)]).await);
    assert_eq!(found().await, [Some(overloaded), Some(gone)]);
    let mut tx = fresh.begin().await;
    tx.delete_nodes(&[one], t(9)).await.unwrap();
    tx.commit().await.unwrap();
    fresh.seed.insert_node(&a_node(1)).await;
    fresh.store.update_nodes_checked(&[one], T0).await.unwrap();
    assert_eq!(found().await, [None, Some(gone)]);
}

/// For the first time, and from where it was found.
pub async fn of_many_that_look_at_a_node_one_moves_it(fresh: &FreshStore) {
    let node = NodeId::new(1);
    fresh.seed.insert_node(&a_node(1)).await;
    fresh.store.update_nodes_checked(&[node], T0).await.unwrap();
    let watch = |is_online| NodeWatch {
        is_online,
        strain: NodeStrain::Calm,
    };
    for (from, to) in [(None, watch(true)), (Some(watch(true)), watch(false))] {
        let moved = NodeMove {
            node,
            from,
            to,
            news: None,
        };
        let said = fresh
            .race(8, move |_, mut tx| async move {
                let is_moved = tx.move_node_watches(&[moved]).await;
                match is_moved {
                    Ok(true) => tx.commit().await.map(|()| true),
                    Ok(false) => tx.rollback().await.map(|()| false),
                    Err(error) => {
                        tx.rollback().await?;
                        Err(error)
                    }
                }
            })
            .await;
        let first = said.iter().filter(|is_first| **is_first).count();
        assert_eq!(first, 1, "{to:?}");
    }
    let signs = signs(fresh, None, 9).await;
    assert_eq!(signs[0].watch, Some(watch(false)));
}

/// With their secrets, by number.
pub async fn machines_are_found_and_listed(fresh: &FreshStore) {
    let machine = machine();
    assert_eq!(fresh.store.find_machine(machine.id).await.unwrap(), None);
    fresh.seed.insert_machine(&machine).await;
    let off = Machine {
        id: MachineId::new(6),
        token: "other".into(),
        active: false,
    };
    fresh.seed.insert_machine(&off).await;
    assert_eq!(
        fresh.store.find_machine(machine.id).await.unwrap(),
        Some(machine.clone())
    );
    assert_eq!(
        fresh.store.find_machine(off.id).await.unwrap().as_ref(),
        Some(&off)
    );
    assert_eq!(fresh.store.list_machines().await.unwrap(), [machine, off]);
}

/// And forgotten after a while; other machines keep theirs.
pub async fn the_load_of_a_machine_is_kept(fresh: &FreshStore) {
    fresh.seed.insert_machine(&machine()).await;
    let other = Machine {
        id: MachineId::new(6),
        token: "other".into(),
        active: true,
    };
    fresh.seed.insert_machine(&other).await;
    let reading = |machine, cpu, network, at| MachineReading {
        machine,
        load: MachineLoad {
            load: Load {
                cpu,
                memory: Usage {
                    total: 8_000_000_000,
                    used: 5,
                },
                ..Load::default()
            },
            network,
        },
        at,
    };
    let id = machine().id;
    let mut tx = fresh.begin().await;
    for reading in [
        reading(other.id, 1.0, None, T0),
        reading(id, 1.0, None, T0),
        reading(id, 2.0, Some((1.5, 2.5)), t(100)),
        reading(id, 3.0, None, t(200)),
    ] {
        let before = reading.at.minus(ferroboard_kernel::Seconds::new(100));
        let kept = tx.insert_machine_reading(&reading, before).await;
        assert!(kept.unwrap());
    }
    tx.commit().await.unwrap();
    let memory = 8_000_000_000;
    let history = fresh.seed.machine_history(id).await;
    assert_eq!(history, [(2, memory, true), (3, memory, false)]);
    assert_eq!(fresh.seed.machine_history(other.id).await.len(), 1);
    let (seen, load) = fresh.seed.machine_state(id).await;
    assert_eq!(seen, Some(t(200)));
    let load: serde_json::Value = serde_json::from_str(&load.unwrap()).unwrap();
    assert_eq!(load["mem"]["total"], 8_000_000_000_i64);
    let mut tx = fresh.begin().await;
    tx.update_machines_seen(&[id], t(300)).await.unwrap();
    tx.update_machines_seen(&[], t(400)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.machine_state(other.id).await.0, Some(T0));
    assert_eq!(fresh.seed.machine_state(id).await.0, Some(t(300)));
}
