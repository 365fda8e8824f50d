//! Promises about the panel's own secrets.

use ferroboard_kernel::StoreError;

use crate::contract::{FreshStore, T0};

/// Until it is read.
pub async fn a_secret_is_kept(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_secret("signing_key").await.unwrap(), None);
    tx.insert_secret("signing_key", "0123abcd", T0)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.find_secret("signing_key").await.unwrap().as_deref(),
        Some("0123abcd")
    );
    assert_eq!(tx.find_secret("other").await.unwrap(), None);
    tx.rollback().await.unwrap();
}

/// A second one of the same name is a duplicate.
pub async fn a_secret_is_never_replaced(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.insert_secret("signing_key", "first", T0).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let second = tx.insert_secret("signing_key", "second", T0).await;
    assert!(
        matches!(second, Err(StoreError::Duplicate { .. })),
        "{second:?}"
    );
    drop(tx);
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.find_secret("signing_key").await.unwrap().as_deref(),
        Some("first")
    );
    tx.rollback().await.unwrap();
}

/// However many processes start at once.
pub async fn of_many_first_secrets_one_wins(fresh: &FreshStore) {
    let won = fresh
        .race(8, |runner, mut tx| async move {
            match tx
                .insert_secret("signing_key", &format!("key-{runner}"), T0)
                .await
            {
                Ok(()) => tx.commit().await.map(|()| Some(format!("key-{runner}"))),
                Err(StoreError::Duplicate { .. }) => tx.rollback().await.map(|()| None),
                Err(error) => Err(error),
            }
        })
        .await;
    let winners: Vec<String> = won.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.find_secret("signing_key").await.unwrap().as_deref(),
        Some(winners[0].as_str())
    );
    tx.rollback().await.unwrap();
}
