//! Promises about what jobs keep true of users.

use ferroboard_billing::testing::{a_subscription, an_order};
use ferroboard_billing::{
    ReminderPolicy, ReminderScope, ReminderSubject, Subscription, TrafficReminders,
};
use ferroboard_kernel::{Seconds, UnixSeconds, UserId};
use ferroboard_telegram::ChatId;

use crate::contract::{FreshStore, UserColumns, entry, t};

/// A user with a quota of 100 bytes, of which so many are used in each direction.
async fn user_with(fresh: &FreshStore, name: &str, upload: i64, download: i64) -> UserId {
    let user = fresh.user(&format!("{name}@demo.test")).await;
    let subscription = Subscription {
        transfer_enable: 100,
        ..a_subscription(t(864_000))
    };
    let mut tx = fresh.begin().await;
    tx.update_subscription(user, &subscription, t(0))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let columns = UserColumns {
        upload,
        download,
        ..UserColumns::default()
    };
    fresh.seed.update_user(user, &columns).await;
    user
}

async fn end_at(fresh: &FreshStore, user: UserId, at: UnixSeconds) {
    let mut tx = fresh.begin().await;
    tx.update_subscription(user, &a_subscription(at), t(0))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Whoever was not heard of since then, or at an unknown time.
pub async fn stale_users_are_not_online(fresh: &FreshStore) {
    let mut users = Vec::new();
    for (number, (count, at, expected)) in [
        (5, Some(t(99)), 0),
        (5, Some(t(100)), 5),
        (5, None, 0),
        (0, Some(t(1)), 0),
        (5, Some(t(260)), 5),
        (5, Some(t(261)), 0),
    ]
    .into_iter()
    .enumerate()
    {
        let user = fresh.user(&format!("u{number}@demo.test")).await;
        fresh.seed.update_online(user, count, at).await;
        users.push((user, expected));
    }
    let mut tx = fresh.begin().await;
    assert_eq!(tx.update_stale_online(t(100), t(200)).await.unwrap(), 3);
    assert_eq!(tx.update_stale_online(t(100), t(200)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    for (user, expected) in users {
        assert_eq!(fresh.seed.online(user).await, expected);
    }
}

/// By number, in pages; those who used traffic lately.
pub async fn exhausted_users_are_found(fresh: &FreshStore) {
    let exact = user_with(fresh, "exact", 60, 40).await;
    let beyond = user_with(fresh, "beyond", 0, 500).await;
    let below = user_with(fresh, "below", 60, 39).await;
    let banned = user_with(fresh, "banned", 100, 0).await;
    let old = user_with(fresh, "old", 100, 0).await;
    let without = fresh.user("without@demo.test").await;
    fresh.seed.update_banned(banned).await;
    for user in [exact, beyond, below, banned, without] {
        fresh.seed.update_traffic_time(user, t(50)).await;
    }
    fresh.seed.update_traffic_time(old, t(49)).await;
    let ahead = user_with(fresh, "ahead", 100, 0).await;
    fresh.seed.update_traffic_time(ahead, t(121)).await;
    let mut tx = fresh.begin().await;
    for (after, limit, expected) in [
        (None, 10, &[exact, beyond][..]),
        (None, 1, &[exact]),
        (Some(exact), 10, &[beyond]),
        (Some(beyond), 10, &[]),
    ] {
        let found = tx.list_exhausted_users(t(50), t(60), after, limit).await;
        assert_eq!(found.unwrap(), expected);
    }
    tx.rollback().await.unwrap();
}

/// And nobody else: each of the others has one thing to lose.
pub async fn only_unused_users_are_deleted(fresh: &FreshStore) {
    let mut users = Vec::new();
    for number in 0..8 {
        let user = fresh.user(&format!("u{number}@demo.test")).await;
        fresh.seed.update_never_subscribed(user).await;
        users.push(user);
    }
    let [
        unused,
        second,
        rich,
        buyer,
        inviter,
        earning,
        seen,
        subscribed,
    ] = users[..]
    else {
        panic!("eight users")
    };
    // Of an account that registered by itself `expired_at` is NULL.
    let registered = fresh.user("registered@demo.test").await;
    fresh.seed.insert_order(&an_order(1, buyer)).await;
    let mut tx = fresh.begin().await;
    assert!(tx.move_balance(&entry(rich, 1, "a")).await.unwrap());
    assert!(
        tx.move_commission_balance(&entry(earning, 1, "a"))
            .await
            .unwrap()
    );
    tx.update_inviter(registered, inviter).await.unwrap();
    tx.update_last_login(seen, t(1)).await.unwrap();
    tx.update_subscription(subscribed, &a_subscription(t(1)), t(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(tx.delete_unused_users(1).await.unwrap(), 1);
    assert_eq!(tx.delete_unused_users(10).await.unwrap(), 1);
    assert_eq!(tx.delete_unused_users(10).await.unwrap(), 0);
    tx.commit().await.unwrap();
    for user in [unused, second] {
        assert_eq!(fresh.store.find_account_view(user).await.unwrap(), None);
    }
    for user in [rich, buyer, inviter, earning, seen, subscribed, registered] {
        fresh.view(user).await;
    }
}

/// By the end of the subscription or the use of the traffic, in pages by number, with what decides; nobody who
/// is suspended.
pub async fn users_to_be_reminded_are_found(fresh: &FreshStore) {
    let now = t(1_000);
    let soon = now.plus(Seconds::hours(5));
    user_with(fresh, "nobody", 30, 30).await;
    let much = user_with(fresh, "much", 41, 40).await;
    let all = user_with(fresh, "all", 60, 40).await;
    let ending = fresh.user("ending@demo.test").await;
    let ended = fresh.user("ended@demo.test").await;
    let past = fresh.user("past@demo.test").await;
    let banned = user_with(fresh, "banned", 90, 0).await;
    let silent = user_with(fresh, "silent", 90, 0).await;
    let huge = fresh.user("huge@demo.test").await;
    end_at(fresh, ending, soon).await;
    end_at(fresh, ended, now).await;
    end_at(fresh, past, now.minus(Seconds::days(1))).await;
    fresh.seed.update_banned(banned).await;
    fresh.seed.update_chat(much, ChatId::new(77)).await;
    fresh.seed.update_traffic_time(much, t(900)).await;
    let mut tx = fresh.begin().await;
    let none = ferroboard_auth::Reminders {
        expire: Some(false),
        traffic: Some(false),
    };
    tx.update_reminders(silent, none, t(1)).await.unwrap();
    let largest = Subscription {
        transfer_enable: i64::MAX,
        ..a_subscription(t(864_000))
    };
    tx.update_subscription(huge, &largest, t(1)).await.unwrap();
    tx.commit().await.unwrap();
    let columns = UserColumns {
        upload: i64::MAX / 2,
        download: i64::MAX / 2,
        ..UserColumns::default()
    };
    fresh.seed.update_user(huge, &columns).await;

    let policy = ReminderPolicy::default();
    let found = subjects(fresh, policy.ending(now)).await;
    assert_eq!(users(&found), [ending, ended]);
    assert!(found[1].ended_lately(now) && !found[0].has_ended(now));
    let found = subjects(fresh, policy.using(None)).await;
    // Who has used all of it is among them, and who wants no reminder: others are told.
    assert_eq!(users(&found), [much, all, silent, huge]);
    let due = found
        .iter()
        .filter(|one| policy.traffic(one, now).is_some());
    let due: Vec<UserId> = due.map(|subject| subject.user).collect();
    assert_eq!(due, [much, huge]);
    let subject = &found[0];
    assert_eq!(subject.email.as_str(), "much@demo.test");
    assert_eq!((subject.transfer_enable, subject.used), (100, 81));
    assert_eq!((subject.chat, subject.last_reset_at), (Some(77), None));
    let recent = subjects(fresh, policy.using(Some((t(900), t(960))))).await;
    assert_eq!(users(&recent), [much]);
    assert_eq!(
        subjects(fresh, policy.using(Some((t(901), t(960))))).await,
        []
    );
    let ahead = Some((t(800), t(899)));
    assert_eq!(subjects(fresh, policy.using(ahead)).await, []);
    let any = ReminderPolicy {
        traffic: TrafficReminders::At(vec![1]),
        ..policy
    };
    assert_eq!(subjects(fresh, any.using(None)).await.len(), 5);
}

fn users(found: &[ReminderSubject]) -> Vec<UserId> {
    found.iter().map(|subject| subject.user).collect()
}

/// All of a scope, in pages of two.
async fn subjects(fresh: &FreshStore, scope: ReminderScope) -> Vec<ReminderSubject> {
    let mut tx = fresh.begin().await;
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = tx.list_reminder_subjects(scope, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.user);
        assert!(page.len() <= 2);
        found.extend(page);
    }
    tx.rollback().await.unwrap();
    found
}
