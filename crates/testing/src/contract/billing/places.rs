//! Promises about the places of plans.

use ferroboard_billing::testing::{a_plan, a_subscription, an_order};
use ferroboard_billing::{Order, OrderStatus, Period, Plan, Subscription};
use ferroboard_kernel::{PlanId, UnixSeconds, UserId};

use crate::contract::orders::a_new_order;
use crate::contract::{FreshStore, t};

const PLAN: PlanId = PlanId::new(1);

async fn subscribe(fresh: &FreshStore, user: UserId, plan: i64, end: Option<UnixSeconds>) {
    let subscription = Subscription {
        plan_id: PlanId::new(plan),
        expired_at: end,
        ..a_subscription(t(0))
    };
    let mut tx = fresh.begin().await;
    assert!(
        tx.update_subscription(user, &subscription, t(0))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
}

/// Everybody who has it and has not expired, banned ones included.
pub async fn subscribers_are_counted(fresh: &FreshStore) {
    fresh.seed.insert_plan(&a_plan(1)).await;
    for (name, plan, end) in [
        ("forever", 1, None),
        ("now", 1, Some(t(10))),
        ("later", 1, Some(t(11))),
        ("ended", 1, Some(t(9))),
        ("elsewhere", 2, None),
        ("banned", 1, Some(t(99))),
    ] {
        let user = fresh.user(&format!("{name}@demo.test")).await;
        subscribe(fresh, user, plan, end).await;
        if name == "banned" {
            fresh.seed.update_banned(user).await;
        }
    }
    fresh.user("nobody@demo.test").await;
    let mut tx = fresh.begin().await;
    assert_eq!(tx.count_plan_subscribers(PLAN, t(10)).await.unwrap(), 4);
    tx.rollback().await.unwrap();
    let shown = fresh.store.find_plan_on_sale(PLAN, t(10)).await.unwrap();
    assert_eq!(shown.unwrap().subscribers, 4);
    let missing = fresh.store.find_plan_on_sale(PlanId::new(9), t(10)).await;
    assert_eq!(missing.unwrap(), None);
}

/// Unfinished orders of people who do not have the plan.
pub async fn reservations_are_counted(fresh: &FreshStore) {
    let subscriber = fresh.user("subscriber@demo.test").await;
    let expired = fresh.user("expired@demo.test").await;
    let elsewhere = fresh.user("elsewhere@demo.test").await;
    let new = fresh.user("new@demo.test").await;
    subscribe(fresh, subscriber, 1, Some(t(10))).await;
    subscribe(fresh, expired, 1, Some(t(9))).await;
    subscribe(fresh, elsewhere, 2, None).await;
    let all = [
        (subscriber, OrderStatus::Pending, Period::Monthly, 1),
        (expired, OrderStatus::Pending, Period::Monthly, 1),
        (elsewhere, OrderStatus::Processing, Period::Yearly, 1),
        (new, OrderStatus::Pending, Period::OneTime, 1),
        (new, OrderStatus::Pending, Period::ResetTraffic, 1),
        (new, OrderStatus::Pending, Period::Monthly, 2),
        (new, OrderStatus::Cancelled, Period::Monthly, 1),
        (new, OrderStatus::Completed, Period::Monthly, 1),
    ];
    for (id, (user, status, period, plan)) in (1..).zip(all) {
        let order = Order {
            status,
            period,
            plan_id: PlanId::new(plan),
            ..an_order(id, user)
        };
        fresh.seed.insert_order(&order).await;
    }
    let mut tx = fresh.begin().await;
    assert_eq!(tx.count_plan_reservations(PLAN, t(10)).await.unwrap(), 3);
    tx.rollback().await.unwrap();
}

/// 16 at once count behind the lock of the plan, which has two places.
pub async fn a_locked_plan_keeps_others_out(fresh: &FreshStore) {
    fresh.seed.insert_plan(&a_plan(2)).await;
    let mut users = Vec::new();
    for number in 0..16 {
        users.push(fresh.user(&format!("user{number}@demo.test")).await);
    }
    let plan = PlanId::new(2);
    let won = fresh
        .race(16, move |runner, mut tx| {
            let user = users[runner];
            async move {
                tx.lock_plan(plan).await?.unwrap();
                let taken = tx.count_plan_reservations(plan, t(1)).await?;
                let free = taken < 2;
                if free {
                    let order = a_new_order(user, &format!("number-{runner}"));
                    tx.insert_order(&order).await?;
                }
                tx.commit().await.map(|()| free)
            }
        })
        .await;
    assert_eq!(won.iter().filter(|won| **won).count(), 2);
}

/// Shown and sold ones; one without a place in the list comes first. Subscribers are counted up to the limit.
pub async fn plans_on_sale_are_listed_in_their_order(fresh: &FreshStore) {
    for (id, sort, show, sell, capacity_limit) in [
        (1, Some(7), true, true, Some(2)),
        (2, Some(1), true, true, Some(9)),
        (3, None, true, true, None),
        (4, None, false, true, None),
        (5, None, true, false, None),
        (6, Some(1), true, true, Some(0)),
    ] {
        let plan = Plan {
            sort,
            show,
            sell,
            capacity_limit,
            ..a_plan(id)
        };
        fresh.seed.insert_plan(&plan).await;
    }
    for (name, plan, end) in [
        ("ann", 2, None),
        ("ben", 2, Some(t(9))),
        ("cid", 3, None),
        ("dan", 1, Some(t(10))),
        ("eve", 1, None),
        ("fay", 1, None),
        ("gil", 6, None),
    ] {
        let user = fresh.user(&format!("{name}@demo.test")).await;
        subscribe(fresh, user, plan, end).await;
    }
    let listed = fresh.store.list_plans_on_sale(t(10)).await.unwrap();
    let shown: Vec<_> = listed
        .iter()
        .map(|view| (view.plan.id.get(), view.subscribers))
        .collect();
    assert_eq!(shown, [(3, 0), (2, 1), (6, 0), (1, 2)]);
}
