use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use crate::{Renewal, RenewalAttempt, RenewalScope, RenewalStatus, RenewalSubject};

/// Subscriptions that renew themselves (`ferro_auto_renewal`, `ferro_renewal`, `ferro_renewal_attempt`). What is
/// decided about a user's is decided behind the buyer's lock.
#[async_trait]
pub trait RenewalRepository: Send {
    /// Whether the user's subscription renews itself.
    async fn find_auto_renewal(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// Writes whether it does; doing it again changes nothing.
    async fn update_auto_renewal(
        &mut self,
        user: UserId,
        is_on: bool,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Users after the user `after`, by number, so many at most, who are in the scope at `now`; no shadow
    /// account. Locks nothing: the condition is checked again behind the lock.
    async fn list_renewal_subjects(
        &mut self,
        scope: RenewalScope,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<RenewalSubject>, StoreError>;

    /// The renewal of this end of the user's subscription.
    async fn find_renewal(
        &mut self,
        user: UserId,
        ends: UnixSeconds,
    ) -> Result<Option<Renewal>, StoreError>;

    /// Begins the renewal, if there is none of the same user and end: else `false`. MUST be one statement
    /// that does not end the transaction then.
    async fn insert_renewal(
        &mut self,
        renewal: &Renewal,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes the renewal if it still stands at `from`; `false` otherwise.
    async fn move_renewal(
        &mut self,
        from: RenewalStatus,
        renewal: &Renewal,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Moves what waits for an end before `before` to lapsed; how many. MUST be one statement.
    async fn lapse_renewals(
        &mut self,
        before: UnixSeconds,
        at: UnixSeconds,
    ) -> Result<u64, StoreError>;

    /// Adds the attempt.
    async fn insert_renewal_attempt(&mut self, attempt: &RenewalAttempt) -> Result<(), StoreError>;

    /// Deletes up to `limit` attempts from before `before`, and the renewals that are done of ends before it;
    /// how many rows.
    async fn delete_renewal_attempts(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError>;
}
