//! Promises about the bot's chats.

use ferroboard_auth::testing::an_account;
use ferroboard_kernel::UserId;
use ferroboard_telegram::{Binding, BindingService, ChatId, ChatOwner};

use crate::contract::{FreshStore, T0, t};

const CHAT: ChatId = ChatId::new(5_000_000_777);
const OTHER: ChatId = ChatId::new(778);

async fn token(fresh: &FreshStore, user: UserId) -> String {
    let view = fresh.view(user).await;
    view.subscribe_token.as_str().to_owned()
}

/// With its chat; another spelling is nobody's.
pub async fn an_account_is_found_by_its_token(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let token = token(fresh, ann).await;
    let mut tx = fresh.begin().await;
    let unbound = ChatOwner {
        user: ann,
        chat: None,
    };
    assert_eq!(tx.lock_chat_owner(&token).await.unwrap(), Some(unbound));
    assert!(tx.move_chat(ann, None, Some(CHAT), t(1)).await.unwrap());
    let bound = ChatOwner {
        chat: Some(CHAT),
        ..unbound
    };
    assert_eq!(tx.lock_chat_owner(&token).await.unwrap(), Some(bound));
    assert_eq!(tx.find_chat(ann).await.unwrap(), Some(CHAT));
    let address = tx.find_account_address(ann).await.unwrap();
    assert_eq!(address.unwrap().as_str(), "ann@demo.test");
    let nobody = UserId::new(999_999);
    assert_eq!(tx.find_chat(nobody).await.unwrap(), None);
    assert_eq!(tx.find_account_address(nobody).await.unwrap(), None);
    let upper = format!("{}A", token.to_uppercase());
    for wrong in ["", "x", "x\0", &format!("{token} "), &upper] {
        assert_eq!(tx.lock_chat_owner(wrong).await.unwrap(), None, "{wrong:?}");
    }
    tx.commit().await.unwrap();
    assert_eq!(fresh.view(ann).await.telegram_id, Some(CHAT.get()));
}

/// From what it was to what it is to be.
pub async fn a_chat_moves_only_from_where_it_stands(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    for (from, to, expected) in [
        (Some(CHAT), None, false),
        (None, Some(CHAT), true),
        (None, Some(OTHER), false),
        (Some(OTHER), None, false),
        (Some(CHAT), Some(OTHER), true),
        (Some(OTHER), None, true),
    ] {
        let moved = tx.move_chat(ann, from, to, t(1)).await.unwrap();
        assert_eq!(moved, expected, "{from:?} {to:?}");
    }
    let missing = UserId::new(999_999);
    assert!(!tx.move_chat(missing, None, Some(CHAT), t(1)).await.unwrap());
    tx.commit().await.unwrap();
}

/// With what a bot needs to know; of several the one with the lowest number.
pub async fn an_account_is_found_by_its_chat(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let find = |chat| fresh.store.find_chat_account(chat);
    assert_eq!(find(CHAT).await.unwrap(), None);
    for user in [bea, ann] {
        fresh.seed.update_chat(user, CHAT).await;
    }
    let found = find(CHAT).await.unwrap().unwrap();
    assert_eq!(
        (found.account, found.is_staff),
        (fresh.view(ann).await, false)
    );
    fresh.seed.update_staff(ann).await;
    assert!(find(CHAT).await.unwrap().unwrap().is_staff);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_chat_owner(CHAT).await.unwrap(), Some(ann));
    assert_eq!(tx.find_chat_owner(OTHER).await.unwrap(), None);
    tx.rollback().await.unwrap();
}

/// However many accounts want it at once.
pub async fn of_many_accounts_one_gets_a_chat(fresh: &FreshStore) {
    let mut tokens = Vec::new();
    for number in 0..8 {
        let user = fresh.user(&format!("u{number}@demo.test")).await;
        tokens.push(token(fresh, user).await);
    }
    let outcomes = fresh
        .race(16, move |runner, mut tx| {
            let token = tokens[runner % tokens.len()].clone();
            async move {
                let bound = BindingService.bind(tx.as_mut(), CHAT, &token, t(1)).await?;
                tx.commit().await.map(|()| bound)
            }
        })
        .await;
    let bound: Vec<_> = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Binding::Bound(_)))
        .collect();
    assert_eq!(bound.len(), 1, "{outcomes:?}");
    let owner = fresh.store.find_chat_account(CHAT).await.unwrap().unwrap();
    assert_eq!(*bound[0], Binding::Bound(owner.account.id));
}

/// However many chats want it at once.
pub async fn of_many_chats_one_gets_an_account(fresh: &FreshStore) {
    let mut account = an_account("ann@demo.test", T0);
    account.is_admin = false;
    let mut tx = fresh.begin().await;
    let ann = tx.insert_account(&account).await.unwrap();
    tx.commit().await.unwrap();
    let token = token(fresh, ann).await;
    let outcomes = fresh
        .race(16, move |runner, mut tx| {
            let token = token.clone();
            async move {
                let chat = ChatId::new(i64::try_from(runner).unwrap());
                let bound = BindingService.bind(tx.as_mut(), chat, &token, t(1)).await?;
                tx.commit().await.map(|()| bound)
            }
        })
        .await;
    let is_bound = |outcome: &&Binding| matches!(outcome, Binding::Bound(_));
    assert_eq!(outcomes.iter().filter(is_bound).count(), 1, "{outcomes:?}");
    let others = outcomes
        .iter()
        .filter(|other| **other == Binding::AccountBound);
    assert_eq!(others.count(), 15);
}

/// Administrators' too, each chat once; nobody's who is suspended.
pub async fn chats_of_staff_are_listed(fresh: &FreshStore) {
    assert_eq!(fresh.store.list_staff_chats().await.unwrap(), []);
    let mut admin = an_account("admin@demo.test", T0);
    admin.is_admin = true;
    let mut tx = fresh.begin().await;
    let admin = tx.insert_account(&admin).await.unwrap();
    tx.commit().await.unwrap();
    let mut staff = Vec::new();
    for number in 0..4 {
        let user = fresh.user(&format!("u{number}@demo.test")).await;
        fresh
            .seed
            .update_chat(user, ChatId::new(100 + number))
            .await;
        staff.push(user);
    }
    for user in &staff[..3] {
        fresh.seed.update_staff(*user).await;
    }
    fresh.seed.update_banned(staff[0]).await;
    fresh.seed.update_chat(staff[1], ChatId::new(99)).await;
    fresh.seed.update_chat(admin, ChatId::new(99)).await;
    let listed = fresh.store.list_staff_chats().await.unwrap();
    assert_eq!(listed, [ChatId::new(99), ChatId::new(102)]);
}
