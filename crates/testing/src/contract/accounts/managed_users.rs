//! Promises about users, as administrators change them.

use ferroboard_application::{ManagedUser, NewUser, NewUsers, UserScope, UserTask, UserWork};
use ferroboard_auth::Reminders;
use ferroboard_auth::testing::{a_session, an_account};
use ferroboard_billing::testing::{a_subscription, an_order};
use ferroboard_invite::CommissionMode;
use ferroboard_kernel::{Cents, Email, GroupId, PlanId, StoreError, UserId};

use crate::contract::{FreshStore, T0, assert_duplicate, entry, t};

const MISSING: UserId = UserId::new(999_999);

async fn read(fresh: &FreshStore, user: UserId) -> ManagedUser {
    let mut tx = fresh.begin().await;
    let found = tx.lock_managed_user(user).await.unwrap().unwrap();
    tx.rollback().await.unwrap();
    found
}

async fn write(
    fresh: &FreshStore,
    before: &ManagedUser,
    after: &ManagedUser,
) -> Result<(), StoreError> {
    let mut tx = fresh.begin().await;
    match tx.update_managed_user(before, after, t(5)).await {
        Ok(()) => tx.commit().await,
        Err(error) => {
            tx.rollback().await.unwrap();
            Err(error)
        }
    }
}

/// Every column, there and back again; money is only read.
pub async fn what_administrators_write_is_read_again(fresh: &FreshStore) {
    let (ann, bea) = (
        fresh.user("ann@demo.test").await,
        fresh.user("bea@demo.test").await,
    );
    let mut tx = fresh.begin().await;
    assert!(tx.move_balance(&entry(ann, 1_234, "1")).await.unwrap());
    assert_eq!(tx.lock_managed_user(MISSING).await.unwrap(), None);
    tx.commit().await.unwrap();
    let before = read(fresh, ann).await;
    assert_eq!((before.balance, before.inviter), (Cents::new(1_234), None));
    let after = ManagedUser {
        email: Email::stored("ann2@demo.test"),
        banned: true,
        is_admin: true,
        is_staff: true,
        inviter: Some(bea),
        commission_type: CommissionMode::FirstOrder,
        commission_rate: Some(20),
        discount: Some(15),
        upload: 1,
        download: 2,
        transfer_enable: 5_368_709_120,
        plan: Some(PlanId::new(8)),
        group: Some(GroupId::new(2)),
        expired_at: Some(t(100)),
        next_reset_at: Some(t(50)),
        speed_limit: Some(9),
        device_limit: Some(4),
        remarks: Some("note 笔记".to_owned()),
        ..before.clone()
    };
    write(fresh, &before, &after).await.unwrap();
    assert_eq!(read(fresh, ann).await, after);
    let bare = ManagedUser {
        email: after.email.clone(),
        ..before.clone()
    };
    write(fresh, &after, &bare).await.unwrap();
    assert_eq!(read(fresh, ann).await, bare);
    // Nothing differs.
    write(fresh, &bare, &bare).await.unwrap();
}

/// In any letter case.
pub async fn an_address_of_another_user_is_refused(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    fresh.user("bea@demo.test").await;
    let before = read(fresh, ann).await;
    let after = ManagedUser {
        email: Email::stored("BEA@demo.test"),
        ..before.clone()
    };
    assert_duplicate(write(fresh, &before, &after).await, "email");
    assert_eq!(read(fresh, ann).await, before);
}

fn new_users(emails: &[&str]) -> NewUsers {
    let user = |email: &&str| {
        let account = an_account(email, T0);
        NewUser {
            email: account.email,
            password_hash: account.password_hash,
            uuid: account.uuid,
            token: account.subscribe_token.as_str().to_owned(),
        }
    };
    NewUsers {
        users: emails.iter().map(user).collect(),
        reminders: Reminders {
            expire: Some(false),
            traffic: Some(true),
        },
        subscription: Some(a_subscription(t(100))),
        expired_at: None,
        at: t(1),
    }
}

/// All of them or none.
pub async fn many_users_are_made_at_once(fresh: &FreshStore) {
    let emails: Vec<String> = (0..250)
        .map(|number| format!("u{number}@demo.test"))
        .collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let wanted: Vec<Email> = emails.iter().map(|email| Email::stored(email)).collect();
    let new = new_users(&emails);
    let mut tx = fresh.begin().await;
    assert!(tx.list_taken_emails(&wanted).await.unwrap().is_empty());
    tx.insert_users(&new).await.unwrap();
    assert_eq!(tx.take_touched().users.len(), 250);
    let taken = tx.list_taken_emails(&wanted).await.unwrap();
    assert_eq!(taken.len(), 250);
    tx.commit().await.unwrap();
    let found = fresh.store.find_login(&wanted[249]).await.unwrap().unwrap();
    let view = fresh.view(found.id).await;
    let given = a_subscription(t(100));
    assert_eq!(
        (
            view.plan_id,
            view.group_id,
            view.expired_at,
            view.transfer_enable
        ),
        (
            Some(given.plan_id),
            given.group_id,
            given.expired_at,
            given.transfer_enable
        )
    );
    assert_eq!((view.remind_expire, view.remind_traffic), (false, true));
    let mut tx = fresh.begin().await;
    let again = tx
        .insert_users(&new_users(&["v@demo.test", "U7@demo.test"]))
        .await;
    assert_duplicate(again, "email");
    tx.rollback().await.unwrap();
    let absent = fresh.store.find_login(&Email::stored("v@demo.test")).await;
    assert_eq!(absent.unwrap(), None);
}

/// Whoever is banned already, or is an administrator, is left as it is.
pub async fn bans_spare_administrators(fresh: &FreshStore) {
    let mut users = Vec::new();
    for name in ["ann", "bea", "cid", "dan"] {
        users.push(fresh.user(&format!("{name}@demo.test")).await);
    }
    let [ann, bea, cid, dan] = users[..] else {
        panic!("four users")
    };
    for (user, banned, is_admin) in [(bea, false, true), (cid, true, false)] {
        let before = read(fresh, user).await;
        let after = ManagedUser {
            banned,
            is_admin,
            ..before.clone()
        };
        write(fresh, &before, &after).await.unwrap();
    }
    let mut tx = fresh.begin().await;
    let banned = tx
        .move_users_to_banned(&[ann, bea, cid, MISSING], t(2))
        .await;
    assert_eq!(banned.unwrap(), [ann]);
    assert_eq!(tx.lock_admins().await.unwrap(), [bea]);
    tx.commit().await.unwrap();
    let mut states = Vec::new();
    for user in [ann, bea, cid, dan] {
        states.push(read(fresh, user).await.banned);
    }
    assert_eq!(states, [true, false, true, false]);
}

/// Those of the named users, and of nobody else.
pub async fn every_way_into_accounts_ends(fresh: &FreshStore) {
    let (ann, bea) = (
        fresh.user("ann@demo.test").await,
        fresh.user("bea@demo.test").await,
    );
    let mut tx = fresh.begin().await;
    for (user, token) in [(ann, "a1"), (ann, "a2"), (bea, "b1")] {
        tx.insert_session(&a_session(user, token, T0))
            .await
            .unwrap();
    }
    tx.delete_ways_in(&[ann, MISSING]).await.unwrap();
    assert_eq!(tx.delete_sessions(ann, None).await.unwrap(), 0);
    assert_eq!(tx.delete_sessions(bea, None).await.unwrap(), 1);
    tx.rollback().await.unwrap();
}

/// The ledger keeps what it knows.
pub async fn a_user_goes_with_what_is_its_own(fresh: &FreshStore) {
    let (ann, bea) = (
        fresh.user("ann@demo.test").await,
        fresh.user("bea@demo.test").await,
    );
    let (own, other) = (an_order(1, ann), an_order(2, bea));
    for order in [&own, &other] {
        fresh.seed.insert_order(order).await;
    }
    fresh.seed.insert_invite_code(ann, "ANN").await;
    let mut tx = fresh.begin().await;
    assert!(tx.move_balance(&entry(ann, 5, "1")).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert!(tx.delete_user(ann).await.unwrap());
    assert!(!tx.delete_user(ann).await.unwrap());
    assert_eq!(tx.find_invite_code("ANN").await.unwrap(), None);
    assert_eq!(tx.lock_order(&own.trade_no).await.unwrap(), None);
    assert!(tx.lock_order(&other.trade_no).await.unwrap().is_some());
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.find_login_of(ann).await.unwrap(), None);
    assert_eq!(fresh.seed.ledger(ann).await.len(), 1);
}

/// However far it has come, and whoever holds it.
pub async fn work_on_many_users_is_kept(fresh: &FreshStore) {
    let mail = UserWork::Mail {
        subject: "Hi".to_owned(),
        content: "{{user.email}}".to_owned(),
    };
    let scope = UserScope::selected(vec![UserId::new(2), UserId::new(3)]);
    let task = UserTask::new(mail, scope, UserId::new(1), "here", t(1));
    let ban = UserTask::new(
        UserWork::Ban,
        UserScope::all(),
        UserId::new(1),
        "here",
        t(1),
    );
    let mut tx = fresh.begin().await;
    let first = tx.insert_user_task(&task).await.unwrap();
    let second = tx.insert_user_task(&ban).await.unwrap();
    assert_eq!(tx.list_open_user_tasks().await.unwrap(), [first, second]);
    assert_eq!(tx.lock_user_task(first + 99).await.unwrap(), None);
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let found = tx.lock_user_task(first).await.unwrap().unwrap();
    assert_eq!(found, UserTask { id: first, ..task });
    let moved = UserTask {
        position: Some(UserId::new(3)),
        done: 2,
        finished_at: Some(t(9)),
        ..found.held_by("there", t(8))
    };
    tx.update_user_task(&moved).await.unwrap();
    assert_eq!(tx.lock_user_task(first).await.unwrap(), Some(moved));
    assert_eq!(tx.list_open_user_tasks().await.unwrap(), [second]);
    tx.commit().await.unwrap();
}
