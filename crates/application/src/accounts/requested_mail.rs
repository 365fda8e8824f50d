//! Mail that anybody may ask for, to an address that may have an account.

use std::sync::Arc;

use async_trait::async_trait;
use ferroboard_attempts::{Attempt, AttemptError, CounterName, Limit};
use tracing::Instrument as _;

use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, UnitOfWork};

/// A message that was asked for.
#[async_trait]
pub(crate) trait RequestedMail: Send + Sync + 'static {
    /// What whoever asks is told, where that shows nothing.
    type Told: Send;

    /// What the request is counted on, whether or not there is such an account.
    fn counters(&self, core: &Core) -> Vec<(Attempt, Vec<(CounterName, Limit)>)>;

    /// Queues the message, if there is to be one.
    async fn queue(&self, core: &Core, tx: &mut dyn UnitOfWork) -> Result<Self::Told, Error>;
}

async fn count(
    core: &Core,
    tx: &mut dyn UnitOfWork,
    mail: &impl RequestedMail,
) -> Result<(), AttemptError> {
    for (what, counters) in mail.counters(core) {
        core.count_attempt(tx, &counters, what).await?;
    }
    Ok(())
}

impl Core {
    /// Counts a request and queues its message, together or not at all. Where nothing may show who has an
    /// account, not even the time, it is only counted before the answer, which is `None`.
    pub(crate) async fn mail_on_request<M: RequestedMail>(
        self: &Arc<Self>,
        mail: M,
        is_hidden: bool,
    ) -> Result<Option<M::Told>, Error> {
        if is_hidden {
            transact!(self.ports.store, |tx| count(self, tx, &mail).await?)?;
            let core = Arc::clone(self);
            let queueing = async move {
                let queued = transact!(core.ports.store, |tx| mail.queue(&core, tx).await?);
                match queued {
                    Ok(_) => core.mail_queued.notify_one(),
                    Err(error) => {
                        tracing::error!(%error, "a mail that was asked for was not queued");
                    }
                }
            };
            tokio::spawn(queueing.in_current_span());
            return Ok(None);
        }
        let told = transact!(self.ports.store, |tx| {
            count(self, tx, &mail).await?;
            mail.queue(self, tx).await?
        })?;
        self.mail_queued.notify_one();
        Ok(Some(told))
    }
}
