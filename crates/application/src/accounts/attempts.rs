//! Limits of what may be tried and written: how guesses of passwords and codes are counted, and acts that
//! leave rows behind.

use ferroboard_auth::{Act, AuthError, AuthTx, Counter, CounterName, Limit};
use ferroboard_kernel::{Seconds, UserId};

use crate::Error;
use crate::core::Core;
use crate::transaction::{look, transact};

/// Refuses when one of the counters has reached its limit; `refusal` is given the time to wait.
pub(crate) async fn refuse_when_reached(
    core: &Core,
    tx: &mut dyn AuthTx,
    counters: &[(CounterName, Limit)],
    refusal: fn(Seconds) -> AuthError,
) -> Result<(), AuthError> {
    let now = core.ports.clock.now();
    let throttled = |counter: Counter| refusal(counter.expires_at.since(now));
    for (name, limit) in counters {
        core.auth
            .refuse_when_reached(tx, name, *limit, now, throttled)
            .await?;
    }
    Ok(())
}

/// The same in a transaction of its own.
pub(crate) async fn refuse_attempt(
    core: &Core,
    counters: &[(CounterName, Limit)],
    refusal: fn(Seconds) -> AuthError,
) -> Result<(), Error> {
    if counters.is_empty() {
        return Ok(());
    }
    transact!(core.ports.store, |tx| refuse_when_reached(
        core, tx, counters, refusal
    )
    .await?)
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
    Ok(())
}

/// The same in a transaction of its own.
pub(crate) async fn count_attempt(
    core: &Core,
    counters: &[(CounterName, Limit)],
    refusal: fn(Seconds) -> AuthError,
) -> Result<(), Error> {
    if counters.is_empty() {
        return Ok(());
    }
    transact!(core.ports.store, |tx| count_within(
        core, tx, counters, refusal
    )
    .await?)
}

impl Core {
    /// Counts what a user does. To be called behind the lock of what is written, so that those who come
    /// at one moment wait for each other: an act beyond the limit is refused, and rolled back.
    pub(crate) async fn count_act(
        &self,
        tx: &mut dyn AuthTx,
        act: Act,
        user: UserId,
    ) -> Result<(), AuthError> {
        let now = self.ports.clock.now();
        let name = CounterName::acts(act, user, now);
        let limit = act.limit().times(self.options.write_allowance);
        let wait = limit.rest_of_span(now);
        self.auth
            .count_within(tx, &name, limit, now, |_| AuthError::ActsThrottled { wait })
            .await
    }
}
