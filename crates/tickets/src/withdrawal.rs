//! Requests to pay commission out.

use ferroboard_kernel::{Cents, TicketId, UnixSeconds, UserId};

use crate::{MessageText, PayoutAccount, Subject, TextRefused};

/// Where a request stands (`ferro_withdrawal.state`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WithdrawalState {
    /// 0: it waits for staff. Its amount is reserved for as long as its ticket is open.
    Requested,
    /// 1: its ticket was closed without payment.
    Released,
    /// 2: it was paid out.
    Paid,
}

/// A row of `ferro_withdrawal`: what one ticket asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The ticket.
    pub ticket: TicketId,
    /// Whose commission it is.
    pub user: UserId,
    /// How much; more than nothing.
    pub amount: Cents,
    /// How it is to be paid, one of the site's words.
    pub method: String,
    /// Where to.
    pub account: String,
    /// Where it stands.
    pub state: WithdrawalState,
}

/// A withdrawal as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalRequest {
    /// Whose commission it is.
    pub user: UserId,
    /// How it is to be paid.
    pub method: String,
    /// Where to.
    pub account: PayoutAccount,
    /// The words of the ticket.
    pub words: WithdrawalWords,
    /// When.
    pub at: UnixSeconds,
}

/// The words of a withdrawal's ticket in the language of who asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalWords {
    /// The subject.
    pub subject: String,
    /// What stands before the method.
    pub method: String,
    /// What stands before the account.
    pub account: String,
    /// What stands before the amount.
    pub amount: String,
}

impl WithdrawalState {
    /// The state with this code.
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Requested),
            1 => Some(Self::Released),
            2 => Some(Self::Paid),
            _ => None,
        }
    }

    /// The word that other programs know.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Released => "released",
            Self::Paid => "paid",
        }
    }

    /// The code in the database.
    pub const fn code(self) -> i64 {
        match self {
            Self::Requested => 0,
            Self::Released => 1,
            Self::Paid => 2,
        }
    }
}

impl WithdrawalRequest {
    /// What the ticket is about.
    pub fn subject(&self) -> Result<Subject, TextRefused> {
        Subject::parse(&self.words.subject)
    }

    /// The ticket's message: method, account and amount, one line each. Programs read the first two
    /// lines, as the reference panel writes them.
    pub fn message(&self, amount: Cents) -> Result<MessageText, TextRefused> {
        let words = &self.words;
        MessageText::parse(&format!(
            "{}：{}\r\n{}：{}\r\n{}：{amount}",
            words.method,
            self.method,
            words.account,
            self.account.as_str(),
            words.amount
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::a_withdrawal_request;

    #[test]
    fn codes_round_trip() {
        for code in 0..3 {
            let state = WithdrawalState::from_code(code);
            assert_eq!(state.map(WithdrawalState::code), Some(code));
        }
        assert_eq!(WithdrawalState::from_code(3), None);
        let words =
            [0, 1, 2].map(|code| WithdrawalState::from_code(code).map(WithdrawalState::as_str));
        assert_eq!(words, [Some("requested"), Some("released"), Some("paid")]);
    }

    #[test]
    fn the_message_has_three_lines() {
        let request = a_withdrawal_request(UserId::new(7));
        assert_eq!(
            request.message(Cents::new(20_005)).unwrap().as_str(),
            "提现方式：USDT\r\n提现账号：addr\r\n提现金额：200.05"
        );
        assert_eq!(request.subject().unwrap().as_str(), "[提现申请]");
    }
}
