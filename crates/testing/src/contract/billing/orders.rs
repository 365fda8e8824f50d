//! Promises about orders.

use ferroboard_billing::testing::{a_completed_order, an_order};
use ferroboard_billing::{
    CommissionStatus, NewOrder, Order, OrderKind, OrderStatus, PastOrder, Period, Quote,
};
use ferroboard_kernel::{Cents, CouponId, OrderId, PaymentId, PlanId, TradeNo, UserId};

use crate::contract::{FreshStore, assert_duplicate, t};

/// An order to be placed, with a value in every member.
pub(in crate::contract) fn a_new_order(user: UserId, trade_no: &str) -> NewOrder {
    NewOrder {
        user_id: user,
        plan_id: PlanId::new(2),
        period: Period::HalfYearly,
        trade_no: TradeNo::stored(trade_no.to_owned()),
        coupon_id: Some(CouponId::new(3)),
        quote: Quote {
            kind: OrderKind::Change,
            price: Cents::new(10_000),
            discount: Some(Cents::new(2_000)),
            surplus: Some(Cents::new(9_000)),
            surplus_orders: Some(vec![OrderId::new(7), OrderId::new(8)]),
            refund: Some(Cents::new(1_000)),
            inviter: Some(UserId::new(77)),
            commission: Cents::new(80),
            balance_used: Some(Cents::new(5)),
            total: Cents::new(0),
        },
        at: t(1),
    }
}

fn placed(id: OrderId, new: &NewOrder) -> Order {
    let quote = new.quote.clone();
    Order {
        plan_id: new.plan_id,
        period: new.period,
        kind: quote.kind,
        trade_no: new.trade_no.clone(),
        coupon_id: new.coupon_id,
        total: quote.total,
        discount: quote.discount,
        surplus: quote.surplus,
        refund: quote.refund,
        balance_used: quote.balance_used,
        surplus_orders: quote.surplus_orders,
        inviter: quote.inviter,
        commission: quote.commission,
        created_at: new.at,
        updated_at: new.at,
        ..an_order(id.get(), new.user_id)
    }
}

async fn stored(fresh: &FreshStore, trade_no: &TradeNo) -> Order {
    let mut tx = fresh.begin().await;
    let order = tx.find_order(trade_no).await.unwrap();
    tx.rollback().await.unwrap();
    order.unwrap()
}

/// Pending, its commission unconfirmed, and nothing of what comes later.
pub async fn a_placed_order_is_read_in_full(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let full = a_new_order(user, "full");
    let plain = NewOrder {
        trade_no: TradeNo::stored("plain".into()),
        coupon_id: None,
        quote: Quote {
            discount: None,
            surplus: None,
            surplus_orders: None,
            refund: None,
            inviter: None,
            balance_used: None,
            ..full.quote.clone()
        },
        ..full.clone()
    };
    let nothing_replaced = NewOrder {
        trade_no: TradeNo::stored("nothing-replaced".into()),
        quote: Quote {
            surplus_orders: Some(Vec::new()),
            ..full.quote.clone()
        },
        ..full.clone()
    };
    for new in [full, plain, nothing_replaced] {
        let mut tx = fresh.begin().await;
        let id = tx.insert_order(&new).await.unwrap();
        let expected = Some(placed(id, &new));
        assert_eq!(tx.find_order(&new.trade_no).await.unwrap(), expected);
        assert_eq!(tx.lock_order(&new.trade_no).await.unwrap(), expected);
        tx.commit().await.unwrap();
    }
}

/// Also with every member that is written after it was placed.
pub async fn an_order_of_another_program_is_read_in_full(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    for (id, period) in (1..).zip(Period::ALL) {
        let order = Order {
            period,
            payment_id: Some(PaymentId::new(2)),
            handling: Some(Cents::new(65)),
            commission_status: Some(CommissionStatus::Paid),
            commission_paid: Some(Cents::new(79)),
            ..a_completed_order(id, user, period, 990, t(id))
        };
        fresh.seed.insert_order(&order).await;
        assert_eq!(stored(fresh, &order.trade_no).await, order);
    }
}

/// Numbers count letter by letter.
pub async fn a_missing_order_is_none(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    tx.insert_order(&a_new_order(user, "Trade-1"))
        .await
        .unwrap();
    for typed in [
        "", "trade-1", "Trade-1 ", "Trade-", "Tráde-1", "T\0", "%", "订单",
    ] {
        let typed = TradeNo::stored(typed.to_owned());
        assert_eq!(tx.find_order(&typed).await.unwrap(), None, "{typed:?}");
        assert_eq!(tx.lock_order(&typed).await.unwrap(), None, "{typed:?}");
    }
    tx.rollback().await.unwrap();
}

/// Whoever draws one twice must draw again.
pub async fn a_number_that_is_taken_is_a_duplicate(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let new = a_new_order(user, "twice");
    tx.insert_order(&new).await.unwrap();
    assert_duplicate(tx.insert_order(&new).await, "trade_no");
    tx.rollback().await.unwrap();
}

/// From anywhere else it stays, and so does its time.
pub async fn an_order_moves_only_from_where_it_stands(fresh: &FreshStore) {
    use OrderStatus::{Cancelled, Completed, Discounted, Pending, Processing};
    let user = fresh.user("ann@demo.test").await;
    let order = an_order(1, user);
    fresh.seed.insert_order(&order).await;
    for (from, to, expected) in [
        (Processing, Completed, false),
        (Pending, Processing, true),
        (Pending, Cancelled, false),
        (Processing, Completed, true),
        (Processing, Completed, false),
        (Completed, Discounted, true),
    ] {
        let before = stored(fresh, &order.trade_no).await;
        let mut tx = fresh.begin().await;
        let at = before.updated_at.plus(ferroboard_kernel::Seconds::new(1));
        let moved = tx.move_order(order.id, from, to, at).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(moved, expected, "{from:?} to {to:?}");
        let after = stored(fresh, &order.trade_no).await;
        let changed = Order {
            status: to,
            updated_at: at,
            ..before.clone()
        };
        assert_eq!(after, if expected { changed } else { before });
    }
    let mut tx = fresh.begin().await;
    let missing = OrderId::new(999);
    assert!(
        !tx.move_order(missing, Pending, Cancelled, t(1))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
}

/// However many cancel it at once.
pub async fn of_many_moves_of_one_order_one_wins(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let order = an_order(1, user);
    fresh.seed.insert_order(&order).await;
    let won = fresh
        .race(16, move |runner, mut tx| async move {
            let to = if runner % 2 == 0 {
                OrderStatus::Cancelled
            } else {
                OrderStatus::Processing
            };
            let moved = tx
                .move_order(OrderId::new(1), OrderStatus::Pending, to, t(1))
                .await?;
            tx.commit().await.map(|()| moved)
        })
        .await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
}

/// Each of 8 reads under the lock, pauses and writes one more: none is lost.
pub async fn a_locked_order_keeps_others_out(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let order = an_order(1, user);
    fresh.seed.insert_order(&order).await;
    let number = order.trade_no.clone();
    fresh
        .race(8, move |_, mut tx| {
            let number = number.clone();
            async move {
                let order = tx.lock_order(&number).await?.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                let paid = order.commission_paid.unwrap_or_default().get();
                tx.update_commission_paid(order.id, Cents::new(paid + 1), t(1))
                    .await?;
                tx.commit().await
            }
        })
        .await;
    let order = stored(fresh, &order.trade_no).await;
    assert_eq!(order.commission_paid, Some(Cents::new(8)));
}

/// By number, with what their value is made of; other users' are not among them.
pub async fn completed_orders_are_listed(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let rich = Order {
        balance_used: Some(Cents::new(5)),
        surplus: Some(Cents::new(6)),
        refund: Some(Cents::new(7)),
        ..a_completed_order(3, ann, Period::Yearly, 9_600, t(3))
    };
    let plain = a_completed_order(2, ann, Period::Monthly, 990, t(9));
    let discounted = Order {
        status: OrderStatus::Discounted,
        ..an_order(4, ann)
    };
    let foreign = a_completed_order(5, bea, Period::Monthly, 990, t(1));
    for order in [&rich, &plain, &discounted, &foreign, &an_order(6, ann)] {
        fresh.seed.insert_order(order).await;
    }
    let mut tx = fresh.begin().await;
    let listed = tx.list_completed_orders(ann).await.unwrap();
    assert_eq!(listed, [PastOrder::from(&plain), PastOrder::from(&rich)]);
    assert_eq!(tx.count_paid_orders(ann).await.unwrap(), 3);
    assert_eq!(tx.count_paid_orders(bea).await.unwrap(), 1);
    tx.rollback().await.unwrap();
}

/// And no longer when it is paid.
pub async fn a_checkout_is_written_while_the_order_waits(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let order = an_order(1, user);
    fresh.seed.insert_order(&order).await;
    for (payment, fee) in [(3, Some(65)), (4, None)] {
        let (payment, fee) = (PaymentId::new(payment), fee.map(Cents::new));
        let mut tx = fresh.begin().await;
        assert!(
            tx.update_order_payment(order.id, payment, fee, t(2))
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        let sent = stored(fresh, &order.trade_no).await;
        assert_eq!(
            (sent.payment_id, sent.handling, sent.updated_at),
            (Some(payment), fee, t(2))
        );
    }
    let mut tx = fresh.begin().await;
    let (from, to) = (OrderStatus::Pending, OrderStatus::Processing);
    assert!(tx.move_order(order.id, from, to, t(3)).await.unwrap());
    let late = tx.update_order_payment(order.id, PaymentId::new(9), None, t(4));
    assert!(!late.await.unwrap());
    tx.update_order_paid(order.id, "ch_支付", t(5))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let paid = stored(fresh, &order.trade_no).await;
    assert_eq!(paid.payment_id, Some(PaymentId::new(4)));
    assert_eq!(paid.callback_no.as_deref(), Some("ch_支付"));
    assert_eq!((paid.paid_at, paid.updated_at), (Some(t(5)), t(5)));
}

/// Of many payers at once one moves it.
pub async fn commission_moves_only_from_where_it_stands(fresh: &FreshStore) {
    use CommissionStatus::{Paid, Payable, Unconfirmed};
    let user = fresh.user("ann@demo.test").await;
    let order = an_order(1, user);
    fresh.seed.insert_order(&order).await;
    let mut tx = fresh.begin().await;
    assert!(
        !tx.move_commission(order.id, Payable, Paid, t(2))
            .await
            .unwrap()
    );
    assert!(
        tx.move_commission(order.id, Unconfirmed, Payable, t(2))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let won = fresh
        .race(8, move |_, mut tx| async move {
            let moved = tx
                .move_commission(OrderId::new(1), Payable, Paid, t(3))
                .await?;
            tx.commit().await.map(|()| moved)
        })
        .await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    let order = stored(fresh, &order.trade_no).await;
    assert_eq!(
        (order.commission_status, order.updated_at),
        (Some(Paid), t(3))
    );
}

/// Counted, with the latest reason, and forgotten once it was opened.
pub async fn failures_to_open_are_noted(fresh: &FreshStore) {
    let (one, other) = (OrderId::new(1), OrderId::new(2));
    for (attempt, reason) in (1..).zip(["the plan's gone", "the account is gone 没有"]) {
        let mut tx = fresh.begin().await;
        tx.insert_opening_failure(one, reason, t(attempt))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let noted = fresh.seed.order_failure(one).await;
        assert_eq!(noted, Some((reason.to_owned(), attempt, t(attempt))));
    }
    let mut tx = fresh.begin().await;
    tx.insert_opening_failure(other, "x", t(3)).await.unwrap();
    tx.delete_opening_failure(one).await.unwrap();
    tx.delete_opening_failure(OrderId::new(999)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.order_failure(one).await, None);
    assert!(fresh.seed.order_failure(other).await.is_some());
}
