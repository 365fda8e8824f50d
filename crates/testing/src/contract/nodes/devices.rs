//! Promises about devices, as people are shown them.

use ferroboard_application::NodeLabel;
use ferroboard_billing::testing::a_subscription;
use ferroboard_devices::Sighting;
use ferroboard_kernel::{GroupId, NodeId, UnixSeconds, UserId};
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;

use crate::contract::{FreshStore, t};

/// A node tells from where a user is connected.
pub(in crate::contract) async fn report(
    fresh: &FreshStore,
    node: i64,
    user: UserId,
    addresses: &[&str],
    at: UnixSeconds,
) {
    let addresses = addresses.iter().map(|address| (*address).to_owned());
    let devices = [(user, addresses.collect())];
    let mut tx = fresh.begin().await;
    tx.update_devices(NodeId::new(node), &devices, t(0), at)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Of the users that were asked for, by user, node and address.
pub async fn sightings_are_listed_while_they_are_fresh(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let cid = fresh.user("cid@demo.test").await;
    report(fresh, 1, bea, &["2001:db8::1"], t(10)).await;
    report(fresh, 2, ann, &["1.2.3.4"], t(10)).await;
    report(fresh, 1, ann, &["1.2.3.4_7", "9.9.9.9"], t(11)).await;
    report(fresh, 3, ann, &["5.5.5.5"], t(9)).await;
    report(fresh, 1, cid, &["8.8.8.8"], t(12)).await;
    let seen = |user, node, address: &str, at| Sighting {
        user,
        node,
        address: address.to_owned(),
        last_seen: t(at),
    };
    let listed = fresh.store.list_sightings(&[ann, bea], t(10)).await;
    let expected = [
        seen(ann, 1, "1.2.3.4_7", 11),
        seen(ann, 1, "9.9.9.9", 11),
        seen(ann, 2, "1.2.3.4", 10),
        seen(bea, 1, "2001:db8::1", 10),
    ];
    assert_eq!(listed.unwrap(), expected);
    assert_eq!(fresh.store.list_sightings(&[], t(0)).await.unwrap(), []);
}

/// And a user has the group of the subscription.
pub async fn nodes_are_named_with_their_groups(fresh: &FreshStore) {
    for (id, name, groups) in [
        (1, "It's 香港", vec![1, 2]),
        (2, "B", vec![]),
        (3, "C", vec![7]),
    ] {
        let node = Node {
            name: name.into(),
            groups: groups.into_iter().map(GroupId::new).collect(),
            ..a_node(id)
        };
        fresh.seed.insert_node(&node).await;
    }
    let mut named = fresh.store.list_node_labels(&[1, 2, 9]).await.unwrap();
    named.sort_by_key(|label| label.id);
    let label = |id, name: &str, groups: &[i64]| NodeLabel {
        id,
        name: name.to_owned(),
        groups: groups.iter().copied().map(GroupId::new).collect(),
    };
    assert_eq!(named, [label(1, "It's 香港", &[1, 2]), label(2, "B", &[])]);
    let user = fresh.user("ann@demo.test").await;
    assert_eq!(fresh.view(user).await.group_id, None);
    let subscription = a_subscription(t(86_400));
    let mut tx = fresh.begin().await;
    tx.update_subscription(user, &subscription, t(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(subscription.group_id.is_some());
    let group = fresh.view(user).await.group_id;
    assert_eq!(group, subscription.group_id);
}
