//! Promises about what orders are worth, and what is taken back of their commission.

use ferroboard_billing::testing::a_completed_order;
use ferroboard_billing::{
    CommissionStatus, Order, OrderStatus, OrderWorth, Period, ResetCause, ResetMethod, ResetSource,
};
use ferroboard_invite::{CommissionDebt, CommissionLog};
use ferroboard_kernel::{Cents, OrderId, StoreError, TradeNo, UserId};

use crate::contract::{FreshStore, UserColumns, t};

/// However often the counters are cleared; others' use is theirs.
pub async fn use_is_counted_on_over_resets(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let cause = ResetCause {
        source: ResetSource::Order,
        at: t(5),
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_cleared_traffic(ann).await.unwrap(), 0);
    tx.insert_order_worth(OrderId::new(1), ann, 7)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for round in 1..=3 {
        for user in [ann, bea] {
            let columns = UserColumns {
                upload: 5_000_000_000,
                download: user.get(),
                ..UserColumns::default()
            };
            fresh.seed.update_user(user, &columns).await;
        }
        let mut tx = fresh.begin().await;
        let resets = [(ann, ResetMethod::Never), (bea, ResetMethod::Never)];
        tx.insert_traffic_resets(&resets[..if round == 3 { 1 } else { 2 }], cause)
            .await
            .unwrap();
        let cleared = tx.find_cleared_traffic(ann).await.unwrap();
        assert_eq!(cleared, round * (5_000_000_000 + ann.get()));
        tx.commit().await.unwrap();
    }
    let mut tx = fresh.begin().await;
    let expected = 2 * (5_000_000_000 + bea.get());
    assert_eq!(tx.find_cleared_traffic(bea).await.unwrap(), expected);
    for (order, user, present) in [(1, ann, 900), (2, bea, 11), (3, bea, 0)] {
        tx.insert_order_worth(OrderId::new(order), user, present)
            .await
            .unwrap();
    }
    let orders = [3, 2, 1, 4].map(OrderId::new);
    let mut known = tx.list_order_worths(&orders).await.unwrap();
    known.sort_by_key(|(order, _)| *order);
    let used = |bytes| OrderWorth {
        used_before: bytes,
        ..OrderWorth::default()
    };
    let expected = [(1, 7), (2, expected + 11), (3, expected)];
    let expected = expected.map(|(order, bytes)| (OrderId::new(order), used(bytes)));
    assert_eq!(known, expected, "the first note stays");
    assert_eq!(tx.list_order_worths(&[]).await.unwrap(), []);
    tx.commit().await.unwrap();
}

/// With and without a row from the opening.
pub async fn credit_of_a_worth_is_kept(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let (opened, older) = (OrderId::new(1), OrderId::new(2));
    let credit = |credited| OrderWorth {
        credited: Cents::new(credited),
        commission: Some(Cents::new(99)),
        ..OrderWorth::default()
    };
    let mut tx = fresh.begin().await;
    tx.insert_order_worth(opened, ann, 7).await.unwrap();
    tx.update_order_settled(older).await.unwrap();
    for order in [opened, older] {
        tx.update_order_credit(order, &credit(400)).await.unwrap();
        tx.update_order_settled(order).await.unwrap();
        tx.update_order_settled(order).await.unwrap();
        tx.update_order_credit(order, &credit(450)).await.unwrap();
    }
    let known = tx.list_order_worths(&[opened, older]).await.unwrap();
    let expected = |used_before| OrderWorth {
        used_before,
        settled: Cents::new(400),
        ..credit(450)
    };
    assert_eq!(known, [(opened, expected(7)), (older, expected(0))]);
    tx.commit().await.unwrap();
}

/// Completed and discounted, of this user, whole.
pub async fn sold_orders_are_listed(fresh: &FreshStore) {
    use OrderStatus::{Cancelled, Completed, Discounted, Pending, Processing};
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let mut sold = Vec::new();
    let statuses = [Pending, Discounted, Processing, Cancelled, Completed];
    for (id, status) in (1..).zip(statuses) {
        let order = Order {
            status,
            surplus_orders: Some(vec![OrderId::new(9)]),
            refund: Some(Cents::new(id)),
            ..a_completed_order(id, ann, Period::Monthly, 990, t(id))
        };
        fresh.seed.insert_order(&order).await;
        if status.earns_commission() {
            sold.push(order);
        }
    }
    let other = a_completed_order(6, bea, Period::Monthly, 990, t(6));
    fresh.seed.insert_order(&other).await;
    let mut tx = fresh.begin().await;
    assert_eq!(tx.list_sold_orders(ann).await.unwrap(), sold);
    tx.update_order_surplus(OrderId::new(6), Cents::new(55), Some(Cents::new(4)))
        .await
        .unwrap();
    let changed = tx.list_sold_orders(bea).await.unwrap();
    let amounts = (changed[0].surplus, changed[0].refund);
    assert_eq!(amounts, (Some(Cents::new(55)), Some(Cents::new(4))));
    tx.update_order_surplus(OrderId::new(6), Cents::ZERO, None)
        .await
        .unwrap();
    let changed = tx.list_sold_orders(bea).await.unwrap();
    assert_eq!(
        (changed[0].surplus, changed[0].refund),
        (Some(Cents::ZERO), None)
    );
    tx.commit().await.unwrap();
}

/// Only from what it is, and not once it is paid.
pub async fn an_unpaid_commission_is_lowered(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    for (id, status) in [
        (1, Some(CommissionStatus::Unconfirmed)),
        (2, Some(CommissionStatus::Payable)),
        (3, Some(CommissionStatus::Invalid)),
        (4, Some(CommissionStatus::Paid)),
    ] {
        let order = Order {
            commission: Cents::new(100),
            commission_status: status,
            ..a_completed_order(id, ann, Period::Monthly, 990, t(id))
        };
        fresh.seed.insert_order(&order).await;
        let mut tx = fresh.begin().await;
        let is_unpaid = id != 4;
        for (from, to, moves) in [
            (99, 50, false),
            (100, 100, is_unpaid),
            (100, 40, is_unpaid),
            (100, 0, false),
        ] {
            let (from, to) = (Cents::new(from), Cents::new(to));
            let moved = tx.move_commission_amount(order.id, from, to).await;
            assert_eq!(moved, Ok(moves), "{status:?}");
        }
        let left = tx.find_order(&order.trade_no).await.unwrap().unwrap();
        let expected = if is_unpaid { 40 } else { 100 };
        assert_eq!(left.commission, Cents::new(expected));
        assert_eq!(left.updated_at, order.updated_at);
        tx.commit().await.unwrap();
    }
}

/// By inviter, of this order alone.
pub async fn who_was_paid_for_an_order_is_known(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let number = |text: &str| TradeNo::stored(text.to_owned());
    let mut tx = fresh.begin().await;
    for (inviter, trade_no, amount) in [(bea, "T1", 30), (ann, "T1", 20), (ann, "T2", 9)] {
        let log = CommissionLog {
            inviter,
            buyer: UserId::new(77),
            trade_no: number(trade_no),
            order_amount: Cents::new(500),
            amount: Cents::new(amount),
            at: t(1),
        };
        tx.insert_commission_log(&log).await.unwrap();
    }
    let shares = tx.list_commission_shares(&number("T1")).await.unwrap();
    assert_eq!(shares, [(ann, Cents::new(20)), (bea, Cents::new(30))]);
    let none = tx.list_commission_shares(&number("T3")).await.unwrap();
    assert_eq!(none, []);
    tx.commit().await.unwrap();
}

/// One cause makes one debt, and pays off one.
pub async fn debts_of_commission_are_summed(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let debt = |user, amount, reference: &str| CommissionDebt {
        user,
        amount: Cents::new(amount),
        reference: reference.to_owned(),
        at: t(1),
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_commission_debt(ann).await.unwrap(), Cents::ZERO);
    for row in [
        debt(ann, 300, "T1"),
        debt(ann, -100, "T1"),
        debt(ann, 50, "T2"),
        debt(bea, 7, "T1"),
    ] {
        tx.insert_commission_debt(&row).await.unwrap();
    }
    assert_eq!(tx.find_commission_debt(ann).await.unwrap(), Cents::new(250));
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let again = tx.insert_commission_debt(&debt(ann, 5, "T1")).await;
    assert!(
        matches!(again, Err(StoreError::Duplicate { .. })),
        "{again:?}"
    );
    drop(tx);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_commission_debt(ann).await.unwrap(), Cents::new(250));
    tx.rollback().await.unwrap();
}
