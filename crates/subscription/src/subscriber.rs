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
    /// Suspended.
    pub banned: bool,
    /// The secret that most protocols use.
    pub uuid: String,
    /// Days until the traffic is counted anew.
    pub days_until_reset: Option<i64>,
}

impl Subscriber {
    /// Whether the subscription can be used. Traffic that is used up does not matter: nodes decide
    /// about that.
    pub fn is_usable(&self, now: UnixSeconds) -> bool {
        let has_time = self.expired_at.is_none_or(|end| end > now);
        !self.banned && self.transfer_enable != 0 && has_time
    }

    /// Bytes sent and received in this period.
    pub fn used(&self) -> i64 {
        self.upload.saturating_add(self.download)
    }

    /// Bytes left in this period, negative when more were used than there are.
    pub fn remaining(&self) -> i64 {
        self.transfer_enable.saturating_sub(self.used())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{a_subscriber, new_year};

    #[test]
    fn a_subscription_is_usable_until_it_ends() {
        let now = new_year();
        let second = |n| Some(UnixSeconds::new(now.get() + n));
        for (banned, transfer_enable, expired_at, expected) in [
            (false, 1, None, true),
            (false, -1, second(1), true),
            (false, 1, second(0), false),
            (false, 1, second(-1), false),
            (false, 1, Some(UnixSeconds::new(0)), false),
            (false, 0, None, false),
            (true, 1, None, false),
        ] {
            let subscriber = Subscriber {
                banned,
                transfer_enable,
                expired_at,
                upload: 5 << 40,
                ..a_subscriber()
            };
            let shown = format!("{banned} {transfer_enable} {expired_at:?}");
            assert_eq!(subscriber.is_usable(now), expected, "{shown}");
        }
    }
}
