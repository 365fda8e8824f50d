//! Promises about one-time login tokens.

use ferroboard_auth::testing::a_login_token;
use ferroboard_auth::{NewLoginToken, TokenDigest};
use ferroboard_kernel::{StoreError, UserId};

use crate::contract::{FreshStore, T0, t};

async fn issue(fresh: &FreshStore) -> UserId {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    tx.insert_login_token(&a_login_token(user, "abc", T0))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    user
}

/// The second time it is gone.
pub async fn a_token_logs_in_once(fresh: &FreshStore) {
    let user = issue(fresh).await;
    let mut tx = fresh.begin().await;
    let digest = TokenDigest::of("abc");
    assert_eq!(
        tx.delete_login_token(&digest, t(59)).await.unwrap(),
        Some(user)
    );
    assert_eq!(tx.delete_login_token(&digest, t(59)).await.unwrap(), None);
    tx.commit().await.unwrap();
}

/// At that very second; a clock that goes back does not revive it.
pub async fn an_expired_token_gives_nobody_and_is_gone(fresh: &FreshStore) {
    issue(fresh).await;
    let mut tx = fresh.begin().await;
    let digest = TokenDigest::of("abc");
    assert_eq!(tx.delete_login_token(&digest, t(60)).await.unwrap(), None);
    assert_eq!(tx.delete_login_token(&digest, T0).await.unwrap(), None);
    tx.commit().await.unwrap();
}

/// One that a clock issued which was ahead would be good for longer.
pub async fn a_token_is_good_no_longer_than_any(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let far = NewLoginToken::LONGEST.get() + 60;
    for (text, end, expected) in [("near", far, Some(user)), ("far", far + 1, None)] {
        let mut tx = fresh.begin().await;
        let token = NewLoginToken {
            expires_at: t(end),
            ..a_login_token(user, text, T0)
        };
        tx.insert_login_token(&token).await.unwrap();
        let taken = tx.delete_login_token(&TokenDigest::of(text), T0).await;
        assert_eq!(taken.unwrap(), expected, "{text}");
        tx.commit().await.unwrap();
    }
}

/// Those of others stay.
pub async fn the_tokens_of_a_user_end_together(fresh: &FreshStore) {
    let user = issue(fresh).await;
    let other = fresh.user("bea@demo.test").await;
    let mut tx = fresh.begin().await;
    for (user, text) in [(user, "def"), (other, "ghi")] {
        let token = a_login_token(user, text, T0);
        tx.insert_login_token(&token).await.unwrap();
    }
    assert_eq!(tx.delete_login_tokens(user).await.unwrap(), 2);
    for (text, expected) in [("abc", None), ("def", None), ("ghi", Some(other))] {
        let found = tx.find_login_token(&TokenDigest::of(text)).await.unwrap();
        assert_eq!(found, expected, "{text}");
    }
    tx.commit().await.unwrap();
}

/// Nothing is deleted.
pub async fn an_unknown_token_gives_nobody(fresh: &FreshStore) {
    let user = issue(fresh).await;
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.delete_login_token(&TokenDigest::of("xyz"), T0)
            .await
            .unwrap(),
        None
    );
    let digest = TokenDigest::of("abc");
    assert_eq!(
        tx.delete_login_token(&digest, T0).await.unwrap(),
        Some(user)
    );
    tx.commit().await.unwrap();
}

/// However many use it at once.
pub async fn of_many_uses_of_one_token_one_wins(fresh: &FreshStore) {
    let user = issue(fresh).await;
    let given = fresh
        .race(16, |_, mut tx| async move {
            let given = tx.delete_login_token(&TokenDigest::of("abc"), T0).await?;
            tx.commit().await.map(|()| given)
        })
        .await;
    assert_eq!(given.into_iter().flatten().collect::<Vec<_>>(), [user]);
}

/// Two links never share a token.
pub async fn a_token_that_exists_is_a_duplicate(fresh: &FreshStore) {
    let user = issue(fresh).await;
    let mut tx = fresh.begin().await;
    let second = tx
        .insert_login_token(&a_login_token(user, "abc", t(5)))
        .await;
    assert!(
        matches!(second, Err(StoreError::Duplicate { .. })),
        "{second:?}"
    );
}
