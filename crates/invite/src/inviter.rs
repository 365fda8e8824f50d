use ferroboard_kernel::{CommissionTerms, Percent, UserId};

use crate::InvitePolicy;

/// Which orders earn commission (`v2_user.commission_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CommissionMode {
    /// 0: as the site says.
    #[default]
    Site,
    /// 1: every order.
    EveryOrder,
    /// 2: the first order of each invited user.
    FirstOrder,
}

impl CommissionMode {
    /// The mode with this code.
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Site),
            1 => Some(Self::EveryOrder),
            2 => Some(Self::FirstOrder),
            _ => None,
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::Site => 0,
            Self::EveryOrder => 1,
            Self::FirstOrder => 2,
        }
    }
}

/// A user as an inviter: columns of `v2_user`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inviter {
    /// The row.
    pub id: UserId,
    /// Who invited this user.
    pub invited_by: Option<UserId>,
    /// Which orders earn commission.
    pub mode: CommissionMode,
    /// The rate in whole percent; `None` and 0 are the site's.
    pub rate: Option<i64>,
}

impl Inviter {
    /// What this inviter earns from an order that is placed now.
    pub fn terms(&self, policy: &InvitePolicy) -> CommissionTerms {
        let own = self.rate.filter(|rate| *rate != 0);
        let rate = own.map(|rate| Percent::hundredths(rate.saturating_mul(100)));
        CommissionTerms {
            rate: rate.unwrap_or(policy.commission_rate),
            first_order_only: match self.mode {
                CommissionMode::Site => policy.first_order_only,
                CommissionMode::EveryOrder => false,
                CommissionMode::FirstOrder => true,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_terms_come_before_the_sites() {
        let policy = InvitePolicy::default();
        for (mode, rate, expected_rate, first_only) in [
            (CommissionMode::Site, None, 10, true),
            (CommissionMode::Site, Some(0), 10, true),
            (CommissionMode::EveryOrder, Some(25), 25, false),
            (CommissionMode::FirstOrder, None, 10, true),
        ] {
            let inviter = Inviter {
                id: UserId::new(2),
                invited_by: None,
                mode,
                rate,
            };
            let terms = inviter.terms(&policy);
            assert_eq!(terms.rate, Percent::whole(expected_rate));
            assert_eq!(terms.first_order_only, first_only);
        }
        let every_order = InvitePolicy {
            first_order_only: false,
            ..policy
        };
        let inviter = Inviter {
            id: UserId::new(2),
            invited_by: None,
            mode: CommissionMode::Site,
            rate: None,
        };
        assert!(!inviter.terms(&every_order).first_order_only);
    }

    #[test]
    fn codes_round_trip() {
        for code in 0..3 {
            assert_eq!(CommissionMode::from_code(code).unwrap().code(), code);
        }
        assert_eq!(CommissionMode::from_code(3), None);
    }
}
