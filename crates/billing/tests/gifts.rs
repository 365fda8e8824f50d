//! What gifts do to subscriptions, told over the tables in memory.
#![allow(
    clippy::unwrap_used,
    reason = "everything here is a test, where a panic is the report"
)]

use ferroboard_auth::AccountRepository as _;
use ferroboard_auth::testing::an_account;
use ferroboard_billing::testing::{BillingRow, HasBilling as _, a_plan, a_subscription};
use ferroboard_billing::{
    BillingError, BillingPolicy, Gift, Plan, ResetMethod, ResetSource, Subscription,
    SubscriptionService,
};
use ferroboard_kernel::{PlanId, Seconds, UnixSeconds, UserId, Zone};
use ferroboard_testing::{MemoryStore, MemoryTx};

/// 2025-01-01 00:00 in Shanghai.
const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);

fn days(count: i64) -> UnixSeconds {
    NOW.plus(Seconds::days(count))
}

/// A user, plan 1 and a plan 7 with limits of its own.
async fn with_user(subscription: Option<Subscription>) -> (MemoryTx, UserId) {
    let mut tx = MemoryStore::default().transaction().await.unwrap();
    let user = tx
        .insert_account(&an_account("ann@demo.test", NOW))
        .await
        .unwrap();
    let limited = Plan {
        device_limit: Some(3),
        speed_limit: Some(50),
        reset_method: Some(ResetMethod::FirstDayOfMonth),
        ..a_plan(7)
    };
    let tables = tx.billing().unwrap();
    for plan in [a_plan(1), limited] {
        tables.plans.insert(plan.id, plan);
    }
    let row = tx.billed_user(user).unwrap().unwrap();
    (row.upload, row.download) = (5, 6);
    if let Some(subscription) = subscription {
        row.subscribe(&subscription);
    }
    (tx, user)
}

async fn give(tx: &mut MemoryTx, user: UserId, gift: Gift) -> Result<(), BillingError> {
    let policy = BillingPolicy::default();
    let source = ResetSource::GiftCard;
    SubscriptionService
        .give(tx, user, gift, source, &policy, NOW)
        .await
}

fn row(tx: &mut MemoryTx, user: UserId) -> BillingRow {
    tx.billed_user(user).unwrap().cloned().unwrap()
}

#[tokio::test]
async fn traffic_and_devices_come_on_top_of_a_given_plan() {
    let (mut tx, user) = with_user(None).await;
    let gift = Gift {
        plan: Some((PlanId::new(7), 10)),
        days: 99,
        traffic: 1_000,
        devices: 2,
        resets_traffic: false,
    };
    give(&mut tx, user, gift).await.unwrap();
    let row = row(&mut tx, user);
    let given = row.subscription().unwrap();
    assert_eq!(given.plan_id, PlanId::new(7));
    assert_eq!(given.transfer_enable, 107_374_182_400 + 1_000);
    assert_eq!((given.device_limit, given.speed_limit), (Some(5), Some(50)));
    assert_eq!(
        given.expired_at,
        Some(days(10)),
        "the days beside it are nothing"
    );
    let method = ResetMethod::FirstDayOfMonth;
    let next = method.next_reset(given.expired_at, NOW, Zone::default());
    assert_eq!(given.next_reset_at, next);
    assert_eq!(
        (row.upload, row.download),
        (5, 6),
        "used traffic is not given back"
    );
}

#[tokio::test]
async fn what_is_unlimited_stays_so() {
    let permanent = Subscription {
        expired_at: None,
        next_reset_at: None,
        ..a_subscription(NOW)
    };
    let (mut tx, user) = with_user(Some(permanent.clone())).await;
    let gift = Gift {
        days: 5,
        devices: 2,
        traffic: 7,
        ..Gift::default()
    };
    give(&mut tx, user, gift).await.unwrap();
    let expected = Subscription {
        transfer_enable: permanent.transfer_enable + 7,
        ..permanent
    };
    assert_eq!(row(&mut tx, user).subscription(), Some(expected));
}

#[tokio::test]
async fn days_move_the_end_and_the_next_reset() {
    for (end, expected) in [(days(3), days(8)), (days(-3), days(5))] {
        let (mut tx, user) = with_user(Some(a_subscription(end))).await;
        let gift = Gift {
            days: 5,
            ..Gift::default()
        };
        give(&mut tx, user, gift).await.unwrap();
        let given = row(&mut tx, user).subscription().unwrap();
        assert_eq!(given.expired_at, Some(expected));
        let next = ResetMethod::Monthly.next_reset(Some(expected), NOW, Zone::default());
        assert_eq!(given.next_reset_at, next);
    }
}

#[tokio::test]
async fn a_reset_is_logged_as_a_gift_and_needs_a_plan() {
    let (mut tx, user) = with_user(Some(a_subscription(days(3)))).await;
    let gift = Gift {
        resets_traffic: true,
        ..Gift::default()
    };
    give(&mut tx, user, gift).await.unwrap();
    let after = row(&mut tx, user);
    assert_eq!((after.upload, after.download, after.reset_count), (0, 0, 1));
    assert_eq!(after.last_reset_at, Some(NOW));
    let logged = tx.billing().unwrap().resets.first().copied().unwrap();
    assert_eq!(logged.reset.source.as_str(), "gift_card");
    assert_eq!((logged.old_upload, logged.old_download), (5, 6));
    let (mut tx, user) = with_user(None).await;
    give(&mut tx, user, gift).await.unwrap();
    assert_eq!(row(&mut tx, user).upload, 5);
    assert!(tx.billing().unwrap().resets.is_empty());
}

#[tokio::test]
async fn a_user_without_plan_may_get_traffic_and_time() {
    let (mut tx, user) = with_user(None).await;
    let gift = Gift {
        days: 5,
        traffic: 7,
        devices: 1,
        ..Gift::default()
    };
    give(&mut tx, user, gift).await.unwrap();
    let row = row(&mut tx, user);
    assert_eq!((row.transfer_enable, row.expired_at), (7, Some(days(5))));
    assert_eq!(row.subscription(), None);
}

#[tokio::test]
async fn an_unusable_gift_is_refused() {
    let unusable = Err(BillingError::GiftUnusable);
    let plan = |plan, days| Gift {
        plan: Some((PlanId::new(plan), days)),
        ..Gift::default()
    };
    let (mut tx, user) = with_user(None).await;
    assert_eq!(give(&mut tx, user, plan(99, 10)).await, unusable);
    give(&mut tx, user, plan(7, 0)).await.unwrap();
    let given = row(&mut tx, user).subscription().unwrap();
    assert_eq!(given.expired_at, None, "without days a new plan never ends");
    let (mut tx, user) = with_user(Some(a_subscription(days(-3)))).await;
    assert_eq!(give(&mut tx, user, plan(7, 0)).await, unusable);
    let too_much = Gift {
        traffic: i64::MAX,
        ..Gift::default()
    };
    let refused = give(&mut tx, user, too_much).await;
    assert_eq!(refused, Err(BillingError::AmountOutOfRange));
    let missing = give(&mut tx, UserId::new(99), plan(7, 1)).await;
    assert_eq!(missing, Err(BillingError::AccountMissing));
}

#[tokio::test]
async fn a_gift_never_takes_away() {
    let before = a_subscription(days(3));
    let (mut tx, user) = with_user(Some(before.clone())).await;
    let gift = Gift {
        days: -5,
        traffic: -7,
        devices: -1,
        ..Gift::default()
    };
    give(&mut tx, user, gift).await.unwrap();
    assert_eq!(row(&mut tx, user).subscription(), Some(before));
}
