//! What a price is for.

/// What a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// One month.
    Monthly,
    /// Three months.
    Quarterly,
    /// Six months.
    HalfYearly,
    /// Twelve months.
    Yearly,
    /// Twenty-four months.
    TwoYearly,
    /// Thirty-six months.
    ThreeYearly,
    /// Traffic that never expires.
    OneTime,
    /// The running subscription's traffic counted anew.
    ResetTraffic,
    /// Nothing of a plan: traffic of a package.
    Traffic,
    /// Nothing of a plan: money for the balance.
    Deposit,
}

impl Period {
    /// Every period that a plan may have a price for, in the order of price lists.
    pub const ALL: [Self; 8] = [
        Self::Monthly,
        Self::Quarterly,
        Self::HalfYearly,
        Self::Yearly,
        Self::TwoYearly,
        Self::ThreeYearly,
        Self::OneTime,
        Self::ResetTraffic,
    ];

    /// What orders are for that are for no plan.
    pub const WITHOUT_PLAN: [Self; 2] = [Self::Traffic, Self::Deposit];

    /// The spelling in the database: of orders and as key of a plan's prices.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::HalfYearly => "half_yearly",
            Self::Yearly => "yearly",
            Self::TwoYearly => "two_yearly",
            Self::ThreeYearly => "three_yearly",
            Self::OneTime => "onetime",
            Self::ResetTraffic => "reset_traffic",
            Self::Traffic => "traffic",
            Self::Deposit => "deposit",
        }
    }

    /// The spelling that clients send and are answered.
    pub const fn legacy_key(self) -> &'static str {
        match self {
            Self::Monthly => "month_price",
            Self::Quarterly => "quarter_price",
            Self::HalfYearly => "half_year_price",
            Self::Yearly => "year_price",
            Self::TwoYearly => "two_year_price",
            Self::ThreeYearly => "three_year_price",
            Self::OneTime => "onetime_price",
            Self::ResetTraffic => "reset_price",
            Self::Traffic => "traffic",
            Self::Deposit => "deposit",
        }
    }

    /// The period of a plan's price with this spelling, either one.
    pub fn parse(text: &str) -> Option<Self> {
        let spelled = |period: &Self| period.key() == text || period.legacy_key() == text;
        Self::ALL.into_iter().find(spelled)
    }

    /// What an order is for, with this spelling, either one: more than plans have prices for.
    pub fn of_order(text: &str) -> Option<Self> {
        let mut others = Self::WITHOUT_PLAN.into_iter();
        let other = others.find(|period| period.key() == text);
        other.or_else(|| Self::parse(text))
    }

    /// How many calendar months it lasts; `None` for what has no end.
    pub const fn months(self) -> Option<u32> {
        match self {
            Self::Monthly => Some(1),
            Self::Quarterly => Some(3),
            Self::HalfYearly => Some(6),
            Self::Yearly => Some(12),
            Self::TwoYearly => Some(24),
            Self::ThreeYearly => Some(36),
            Self::OneTime | Self::ResetTraffic | Self::Traffic | Self::Deposit => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read() {
        for period in Period::ALL {
            assert_eq!(Period::parse(period.key()), Some(period));
            assert_eq!(Period::parse(period.legacy_key()), Some(period));
        }
        assert_eq!(Period::of_order("deposit"), Some(Period::Deposit));
        assert_eq!(Period::of_order("month_price"), Some(Period::Monthly));
        assert_eq!(Period::of_order("traffic"), Some(Period::Traffic));
        assert_eq!(Period::parse("deposit"), None);
        assert_eq!(Period::parse("traffic"), None);
        assert_eq!(Period::parse("weekly"), None);
        assert_eq!(Period::parse("Monthly"), None);
    }
}
