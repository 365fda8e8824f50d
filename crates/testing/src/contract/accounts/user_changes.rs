//! Promises about the notes of changed users.

use ferroboard_kernel::UserId;

use crate::contract::{FreshStore, T0, t};

/// In the order in which they were written, as many as are asked for.
pub async fn changed_users_are_listed_from_a_number_on(fresh: &FreshStore) {
    let store = &fresh.store;
    assert_eq!(store.list_user_changes(0, 10).await.unwrap(), []);
    assert_eq!(store.find_user_change_before(t(9)).await.unwrap(), 0);
    let mut tx = fresh.begin().await;
    let [seven, eight] = [7, 8].map(UserId::new);
    tx.insert_user_changes(&[seven, eight], T0).await.unwrap();
    tx.insert_user_changes(&[], t(1)).await.unwrap();
    tx.insert_user_changes(&[seven], t(2)).await.unwrap();
    assert_eq!(store.list_user_changes(0, 10).await.unwrap(), []);
    tx.commit().await.unwrap();
    let all = store.list_user_changes(0, 10).await.unwrap();
    let shown: Vec<_> = all.iter().map(|row| (row.user, row.at)).collect();
    assert_eq!(shown, [(seven, T0), (eight, T0), (seven, t(2))]);
    assert!(all[0].number > 0 && all.is_sorted_by(|a, b| a.number < b.number));
    let rest = store.list_user_changes(all[0].number, 1).await.unwrap();
    assert_eq!(rest, all[1..2]);
    let last = all[2].number;
    assert_eq!(store.list_user_changes(last, 10).await.unwrap(), []);
    let before = store.find_user_change_before(t(2)).await.unwrap();
    assert_eq!(before, all[1].number);
}

/// What was written later stays, and numbers are not given out again.
pub async fn old_notes_are_deleted(fresh: &FreshStore) {
    let user = UserId::new(7);
    let mut tx = fresh.begin().await;
    tx.insert_user_changes(&[user], T0).await.unwrap();
    tx.insert_user_changes(&[user], t(5)).await.unwrap();
    assert_eq!(tx.delete_user_changes(t(5)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let kept = fresh.store.list_user_changes(0, 10).await.unwrap();
    assert_eq!(kept.len(), 1);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_user_changes(t(6)).await.unwrap(), 1);
    tx.insert_user_changes(&[user], t(7)).await.unwrap();
    tx.commit().await.unwrap();
    let later = fresh.store.list_user_changes(0, 10).await.unwrap();
    assert!(later[0].number > kept[0].number);
}
