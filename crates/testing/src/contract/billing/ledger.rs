//! Promises about the ledger.

use ferroboard_kernel::{Cents, LedgerAccount, LedgerBalance, LedgerEntry, StoreError, UserId};

use crate::contract::{FreshStore, LedgerLine, UserColumns, assert_duplicate, entry, t};

fn line(account: LedgerAccount, amount: i64, kind: &str, reference: &str) -> LedgerLine {
    LedgerLine {
        account,
        amount,
        kind: kind.to_owned(),
        reference: reference.to_owned(),
    }
}

fn held(user: UserId, account: LedgerAccount, held: i64, recorded: i64) -> LedgerBalance {
    LedgerBalance {
        user,
        account,
        held: Cents::new(held),
        recorded: Some(Cents::new(recorded)),
    }
}

/// Every account, in batches of this many users.
async fn books(fresh: &FreshStore, batch: u32) -> Vec<LedgerBalance> {
    let mut all: Vec<LedgerBalance> = Vec::new();
    let mut tx = fresh.begin().await;
    loop {
        let after = all.last().map(|balance| balance.user);
        let some = tx.list_ledger_balances(after, batch).await.unwrap();
        if some.is_empty() {
            break;
        }
        all.extend(some);
    }
    tx.rollback().await.unwrap();
    all
}

async fn open_books(fresh: &FreshStore, batch: u32) {
    let mut after = None;
    for _ in 0..100 {
        let mut tx = fresh.begin().await;
        let last = tx.insert_ledger_openings(after, batch, t(5)).await.unwrap();
        tx.commit().await.unwrap();
        if last.is_none() {
            return;
        }
        assert!(last > after, "{last:?} is not after {after:?}");
        after = last;
    }
    panic!("openings without end");
}

/// With its account, amount, kind and reference.
pub async fn every_move_leaves_an_entry(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let kinds = ferroboard_kernel::LedgerKind::ALL;
    for kind in kinds {
        let entry = LedgerEntry {
            kind,
            ..entry(user, 10, "20250101000000123")
        };
        assert!(tx.move_balance(&entry).await.unwrap());
    }
    assert!(
        tx.move_commission_balance(&entry(user, 3, "a"))
            .await
            .unwrap()
    );
    assert!(
        tx.move_commission_balance(&entry(user, -1, "b"))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let mut expected: Vec<LedgerLine> = kinds
        .iter()
        .map(|kind| {
            line(
                LedgerAccount::Balance,
                10,
                kind.as_str(),
                "20250101000000123",
            )
        })
        .collect();
    expected.push(line(LedgerAccount::Commission, 3, "admin", "a"));
    expected.push(line(LedgerAccount::Commission, -1, "admin", "b"));
    assert_eq!(fresh.seed.ledger(user).await, expected);
}

/// Not even in the transaction that goes on after it.
pub async fn a_refused_move_leaves_no_entry(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    assert!(!tx.move_balance(&entry(user, -1, "a")).await.unwrap());
    assert!(
        !tx.move_commission_balance(&entry(user, -1, "a"))
            .await
            .unwrap()
    );
    assert!(tx.move_balance(&entry(user, 1, "a")).await.unwrap());
    tx.commit().await.unwrap();
    let expected = [line(LedgerAccount::Balance, 1, "admin", "a")];
    assert_eq!(fresh.seed.ledger(user).await, expected);
}

/// On each account of each user; letter case tells references apart.
pub async fn a_cause_counts_once(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let mut tx = fresh.begin().await;
    for entry in [entry(ann, 5, "x"), entry(ann, 5, "X"), entry(bea, 5, "x")] {
        assert!(tx.move_balance(&entry).await.unwrap());
        assert!(tx.move_commission_balance(&entry).await.unwrap());
    }
    tx.commit().await.unwrap();
    for amount in [5, -5] {
        let mut tx = fresh.begin().await;
        let moved = tx.move_balance(&entry(ann, amount, "x")).await;
        assert_duplicate(moved, "ferro_ledger");
        assert!(
            tx.find_plan(ferroboard_kernel::PlanId::new(1))
                .await
                .is_err()
        );
        tx.rollback().await.unwrap();
        let mut tx = fresh.begin().await;
        let moved = tx.move_commission_balance(&entry(ann, amount, "x")).await;
        assert_duplicate(moved, "ferro_ledger");
        tx.rollback().await.unwrap();
    }
    let view = fresh.view(ann).await;
    assert_eq!(
        (view.balance.get(), view.commission_balance.get()),
        (10, 10)
    );
}

/// However many handle it at once.
pub async fn of_many_moves_of_one_cause_one_counts(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let moved = fresh
        .race(16, move |_, mut tx| async move {
            match tx.move_balance(&entry(user, 10, "once")).await {
                Ok(moved) => tx.commit().await.map(|()| moved),
                Err(StoreError::Duplicate { .. }) => tx.rollback().await.map(|()| false),
                Err(error) => Err(error),
            }
        })
        .await;
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 1);
    assert_eq!(fresh.view(user).await.balance, Cents::new(10));
}

/// Both accounts of every user, in batches of any size, also of users without entries.
pub async fn the_books_show_every_account(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let gone = fresh.user("gone@demo.test").await;
    let mut tx = fresh.begin().await;
    for (user, amount, cause) in [(ann, 100, "a"), (ann, -30, "b"), (gone, 5, "a")] {
        assert!(tx.move_balance(&entry(user, amount, cause)).await.unwrap());
    }
    assert!(
        tx.move_commission_balance(&entry(ann, 7, "a"))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    fresh.seed.delete_user(gone).await;
    let cheated = UserColumns {
        balance: 1,
        ..UserColumns::default()
    };
    fresh.seed.update_user(bea, &cheated).await;
    let expected = [
        held(ann, LedgerAccount::Balance, 70, 70),
        held(ann, LedgerAccount::Commission, 7, 7),
        held(bea, LedgerAccount::Balance, 1, 0),
        held(bea, LedgerAccount::Commission, 0, 0),
    ];
    for batch in [1, 2, 500] {
        assert_eq!(books(fresh, batch).await, expected, "in batches of {batch}");
    }
}

/// For accounts that hold money and have no entry; a debt is money too.
pub async fn openings_are_written_once(fresh: &FreshStore) {
    let mut users = Vec::new();
    for name in ["ann", "bea", "cat", "dan"] {
        users.push(fresh.user(&format!("{name}@demo.test")).await);
    }
    let mut tx = fresh.begin().await;
    assert!(tx.move_balance(&entry(users[2], 50, "a")).await.unwrap());
    tx.commit().await.unwrap();
    for (user, balance, commission_balance) in
        [(users[0], 123, 45), (users[2], 50, -7), (users[3], 9, 0)]
    {
        let columns = UserColumns {
            balance,
            commission_balance,
            ..UserColumns::default()
        };
        fresh.seed.update_user(user, &columns).await;
    }
    for batch in [1, 2, 500] {
        open_books(fresh, batch).await;
        assert_eq!(
            fresh.seed.ledger(users[0]).await,
            [
                line(LedgerAccount::Balance, 123, "opening", ""),
                line(LedgerAccount::Commission, 45, "opening", ""),
            ]
        );
        assert_eq!(fresh.seed.ledger(users[1]).await, []);
        assert_eq!(
            fresh.seed.ledger(users[2]).await,
            [
                line(LedgerAccount::Balance, 50, "admin", "a"),
                line(LedgerAccount::Commission, -7, "opening", ""),
            ]
        );
        assert_eq!(fresh.seed.ledger(users[3]).await.len(), 1);
    }
    assert!(books(fresh, 500).await.iter().all(LedgerBalance::agrees));
}

/// As when several processes start at the same moment.
pub async fn openings_at_once_are_written_once(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let columns = UserColumns {
        balance: 100,
        commission_balance: 10,
        ..UserColumns::default()
    };
    fresh.seed.update_user(user, &columns).await;
    fresh
        .race(8, |_, mut tx| async move {
            tx.insert_ledger_openings(None, 500, t(5)).await?;
            tx.commit().await
        })
        .await;
    assert_eq!(fresh.seed.ledger(user).await.len(), 2);
}
