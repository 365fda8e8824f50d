//! The books of a time.

use async_trait::async_trait;
use diesel::{BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _};
use ferroboard_application::{AccountingQueries, BOOKED, BookLine, BookPlace, Booking};
use ferroboard_billing::ReceiptNumber;
use ferroboard_kernel::{Cents, LedgerKind, StoreError, TradeNo, UnixSeconds, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, reported};
use crate::integer::{Amount, Int};
use crate::schema::{ferro_ledger, ferro_receipt};

/// The columns of a receipt that the books show: row, user, order, year, place, balance, total, fee, tax,
/// currency, method and time.
type ReceiptLine = (
    Int,
    Int,
    String,
    Int,
    Int,
    Amount,
    Amount,
    Amount,
    Amount,
    String,
    Option<String>,
    Int,
);

/// The columns of an entry: row, user, amount, kind, reference and time.
type EntryLine = (Int, Int, Amount, String, String, Int);

fn receipt(row: ReceiptLine) -> Option<BookLine> {
    let (id, user, trade_no, year, place, balance, total, fee, tax, currency, method, at) = row;
    let amount = Cents::new(balance.0).checked_add(Cents::new(total.0));
    Some(BookLine {
        id: id.0,
        booking: Booking::Receipt {
            number: ReceiptNumber {
                year: year.0,
                place: place.0,
            },
            trade_no: TradeNo::stored(trade_no),
            fee: Cents::new(fee.0),
            tax: Cents::new(tax.0),
            currency,
            method,
        },
        user: UserId::new(user.0),
        amount: amount.ok()?,
        at: UnixSeconds::new(at.0),
    })
}

fn entry(row: EntryLine) -> Option<BookLine> {
    let (id, user, amount, kind, reference, at) = row;
    Some(BookLine {
        id: id.0,
        booking: Booking::Entry {
            kind: LedgerKind::parse(&kind)?,
            reference,
        },
        user: UserId::new(user.0),
        amount: Cents::new(amount.0),
        at: UnixSeconds::new(at.0),
    })
}

/// Receipts after this row of this moment.
async fn receipts(
    connection: &mut Conn,
    (at, id): (i64, i64),
    until: UnixSeconds,
    limit: i64,
) -> diesel::QueryResult<Vec<ReceiptLine>> {
    ferro_receipt::table
        .filter(ferro_receipt::issued_at.ge(at))
        .filter(ferro_receipt::issued_at.lt(until.get()))
        .filter(
            ferro_receipt::issued_at
                .gt(at)
                .or(ferro_receipt::order_id.gt(id)),
        )
        .order((ferro_receipt::issued_at, ferro_receipt::order_id))
        .limit(limit)
        .select((
            ferro_receipt::order_id,
            ferro_receipt::user_id,
            ferro_receipt::trade_no,
            ferro_receipt::year,
            ferro_receipt::place,
            ferro_receipt::balance,
            ferro_receipt::total,
            ferro_receipt::fee,
            ferro_receipt::tax,
            ferro_receipt::currency,
            ferro_receipt::method,
            ferro_receipt::issued_at,
        ))
        .load(connection)
        .await
}

/// Entries after this row of this moment.
async fn entries(
    connection: &mut Conn,
    (at, id): (i64, i64),
    until: UnixSeconds,
    limit: i64,
) -> diesel::QueryResult<Vec<EntryLine>> {
    ferro_ledger::table
        .filter(ferro_ledger::created_at.ge(at))
        .filter(ferro_ledger::created_at.lt(until.get()))
        .filter(ferro_ledger::created_at.gt(at).or(ferro_ledger::id.gt(id)))
        .filter(ferro_ledger::kind.eq_any(BOOKED.map(LedgerKind::as_str)))
        .order((ferro_ledger::created_at, ferro_ledger::id))
        .limit(limit)
        .select((
            ferro_ledger::id,
            ferro_ledger::user_id,
            ferro_ledger::amount,
            ferro_ledger::kind,
            ferro_ledger::reference,
            ferro_ledger::created_at,
        ))
        .load(connection)
        .await
}

#[async_trait]
impl AccountingQueries for SqlStore {
    async fn list_book_lines(
        &self,
        after: BookPlace,
        until: UnixSeconds,
        limit: u32,
    ) -> Result<Vec<BookLine>, StoreError> {
        let mut connection = self.reader().await?;
        let (at, rows) = (after.at.get(), i64::from(limit));
        // Of one moment receipts stand before entries.
        let (receipt_row, entry_row) = if after.is_entry {
            (i64::MAX, after.id)
        } else {
            (after.id, i64::MIN)
        };
        let found = receipts(&mut connection, (at, receipt_row), until, rows);
        let found = found.await.map_err(reported)?;
        let mut lines: Vec<BookLine> = found.into_iter().filter_map(receipt).collect();
        let found = entries(&mut connection, (at, entry_row), until, rows);
        let found = found.await.map_err(reported)?;
        lines.extend(found.into_iter().filter_map(entry));
        lines.sort_by_key(BookLine::place);
        lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(lines)
    }
}
