//! Promises about traffic packages.

use ferroboard_application::UnitOfWork;
use ferroboard_billing::testing::{a_completed_order, a_package, a_plan, a_subscription};
use ferroboard_billing::{
    Order, OrderKind, PackageEnd, PackageHolder, PackageMove, PackageOrder, PackageShare, Period,
    QuotaMove, TopUpPolicy, TrafficPackage,
};
use ferroboard_kernel::{OrderId, PackageId, PlanId, StoreError, UserId};

use crate::contract::{FreshStore, UserColumns, t};

/// More than 32 bits hold.
const BYTES: i64 = 10_000_000_000;

fn bought(order: i64, user: UserId) -> PackageOrder {
    PackageOrder {
        order: OrderId::new(order),
        user,
        package: PackageId::new(1),
        name: "10 GB".to_owned(),
        bytes: BYTES,
        until: PackageEnd::SubscriptionEnd,
    }
}

fn an_order(id: i64, user: UserId) -> Order {
    Order {
        plan_id: TopUpPolicy::NO_PLAN,
        kind: OrderKind::TrafficPackage,
        ..a_completed_order(id, user, Period::Traffic, 500, t(id))
    }
}

fn share(order: i64, left: i64, until: PackageEnd) -> PackageShare {
    PackageShare {
        order: OrderId::new(order),
        left,
        until,
    }
}

/// Begins what the order bought.
async fn begin(tx: &mut dyn UnitOfWork, bought: &PackageOrder, at: i64) {
    tx.insert_package_order(bought).await.unwrap();
    let begun = tx.move_package_begun(bought.order, bought.until, t(at));
    assert!(begun.await.unwrap());
}

/// Whole; changed by its terms and its switch alone, and placed by a list.
pub async fn a_package_is_read_as_it_was_written(fresh: &FreshStore) {
    let mut package = a_package(1);
    package.terms.plans = Some(vec![PlanId::new(3), PlanId::new(1)]);
    package.terms.capacity = Some(7);
    "100 GB – 流量".clone_into(&mut package.terms.name);
    let mut tx = fresh.begin().await;
    let id = tx.insert_package(&package).await.unwrap();
    let other = tx.insert_package(&a_package(1)).await.unwrap();
    tx.commit().await.unwrap();
    let package = TrafficPackage { id, ..package };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_package(id).await.unwrap().as_ref(), Some(&package));
    assert_eq!(tx.lock_package(id).await.unwrap().as_ref(), Some(&package));
    let all = tx.list_packages().await.unwrap();
    let ids: Vec<PackageId> = all.iter().map(|package| package.id).collect();
    assert_eq!(ids, [id, other]);
    assert!(tx.move_package_sold(id).await.unwrap());
    let mut changed = a_package(id.get());
    changed.terms.until = PackageEnd::Reset;
    (changed.show, changed.sold) = (false, 99);
    changed.updated_at = t(5);
    assert!(tx.update_package(&changed).await.unwrap());
    let places = [(other, 1), (id, 2)];
    tx.update_package_places(&places, t(6)).await.unwrap();
    let named = [id, other, PackageId::new(999)];
    let places = tx.list_package_places(&named);
    assert_eq!(places.await.unwrap(), [(id, Some(2)), (other, Some(1))]);
    let expected = TrafficPackage {
        sold: 1,
        sort: Some(2),
        updated_at: t(6),
        ..changed.clone()
    };
    assert_eq!(tx.find_package(id).await.unwrap(), Some(expected));
    assert!(tx.delete_package(id).await.unwrap());
    assert!(!tx.delete_package(id).await.unwrap());
    assert!(!tx.update_package(&changed).await.unwrap());
    assert_eq!(tx.find_package(id).await.unwrap(), None);
    tx.rollback().await.unwrap();
}

/// One more is counted while there is one, and one less as often as anybody gives one back.
pub async fn a_capacity_is_for_all_sales(fresh: &FreshStore) {
    let mut package = a_package(1);
    package.terms.capacity = Some(2);
    let mut tx = fresh.begin().await;
    let limited = tx.insert_package(&package).await.unwrap();
    let unlimited = tx.insert_package(&a_package(1)).await.unwrap();
    for expected in [true, true, false] {
        assert_eq!(tx.move_package_sold(limited).await, Ok(expected));
        assert_eq!(tx.move_package_sold(unlimited).await, Ok(true));
    }
    tx.update_package_sold(limited).await.unwrap();
    assert_eq!(tx.move_package_sold(limited).await, Ok(true));
    assert_eq!(tx.move_package_sold(PackageId::new(999)).await, Ok(false));
    tx.update_package_sold(PackageId::new(999)).await.unwrap();
    for _ in 0..5 {
        tx.update_package_sold(limited).await.unwrap();
    }
    let sold = |package: Option<TrafficPackage>| package.unwrap().sold;
    assert_eq!(sold(tx.find_package(limited).await.unwrap()), 0);
    assert_eq!(sold(tx.find_package(unlimited).await.unwrap()), 3);
    tx.rollback().await.unwrap();
}

/// Whoever else wants it at the same moment is told that it is gone.
pub async fn of_many_that_want_the_last_package_one_gets_it(fresh: &FreshStore) {
    let mut package = a_package(1);
    package.terms.capacity = Some(1);
    let mut tx = fresh.begin().await;
    let id = tx.insert_package(&package).await.unwrap();
    tx.commit().await.unwrap();
    let got = fresh
        .race(64, move |_, mut tx| async move {
            let is_mine = tx.move_package_sold(id).await?;
            tx.commit().await?;
            Ok(is_mine)
        })
        .await;
    assert_eq!(got.iter().filter(|got| **got).count(), 1);
}

/// Once for each order, also where the package is gone; its buyer is shown it.
pub async fn what_an_order_bought_is_kept(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let order = an_order(1, ann);
    fresh.seed.insert_order(&order).await;
    let first = bought(1, ann);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_package_order(first.order).await.unwrap(), None);
    tx.insert_package_order(&first).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let kept = tx.find_package_order(first.order).await.unwrap();
    assert_eq!(kept.as_ref(), Some(&first));
    let holders = tx.list_package_holders(&[ann]).await.unwrap();
    assert_eq!(holders, [], "it has not begun");
    let completed = tx.list_completed_orders(ann).await.unwrap();
    assert_eq!(completed, [], "no plan was bought");
    assert_eq!(tx.count_paid_orders(ann).await.unwrap(), 1);
    assert_eq!(
        tx.find_order(&order.trade_no).await.unwrap().as_ref(),
        Some(&order)
    );
    let again = tx.insert_package_order(&first).await;
    assert!(
        matches!(again, Err(StoreError::Duplicate { .. })),
        "{again:?}"
    );
    drop(tx);
    let view = fresh.store.find_order_view(ann, &order.trade_no).await;
    let view = view.unwrap().unwrap();
    assert_eq!(
        (view.order, view.plan, view.package),
        (order, None, Some(first))
    );
}

/// It begins once; what is left of it and the quota move only where they are what was read.
pub async fn what_is_left_moves_by_what_was_read(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let subscription = a_subscription(t(9));
    let quota = subscription.transfer_enable;
    assert!(
        tx.update_subscription(ann, &subscription, t(1))
            .await
            .unwrap()
    );
    let first = bought(1, ann);
    begin(tx.as_mut(), &first, 5).await;
    let again = tx.move_package_begun(first.order, PackageEnd::UsedUp, t(6));
    assert!(!again.await.unwrap());
    begin(tx.as_mut(), &bought(2, ann), 5).await;
    let moved = |order: i64, from: i64, to: i64| PackageMove {
        order: OrderId::new(order),
        from,
        to,
        until: PackageEnd::Reset,
    };
    let moves = [moved(1, BYTES, 7), moved(2, BYTES - 1, 3)];
    assert_eq!(tx.move_packages(&moves).await.unwrap(), 1);
    assert_eq!(tx.move_packages(&[]).await.unwrap(), 0);
    let to = |from: i64, to: i64| {
        [QuotaMove {
            user: ann,
            from,
            to,
        }]
    };
    assert_eq!(tx.move_quotas(&to(quota + 1, 5), t(7)).await.unwrap(), 0);
    assert_eq!(tx.move_quotas(&to(quota, BYTES), t(7)).await.unwrap(), 1);
    assert_eq!(tx.move_quotas(&[], t(7)).await.unwrap(), 0);
    let holder = PackageHolder {
        user: ann,
        transfer_enable: BYTES,
        used: 0,
        shares: vec![
            share(1, 7, PackageEnd::Reset),
            share(2, BYTES, PackageEnd::SubscriptionEnd),
        ],
    };
    assert_eq!(tx.list_package_holders(&[ann]).await.unwrap(), [holder]);
    tx.rollback().await.unwrap();
}

/// By number, their packages by when they began; none without anything left.
pub async fn holders_are_told_apart(fresh: &FreshStore) {
    let mut users = Vec::new();
    for name in ["ann", "bea", "cid"] {
        users.push(fresh.user(&format!("{name}@demo.test")).await);
    }
    let [ann, bea, cid] = users[..] else {
        panic!("three users");
    };
    let used = UserColumns {
        upload: 5,
        download: BYTES,
        ..UserColumns::default()
    };
    fresh.seed.update_user(bea, &used).await;
    let mut tx = fresh.begin().await;
    for (order, user, at) in [(1, bea, 9), (2, bea, 8), (3, ann, 7), (4, cid, 7)] {
        begin(tx.as_mut(), &bought(order, user), at).await;
    }
    let spent = PackageMove {
        order: OrderId::new(4),
        from: BYTES,
        to: 0,
        until: PackageEnd::UsedUp,
    };
    assert_eq!(tx.move_packages(&[spent]).await.unwrap(), 1);
    let found = tx
        .list_package_holders(&[cid, bea, ann, bea])
        .await
        .unwrap();
    let seen = found.iter().map(|holder| {
        let orders = holder.shares.iter().map(|share| share.order.get());
        (holder.user, holder.used, orders.collect::<Vec<_>>())
    });
    let expected = [(ann, 0, vec![3]), (bea, BYTES + 5, vec![2, 1])];
    assert_eq!(seen.collect::<Vec<_>>(), expected);
    assert_eq!(tx.list_package_holders(&[]).await.unwrap(), []);
    tx.rollback().await.unwrap();
}

/// What is left of packages comes on top of what a changed plan gives to all who have it.
pub async fn whoever_gets_a_plan_keeps_packages(fresh: &FreshStore) {
    let [ann, bea] = ["ann@demo.test", "bea@demo.test"];
    let (ann, bea) = (fresh.user(ann).await, fresh.user(bea).await);
    let subscription = a_subscription(t(9));
    let mut tx = fresh.begin().await;
    for user in [ann, bea] {
        let written = tx.update_subscription(user, &subscription, t(1));
        assert!(written.await.unwrap());
    }
    begin(tx.as_mut(), &bought(1, ann), 2).await;
    begin(tx.as_mut(), &bought(2, ann), 2).await;
    let plan = a_plan(subscription.plan_id.get());
    let changed = tx.update_plan_members(&plan, t(3)).await.unwrap();
    assert_eq!(changed, 1, "only who has packages has something else");
    assert_eq!(tx.update_plan_members(&plan, t(4)).await.unwrap(), 0);
    for (user, packages) in [(ann, 2 * BYTES), (bea, 0)] {
        let buyer = tx.lock_buyer(user).await.unwrap().unwrap();
        assert_eq!(buyer.transfer_enable, plan.traffic.bytes() + packages);
    }
    tx.rollback().await.unwrap();
}
