//! Promises about the notes of changed users.

use ferroboard_kernel::UserId;

use super::{FreshStore, T0, t};

/// In the order in which they were written, as many as are asked for.
pub async fn changed_users_are_listed_from_a_number_on(fresh: &FreshStore) {
    let store = &fresh.store;
    assert_eq!(store.list_user_changes(0, 10).await.unwrap(), []);
    let mut tx = fresh.begin().await;
    for (users, at) in [(&[7][..], T0), (&[], t(1)), (&[8, 7], t(2))] {
        let users: Vec<UserId> = users.iter().map(|user| UserId::new(*user)).collect();
        tx.insert_user_changes(&users, at).await.unwrap();
    }
    assert_eq!(store.list_user_changes(0, 10).await.unwrap(), []);
    tx.commit().await.unwrap();
    let all = store.list_user_changes(0, 10).await.unwrap();
    let shown: Vec<_> = all.iter().map(|row| (row.user.get(), row.at)).collect();
    assert_eq!(shown, [(7, T0), (8, t(2)), (7, t(2))]);
    assert!(all[0].number > 0 && all.is_sorted_by(|a, b| a.number < b.number));
    let rest = store.list_user_changes(all[0].number, 1).await.unwrap();
    assert_eq!(rest, all[1..2]);
    let last = all[2].number;
    assert_eq!(store.list_user_changes(last, 10).await.unwrap(), []);
}
