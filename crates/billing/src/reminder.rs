//! Who is to be reminded of what.

use ferroboard_kernel::{Email, Seconds, UnixSeconds, UserId};

/// What a customer is reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// The subscription ends at this time.
    Expiry(UnixSeconds),
    /// Most of the traffic is used.
    Traffic,
}

impl Reminder {
    /// How long before the end a customer is reminded of it.
    pub const BEFORE_EXPIRY: Seconds = Seconds::days(1);
    /// How long nobody is reminded of the traffic again.
    pub const TRAFFIC_PAUSE: Seconds = Seconds::days(1);
    /// The longest that it is remembered that a customer was reminded.
    pub const MARKED: Seconds = Seconds::days(1);
}

/// A user as far as reminders are concerned: columns of `v2_user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderSubject {
    /// The row.
    pub user: UserId,
    /// Where to mail to.
    pub email: Email,
    /// `remind_expire`.
    pub wants_expiry: bool,
    /// `remind_traffic`.
    pub wants_traffic: bool,
    /// When the subscription ends; `None` never, 0 none.
    pub expired_at: Option<UnixSeconds>,
    /// Bytes for one period.
    pub transfer_enable: i64,
    /// Bytes used in this period, in both directions.
    pub used: i64,
}

impl ReminderSubject {
    /// What the user is to be reminded of now.
    pub fn due(&self, now: UnixSeconds) -> Vec<Reminder> {
        let soon = now.plus(Reminder::BEFORE_EXPIRY);
        let ending = self.expired_at.filter(|end| *end > now && *end < soon);
        let expiry = ending.filter(|_| self.wants_expiry).map(Reminder::Expiry);
        let traffic = (self.wants_traffic && self.has_used_most()).then_some(Reminder::Traffic);
        expiry.into_iter().chain(traffic).collect()
    }

    /// Whether at least 80 and less than 100 percent are used.
    fn has_used_most(&self) -> bool {
        let (used, quota) = (i128::from(self.used), i128::from(self.transfer_enable));
        quota > 0 && used * 5 >= quota * 4 && used < quota
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);

    fn subject() -> ReminderSubject {
        ReminderSubject {
            user: UserId::new(1),
            email: Email::stored("ann@demo.test"),
            wants_expiry: true,
            wants_traffic: true,
            expired_at: None,
            transfer_enable: 100,
            used: 0,
        }
    }

    #[test]
    fn the_end_is_announced_on_the_day_before() {
        for (seconds, expected) in [
            (-1, false),
            (0, false),
            (1, true),
            (86_399, true),
            (86_400, false),
        ] {
            let end = NOW.plus(Seconds::new(seconds));
            let ending = ReminderSubject {
                expired_at: Some(end),
                ..subject()
            };
            let due: &[Reminder] = if expected {
                &[Reminder::Expiry(end)]
            } else {
                &[]
            };
            assert_eq!(ending.due(NOW), due, "{seconds}");
            let silent = ReminderSubject {
                wants_expiry: false,
                ..ending
            };
            assert_eq!(silent.due(NOW), []);
        }
    }

    #[test]
    fn traffic_is_announced_from_eighty_percent_on_until_it_is_used_up() {
        for (used, quota, expected) in [
            (79, 100, false),
            (80, 100, true),
            (99, 100, true),
            (100, 100, false),
            (0, 0, false),
            (5, 0, false),
            (4, 5, true),
            (3, 4, false),
            (i64::MAX - 1, i64::MAX, true),
        ] {
            let subject = ReminderSubject {
                used,
                transfer_enable: quota,
                ..subject()
            };
            assert_eq!(!subject.due(NOW).is_empty(), expected, "{used} of {quota}");
            let silent = ReminderSubject {
                wants_traffic: false,
                ..subject
            };
            assert_eq!(silent.due(NOW), []);
        }
    }
}
