//! Promises about transactions as such.

use std::time::{Duration, Instant};

use ferroboard_auth::testing::an_account;
use ferroboard_kernel::{Email, StoreError};

use crate::contract::{FreshStore, T0};

async fn is_there(fresh: &FreshStore, email: &str) -> bool {
    fresh
        .store
        .find_login(&Email::stored(email))
        .await
        .unwrap()
        .is_some()
}

/// The transaction itself sees them at once, and readers do not wait for it.
pub async fn changes_are_seen_by_others_after_the_commit_only(fresh: &FreshStore) {
    let ann = Email::stored("ann@demo.test");
    let mut tx = fresh.begin().await;
    let id = tx
        .insert_account(&an_account("ann@demo.test", T0))
        .await
        .unwrap();
    assert_eq!(
        tx.find_account_by_email(&ann).await.unwrap().unwrap().id,
        id
    );
    assert!(!is_there(fresh, "ann@demo.test").await);
    assert_eq!(fresh.store.find_account_view(id).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert!(is_there(fresh, "ann@demo.test").await);
}

/// It sees what is committed, and neither waits nor is waited for.
pub async fn who_only_reads_waits_for_no_writer(fresh: &FreshStore) {
    let bea = fresh.user("bea@demo.test").await;
    let mut writer = fresh.begin().await;
    writer
        .insert_account(&an_account("ann@demo.test", T0))
        .await
        .unwrap();
    let read = async {
        let mut reader = fresh.store.begin_reading().await.unwrap();
        let [ann, bea] = ["ann@demo.test", "bea@demo.test"].map(Email::stored);
        let ann = reader.find_account_by_email(&ann).await.unwrap();
        let bea = reader.find_account_by_email(&bea).await.unwrap();
        (reader, ann, bea)
    };
    let read = tokio::time::timeout(Duration::from_secs(60), read).await;
    let (reader, ann_read, bea_read) = read.unwrap();
    assert_eq!(ann_read, None);
    assert_eq!(bea_read.unwrap().id, bea);
    writer.commit().await.unwrap();
    reader.rollback().await.unwrap();
    assert!(is_there(fresh, "ann@demo.test").await);
}

/// The statement is refused, or at the latest the commit.
pub async fn who_only_reads_writes_nothing(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let mut reader = fresh.store.begin_reading().await.unwrap();
    let _refused_or_not = reader.update_last_login(id, T0).await;
    assert!(reader.commit().await.is_err());
    assert_eq!(fresh.view(id).await.last_login_at, None);
    // The connection is good for the next one, which may write.
    for _ in 0..12 {
        let mut reader = fresh.store.begin_reading().await.unwrap();
        assert!(reader.count_admins().await.is_ok());
        reader.rollback().await.unwrap();
        let mut writer = fresh.begin().await;
        writer.update_last_login(id, T0).await.unwrap();
        writer.commit().await.unwrap();
    }
    assert_eq!(fresh.view(id).await.last_login_at, Some(T0));
}

/// What was there before is as it was.
pub async fn a_rollback_undoes_everything(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let before = fresh.view(id).await;
    let mut tx = fresh.begin().await;
    tx.insert_account(&an_account("bea@demo.test", T0))
        .await
        .unwrap();
    tx.update_last_login(id, T0).await.unwrap();
    tx.update_setting("app_name", Some("Panel"), T0)
        .await
        .unwrap();
    tx.insert_secret("key", "value", T0).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(!is_there(fresh, "bea@demo.test").await);
    assert_eq!(fresh.view(id).await, before);
    assert_eq!(fresh.store.list_settings().await.unwrap(), []);
}

/// And its locks are gone with it: many times over, at once.
pub async fn a_dropped_transaction_is_undone(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let started = Instant::now();
    for round in 0..12 {
        let mut tx = fresh.begin().await;
        tx.lock_account(id).await.unwrap();
        tx.update_last_login(id, T0).await.unwrap();
        tx.insert_account(&an_account(&format!("bea{round}@demo.test"), T0))
            .await
            .unwrap();
        drop(tx);
    }
    assert_eq!(fresh.view(id).await.last_login_at, None);
    assert!(!is_there(fresh, "bea0@demo.test").await);
    let mut tx = fresh.begin().await;
    tx.update_last_login(id, T0).await.unwrap();
    tx.commit().await.unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "locks outlived their transactions"
    );
}

/// A task that is cancelled between two steps.
pub async fn an_aborted_task_leaves_no_lock_behind(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let store = fresh.store.clone();
    let (locked, is_locked) = tokio::sync::oneshot::channel();
    let task = tokio::spawn(async move {
        let mut tx = store.begin().await.unwrap();
        tx.lock_account(id).await.unwrap();
        tx.update_last_login(id, T0).await.unwrap();
        locked.send(()).unwrap();
        std::future::pending::<()>().await;
    });
    is_locked.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    let started = Instant::now();
    let mut tx = fresh.begin().await;
    assert!(tx.lock_account(id).await.unwrap().is_some());
    tx.commit().await.unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "the lock outlived its task"
    );
    assert_eq!(fresh.view(id).await.last_login_at, None);
}

/// It answers nothing more, cannot be committed, and leaves nothing.
pub async fn after_an_error_the_transaction_is_over(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    tx.update_last_login(id, T0).await.unwrap();
    let refused = tx.insert_account(&an_account("ann@demo.test", T0)).await;
    assert!(
        matches!(refused, Err(StoreError::Duplicate { .. })),
        "{refused:?}"
    );
    assert!(tx.lock_account(id).await.is_err());
    assert!(tx.count_admins().await.is_err());
    assert!(tx.commit().await.is_err());
    assert_eq!(fresh.view(id).await.last_login_at, None);

    let mut tx = fresh.begin().await;
    tx.insert_account(&an_account("ann@demo.test", T0))
        .await
        .unwrap_err();
    tx.rollback().await.unwrap();
    // The connection is good for the next one.
    fresh.user("bea@demo.test").await;
}

/// As health checks ask.
pub async fn the_database_answers(fresh: &FreshStore) {
    fresh.store.ping().await.unwrap();
}
