//! The ledger of everything that customers own (`ferro_ledger`).
//!
//! Two columns of `v2_user` hold money, each owned by its domain. Neither can be changed without an
//! entry: the ports that change them take a [`LedgerEntry`] and write both or nothing.

use crate::{Cents, UnixSeconds, UserId};

/// Which money of a user an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LedgerAccount {
    /// `v2_user.balance`.
    Balance,
    /// `v2_user.commission_balance`.
    Commission,
}

/// Why money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LedgerKind {
    /// What an account held when its entries began; the reference is empty.
    Opening,
    /// A placed order took it; the reference is the order's number.
    OrderDebit,
    /// A cancelled order gave it back; the reference is the order's number.
    OrderRefund,
    /// What a change of plan left over; the reference is the order's number.
    SurplusRefund,
    /// A payment that arrived after its order was cancelled; the reference is the order's number.
    LatePayment,
    /// Money that bought nothing until an administrator credited it; the reference is its review.
    ReviewCredit,
    /// Commission of an order; the reference is the order's number.
    Commission,
    /// Commission turned into balance, one entry on either account; both have the same reference.
    Transfer,
    /// Commission that was paid out; the reference is the ticket that asked for it.
    Withdrawal,
    /// Commission taken back because what it was paid for became credit again or was refunded; the
    /// reference is what gave the money back, an order's number or the refund.
    Clawback,
    /// What an order gave back because an administrator refunded it; the reference is the refund.
    Refund,
    /// A refund that went out through a gateway or by another way; the reference is the refund.
    RefundPayout,
    /// A redeemed gift card; the reference is the redemption.
    GiftCard,
    /// An administrator's change; the reference is the change.
    Admin,
    /// A top-up that was paid; the reference is the order's number.
    Deposit,
    /// What the site gives on top of it; the reference is the order's number.
    DepositBonus,
}

/// An amount added to one account, once for its cause.
///
/// Entries are never changed or deleted. User, account, kind and reference together are unique, so a
/// cause that is handled twice fails instead of paying twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Whose account.
    pub user: UserId,
    /// What is added; negative for what is taken. Never zero.
    pub amount: Cents,
    /// Why.
    pub kind: LedgerKind,
    /// What caused it, in the words of its kind; at most 64 characters.
    pub reference: String,
    /// When.
    pub at: UnixSeconds,
}

/// An account beside the sum of its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerBalance {
    /// Whose account.
    pub user: UserId,
    /// Which one.
    pub account: LedgerAccount,
    /// What the column of `v2_user` holds.
    pub held: Cents,
    /// The sum of the entries; `None` where one of them is larger than any account can have moved, so
    /// that they have none.
    pub recorded: Option<Cents>,
}

impl LedgerAccount {
    /// Every account of a user.
    pub const ALL: [Self; 2] = [Self::Balance, Self::Commission];

    /// How the account is called in the database and in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Commission => "commission",
        }
    }

    /// The account that is called so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|account| account.as_str() == text)
    }
}

impl LedgerKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Opening,
        Self::OrderDebit,
        Self::OrderRefund,
        Self::SurplusRefund,
        Self::LatePayment,
        Self::ReviewCredit,
        Self::Commission,
        Self::Transfer,
        Self::Withdrawal,
        Self::Clawback,
        Self::Refund,
        Self::RefundPayout,
        Self::GiftCard,
        Self::Admin,
        Self::Deposit,
        Self::DepositBonus,
    ];

    /// How the kind is called in the database and in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::OrderDebit => "order_debit",
            Self::OrderRefund => "order_refund",
            Self::SurplusRefund => "surplus_refund",
            Self::LatePayment => "late_payment",
            Self::ReviewCredit => "review_credit",
            Self::Commission => "commission",
            Self::Transfer => "transfer",
            Self::Withdrawal => "withdrawal",
            Self::Clawback => "clawback",
            Self::Refund => "refund",
            Self::RefundPayout => "refund_payout",
            Self::GiftCard => "gift_card",
            Self::Admin => "admin",
            Self::Deposit => "deposit",
            Self::DepositBonus => "deposit_bonus",
        }
    }

    /// The kind that is called so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl LedgerBalance {
    /// The largest amount of an entry that is summed up: far more than an account holds, and so little
    /// that millions of them have a sum.
    pub const LARGEST_ENTRY: i64 = 1_000_000_000_000;

    /// Whether the entries explain what the account holds.
    pub fn agrees(&self) -> bool {
        self.recorded == Some(self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_fit_their_columns() {
        for kind in LedgerKind::ALL {
            assert_eq!(LedgerKind::parse(kind.as_str()), Some(kind));
            assert!(kind.as_str().len() <= 16);
        }
        for account in LedgerAccount::ALL {
            assert_eq!(LedgerAccount::parse(account.as_str()), Some(account));
        }
        assert_eq!(LedgerKind::parse("theft"), None);
    }
}
