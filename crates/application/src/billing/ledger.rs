//! The books.

use ferroboard_kernel::{LedgerBalance, UserId};

use crate::transaction::{look, transact};
use crate::{Error, Store};

/// How many users one transaction looks at.
const BATCH: u32 = 500;

/// The ledger as a whole.
pub struct Ledger<'a> {
    /// The database.
    pub store: &'a dyn Store,
    /// The time.
    pub clock: &'a dyn ferroboard_kernel::Clock,
}

impl Ledger<'_> {
    /// Writes an opening entry for every account that holds money and has no entry: those of an
    /// adopted database. Doing it again changes nothing.
    pub async fn open(&self) -> Result<(), Error> {
        let mut after: Option<UserId> = None;
        loop {
            let last = transact!(self.store, |tx| {
                let now = self.clock.now();
                tx.insert_ledger_openings(after, BATCH, now).await?
            })?;
            match last {
                Some(user) => after = Some(user),
                None => return Ok(()),
            }
        }
    }

    /// Recomputes every account from its entries; those that do not agree.
    pub async fn check(&self) -> Result<Vec<LedgerBalance>, Error> {
        let mut differing = Vec::new();
        let mut after: Option<UserId> = None;
        loop {
            let batch = look!(self.store, |tx| tx
                .list_ledger_balances(after, BATCH)
                .await?)?;
            let Some(last) = batch.last() else {
                return Ok(differing);
            };
            after = Some(last.user);
            differing.extend(batch.into_iter().filter(|balance| !balance.agrees()));
        }
    }
}
