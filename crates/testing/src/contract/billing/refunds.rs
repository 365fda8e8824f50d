//! Promises about refunds.

use ferroboard_billing::{
    GatewayPayment, NewRefund, OrderRefunds, Refund, RefundDestination, RefundResult, RefundStatus,
};
use ferroboard_kernel::{Cents, OrderId, PaymentId, RefundId, TradeNo, UserId};

use crate::contract::{FreshStore, assert_duplicate, t};

/// A refund that a gateway is to be asked for, through this method.
pub(super) fn a_refund(key: &str, method: PaymentId) -> NewRefund {
    NewRefund {
        key: key.to_owned(),
        order: OrderId::new(7),
        trade_no: TradeNo::stored("20250101000000123".to_owned()),
        user: UserId::new(3),
        amount: Cents::new(990),
        to: RefundDestination::Gateway,
        reason: "It's “broken” 退款".to_owned(),
        takes_back: true,
        admin: UserId::new(1),
        through: Some(GatewayPayment {
            payment: method,
            callback_no: "ch_a".to_owned(),
            asked: Cents::new(1_020),
        }),
        due_at: Some(t(5)),
        at: t(1),
    }
}

fn refund(key: &str) -> NewRefund {
    a_refund(key, PaymentId::new(2))
}

/// Every column, with a payment and without; a key names one.
pub async fn a_refund_is_read_in_full(fresh: &FreshStore) {
    let outside = NewRefund {
        to: RefundDestination::Outside,
        takes_back: false,
        through: None,
        due_at: None,
        ..refund("k2")
    };
    let mut tx = fresh.begin().await;
    for asked in [refund("k1"), outside] {
        let id = tx.insert_refund(&asked).await.unwrap();
        let expected = Refund {
            id,
            asked,
            status: RefundStatus::Requested,
            attempts: 0,
        };
        assert_eq!(tx.find_refund(id).await.unwrap(), Some(expected));
    }
    assert_eq!(tx.find_refund(RefundId::new(99)).await.unwrap(), None);
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_duplicate(tx.insert_refund(&refund("k1")).await, "key");
    tx.rollback().await.unwrap();
}

/// Due ones in batches, by number; whoever counts an attempt on is alone with it; what ended is not due.
pub async fn a_refund_is_tried_by_one_at_a_time(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let mut ids = Vec::new();
    for (key, due) in [
        ("k1", Some(5)),
        ("k2", Some(9)),
        ("k3", None),
        ("k4", Some(5)),
    ] {
        let asked = NewRefund {
            due_at: due.map(t),
            ..refund(key)
        };
        ids.push(tx.insert_refund(&asked).await.unwrap());
    }
    assert_eq!(tx.list_due_refunds(t(4), None, 9).await.unwrap(), []);
    assert_eq!(tx.list_due_refunds(t(5), None, 1).await.unwrap(), [ids[0]]);
    let rest = tx.list_due_refunds(t(5), Some(ids[0]), 9).await.unwrap();
    assert_eq!(rest, [ids[3]]);
    assert!(tx.move_refund_attempt(ids[0], 0, t(100)).await.unwrap());
    assert!(!tx.move_refund_attempt(ids[0], 0, t(100)).await.unwrap());
    assert!(tx.move_refund_attempt(ids[0], 1, t(50)).await.unwrap());
    tx.update_refund_failure(ids[0], "silence").await.unwrap();
    let to = RefundDestination::Balance;
    assert!(tx.update_refund_destination(ids[1], to).await.unwrap());
    let redirected = tx.find_refund(ids[1]).await.unwrap().unwrap();
    assert_eq!(
        redirected.asked,
        NewRefund {
            to,
            due_at: Some(t(9)),
            ..refund("k2")
        }
    );
    let read = tx.find_refund(ids[0]).await.unwrap().unwrap();
    assert_eq!((read.attempts, read.asked.due_at), (2, Some(t(50))));
    assert_eq!(
        tx.list_due_refunds(t(49), None, 9).await.unwrap(),
        [ids[1], ids[3]]
    );
    let result = RefundResult {
        gateway_no: Some("re_1".to_owned()),
        commission_returned: Cents::new(9),
        ..RefundResult::default()
    };
    let (from, to) = (RefundStatus::Requested, RefundStatus::Done);
    assert!(
        tx.move_refund(ids[0], from, to, &result, t(60))
            .await
            .unwrap()
    );
    assert!(
        !tx.move_refund(ids[0], from, to, &result, t(60))
            .await
            .unwrap()
    );
    assert!(!tx.move_refund_attempt(ids[0], 2, t(50)).await.unwrap());
    assert!(
        !tx.update_refund_destination(ids[0], RefundDestination::Balance)
            .await
            .unwrap()
    );
    let ended = tx.find_refund(ids[0]).await.unwrap().unwrap();
    assert_eq!((ended.status, ended.asked.due_at), (to, None));
    assert_eq!(
        tx.list_due_refunds(t(99), None, 9).await.unwrap(),
        [ids[1], ids[3]]
    );
    tx.commit().await.unwrap();
}

/// Of each order alone, and only from what it is.
pub async fn what_is_refunded_moves_only_from_where_it_stands(fresh: &FreshStore) {
    let (order, other) = (OrderId::new(7), OrderId::new(8));
    let nothing = OrderRefunds::default();
    let some = OrderRefunds {
        amount: Cents::new(500),
        by_gateway: Cents::new(300),
        taken_back: true,
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.list_order_refunds(&[]).await.unwrap(), []);
    assert_eq!(tx.list_order_refunds(&[order, other]).await.unwrap(), []);
    assert!(!tx.move_order_refunds(order, some, nothing).await.unwrap());
    assert!(tx.move_order_refunds(order, nothing, some).await.unwrap());
    assert!(!tx.move_order_refunds(order, nothing, some).await.unwrap());
    assert_eq!(
        tx.list_order_refunds(&[order]).await.unwrap(),
        [(order, some)]
    );
    for differing in [
        OrderRefunds {
            amount: Cents::new(501),
            ..some
        },
        OrderRefunds {
            by_gateway: Cents::ZERO,
            ..some
        },
        OrderRefunds {
            taken_back: false,
            ..some
        },
    ] {
        assert!(
            !tx.move_order_refunds(order, differing, nothing)
                .await
                .unwrap()
        );
    }
    assert!(tx.move_order_refunds(order, some, nothing).await.unwrap());
    assert!(tx.move_order_refunds(order, nothing, some).await.unwrap());
    tx.commit().await.unwrap();
}

/// Of many that take the same, one does.
pub async fn of_many_refunds_of_one_order_one_wins(fresh: &FreshStore) {
    let (order, nothing) = (OrderId::new(7), OrderRefunds::default());
    let moved = fresh
        .race(16, move |number, mut tx| async move {
            let amount = Cents::new(i64::try_from(number).unwrap() + 1);
            let to = OrderRefunds { amount, ..nothing };
            let moved = tx.move_order_refunds(order, nothing, to).await?;
            tx.commit().await.map(|()| moved)
        })
        .await;
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 1);
}
