//! Promises about requests to pay commission out.

use ferroboard_kernel::{Cents, LedgerKind, TicketId, UserId};
use ferroboard_tickets::testing::a_ticket;
use ferroboard_tickets::{Withdrawal, WithdrawalState};

use crate::contract::{FreshStore, assert_duplicate, entry, t};

const MISSING: TicketId = TicketId::new(999_999);

fn requested(ticket: TicketId, user: UserId, amount: i64) -> Withdrawal {
    Withdrawal {
        ticket,
        user,
        amount: Cents::new(amount),
        method: "支付宝".to_owned(),
        account: "a@b.test <b> 🦀".to_owned(),
        state: WithdrawalState::Requested,
    }
}

async fn request(fresh: &FreshStore, user: UserId, amount: i64) -> TicketId {
    let ticket = fresh.seed.insert_ticket(&a_ticket(0, user)).await;
    let mut tx = fresh.begin().await;
    let withdrawal = requested(ticket, user, amount);
    tx.insert_withdrawal(&withdrawal, t(1)).await.unwrap();
    tx.commit().await.unwrap();
    ticket
}

async fn reserved(fresh: &FreshStore, user: UserId) -> i64 {
    let mut tx = fresh.begin().await;
    let reserved = tx.find_reserved_commission(user).await.unwrap();
    tx.rollback().await.unwrap();
    reserved.get()
}

/// Every column; a ticket asks once.
pub async fn a_withdrawal_is_read_in_full(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let ticket = request(fresh, ann, 20_000).await;
    let mut tx = fresh.begin().await;
    let found = tx.lock_withdrawal(ticket).await.unwrap();
    assert_eq!(found, Some(requested(ticket, ann, 20_000)));
    assert_eq!(tx.lock_withdrawal(MISSING).await.unwrap(), None);
    let again = tx.insert_withdrawal(&requested(ticket, ann, 1), t(2)).await;
    // PostgreSQL and MySQL name the primary key, and not its column.
    assert_duplicate(again, "");
    tx.rollback().await.unwrap();
}

/// Zero rows are an answer.
pub async fn a_withdrawal_moves_only_from_where_it_stands(fresh: &FreshStore) {
    use WithdrawalState::{Paid, Released, Requested};
    let ann = fresh.user("ann@demo.test").await;
    let ticket = request(fresh, ann, 20_000).await;
    let mut tx = fresh.begin().await;
    for (ticket, from, to, expected) in [
        (ticket, Released, Paid, false),
        (ticket, Requested, Paid, true),
        (ticket, Requested, Released, false),
        (MISSING, Requested, Released, false),
    ] {
        let moved = tx.move_withdrawal(ticket, from, to, t(5)).await.unwrap();
        assert_eq!(moved, expected, "{ticket} {from:?} {to:?}");
    }
    let found = tx.lock_withdrawal(ticket).await.unwrap().unwrap();
    assert_eq!(found.state, Paid);
    tx.commit().await.unwrap();
}

/// What is requested and whose ticket is open, whoever closed it.
pub async fn open_requests_are_reserved(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    assert_eq!(reserved(fresh, ann).await, 0);
    let first = request(fresh, ann, 1_000).await;
    let second = request(fresh, ann, 20).await;
    let third = request(fresh, ann, 3).await;
    request(fresh, bea, 500).await;
    assert_eq!(reserved(fresh, ann).await, 1_023);
    fresh.seed.close_ticket(first).await;
    assert_eq!(reserved(fresh, ann).await, 23);
    for (ticket, to) in [
        (second, WithdrawalState::Released),
        (third, WithdrawalState::Paid),
    ] {
        let mut tx = fresh.begin().await;
        let from = WithdrawalState::Requested;
        assert!(tx.move_withdrawal(ticket, from, to, t(2)).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(reserved(fresh, ann).await, 0);
    assert_eq!(reserved(fresh, bea).await, 500);
}

/// With the balance that it is paid from.
pub async fn a_locked_commission_balance_is_read(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let held = tx.lock_commission_balance(ann).await.unwrap();
    assert_eq!(held, Some(Cents::ZERO));
    let gift = entry(ann, 700, "gift");
    assert!(tx.move_commission_balance(&gift).await.unwrap());
    let mut paid = entry(ann, -300, "5");
    paid.kind = LedgerKind::Withdrawal;
    assert!(tx.move_commission_balance(&paid).await.unwrap());
    let held = tx.lock_commission_balance(ann).await.unwrap();
    assert_eq!(held, Some(Cents::new(400)));
    let nobody = tx.lock_commission_balance(UserId::new(999_999)).await;
    assert_eq!(nobody.unwrap(), None);
    tx.commit().await.unwrap();
    let lines = fresh.seed.ledger(ann).await;
    assert_eq!(lines[1].kind, "withdrawal");
}

/// 16 at once pay one request.
pub async fn of_many_payments_of_one_request_one_counts(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let ticket = request(fresh, ann, 20_000).await;
    let moved = fresh
        .race(16, move |_, mut tx| async move {
            let (from, to) = (WithdrawalState::Requested, WithdrawalState::Paid);
            let moved = tx.move_withdrawal(ticket, from, to, t(2)).await?;
            tx.commit().await.map(|()| moved)
        })
        .await;
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 1);
}
