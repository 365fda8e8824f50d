//! Promises about inviters, their codes and their commission.

use ferroboard_application::{CommissionLogView, InviteStatistics};
use ferroboard_billing::testing::an_order;
use ferroboard_billing::{CommissionStatus, Order, OrderStatus};
use ferroboard_invite::{CommissionLog, CommissionMode, Inviter};
use ferroboard_kernel::{Cents, Percent, TradeNo, UserId};

use crate::contract::{FreshStore, UserColumns, page, t};

/// Terms of their own, and who invited them.
pub async fn an_inviter_is_read_in_full(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let columns = UserColumns {
        commission_type: 2,
        commission_rate: Some(25),
        ..UserColumns::default()
    };
    fresh.seed.update_user(bea, &columns).await;
    let mut tx = fresh.begin().await;
    tx.update_inviter(bea, ann).await.unwrap();
    let expected = |id, invited_by, mode, rate| {
        Some(Inviter {
            id,
            invited_by,
            mode,
            rate,
        })
    };
    assert_eq!(
        tx.find_inviter(ann).await.unwrap(),
        expected(ann, None, CommissionMode::Site, None)
    );
    assert_eq!(
        tx.find_inviter(bea).await.unwrap(),
        expected(bea, Some(ann), CommissionMode::FirstOrder, Some(25))
    );
    let missing = tx.find_inviter(UserId::new(999_999)).await.unwrap();
    assert_eq!(missing, None);
    tx.commit().await.unwrap();
}

/// In whatever letter case; the transaction goes on after a refusal.
pub async fn a_code_that_is_taken_is_refused(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let mut tx = fresh.begin().await;
    for (owner, code, expected) in [
        (ann, "Ab3dE9xZ", true),
        (ann, "Ab3dE9xZ", false),
        (bea, "AB3DE9XZ", false),
        (bea, "Ab3dE9xY", true),
    ] {
        let inserted = tx.insert_invite_code(owner, code, t(1)).await.unwrap();
        assert_eq!(inserted, expected, "{code}");
    }
    assert_eq!(tx.count_unused_invite_codes(ann).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

/// Those that nobody used, oldest first.
pub async fn unused_codes_are_listed(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let mut tx = fresh.begin().await;
    for (owner, code, at) in [
        (ann, "aaaa", 3),
        (ann, "bbbb", 2),
        (ann, "cccc", 1),
        (bea, "dddd", 1),
    ] {
        assert!(tx.insert_invite_code(owner, code, t(at)).await.unwrap());
    }
    let used = tx.find_invite_code("bbbb").await.unwrap().unwrap();
    assert!(tx.move_invite_code(used.id, t(9)).await.unwrap());
    let seen = tx.find_invite_code("cccc").await.unwrap().unwrap();
    tx.update_invite_code_views(seen.id).await.unwrap();
    assert_eq!(tx.count_unused_invite_codes(ann).await.unwrap(), 2);
    tx.commit().await.unwrap();
    let listed = fresh.store.list_invite_codes(ann).await.unwrap();
    let shown: Vec<_> = listed
        .iter()
        .map(|code| {
            (
                code.user,
                code.code.as_str(),
                code.views,
                code.created_at,
                code.updated_at,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [(ann, "aaaa", 0, t(3), t(3)), (ann, "cccc", 1, t(1), t(1))]
    );
}

fn a_log(inviter: UserId, number: i64, amount: i64, at: i64) -> CommissionLog {
    CommissionLog {
        inviter,
        buyer: UserId::new(5),
        trade_no: TradeNo::stored(format!("trade-{number}")),
        order_amount: Cents::new(amount * 10),
        amount: Cents::new(amount),
        at: t(at),
    }
}

/// Newest first, page by page, without rows of nothing.
pub async fn paid_commission_is_listed(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let mut tx = fresh.begin().await;
    for log in [
        a_log(ann, 1, 10, 5),
        a_log(ann, 2, 20, 9),
        a_log(ann, 3, 0, 9),
        a_log(ann, 4, 40, 5),
        a_log(bea, 5, 50, 5),
    ] {
        tx.insert_commission_log(&log).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (number, expected) in [
        (1, &["trade-2", "trade-4"][..]),
        (2, &["trade-1"]),
        (9, &[]),
    ] {
        let asked = page(number, 2);
        let page = fresh.store.list_commission_log(ann, asked).await.unwrap();
        assert_eq!(page.total, 3);
        let shown: Vec<_> = page.rows.iter().map(|row| row.trade_no.as_str()).collect();
        assert_eq!(shown, expected, "{asked:?}");
    }
    let page = fresh
        .store
        .list_commission_log(bea, page(1, 10))
        .await
        .unwrap();
    let id = page.rows[0].id;
    let expected = CommissionLogView {
        id,
        trade_no: "trade-5".into(),
        order_amount: Cents::new(500),
        amount: Cents::new(50),
        created_at: t(5),
    };
    assert_eq!(page.rows, [expected]);
}

/// Nothing, and then a little of everything.
pub async fn what_invitations_brought_is_summed(fresh: &FreshStore) {
    use CommissionStatus::{Payable, Unconfirmed};
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let statistics = fresh.store.find_invite_statistics(ann).await.unwrap();
    assert_eq!(statistics, InviteStatistics::default());
    let columns = UserColumns {
        commission_balance: 4_200,
        commission_rate: Some(25),
        ..UserColumns::default()
    };
    fresh.seed.update_user(ann, &columns).await;
    let mut tx = fresh.begin().await;
    tx.update_inviter(bea, ann).await.unwrap();
    for log in [
        a_log(ann, 1, 10, 1),
        a_log(ann, 2, 5, 2),
        a_log(bea, 3, 50, 3),
    ] {
        tx.insert_commission_log(&log).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (id, status, commission, inviter) in [
        (1, OrderStatus::Completed, Unconfirmed, ann),
        (2, OrderStatus::Completed, Unconfirmed, ann),
        (3, OrderStatus::Completed, Payable, ann),
        (4, OrderStatus::Pending, Unconfirmed, ann),
        (5, OrderStatus::Discounted, Unconfirmed, ann),
        (6, OrderStatus::Completed, Unconfirmed, bea),
    ] {
        let order = Order {
            status,
            inviter: Some(inviter),
            commission_status: Some(commission),
            commission: Cents::new(100),
            ..an_order(id, bea)
        };
        fresh.seed.insert_order(&order).await;
    }
    let statistics = fresh.store.find_invite_statistics(ann).await.unwrap();
    let expected = InviteStatistics {
        invited: 1,
        earned: Cents::new(15),
        pending: Cents::new(300),
        rate: Some(Percent::whole(25)),
        available: Cents::new(4_200),
    };
    assert_eq!(statistics, expected);
    let nobody = fresh.store.find_invite_statistics(UserId::new(999)).await;
    assert_eq!(nobody.unwrap(), InviteStatistics::default());
}
