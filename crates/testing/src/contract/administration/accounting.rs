//! Promises about the books of a time.

use ferroboard_application::{BookLine, BookPlace, Booking};
use ferroboard_billing::OrderReceipt;
use ferroboard_kernel::{Cents, LedgerEntry, LedgerKind, OrderId, TradeNo, UnixSeconds, UserId};

use crate::contract::receipts::a_receipt;
use crate::contract::{FreshStore, entry, t};

/// What a line says: when, under what, and how much.
type Line = (UnixSeconds, String, i64);

fn line(second: i64, of: &str, amount: i64) -> Line {
    (t(second), of.to_owned(), amount)
}

fn told(line: &BookLine) -> Line {
    let of = match &line.booking {
        Booking::Receipt { number, .. } => number.to_string(),
        Booking::Entry { reference, .. } => reference.clone(),
    };
    (line.at, of, line.amount.get())
}

/// The receipt of an order that was paid at this second.
async fn receive(fresh: &FreshStore, user: UserId, order: i64, second: i64) {
    let receipt = OrderReceipt {
        order: OrderId::new(order),
        trade_no: TradeNo::stored(format!("T{order}")),
        user,
        issued_at: t(second),
        ..a_receipt(order, order)
    };
    let mut tx = fresh.begin().await;
    tx.insert_receipt(&receipt).await.unwrap();
    tx.commit().await.unwrap();
}

async fn book(fresh: &FreshStore, user: UserId, kind: LedgerKind, amount: i64, second: i64) {
    let moved = LedgerEntry {
        kind,
        at: t(second),
        ..entry(user, amount, &format!("{}-{second}", kind.as_str()))
    };
    let mut tx = fresh.begin().await;
    assert!(tx.move_balance(&moved).await.unwrap());
    tx.commit().await.unwrap();
}

/// Receipts and what moved money from outside or to it, by time, in batches of any size; nothing else that moved,
/// and nothing before the first moment or from the last one on.
pub async fn the_books_are_read_in_batches(fresh: &FreshStore) {
    use LedgerKind::{Admin, Deposit, DepositBonus, GiftCard, Refund, RefundPayout};
    let ann = fresh.user("ann@demo.test").await;
    for (order, second) in [(3, 10), (1, 20), (2, 20), (4, 30), (5, 9), (6, 40)] {
        receive(fresh, ann, order, second).await;
    }
    for (kind, amount, second) in [
        (Admin, 1_000, 10),
        (Deposit, 1, 9),
        (DepositBonus, 5, 20),
        (Deposit, 2, 20),
        (GiftCard, 4, 20),
        (Refund, 8, 31),
        (RefundPayout, -8, 31),
        (Deposit, 16, 40),
    ] {
        book(fresh, ann, kind, amount, second).await;
    }
    // What the receipt says was paid by the balance and beside it.
    let expected = [
        line(10, "R2025-000003", 7),
        line(20, "R2025-000001", 7),
        line(20, "R2025-000002", 7),
        line(20, "deposit_bonus-20", 5),
        line(20, "deposit-20", 2),
        line(30, "R2025-000004", 7),
        line(31, "refund-31", 8),
        line(31, "refund_payout-31", -8),
    ];
    for limit in [1, 2, 3, 4, 100] {
        let mut after = BookPlace::before(t(10));
        let mut lines = Vec::new();
        for _ in 0..20 {
            let batch = fresh.admin().list_book_lines(after, t(40), limit).await;
            let batch = batch.unwrap();
            assert!(batch.len() <= usize::try_from(limit).unwrap());
            let Some(last) = batch.last() else { break };
            assert!(last.place() > after);
            after = last.place();
            lines.extend(batch);
        }
        let lines: Vec<Line> = lines.iter().map(told).collect();
        assert_eq!(lines, expected, "batches of {limit}");
    }
}

/// With all that an accountant asks of it.
pub async fn a_line_of_the_books_is_read_in_full(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    receive(fresh, ann, 7, 1).await;
    book(fresh, ann, LedgerKind::LatePayment, 9, 2).await;
    let lines = fresh
        .admin()
        .list_book_lines(BookPlace::before(t(0)), t(9), 9)
        .await;
    let lines = lines.unwrap();
    let issued = a_receipt(7, 7);
    let expected = BookLine {
        id: 7,
        booking: Booking::Receipt {
            number: issued.number,
            trade_no: TradeNo::stored("T7".to_owned()),
            fee: issued.amounts.fee,
            tax: issued.amounts.tax,
            currency: issued.currency,
            method: issued.names.method,
        },
        user: ann,
        amount: Cents::new(7),
        at: t(1),
    };
    assert_eq!(lines[0], expected);
    let expected = BookLine {
        id: lines[1].id,
        booking: Booking::Entry {
            kind: LedgerKind::LatePayment,
            reference: "late_payment-2".to_owned(),
        },
        user: ann,
        amount: Cents::new(9),
        at: t(2),
    };
    assert_eq!(lines[1..], [expected]);
}
