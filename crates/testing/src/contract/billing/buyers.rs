//! Promises about users as buyers, and about their traffic.

use ferroboard_billing::testing::{a_buyer, a_subscription};
use ferroboard_billing::{Buyer, ResetMethod, ResetSource, TrafficReset};
use ferroboard_kernel::{Cents, UserId};

use crate::contract::{FreshStore, ResetLine, UserColumns, entry, t};

const MISSING: UserId = UserId::new(999_999);

/// Every column, and nothing where it has no value.
pub async fn a_buyer_is_read_in_full(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let new = tx.lock_buyer(user).await.unwrap();
    assert_eq!(new, Some(a_buyer(user.get())));
    assert_eq!(tx.lock_buyer(MISSING).await.unwrap(), None);
    assert_eq!(tx.find_buyer(MISSING).await.unwrap(), None);
    let subscription = a_subscription(t(86_400));
    tx.update_subscription(user, &subscription, t(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let columns = UserColumns {
        balance: 12_345,
        discount: Some(20),
        upload: 5_000_000_000,
        download: 7,
        ..UserColumns::default()
    };
    fresh.seed.update_user(user, &columns).await;
    fresh.seed.update_banned(user).await;
    let mut tx = fresh.begin().await;
    let expected = Buyer {
        banned: true,
        balance: Cents::new(12_345),
        discount: Some(20),
        plan_id: Some(subscription.plan_id),
        group_id: subscription.group_id,
        transfer_enable: subscription.transfer_enable,
        upload: 5_000_000_000,
        download: 7,
        expired_at: subscription.expired_at,
        ..a_buyer(user.get())
    };
    assert_eq!(tx.lock_buyer(user).await.unwrap(), Some(expected.clone()));
    tx.rollback().await.unwrap();
    // Where nothing may be locked or written, too.
    let mut tx = fresh.store.begin_reading().await.unwrap();
    assert_eq!(tx.find_buyer(user).await.unwrap(), Some(expected));
    tx.rollback().await.unwrap();
}

/// Each of 8 reads the balance, pauses and doubles what it read: none may read an old one.
pub async fn a_locked_buyer_keeps_others_out(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    assert!(tx.move_balance(&entry(user, 1, "first")).await.unwrap());
    tx.commit().await.unwrap();
    fresh
        .race(8, move |runner, mut tx| async move {
            let buyer = tx.lock_buyer(user).await?.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            let doubled = entry(user, buyer.balance.get(), &runner.to_string());
            assert!(tx.move_balance(&doubled).await?);
            tx.commit().await
        })
        .await;
    assert_eq!(fresh.view(user).await.balance, Cents::new(256));
}

/// The counters are 0 afterwards, and the log has what they were.
pub async fn a_traffic_reset_is_logged(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let other = fresh.user("bea@demo.test").await;
    let columns = UserColumns {
        upload: 5_000_000_000,
        download: 7,
        ..UserColumns::default()
    };
    fresh.seed.update_user(user, &columns).await;
    fresh.seed.update_user(other, &columns).await;
    let mut tx = fresh.begin().await;
    let subscription = a_subscription(t(86_400));
    tx.update_subscription(user, &subscription, t(1))
        .await
        .unwrap();
    let reset = TrafficReset {
        user,
        method: ResetMethod::FirstDayOfMonth,
        source: ResetSource::Order,
        at: t(2),
    };
    assert!(tx.insert_traffic_reset(&reset).await.unwrap());
    let missing = TrafficReset {
        user: MISSING,
        ..reset
    };
    assert!(!tx.insert_traffic_reset(&missing).await.unwrap());
    tx.commit().await.unwrap();
    let view = fresh.view(user).await;
    assert_eq!((view.upload, view.download), (0, 0));
    assert_eq!(view.next_reset_at, subscription.next_reset_at);
    assert_eq!(fresh.view(other).await.upload, 5_000_000_000);
    let expected = ResetLine {
        user,
        reset_type: "first_day_month".into(),
        old_upload: 5_000_000_000,
        old_download: 7,
        old_total: 5_000_000_007,
        new_total: 0,
        source: "order".into(),
    };
    assert_eq!(fresh.seed.traffic_resets().await, [expected]);
}
