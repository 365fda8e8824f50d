//! Promises about devices, as people are shown them.

use ferroboard_application::{DeviceOrder, DeviceSums, DeviceUserFilter, DeviceUserRow, NodeLabel};
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_devices::Sighting;
use ferroboard_kernel::{Email, GroupId, NodeId, UnixSeconds, UserId};
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;

use crate::contract::{FreshStore, t};

async fn report(fresh: &FreshStore, node: i64, user: UserId, addresses: &[&str], at: UnixSeconds) {
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

/// Ann has two devices of the one that she may have, Bea has one, Cid had one.
async fn three_users(fresh: &FreshStore) -> [UserId; 3] {
    let ann = fresh.user("a_n@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let cid = fresh.user("cid@demo.test").await;
    let plan = a_plan(1);
    fresh.seed.insert_plan(&plan).await;
    let mut subscription = a_subscription(t(86_400));
    assert_eq!(subscription.plan_id, plan.id);
    subscription.device_limit = Some(1);
    let mut tx = fresh.begin().await;
    tx.update_subscription(ann, &subscription, t(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    report(fresh, 1, cid, &["8.8.8.8"], t(99)).await;
    report(fresh, 1, ann, &["1.2.3.4", "2001:db8::1"], t(100)).await;
    report(fresh, 2, ann, &["1.2.3.4"], t(101)).await;
    report(fresh, 1, bea, &["1.2.3.4"], t(102)).await;
    [ann, bea, cid]
}

/// In either order, in pages, and by what they have.
pub async fn users_are_listed_by_their_devices(fresh: &FreshStore) {
    let [ann, bea, cid] = three_users(fresh).await;
    let base = DeviceUserFilter {
        only_online: true,
        limit: 10,
        ..DeviceUserFilter::default()
    };
    let address = |text: &str| DeviceUserFilter {
        address: Some(text.to_owned()),
        ..base.clone()
    };
    let email = |text: &str| DeviceUserFilter {
        email: Some(text.to_owned()),
        ..base.clone()
    };
    let exceeded = |exceeded, only_online| DeviceUserFilter {
        exceeded: Some(exceeded),
        only_online,
        ..base.clone()
    };
    let everybody = DeviceUserFilter {
        only_online: false,
        ..base.clone()
    };
    let latest = DeviceUserFilter {
        order: DeviceOrder::LatestOnline,
        ..base.clone()
    };
    let second = DeviceUserFilter {
        offset: 1,
        limit: 1,
        ..everybody.clone()
    };
    let one = DeviceUserFilter {
        user: Some(cid),
        ..everybody.clone()
    };
    for (filter, expected, total) in [
        (base.clone(), vec![ann, bea], 2),
        (latest, vec![bea, ann], 2),
        (everybody, vec![ann, bea, cid], 3),
        (second, vec![bea], 3),
        (one, vec![cid], 1),
        (address("1.2.3.4"), vec![ann, bea], 2),
        (address("2001:db8::1"), vec![ann], 1),
        (address("8.8.8.8"), vec![], 0),
        (email("bea@"), vec![bea], 1),
        (email("a_n"), vec![ann], 1),
        (email("_"), vec![ann], 1),
        (email("%"), vec![], 0),
        (email("demo\0"), vec![], 0),
        (exceeded(true, true), vec![ann], 1),
        (exceeded(false, true), vec![bea], 1),
        (exceeded(false, false), vec![bea, cid], 2),
    ] {
        let page = fresh
            .store
            .list_users_by_devices(&filter, t(100))
            .await
            .unwrap();
        let users: Vec<UserId> = page.rows.iter().map(|row| row.user).collect();
        assert_eq!((users, page.total), (expected, total), "{filter:?}");
    }
    let sums = fresh.store.sum_devices(t(100)).await.unwrap();
    let expected = DeviceSums {
        users: 2,
        devices: 3,
        exceeded: 1,
    };
    assert_eq!(sums, expected);
    let none = fresh.store.sum_devices(t(1_000)).await.unwrap();
    assert_eq!(none, DeviceSums::default());
}

/// With the plan, and when each was last online.
pub async fn users_with_devices_are_read_in_full(fresh: &FreshStore) {
    let [ann, ..] = three_users(fresh).await;
    let only = DeviceUserFilter {
        user: Some(ann),
        limit: 1,
        ..DeviceUserFilter::default()
    };
    let page = fresh
        .store
        .list_users_by_devices(&only, t(100))
        .await
        .unwrap();
    let plan = a_plan(1);
    let expected = DeviceUserRow {
        user: ann,
        email: Email::stored("a_n@demo.test"),
        plan: Some(plan.id),
        plan_name: Some(plan.name),
        group: a_subscription(t(0)).group_id,
        device_limit: Some(1),
        banned: false,
        last_online_at: Some(t(101)),
        shadow_of: None,
    };
    assert_eq!(page.rows, [expected]);
}
