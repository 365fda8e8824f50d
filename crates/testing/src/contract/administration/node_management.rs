//! Promises about groups, rules and machines, as administrators see them.

use ferroboard_application::{MachineNodeView, NodeGroupRow, NodeRouteView};
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{GroupId, MachineId, NodeId};
use ferroboard_nodes::testing::a_node;
use ferroboard_nodes::{
    KeptRoute, Load, MachineLoad, MachineReading, MachineTerms, Node, NodeGroup, NodeRoute,
    RouteAction, RouteTerms, Usage,
};
use serde_json::json;

use crate::contract::{FreshStore, T0, t};

/// The latest first. A node that names a group twice is one node.
pub async fn groups_are_listed_with_who_is_in_them(fresh: &FreshStore) {
    assert_eq!(fresh.admin().list_node_groups().await.unwrap(), []);
    let mut tx = fresh.begin().await;
    let first = tx.insert_node_group("VIP1", t(1)).await.unwrap();
    let second = tx.insert_node_group("VIP2", t(2)).await.unwrap();
    tx.commit().await.unwrap();
    for (id, groups) in [
        (1, vec![first, first]),
        (2, vec![first, second]),
        (3, vec![]),
    ] {
        let node = Node {
            groups,
            ..a_node(id)
        };
        fresh.seed.insert_node(&node).await;
    }
    for (email, group) in [
        ("ann@demo.test", Some(first)),
        ("bea@demo.test", Some(first)),
        ("cid@demo.test", None),
    ] {
        let user = fresh.user(email).await;
        let mut tx = fresh.begin().await;
        let mut subscription = a_subscription(t(9));
        subscription.group_id = group;
        assert!(
            tx.update_subscription(user, &subscription, T0)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }
    let group = |id: GroupId, name: &str, at: i64, nodes: i64| NodeGroupRow {
        group: NodeGroup {
            id,
            name: name.into(),
            created_at: t(at),
            updated_at: t(at),
        },
        nodes,
    };
    assert_eq!(
        fresh.admin().list_node_groups().await.unwrap(),
        [group(second, "VIP2", 2, 1), group(first, "VIP1", 1, 2)]
    );
    let users = fresh.admin().count_users_of_groups().await.unwrap();
    assert_eq!(users, [(first, 2)]);
}

/// By number, with every column.
pub async fn rules_are_listed(fresh: &FreshStore) {
    let terms = RouteTerms {
        remarks: "No mail".into(),
        matches: vec!["port:25".into(), "port:465".into()],
        action: RouteAction::Proxy,
        action_value: Some("out".into()),
    };
    let mut expected = Vec::new();
    for at in [t(1), t(2)] {
        let mut tx = fresh.begin().await;
        let id = tx.insert_node_route(&terms, at).await.unwrap();
        tx.commit().await.unwrap();
        expected.push(NodeRouteView {
            kept: KeptRoute {
                route: NodeRoute {
                    id,
                    matches: terms.matches.clone(),
                    action: "proxy".into(),
                    action_value: terms.action_value.clone(),
                },
                remarks: terms.remarks.clone(),
            },
            created_at: at,
            updated_at: at,
        });
    }
    assert_eq!(fresh.admin().list_kept_routes().await.unwrap(), expected);
}

fn terms(name: &str) -> MachineTerms {
    MachineTerms {
        name: name.into(),
        notes: None,
        active: true,
    }
}

async fn machine(fresh: &FreshStore, name: &str) -> MachineId {
    let mut tx = fresh.begin().await;
    let id = tx.insert_machine(&terms(name), name, t(1)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// By number, with their nodes by place, those without one first.
pub async fn machines_are_listed_with_their_nodes(fresh: &FreshStore) {
    let (one, two) = (machine(fresh, "one").await, machine(fresh, "two").await);
    let load = MachineLoad {
        network: Some((1.5, 2.5)),
        ..MachineLoad::default()
    };
    let reading = MachineReading {
        machine: two,
        load,
        at: t(5),
    };
    let mut tx = fresh.begin().await;
    assert!(tx.insert_machine_reading(&reading, T0).await.unwrap());
    tx.commit().await.unwrap();
    for (id, sort, enabled) in [(1, Some(2), true), (2, Some(1), false), (3, None, true)] {
        let node = Node {
            machine: Some(one),
            sort,
            enabled,
            ..a_node(id)
        };
        fresh.seed.insert_node(&node).await;
    }
    let machines = fresh.admin().list_managed_machines().await.unwrap();
    let shown = machines.iter();
    let shown = shown.map(|view| (view.id, &view.terms, view.nodes, view.last_seen_at));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            (one, &terms("one"), 3, None),
            (two, &terms("two"), 0, Some(t(5)))
        ]
    );
    assert_eq!((machines[0].created_at, &machines[0].load), (t(1), &None));
    let network = machines[1].load.as_ref().unwrap()["net"].clone();
    assert_eq!(network, json!({"in_speed": 1.5, "out_speed": 2.5}));
    assert_eq!(machines[1].updated_at, t(5));
    let nodes = fresh.admin().list_machine_nodes(one).await.unwrap();
    let ids: Vec<NodeId> = nodes.iter().map(|node| node.id).collect();
    assert_eq!(ids, [3, 2, 1].map(NodeId::new));
    let node = a_node(2);
    let expected = MachineNodeView {
        id: node.id,
        name: node.name,
        protocol: node.protocol.name().to_owned(),
        host: node.host,
        port: node.port,
        show: node.show,
        enabled: Some(false),
        sort: Some(1),
    };
    assert_eq!(nodes[1], expected);
    assert_eq!(fresh.admin().list_machine_nodes(two).await.unwrap(), []);
}

/// The latest of them, the oldest first.
pub async fn loads_of_a_machine_are_listed(fresh: &FreshStore) {
    let (one, two) = (machine(fresh, "one").await, machine(fresh, "two").await);
    let usage = |total: i64| Usage { total, used: 1 };
    let reading = |machine, second: i64| MachineReading {
        machine,
        load: MachineLoad {
            load: Load {
                cpu: 12.5,
                memory: usage(1 << 40),
                disk: usage(second),
                ..Load::default()
            },
            network: (second == 3).then_some((0.5, 1e9)),
        },
        at: t(second),
    };
    for (machine, second) in [(one, 1), (two, 2), (one, 3), (one, 2)] {
        let mut tx = fresh.begin().await;
        let reading = reading(machine, second);
        assert!(tx.insert_machine_reading(&reading, T0).await.unwrap());
        tx.commit().await.unwrap();
    }
    for (since, limit, expected) in [
        (None, 10, vec![1, 2, 3]),
        (None, 2, vec![2, 3]),
        (Some(t(3)), 10, vec![3]),
        (Some(t(4)), 10, vec![]),
    ] {
        let listed = fresh.admin().list_machine_readings(one, since, limit);
        let expected: Vec<_> = expected.iter().map(|at| reading(one, *at)).collect();
        assert_eq!(listed.await.unwrap(), expected, "{since:?} {limit}");
    }
}
