//! Limits of what may be tried and written: how guesses of passwords and codes are counted, and acts that
//! leave rows behind.

use ferroboard_attempts::{
    Act, Attempt, AttemptError, AttemptService, AttemptsTx, CounterName, Limit,
};
use ferroboard_kernel::UserId;

use crate::Error;
use crate::process::Core;
use crate::transaction::{look, transact};

/// Counters that are looked at together, each with its limit.
pub(crate) type Counters = [(CounterName, Limit)];

impl Core {
    /// Refuses when one of the counters has reached its limit.
    pub(crate) async fn look_at_attempts(
        &self,
        tx: &mut dyn AttemptsTx,
        counters: &Counters,
        what: Attempt,
    ) -> Result<(), AttemptError> {
        let now = self.ports.clock.now();
        AttemptService.look(tx, counters, what, now).await
    }

    /// Counts an attempt on each of the counters. One beyond a limit is refused; the transaction is then to
    /// be rolled back, so that it is counted on none.
    pub(crate) async fn count_attempt(
        &self,
        tx: &mut dyn AttemptsTx,
        counters: &Counters,
        what: Attempt,
    ) -> Result<(), AttemptError> {
        let now = self.ports.clock.now();
        AttemptService.count(tx, counters, what, now).await
    }

    /// [`look_at_attempts`](Self::look_at_attempts) before the transaction.
    pub(crate) async fn look_at_attempts_first(
        &self,
        counters: &Counters,
        what: Attempt,
    ) -> Result<(), Error> {
        if counters.is_empty() {
            return Ok(());
        }
        look!(self.ports.store, |tx| self
            .look_at_attempts(tx, counters, what)
            .await?)
    }

    /// [`count_attempt`](Self::count_attempt) in a transaction of its own, which succeeds although what was
    /// tried is refused.
    pub(crate) async fn count_attempt_apart(
        &self,
        counters: &Counters,
        what: Attempt,
    ) -> Result<(), Error> {
        if counters.is_empty() {
            return Ok(());
        }
        transact!(self.ports.store, |tx| self
            .count_attempt(tx, counters, what)
            .await?)
    }

    /// Counts what a user does. To be called behind the lock of what is written, so that those who come
    /// at one moment wait for each other: an act beyond the limit is refused, and rolled back.
    pub(crate) async fn count_act(
        &self,
        tx: &mut dyn AttemptsTx,
        act: Act,
        user: UserId,
    ) -> Result<(), AttemptError> {
        let now = self.ports.clock.now();
        let limit = act.limit().times(self.options.write_allowance);
        let counter = (CounterName::acts(act, user, now), limit);
        AttemptService
            .count_in_span(tx, counter, Attempt::Act, now)
            .await
    }
}
