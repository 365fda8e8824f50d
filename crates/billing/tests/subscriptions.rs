//! The rules of subscriptions and balances, told over the tables in memory.
#![allow(
    clippy::unwrap_used,
    reason = "everything here is a test, where a panic is the report"
)]

use ferroboard_auth::AccountRepository as _;
use ferroboard_auth::testing::an_account;
use ferroboard_billing::testing::{BillingRow, HasBilling as _, a_plan};
use ferroboard_billing::{BillingError, Plan, ResetMethod, SubscriptionService, TryOut};
use ferroboard_kernel::{
    Cents, LedgerEntry, LedgerKind, PlanId, Seconds, UnixSeconds, UserId, Zone,
};
use ferroboard_testing::{MemoryStore, MemoryTx};

/// 2025-01-01 00:00 in Shanghai.
const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);

async fn with_user() -> (MemoryTx, UserId) {
    let mut tx = MemoryStore::default().transaction().await.unwrap();
    let user = tx
        .insert_account(&an_account("ann@demo.test", NOW))
        .await
        .unwrap();
    (tx, user)
}

async fn grant(tx: &mut MemoryTx, user: UserId, plan: i64) -> Result<(), BillingError> {
    let try_out = TryOut {
        plan_id: PlanId::new(plan),
        lasts: Seconds::hours(2),
    };
    let method = ResetMethod::FirstDayOfMonth;
    SubscriptionService
        .grant_try_out(tx, user, try_out, method, NOW, Zone::default())
        .await
}

#[tokio::test]
async fn a_trial_takes_everything_from_its_plan() {
    let (mut tx, user) = with_user().await;
    // Whether it is shown or sold does not matter for a trial.
    let plan = Plan {
        speed_limit: Some(50),
        device_limit: Some(3),
        show: false,
        sell: false,
        capacity_limit: Some(0),
        ..a_plan(1)
    };
    tx.billing().unwrap().plans.insert(plan.id, plan.clone());
    grant(&mut tx, user, 1).await.unwrap();
    let row = tx.billed_user(user).unwrap().cloned().unwrap();
    let granted = row.subscription().unwrap();
    assert_eq!(
        (granted.plan_id, granted.group_id),
        (plan.id, plan.group_id)
    );
    assert_eq!(granted.transfer_enable, 107_374_182_400);
    assert_eq!(
        (granted.speed_limit, granted.device_limit),
        (Some(50), Some(3))
    );
    assert_eq!(granted.expired_at, Some(NOW.plus(Seconds::hours(2))));
    // The plan has no method of its own, so the site's counts: February 1.
    assert_eq!(granted.next_reset_at, Some(NOW.plus(Seconds::days(31))));
}

#[tokio::test]
async fn a_plans_own_method_comes_before_the_sites() {
    let (mut tx, user) = with_user().await;
    let plan = Plan {
        reset_method: Some(ResetMethod::Never),
        ..a_plan(1)
    };
    tx.billing().unwrap().plans.insert(plan.id, plan);
    grant(&mut tx, user, 1).await.unwrap();
    let row = tx.billed_user(user).unwrap().cloned().unwrap();
    assert_eq!(row.subscription().unwrap().next_reset_at, None);
}

#[tokio::test]
async fn a_plan_that_is_missing_grants_nothing() {
    let (mut tx, user) = with_user().await;
    grant(&mut tx, user, 9).await.unwrap();
    let row = tx.billed_user(user).unwrap();
    assert_eq!(row, Some(&mut BillingRow::default()));
}

#[tokio::test]
async fn nobody_gets_a_trial_for_an_account_that_is_gone() {
    let (mut tx, _) = with_user().await;
    tx.billing()
        .unwrap()
        .plans
        .insert(PlanId::new(1), a_plan(1));
    let granted = grant(&mut tx, UserId::new(99), 1).await;
    assert_eq!(granted, Err(BillingError::AccountMissing));
}

#[tokio::test]
async fn a_balance_never_leaves_its_range() {
    let (mut tx, user) = with_user().await;
    for (amount, expected) in [
        (2_147_483_647, Ok(())),
        (1, Err(BillingError::BalanceOutOfRange)),
        (-2_147_483_647, Ok(())),
        (-1, Err(BillingError::BalanceOutOfRange)),
    ] {
        let entry = LedgerEntry {
            user,
            amount: Cents::new(amount),
            kind: LedgerKind::Admin,
            reference: format!("change {amount}"),
            at: NOW,
        };
        let moved = SubscriptionService.top_up(&mut tx, &entry).await;
        assert_eq!(moved, expected, "{amount}");
    }
}
