//! Promises about balances, commission and the subscription columns.

use ferroboard_billing::EarlyPeriod;
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Cents, UserId};

use crate::contract::{FreshStore, UserColumns, entry, t};

const MISSING: UserId = UserId::new(999_999);
/// The largest number that the columns hold.
const LARGEST: i64 = 2_147_483_647;

async fn give(fresh: &FreshStore, user: UserId, balance: i64, commission: i64) {
    let mut tx = fresh.begin().await;
    let (balance, commission) = (
        entry(user, balance, "gift"),
        entry(user, commission, "gift"),
    );
    assert!(tx.move_balance(&balance).await.unwrap());
    assert!(tx.move_commission_balance(&commission).await.unwrap());
    tx.commit().await.unwrap();
}

/// Credits and debits.
pub async fn amounts_move_both_ways(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    for (amount, expected) in [(500, true), (-200, true), (-300, true), (-1, false)] {
        let entry = entry(user, amount, &amount.to_string());
        let moved = tx.move_balance(&entry).await.unwrap();
        assert_eq!(moved, expected, "{amount}");
    }
    assert!(tx.move_balance(&entry(user, 7, "7")).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(fresh.view(user).await.balance, Cents::new(7));
}

/// Not below nothing, and not beyond what the column holds; a refusal changes nothing.
pub async fn no_balance_becomes_negative_or_too_large(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    give(fresh, user, 100, 100).await;
    let mut tx = fresh.begin().await;
    for amount in [-101, LARGEST - 99, LARGEST, i64::MAX, i64::MIN] {
        let entry = entry(user, amount, "refused");
        assert!(!tx.move_balance(&entry).await.unwrap(), "{amount}");
        assert!(
            !tx.move_commission_balance(&entry).await.unwrap(),
            "{amount}"
        );
    }
    let rest = entry(user, LARGEST - 100, "rest");
    assert!(tx.move_balance(&rest).await.unwrap());
    let all = entry(user, -100, "all");
    assert!(tx.move_commission_balance(&all).await.unwrap());
    tx.commit().await.unwrap();
    let view = fresh.view(user).await;
    assert_eq!(
        (view.balance.get(), view.commission_balance.get()),
        (LARGEST, 0)
    );
}

/// Zero rows are an answer.
pub async fn a_missing_user_has_no_balance(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let entry = entry(MISSING, 1, "gift");
    assert!(!tx.move_balance(&entry).await.unwrap());
    assert!(!tx.move_commission_balance(&entry).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.ledger(MISSING).await, []);
}

/// 16 at once want 30 of 100: three get it.
pub async fn many_withdrawals_never_take_more_than_there_is(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    give(fresh, user, 100, 0).await;
    let moved = fresh
        .race(16, move |runner, mut tx| async move {
            let entry = entry(user, -30, &runner.to_string());
            let moved = tx.move_balance(&entry).await?;
            tx.commit().await.map(|()| moved)
        })
        .await;
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 3);
    assert_eq!(fresh.view(user).await.balance, Cents::new(10));
}

/// Moving one leaves the other.
pub async fn the_commission_balance_is_kept_apart(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    give(fresh, user, 11, 22).await;
    let view = fresh.view(user).await;
    assert_eq!(
        (view.balance.get(), view.commission_balance.get()),
        (11, 22)
    );
}

/// Locked, taken from one column and put into the other: the sum stays.
pub async fn many_transfers_never_take_more_than_there_is(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    give(fresh, user, 5, 100).await;
    let moved = fresh
        .race(16, move |runner, mut tx| async move {
            assert!(tx.lock_inviter(user).await?);
            let cause = runner.to_string();
            let moved = tx
                .move_commission_balance(&entry(user, -40, &cause))
                .await?
                && tx.move_balance(&entry(user, 40, &cause)).await?;
            tx.commit().await.map(|()| moved)
        })
        .await;
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 2);
    let view = fresh.view(user).await;
    assert_eq!(
        (view.balance.get(), view.commission_balance.get()),
        (85, 20)
    );
}

/// And stays locked while others wait.
pub async fn a_locked_inviter_is_there(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    // Each reads under the lock and writes the next number: none may be lost.
    fresh
        .race(8, move |runner, mut tx| async move {
            assert!(tx.lock_inviter(user).await?);
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            let entry = entry(user, 1, &runner.to_string());
            assert!(tx.move_balance(&entry).await?);
            tx.commit().await
        })
        .await;
    assert_eq!(fresh.view(user).await.balance, Cents::new(8));
}

/// Every column, and NULL where it has no value.
pub async fn a_subscription_is_written_whole(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut limited = a_subscription(t(86_400));
    limited.speed_limit = Some(50);
    limited.device_limit = Some(3);
    let unlimited = ferroboard_billing::Subscription {
        group_id: None,
        speed_limit: None,
        device_limit: None,
        expired_at: None,
        next_reset_at: None,
        ..limited.clone()
    };
    for subscription in [limited, unlimited] {
        let mut tx = fresh.begin().await;
        assert!(
            tx.update_subscription(user, &subscription, t(1))
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        let view = fresh.view(user).await;
        assert_eq!(view.plan_id, Some(subscription.plan_id));
        assert_eq!(view.transfer_enable, subscription.transfer_enable);
        assert_eq!(view.speed_limit, subscription.speed_limit);
        assert_eq!(view.device_limit, subscription.device_limit);
        assert_eq!(view.expired_at, subscription.expired_at);
        assert_eq!(view.next_reset_at, subscription.next_reset_at);
    }
}

/// Zero rows are an answer.
pub async fn a_missing_user_gets_no_subscription(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert!(
        !tx.update_subscription(MISSING, &a_subscription(t(5)), t(1))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
}

/// Traffic and devices are added to what there is, with a plan and without; an absent limit stays
/// absent.
pub async fn quotas_are_added(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    assert!(tx.update_quota(user, 500, 2, t(1)).await.unwrap());
    tx.commit().await.unwrap();
    let view = fresh.view(user).await;
    assert_eq!((view.transfer_enable, view.device_limit), (500, None));
    let mut limited = a_subscription(t(9));
    limited.device_limit = Some(3);
    let mut tx = fresh.begin().await;
    tx.update_subscription(user, &limited, t(1)).await.unwrap();
    assert!(tx.update_quota(user, 7, 2, t(1)).await.unwrap());
    for (traffic, devices) in [(i64::MAX, 0), (0, LARGEST)] {
        let refused = tx.update_quota(user, traffic, devices, t(1)).await.unwrap();
        assert!(!refused, "{traffic} {devices}");
    }
    assert!(!tx.update_quota(MISSING, 1, 1, t(1)).await.unwrap());
    tx.commit().await.unwrap();
    let view = fresh.view(user).await;
    assert_eq!(view.transfer_enable, limited.transfer_enable + 7);
    assert_eq!(view.device_limit, Some(5));
}

/// The end and the next reset alone, with a plan and without.
pub async fn the_end_of_a_subscription_is_written(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let subscription = a_subscription(t(9));
    let mut tx = fresh.begin().await;
    assert!(
        tx.update_subscription_end(user, Some(t(3)), None, t(1))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert_eq!(fresh.view(user).await.expired_at, Some(t(3)));
    let mut tx = fresh.begin().await;
    tx.update_subscription(user, &subscription, t(1))
        .await
        .unwrap();
    let (end, next) = (Some(t(50)), Some(t(40)));
    assert!(
        tx.update_subscription_end(user, end, next, t(1))
            .await
            .unwrap()
    );
    assert!(
        !tx.update_subscription_end(MISSING, end, next, t(1))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let view = fresh.view(user).await;
    assert_eq!((view.expired_at, view.next_reset_at), (end, next));
    assert_eq!(view.transfer_enable, subscription.transfer_enable);
}

/// Only where it ends as was read, and its traffic is used up; the next reset with it.
pub async fn a_used_up_subscription_ends_earlier(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let subscription = a_subscription(t(90));
    let mut tx = fresh.begin().await;
    tx.update_subscription(user, &subscription, t(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let quota = subscription.transfer_enable;
    let early = |ends| EarlyPeriod {
        ends: t(ends),
        ends_now: t(50),
        next_reset_at: Some(t(40)),
    };
    for (upload, download, ends, moves) in [
        (0, quota - 1, 90, false),
        (quota - 1, 1, 89, false),
        (i64::MAX, i64::MAX, 91, false),
        (quota - 1, 1, 90, true),
        // It ends at another time by now.
        (quota, quota, 90, false),
    ] {
        let columns = UserColumns {
            upload,
            download,
            ..UserColumns::default()
        };
        fresh.seed.update_user(user, &columns).await;
        let mut tx = fresh.begin().await;
        let moved = tx.move_subscription_end(user, early(ends), t(2)).await;
        assert_eq!(moved, Ok(moves), "{upload} {download} {ends}");
        tx.commit().await.unwrap();
    }
    let mut tx = fresh.begin().await;
    let missing = tx.move_subscription_end(MISSING, early(90), t(2)).await;
    assert_eq!(missing, Ok(false));
    tx.rollback().await.unwrap();
    let view = fresh.view(user).await;
    assert_eq!(view.expired_at, Some(t(50)));
    assert_eq!(view.next_reset_at, Some(t(40)));
    assert_eq!(view.transfer_enable, quota);
}
