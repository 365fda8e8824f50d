//! Promises about stored passwords.

use ferroboard_auth::StoredPassword;
use ferroboard_kernel::UserId;

use crate::contract::{FreshStore, t};

const MISSING: UserId = UserId::new(999_999);

/// All three columns are compared.
pub async fn a_password_is_replaced_only_if_it_still_is_the_old_one(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let old = fresh
        .store
        .find_login_of(id)
        .await
        .unwrap()
        .unwrap()
        .password;
    let stale = [
        StoredPassword {
            hash: "another".into(),
            ..old.clone()
        },
        StoredPassword {
            algo: Some("md5".into()),
            ..old.clone()
        },
        StoredPassword {
            salt: Some("pepper".into()),
            ..old.clone()
        },
    ];
    let mut tx = fresh.begin().await;
    for from in &stale {
        assert!(
            !tx.move_password(id, from, "new", t(1)).await.unwrap(),
            "{}",
            from.hash
        );
    }
    assert!(!tx.move_password(MISSING, &old, "new", t(1)).await.unwrap());
    assert!(tx.move_password(id, &old, "new", t(1)).await.unwrap());
    assert!(!tx.move_password(id, &old, "newer", t(1)).await.unwrap());
    tx.commit().await.unwrap();
    let new = fresh
        .store
        .find_login_of(id)
        .await
        .unwrap()
        .unwrap()
        .password;
    assert_eq!(
        new,
        StoredPassword {
            hash: "new".into(),
            algo: None,
            salt: None
        }
    );
}

/// An imported digest becomes a plain crypt string.
pub async fn a_replaced_password_forgets_algorithm_and_salt(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let imported = StoredPassword {
        hash: "0123456789abcdef".into(),
        algo: Some("md5salt".into()),
        salt: Some("pepper".into()),
    };
    fresh.seed.update_password(id, &imported).await;
    let read = fresh
        .store
        .find_login_of(id)
        .await
        .unwrap()
        .unwrap()
        .password;
    assert_eq!(
        read, imported,
        "{:?} {:?} {:?}",
        read.hash, read.algo, read.salt
    );
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.lock_account(id).await.unwrap().unwrap().password,
        imported
    );
    assert!(
        tx.move_password(id, &imported, "$2y$10$new", t(1))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let new = fresh
        .store
        .find_login_of(id)
        .await
        .unwrap()
        .unwrap()
        .password;
    assert_eq!(
        new,
        StoredPassword {
            hash: "$2y$10$new".into(),
            algo: None,
            salt: None
        }
    );
}

/// However many change it at once from the same old one.
pub async fn of_many_changes_of_one_password_one_wins(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let old = fresh
        .store
        .find_login_of(id)
        .await
        .unwrap()
        .unwrap()
        .password;
    let won = fresh
        .race(8, move |runner, mut tx| {
            let old = old.clone();
            async move {
                let moved = tx
                    .move_password(id, &old, &format!("new-{runner}"), t(1))
                    .await?;
                tx.commit().await.map(|()| moved.then_some(runner))
            }
        })
        .await;
    let winners: Vec<usize> = won.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    let now = fresh
        .store
        .find_login_of(id)
        .await
        .unwrap()
        .unwrap()
        .password;
    assert_eq!(now.hash, format!("new-{}", winners[0]));
}
