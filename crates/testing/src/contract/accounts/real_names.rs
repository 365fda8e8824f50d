//! Promises about real names.

use ferroboard_attempts::CounterName;
use ferroboard_kernel::{Seconds, UserId};
use ferroboard_realname::testing::a_record;
use ferroboard_realname::{IdentityHash, RealNameRecord, Review, ReviewSource, Sealed, Status};

use crate::contract::{FreshStore, assert_duplicate, t};

pub(in crate::contract) fn sealed(hash: &str) -> Sealed {
    Sealed {
        name: "v1:bmFtZQ==".into(),
        number: "v1:bnVtYmVy".into(),
        hash: IdentityHash::new(format!("{hash:0>64}")),
        key: 32_767,
    }
}

pub(in crate::contract) fn record(user: UserId, status: Status, hash: &str) -> RealNameRecord {
    RealNameRecord {
        status,
        sealed: Some(sealed(hash)),
        ..a_record(user, t(1))
    }
}

pub(in crate::contract) fn bulk(by: UserId) -> Review {
    Review {
        at: t(9),
        by: Some(by),
        source: ReviewSource::Bulk,
    }
}

pub(in crate::contract) async fn insert(fresh: &FreshStore, record: &RealNameRecord) {
    let mut tx = fresh.begin().await;
    tx.insert_real_name(record).await.unwrap();
    tx.commit().await.unwrap();
}

async fn stored(fresh: &FreshStore, user: UserId) -> Option<RealNameRecord> {
    fresh.store.find_real_name(user).await.unwrap()
}

/// Every column, inside a transaction and outside, and nothing where it has no value.
pub async fn a_submission_is_kept_in_full(fresh: &FreshStore) {
    let plain = record(UserId::new(1), Status::Pending, "ab");
    let full = RealNameRecord {
        checksum_valid: false,
        submit_count: 3,
        review: Some(Review {
            at: t(5),
            by: None,
            source: ReviewSource::Auto,
        }),
        reject_reason: Some("It's “unclear” 不清楚".into()),
        updated_at: t(6),
        ..record(UserId::new(2), Status::Rejected, "cd")
    };
    let erased = RealNameRecord {
        sealed: None,
        review: Some(bulk(UserId::new(9))),
        ..record(UserId::new(3), Status::Rejected, "ef")
    };
    for record in [plain, full, erased] {
        assert_eq!(stored(fresh, record.user).await, None);
        insert(fresh, &record).await;
        assert_eq!(stored(fresh, record.user).await.as_ref(), Some(&record));
        let mut tx = fresh.begin().await;
        let locked = tx.lock_real_name(record.user).await.unwrap();
        assert_eq!(locked, Some(record));
        tx.rollback().await.unwrap();
    }
}

/// A user has at most one.
pub async fn a_second_submission_is_a_duplicate(fresh: &FreshStore) {
    let first = record(UserId::new(1), Status::Pending, "ab");
    insert(fresh, &first).await;
    let mut tx = fresh.begin().await;
    let outcome = tx.insert_real_name(&first).await;
    tx.rollback().await.unwrap();
    assert_duplicate(outcome.map_err(unnamed_key), "user_id");
}

/// MySQL and PostgreSQL call a primary key by no column's name.
fn unnamed_key(error: ferroboard_kernel::StoreError) -> ferroboard_kernel::StoreError {
    match error {
        ferroboard_kernel::StoreError::Duplicate { constraint }
            if constraint.to_lowercase().contains("primary") || constraint.ends_with("_pkey") =>
        {
            let constraint = "user_id".to_owned();
            ferroboard_kernel::StoreError::Duplicate { constraint }
        }
        other => other,
    }
}

/// Zero rows is an answer, and then nothing is written.
pub async fn a_submission_moves_only_from_where_it_stands(fresh: &FreshStore) {
    let pending = record(UserId::new(1), Status::Pending, "ab");
    insert(fresh, &pending).await;
    let rejected = RealNameRecord {
        status: Status::Rejected,
        sealed: None,
        review: Some(bulk(UserId::new(9))),
        reject_reason: Some("no".into()),
        updated_at: t(9),
        ..pending.clone()
    };
    let mut tx = fresh.begin().await;
    assert!(
        !tx.move_real_name(&rejected, Status::Approved)
            .await
            .unwrap()
    );
    assert!(tx.move_real_name(&rejected, Status::Pending).await.unwrap());
    assert!(!tx.move_real_name(&rejected, Status::Pending).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, pending.user).await, Some(rejected));
    let mut tx = fresh.begin().await;
    assert!(tx.move_real_name(&pending, Status::Rejected).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, pending.user).await, Some(pending.clone()));
    let mut tx = fresh.begin().await;
    assert!(tx.delete_real_name(pending.user).await.unwrap());
    assert!(!tx.delete_real_name(pending.user).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, pending.user).await, None);
}

/// Whatever each decides.
pub async fn of_many_moves_of_one_submission_one_wins(fresh: &FreshStore) {
    let pending = record(UserId::new(1), Status::Pending, "ab");
    insert(fresh, &pending).await;
    let moved = fresh
        .race(16, move |runner, mut tx| {
            let decided = RealNameRecord {
                status: if runner % 2 == 0 {
                    Status::Approved
                } else {
                    Status::Rejected
                },
                ..record(UserId::new(1), Status::Pending, "ab")
            };
            async move {
                let moved = tx.move_real_name(&decided, Status::Pending).await?;
                tx.commit().await?;
                Ok(moved)
            }
        })
        .await;
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 1);
}

/// Pending and approved submissions of others.
pub async fn holders_of_an_identity_are_counted(fresh: &FreshStore) {
    for (user, status, hash) in [
        (1, Status::Pending, "ab"),
        (2, Status::Approved, "ab"),
        (3, Status::Rejected, "ab"),
        (4, Status::Approved, "cd"),
    ] {
        insert(fresh, &record(UserId::new(user), status, hash)).await;
    }
    let mut tx = fresh.begin().await;
    let identity = sealed("ab").hash;
    for (except, expected) in [(1, 1), (2, 1), (3, 2), (9, 2)] {
        let count = tx
            .count_identity_holders(&identity, UserId::new(except))
            .await;
        assert_eq!(count.unwrap(), expected, "{except}");
    }
    tx.rollback().await.unwrap();
}

/// Each of 64 users counts behind the lock and takes the identity if nobody has it.
pub async fn of_many_users_of_one_identity_one_gets_it(fresh: &FreshStore) {
    let got = fresh
        .race(64, |runner, mut tx| async move {
            let user = UserId::new(i64::try_from(runner).unwrap() + 1);
            let record = record(user, Status::Pending, "ab");
            let identity = sealed("ab").hash;
            tx.lock_identity(identity.lock()).await?;
            let is_free = tx.count_identity_holders(&identity, user).await? == 0;
            if is_free {
                tx.insert_real_name(&record).await?;
            }
            tx.commit().await?;
            Ok(is_free)
        })
        .await;
    assert_eq!(got.iter().filter(|got| **got).count(), 1);
}

/// By user, each once; those of accounts that are gone are deleted.
pub async fn submissions_come_in_batches_and_orphans_go(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let gone = UserId::new(bea.get() + 1_000);
    for user in [gone, bea, ann] {
        insert(fresh, &record(user, Status::Pending, "ab")).await;
    }
    let mut tx = fresh.begin().await;
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let batch = tx.lock_real_names(after, 2).await.unwrap();
        assert!(batch.len() <= 2);
        let Some(last) = batch.last() else { break };
        after = Some(last.user);
        seen.extend(batch.iter().map(|record| record.user));
    }
    assert_eq!(seen, [ann, bea, gone]);
    assert_eq!(tx.delete_orphaned_real_names(&[ann, bea]).await.unwrap(), 0);
    assert_eq!(tx.delete_orphaned_real_names(&seen).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, gone).await, None);
    assert!(stored(fresh, ann).await.is_some());
}

/// And with a wrong check digit only when asked to.
pub async fn only_what_is_pending_is_approved_at_once(fresh: &FreshStore) {
    let admin = UserId::new(99);
    let wrong = |user| RealNameRecord {
        checksum_valid: false,
        ..record(UserId::new(user), Status::Pending, "ab")
    };
    let rejected = RealNameRecord {
        reject_reason: Some("no".into()),
        ..record(UserId::new(3), Status::Rejected, "ab")
    };
    let right = record(UserId::new(1), Status::Pending, "ab");
    for record in [&right, &wrong(2), &rejected, &wrong(4)] {
        insert(fresh, record).await;
    }
    let ids = [1, 2, 3, 77].map(UserId::new);
    let mut tx = fresh.begin().await;
    let review = bulk(admin);
    let moved = tx.move_pending_real_names(&ids, false, &review).await;
    assert_eq!(moved.unwrap(), 1);
    tx.commit().await.unwrap();
    let approved = RealNameRecord {
        status: Status::Approved,
        review: Some(review),
        updated_at: t(9),
        ..right
    };
    assert_eq!(stored(fresh, UserId::new(1)).await, Some(approved));
    assert_eq!(stored(fresh, UserId::new(2)).await, Some(wrong(2)));
    let mut tx = fresh.begin().await;
    let moved = tx.move_pending_real_names(&ids, true, &review).await;
    assert_eq!(moved.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(stored(fresh, UserId::new(3)).await, Some(rejected));
    assert_eq!(stored(fresh, UserId::new(4)).await, Some(wrong(4)));
}

/// What a transaction counted, until it runs out.
pub async fn limited_events_are_counted_outside_transactions(fresh: &FreshStore) {
    let name = CounterName::real_name_submissions(UserId::new(7));
    let count = |at| async move {
        let name = CounterName::real_name_submissions(UserId::new(7));
        fresh
            .store
            .count_events(&name, Seconds::new(10), t(at))
            .await
            .unwrap()
    };
    assert_eq!(count(0).await, 0);
    let mut tx = fresh.begin().await;
    for _ in 0..2 {
        tx.update_counter(&name, Seconds::new(10), t(0))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!((count(9).await, count(10).await), (2, 0));
}
