use async_trait::async_trait;
use ferroboard_kernel::{PlanId, StoreError, UnixSeconds, UserId};

use crate::{NextReset, ResetCause, ResetMethod, ResetScope, ResetSubject, TrafficReset};

/// Counting traffic anew (columns of `v2_user`, and `v2_traffic_reset_logs`).
#[async_trait]
pub trait ResetRepository: Send {
    /// The first `limit` users after the user `after` that are in the scope, by number. Locks
    /// nothing: the condition is checked again behind the lock.
    async fn list_reset_users(
        &mut self,
        scope: ResetScope,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StoreError>;

    /// Those of the users that are there, locked, by number.
    async fn lock_reset_subjects(
        &mut self,
        users: &[UserId],
    ) -> Result<Vec<ResetSubject>, StoreError>;

    /// Writes the next resets of users whose stored one still is `from`; how many were. MUST be one
    /// conditional statement.
    async fn move_next_resets(
        &mut self,
        moves: &[NextReset],
        at: UnixSeconds,
    ) -> Result<u64, StoreError>;

    /// For each of the users that are there: sets `u` and `d` to 0 and `last_reset_at` to the time of
    /// the reset, adds 1 to `reset_count`, and inserts the row of `v2_traffic_reset_logs` with the old
    /// amounts (new ones 0) and the method, by user; adds the old amounts to what resets ever cleared
    /// ([`WorthRepository`](crate::WorthRepository)). Leaves `next_reset_at`. How many users there are.
    /// The caller has locked them. A fixed number of statements.
    async fn insert_traffic_resets(
        &mut self,
        users: &[(UserId, ResetMethod)],
        cause: ResetCause,
    ) -> Result<u64, StoreError>;

    /// [`Self::insert_traffic_resets`] for one user; `false` when the user is gone.
    async fn insert_traffic_reset(&mut self, reset: &TrafficReset) -> Result<bool, StoreError> {
        let done = self
            .insert_traffic_resets(&[(reset.user, reset.method)], reset.cause())
            .await?;
        Ok(done == 1)
    }

    /// The plans with their own methods, by number, at most 10,000.
    async fn list_reset_methods(
        &mut self,
    ) -> Result<Vec<(PlanId, Option<ResetMethod>)>, StoreError>;

    /// By which rule the next resets of each plan's users were last computed (`ferro_reset_rule`), at
    /// most 10,000.
    async fn list_reset_rules(&mut self) -> Result<Vec<(PlanId, String)>, StoreError>;

    /// Writes by which rule the next resets of a plan's users were computed.
    async fn update_reset_rule(&mut self, plan: PlanId, rule: &str) -> Result<(), StoreError>;
}
