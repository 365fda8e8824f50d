//! Promises about devices, as administrators see them.

use ferroboard_application::{DeviceOrder, DeviceSums, DeviceUserFilter, DeviceUserRow};
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_kernel::{Email, UserId};

use crate::contract::devices::report;
use crate::contract::{FreshStore, page, t};

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
    let list = async |filter: &DeviceUserFilter, page| {
        let found = fresh.admin().list_users_by_devices(filter, page, t(100));
        let found = found.await.unwrap();
        let users = found.rows.iter().map(|row| row.user);
        (users.collect::<Vec<UserId>>(), found.total)
    };
    let base = DeviceUserFilter {
        only_online: true,
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
    let one = DeviceUserFilter {
        user: Some(cid),
        ..everybody.clone()
    };
    let second = list(&everybody, page(2, 1)).await;
    assert_eq!(second, (vec![bea], 3));
    for (filter, expected, total) in [
        (base.clone(), vec![ann, bea], 2),
        (latest, vec![bea, ann], 2),
        (everybody, vec![ann, bea, cid], 3),
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
        let found = list(&filter, page(1, 10)).await;
        assert_eq!(found, (expected, total), "{filter:?}");
    }
    let sums = fresh.admin().sum_devices(t(100)).await.unwrap();
    let expected = DeviceSums {
        users: 2,
        devices: 3,
        exceeded: 1,
    };
    assert_eq!(sums, expected);
    let none = fresh.admin().sum_devices(t(1_000)).await.unwrap();
    assert_eq!(none, DeviceSums::default());
}

/// With the plan, and when each was last online.
pub async fn users_with_devices_are_read_in_full(fresh: &FreshStore) {
    let [ann, ..] = three_users(fresh).await;
    let only = DeviceUserFilter {
        user: Some(ann),
        ..DeviceUserFilter::default()
    };
    let listed = fresh
        .admin()
        .list_users_by_devices(&only, page(1, 1), t(100));
    let found = listed.await.unwrap();
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
    assert_eq!(found.rows, [expected]);
}
