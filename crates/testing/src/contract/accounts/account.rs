//! Promises about accounts.

use ferroboard_auth::testing::an_account;
use ferroboard_auth::{Reminders, SubscribeToken};
use ferroboard_billing::testing::an_order;
use ferroboard_billing::{Order, OrderStatus};
use ferroboard_kernel::{Cents, Email, StoreError, UserId};
use ferroboard_tickets::testing::a_ticket;
use ferroboard_tickets::{Ticket, TicketStatus};

use crate::contract::{FreshStore, T0, assert_duplicate, t};

const MISSING: UserId = UserId::new(999_999);

/// Columns of other domains keep their defaults; `expired_at` is NULL.
pub async fn a_new_account_has_the_defaults_of_the_schema(fresh: &FreshStore) {
    let account = an_account("ann@demo.test", T0);
    let mut tx = fresh.begin().await;
    let id = tx.insert_account(&account).await.unwrap();
    tx.commit().await.unwrap();

    let view = fresh.view(id).await;
    assert_eq!(
        (view.id, &view.email, &view.uuid),
        (id, &account.email, &account.uuid)
    );
    assert_eq!(view.subscribe_token, account.subscribe_token);
    assert_eq!((view.banned, view.is_admin), (false, false));
    assert_eq!((view.remind_expire, view.remind_traffic), (true, true));
    assert_eq!((view.created_at, view.last_login_at), (T0, None));
    assert_eq!(
        (view.transfer_enable, view.upload, view.download),
        (0, 0, 0)
    );
    assert_eq!(
        (view.balance, view.commission_balance),
        (Cents::ZERO, Cents::ZERO)
    );
    assert_eq!(
        (view.expired_at, view.next_reset_at, view.plan_id),
        (None, None, None)
    );
    assert_eq!(
        (view.discount, view.commission_rate, view.telegram_id),
        (None, None, None)
    );
    assert_eq!((view.speed_limit, view.device_limit), (None, None));

    let mut logged_in = an_account("bea@demo.test", T0);
    logged_in.logged_in = true;
    logged_in.reminders = Reminders {
        expire: Some(false),
        traffic: Some(true),
    };
    let mut tx = fresh.begin().await;
    let id = tx.insert_account(&logged_in).await.unwrap();
    tx.commit().await.unwrap();
    let view = fresh.view(id).await;
    assert_eq!(view.last_login_at, Some(T0));
    assert_eq!((view.remind_expire, view.remind_traffic), (false, true));
}

/// By address and by number, inside a transaction and outside; an unknown one is none.
pub async fn accounts_are_found_by_address_and_by_number(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let (ann, nobody) = (
        Email::stored("Ann@Demo.Test"),
        Email::stored("nobody@demo.test"),
    );
    let expected = an_account("ann@demo.test", T0);

    let found = fresh.store.find_login(&ann).await.unwrap().unwrap();
    assert_eq!((found.id, &found.email), (id, &ann));
    assert_eq!(found.password.hash, expected.password_hash);
    assert_eq!((&found.password.algo, &found.password.salt), (&None, &None));
    assert_eq!((found.banned, found.is_admin), (false, false));
    assert_eq!(
        (&found.uuid, &found.subscribe_token),
        (&expected.uuid, &expected.subscribe_token)
    );
    assert_eq!(
        fresh.store.find_login_of(id).await.unwrap().as_ref(),
        Some(&found)
    );
    assert_eq!(fresh.store.find_login(&nobody).await.unwrap(), None);
    assert_eq!(fresh.store.find_login_of(MISSING).await.unwrap(), None);
    assert_eq!(fresh.store.find_account_view(MISSING).await.unwrap(), None);

    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.find_account_by_email(&ann).await.unwrap().as_ref(),
        Some(&found)
    );
    assert_eq!(tx.lock_account(id).await.unwrap().as_ref(), Some(&found));
    assert_eq!(tx.find_account_by_email(&nobody).await.unwrap(), None);
    assert_eq!(tx.lock_account(MISSING).await.unwrap(), None);
    tx.rollback().await.unwrap();

    fresh.seed.update_banned(id).await;
    assert!(fresh.store.find_login(&ann).await.unwrap().unwrap().banned);
}

/// A second account of one address is a duplicate, and the error names the column.
pub async fn an_address_that_is_taken_is_named(fresh: &FreshStore) {
    fresh.user("ann@demo.test").await;
    let mut second = an_account("other@demo.test", T0);
    second.email = Email::stored("ANN@demo.test");
    let mut tx = fresh.begin().await;
    assert_duplicate(tx.insert_account(&second).await, "email");
}

/// However many register one address at once.
pub async fn of_many_registrations_of_one_address_one_wins(fresh: &FreshStore) {
    let won = fresh
        .race(16, |runner, mut tx| async move {
            let mut account = an_account(&format!("runner{runner}@demo.test"), T0);
            account.email = Email::stored("ann@demo.test");
            match tx.insert_account(&account).await {
                Ok(_) => tx.commit().await.map(|()| true),
                Err(StoreError::Duplicate { .. }) => tx.rollback().await.map(|()| false),
                Err(error) => Err(error),
            }
        })
        .await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    assert!(
        fresh
            .store
            .find_login(&Email::stored("ann@demo.test"))
            .await
            .unwrap()
            .is_some()
    );
}

/// Two accounts never share a subscription address.
pub async fn a_subscription_token_that_is_taken_is_named(fresh: &FreshStore) {
    fresh.user("ann@demo.test").await;
    let mut second = an_account("bea@demo.test", T0);
    second.subscribe_token = an_account("ann@demo.test", T0).subscribe_token;
    let mut tx = fresh.begin().await;
    assert_duplicate(tx.insert_account(&second).await, "token");
}

/// `last_login_at` alone changes.
pub async fn the_last_login_is_written(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let before = fresh.view(id).await;
    let mut tx = fresh.begin().await;
    tx.update_last_login(id, t(5)).await.unwrap();
    tx.commit().await.unwrap();
    let mut expected = before;
    expected.last_login_at = Some(t(5));
    assert_eq!(fresh.view(id).await, expected);
}

/// What is not given stays.
pub async fn only_the_given_reminders_are_written(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    for (expire, traffic, expected) in [
        (Some(false), None, (false, true)),
        (None, Some(false), (false, false)),
        (None, None, (false, false)),
        (Some(true), Some(true), (true, true)),
    ] {
        let mut tx = fresh.begin().await;
        tx.update_reminders(id, Reminders { expire, traffic }, t(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let view = fresh.view(id).await;
        assert_eq!(
            (view.remind_expire, view.remind_traffic),
            expected,
            "{expire:?} {traffic:?}"
        );
    }
}

/// UUID and token change together; a token of another account is a duplicate.
pub async fn a_new_identity_replaces_the_old_one(fresh: &FreshStore) {
    let id = fresh.user("ann@demo.test").await;
    let uuid = "00000002-1111-4111-8111-000000000002";
    let token = SubscribeToken::new("0123456789abcdef0123456789abcdef".into());
    let mut tx = fresh.begin().await;
    assert!(tx.update_identity(id, uuid, &token, t(1)).await.unwrap());
    assert!(
        !tx.update_identity(MISSING, "no-uuid", &SubscribeToken::new("x".into()), t(1))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let view = fresh.view(id).await;
    assert_eq!((view.uuid.as_str(), &view.subscribe_token), (uuid, &token));

    let other = fresh.user("bea@demo.test").await;
    let mut tx = fresh.begin().await;
    assert_duplicate(
        tx.update_identity(other, "no-uuid", &token, t(1)).await,
        "token",
    );
}

/// Customers are not counted, nor told what is for staff.
pub async fn administrators_are_counted(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert_eq!(tx.count_admins().await.unwrap(), 0);
    let mut admin = an_account("admin@demo.test", T0);
    admin.is_admin = true;
    let id = tx.insert_account(&admin).await.unwrap();
    tx.insert_account(&an_account("ann@demo.test", T0))
        .await
        .unwrap();
    assert_eq!(tx.count_admins().await.unwrap(), 1);
    let staff = tx.list_staff_emails(9).await.unwrap();
    assert_eq!(staff, [Email::stored("admin@demo.test")]);
    assert_eq!(tx.list_staff_emails(0).await.unwrap(), []);
    tx.commit().await.unwrap();
    assert!(fresh.view(id).await.is_admin);
}

/// Zero rows are an answer.
pub async fn changes_to_a_missing_account_are_no_error(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.update_last_login(MISSING, T0).await.unwrap();
    let both = Reminders {
        expire: Some(true),
        traffic: Some(true),
    };
    tx.update_reminders(MISSING, both, T0).await.unwrap();
    tx.update_inviter(MISSING, MISSING).await.unwrap();
    assert!(!tx.lock_inviter(MISSING).await.unwrap());
    tx.commit().await.unwrap();
}

/// Only the user's own orders and tickets at status 0, and the users it invited.
pub async fn the_overview_counts_what_waits(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let empty = fresh.store.find_overview(ann).await.unwrap();
    assert_eq!(
        (
            empty.pending_orders,
            empty.open_tickets,
            empty.invited_users
        ),
        (0, 0, 0)
    );
    let completed = Order {
        status: OrderStatus::Completed,
        ..an_order(3, ann)
    };
    for order in [
        an_order(1, ann),
        an_order(2, ann),
        completed,
        an_order(4, bea),
    ] {
        fresh.seed.insert_order(&order).await;
    }
    for status in [TicketStatus::Open, TicketStatus::Closed] {
        let ticket = Ticket {
            status,
            ..a_ticket(0, ann)
        };
        fresh.seed.insert_ticket(&ticket).await;
    }
    let mut tx = fresh.begin().await;
    tx.update_inviter(bea, ann).await.unwrap();
    tx.commit().await.unwrap();
    let view = fresh.store.find_overview(ann).await.unwrap();
    assert_eq!(
        (view.pending_orders, view.open_tickets, view.invited_users),
        (2, 1, 1)
    );
}
