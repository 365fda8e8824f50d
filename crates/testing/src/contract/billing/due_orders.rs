//! Promises about orders for which something is due.

use ferroboard_billing::testing::an_order;
use ferroboard_billing::{CommissionStatus, DueOrder, DueOrders, Order, OrderStatus};
use ferroboard_kernel::{Cents, LedgerEntry, LedgerKind, OrderId, PaymentId, UserId};

use crate::contract::{FreshStore, t};

const INVITER: UserId = UserId::new(77);

/// One order in each state that matters: placed and last changed at `t(number)`.
async fn seed(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let payment = Some(PaymentId::new(3));
    let plain = |id: i64, status| Order {
        status,
        created_at: t(id),
        updated_at: t(id),
        ..an_order(id, user)
    };
    let with_credit = |order: Order| Order {
        balance_used: Some(Cents::new(5)),
        ..order
    };
    let invited = |id: i64, status, commission| Order {
        inviter: Some(INVITER),
        commission_status: Some(commission),
        ..plain(id, status)
    };
    for order in [
        plain(1, OrderStatus::Pending),
        Order {
            payment_id: payment,
            ..plain(2, OrderStatus::Pending)
        },
        plain(3, OrderStatus::Processing),
        Order {
            payment_id: payment,
            ..plain(4, OrderStatus::Processing)
        },
        plain(5, OrderStatus::Cancelled),
        plain(6, OrderStatus::Completed),
        invited(7, OrderStatus::Completed, CommissionStatus::Unconfirmed),
        invited(8, OrderStatus::Completed, CommissionStatus::Payable),
        invited(9, OrderStatus::Completed, CommissionStatus::Paid),
        invited(10, OrderStatus::Discounted, CommissionStatus::Unconfirmed),
        invited(11, OrderStatus::Cancelled, CommissionStatus::Payable),
        invited(12, OrderStatus::Completed, CommissionStatus::Unconfirmed),
        Order {
            commission_status: Some(CommissionStatus::Payable),
            ..plain(13, OrderStatus::Completed)
        },
        Order {
            payment_id: payment,
            ..plain(14, OrderStatus::Pending)
        },
        with_credit(invited(
            15,
            OrderStatus::Completed,
            CommissionStatus::Unconfirmed,
        )),
        with_credit(invited(
            16,
            OrderStatus::Discounted,
            CommissionStatus::Unconfirmed,
        )),
        with_credit(invited(
            17,
            OrderStatus::Discounted,
            CommissionStatus::Unconfirmed,
        )),
    ] {
        fresh.seed.insert_order(&order).await;
    }
    // Of the two that were discounted, the ledger knows the later one.
    let entry = LedgerEntry {
        user,
        amount: Cents::new(5),
        kind: LedgerKind::OrderDebit,
        reference: an_order(17, user).trade_no.as_str().to_owned(),
        at: t(17),
    };
    let mut tx = fresh.begin().await;
    assert!(tx.move_balance(&entry).await.unwrap());
    tx.commit().await.unwrap();
}

async fn list(fresh: &FreshStore, due: DueOrders, after: Option<i64>, limit: u32) -> Vec<DueOrder> {
    let mut tx = fresh.begin().await;
    let after = after.map(OrderId::new);
    let listed = tx.list_due_orders(due, after, limit).await.unwrap();
    tx.rollback().await.unwrap();
    listed
}

fn numbers(orders: &[DueOrder]) -> Vec<i64> {
    orders.iter().map(|order| order.id.get()).collect()
}

/// Each question is answered with its own orders; the named instant is within.
pub async fn each_job_finds_its_orders(fresh: &FreshStore) {
    seed(fresh).await;
    for (due, expected) in [
        (DueOrders::ToExpire(t(2)), &[1, 2][..]),
        (DueOrders::ToExpire(t(1)), &[1]),
        (DueOrders::ToExpire(t(0)), &[]),
        (DueOrders::ToExpire(t(99)), &[1, 2, 14]),
        (DueOrders::ToOpen, &[3, 4]),
        (DueOrders::ToReconcile(t(2)), &[2, 14]),
        (DueOrders::ToReconcile(t(3)), &[14]),
        (DueOrders::ToConfirmCommission(t(7)), &[7]),
        (DueOrders::ToConfirmCommission(t(99)), &[7, 10, 12, 15, 17]),
        (DueOrders::ToPayCommission, &[8, 11]),
    ] {
        let listed = list(fresh, due, None, 100).await;
        assert_eq!(numbers(&listed), expected, "{due:?}");
    }
}

/// With what the job needs to begin.
pub async fn due_orders_come_in_batches(fresh: &FreshStore) {
    seed(fresh).await;
    let due = DueOrders::ToExpire(t(99));
    let user = UserId::new(1);
    let expected = |id: i64, payment: Option<i64>| DueOrder {
        id: OrderId::new(id),
        trade_no: an_order(id, user).trade_no,
        payment_id: payment.map(PaymentId::new),
    };
    let first = list(fresh, due, None, 2).await;
    assert_eq!(first, [expected(1, None), expected(2, Some(3))]);
    let second = list(fresh, due, Some(2), 2).await;
    assert_eq!(second, [expected(14, Some(3))]);
    assert_eq!(list(fresh, due, Some(14), 2).await, []);
}
