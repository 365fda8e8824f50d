use ferroboard_kernel::{Cents, Referral, UnixSeconds, UserId};

use super::RenewalService;
use super::quotes::{Reading, quoted};
use super::renewals::{cost, is_unavailable, last_renewable, purchase};
use crate::{BillingError, BillingPolicy, BillingTx, Period, RenewalWindow};

/// What a renewal would take, and when, where it were switched on now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenewalForecast {
    /// The end that it would move.
    pub ends: UnixSeconds,
    /// From when on it is tried.
    pub tried_from: UnixSeconds,
    /// For how long it renews: as the last order of the plan did.
    pub period: Period,
    /// What it costs as things stand; `None` while another order is unfinished.
    pub price: Option<Cents>,
    /// What is on the balance.
    pub balance: Cents,
}

impl RenewalForecast {
    /// What is missing on the balance; `None` where nothing is, or the price is not known.
    pub fn missing(&self) -> Option<Cents> {
        let price = self.price.filter(|price| *price > self.balance)?;
        price.checked_sub(self.balance).ok()
    }
}

impl RenewalService {
    /// What would be taken of the user's balance, and when. `None` where there is nothing that could be renewed:
    /// no subscription that ends, no order of its plan for a span of time, or a plan that is not sold any more.
    /// Nothing is taken or kept, no row is locked.
    ///
    /// # Errors
    ///
    /// [`BillingError::AccountMissing`], [`BillingError::AmountOutOfRange`].
    pub async fn forecast(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        referral: Option<Referral>,
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<Option<RenewalForecast>, BillingError> {
        let buyer = tx.find_buyer(user).await?;
        let buyer = buyer.ok_or(BillingError::AccountMissing)?;
        let (Some(ends), Some(plan)) = (buyer.expired_at, buyer.plan_id) else {
            return Ok(None);
        };
        if RenewalWindow::of(ends, policy.renewal_grace, now) == RenewalWindow::Over
            || ends < RenewalWindow::earliest(policy.renewal_grace, now)
        {
            return Ok(None);
        }
        let completed = tx.list_completed_orders(user).await?;
        let Some(last) = last_renewable(&completed, plan) else {
            return Ok(None);
        };
        let wanted = purchase(last, referral, now);
        let price = match quoted(tx, &buyer, &wanted, policy, Reading::Looks).await {
            Ok(quoted) => Some(cost(quoted.quote.total, quoted.quote.balance_used)?),
            Err(BillingError::OrderUnfinished) => None,
            Err(refusal) if is_unavailable(&refusal) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(RenewalForecast {
            ends,
            tried_from: ends.minus(RenewalWindow::OPEN).max(now),
            period: last.period,
            price,
            balance: buyer.balance,
        }))
    }
}
