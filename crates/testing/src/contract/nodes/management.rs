//! Promises about groups, rules and machines, as administrators change them.

use ferroboard_billing::testing::a_plan;
use ferroboard_billing::{GroupReference, Plan};
use ferroboard_kernel::{GroupId, MachineId, RouteId, StoreError};
use ferroboard_nodes::testing::a_node;
use ferroboard_nodes::{
    KeptRoute, MachineChange, MachineLoad, MachineReading, MachineTerms, Node, NodeGroup,
    NodeRoute, RouteAction, RouteTerms,
};

use crate::contract::{FreshStore, T0, t};

/// Every column.
pub async fn a_group_is_made_renamed_and_deleted(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let id = tx.insert_node_group("VIP's \"1\"", t(1)).await.unwrap();
    let other = tx.insert_node_group("VIP2", t(1)).await.unwrap();
    let mut group = NodeGroup {
        id,
        name: "VIP's \"1\"".into(),
        created_at: t(1),
        updated_at: t(1),
    };
    assert_eq!(tx.lock_node_group(id).await.unwrap(), Some(group.clone()));
    tx.update_node_group(id, "中文", t(2)).await.unwrap();
    (group.name, group.updated_at) = ("中文".into(), t(2));
    assert_eq!(tx.lock_node_group(id).await.unwrap(), Some(group));
    tx.delete_node_group(id).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(tx.lock_node_group(id).await.unwrap(), None);
    assert!(tx.lock_node_group(other).await.unwrap().is_some());
    tx.rollback().await.unwrap();
}

/// A node, a plan, a user: each holds the groups that it has, and no other.
pub async fn what_holds_a_group_is_found(fresh: &FreshStore) {
    let group = GroupId::new;
    let node = Node {
        groups: vec![group(1), group(11)],
        ..a_node(1)
    };
    fresh.seed.insert_node(&node).await;
    for (id, of) in [(1, Some(group(2))), (2, None)] {
        let plan = Plan {
            group_id: of,
            ..a_plan(id)
        };
        fresh.seed.insert_plan(&plan).await;
    }
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let mut subscription = ferroboard_billing::testing::a_subscription(t(9));
    subscription.group_id = Some(group(3));
    assert!(
        tx.update_subscription(user, &subscription, T0)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    for (id, has_node, reference) in [
        (1, true, None),
        (11, true, None),
        (2, false, Some(GroupReference::Plan)),
        (3, false, Some(GroupReference::User)),
        (4, false, None),
    ] {
        assert_eq!(
            tx.has_node_of_group(group(id)).await.unwrap(),
            has_node,
            "{id}"
        );
        let found = tx.find_group_reference(group(id)).await.unwrap();
        assert_eq!(found, reference, "{id}");
    }
    tx.rollback().await.unwrap();
}

fn terms(matches: &[&str], action: RouteAction, value: Option<&str>) -> RouteTerms {
    RouteTerms {
        remarks: "No “mail”".into(),
        matches: matches.iter().map(|text| (*text).to_owned()).collect(),
        action,
        action_value: value.map(str::to_owned),
    }
}

fn kept(id: RouteId, terms: &RouteTerms) -> KeptRoute {
    KeptRoute {
        route: NodeRoute {
            id,
            matches: terms.matches.clone(),
            action: terms.action.name().to_owned(),
            action_value: terms.action_value.clone(),
        },
        remarks: terms.remarks.clone(),
    }
}

/// Every column, and what nodes read of it.
pub async fn a_rule_is_made_changed_and_deleted(fresh: &FreshStore) {
    let block = terms(&["port:25", "it's \"x\""], RouteAction::Block, None);
    let dns = terms(&[], RouteAction::Dns, Some("1.1.1.1"));
    let mut tx = fresh.begin().await;
    let id = tx.insert_node_route(&block, t(1)).await.unwrap();
    tx.commit().await.unwrap();
    for (terms, at) in [(&block, None), (&dns, Some(t(2)))] {
        let mut tx = fresh.begin().await;
        if let Some(at) = at {
            tx.update_node_route(id, terms, at).await.unwrap();
        }
        let expected = kept(id, terms);
        assert_eq!(
            tx.lock_node_route(id).await.unwrap().as_ref(),
            Some(&expected)
        );
        tx.commit().await.unwrap();
        let read = fresh.store.list_node_routes(&[id]).await.unwrap();
        assert_eq!(read, [expected.route]);
    }
    let mut tx = fresh.begin().await;
    tx.delete_node_route(id).await.unwrap();
    assert_eq!(tx.lock_node_route(id).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.list_node_routes(&[id]).await.unwrap(), []);
}

fn a_machine(name: &str) -> MachineTerms {
    MachineTerms {
        name: name.into(),
        notes: Some("rack “4”".into()),
        active: true,
    }
}

/// Every column. Its nodes stay, and its history goes with it.
pub async fn a_machine_is_made_changed_and_deleted(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let id = tx
        .insert_machine(&a_machine("one"), "token-1", t(1))
        .await
        .unwrap();
    let other = tx
        .insert_machine(&a_machine("two"), "token-2", t(1))
        .await
        .unwrap();
    let reading = MachineReading {
        machine: id,
        load: MachineLoad::default(),
        at: t(1),
    };
    // The second one changes nothing of the machine, which is there all the same.
    for _ in 0..2 {
        assert!(tx.insert_machine_reading(&reading, T0).await.unwrap());
    }
    let (machine, terms) = tx.lock_machine(id).await.unwrap().unwrap();
    assert_eq!((machine.id, machine.token.as_str()), (id, "token-1"));
    assert_eq!(terms, a_machine("one"));
    let renamed = MachineChange {
        name: "renamed".into(),
        ..MachineChange::default()
    };
    let cleared = MachineChange {
        notes: Some(None),
        active: Some(false),
        ..renamed.clone()
    };
    for change in [renamed, cleared] {
        tx.update_machine(id, &change, t(2)).await.unwrap();
        let (machine, after) = tx.lock_machine(id).await.unwrap().unwrap();
        let expected = a_machine("one").changed(&change);
        assert_eq!((machine.active, &after), (expected.active, &expected));
    }
    tx.update_machine_token(id, "token-3", t(3)).await.unwrap();
    tx.commit().await.unwrap();
    let found = fresh.store.find_machine(id).await.unwrap().unwrap();
    assert_eq!(found.token, "token-3");
    for (number, machine) in [(1, id), (2, other)] {
        let node = Node {
            machine: Some(machine),
            ..a_node(number)
        };
        fresh.seed.insert_node(&node).await;
    }
    let mut tx = fresh.begin().await;
    tx.delete_machine(id, t(4)).await.unwrap();
    assert_eq!(tx.lock_machine(id).await.unwrap(), None);
    assert!(!tx.insert_machine_reading(&reading, T0).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.machine_history(id).await, []);
    let nodes = fresh.store.list_nodes().await.unwrap();
    let machines: Vec<Option<MachineId>> = nodes.iter().map(|node| node.machine).collect();
    assert_eq!(machines, [None, Some(other)]);
}

/// Two machines never have one.
pub async fn the_token_of_a_machine_is_unique(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.insert_machine(&a_machine("one"), "token-1", t(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let again = tx.insert_machine(&a_machine("two"), "token-1", t(1)).await;
    assert!(
        matches!(again, Err(StoreError::Duplicate { .. })),
        "{again:?}"
    );
    tx.rollback().await.unwrap();
}
