//! What the log says of traffic that was counted anew.

use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_listing::{Direction, Listing, PageRule, Words};

/// The log as a list, which is asked for in fields of its own.
pub const RESET_LOG: Listing = Listing {
    columns: &[],
    words: Words::Plain,
    joins: false,
    order: &[
        ("reset_time", Direction::Descending),
        ("id", Direction::Descending),
    ],
    pages: PageRule::new(20, 1, 10_000),
};

/// Which resets are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResetFilter {
    /// Of this user.
    pub user: Option<UserId>,
    /// Of users whose address contains this.
    pub email: Option<String>,
    /// Under this method.
    pub kind: Option<&'static str>,
    /// For this cause.
    pub source: Option<&'static str>,
    /// Not before.
    pub from: Option<UnixSeconds>,
    /// Not after.
    pub until: Option<UnixSeconds>,
}

/// A reset of traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetLogView {
    /// The row.
    pub id: i64,
    /// Whose.
    pub user: UserId,
    /// Their address, while the account exists.
    pub email: Option<String>,
    /// Under which method, as the table calls it.
    pub kind: String,
    /// When, if that can be read.
    pub at: Option<UnixSeconds>,
    /// Bytes before.
    pub before: ResetTraffic,
    /// Bytes after.
    pub after: ResetTraffic,
    /// Why, as the table calls it.
    pub source: String,
    /// What was noted beside it, a JSON text.
    pub note: Option<String>,
    /// When the row was made, if that can be read.
    pub created_at: Option<UnixSeconds>,
}

/// Traffic in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ResetTraffic {
    /// Sent.
    pub upload: i64,
    /// Received.
    pub download: i64,
    /// Both, as the table says.
    pub total: i64,
}

/// How many resets there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ResetCounts {
    /// In all.
    pub all: i64,
    /// Of their own accord.
    pub auto: i64,
    /// By administrators.
    pub manual: i64,
    /// By the schedule.
    pub cron: i64,
}
