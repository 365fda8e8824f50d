use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use crate::{BillingError, BillingPolicy, BillingTx, NextReset, ResetCause, ResetSource};

/// What may be done with the traffic of users.
#[derive(Debug, Clone, Copy, Default)]
pub struct TrafficService;

impl TrafficService {
    /// Counts the traffic anew of those users for whom it is due, and says who they are. Whoever else
    /// does the same at the same moment finds nothing left to do.
    pub async fn reset_due(
        self,
        tx: &mut dyn BillingTx,
        users: &[UserId],
        source: ResetSource,
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<Vec<UserId>, BillingError> {
        let mut due = tx.lock_reset_subjects(users).await?;
        due.retain(|subject| subject.is_due(now));
        let moves = due.iter().map(|subject| NextReset {
            user: subject.user,
            from: subject.next_reset_at,
            to: subject.next_reset(policy, now),
        });
        move_all(tx, &moves.collect::<Vec<_>>(), now).await?;
        let resets = due.iter();
        let resets = resets.map(|subject| (subject.user, subject.method(policy)));
        let resets: Vec<_> = resets.collect();
        let cause = ResetCause { source, at: now };
        tx.insert_traffic_resets(&resets, cause).await?;
        Ok(due.iter().map(|subject| subject.user).collect())
    }

    /// Computes anew when the traffic of the users is next counted anew; of how many that changed.
    pub async fn reschedule(
        self,
        tx: &mut dyn BillingTx,
        users: &[UserId],
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<u64, BillingError> {
        let subjects = tx.lock_reset_subjects(users).await?;
        let moves = subjects.iter();
        let moves = moves.filter_map(|subject| subject.rescheduled(policy, now));
        move_all(tx, &moves.collect::<Vec<_>>(), now).await
    }
}

/// Moves what was decided behind the locks. None of it can have moved meanwhile; should it all the
/// same, nothing of the transaction may stay.
async fn move_all(
    tx: &mut dyn BillingTx,
    moves: &[NextReset],
    now: UnixSeconds,
) -> Result<u64, BillingError> {
    if moves.is_empty() {
        return Ok(0);
    }
    let moved = tx.move_next_resets(moves, now).await?;
    if usize::try_from(moved) == Ok(moves.len()) {
        Ok(moved)
    } else {
        let reason = "a reset moved behind its lock".to_owned();
        Err(StoreError::Conflict(reason).into())
    }
}
