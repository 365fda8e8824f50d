//! Promises about top-ups.

use ferroboard_billing::testing::a_completed_order;
use ferroboard_billing::{Order, OrderKind, Period, TopUpPolicy};
use ferroboard_kernel::{Cents, OrderId, StoreError, UserId};

use crate::contract::{FreshStore, t};

fn a_top_up(id: i64, user: UserId, commission: i64) -> Order {
    Order {
        plan_id: TopUpPolicy::NO_PLAN,
        kind: OrderKind::TopUp,
        commission: Cents::new(commission),
        ..a_completed_order(id, user, Period::Deposit, 5_000, t(id))
    }
}

/// Once for each order, also where it is none; its buyer is shown it.
pub async fn the_bonus_of_a_top_up_is_kept(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    for id in [1, 2] {
        fresh.seed.insert_order(&a_top_up(id, ann, 0)).await;
    }
    let (first, second) = (OrderId::new(1), OrderId::new(2));
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_top_up(first).await.unwrap(), None);
    tx.insert_top_up(first, Cents::new(2_147_483_647))
        .await
        .unwrap();
    tx.insert_top_up(second, Cents::ZERO).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let kept = tx.find_top_up(first).await.unwrap();
    assert_eq!(kept, Some(Cents::new(2_147_483_647)));
    let none = tx.find_top_up(second).await.unwrap();
    assert_eq!(none, Some(Cents::ZERO));
    let again = tx.insert_top_up(first, Cents::new(1)).await;
    assert!(
        matches!(again, Err(StoreError::Duplicate { .. })),
        "{again:?}"
    );
    drop(tx);
    let order = a_top_up(1, ann, 0);
    let view = fresh.store.find_order_view(ann, &order.trade_no).await;
    let view = view.unwrap().unwrap();
    assert_eq!((view.order, view.plan), (order, None));
    assert_eq!(view.bonus, Some(Cents::new(2_147_483_647)));
}

/// No plan was bought with it, and only one of which somebody earned counts as a purchase.
pub async fn a_top_up_is_an_order_of_its_own(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bought = a_completed_order(3, ann, Period::Monthly, 990, t(3));
    for order in [a_top_up(1, ann, 0), a_top_up(2, ann, 5), bought.clone()] {
        fresh.seed.insert_order(&order).await;
    }
    let mut tx = fresh.begin().await;
    assert_eq!(tx.count_paid_orders(ann).await.unwrap(), 2);
    let completed = tx.list_completed_orders(ann).await.unwrap();
    let ids: Vec<OrderId> = completed.iter().map(|order| order.id).collect();
    assert_eq!(ids, [bought.id]);
    let read = tx.find_order(&a_top_up(2, ann, 5).trade_no).await.unwrap();
    assert_eq!(read, Some(a_top_up(2, ann, 5)));
    assert_eq!(tx.list_sold_orders(ann).await.unwrap().len(), 3);
    tx.rollback().await.unwrap();
}
