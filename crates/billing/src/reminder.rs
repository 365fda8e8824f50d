//! Who is to be reminded of what.

use ferroboard_kernel::{Email, Seconds, UnixSeconds, UserId};

/// A period of traffic: a new one begins when the traffic is counted anew, and when the quota changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrafficPeriod {
    /// When the traffic was last counted anew.
    pub since: Option<UnixSeconds>,
    /// Bytes for the period.
    pub quota: i64,
}

/// What a customer is reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reminder {
    /// The subscription ends within so many days, or, with 0, has ended.
    Expiry {
        /// When it ends.
        end: UnixSeconds,
        /// How many days before.
        days: i64,
    },
    /// So many percent of the traffic of a period are used.
    Traffic {
        /// How many.
        percent: i64,
        /// Of which.
        period: TrafficPeriod,
    },
    /// Most of the traffic is used: told again every day, as Xboard does.
    DailyTraffic,
}

impl Reminder {
    /// How long after its end a subscription is still spoken of.
    pub const AFTER_END: Seconds = Seconds::days(1);
    /// How many percent of the traffic are most of it.
    pub const MOST: i64 = 80;
    /// The longest that it is remembered that a customer was reminded of an end.
    pub const END_MARKED: Seconds = Seconds::days(32);
    /// The same of a period of traffic, which may be longer: then the customer is reminded once more.
    pub const PERIOD_MARKED: Seconds = Seconds::days(400);
    /// How long nobody is reminded again of what is told every day.
    pub const DAILY_MARKED: Seconds = Seconds::days(1);
}

/// By which rule customers are reminded of their traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrafficReminders {
    /// Every day from [`Reminder::MOST`] percent on, until all of it is used.
    Daily,
    /// Once in each period at each of these percents; at 100 all of it is used.
    At(Vec<i64>),
}

/// When customers are reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderPolicy {
    /// How many days before the end of the subscription, each once; 0 is at the end.
    pub days: Vec<i64>,
    /// Of the traffic.
    pub traffic: TrafficReminders,
}

impl Default for ReminderPolicy {
    /// Xboard's: on the day before the end, and daily of the traffic.
    fn default() -> Self {
        Self {
            days: vec![1],
            traffic: TrafficReminders::Daily,
        }
    }
}

/// Which users a run looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReminderScope {
    /// Whose subscription ends behind the first of these times and before the other one.
    Ending {
        /// The first.
        after: UnixSeconds,
        /// The other one.
        before: UnixSeconds,
    },
    /// Who has used at least so many percent of the traffic, or a little less: how much exactly is decided
    /// where sums cannot overflow.
    Using {
        /// How many.
        percent: i64,
        /// Only those whose traffic was last counted from the first of these times to the other one.
        counted: Option<(UnixSeconds, UnixSeconds)>,
    },
}

impl ReminderPolicy {
    /// Whose subscriptions may have to be spoken of; also those that have just ended.
    pub fn ending(&self, now: UnixSeconds) -> ReminderScope {
        let longest = self.days.iter().copied().max().unwrap_or(0).max(0);
        ReminderScope::Ending {
            after: now.minus(Reminder::AFTER_END),
            before: now.plus(Seconds::days(longest)).plus(Seconds::new(1)),
        }
    }

    /// Whose traffic may have to be spoken of; also those who have used all of it.
    pub fn using(&self, counted: Option<(UnixSeconds, UnixSeconds)>) -> ReminderScope {
        let least = match &self.traffic {
            TrafficReminders::Daily => Reminder::MOST,
            TrafficReminders::At(percents) => percents.iter().copied().min().unwrap_or(100),
        };
        ReminderScope::Using {
            percent: least.clamp(1, 100),
            counted,
        }
    }

    /// The reminder of the end that is due: of those that were missed the latest alone.
    pub fn expiry(&self, subject: &ReminderSubject, now: UnixSeconds) -> Option<Reminder> {
        let end = subject.expired_at.filter(|_| subject.wants_expiry)?;
        let is_due = |days: i64| match days {
            0 => subject.ended_lately(now),
            days => end > now && end < now.plus(Seconds::days(days)),
        };
        let due = self.days.iter().copied().filter(|days| is_due(*days)).min();
        due.map(|days| Reminder::Expiry { end, days })
    }

    /// The reminder of the traffic that is due: of those that were missed the latest alone. What is told once is
    /// told to nobody whose subscription has ended.
    pub fn traffic(&self, subject: &ReminderSubject, now: UnixSeconds) -> Option<Reminder> {
        if !subject.wants_traffic {
            return None;
        }
        match &self.traffic {
            TrafficReminders::Daily => {
                let is_most = subject.has_used(Reminder::MOST) && !subject.has_used(100);
                is_most.then_some(Reminder::DailyTraffic)
            }
            TrafficReminders::At(_) if subject.has_ended(now) => None,
            TrafficReminders::At(percents) => {
                let reached = percents.iter().copied();
                let reached = reached.filter(|percent| subject.has_used(*percent)).max()?;
                // Who has used all of it learns that, or nothing.
                let is_due = reached == 100 || !subject.has_used(100);
                is_due.then_some(Reminder::Traffic {
                    percent: reached,
                    period: subject.period(),
                })
            }
        }
    }

    /// The reminder itself, and those that nobody needs any more who got it.
    pub fn settled_by(&self, reminder: Reminder) -> Vec<Reminder> {
        let mut settled = vec![reminder];
        match (reminder, &self.traffic) {
            (Reminder::Expiry { end, days }, _) => {
                let earlier = self.days.iter().copied().filter(|other| *other > days);
                settled.extend(earlier.map(|days| Reminder::Expiry { end, days }));
            }
            (Reminder::Traffic { percent, period }, TrafficReminders::At(percents)) => {
                let earlier = percents.iter().copied().filter(|other| *other < percent);
                settled.extend(earlier.map(|percent| Reminder::Traffic { percent, period }));
            }
            _ => {}
        }
        settled
    }
}

/// A user as far as reminders are concerned: columns of `v2_user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderSubject {
    /// The row.
    pub user: UserId,
    /// Where to mail to.
    pub email: Email,
    /// The Telegram chat of the account.
    pub chat: Option<i64>,
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
    /// When the traffic was last counted anew.
    pub last_reset_at: Option<UnixSeconds>,
}

impl ReminderSubject {
    /// Whether there is no subscription any more.
    pub fn has_ended(&self, now: UnixSeconds) -> bool {
        self.expired_at.is_some_and(|end| end <= now)
    }

    /// Whether the subscription ended, and not long ago.
    pub fn ended_lately(&self, now: UnixSeconds) -> bool {
        let end = self.expired_at;
        end.is_some_and(|end| end <= now && end > now.minus(Reminder::AFTER_END))
    }

    /// Whether at least so many percent of the traffic are used; nothing is used of none.
    pub fn has_used(&self, percent: i64) -> bool {
        let (used, quota) = (i128::from(self.used), i128::from(self.transfer_enable));
        quota > 0 && used * 100 >= quota * i128::from(percent)
    }

    /// The present period of traffic.
    pub const fn period(&self) -> TrafficPeriod {
        TrafficPeriod {
            since: self.last_reset_at,
            quota: self.transfer_enable,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);
    const DAY: i64 = 86_400;

    fn subject() -> ReminderSubject {
        ReminderSubject {
            user: UserId::new(1),
            email: Email::stored("ann@demo.test"),
            chat: None,
            wants_expiry: true,
            wants_traffic: true,
            expired_at: None,
            transfer_enable: 100,
            used: 0,
            last_reset_at: None,
        }
    }

    fn ending_in(seconds: i64) -> ReminderSubject {
        ReminderSubject {
            expired_at: Some(NOW.plus(Seconds::new(seconds))),
            ..subject()
        }
    }

    fn policy(days: &[i64], percents: &[i64]) -> ReminderPolicy {
        ReminderPolicy {
            days: days.to_vec(),
            traffic: TrafficReminders::At(percents.to_vec()),
        }
    }

    fn days_due(policy: &ReminderPolicy, subject: &ReminderSubject) -> Option<i64> {
        match policy.expiry(subject, NOW)? {
            Reminder::Expiry { end, days } => {
                assert_eq!(Some(end), subject.expired_at);
                Some(days)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn by_default_the_end_is_announced_on_the_day_before() {
        for (seconds, expected) in [
            (-1, None),
            (0, None),
            (1, Some(1)),
            (86_399, Some(1)),
            (86_400, None),
        ] {
            let ending = ending_in(seconds);
            let due = days_due(&ReminderPolicy::default(), &ending);
            assert_eq!(due, expected, "{seconds}");
            let silent = ReminderSubject {
                wants_expiry: false,
                ..ending
            };
            assert_eq!(ReminderPolicy::default().expiry(&silent, NOW), None);
        }
    }

    #[test]
    fn of_the_days_before_the_end_the_latest_alone_is_due() {
        let policy = policy(&[7, 3, 1, 0], &[]);
        for (seconds, expected) in [
            (7 * DAY, None),
            (7 * DAY - 1, Some(7)),
            (3 * DAY, Some(7)),
            (3 * DAY - 1, Some(3)),
            (DAY, Some(3)),
            (DAY - 1, Some(1)),
            (1, Some(1)),
            (0, Some(0)),
            (-DAY + 1, Some(0)),
            (-DAY, None),
            (-40 * DAY, None),
        ] {
            assert_eq!(
                days_due(&policy, &ending_in(seconds)),
                expected,
                "{seconds}"
            );
        }
        let none = ReminderSubject {
            expired_at: Some(UnixSeconds::new(0)),
            ..subject()
        };
        assert_eq!(policy.expiry(&none, NOW), None);
        assert_eq!(policy.expiry(&subject(), NOW), None);
    }

    #[test]
    fn by_default_traffic_is_announced_from_eighty_percent_on_until_it_is_used_up() {
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
            let due = ReminderPolicy::default().traffic(&subject, NOW);
            let expected = expected.then_some(Reminder::DailyTraffic);
            assert_eq!(due, expected, "{used} of {quota}");
            let silent = ReminderSubject {
                wants_traffic: false,
                ..subject
            };
            assert_eq!(ReminderPolicy::default().traffic(&silent, NOW), None);
        }
    }

    #[test]
    fn of_the_percents_the_highest_alone_is_due() {
        for (percents, used, expected) in [
            (&[80, 95][..], 79, None),
            (&[80, 95][..], 80, Some(80)),
            (&[95, 80][..], 94, Some(80)),
            (&[80, 95][..], 95, Some(95)),
            (&[80, 95][..], 100, None),
            (&[80, 95][..], 400, None),
            (&[80, 100][..], 100, Some(100)),
            (&[80, 100][..], 400, Some(100)),
            (&[1][..], 1, Some(1)),
            (&[][..], 99, None),
        ] {
            let subject = ReminderSubject { used, ..subject() };
            let due = policy(&[], percents).traffic(&subject, NOW);
            let period = subject.period();
            let expected = expected.map(|percent| Reminder::Traffic { percent, period });
            assert_eq!(due, expected, "{used} of {percents:?}");
        }
    }

    #[test]
    fn nobody_is_told_once_of_the_traffic_of_a_subscription_that_has_ended() {
        for (end, expected) in [(None, true), (Some(1), true), (Some(0), false)] {
            let subject = ReminderSubject {
                used: 80,
                expired_at: end.map(|seconds| NOW.plus(Seconds::new(seconds))),
                ..subject()
            };
            let due = policy(&[], &[80]).traffic(&subject, NOW);
            assert_eq!(due.is_some(), expected, "{end:?}");
            let daily = ReminderPolicy::default().traffic(&subject, NOW);
            assert_eq!(daily, Some(Reminder::DailyTraffic));
        }
    }

    #[test]
    fn a_period_begins_with_a_reset_and_with_another_quota() {
        let first = subject();
        for other in [
            ReminderSubject {
                last_reset_at: Some(NOW),
                ..subject()
            },
            ReminderSubject {
                transfer_enable: 101,
                ..subject()
            },
        ] {
            assert_ne!(other.period(), first.period());
        }
        let used = ReminderSubject {
            used: 50,
            expired_at: Some(NOW),
            ..subject()
        };
        assert_eq!(used.period(), first.period());
    }

    proptest! {
        #[test]
        fn each_reminder_is_told_once_and_none_behind_a_later_one(
            days in prop::collection::vec(0_i64..=30, 0..=8),
            percents in prop::collection::vec(1_i64..=100, 0..=8),
            steps in prop::collection::vec((1_i64..5 * DAY, 0_i64..40), 1..60),
        ) {
            let policy = policy(&days, &percents);
            let mut subject = ending_in(31 * DAY);
            let end = subject.expired_at.unwrap();
            let (mut now, mut marks, mut told) = (NOW, BTreeSet::new(), Vec::new());
            for (pause, bytes) in steps {
                now = now.plus(Seconds::new(pause));
                subject.used += bytes;
                let due = policy.expiry(&subject, now).into_iter();
                for reminder in due.chain(policy.traffic(&subject, now)) {
                    if !marks.contains(&reminder) {
                        marks.extend(policy.settled_by(reminder));
                        told.push((reminder, now));
                    }
                }
            }
            let (mut nearest, mut highest) = (i64::MAX, 0);
            for (reminder, at) in told {
                match reminder {
                    Reminder::Expiry { days: before, .. } => {
                        prop_assert!(days.contains(&before) && before < nearest);
                        let (from, until) = match before {
                            0 => (end, end.plus(Reminder::AFTER_END)),
                            _ => (end.minus(Seconds::days(before)), end),
                        };
                        prop_assert!(at >= from && at < until);
                        nearest = before;
                    }
                    Reminder::Traffic { percent, .. } => {
                        prop_assert!(percents.contains(&percent) && percent > highest);
                        highest = percent;
                    }
                    Reminder::DailyTraffic => prop_assert!(false),
                }
            }
        }

        #[test]
        fn whoever_is_to_be_reminded_is_looked_at(
            days in prop::collection::vec(0_i64..=30, 0..=8),
            percents in prop::collection::vec(1_i64..=100, 0..=8),
            seconds in -3 * DAY..33 * DAY,
            used in 0_i64..130,
        ) {
            let policy = policy(&days, &percents);
            let subject = ReminderSubject { used, ..ending_in(seconds) };
            let end = subject.expired_at.unwrap();
            if policy.expiry(&subject, NOW).is_some() || subject.ended_lately(NOW) {
                let ReminderScope::Ending { after, before } = policy.ending(NOW) else {
                    panic!("no scope of ends")
                };
                prop_assert!(end > after && end < before);
            }
            if policy.traffic(&subject, NOW).is_some() || subject.has_used(100) {
                let ReminderScope::Using { percent, .. } = policy.using(None) else {
                    panic!("no scope of traffic")
                };
                prop_assert!(subject.has_used(percent));
            }
        }
    }
}
