//! What the books of a time are made of.

use async_trait::async_trait;
use ferroboard_billing::ReceiptNumber;
use ferroboard_kernel::{Cents, LedgerKind, StoreError, TradeNo, UnixSeconds, UserId};

/// The entries of the ledger that are about money from outside or to it: top-ups and what comes on top of them,
/// payments that arrived too late or bought nothing before they were credited, refunds and what of them went elsewhere,
/// commission that was paid out.
pub const BOOKED: [LedgerKind; 7] = [
    LedgerKind::Deposit,
    LedgerKind::DepositBonus,
    LedgerKind::LatePayment,
    LedgerKind::ReviewCredit,
    LedgerKind::Refund,
    LedgerKind::RefundPayout,
    LedgerKind::Withdrawal,
];

/// What a line of the books is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Booking {
    /// A receipt: an order was paid, whatever it was for.
    Receipt {
        /// Its number.
        number: ReceiptNumber,
        /// The order's number.
        trade_no: TradeNo,
        /// The fee of the payment method, on top of the amount.
        fee: Cents,
        /// The tax that is contained in amount and fee.
        tax: Cents,
        /// The code of the currency.
        currency: String,
        /// The name of the payment method, where a gateway took part.
        method: Option<String>,
    },
    /// An entry of the ledger, one of [`BOOKED`].
    Entry {
        /// Why money moved.
        kind: LedgerKind,
        /// What caused it.
        reference: String,
    },
}

/// A line of the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookLine {
    /// The row: of an order for receipts, of the ledger for entries.
    pub id: i64,
    /// What it is about.
    pub booking: Booking,
    /// Whose money it is.
    pub user: UserId,
    /// How much: of receipts what was paid by the balance and beside it, without fee.
    pub amount: Cents,
    /// When.
    pub at: UnixSeconds,
}

/// The line after which a batch begins: by time, receipts before entries, then by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookPlace {
    /// When.
    pub at: UnixSeconds,
    /// Whether it is an entry.
    pub is_entry: bool,
    /// The row.
    pub id: i64,
}

impl BookLine {
    /// Where it stands.
    pub const fn place(&self) -> BookPlace {
        BookPlace {
            at: self.at,
            is_entry: matches!(self.booking, Booking::Entry { .. }),
            id: self.id,
        }
    }
}

impl BookPlace {
    /// The place before all lines of this moment.
    pub const fn before(at: UnixSeconds) -> Self {
        Self {
            at,
            is_entry: false,
            id: i64::MIN,
        }
    }
}

/// The books.
#[async_trait]
pub trait AccountingQueries: Send + Sync {
    /// The first `limit` lines after this place and before the moment `until`, in the order of places; in a fixed number
    /// of statements, none of which looks at more rows than it answers.
    async fn list_book_lines(
        &self,
        after: BookPlace,
        until: UnixSeconds,
        limit: u32,
    ) -> Result<Vec<BookLine>, StoreError>;
}
