use ferroboard_kernel::{Cents, Seconds};

use crate::TicketError;

/// Exactly the site settings that this domain reads about tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TicketPolicy {
    /// `ticket_must_wait_reply`: a user may not write twice in a row.
    pub owners_wait_for_answers: bool,
}

impl TicketPolicy {
    /// How long after its last change an answered ticket closes by itself.
    pub const LIFETIME_OF_ANSWERED: Seconds = Seconds::hours(24);
}

/// Exactly the site settings that this domain reads about withdrawals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalPolicy {
    /// `withdraw_close_enable`: nothing is paid out.
    pub closed: bool,
    /// `commission_withdraw_method`: how it is paid out.
    pub methods: Vec<String>,
    /// `commission_withdraw_limit`: the least that is paid out.
    pub minimum: Cents,
}

impl WithdrawalPolicy {
    /// Whether commission is paid out this way at all.
    pub fn admit_method(&self, method: &str) -> Result<(), TicketError> {
        if self.closed {
            return Err(TicketError::WithdrawalClosed);
        }
        if !self.methods.iter().any(|known| known == method) {
            return Err(TicketError::WithdrawalMethodUnsupported);
        }
        Ok(())
    }

    /// Whether so much commission is enough to be paid out; nothing never is.
    pub fn admit_amount(&self, amount: Cents) -> Result<(), TicketError> {
        let minimum = self.minimum.max(Cents::new(1));
        if amount < minimum {
            return Err(TicketError::WithdrawalBelowMinimum { minimum });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(closed: bool, minimum: i64) -> WithdrawalPolicy {
        WithdrawalPolicy {
            closed,
            methods: vec!["USDT".to_owned(), "支付宝".to_owned()],
            minimum: Cents::new(minimum),
        }
    }

    #[test]
    fn a_method_is_spelled_as_on_the_list() {
        for (closed, method, expected) in [
            (false, "USDT", Ok(())),
            (false, "支付宝", Ok(())),
            (false, "usdt", Err(TicketError::WithdrawalMethodUnsupported)),
            (false, "", Err(TicketError::WithdrawalMethodUnsupported)),
            (true, "USDT", Err(TicketError::WithdrawalClosed)),
            (true, "Cash", Err(TicketError::WithdrawalClosed)),
        ] {
            assert_eq!(
                policy(closed, 0).admit_method(method),
                expected,
                "{closed} {method}"
            );
        }
    }

    #[test]
    fn the_least_is_enough_and_nothing_never_is() {
        let below = |minimum| {
            Err(TicketError::WithdrawalBelowMinimum {
                minimum: Cents::new(minimum),
            })
        };
        for (minimum, amount, expected) in [
            (20_000, 20_000, Ok(())),
            (20_001, 20_000, below(20_001)),
            (0, 1, Ok(())),
            (0, 0, below(1)),
            (-500, -1, below(1)),
        ] {
            let admitted = policy(false, minimum).admit_amount(Cents::new(amount));
            assert_eq!(admitted, expected, "{amount} of {minimum}");
        }
    }
}
