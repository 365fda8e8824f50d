//! When a subscription renews itself, and what its owner hears of it: pure rules.

use ferroboard_kernel::{Cents, Email, Seconds, TradeNo, UnixSeconds, UserId};

/// Where the renewal of one end of a subscription stands (`ferro_renewal.status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RenewalStatus {
    /// 0: it is tried, or will be.
    Waiting,
    /// 1: the subscription was renewed from the balance.
    Renewed,
    /// 2: the plan could not be renewed; the customer's switch is off.
    Stopped,
    /// 3: its time is over.
    Lapsed,
}

/// What happens to a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewalEvent {
    /// The balance paid for it.
    Renew,
    /// The plan cannot be renewed.
    Stop,
    /// The subscription ended too long ago, or ends at another time.
    Lapse,
}

impl RenewalStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Renewed, Self::Stopped, Self::Lapsed];

    /// Where a renewal stands after the event; `None` where it cannot happen. Only one that waits moves.
    pub const fn after(self, event: RenewalEvent) -> Option<Self> {
        match (self, event) {
            (Self::Waiting, RenewalEvent::Renew) => Some(Self::Renewed),
            (Self::Waiting, RenewalEvent::Stop) => Some(Self::Stopped),
            (Self::Waiting, RenewalEvent::Lapse) => Some(Self::Lapsed),
            (Self::Renewed | Self::Stopped | Self::Lapsed, _) => None,
        }
    }

    /// The status with this code.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The code in the database.
    pub const fn code(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Renewed => 1,
            Self::Stopped => 2,
            Self::Lapsed => 3,
        }
    }
}

/// When one that has no money is told so. The later ones are larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// 0: not yet.
    Nothing,
    /// 1: two days before the end.
    TwoDaysBefore,
    /// 2: a day before the end.
    DayBefore,
    /// 3: at the end.
    AtEnd,
}

impl Told {
    /// Every stage.
    pub const ALL: [Self; 4] = [
        Self::Nothing,
        Self::TwoDaysBefore,
        Self::DayBefore,
        Self::AtEnd,
    ];

    /// What is to be told by now of a subscription that ends then.
    pub fn due(ends: UnixSeconds, now: UnixSeconds) -> Self {
        match ends.since(now).get() {
            ..=0 => Self::AtEnd,
            left if left <= Seconds::days(1).get() => Self::DayBefore,
            left if left <= Seconds::days(2).get() => Self::TwoDaysBefore,
            _ => Self::Nothing,
        }
    }

    /// The stage with this code.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|told| told.code() == code)
    }

    /// The code in the database.
    pub const fn code(self) -> i64 {
        match self {
            Self::Nothing => 0,
            Self::TwoDaysBefore => 1,
            Self::DayBefore => 2,
            Self::AtEnd => 3,
        }
    }
}

/// What may be done now about a subscription that ends at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewalWindow {
    /// Nothing: it ends too late, or ended too long ago.
    Closed,
    /// It is not renewed any more; its owner is told where money was missing.
    Over,
    /// Its owner is told where the price rose.
    Announced,
    /// It is renewed.
    Open,
}

impl RenewalWindow {
    /// How long before the end a renewal is tried.
    pub const OPEN: Seconds = Seconds::days(2);

    /// How long before the end its owner hears of a price that rose.
    pub const ANNOUNCED: Seconds = Seconds::days(7);

    /// For how long its owner is told that it is over.
    pub const OVER: Seconds = Seconds::days(1);

    /// What ended before this is closed.
    pub fn earliest(grace: Seconds, now: UnixSeconds) -> UnixSeconds {
        now.minus(grace).minus(Self::OVER)
    }

    /// What may be done at `now`, where one that ended may be renewed for so long.
    pub fn of(ends: UnixSeconds, grace: Seconds, now: UnixSeconds) -> Self {
        let left = ends.since(now);
        if left > Self::ANNOUNCED || ends < Self::earliest(grace, now) {
            Self::Closed
        } else if left.get() < 0 && ends.plus(grace) <= now {
            Self::Over
        } else if left > Self::OPEN {
            Self::Announced
        } else {
            Self::Open
        }
    }
}

/// The renewal of one end of a subscription (a row of `ferro_renewal`); there is one of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Whose.
    pub user: UserId,
    /// Which end.
    pub ends: UnixSeconds,
    /// Where it stands.
    pub status: RenewalStatus,
    /// What its owner was told of missing money.
    pub told: Told,
    /// Whether its owner was told that the price rose.
    pub price_told: bool,
    /// What it costs, once that was found.
    pub price: Option<Cents>,
}

impl Renewal {
    /// One of which nothing is known.
    pub const fn new(user: UserId, ends: UnixSeconds) -> Self {
        Self {
            user,
            ends,
            status: RenewalStatus::Waiting,
            told: Told::Nothing,
            price_told: false,
            price: None,
        }
    }
}

/// What an attempt came to (`ferro_renewal_attempt.outcome`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RenewalOutcome {
    /// The subscription lasts longer.
    Renewed,
    /// The balance does not suffice.
    Unpaid,
    /// Another order is unfinished.
    Busy,
    /// The plan, or its period, cannot be had any more.
    Unavailable,
}

impl RenewalOutcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Renewed, Self::Unpaid, Self::Busy, Self::Unavailable];

    /// The word in the database and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Renewed => "renewed",
            Self::Unpaid => "unpaid",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
        }
    }

    /// The outcome of this word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }
}

/// An attempt to renew a subscription (a row of `ferro_renewal_attempt`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalAttempt {
    /// Whose.
    pub user: UserId,
    /// Which end.
    pub ends: UnixSeconds,
    /// What it came to.
    pub outcome: RenewalOutcome,
    /// What the renewal costs, where that was found.
    pub price: Option<Cents>,
    /// What was on the balance.
    pub balance: Cents,
    /// The order, where one was placed.
    pub trade_no: Option<TradeNo>,
    /// When.
    pub at: UnixSeconds,
}

impl RenewalAttempt {
    /// How long attempts are kept.
    pub const KEPT: Seconds = Seconds::days(400);
}

/// Who has the switch on, and where to tell them something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalSubject {
    /// The row.
    pub user: UserId,
    /// Where to mail to.
    pub email: Email,
    /// The chat of the bot, where there is one.
    pub chat: Option<i64>,
}

/// Whose renewals are looked for. All have the switch on, a plan, and are not suspended; none is done yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewalScope {
    /// Subscriptions that end within [`RenewalWindow::ANNOUNCED`], or ended less than so long ago.
    Ending {
        /// How long one that ended may be renewed.
        grace: Seconds,
    },
    /// Those of them that were too dear, and the balance has the price by now.
    Funded {
        /// How long one that ended may be renewed.
        grace: Seconds,
    },
}

/// What is to be told to whoever owns a subscription that renews itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenewalNews {
    /// It was renewed.
    Renewed {
        /// What the balance paid.
        price: Cents,
    },
    /// The balance does not suffice.
    Unpaid {
        /// What it costs.
        price: Cents,
        /// What is on the balance.
        balance: Cents,
        /// When it ends.
        ends: UnixSeconds,
    },
    /// The balance did not suffice until it was over.
    Lapsed {
        /// What it would have cost.
        price: Cents,
        /// What is on the balance.
        balance: Cents,
        /// When it ended.
        ended: UnixSeconds,
    },
    /// The plan cannot be renewed; the switch is off.
    Stopped,
    /// It will cost more than last time.
    Dearer {
        /// What was paid last time.
        from: Cents,
        /// What it will cost.
        to: Cents,
        /// When it ends.
        ends: UnixSeconds,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);

    fn in_seconds(seconds: i64) -> UnixSeconds {
        NOW.plus(Seconds::new(seconds))
    }

    #[test]
    fn only_what_waits_moves() {
        use RenewalEvent::{Lapse, Renew, Stop};
        for status in RenewalStatus::ALL {
            for (event, to) in [
                (Renew, RenewalStatus::Renewed),
                (Stop, RenewalStatus::Stopped),
                (Lapse, RenewalStatus::Lapsed),
            ] {
                let expected = (status == RenewalStatus::Waiting).then_some(to);
                assert_eq!(status.after(event), expected, "{status:?} {event:?}");
            }
            assert_eq!(RenewalStatus::from_code(status.code()), Some(status));
        }
        for told in Told::ALL {
            assert_eq!(Told::from_code(told.code()), Some(told));
        }
        for outcome in RenewalOutcome::ALL {
            assert_eq!(RenewalOutcome::parse(outcome.as_str()), Some(outcome));
        }
        assert_eq!(RenewalStatus::from_code(4), None);
        assert_eq!(Told::from_code(4), None);
        assert_eq!(RenewalOutcome::parse("theft"), None);
    }

    #[test]
    fn one_without_money_is_told_three_times() {
        const DAY: i64 = 86_400;
        for (left, due) in [
            (2 * DAY + 1, Told::Nothing),
            (2 * DAY, Told::TwoDaysBefore),
            (DAY + 1, Told::TwoDaysBefore),
            (DAY, Told::DayBefore),
            (1, Told::DayBefore),
            (0, Told::AtEnd),
            (-5, Told::AtEnd),
        ] {
            assert_eq!(Told::due(in_seconds(left), NOW), due, "{left}");
        }
        assert!(Told::ALL.is_sorted());
    }

    #[test]
    fn a_renewal_is_announced_then_open_then_over() {
        use RenewalWindow::{Announced, Closed, Open, Over};
        const DAY: i64 = 86_400;
        for (left, grace, expected) in [
            (7 * DAY + 1, 0, Closed),
            (7 * DAY, 0, Announced),
            (2 * DAY + 1, 0, Announced),
            (2 * DAY, 0, Open),
            (1, 0, Open),
            (0, 0, Open),
            (-1, 0, Over),
            (-DAY, 0, Over),
            (-DAY - 1, 0, Closed),
            (-1, 3, Open),
            (-3 * DAY + 1, 3, Open),
            (-3 * DAY, 3, Over),
            (-4 * DAY - 1, 3, Closed),
        ] {
            let window = RenewalWindow::of(in_seconds(left), Seconds::days(grace), NOW);
            assert_eq!(
                window, expected,
                "{left} seconds left, {grace} days of grace"
            );
        }
    }
}
