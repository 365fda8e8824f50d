use async_trait::async_trait;
use ferroboard_kernel::{LedgerBalance, StoreError, UnixSeconds, UserId};

/// The ledger as a whole (`ferro_ledger`), over the accounts of all users.
///
/// It stands beside [`BillingTx`](crate::BillingTx) because it also reads the commission balance,
/// which is another domain's: whoever has all tables implements it.
#[async_trait]
pub trait LedgerRepository: Send {
    /// Both accounts of the first `limit` users after the user `after`, by user, each with the sum
    /// of its entries (0 without any). Both numbers MUST come from the same state of the database.
    /// Accounts of deleted users, whose entries remain, are left out.
    async fn list_ledger_balances(
        &mut self,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<LedgerBalance>, StoreError>;

    /// Locks the accounts of the first `limit` users after the user `after`, and writes an entry of
    /// kind `opening` for each that holds money and has no entry at all. The last user looked at;
    /// `None` when there was none. Doing it again changes nothing.
    async fn insert_ledger_openings(
        &mut self,
        after: Option<UserId>,
        limit: u32,
        at: UnixSeconds,
    ) -> Result<Option<UserId>, StoreError>;
}
