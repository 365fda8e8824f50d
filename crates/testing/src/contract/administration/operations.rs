//! Promises about long operations.

use ferroboard_application::OperationState;
use ferroboard_kernel::UserId;

use crate::contract::{FreshStore, t};

const NAME: &str = "realname:sync-all";

/// Every column, and nothing where it has no value.
pub async fn the_state_of_an_operation_is_kept(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let unseen = tx.find_operation(NAME).await.unwrap();
    assert_eq!(unseen, OperationState::default());
    let unseen = tx.lock_operation(NAME).await.unwrap();
    assert_eq!(unseen, OperationState::default());
    let state = OperationState {
        holder: Some("a process".into()),
        leased_until: t(60),
        argument: 1,
        started_by: Some(UserId::new(7)),
        position: 500,
        total: 499,
        changed: 3,
        removed: 2,
        failed: 2,
        failed_ids: vec![5, 500],
        started_at: Some(t(1)),
        finished_at: Some(t(2)),
    };
    tx.update_operation(NAME, &state).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_operation(NAME).await.unwrap(), state);
    assert_eq!(tx.lock_operation(NAME).await.unwrap(), state);
    let other = tx.lock_operation("realname:approve-all").await.unwrap();
    assert_eq!(other, OperationState::default());
    tx.update_operation(NAME, &OperationState::default())
        .await
        .unwrap();
    let emptied = tx.lock_operation(NAME).await.unwrap();
    assert_eq!(emptied, OperationState::default());
    tx.commit().await.unwrap();
}

/// Each of 8 adds one to what it read.
pub async fn a_locked_operation_keeps_others_out(fresh: &FreshStore) {
    fresh
        .race(8, |_, mut tx| async move {
            let mut state = tx.lock_operation(NAME).await?;
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            state.total += 1;
            tx.update_operation(NAME, &state).await?;
            tx.commit().await
        })
        .await;
    let mut tx = fresh.begin().await;
    assert_eq!(tx.lock_operation(NAME).await.unwrap().total, 8);
    tx.rollback().await.unwrap();
}
