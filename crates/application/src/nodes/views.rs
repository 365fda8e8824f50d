//! What screens show of it.

use ferroboard_kernel::{UnixSeconds, UserId};

/// What a user transferred through nodes of one rate in one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficLogView {
    /// The user.
    pub user: UserId,
    /// Bytes sent, multiplied by the rate.
    pub upload: i64,
    /// Bytes received, multiplied by the rate.
    pub download: i64,
    /// The rate in hundredths.
    pub rate: i64,
    /// 00:00 of the day.
    pub record_at: UnixSeconds,
}
