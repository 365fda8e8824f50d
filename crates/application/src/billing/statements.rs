//! What users own, entry by entry.

use std::sync::Arc;

use ferroboard_kernel::{LedgerAccount, UserId};
use ferroboard_listing::{Found, Page};

use crate::process::Core;
use crate::{Error, StatementLine};

/// Statements, as the owners of accounts read them.
pub struct Statements(pub(crate) Arc<Core>);

impl Statements {
    /// The user's entries about the account, or about both accounts, newest first.
    pub async fn list(
        &self,
        user: UserId,
        account: Option<LedgerAccount>,
        page: Page,
    ) -> Result<Found<StatementLine>, Error> {
        let store = &self.0.ports.store;
        Ok(store.list_statement(user, account, page).await?)
    }
}
