//! Promises about the screens of orders.

use ferroboard_application::OrderView;
use ferroboard_billing::testing::{a_payment_method, a_plan, an_order};
use ferroboard_billing::{Order, OrderStatus};
use ferroboard_kernel::{OrderId, PaymentId, PlanId, TradeNo};

use crate::contract::{FreshStore, t};

const CONFIG: &str = r#"{"key":"epay-secret-key","pid":"1001"}"#;

/// With its plan and its payment method, as far as they are there.
pub async fn an_order_is_shown_to_its_buyer(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    fresh.seed.insert_plan(&a_plan(1)).await;
    fresh
        .seed
        .insert_payment(&a_payment_method(3), CONFIG)
        .await;
    let sent = Order {
        payment_id: Some(PaymentId::new(3)),
        ..an_order(1, ann)
    };
    let orphaned = Order {
        plan_id: PlanId::new(9),
        payment_id: Some(PaymentId::new(9)),
        ..an_order(2, ann)
    };
    for (order, plan, payment) in [
        (sent, Some(a_plan(1)), Some(a_payment_method(3))),
        (orphaned, None, None),
    ] {
        fresh.seed.insert_order(&order).await;
        let number = order.trade_no.clone();
        let expected = OrderView {
            order,
            bonus: None,
            package: None,
            plan,
            payment,
            surplus: Vec::new(),
        };
        let own = fresh.store.find_order_view(ann, &number).await.unwrap();
        assert_eq!(own, Some(expected));
        let foreign = fresh.store.find_order_view(bea, &number).await.unwrap();
        assert_eq!(foreign, None);
    }
}

/// To its buyer alone.
pub async fn the_status_of_an_order_is_shown(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let order = Order {
        status: OrderStatus::Discounted,
        trade_no: TradeNo::stored("Trade-1".into()),
        ..an_order(1, ann)
    };
    fresh.seed.insert_order(&order).await;
    let number = |text: &str| TradeNo::stored(text.to_owned());
    for (user, typed, expected) in [
        (ann, "Trade-1", Some(OrderStatus::Discounted)),
        (ann, "trade-1", None),
        (ann, "T\0", None),
        (ann, "missing", None),
        (bea, "Trade-1", None),
    ] {
        let shown = fresh.store.find_order_status(user, &number(typed)).await;
        assert_eq!(shown.unwrap(), expected, "{typed:?}");
        let view = fresh.store.find_order_view(user, &number(typed)).await;
        assert_eq!(view.unwrap().is_some(), expected.is_some(), "{typed:?}");
    }
}

/// Newest first, of one moment in the order of their numbers.
pub async fn orders_are_listed_newest_first(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    fresh.seed.insert_plan(&a_plan(1)).await;
    for (id, user, at, status, plan) in [
        (1, ann, 5, OrderStatus::Completed, 1),
        (2, ann, 9, OrderStatus::Cancelled, 1),
        (3, ann, 5, OrderStatus::Pending, 8),
        (4, bea, 7, OrderStatus::Pending, 1),
    ] {
        let order = Order {
            status,
            plan_id: PlanId::new(plan),
            created_at: t(at),
            ..an_order(id, user)
        };
        fresh.seed.insert_order(&order).await;
    }
    for (status, expected) in [
        (None, &[2, 1, 3][..]),
        (Some(OrderStatus::Pending), &[3]),
        (Some(OrderStatus::Processing), &[]),
    ] {
        let listed = fresh.store.list_orders_of(ann, status).await.unwrap();
        let ids: Vec<i64> = listed.iter().map(|order| order.id.get()).collect();
        assert_eq!(ids, expected, "{status:?}");
    }
    fresh.seed.insert_plan(&a_plan(8)).await;
    let plans = fresh.store.list_plans().await.unwrap();
    assert_eq!(plans, [a_plan(1), a_plan(8)]);
}

/// As far as they are the user's.
pub async fn orders_are_listed_by_number(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    for (id, user) in [(1, ann), (2, bea), (3, ann), (4, ann)] {
        fresh.seed.insert_order(&an_order(id, user)).await;
    }
    let wanted = [4, 2, 1, 99].map(OrderId::new);
    let listed = fresh.store.list_orders_by_id(&wanted).await.unwrap();
    assert_eq!(
        listed,
        [an_order(1, ann), an_order(2, bea), an_order(4, ann)]
    );
    assert_eq!(fresh.store.list_orders_by_id(&[]).await.unwrap(), []);
}
