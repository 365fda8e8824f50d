//! Promises about scheduled jobs.

use std::time::Duration;

use ferroboard_application::JobState;
use ferroboard_attempts::CounterName;
use ferroboard_auth::testing::{a_login_token, an_email_code};
use ferroboard_kernel::{Email, Seconds, UnixSeconds};

use crate::contract::{FreshStore, T0, t};

/// Locking it gives it a row.
pub async fn a_job_that_was_never_seen_is_idle(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.lock_job("check:order").await.unwrap(),
        JobState::default()
    );
    assert_eq!(
        tx.lock_job("check:order").await.unwrap(),
        JobState::default()
    );
    tx.commit().await.unwrap();
}

/// Every member, and NULL where it has no value; other jobs keep theirs.
pub async fn the_state_of_a_job_is_kept(fresh: &FreshStore) {
    let running = JobState {
        holder: Some("panel-1".into()),
        leased_until: t(30),
        last_started_at: Some(T0),
        last_finished_at: Some(t(-60)),
        last_error: Some("it's “broken”".into()),
    };
    let idle = JobState {
        leased_until: t(30),
        ..JobState::default()
    };
    for state in [running, idle] {
        let mut tx = fresh.begin().await;
        let before = tx.lock_job("reset:traffic").await.unwrap();
        tx.lock_job("other").await.unwrap();
        let moved = tx.move_job("reset:traffic", &before, &state).await.unwrap();
        assert!(moved, "{before:?}");
        tx.commit().await.unwrap();
        let mut tx = fresh.begin().await;
        assert_eq!(tx.lock_job("reset:traffic").await.unwrap(), state);
        assert_eq!(tx.lock_job("other").await.unwrap(), JobState::default());
        tx.rollback().await.unwrap();
    }
}

/// Each of 8 reads, pauses and writes one more: none is lost, though the row was not there.
pub async fn a_lock_keeps_others_out(fresh: &FreshStore) {
    fresh
        .race(8, |_, mut tx| async move {
            let state = tx.lock_job("check:order").await?;
            tokio::time::sleep(Duration::from_millis(3)).await;
            let more = JobState {
                leased_until: state.leased_until.plus(Seconds::new(1)),
                ..state.clone()
            };
            assert!(tx.move_job("check:order", &state, &more).await?);
            tx.commit().await
        })
        .await;
    let mut tx = fresh.begin().await;
    let state = tx.lock_job("check:order").await.unwrap();
    assert_eq!(state.leased_until, UnixSeconds::new(8));
    tx.rollback().await.unwrap();
}

/// Who holds it and until when must be what was read.
pub async fn a_job_moves_from_where_it_stands(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let idle = tx.lock_job("check:order").await.unwrap();
    let held = JobState {
        holder: Some("panel-1".into()),
        leased_until: t(60),
        last_started_at: Some(T0),
        ..JobState::default()
    };
    assert!(!tx.move_job("check:order", &held, &idle).await.unwrap());
    assert!(tx.move_job("check:order", &idle, &held).await.unwrap());
    assert!(!tx.move_job("check:order", &idle, &held).await.unwrap());
    let renewed = JobState {
        leased_until: t(80),
        ..held.clone()
    };
    let others = JobState {
        holder: Some("panel-2".into()),
        ..held.clone()
    };
    assert!(!tx.move_job("check:order", &others, &renewed).await.unwrap());
    assert!(tx.move_job("check:order", &held, &renewed).await.unwrap());
    assert!(!tx.move_job("check:order", &held, &renewed).await.unwrap());
    assert_eq!(tx.lock_job("check:order").await.unwrap(), renewed);
    assert!(!tx.move_job("never seen", &idle, &held).await.unwrap());
    tx.rollback().await.unwrap();
}

/// It is later than when this was written, and never gets earlier.
pub async fn the_database_has_a_clock(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let first = tx.find_time().await.unwrap();
    assert!(first >= T0.minus(Seconds::days(1)), "{first:?}");
    assert!(tx.find_time().await.unwrap() >= first);
    tx.rollback().await.unwrap();
}

/// From the three tables; what is still good stays.
pub async fn what_has_run_out_is_deleted(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    for (text, at) in [("old", t(-86_400)), ("new", T0)] {
        tx.insert_login_token(&a_login_token(user, text, at))
            .await
            .unwrap();
        tx.insert_email_code(&an_email_code(&format!("{text}@demo.test"), "123456", at))
            .await
            .unwrap();
        let name = CounterName::failed_logins_from(text);
        tx.update_counter(&name, Seconds::new(60), at)
            .await
            .unwrap();
    }
    assert_eq!(tx.delete_expired(t(-3_600), 10).await.unwrap(), 3);
    assert_eq!(tx.delete_expired(t(-3_600), 10).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.lock_email_code(&Email::stored("old@demo.test"))
            .await
            .unwrap(),
        None
    );
    assert!(
        tx.lock_email_code(&Email::stored("new@demo.test"))
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(tx.delete_expired(t(86_400), 10).await.unwrap(), 3);
    tx.rollback().await.unwrap();
}

/// No more of each table than asked for.
pub async fn what_has_run_out_is_deleted_some_at_a_time(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    for number in 0..5 {
        let name = CounterName::failed_logins_from(&number.to_string());
        tx.update_counter(&name, Seconds::new(60), T0)
            .await
            .unwrap();
    }
    let token = a_login_token(user, "old", T0);
    tx.insert_login_token(&token).await.unwrap();
    for expected in [3, 2, 1, 0] {
        let deleted = tx.delete_expired(t(86_400), 2).await.unwrap();
        assert_eq!(deleted, expected);
    }
    tx.commit().await.unwrap();
}
