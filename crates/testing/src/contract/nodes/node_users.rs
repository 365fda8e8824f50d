//! Promises about the users whom nodes let in, and about their devices.

use ferroboard_billing::Subscription;
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{GroupId, NodeId, UserId};
use ferroboard_nodes::UserAccess;

use crate::contract::{FreshStore, T0, UserColumns, t};

const GROUP: GroupId = GroupId::new(1);

/// A user with this subscription, who used so many bytes.
async fn subscriber(
    fresh: &FreshStore,
    name: &str,
    subscription: &Subscription,
    upload: i64,
) -> UserId {
    let user = fresh.user(&format!("{name}@demo.test")).await;
    let mut tx = fresh.begin().await;
    tx.update_subscription(user, subscription, T0)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let columns = UserColumns {
        upload,
        ..UserColumns::default()
    };
    fresh.seed.update_user(user, &columns).await;
    user
}

fn in_group(group: Option<i64>) -> Subscription {
    Subscription {
        group_id: group.map(GroupId::new),
        ..a_subscription(t(100))
    }
}

fn ids(users: &[UserAccess]) -> Vec<UserId> {
    users.iter().map(|access| access.user.id).collect()
}

/// With a group, traffic, time, and no ban; page by page.
pub async fn admitted_users_are_listed_by_number(fresh: &FreshStore) {
    let quota = in_group(Some(1)).transfer_enable;
    let ann = subscriber(fresh, "ann", &in_group(Some(1)), quota - 1).await;
    subscriber(fresh, "bea", &in_group(Some(1)), quota).await;
    subscriber(fresh, "cat", &in_group(None), 0).await;
    let banned = subscriber(fresh, "dan", &in_group(Some(1)), 0).await;
    fresh.seed.update_banned(banned).await;
    fresh.user("eve@demo.test").await;
    let endless = Subscription {
        expired_at: None,
        ..in_group(Some(2))
    };
    let fay = subscriber(fresh, "fay", &endless, 0).await;
    let full = subscriber(fresh, "gus", &in_group(Some(1)), i64::MAX).await;
    let list = async |after, limit, now| {
        let users = fresh.store.list_admitted_users(after, limit, now).await;
        ids(&users.unwrap())
    };
    assert_eq!(list(None, 10, t(100)).await, [ann, fay]);
    assert_eq!(list(None, 10, t(101)).await, [fay]);
    assert_eq!(list(None, 1, T0).await, [ann]);
    assert_eq!(list(Some(ann), 10, T0).await, [fay]);
    let named = [ann, banned, full, UserId::new(999)];
    let mut users = fresh.store.list_user_access(&named).await.unwrap();
    users.sort_by_key(|access| access.user.id);
    assert_eq!(ids(&users), [ann, banned, full]);
    assert_eq!(
        users
            .iter()
            .map(|access| (access.banned, access.has_traffic))
            .collect::<Vec<_>>(),
        [(false, true), (true, true), (false, false)]
    );
    assert_eq!(users[0].group, Some(GROUP));
    assert_eq!(users[0].expired_at, Some(t(100)));
    assert_eq!(*users[0].user.uuid, *fresh.view(ann).await.uuid);
    let limits = (users[0].user.speed_limit, users[0].user.device_limit);
    let opened = in_group(Some(1));
    assert_eq!(limits, (opened.speed_limit, opened.device_limit));
    assert!(fresh.store.list_user_access(&[]).await.unwrap().is_empty());
}

/// Over all nodes, each address once, for those who have a limit.
pub async fn devices_are_counted(fresh: &FreshStore) {
    let limited = Subscription {
        device_limit: Some(3),
        ..in_group(Some(1))
    };
    let unlimited = Subscription {
        device_limit: None,
        ..in_group(Some(1))
    };
    let ann = subscriber(fresh, "ann", &limited, 0).await;
    let bea = subscriber(fresh, "bea", &unlimited, 0).await;
    let cat = subscriber(fresh, "cat", &limited, 0).await;
    let [one, two] = [1, 2].map(NodeId::new);
    let on = |user: UserId, addresses: &[&str]| {
        let addresses = addresses.iter();
        (
            user,
            addresses
                .map(|address| (*address).to_owned())
                .collect::<Vec<_>>(),
        )
    };
    let report = async |node, devices: &[(UserId, Vec<String>)], since, at| {
        let mut tx = fresh.begin().await;
        tx.update_devices(node, devices, since, at).await.unwrap();
        tx.commit().await.unwrap();
    };
    let counts = async |since| {
        let counts = fresh.store.list_device_counts(&[GROUP], since).await;
        counts.unwrap()
    };
    let first = [
        on(ann, &["1.1.1.1", "2001:db8::1"]),
        on(bea, &["3.3.3.3_7"]),
        on(UserId::new(999), &["9.9.9.9"]),
    ];
    report(one, &first, t(-300), T0).await;
    report(two, &[on(ann, &["1.1.1.1", "4.4.4.4"])], t(-290), t(10)).await;
    assert_eq!(counts(t(-300)).await, [(ann, 3)]);
    assert_eq!(counts(t(5)).await, [(ann, 2)]);
    assert_eq!(fresh.seed.user_activity(ann).await.1, Some(3));
    assert_eq!(fresh.seed.user_activity(bea).await.1, Some(1));
    assert_eq!(fresh.seed.user_activity(cat).await.1, None);
    let other = fresh
        .store
        .list_device_counts(&[GroupId::new(2)], t(-300))
        .await;
    assert_eq!(other.unwrap(), []);
    assert_eq!(
        fresh.store.list_device_counts(&[], t(-300)).await.unwrap(),
        []
    );
    report(one, &[on(ann, &[])], t(-280), t(20)).await;
    assert_eq!(counts(t(-280)).await, [(ann, 2)]);
    report(one, &[on(cat, &["5.5.5.5"])], t(15), t(30)).await;
    assert_eq!(counts(t(-270)).await, [(ann, 2), (cat, 1)]);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_devices(t(30), t(30)).await.unwrap(), 3);
    tx.commit().await.unwrap();
    assert_eq!(counts(t(-270)).await, [(cat, 1)]);
    // Ahead by as much as clocks may differ, and by more.
    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_devices(t(-60), t(-30)).await.unwrap(), 0);
    assert_eq!(tx.delete_devices(t(-60), t(-31)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(counts(t(-270)).await, []);
}

/// Each address once, however many nodes saw it; and who was seen at a node.
pub async fn devices_are_listed(fresh: &FreshStore) {
    let ann = subscriber(fresh, "ann", &in_group(Some(1)), 0).await;
    let bea = subscriber(fresh, "bea", &in_group(Some(1)), 0).await;
    let cat = subscriber(fresh, "cat", &in_group(Some(2)), 0).await;
    let [one, two] = [1, 2].map(NodeId::new);
    let report = async |node, devices: &[(UserId, &[&str])], at| {
        let owned = |addresses: &[&str]| addresses.iter().map(|text| (*text).to_owned()).collect();
        let devices: Vec<_> = devices
            .iter()
            .map(|(user, all)| (*user, owned(all)))
            .collect();
        let mut tx = fresh.begin().await;
        tx.update_devices(node, &devices, t(-300), at)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    report(
        one,
        &[(ann, &["1.1.1.1", "2.2.2.2"]), (cat, &["4.4.4.4"])],
        T0,
    )
    .await;
    report(one, &[(bea, &["3.3.3.3"])], t(5)).await;
    report(two, &[(ann, &["1.1.1.1", "0.0.0.0"])], t(10)).await;
    let seen = async |groups: &[GroupId], since| {
        let seen = fresh.store.list_devices(groups, since).await.unwrap();
        seen.into_iter()
            .map(|(user, ip)| (user, ip.chars().next().unwrap()))
            .collect::<Vec<_>>()
    };
    let all = [(ann, '0'), (ann, '1'), (ann, '2'), (bea, '3')];
    assert_eq!(seen(&[GROUP], T0).await, all);
    assert_eq!(
        seen(&[GROUP], t(5)).await,
        [(ann, '0'), (ann, '1'), (bea, '3')]
    );
    assert_eq!(
        seen(&[GROUP, GroupId::new(2)], T0).await.last(),
        Some(&(cat, '4'))
    );
    assert_eq!(seen(&[], T0).await, []);
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.list_device_users(one, t(5)).await.unwrap(),
        [ann, bea, cat]
    );
    assert_eq!(tx.list_device_users(one, t(4)).await.unwrap(), [ann, cat]);
    assert_eq!(tx.list_device_users(two, t(9)).await.unwrap(), []);
    tx.commit().await.unwrap();
}

/// Each of eight nodes reports another address of the same users: the last count has all of them.
pub async fn devices_of_concurrent_reports_are_all_counted(fresh: &FreshStore) {
    let mut users = Vec::new();
    for name in ["ann", "bea", "cat"] {
        users.push(subscriber(fresh, name, &in_group(Some(1)), 0).await);
    }
    let all = users.clone();
    fresh
        .race(8, move |runner, mut tx| {
            let devices: Vec<_> = all
                .iter()
                .map(|user| (*user, vec![format!("10.0.0.{runner}")]))
                .collect();
            async move {
                let node = NodeId::new(i64::try_from(runner).unwrap() + 1);
                tx.update_devices(node, &devices, t(-300), T0).await?;
                tx.commit().await
            }
        })
        .await;
    for user in users {
        assert_eq!(fresh.seed.user_activity(user).await.1, Some(8));
    }
}

/// Of a report that takes somebody from fewer devices to the limit or beyond it.
pub async fn whoever_has_as_many_devices_as_allowed_is_named_once(fresh: &FreshStore) {
    let limited = |limit| Subscription {
        device_limit: limit,
        ..in_group(Some(1))
    };
    let ann = subscriber(fresh, "ann", &limited(Some(2)), 0).await;
    let bea = subscriber(fresh, "bea", &limited(None), 0).await;
    let cat = subscriber(fresh, "cat", &limited(Some(0)), 0).await;
    let dan = subscriber(fresh, "dan", &limited(Some(1)), 0).await;
    let on = |user: UserId, addresses: &[&str]| {
        let addresses = addresses.iter().map(|address| (*address).to_owned());
        (user, addresses.collect::<Vec<_>>())
    };
    let report = async |node, devices: &[(UserId, Vec<String>)], since| {
        let mut tx = fresh.begin().await;
        let node = NodeId::new(node);
        let full = tx.update_devices(node, devices, since, t(0)).await.unwrap();
        tx.commit().await.unwrap();
        full
    };
    let everybody = [ann, bea, cat, dan].map(|user| on(user, &["1.1.1.1"]));
    assert_eq!(report(1, &everybody, t(0)).await, [dan]);
    assert_eq!(report(1, &everybody, t(0)).await, []);
    // The same address twice is one device.
    assert_eq!(report(2, &everybody, t(0)).await, []);
    let more = [on(ann, &["2.2.2.2", "3.3.3.3"]), on(dan, &["2.2.2.2"])];
    assert_eq!(report(2, &more, t(0)).await, [ann]);
    assert_eq!(report(2, &more, t(0)).await, []);
    // Below the limit, and there again.
    let none = [on(ann, &[]), on(dan, &[])];
    assert_eq!(report(2, &none, t(0)).await, []);
    assert_eq!(report(2, &more, t(0)).await, [ann]);
    assert_eq!(fresh.seed.user_activity(ann).await.1, Some(3));
}
