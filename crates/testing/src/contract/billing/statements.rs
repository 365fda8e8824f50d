//! Promises about statements.

use ferroboard_application::StatementLine;
use ferroboard_kernel::{Cents, LedgerAccount, LedgerEntry, UserId};
use ferroboard_listing::Found;

use crate::contract::{FreshStore, entry, page, t};

/// What a line says: its account, what was added, what the account held then, and why.
type Line = (LedgerAccount, i64, Option<i64>, String);

fn line(account: LedgerAccount, amount: i64, after: i64, reference: &str) -> Line {
    (account, amount, Some(after), reference.to_owned())
}

fn told(found: Found<StatementLine>) -> Vec<Line> {
    let told = |line: StatementLine| {
        assert_eq!(line.kind, "admin");
        let after = line.after.map(Cents::get);
        (line.account, line.amount.get(), after, line.reference)
    };
    found.rows.into_iter().map(told).collect()
}

/// Five entries about one user, each a second after the one before: three of them about the balance.
async fn moved(fresh: &FreshStore, name: &str) -> UserId {
    let user = fresh.user(&format!("{name}@demo.test")).await;
    let at = |second, amount, cause| LedgerEntry {
        at: t(second),
        ..entry(user, amount, cause)
    };
    let mut tx = fresh.begin().await;
    assert!(tx.move_balance(&at(1, 100, "a")).await.unwrap());
    assert!(tx.move_commission_balance(&at(2, 7, "b")).await.unwrap());
    assert!(tx.move_balance(&at(3, -30, "c")).await.unwrap());
    assert!(tx.move_commission_balance(&at(4, -2, "d")).await.unwrap());
    assert!(tx.move_balance(&at(5, 5, "e")).await.unwrap());
    tx.commit().await.unwrap();
    user
}

/// Newest first, of both accounts or of one, on pages of any length; other users' entries count for nothing.
pub async fn a_statement_tells_what_was_there_after_each_entry(fresh: &FreshStore) {
    use LedgerAccount::{Balance, Commission};
    moved(fresh, "bea").await;
    let user = moved(fresh, "ann").await;
    moved(fresh, "cat").await;
    let all = [
        line(Balance, 5, 75, "e"),
        line(Commission, -2, 5, "d"),
        line(Balance, -30, 70, "c"),
        line(Commission, 7, 7, "b"),
        line(Balance, 100, 100, "a"),
    ];
    for rows in [1, 2, 3, 5, 100] {
        for account in [None, Some(Balance), Some(Commission)] {
            let wanted: Vec<Line> = all
                .iter()
                .filter(|line| account.is_none_or(|account| line.0 == account))
                .cloned()
                .collect();
            let mut lines = Vec::new();
            for number in 1..=6 {
                let found = fresh
                    .store
                    .list_statement(user, account, page(number, rows));
                let found = found.await.unwrap();
                assert_eq!(usize::try_from(found.total).unwrap(), wanted.len());
                lines.extend(told(found));
            }
            assert_eq!(lines, wanted, "{rows} rows of {account:?}");
        }
    }
}

/// Of somebody who is gone, or whom there never was; the entries stay.
pub async fn a_statement_without_its_user_tells_no_balances(fresh: &FreshStore) {
    let user = moved(fresh, "ann").await;
    fresh.seed.delete_user(user).await;
    let found = fresh.store.list_statement(user, None, page(1, 10)).await;
    let lines = told(found.unwrap());
    assert_eq!(lines.len(), 5);
    assert!(lines.iter().all(|(_, _, after, _)| after.is_none()));
    let nobody = UserId::new(987_654);
    let found = fresh.store.list_statement(nobody, None, page(1, 10)).await;
    assert_eq!(found.unwrap().total, 0);
}
