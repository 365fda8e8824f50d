use ferroboard_kernel::{LedgerEntry, UnixSeconds, UserId, Zone};

use crate::{BillingError, BillingTx, ResetMethod, Subscription, TryOut};

/// What may be done with subscriptions and balances.
#[derive(Debug, Clone, Copy, Default)]
pub struct SubscriptionService;

impl SubscriptionService {
    /// Grants a trial. A plan that does not exist grants nothing, as in the reference: a wrong
    /// setting must not close registration.
    pub async fn grant_try_out(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        try_out: TryOut,
        site_method: ResetMethod,
        now: UnixSeconds,
        zone: Zone,
    ) -> Result<(), BillingError> {
        let Some(plan) = tx.find_plan(try_out.plan_id).await? else {
            return Ok(());
        };
        let granted = Subscription::try_out(&plan, try_out.lasts, site_method, now, zone);
        if tx.update_subscription(user, &granted, now).await? {
            Ok(())
        } else {
            Err(BillingError::AccountMissing)
        }
    }

    /// Credits the balance of a user, once for the entry's cause.
    pub async fn top_up(
        self,
        tx: &mut dyn BillingTx,
        entry: &LedgerEntry,
    ) -> Result<(), BillingError> {
        if tx.move_balance(entry).await? {
            Ok(())
        } else {
            Err(BillingError::BalanceOutOfRange)
        }
    }
}
