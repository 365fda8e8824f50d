//! Promises about what users transferred.

use ferroboard_application::TrafficLogView;
use ferroboard_kernel::UserId;

use crate::contract::{FreshStore, t};

fn row(user: UserId, rate: i64, seconds: i64) -> TrafficLogView {
    TrafficLogView {
        user,
        upload: 5_000_000_000_000,
        download: 7,
        rate,
        record_at: t(seconds),
    }
}

/// Neither another user's, nor months, nor what lies outside of the asked time.
pub async fn only_the_users_own_days_are_listed(fresh: &FreshStore) {
    let (ann, bea) = (
        fresh.user("ann@demo.test").await,
        fresh.user("bea@demo.test").await,
    );
    for (kind, seeded) in [
        ("d", row(ann, 100, 0)),
        ("d", row(ann, 100, -1)),
        ("d", row(ann, 100, 10)),
        ("d", row(bea, 100, 1)),
        ("m", row(ann, 100, 2)),
    ] {
        fresh.seed.insert_traffic(kind, &seeded).await;
    }
    let listed = fresh.store.list_traffic_log(ann, t(0), t(10)).await;
    assert_eq!(listed.unwrap(), [row(ann, 100, 0)]);
    let none = fresh.store.list_traffic_log(ann, t(10), t(0)).await;
    assert_eq!(none.unwrap(), []);
}

/// Each rate has its own row, with two decimals.
pub async fn the_newest_day_comes_first(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let rows = [row(ann, 50, 1), row(ann, 1_234, 3), row(ann, 105, 3)];
    for seeded in &rows {
        fresh.seed.insert_traffic("d", seeded).await;
    }
    let [oldest, first, second] = rows;
    let listed = fresh.store.list_traffic_log(ann, t(0), t(10)).await;
    assert_eq!(listed.unwrap(), [first, second, oldest]);
}
