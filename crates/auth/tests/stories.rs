//! The rules of accounts, told over the tables in memory.
#![allow(
    clippy::unwrap_used,
    reason = "everything here is a test, where a panic is the report"
)]

use ferroboard_attempts::{CounterName, CounterRepository as _};
use ferroboard_auth::testing::{HasAuth as _, a_login_token, a_session, an_account, an_email_code};
use ferroboard_auth::{
    AccountRepository as _, AuthError, AuthPolicy, AuthService, EmailCode,
    EmailCodeRepository as _, LoginTokenRepository as _,
};
use ferroboard_kernel::{Email, Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_testing::{MemoryStore, MemoryTx};

const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);

fn later(seconds: i64) -> UnixSeconds {
    NOW.plus(Seconds::new(seconds))
}

async fn transaction() -> MemoryTx {
    MemoryStore::default().transaction().await.unwrap()
}

async fn account(tx: &mut MemoryTx, email: &str) -> UserId {
    tx.insert_account(&an_account(email, NOW)).await.unwrap()
}

#[tokio::test]
async fn a_right_code_is_used_once() {
    let mut tx = transaction().await;
    let email = Email::stored("ann@demo.test");
    tx.insert_email_code(&an_email_code("ann@demo.test", "123456", NOW))
        .await
        .unwrap();
    assert!(
        AuthService
            .try_code(&mut tx, &email, "123456", NOW)
            .await
            .unwrap()
    );
    AuthService
        .use_code(&mut tx, &email, "123456", NOW)
        .await
        .unwrap();
    let again = AuthService.use_code(&mut tx, &email, "123456", NOW).await;
    assert_eq!(again, Err(AuthError::EmailCodeIncorrect));
}

#[tokio::test]
async fn the_fifth_wrong_try_voids_a_code() {
    let mut tx = transaction().await;
    let email = Email::stored("ann@demo.test");
    tx.insert_email_code(&an_email_code("ann@demo.test", "123456", NOW))
        .await
        .unwrap();
    for tries in 1..EmailCode::MAX_WRONG_TRIES {
        assert!(
            !AuthService
                .try_code(&mut tx, &email, "000000", NOW)
                .await
                .unwrap()
        );
        let code = tx.lock_email_code(&email).await.unwrap().unwrap();
        assert_eq!(code.wrong_tries, tries);
    }
    assert!(
        !AuthService
            .try_code(&mut tx, &email, "000000", NOW)
            .await
            .unwrap()
    );
    assert_eq!(tx.lock_email_code(&email).await.unwrap(), None);
    assert!(
        !AuthService
            .try_code(&mut tx, &email, "123456", NOW)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn an_expired_code_is_as_good_as_none_and_counts_nothing() {
    let mut tx = transaction().await;
    let email = Email::stored("ann@demo.test");
    tx.insert_email_code(&an_email_code("ann@demo.test", "123456", NOW))
        .await
        .unwrap();
    assert!(
        AuthService
            .try_code(&mut tx, &email, "123456", later(299))
            .await
            .unwrap()
    );
    for code in ["123456", "000000"] {
        assert!(
            !AuthService
                .try_code(&mut tx, &email, code, later(300))
                .await
                .unwrap()
        );
    }
    let refused = AuthService
        .use_code(&mut tx, &email, "123456", later(300))
        .await;
    assert_eq!(refused, Err(AuthError::EmailCodeIncorrect));
    assert_eq!(
        tx.lock_email_code(&email)
            .await
            .unwrap()
            .unwrap()
            .wrong_tries,
        0
    );
}

#[tokio::test]
async fn a_taken_address_is_refused_and_ends_the_transaction() {
    let mut tx = transaction().await;
    account(&mut tx, "ann@demo.test").await;
    let second = an_account("ANN@demo.test", NOW);
    let refused = AuthService.create_account(&mut tx, &second).await;
    assert_eq!(refused, Err(AuthError::EmailTaken));
    assert!(tx.auth().is_err());
}

#[tokio::test]
async fn a_code_and_a_link_that_were_issued_ahead_are_not_there() {
    let month = 30 * 86_400;
    for (issued, read) in [(month, 0), (0, -month)] {
        let mut tx = transaction().await;
        let user = account(&mut tx, "ann@demo.test").await;
        let email = Email::parse("ann@demo.test").unwrap();
        let code = an_email_code("ann@demo.test", "123456", later(issued));
        let link = a_login_token(user, "text", later(issued));
        tx.insert_email_code(&code).await.unwrap();
        tx.insert_login_token(&link).await.unwrap();
        let is_right = async |tx: &mut MemoryTx, at| {
            let tried = AuthService.try_code(tx, &email, "123456", at);
            tried.await.unwrap()
        };
        assert!(is_right(&mut tx, later(issued)).await);
        assert!(!is_right(&mut tx, later(read)).await);
        let used = AuthService.use_code(&mut tx, &email, "123456", later(read));
        assert_eq!(used.await, Err(AuthError::EmailCodeIncorrect));
        let taken = AuthService.take_login_token(&mut tx, "text", later(read));
        assert_eq!(taken.await.err(), Some(AuthError::LoginTokenInvalid));
    }
}

#[tokio::test]
async fn the_least_recently_used_sessions_make_room_for_new_ones() {
    let mut tx = transaction().await;
    let user = account(&mut tx, "ann@demo.test").await;
    for number in 0..=AuthPolicy::MAX_SESSIONS {
        let session = a_session(user, &format!("token {number}"), later(number));
        AuthService.open_session(&mut tx, &session).await.unwrap();
    }
    let live = tx.auth().unwrap().live_sessions(user, later(60));
    assert_eq!(i64::try_from(live.len()).unwrap(), AuthPolicy::MAX_SESSIONS);
    assert!(
        live.iter().all(|session| session.created_at > Some(NOW)),
        "the first one is gone"
    );
}

#[tokio::test]
async fn a_new_password_keeps_one_session_and_forgets_failures() {
    let mut tx = transaction().await;
    let user = account(&mut tx, "ann@demo.test").await;
    for token in ["mine", "other"] {
        let session = a_session(user, token, NOW);
        AuthService.open_session(&mut tx, &session).await.unwrap();
    }
    let ann = tx.lock_account(user).await.unwrap().unwrap();
    let failures = CounterName::failed_logins(&ann.email);
    tx.update_counter(&failures, Seconds::minutes(60), NOW)
        .await
        .unwrap();
    let mine = a_session(user, "mine", NOW).name;
    AuthService
        .set_password(&mut tx, &ann, "new", Some(&mine), NOW)
        .await
        .unwrap();
    let left = tx.auth().unwrap().live_sessions(user, NOW);
    assert_eq!(
        left.into_iter()
            .map(|session| session.name)
            .collect::<Vec<_>>(),
        [mine]
    );
    assert_eq!(
        tx.find_counter(&failures, Seconds::minutes(60), NOW)
            .await
            .unwrap(),
        None
    );
    // The password that was checked is no longer the stored one: whoever comes late tries again.
    let late = AuthService
        .set_password(&mut tx, &ann, "newer", None, NOW)
        .await;
    assert!(
        matches!(late, Err(AuthError::Store(StoreError::Conflict(_)))),
        "{late:?}"
    );
    let late = AuthService
        .lock_verified(&mut tx, user, &ann.password)
        .await;
    assert!(
        matches!(late, Err(AuthError::Store(StoreError::Conflict(_)))),
        "{late:?}"
    );
}

#[tokio::test]
async fn a_login_token_is_taken_once_and_not_for_the_suspended() {
    let mut tx = transaction().await;
    let user = account(&mut tx, "ann@demo.test").await;
    for text in ["first", "second", "third"] {
        tx.insert_login_token(&a_login_token(user, text, NOW))
            .await
            .unwrap();
    }
    assert_eq!(
        AuthService
            .take_login_token(&mut tx, "first", NOW)
            .await
            .unwrap()
            .id,
        user
    );
    for (text, at) in [("first", NOW), ("unknown", NOW), ("second", later(60))] {
        let taken = AuthService.take_login_token(&mut tx, text, at).await;
        assert_eq!(taken, Err(AuthError::LoginTokenInvalid), "{text}");
    }
    let row = tx.account_row(user).unwrap().unwrap();
    row.account.banned = true;
    let taken = AuthService.take_login_token(&mut tx, "third", NOW).await;
    assert_eq!(taken, Err(AuthError::LoginTokenInvalid));
}
