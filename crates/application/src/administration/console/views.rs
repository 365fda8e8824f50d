//! What the console shows of it.

use ferroboard_kernel::{MailId, UnixSeconds, UserId};

/// A list as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// The row; 0 before there is one.
    pub id: i64,
    /// Whose.
    pub admin: UserId,
    /// Which list, or `replies` of a text that answers tickets; at most 32 characters.
    pub list: String,
    /// What it is called; at most 60 characters.
    pub name: String,
    /// The query of its address, without `?`, or the text; at most 20,000 bytes.
    pub query: String,
    /// When it was kept.
    pub created_at: UnixSeconds,
}

/// An entry of the ledger, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// The row.
    pub id: i64,
    /// Whose account.
    pub user: UserId,
    /// 0 the balance, 1 the commission balance.
    pub account: i64,
    /// What was added, in cents; negative for what was taken.
    pub amount: i64,
    /// Why, in the ledger's word.
    pub kind: String,
    /// What caused it.
    pub reference: String,
    /// When.
    pub created_at: UnixSeconds,
}

/// A mail of the outbox, without what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedMail {
    /// The row.
    pub id: MailId,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Which text it is made of.
    pub template: String,
    /// 0 waits, 1 is being sent, 2 was sent, 3 was given up.
    pub status: i64,
    /// How often sending was tried.
    pub attempts: i64,
    /// Why the last try failed, if it did.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: UnixSeconds,
    /// When it last moved.
    pub updated_at: UnixSeconds,
}
