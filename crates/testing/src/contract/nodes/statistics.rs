//! Promises about what days brought.

use ferroboard_application::TrafficLogView;
use ferroboard_auth::testing::an_account;
use ferroboard_billing::testing::an_order;
use ferroboard_billing::{Order, OrderStatus};
use ferroboard_invite::CommissionLog;
use ferroboard_kernel::{Cents, OrderId, Seconds, TradeNo, UnixSeconds, UserId};
use ferroboard_statistics::testing::NodeRecord;
use ferroboard_statistics::{Day, DaySums};

use crate::contract::{FreshStore, T0, t};

const DAY: Day = Day {
    from: T0,
    until: T0.plus(Seconds::days(1)),
};
/// The first and the last second of the day, and those beside it.
const FIRST: UnixSeconds = DAY.from;
const LAST: UnixSeconds = DAY.until.minus(Seconds::new(1));
const BEFORE: UnixSeconds = DAY.from.minus(Seconds::new(1));
const AFTER: UnixSeconds = DAY.until;

async fn sums(fresh: &FreshStore, day: Day) -> DaySums {
    let mut tx = fresh.begin().await;
    let sums = tx.sum_day(day).await.unwrap();
    tx.rollback().await.unwrap();
    sums
}

async fn account(fresh: &FreshStore, name: &str, at: UnixSeconds) -> UserId {
    let mut tx = fresh.begin().await;
    let new = an_account(&format!("{name}@demo.test"), at);
    let user = tx.insert_account(&new).await.unwrap();
    tx.commit().await.unwrap();
    user
}

/// Of an empty database too.
pub async fn a_day_without_anything_is_all_zeros(fresh: &FreshStore) {
    assert_eq!(sums(fresh, DAY).await, DaySums::default());
}

/// From its first second to its last, each by the time that counts for it.
pub async fn a_day_is_summed_up(fresh: &FreshStore) {
    let old = account(fresh, "old", BEFORE).await;
    let ann = account(fresh, "ann", FIRST).await;
    account(fresh, "bea", LAST).await;
    account(fresh, "new", AFTER).await;
    let mut tx = fresh.begin().await;
    tx.update_inviter(ann, old).await.unwrap();
    tx.commit().await.unwrap();
    let order = |id: i64, status, created_at, paid_at: Option<UnixSeconds>| Order {
        id: OrderId::new(id),
        trade_no: TradeNo::stored(format!("T{id}")),
        total: Cents::new(1 << id),
        status,
        created_at,
        paid_at,
        ..an_order(id, old)
    };
    // From 1: MariaDB takes a key of 0 for the next free one.
    for order in [
        order(1, OrderStatus::Cancelled, FIRST, None),
        order(2, OrderStatus::Pending, LAST, None),
        order(3, OrderStatus::Completed, BEFORE, Some(FIRST)),
        order(4, OrderStatus::Processing, FIRST, Some(LAST)),
        order(5, OrderStatus::Discounted, BEFORE, Some(LAST)),
        // Credited to the balance after it was cancelled.
        order(6, OrderStatus::Cancelled, BEFORE, Some(FIRST)),
        order(7, OrderStatus::Completed, AFTER, Some(AFTER)),
        order(8, OrderStatus::Completed, BEFORE, Some(BEFORE)),
    ] {
        fresh.seed.insert_order(&order).await;
    }
    let mut tx = fresh.begin().await;
    for (number, at) in [BEFORE, FIRST, LAST, AFTER].into_iter().enumerate() {
        let log = CommissionLog {
            inviter: old,
            buyer: ann,
            trade_no: TradeNo::stored(format!("T{number}")),
            order_amount: Cents::new(1_000),
            amount: Cents::new(1 << number),
            at,
        };
        tx.insert_commission_log(&log).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (record_at, created_at, traffic) in [
        (FIRST, FIRST, 5_000_000_000),
        (FIRST, LAST, 20),
        // The day of the traffic is not the one of its row.
        (FIRST, AFTER, 400),
        (BEFORE, FIRST, 8_000),
    ] {
        let record = NodeRecord {
            record_at,
            traffic,
            created_at,
        };
        fresh.seed.insert_node_record(&record).await;
    }
    let expected = DaySums {
        orders: 3,
        order_total: Cents::new(2 + 4 + 16),
        paid_orders: 3,
        paid_total: Cents::new(8 + 16 + 32),
        commissions: 2,
        commission_total: Cents::new(2 + 4),
        registrations: 2,
        invitations: 1,
        traffic: 5_000_008_020,
    };
    assert_eq!(sums(fresh, DAY).await, expected);
}

/// The other days keep theirs.
pub async fn the_record_of_a_day_replaces_itself(fresh: &FreshStore) {
    let first = DaySums {
        orders: 1,
        order_total: Cents::new(2),
        paid_orders: 3,
        paid_total: Cents::new(4),
        commissions: 5,
        commission_total: Cents::new(6),
        registrations: 7,
        invitations: 8,
        traffic: i64::MAX,
    };
    let next = Day {
        from: DAY.until,
        until: DAY.until.plus(Seconds::days(1)),
    };
    let changed = DaySums {
        orders: 2_147_483_647,
        ..DaySums::default()
    };
    for (day, sums) in [(next, first), (DAY, first), (DAY, changed)] {
        let mut tx = fresh.begin().await;
        tx.update_day(day, &sums, t(5)).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(
        fresh.seed.day_records().await,
        [(DAY.from, changed), (next.from, first)]
    );
}

/// Some at a time, and only those from before.
pub async fn old_records_are_deleted(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    for days in 0..5 {
        let at = T0.plus(Seconds::days(days));
        let used = TrafficLogView {
            user,
            upload: 1,
            download: 1,
            rate: 100,
            record_at: at,
        };
        fresh.seed.insert_traffic("d", &used).await;
        let record = NodeRecord {
            record_at: at,
            traffic: 2,
            created_at: T0,
        };
        fresh.seed.insert_node_record(&record).await;
    }
    let third = T0.plus(Seconds::days(3));
    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_traffic_records(third, 2).await.unwrap(), 4);
    assert_eq!(tx.delete_traffic_records(third, 2).await.unwrap(), 2);
    assert_eq!(tx.delete_traffic_records(third, 2).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.count_records().await, (2, 2));
}
