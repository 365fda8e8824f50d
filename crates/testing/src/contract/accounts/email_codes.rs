//! Promises about mailed codes.

use ferroboard_auth::testing::an_email_code;
use ferroboard_kernel::Email;

use crate::contract::{FreshStore, T0, t};

fn ann() -> Email {
    Email::stored("ann@demo.test")
}

async fn issue(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.insert_email_code(&an_email_code("ann@demo.test", "123456", T0))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn stored_tries(fresh: &FreshStore) -> i64 {
    let mut tx = fresh.begin().await;
    let code = tx.lock_email_code(&ann()).await.unwrap().unwrap();
    tx.rollback().await.unwrap();
    code.wrong_tries
}

/// Never issued.
pub async fn an_absent_code_is_none(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert_eq!(tx.lock_email_code(&ann()).await.unwrap(), None);
    tx.update_email_code_tries(&ann()).await.unwrap();
    assert!(!tx.delete_email_code(&ann(), "123456").await.unwrap());
    tx.commit().await.unwrap();
}

/// Also after it expired: whether it is good is not the store's to say.
pub async fn a_code_is_kept_until_it_is_deleted(fresh: &FreshStore) {
    let code = an_email_code("ann@demo.test", "123456", t(-1_000));
    let mut tx = fresh.begin().await;
    tx.insert_email_code(&code).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(tx.lock_email_code(&ann()).await.unwrap(), Some(code));
    assert!(tx.delete_email_code(&ann(), "123456").await.unwrap());
    assert_eq!(tx.lock_email_code(&ann()).await.unwrap(), None);
    tx.commit().await.unwrap();
}

/// With no try counted; other addresses keep theirs.
pub async fn a_new_code_replaces_the_old_one(fresh: &FreshStore) {
    issue(fresh).await;
    let (newer, other) = (
        an_email_code("ann@demo.test", "654321", t(60)),
        an_email_code("bea@demo.test", "111111", T0),
    );
    let mut tx = fresh.begin().await;
    tx.update_email_code_tries(&ann()).await.unwrap();
    tx.insert_email_code(&other).await.unwrap();
    tx.insert_email_code(&newer).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(tx.lock_email_code(&ann()).await.unwrap(), Some(newer));
    assert_eq!(tx.lock_email_code(&other.email).await.unwrap(), Some(other));
    tx.rollback().await.unwrap();
}

/// One by one.
pub async fn wrong_tries_are_counted(fresh: &FreshStore) {
    issue(fresh).await;
    for expected in 1..=3 {
        let mut tx = fresh.begin().await;
        tx.update_email_code_tries(&ann()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stored_tries(fresh).await, expected);
    }
}

/// Locked, judged and counted by 16 at once.
pub async fn concurrent_tries_are_counted_exactly(fresh: &FreshStore) {
    issue(fresh).await;
    let mut seen = fresh
        .race(16, |_, mut tx| async move {
            let before = tx.lock_email_code(&ann()).await?.unwrap().wrong_tries;
            tx.update_email_code_tries(&ann()).await?;
            tx.commit().await.map(|()| before)
        })
        .await;
    seen.sort_unstable();
    assert_eq!(
        seen,
        (0..16).collect::<Vec<i64>>(),
        "a lock let two look at once"
    );
    assert_eq!(stored_tries(fresh).await, 16);
}

/// A code that was replaced meanwhile is not deleted in place of the new one.
pub async fn only_the_stored_code_is_deleted(fresh: &FreshStore) {
    issue(fresh).await;
    let mut tx = fresh.begin().await;
    assert!(!tx.delete_email_code(&ann(), "654321").await.unwrap());
    assert!(
        !tx.delete_email_code(&Email::stored("bea@demo.test"), "123456")
            .await
            .unwrap()
    );
    assert!(tx.delete_email_code(&ann(), "123456").await.unwrap());
    assert!(!tx.delete_email_code(&ann(), "123456").await.unwrap());
    tx.commit().await.unwrap();
}

/// However many use it at once.
pub async fn of_many_uses_of_one_code_one_wins(fresh: &FreshStore) {
    issue(fresh).await;
    let won = fresh
        .race(16, |_, mut tx| async move {
            let deleted = tx.delete_email_code(&ann(), "123456").await?;
            tx.commit().await.map(|()| deleted)
        })
        .await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
}
