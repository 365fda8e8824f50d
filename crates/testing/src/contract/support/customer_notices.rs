//! Promises about notices to customers: what they chose, and messages on their way into chats.

use ferroboard_kernel::{Seconds, UserId};
use ferroboard_mail::{NewChatMessage, NoticeChannel, NoticeChoice, QueuedChatMessage};

use crate::contract::{FreshStore, T0, t};

const LEASE: Seconds = Seconds::minutes(1);

async fn choices(fresh: &FreshStore, users: &[UserId]) -> Vec<(UserId, NoticeChoice)> {
    let mut tx = fresh.begin().await;
    let mut found = tx.list_notice_choices(users).await.unwrap();
    tx.rollback().await.unwrap();
    found.sort_by_key(|(user, _)| *user);
    found
}

/// As it was written; of who chose nothing there is nothing.
pub async fn what_a_user_chose_is_kept(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bob = fresh.user("bob@demo.test").await;
    let eve = fresh.user("eve@demo.test").await;
    let all = [ann, bob, eve];
    assert_eq!(choices(fresh, &all).await, []);
    assert_eq!(choices(fresh, &[]).await, []);
    let first = NoticeChoice {
        channel: Some(NoticeChannel::Both),
        payment: true,
        renewal: false,
        ticket: true,
        login: false,
    };
    let second = NoticeChoice {
        channel: None,
        payment: false,
        renewal: true,
        ticket: false,
        login: true,
    };
    let mut tx = fresh.begin().await;
    tx.update_notice_choice(ann, &second, t(1)).await.unwrap();
    tx.update_notice_choice(ann, &first, t(2)).await.unwrap();
    tx.update_notice_choice(ann, &first, t(2)).await.unwrap();
    tx.update_notice_choice(bob, &second, t(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(choices(fresh, &all).await, [(ann, first), (bob, second)]);
    assert_eq!(choices(fresh, &[bob]).await, [(bob, second)]);
}

/// With the account.
pub async fn what_a_user_chose_goes_with_the_user(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let choice = NoticeChoice::default();
    tx.update_notice_choice(ann, &choice, t(1)).await.unwrap();
    assert!(tx.delete_user(ann).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(choices(fresh, &[ann]).await, []);
}

async fn queue(fresh: &FreshStore, messages: &[NewChatMessage], seconds: i64) {
    let mut tx = fresh.begin().await;
    let queued = tx.insert_chat_messages(messages, t(seconds)).await;
    queued.unwrap();
    tx.commit().await.unwrap();
}

/// Takes what is due at this second for the next minute.
async fn take(fresh: &FreshStore, seconds: i64) -> Vec<QueuedChatMessage> {
    let mut tx = fresh.begin().await;
    let taken = tx.lock_due_chat_messages(10, t(seconds), LEASE).await;
    let taken = taken.unwrap();
    tx.commit().await.unwrap();
    taken
}

async fn take_one(fresh: &FreshStore, seconds: i64) -> QueuedChatMessage {
    let mut taken = take(fresh, seconds).await;
    assert_eq!(taken.len(), 1, "{taken:?}");
    taken.remove(0)
}

/// Oldest first, and as it was written.
pub async fn messages_into_chats_are_due_at_once(fresh: &FreshStore) {
    let messages = [
        NewChatMessage::new(5_000_000_777, "it's \u{201c}one\u{201d} \\ 密\nsecond line"),
        NewChatMessage::new(-42, "other"),
        NewChatMessage::new(-42, "third"),
    ];
    queue(fresh, &messages, 30 * 86_400).await;
    queue(fresh, &[], 0).await;
    let mut tx = fresh.begin().await;
    let taken = tx.lock_due_chat_messages(2, T0, LEASE).await.unwrap();
    tx.commit().await.unwrap();
    let (first, last) = (&taken[0], take_one(fresh, 0).await);
    assert_eq!(taken.len(), 2);
    assert_eq!(first.message, messages[0]);
    assert_eq!((first.attempts, first.leased_until), (0, t(60)));
    assert_eq!(last.message, messages[2]);
}

/// Of a transaction that is rolled back none.
pub async fn messages_of_a_rolled_back_transaction_are_never_sent(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let messages = [NewChatMessage::new(1, "never")];
    tx.insert_chat_messages(&messages, T0).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(take(fresh, 1).await, []);
}

/// Whoever asks at once.
pub async fn each_message_into_a_chat_goes_to_one_of_many_senders(fresh: &FreshStore) {
    let messages: Vec<NewChatMessage> = (0..12)
        .map(|number| NewChatMessage::new(number, "text"))
        .collect();
    queue(fresh, &messages, 0).await;
    let taken = fresh
        .race(6, |_, mut tx| async move {
            let taken = tx.lock_due_chat_messages(5, t(1), LEASE).await?;
            tx.commit().await.map(|()| taken)
        })
        .await;
    let mut chats: Vec<i64> = taken
        .into_iter()
        .flatten()
        .map(|taken| taken.message.chat)
        .collect();
    chats.extend(take(fresh, 1).await.iter().map(|taken| taken.message.chat));
    chats.sort_unstable();
    assert_eq!(chats, (0..12).collect::<Vec<i64>>());
}

/// What a killed sender left behind is sent by another, and the first one changes nothing any more.
pub async fn a_message_that_was_left_behind_is_taken_after_its_lease(fresh: &FreshStore) {
    queue(fresh, &[NewChatMessage::new(1, "text")], 0).await;
    let first = take_one(fresh, 0).await;
    assert_eq!(take(fresh, 59).await, []);
    let second = take_one(fresh, 60).await;
    assert_eq!((second.id, second.leased_until), (first.id, t(120)));
    assert_eq!(second.attempts, 1);
    let mut tx = fresh.begin().await;
    assert!(!tx.delete_chat_message(&first).await.unwrap());
    let late = tx.move_chat_message_to_failed(&first, "late", None, t(61));
    assert!(!late.await.unwrap());
    assert!(tx.delete_chat_message(&second).await.unwrap());
    assert!(!tx.delete_chat_message(&second).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(take(fresh, 10_000).await, []);
}

/// Again at its time, by whichever clock; in the end no more, and it is deleted after a while.
pub async fn a_message_that_failed_is_repeated_until_it_is_given_up(fresh: &FreshStore) {
    queue(fresh, &[NewChatMessage::new(1, "text")], 0).await;
    let first = take_one(fresh, 0).await;
    let mut tx = fresh.begin().await;
    let moved = tx.move_chat_message_to_failed(&first, "Telegram is down", Some(t(100)), t(1));
    assert!(moved.await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(take(fresh, 99).await, []);
    let second = take_one(fresh, 100).await;
    assert_eq!(second.attempts, 1);
    let month = t(30 * 86_400);
    let mut tx = fresh.begin().await;
    let ahead = tx.move_chat_message_to_failed(&second, "x", Some(month), t(101));
    assert!(ahead.await.unwrap());
    tx.commit().await.unwrap();
    let third = take_one(fresh, 102).await;
    let mut tx = fresh.begin().await;
    let given_up = tx.move_chat_message_to_failed(&third, "x", None, t(103));
    assert!(given_up.await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(take(fresh, 900_000).await, []);
    let mut tx = fresh.begin().await;
    let early = tx.delete_failed_chat_messages(t(103), 10).await;
    assert_eq!(early.unwrap(), 0);
    let due = tx.delete_failed_chat_messages(t(104), 10).await;
    assert_eq!(due.unwrap(), 1);
    tx.commit().await.unwrap();
}
