//! Promises about shadow accounts.

use ferroboard_application::{RealNameFilter, UnitOfWork};
use ferroboard_auth::testing::an_account;
use ferroboard_auth::{NewAccount, Reminders, StoredPassword};
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_billing::{Plan, ReminderPolicy, ResetScope, Subscription};
use ferroboard_kernel::{Email, GroupId, PlanId, StoreError, UnixSeconds, UserId};
use ferroboard_realname::testing::a_record;
use ferroboard_realname::{RealNameRecord, Status};
use ferroboard_shadow_account::{MainAccount, NewShadowUser, ShadowAccount, ShadowColumns};
use ferroboard_statistics::Day;

use crate::contract::{FreshStore, T0, UserColumns, assert_duplicate, page, t};

/// A shadow of the user with this address, committed.
async fn shadow_of(fresh: &FreshStore, main: UserId, email: &str) -> ShadowAccount {
    let mut tx = fresh.begin().await;
    let new = NewShadowUser {
        main,
        email: Email::stored(email),
        uuid: "11111111-1111-4111-8111-111111111111".into(),
        token: format!("{:0>32}", main.get()),
        now: t(1),
    };
    let account = ShadowAccount {
        main,
        shadow: tx.insert_shadow_row(&new).await.unwrap(),
        active: true,
        password_synced_at: Some(t(1)),
        synced_at: Some(t(2)),
    };
    tx.insert_shadow_account(&account, t(1)).await.unwrap();
    tx.commit().await.unwrap();
    account
}

/// Gives the main account a subscription, and its shadow what follows.
async fn subscribe(
    tx: &mut dyn UnitOfWork,
    account: &ShadowAccount,
    subscription: &Subscription,
    columns: &ShadowColumns,
) {
    tx.update_subscription(account.main, subscription, t(1))
        .await
        .unwrap();
    let email = Email::stored("ann-ipv6@demo.test");
    tx.update_shadow_row(account.shadow, &email, columns, t(1))
        .await
        .unwrap();
}

/// And with it no reminder, no money and no end.
pub async fn a_shadow_has_the_password_of_its_main_account(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let password = StoredPassword {
        hash: "0123456789abcdef0123456789abcdef".into(),
        algo: Some("md5salt".into()),
        salt: Some("pepper".into()),
    };
    fresh.seed.update_password(main, &password).await;
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let login = fresh.store.find_login_of(account.shadow).await.unwrap();
    let login = login.unwrap();
    assert_eq!(login.password, password);
    assert_eq!(login.email, Email::stored("ann-ipv6@demo.test"));
    let view = fresh.view(account.shadow).await;
    assert_eq!((view.shadow_of, view.plan_id), (Some(main), None));
    assert!(!view.remind_expire && !view.remind_traffic);
    assert_eq!((view.balance.get(), view.expired_at), (0, None));
    assert_eq!(fresh.view(main).await.shadow_of, None);
    let mut tx = fresh.begin().await;
    let users = [main, account.shadow, UserId::new(999_999)];
    let link = [(main, account.shadow)];
    assert_eq!(tx.list_shadow_links(&users).await.unwrap(), link);
    for one in [main, account.shadow] {
        assert_eq!(tx.list_shadow_links(&[one]).await.unwrap(), link);
    }
    assert_eq!(tx.list_shadow_links(&users[2..]).await.unwrap(), []);
    assert_eq!(tx.list_shadow_links(&[]).await.unwrap(), []);
    tx.rollback().await.unwrap();
    let found = fresh.store.find_main_account(account.shadow).await;
    assert_eq!(found.unwrap(), Some(main));
    assert_eq!(fresh.store.find_main_account(main).await.unwrap(), None);
}

/// Every column, and the address.
pub async fn what_follows_is_written_in_full(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let subscription = a_subscription(t(86_400));
    let mut tx = fresh.begin().await;
    tx.update_subscription(main, &subscription, t(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let used = UserColumns {
        upload: 5_000_000_000,
        download: 7,
        ..UserColumns::default()
    };
    fresh.seed.update_user(main, &used).await;
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let full = ShadowColumns {
        group_id: Some(GroupId::new(6)),
        plan_id: Some(PlanId::new(3)),
        expired_at: Some(t(99)),
        transfer_enable: 9_000_000_000,
        upload: 8_000_000_000,
        download: 1,
        speed_limit: Some(50),
        device_limit: Some(3),
        banned: true,
        next_reset_at: None,
        last_reset_at: Some(t(4)),
    };
    let email = Email::stored("other@demo.test");
    let mut tx = fresh.begin().await;
    let expected = MainAccount {
        id: main,
        email: Email::stored("ann@demo.test"),
        banned: false,
        plan_id: Some(subscription.plan_id),
        expired_at: subscription.expired_at,
        transfer_enable: subscription.transfer_enable,
        upload: 5_000_000_000,
        download: 7,
        speed_limit: subscription.speed_limit,
        device_limit: subscription.device_limit,
        last_reset_at: None,
    };
    assert_eq!(tx.lock_main_account(main).await.unwrap(), Some(expected));
    tx.update_shadow_row(account.shadow, &email, &full, t(5))
        .await
        .unwrap();
    let row = tx.lock_shadow_row(account.shadow).await.unwrap().unwrap();
    assert_eq!((&row.email, &row.columns), (&email, &full));
    assert_eq!(row.uuid, "11111111-1111-4111-8111-111111111111");
    tx.commit().await.unwrap();
    let pair = fresh.store.find_shadow_pair(main).await.unwrap().unwrap();
    assert_eq!(pair.shadow, Some(row));
    assert_eq!(pair.account, account);
    let mut tx = fresh.begin().await;
    let none = ShadowColumns::default();
    tx.update_shadow_row(account.shadow, &email, &none, t(6))
        .await
        .unwrap();
    let row = tx.lock_shadow_row(account.shadow).await.unwrap().unwrap();
    assert_eq!(row.columns, none);
    tx.rollback().await.unwrap();
    let missing = UserId::new(999_999);
    assert_eq!(fresh.store.find_shadow_pair(missing).await.unwrap(), None);
}

/// And every address has one account.
pub async fn a_user_has_one_shadow(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let mut tx = fresh.begin().await;
    let second = ShadowAccount {
        shadow: UserId::new(account.shadow.get() + 1),
        ..account.clone()
    };
    let outcome = tx.insert_shadow_account(&second, t(1)).await;
    tx.rollback().await.unwrap();
    assert_duplicate(outcome, "user_id");
    let mut tx = fresh.begin().await;
    let new = NewShadowUser {
        main,
        email: Email::stored("ann-ipv6@demo.test"),
        uuid: "u".into(),
        token: "t".into(),
        now: t(1),
    };
    let owner = tx.find_owner_of_email(&new.email).await.unwrap();
    assert_eq!(owner, Some(account.shadow));
    let outcome = tx.insert_shadow_row(&new).await;
    tx.rollback().await.unwrap();
    assert_duplicate(outcome, "email");
}

/// Each of 16 looks behind the lock of the main account.
pub async fn of_many_that_switch_on_one_makes_a_shadow(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let made = fresh
        .race(16, move |runner, mut tx| async move {
            tx.lock_main_account(main).await?;
            if tx.find_shadow_account(main).await?.is_some() {
                tx.commit().await?;
                return Ok(false);
            }
            let new = NewShadowUser {
                main,
                email: Email::stored("ann-ipv6@demo.test"),
                uuid: format!("uuid-{runner}"),
                token: format!("token-{runner}"),
                now: t(1),
            };
            let account = ShadowAccount {
                main,
                shadow: tx.insert_shadow_row(&new).await?,
                active: true,
                password_synced_at: None,
                synced_at: None,
            };
            tx.insert_shadow_account(&account, t(1)).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await;
    assert_eq!(made.iter().filter(|made| **made).count(), 1);
}

/// The second time it is the same.
pub async fn a_password_is_copied_once(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let mut tx = fresh.begin().await;
    assert!(!tx.update_shadow_password(&account, t(2)).await.unwrap());
    tx.commit().await.unwrap();
    let password = StoredPassword {
        hash: "$2y$10$another".into(),
        algo: None,
        salt: None,
    };
    fresh.seed.update_password(main, &password).await;
    let mut tx = fresh.begin().await;
    assert!(tx.update_shadow_password(&account, t(2)).await.unwrap());
    assert!(!tx.update_shadow_password(&account, t(2)).await.unwrap());
    tx.commit().await.unwrap();
    let login = fresh.store.find_login_of(account.shadow).await.unwrap();
    assert_eq!(login.unwrap().password, password);
}

/// In its row; and what is known about the shadow in its own.
pub async fn a_new_identity_is_written(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let uuid = "22222222-2222-4222-8222-222222222222";
    let token = "2".repeat(32);
    let mut tx = fresh.begin().await;
    tx.update_shadow_identity(account.shadow, uuid, &token, t(3))
        .await
        .unwrap();
    let switched_off = ShadowAccount {
        active: false,
        password_synced_at: Some(t(8)),
        synced_at: None,
        ..account.clone()
    };
    tx.update_shadow_account(&switched_off, t(3)).await.unwrap();
    tx.commit().await.unwrap();
    let pair = fresh.store.find_shadow_pair(main).await.unwrap().unwrap();
    assert_eq!(pair.account, switched_off);
    let row = pair.shadow.unwrap();
    assert_eq!((row.uuid.as_str(), row.token), (uuid, token));
}

/// By main account, each once, also where a row is gone.
pub async fn pairs_come_in_batches(fresh: &FreshStore) {
    let mut mains = Vec::new();
    for name in ["ann", "bea", "cid"] {
        let main = fresh.user(&format!("{name}@demo.test")).await;
        shadow_of(fresh, main, &format!("{name}-ipv6@demo.test")).await;
        mains.push(main);
    }
    fresh.seed.delete_user(mains[1]).await;
    let mut tx = fresh.begin().await;
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let batch = tx.list_shadow_pairs(after, 2).await.unwrap();
        let Some(last) = batch.last() else { break };
        after = Some(last.account.main);
        seen.extend(batch);
    }
    tx.rollback().await.unwrap();
    let order: Vec<UserId> = seen.iter().map(|pair| pair.account.main).collect();
    assert_eq!(order, mains);
    let there: Vec<bool> = seen.iter().map(|pair| pair.main.is_some()).collect();
    assert_eq!(there, [true, false, true]);
    assert!(seen.iter().all(|pair| pair.shadow.is_some()));
}

/// Neither its row nor its entry.
pub async fn a_deleted_shadow_leaves_nothing(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let mut tx = fresh.begin().await;
    tx.delete_shadow_account(&account).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.find_shadow_pair(main).await.unwrap(), None);
    let gone = fresh.store.find_account_view(account.shadow).await;
    assert_eq!(gone.unwrap(), None);
    assert!(fresh.store.find_account_view(main).await.unwrap().is_some());
}

/// Of a plan, in each of the counts.
pub async fn a_shadow_takes_no_place(fresh: &FreshStore) {
    let plan = Plan {
        capacity_limit: Some(10),
        ..a_plan(1)
    };
    fresh.seed.insert_plan(&plan).await;
    let main = fresh.user("ann@demo.test").await;
    let subscription = a_subscription(t(86_400));
    assert_eq!(subscription.plan_id, plan.id);
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let columns = ShadowColumns {
        plan_id: Some(plan.id),
        expired_at: subscription.expired_at,
        ..ShadowColumns::default()
    };
    let mut tx = fresh.begin().await;
    subscribe(tx.as_mut(), &account, &subscription, &columns).await;
    let count: Result<i64, StoreError> = tx.count_plan_subscribers(plan.id, t(2)).await;
    assert_eq!(count.unwrap(), 1);
    tx.commit().await.unwrap();
    let on_sale = fresh.store.find_plan_on_sale(plan.id, t(2)).await.unwrap();
    assert_eq!(on_sale.unwrap().subscribers, 1);
    let listed = fresh.store.list_plans_on_sale(t(2)).await.unwrap();
    assert_eq!(listed[0].subscribers, 1);
}

/// Where users are counted, deleted, reminded, reset or bound to a chat.
pub async fn a_shadow_is_left_out_of_what_concerns_people(fresh: &FreshStore) {
    let plan = a_plan(1);
    fresh.seed.insert_plan(&plan).await;
    let main = fresh.user("ann@demo.test").await;
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let subscription = Subscription {
        next_reset_at: None,
        ..a_subscription(t(86_400))
    };
    let columns = ShadowColumns {
        plan_id: Some(plan.id),
        expired_at: subscription.expired_at,
        transfer_enable: 100,
        upload: 90,
        ..ShadowColumns::default()
    };
    let mut tx = fresh.begin().await;
    subscribe(tx.as_mut(), &account, &subscription, &columns).await;
    let reminders = Reminders {
        expire: Some(true),
        traffic: Some(true),
    };
    tx.update_reminders(account.shadow, reminders, t(1))
        .await
        .unwrap();
    for scope in [
        ResetScope::Unscheduled,
        ResetScope::Plan(plan.id),
        ResetScope::Active,
    ] {
        let found = tx.list_reset_users(scope, t(2), None, 10).await.unwrap();
        assert_eq!(found, [main], "{scope:?}");
    }
    let scope = ReminderPolicy::default().using(None);
    let reminded = tx.list_reminder_subjects(scope, None, 10).await.unwrap();
    assert!(
        reminded
            .iter()
            .all(|subject| subject.user != account.shadow)
    );
    let token = format!("{:0>32}", main.get());
    assert_eq!(tx.lock_chat_owner(&token).await.unwrap(), None);
    let day = Day {
        from: T0,
        until: t(86_400),
    };
    assert_eq!(tx.sum_day(day).await.unwrap().registrations, 1);
    tx.commit().await.unwrap();
    if let Ok(admin) = fresh.store.admin() {
        let users = admin.count_users_of_plans(t(2)).await.unwrap();
        assert_eq!((users[0].1.all, users[0].1.active), (1, 1));
        let without = RealNameFilter {
            status: Some(Status::Unsubmitted),
            ..RealNameFilter::default()
        };
        let found = admin.list_real_names(&without, page(1, 10)).await.unwrap();
        assert_eq!((found.total, found.rows.len()), (1, 1));
        assert_eq!(found.rows[0].user, main);
        assert_eq!(admin.count_real_names().await.unwrap().unsubmitted, 1);
    }
}

/// An administrator may give them to anybody.
pub async fn limits_hold_without_a_plan(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let columns = ShadowColumns {
        group_id: Some(GroupId::new(4)),
        transfer_enable: 100,
        upload: 3,
        speed_limit: Some(5),
        device_limit: Some(2),
        expired_at: Some(t(86_400)),
        next_reset_at: Some(t(60)),
        ..ShadowColumns::default()
    };
    let mut tx = fresh.begin().await;
    let email = Email::stored("ann-ipv6@demo.test");
    tx.update_shadow_row(account.shadow, &email, &columns, t(1))
        .await
        .unwrap();
    let row = tx.lock_shadow_row(account.shadow).await.unwrap();
    assert_eq!(row.unwrap().columns, columns);
    tx.commit().await.unwrap();
    let view = fresh.view(account.shadow).await;
    assert_eq!(
        (view.plan_id, view.speed_limit, view.device_limit),
        (None, Some(5), Some(2))
    );
    assert_eq!(
        (view.transfer_enable, view.expired_at),
        (100, Some(t(86_400)))
    );
}

/// Although it never logged in and has nothing.
pub async fn an_unused_shadow_is_not_cleared_away(fresh: &FreshStore) {
    let main = fresh.user("ann@demo.test").await;
    let account = shadow_of(fresh, main, "ann-ipv6@demo.test").await;
    let columns = ShadowColumns {
        expired_at: Some(UnixSeconds::new(0)),
        ..ShadowColumns::default()
    };
    let email = Email::stored("ann-ipv6@demo.test");
    let mut tx = fresh.begin().await;
    tx.update_shadow_row(account.shadow, &email, &columns, t(1))
        .await
        .unwrap();
    assert_eq!(tx.delete_unused_users(10).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(fresh.view(account.shadow).await.shadow_of, Some(main));
}

/// A shadow is as verified as its main account.
pub async fn users_without_an_approval_are_found(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let shadow = shadow_of(fresh, ann, "ann-ipv6@demo.test").await.shadow;
    let bea = fresh.user("bea@demo.test").await;
    let hers = shadow_of(fresh, bea, "bea-ipv6@demo.test").await.shadow;
    let mut tx = fresh.begin().await;
    let chief = NewAccount {
        is_admin: true,
        ..an_account("chief@demo.test", t(50))
    };
    let chief = tx.insert_account(&chief).await.unwrap();
    for (user, status) in [(ann, Status::Approved), (bea, Status::Pending)] {
        let record = RealNameRecord {
            status,
            ..a_record(user, t(1))
        };
        tx.insert_real_name(&record).await.unwrap();
    }
    tx.commit().await.unwrap();
    let registered = fresh.view(bea).await.created_at;
    let late = registered.max(t(50));
    let all = [ann, shadow, bea, hers, chief, UserId::new(999_999)];
    let find = |users: Vec<UserId>, at: UnixSeconds, with_admins: bool| async move {
        let found = fresh.store.list_unverified_users(&users, at, with_admins);
        found.await.unwrap()
    };
    assert_eq!(find(all.to_vec(), late, true).await, [bea, hers, chief]);
    assert_eq!(find(all.to_vec(), late, false).await, [bea, hers]);
    assert_eq!(find(vec![ann, bea], late, true).await, [bea]);
    assert_eq!(find(vec![chief], t(50), true).await, [chief]);
    assert_eq!(find(vec![chief], t(49), true).await, []);
    assert_eq!(find(vec![], late, true).await, []);
}
