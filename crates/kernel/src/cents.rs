//! Money in integer cents and percentages in hundredths of a percent.

/// An amount of money in cents. It may be negative (a ledger entry); arithmetic is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Cents(i64);

/// An amount left the range of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount of money is out of range")]
pub struct MoneyOverflow;

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// This many cents.
    pub const fn new(cents: i64) -> Self {
        Self(cents)
    }

    /// The number of cents.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// `self + other`, or an error when the sum does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyOverflow> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyOverflow)
    }

    /// `self - other`, or an error when the difference does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyOverflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(MoneyOverflow)
    }

    /// This share of the amount, rounded half away from zero.
    pub fn percent_half_up(self, share: Percent) -> Result<Self, MoneyOverflow> {
        let product = i128::from(self.0) * i128::from(share.0);
        let half = if product < 0 { -5_000 } else { 5_000 };
        Self::narrow((product + half) / 10_000)
    }

    /// This share of the amount, rounded towards negative infinity.
    pub fn percent_floor(self, share: Percent) -> Result<Self, MoneyOverflow> {
        Self::narrow((i128::from(self.0) * i128::from(share.0)).div_euclid(10_000))
    }

    fn narrow(value: i128) -> Result<Self, MoneyOverflow> {
        i64::try_from(value).map(Self).map_err(|_| MoneyOverflow)
    }
}

impl std::fmt::Display for Cents {
    /// `12345` cents are written `123.45`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", whole / 100, whole % 100)
    }
}

/// A percentage, held in hundredths of a percent: 12.5 % is `1250`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Percent(i64);

impl Percent {
    /// A whole number of percent.
    pub const fn whole(percent: i32) -> Self {
        // Widening: an `i32` always fits.
        #[allow(
            clippy::as_conversions,
            reason = "`i64::from` is not const; widening loses nothing"
        )]
        Self(percent as i64 * 100)
    }

    /// Hundredths of a percent.
    pub const fn hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// The percentage in hundredths of a percent.
    pub const fn get(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percentages_round_half_away_from_zero() {
        for (amount, percent, expected) in [
            (10, 25, 3),
            (-10, 25, -3),
            (100, 10, 10),
            (1, 49, 0),
            (1, 50, 1),
            (999, 33, 330),
        ] {
            let share = Cents::new(amount)
                .percent_half_up(Percent::whole(percent))
                .unwrap();
            assert_eq!(share, Cents::new(expected), "{percent} % of {amount}");
        }
    }

    #[test]
    fn overflow_is_an_error_and_never_wraps() {
        assert_eq!(
            Cents::new(i64::MAX).checked_add(Cents::new(1)),
            Err(MoneyOverflow)
        );
        assert_eq!(
            Cents::new(i64::MIN).checked_sub(Cents::new(1)),
            Err(MoneyOverflow)
        );
        assert_eq!(
            Cents::new(i64::MAX).percent_floor(Percent::whole(200)),
            Err(MoneyOverflow)
        );
    }

    #[test]
    fn amounts_are_written_with_two_decimals() {
        assert_eq!(Cents::new(12_345).to_string(), "123.45");
        assert_eq!(Cents::new(-5).to_string(), "-0.05");
    }

    proptest! {
        #[test]
        fn a_floored_share_never_exceeds_the_exact_one(amount in 0_i64..1_000_000_000, share in 0_i32..=100) {
            let floored = Cents::new(amount).percent_floor(Percent::whole(share)).unwrap();
            prop_assert!(i128::from(floored.get()) * 100 <= i128::from(amount) * i128::from(share));
            let rounded = Cents::new(amount).percent_half_up(Percent::whole(share)).unwrap();
            prop_assert!((rounded.get() - floored.get()).abs() <= 1);
        }
    }
}
