//! What this domain needs from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{Cents, PlanId, StoreError, UnixSeconds, UserId};

use crate::{Plan, Subscription};

/// Plans (`v2_plan`).
#[async_trait]
pub trait PlanRepository: Send {
    /// The plan.
    async fn find_plan(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError>;
}

/// The subscription columns of `v2_user`.
#[async_trait]
pub trait SubscriptionRepository: Send {
    /// Writes the subscription's columns. `false` when the user is gone.
    async fn update_subscription(
        &mut self,
        user: UserId,
        subscription: &Subscription,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;
}

/// The balance of `v2_user`.
#[async_trait]
pub trait BalanceRepository: Send {
    /// Adds `amount` (which may be negative) to the balance if the result is neither negative nor
    /// above 2,147,483,647 cents. MUST be one conditional statement; `false` when it was refused
    /// or the user is gone.
    async fn move_balance(
        &mut self,
        user: UserId,
        amount: Cents,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait BillingTx: PlanRepository + SubscriptionRepository + BalanceRepository {}
impl<T: PlanRepository + SubscriptionRepository + BalanceRepository + ?Sized> BillingTx for T {}
