//! Promises about the one order of a user that is unfinished.

use ferroboard_billing::testing::an_order;
use ferroboard_billing::{Order, OrderStatus};

use crate::contract::orders::a_new_order;
use crate::contract::{FreshStore, t};

/// Until it is opened or cancelled; the transaction goes on after a refusal.
pub async fn a_user_has_one_open_order(fresh: &FreshStore) {
    use OrderStatus::{Cancelled, Completed, Pending, Processing};
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let [first, second] = ["first", "second"].map(|number| a_new_order(ann, number));
    let mut tx = fresh.begin().await;
    assert!(tx.insert_open_order(ann, &first.trade_no).await.unwrap());
    let id = tx.insert_order(&first).await.unwrap();
    assert!(!tx.insert_open_order(ann, &second.trade_no).await.unwrap());
    assert!(tx.insert_open_order(bea, &second.trade_no).await.unwrap());
    assert!(tx.move_order(id, Pending, Processing, t(2)).await.unwrap());
    assert!(!tx.insert_open_order(ann, &second.trade_no).await.unwrap());
    assert!(
        tx.move_order(id, Processing, Completed, t(3))
            .await
            .unwrap()
    );
    assert!(tx.insert_open_order(ann, &second.trade_no).await.unwrap());
    let id = tx.insert_order(&second).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.open_order(ann).await, Some(second.trade_no));
    let mut tx = fresh.begin().await;
    assert!(tx.move_order(id, Pending, Cancelled, t(4)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.open_order(ann).await, None);
    assert!(fresh.seed.open_order(bea).await.is_some());
}

/// However many are placed at once, and though nobody looks first.
pub async fn of_many_open_orders_of_one_user_one_is_inserted(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let won = fresh
        .race(16, move |runner, mut tx| async move {
            let order = a_new_order(user, &format!("number-{runner}"));
            tx.lock_buyer(user).await?;
            let opened = tx.insert_open_order(user, &order.trade_no).await?;
            if opened {
                tx.insert_order(&order).await?;
            }
            tx.commit().await.map(|()| opened)
        })
        .await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    let orders = fresh.store.list_orders_of(user, None).await.unwrap();
    assert_eq!(orders.len(), 1);
}

/// Whoever placed them.
pub async fn unfinished_orders_are_found(fresh: &FreshStore) {
    for (number, (status, expected)) in (1..).zip([
        (OrderStatus::Pending, true),
        (OrderStatus::Processing, true),
        (OrderStatus::Cancelled, false),
        (OrderStatus::Completed, false),
        (OrderStatus::Discounted, false),
    ]) {
        let user = fresh.user(&format!("user{number}@demo.test")).await;
        let order = Order {
            status,
            ..an_order(number, user)
        };
        fresh.seed.insert_order(&order).await;
        let mut tx = fresh.begin().await;
        let found = tx.find_unfinished_order(user).await.unwrap();
        assert_eq!(found, expected.then_some(order.trade_no), "{status:?}");
        tx.rollback().await.unwrap();
    }
}

/// Neither the order nor its place as the open one.
pub async fn rolled_back_orders_leave_nothing(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let order = a_new_order(user, "undone");
    let mut tx = fresh.begin().await;
    assert!(tx.insert_open_order(user, &order.trade_no).await.unwrap());
    tx.insert_order(&order).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(fresh.seed.open_order(user).await, None);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_order(&order.trade_no).await.unwrap(), None);
    tx.rollback().await.unwrap();
}
