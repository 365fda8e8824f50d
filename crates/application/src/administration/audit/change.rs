//! How an administrator's change ends: together with its record, or not at all.

use std::sync::Arc;

use ferroboard_audit::AuditChange;
use ferroboard_events::NewEvent;
use ferroboard_kernel::{AuditId, UnixSeconds, UserId};

use crate::database::{Database, Transaction};
use crate::transaction::finish;
use crate::{Error, UnitOfWork};

/// A recorded request of an administrator, and what it may do: one transaction, which ends with what
/// it changed beside its record. Only [`Audit::record`](crate::Audit::record) makes one.
pub struct Change {
    store: Arc<Database>,
    record: AuditId,
    admin: UserId,
}

impl Change {
    /// To be called with the row that was just written.
    pub(super) fn new(store: Arc<Database>, record: AuditId, admin: UserId) -> Self {
        Self {
            store,
            record,
            admin,
        }
    }

    /// Who asks for it.
    pub fn admin(&self) -> UserId {
        self.admin
    }

    /// The row of the request.
    pub fn record(&self) -> AuditId {
        self.record
    }

    /// Opens the transaction; [`change!`] does.
    pub(crate) async fn begin(&self) -> Result<OpenChange, Error> {
        Ok(OpenChange {
            tx: self.store.begin_administration().await?,
            record: self.record,
            admin: self.admin,
            now: self.store.now(),
        })
    }
}

/// The open transaction of a change. It can be committed only with a [`Summary`].
pub(crate) struct OpenChange {
    tx: Transaction,
    record: AuditId,
    admin: UserId,
    now: UnixSeconds,
}

impl OpenChange {
    /// What can be done in it.
    pub(crate) fn tx(&mut self) -> &mut dyn UnitOfWork {
        self.tx.as_mut()
    }

    /// Commits what was done with its record, and rolls back what was refused.
    pub(crate) async fn end<S: Summary>(
        mut self,
        outcome: Result<S, Error>,
    ) -> Result<S::Value, Error> {
        let outcome = match outcome {
            Ok(summary) => {
                let (value, change) = summary.parts();
                self.note(&change).await.map(|()| value)
            }
            Err(refusal) => Err(refusal),
        };
        finish(self.tx, outcome).await
    }

    /// Nothing where nothing changed.
    async fn note(&mut self, change: &AuditChange) -> Result<(), Error> {
        if !change.is_empty() {
            let tx = self.tx.as_mut();
            tx.insert_audit_change(self.record, change).await?;
            tx.tell(NewEvent::about_action(self.admin, self.record, self.now));
        }
        Ok(())
    }
}

/// What a change ends with: what it changed, alone or behind what the caller gets.
pub(crate) trait Summary: Send {
    /// What the caller gets.
    type Value: Send;

    fn parts(self) -> (Self::Value, AuditChange);
}

impl Summary for AuditChange {
    type Value = ();

    fn parts(self) -> ((), AuditChange) {
        ((), self)
    }
}

impl<T: Send> Summary for (T, AuditChange) {
    type Value = T;

    fn parts(self) -> (T, AuditChange) {
        self
    }
}

/// Runs an administrator's change inside its one transaction, as [`transact!`](crate::transaction::transact)
/// does. The expression's value is what changed, which is committed with it beside the record of the
/// request, or a pair of what the caller gets and what changed.
macro_rules! change {
    ($change:expr, |$tx:ident| $body:expr) => {{
        let change: $crate::Change = $change;
        $crate::transaction::retrying(|| async {
            let mut open = change.begin().await?;
            let outcome = async {
                let $tx = open.tx();
                Ok::<_, $crate::Error>($body)
            }
            .await;
            open.end(outcome).await
        })
        .await
    }};
}
pub(crate) use change;
