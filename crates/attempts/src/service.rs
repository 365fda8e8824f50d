//! Looking at counters, and counting, over an open transaction.

use ferroboard_kernel::UnixSeconds;

use crate::{Attempt, AttemptError, AttemptsTx, CounterName, Limit, Throttled};

/// Lets attempts through up to their limits.
#[derive(Debug, Clone, Copy, Default)]
pub struct AttemptService;

/// What is done with a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tally {
    Look,
    Count,
}

impl AttemptService {
    /// Refuses when one of the counters has reached its limit.
    pub async fn look(
        self,
        tx: &mut dyn AttemptsTx,
        counters: &[(CounterName, Limit)],
        what: Attempt,
        now: UnixSeconds,
    ) -> Result<(), AttemptError> {
        self.each(tx, counters, what, now, Tally::Look).await
    }

    /// Counts an attempt on each of the counters. One beyond a limit is refused; since a refusal rolls the
    /// transaction back, it is counted on none and does not prolong the wait.
    pub async fn count(
        self,
        tx: &mut dyn AttemptsTx,
        counters: &[(CounterName, Limit)],
        what: Attempt,
        now: UnixSeconds,
    ) -> Result<(), AttemptError> {
        self.each(tx, counters, what, now, Tally::Count).await
    }

    /// Counts an attempt on a counter that is named after a span of the clock, which is what there is to
    /// wait for.
    pub async fn count_in_span(
        self,
        tx: &mut dyn AttemptsTx,
        counter: (CounterName, Limit),
        what: Attempt,
        now: UnixSeconds,
    ) -> Result<(), AttemptError> {
        let wait = counter.1.rest_of_span(now);
        let counted = self.count(tx, &[counter], what, now).await;
        counted.map_err(|error| match error {
            AttemptError::Throttled(Throttled { what, .. }) => Throttled { what, wait }.into(),
            other @ AttemptError::Store(_) => other,
        })
    }

    async fn each(
        self,
        tx: &mut dyn AttemptsTx,
        counters: &[(CounterName, Limit)],
        what: Attempt,
        now: UnixSeconds,
        tally: Tally,
    ) -> Result<(), AttemptError> {
        for (name, limit) in counters {
            // The wait that a refusal tells is that of the counter as it stood before this event.
            let before = tx.find_counter(name, limit.window, now).await?;
            let is_beyond = match tally {
                Tally::Look => limit.is_reached_by(before),
                Tally::Count => tx.update_counter(name, limit.window, now).await? > limit.count,
            };
            if is_beyond {
                let end = before.map_or(now.plus(limit.window), |counter| counter.expires_at);
                let wait = end.since(now);
                return Err(Throttled { what, wait }.into());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::testing::MemoryTransaction;
    use ferroboard_kernel::{Seconds, UserId};

    use super::*;
    use crate::testing::MemoryAttempts;

    const NOW: UnixSeconds = UnixSeconds::new(1_735_660_805);
    const TWICE: Limit = Limit {
        count: 2,
        window: Seconds::minutes(1),
    };

    fn refused(wait: i64) -> Result<(), AttemptError> {
        let (what, wait) = (Attempt::Coupon, Seconds::new(wait));
        Err(Throttled { what, wait }.into())
    }

    #[tokio::test]
    async fn attempts_up_to_the_limit_are_counted_and_the_next_is_refused() {
        let mut tables = MemoryAttempts::default();
        let tries = [(CounterName::wrong_coupons(UserId::new(1)), TWICE)];
        let later = |seconds| NOW.plus(Seconds::new(seconds));
        for _ in 0..2 {
            let mut tx = MemoryTransaction::begin(&mut tables);
            let looked = AttemptService.look(&mut tx, &tries, Attempt::Coupon, NOW);
            assert_eq!(looked.await, Ok(()));
            let counted = AttemptService.count(&mut tx, &tries, Attempt::Coupon, NOW);
            assert_eq!(counted.await, Ok(()));
            tx.commit().unwrap();
        }
        // The wait is that of the last counted attempt, not of the refused one.
        let mut tx = MemoryTransaction::begin(&mut tables);
        let counted = AttemptService.count(&mut tx, &tries, Attempt::Coupon, later(20));
        assert_eq!(counted.await, refused(40));
        drop(tx);
        let mut tx = MemoryTransaction::begin(&mut tables);
        for (seconds, expected) in [(59, refused(1)), (60, Ok(()))] {
            let looked = AttemptService.look(&mut tx, &tries, Attempt::Coupon, later(seconds));
            assert_eq!(looked.await, expected, "{seconds}");
        }
    }

    #[tokio::test]
    async fn in_a_span_of_the_clock_its_rest_is_the_wait() {
        let mut tables = MemoryAttempts::default();
        let mut tx = MemoryTransaction::begin(&mut tables);
        let counter = || (CounterName::wrong_coupons(UserId::new(1)), TWICE);
        for expected in [Ok(()), Ok(()), refused(55)] {
            let counted = AttemptService.count_in_span(&mut tx, counter(), Attempt::Coupon, NOW);
            assert_eq!(counted.await, expected);
        }
    }
}
