use chrono::NaiveDate;
use ferroboard_kernel::{Seconds, UnixSeconds};

use crate::{IdentityNumber, NumberRefused, Status};

/// Exactly the settings that this domain reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealNamePolicy {
    /// A submission with a right check digit is approved at once.
    pub auto_approve: bool,
    /// A rejected user may submit again.
    pub allow_resubmit: bool,
    /// A wrong check digit is refused instead of being stored as such.
    pub strict_checksum: bool,
    /// The fewest whole years.
    pub min_age: i32,
    /// How many accounts one identity may have; `None` for any number.
    pub max_accounts: Option<i64>,
    /// How many submissions a user may make in a day.
    pub submissions: i64,
    /// What is refused without an approval.
    pub enforcement: Enforcement,
    /// Administrators need none.
    pub exempts_admins: bool,
    /// How long after the registration nothing is refused.
    pub grace: Seconds,
    /// What the page says above the form.
    pub notice: String,
    /// How names are masked.
    pub mask: MaskStyle,
    /// How long a rejected submission keeps its sealed texts.
    pub rejected_kept: Seconds,
}

/// What is refused without an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Enforcement {
    /// Nothing.
    #[default]
    Nothing,
    /// Placing orders.
    Orders,
    /// Subscription links.
    Subscriptions,
    /// Both, and nodes.
    Everything,
}

/// Which character of a name a mask shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MaskStyle {
    /// The first.
    #[default]
    Head,
    /// The last.
    Tail,
}

impl Default for RealNamePolicy {
    /// The settings of a site where nothing was set.
    fn default() -> Self {
        Self {
            auto_approve: false,
            allow_resubmit: true,
            strict_checksum: false,
            min_age: 0,
            max_accounts: Some(1),
            submissions: 5,
            enforcement: Enforcement::Nothing,
            exempts_admins: true,
            grace: Seconds::days(0),
            notice: String::new(),
            mask: MaskStyle::Head,
            rejected_kept: Seconds::days(30),
        }
    }
}

impl Enforcement {
    /// The name in the settings and in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Orders => "order",
            Self::Subscriptions => "subscribe",
            Self::Everything => "all",
        }
    }

    /// The enforcement with this name.
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::Nothing,
            Self::Orders,
            Self::Subscriptions,
            Self::Everything,
        ]
        .into_iter()
        .find(|enforcement| enforcement.name() == name)
    }

    /// Whether orders are refused.
    pub const fn covers_orders(self) -> bool {
        matches!(self, Self::Orders | Self::Everything)
    }

    /// Whether subscription links are refused.
    pub const fn covers_subscriptions(self) -> bool {
        matches!(self, Self::Subscriptions | Self::Everything)
    }

    /// Whether nodes no longer serve.
    pub const fn covers_nodes(self) -> bool {
        matches!(self, Self::Everything)
    }
}

impl MaskStyle {
    /// The style with this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "head" => Some(Self::Head),
            "tail" => Some(Self::Tail),
            _ => None,
        }
    }
}

impl RealNamePolicy {
    /// Judges what a well-formed number says.
    pub fn admits(&self, number: &IdentityNumber, today: NaiveDate) -> Result<(), NumberRefused> {
        if self.strict_checksum && !number.checksum_is_valid() {
            return Err(NumberRefused::ChecksumWrong);
        }
        if number.age(today).is_none_or(|age| age < self.min_age) {
            return Err(NumberRefused::TooYoung);
        }
        Ok(())
    }

    /// Whether somebody who stands so is refused something now.
    pub fn demands(
        &self,
        status: Status,
        is_admin: bool,
        registered_at: UnixSeconds,
        now: UnixSeconds,
    ) -> bool {
        self.enforcement != Enforcement::Nothing
            && status != Status::Approved
            && !(self.exempts_admins && is_admin)
            && now >= registered_at.plus(self.grace)
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    #[test]
    fn enforcement_spares_the_verified_the_exempt_and_the_new() {
        let policy = RealNamePolicy {
            enforcement: Enforcement::Orders,
            grace: Seconds::days(1),
            ..RealNamePolicy::default()
        };
        let (t0, day) = (UnixSeconds::new(1_000), Seconds::days(1));
        for (status, is_admin, now, expected) in [
            (Status::Unsubmitted, false, t0.plus(day), true),
            (Status::Pending, false, t0.plus(day), true),
            (Status::Rejected, false, t0.plus(day), true),
            (Status::Approved, false, t0.plus(day), false),
            (Status::Unsubmitted, true, t0.plus(day), false),
            (Status::Unsubmitted, false, t0, false),
        ] {
            assert_eq!(policy.demands(status, is_admin, t0, now), expected);
        }
        let lenient = RealNamePolicy::default();
        assert!(!lenient.demands(Status::Unsubmitted, false, t0, t0.plus(day)));
        let stern = RealNamePolicy {
            exempts_admins: false,
            ..policy
        };
        assert!(stern.demands(Status::Unsubmitted, true, t0, t0.plus(day)));
    }

    #[test]
    fn each_enforcement_covers_its_part() {
        for (name, orders, links, nodes) in [
            ("none", false, false, false),
            ("order", true, false, false),
            ("subscribe", false, true, false),
            ("all", true, true, true),
        ] {
            let enforcement = Enforcement::named(name).unwrap();
            assert_eq!(enforcement.name(), name);
            assert_eq!(enforcement.covers_orders(), orders);
            assert_eq!(enforcement.covers_subscriptions(), links);
            assert_eq!(enforcement.covers_nodes(), nodes);
        }
        assert_eq!(Enforcement::named("some"), None);
        assert_eq!(MaskStyle::named("tail"), Some(MaskStyle::Tail));
        assert_eq!(MaskStyle::named(""), None);
    }

    #[test]
    fn strictness_and_age_are_a_question_of_policy() {
        let today = NaiveDate::from_ymd_opt(2026, 5, 3).unwrap();
        let number = |text: &str| IdentityNumber::stored(Zeroizing::new(text.to_owned()));
        let wrong = number("110101199001011234");
        let young = number("110101201001011238");
        let lenient = RealNamePolicy::default();
        assert_eq!(lenient.admits(&wrong, today), Ok(()));
        assert_eq!(lenient.admits(&young, today), Ok(()));
        let strict = RealNamePolicy {
            strict_checksum: true,
            ..RealNamePolicy::default()
        };
        assert_eq!(
            strict.admits(&wrong, today),
            Err(NumberRefused::ChecksumWrong)
        );
        let grown = RealNamePolicy {
            min_age: 18,
            ..RealNamePolicy::default()
        };
        assert_eq!(grown.admits(&young, today), Err(NumberRefused::TooYoung));
        assert_eq!(grown.admits(&wrong, today), Ok(()));
    }
}
