//! Whose subscription it is.

use ferroboard_kernel::UnixSeconds;

/// What a configuration says of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Bytes sent in this period.
    pub upload: i64,
    /// Bytes received in this period.
    pub download: i64,
    /// Bytes for one period.
    pub transfer_enable: i64,
    /// When it ends; `None` never does.
    pub expired_at: Option<UnixSeconds>,
    /// The secret that most protocols use.
    pub uuid: String,
    /// Days until the traffic is counted anew.
    pub days_until_reset: Option<i64>,
}

impl Subscriber {
    /// Bytes sent and received in this period.
    pub fn used(&self) -> i64 {
        self.upload.saturating_add(self.download)
    }

    /// Bytes left in this period, negative when more were used than there are.
    pub fn remaining(&self) -> i64 {
        self.transfer_enable.saturating_sub(self.used())
    }
}
