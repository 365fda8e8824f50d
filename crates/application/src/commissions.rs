//! What inviters do with their commission.

use std::sync::Arc;

use ferroboard_billing::SubscriptionService;
use ferroboard_invite::InviteService;
use ferroboard_kernel::{Cents, UserId};

use crate::core::Core;
use crate::transaction::{finish, retrying};
use crate::{Error, UnitOfWork};

/// Commission balances.
pub struct Commissions(pub(crate) Arc<Core>);

impl Commissions {
    /// Moves an amount from the commission balance to the balance: both change or neither does, and
    /// never more moves than there is. The amount must be at least one cent.
    pub async fn transfer(&self, user: UserId, amount: Cents) -> Result<(), Error> {
        retrying(|| async {
            let mut tx = self.0.ports.store.begin().await?;
            let outcome = self.transfer_within(tx.as_mut(), user, amount).await;
            finish(tx, outcome).await
        })
        .await
    }

    async fn transfer_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        amount: Cents,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        InviteService.withdraw(tx, user, amount, now).await?;
        SubscriptionService.top_up(tx, user, amount, now).await?;
        Ok(())
    }
}
