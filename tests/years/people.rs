//! The customers: what they have, and what is to become of it.

use crate::WAVES;
use crate::support::Customer;

/// Where a customer's money comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    /// Has more than two years cost.
    Rich,
    /// Has enough for so many renewals.
    For(i64),
    /// Tops up what is missing before it is needed.
    InTime,
    /// Tops up what is missing once it was missed.
    Late,
    /// Has enough, and renews nothing.
    Off,
}

pub(crate) struct Person {
    pub(crate) customer: Customer,
    pub(crate) email: String,
    pub(crate) means: Means,
    /// Months that are bought at once.
    pub(crate) months: u32,
    /// When the first were bought.
    pub(crate) bought_at: i64,
    /// How many were bought in all.
    pub(crate) paid_months: u32,
    pub(crate) wave: usize,
}

impl Means {
    /// All kinds in turn.
    pub(crate) fn of(number: usize) -> Self {
        let round = i64::try_from(number).unwrap() / 5;
        match number % 5 {
            0 => Self::Rich,
            1 => Self::For(round % 9),
            2 => Self::InTime,
            3 => Self::Late,
            _ => Self::Off,
        }
    }

    /// What is on the balance to begin with, where a renewal costs so much.
    pub(crate) fn to_begin_with(self, price: i64) -> i64 {
        match self {
            Self::Rich | Self::Off => 100 * price,
            Self::For(renewals) => renewals * price,
            Self::InTime | Self::Late => 0,
        }
    }
}

/// The wave and the months of the customer with this number: every fourth buys quarters.
pub(crate) fn place(number: usize) -> (usize, u32) {
    let months = if number / WAVES % 4 == 3 { 3 } else { 1 };
    (number % WAVES, months)
}
