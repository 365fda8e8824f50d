//! Promises about whom a transaction has changed in a way that nodes see: whatever a repository writes of
//! that, it says.

use std::collections::BTreeSet;

use ferroboard_application::{ManagedUser, NewUser, NewUsers, Touched, UnitOfWork};
use ferroboard_auth::testing::an_account;
use ferroboard_auth::{Reminders, SubscribeToken};
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_billing::{EarlyPeriod, Plan, QuotaMove, ResetCause, ResetMethod, ResetSource};
use ferroboard_kernel::{Email, GroupId, UserId};
use ferroboard_nodes::Traffic;
use ferroboard_realname::testing::a_record;
use ferroboard_realname::{Review, ReviewSource, Status};
use ferroboard_shadow_account::{NewShadowUser, ShadowAccount, ShadowColumns};

use crate::contract::{FreshStore, T0, UserColumns, entry, t};

const MISSING: UserId = UserId::new(999_999);

/// Asserts that the transaction has touched this one user since it was last asked, and no more.
fn assert_touched(tx: &mut dyn UnitOfWork, user: UserId, what: &str) {
    let expected = Touched {
        users: BTreeSet::from([user]),
        ..Touched::default()
    };
    assert_eq!(tx.take_touched(), expected, "{what}");
}

fn assert_untouched(tx: &mut dyn UnitOfWork, what: &str) {
    assert_eq!(tx.take_touched(), Touched::default(), "{what}");
}

/// A new account, and another identity; passwords, logins, reminders and money are nothing to nodes.
pub async fn accounts_that_change_are_told_of(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let ann = tx.insert_account(&an_account("ann@demo.test", T0)).await;
    let ann = ann.unwrap();
    assert_touched(tx.as_mut(), ann, "insert_account");
    tx.commit().await.unwrap();
    let token = SubscribeToken::new("0123456789abcdef0123456789abcdef".into());
    let uuid = "11111111-1111-4111-8111-111111111111";
    let mut tx = fresh.begin().await;
    tx.update_last_login(ann, t(1)).await.unwrap();
    let reminders = Reminders {
        expire: Some(false),
        traffic: None,
    };
    tx.update_reminders(ann, reminders, t(1)).await.unwrap();
    let stored = fresh.store.find_login_of(ann).await.unwrap().unwrap();
    let moved = tx.move_password(ann, &stored.password, "hash", t(1)).await;
    assert!(moved.unwrap());
    assert!(tx.move_balance(&entry(ann, 100, "1")).await.unwrap());
    assert_untouched(tx.as_mut(), "what nodes do not see");
    let updated = tx.update_identity(ann, uuid, &token, t(1)).await;
    assert!(updated.unwrap());
    assert_touched(tx.as_mut(), ann, "update_identity");
    let missing = tx.update_identity(MISSING, uuid, &token, t(1)).await;
    assert!(!missing.unwrap());
    assert_untouched(tx.as_mut(), "nobody");
    tx.touch(&[MISSING]);
    assert_touched(tx.as_mut(), MISSING, "touch");
    tx.rollback().await.unwrap();
}

/// Whole, its end alone, its quota alone, and traffic that is counted anew.
pub async fn subscriptions_that_change_are_told_of(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let opened = a_subscription(t(9));
    let written = tx.update_subscription(ann, &opened, t(1));
    assert!(written.await.unwrap());
    assert_touched(tx.as_mut(), ann, "update_subscription");
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let written = tx.update_subscription(ann, &opened, t(2));
    assert!(written.await.unwrap());
    assert_touched(tx.as_mut(), ann, "update_subscription with the same");
    tx.rollback().await.unwrap();
    let used = UserColumns {
        upload: 5,
        download: 7,
        ..UserColumns::default()
    };
    fresh.seed.update_user(ann, &used).await;
    let mut tx = fresh.begin().await;
    let written = tx.update_subscription_end(ann, Some(t(30)), None, t(1));
    assert!(written.await.unwrap());
    assert_touched(tx.as_mut(), ann, "update_subscription_end");
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    let early = EarlyPeriod {
        ends: t(9),
        ends_now: t(8),
        next_reset_at: Some(t(8)),
    };
    let moved = tx.move_subscription_end(ann, early, t(1)).await;
    assert!(!moved.unwrap());
    assert_untouched(tx.as_mut(), "move_subscription_end with traffic left");
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    assert!(tx.update_quota(ann, 5, 0, t(1)).await.unwrap());
    assert_touched(tx.as_mut(), ann, "update_quota");
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    let quota = QuotaMove {
        user: ann,
        from: opened.transfer_enable,
        to: opened.transfer_enable + 1,
    };
    assert_eq!(tx.move_quotas(&[quota], t(1)).await.unwrap(), 1);
    assert_touched(tx.as_mut(), ann, "move_quotas");
    tx.rollback().await.unwrap();
    let other = a_plan(opened.plan_id.get());
    let other = Plan {
        speed_limit: Some(3),
        ..other
    };
    let mut tx = fresh.begin().await;
    let members = tx.update_plan_members(&other, t(1)).await;
    assert_eq!(members.unwrap(), 1);
    assert_touched(tx.as_mut(), ann, "update_plan_members");
    tx.update_plan_members(&other, t(2)).await.unwrap();
    assert_untouched(tx.as_mut(), "update_plan_members with the same");
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    let cause = ResetCause {
        source: ResetSource::Order,
        at: t(2),
    };
    let due = [(ann, ResetMethod::Monthly)];
    let reset = tx.insert_traffic_resets(&due, cause).await;
    assert_eq!(reset.unwrap(), 1);
    assert_touched(tx.as_mut(), ann, "insert_traffic_resets");
    assert!(!tx.update_quota(MISSING, 1, 0, t(1)).await.unwrap());
    assert_untouched(tx.as_mut(), "nobody");
    tx.rollback().await.unwrap();
}

/// Those who used up their quota, and nobody else whose traffic was counted.
pub async fn who_uses_up_the_quota_is_told_of(fresh: &FreshStore) {
    let [ann, bea] = ["ann@demo.test", "bea@demo.test"];
    let (ann, bea) = (fresh.user(ann).await, fresh.user(bea).await);
    let subscription = a_subscription(t(9));
    let mut tx = fresh.begin().await;
    for user in [ann, bea] {
        let written = tx.update_subscription(user, &subscription, t(1));
        assert!(written.await.unwrap());
    }
    tx.commit().await.unwrap();
    let traffic = |upload| Traffic {
        upload,
        download: 0,
    };
    let quota = subscription.transfer_enable;
    let mut tx = fresh.begin().await;
    let charges = [(ann, traffic(quota)), (bea, traffic(quota - 1))];
    tx.update_user_traffic(&charges, t(2)).await.unwrap();
    let expected = Touched {
        exhausted: BTreeSet::from([ann]),
        ..Touched::default()
    };
    assert_eq!(tx.take_touched(), expected);
    tx.commit().await.unwrap();
}

/// A shadow that is made, follows, gets another identity, and goes; its password is nothing to nodes.
pub async fn shadows_that_change_are_told_of(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let email = Email::stored("ann-ipv6@demo.test");
    let new = NewShadowUser {
        main,
        email: email.clone(),
        uuid: "11111111-1111-4111-8111-111111111111".into(),
        token: "0123456789abcdef0123456789abcdef".into(),
        now: t(1),
    };
    let mut tx = fresh.begin().await;
    let shadow = tx.insert_shadow_row(&new).await.unwrap();
    assert_touched(tx.as_mut(), shadow, "insert_shadow_row");
    let account = ShadowAccount {
        main,
        shadow,
        active: true,
        password_synced_at: None,
        synced_at: None,
    };
    tx.insert_shadow_account(&account, t(1)).await.unwrap();
    tx.update_shadow_account(&account, t(2)).await.unwrap();
    tx.update_shadow_password(&account, t(2)).await.unwrap();
    assert_untouched(tx.as_mut(), "what nodes do not see");
    tx.commit().await.unwrap();
    let columns = ShadowColumns {
        plan_id: Some(a_subscription(t(9)).plan_id),
        group_id: Some(GroupId::new(6)),
        transfer_enable: 500,
        ..ShadowColumns::default()
    };
    let mut tx = fresh.begin().await;
    let written = tx.update_shadow_row(shadow, &email, &columns, t(3)).await;
    written.unwrap();
    assert_touched(tx.as_mut(), shadow, "update_shadow_row");
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    let uuid = "22222222-2222-4222-8222-222222222222";
    let token = "fedcba9876543210fedcba9876543210";
    let written = tx.update_shadow_identity(shadow, uuid, token, t(3)).await;
    written.unwrap();
    assert_touched(tx.as_mut(), shadow, "update_shadow_identity");
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    tx.delete_shadow_account(&account).await.unwrap();
    assert_touched(tx.as_mut(), shadow, "delete_shadow_account");
    tx.commit().await.unwrap();
}

/// Made, changed, banned and deleted by administrators: many as one.
pub async fn managed_users_that_change_are_told_of(fresh: &FreshStore) {
    let (ann, bea) = (
        fresh.user("ann@demo.test").await,
        fresh.user("bea@demo.test").await,
    );
    let mut tx = fresh.begin().await;
    let before = tx.lock_managed_user(ann).await.unwrap().unwrap();
    assert_untouched(tx.as_mut(), "lock_managed_user");
    let after = ManagedUser {
        group: Some(GroupId::new(7)),
        ..before.clone()
    };
    let written = tx.update_managed_user(&before, &after, t(1)).await;
    written.unwrap();
    assert_touched(tx.as_mut(), ann, "update_managed_user");
    tx.rollback().await.unwrap();
    let account = an_account("cid@demo.test", T0);
    let new = NewUsers {
        users: vec![NewUser {
            email: account.email,
            password_hash: account.password_hash,
            uuid: account.uuid,
            token: account.subscribe_token.as_str().to_owned(),
        }],
        reminders: Reminders::default(),
        subscription: Some(a_subscription(t(9))),
        expired_at: None,
        at: t(1),
    };
    let mut tx = fresh.begin().await;
    tx.insert_users(&new).await.unwrap();
    let made = tx.find_account_by_email(&new.users[0].email).await;
    let made = made.unwrap().unwrap().id;
    assert_touched(tx.as_mut(), made, "insert_users");
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    let banned = tx.move_users_to_banned(&[ann, bea], t(1)).await.unwrap();
    assert_eq!(banned, [ann, bea]);
    let expected = Touched {
        users: BTreeSet::from([ann, bea]),
        ..Touched::default()
    };
    assert_eq!(tx.take_touched(), expected, "move_users_to_banned");
    tx.delete_ways_in(&[ann, bea]).await.unwrap();
    assert_untouched(tx.as_mut(), "delete_ways_in");
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    assert!(tx.delete_user(ann).await.unwrap());
    assert_touched(tx.as_mut(), ann, "delete_user");
    assert!(!tx.delete_user(MISSING).await.unwrap());
    assert_untouched(tx.as_mut(), "nobody");
    tx.rollback().await.unwrap();
}

/// Where nodes leave out who is not verified, they must hear of these.
pub async fn real_names_that_change_are_told_of(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let expected = Touched {
        verified: BTreeSet::from([ann]),
        ..Touched::default()
    };
    let pending = a_record(ann, t(1));
    let mut tx = fresh.begin().await;
    tx.insert_real_name(&pending).await.unwrap();
    assert_eq!(tx.take_touched(), expected, "insert_real_name");
    tx.commit().await.unwrap();
    let mut approved = pending.clone();
    approved.status = Status::Approved;
    let mut tx = fresh.begin().await;
    let moved = tx.move_real_name(&approved, Status::Pending).await;
    assert!(moved.unwrap());
    assert_eq!(tx.take_touched(), expected, "move_real_name");
    tx.rollback().await.unwrap();
    let review = Review {
        at: t(3),
        by: None,
        source: ReviewSource::Bulk,
    };
    let mut tx = fresh.begin().await;
    let moved = tx.move_pending_real_names(&[ann], true, &review).await;
    assert_eq!(moved.unwrap(), 1);
    assert_eq!(tx.take_touched(), expected, "move_pending_real_names");
    tx.rollback().await.unwrap();
    let mut tx = fresh.begin().await;
    assert!(tx.delete_real_name(ann).await.unwrap());
    assert_eq!(tx.take_touched(), expected, "delete_real_name");
    tx.rollback().await.unwrap();
}
