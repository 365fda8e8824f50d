use ferroboard_kernel::{UnixSeconds, UserId};

use super::moved_behind_lock;
use super::packages::follow;
use crate::{
    BillingError, BillingPolicy, BillingTx, NextReset, QuotaEvent, ResetCause, ResetSource,
};

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
        let users: Vec<UserId> = due.iter().map(|subject| subject.user).collect();
        follow(tx, &users, QuotaEvent::RESET, now).await?;
        let cause = ResetCause { source, at: now };
        tx.insert_traffic_resets(&resets, cause).await?;
        Ok(users)
    }

    /// Counts the traffic of a user anew because an administrator wants it, due or not; when it is next.
    ///
    /// # Errors
    ///
    /// [`BillingError::TrafficResetRefused`] where no subscription runs.
    pub async fn reset_by_hand(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<Option<UnixSeconds>, BillingError> {
        let mut subjects = tx.lock_reset_subjects(&[user]).await?;
        let subject = subjects.pop().ok_or(BillingError::AccountMissing)?;
        if !subject.is_active(now) {
            return Err(BillingError::TrafficResetRefused);
        }
        let next = NextReset {
            user,
            from: subject.next_reset_at,
            to: subject.next_reset(policy, now),
        };
        if next.from != next.to {
            move_all(tx, &[next], now).await?;
        }
        follow(tx, &[user], QuotaEvent::RESET, now).await?;
        let cause = ResetCause {
            source: ResetSource::Manual,
            at: now,
        };
        let method = subject.method(policy);
        tx.insert_traffic_resets(&[(user, method)], cause).await?;
        Ok(next.to)
    }

    /// Counts the traffic of those of these users anew who have a subscription that runs, whether or not it is
    /// due; who they are. Many as one.
    pub async fn reset_all_by_hand(
        self,
        tx: &mut dyn BillingTx,
        users: &[UserId],
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<Vec<UserId>, BillingError> {
        let mut subjects = tx.lock_reset_subjects(users).await?;
        subjects.retain(|subject| subject.is_active(now));
        let moves = subjects.iter().filter_map(|subject| {
            let next = NextReset {
                user: subject.user,
                from: subject.next_reset_at,
                to: subject.next_reset(policy, now),
            };
            (next.from != next.to).then_some(next)
        });
        let moves: Vec<NextReset> = moves.collect();
        if !moves.is_empty() {
            move_all(tx, &moves, now).await?;
        }
        let users: Vec<UserId> = subjects.iter().map(|subject| subject.user).collect();
        follow(tx, &users, QuotaEvent::RESET, now).await?;
        let cause = ResetCause {
            source: ResetSource::Manual,
            at: now,
        };
        let resets = subjects.iter();
        let resets = resets.map(|subject| (subject.user, subject.method(policy)));
        let resets: Vec<_> = resets.collect();
        if !resets.is_empty() {
            tx.insert_traffic_resets(&resets, cause).await?;
        }
        Ok(users)
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

/// Moves what was decided behind the locks.
async fn move_all(
    tx: &mut dyn BillingTx,
    moves: &[NextReset],
    now: UnixSeconds,
) -> Result<u64, BillingError> {
    if moves.is_empty() {
        return Ok(0);
    }
    let moved = tx.move_next_resets(moves, now).await?;
    moved_behind_lock(usize::try_from(moved) == Ok(moves.len()), "a reset")?;
    Ok(moved)
}
