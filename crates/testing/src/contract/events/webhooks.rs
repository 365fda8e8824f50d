//! Promises about endpoints, events and their deliveries.

use std::collections::BTreeSet;

use ferroboard_application::{ManagedUser, NewUser, NewUsers};
use ferroboard_auth::Reminders;
use ferroboard_auth::testing::an_account;
use ferroboard_billing::testing::a_subscription;
use ferroboard_billing::{PlanChange, Subscription};
use ferroboard_events::testing::an_endpoint;
use ferroboard_events::{
    DueDelivery, Endpoint, EndpointSecret, EventKind, Lease, NewEvent, WantedKinds, WebhookFailed,
};
use ferroboard_kernel::{DeliveryId, Email, LedgerAccount, PlanId, Seconds, UserId, WebhookId};
use ferroboard_shadow_account::ShadowColumns;

use crate::contract::{FreshStore, entry, t};

/// Further ahead than any lease.
const MONTH: i64 = 30 * 86_400;

/// Something that happened to this user.
fn about(user: i64, kind: EventKind) -> NewEvent {
    NewEvent::about_user(kind, UserId::new(user), t(0))
}

fn lease(key: &str, until: i64) -> Lease {
    Lease {
        key: key.to_owned(),
        until: t(until),
    }
}

fn refused() -> WebhookFailed {
    WebhookFailed {
        status: Some(500),
        reason: "status 500 – “no”".to_owned(),
    }
}

async fn add(fresh: &FreshStore, endpoint: &Endpoint) -> WebhookId {
    let mut tx = fresh.begin().await;
    let id = tx.insert_endpoint(endpoint).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Tells this in one transaction.
async fn tell(fresh: &FreshStore, events: &[NewEvent]) {
    let mut tx = fresh.begin().await;
    for event in events {
        tx.tell(event.clone());
    }
    tx.commit().await.unwrap();
}

/// Makes the deliveries of what was told; of how many events.
async fn spread(fresh: &FreshStore) -> u64 {
    let mut tx = fresh.begin().await;
    let spread = tx.insert_deliveries(100, t(0)).await.unwrap();
    tx.commit().await.unwrap();
    spread
}

async fn has_new(fresh: &FreshStore) -> bool {
    let mut tx = fresh.begin().await;
    let has_new = tx.has_new_events().await.unwrap();
    tx.rollback().await.unwrap();
    has_new
}

/// Takes what is due at this second for the next minute.
async fn take(fresh: &FreshStore, endpoint: WebhookId, at: i64) -> Vec<DueDelivery> {
    let mut tx = fresh.begin().await;
    let lease = lease(&format!("at-{at}"), at + 60);
    let taken = tx.lock_due_deliveries(endpoint, 10, t(at), &lease).await;
    tx.commit().await.unwrap();
    taken.unwrap()
}

async fn take_one(fresh: &FreshStore, endpoint: WebhookId, at: i64) -> DueDelivery {
    let mut taken = take(fresh, endpoint, at).await;
    assert_eq!(taken.len(), 1, "{taken:?}");
    taken.remove(0)
}

async fn deliver(fresh: &FreshStore, delivery: &DueDelivery, at: i64) -> bool {
    let mut tx = fresh.begin().await;
    let moved = tx.move_delivery_to_delivered(delivery, 204, t(at)).await;
    tx.commit().await.unwrap();
    moved.unwrap()
}

/// Puts a delivery back until this second, or gives it up.
async fn fail(fresh: &FreshStore, delivery: &DueDelivery, at: i64, retry: Option<i64>) -> bool {
    let mut tx = fresh.begin().await;
    let failed = refused();
    let moved = tx.move_delivery_to_failed(delivery, &failed, retry.map(t), t(at));
    let moved = moved.await.unwrap();
    tx.commit().await.unwrap();
    moved
}

/// Whole, by itself and in the list; changed and deleted.
pub async fn an_endpoint_is_read_as_it_was_written(fresh: &FreshStore) {
    let mut endpoint = an_endpoint();
    let kinds = [EventKind::OrderPaid, EventKind::TicketOpened];
    endpoint.terms.kinds = WantedKinds::Only(kinds.into_iter().collect());
    endpoint.secret = EndpointSecret::stored("it's a \\ secret");
    endpoint.created_at = t(1);
    endpoint.updated_at = t(2);
    let id = add(fresh, &endpoint).await;
    let other = add(fresh, &an_endpoint()).await;
    let mut endpoint = Endpoint { id, ..endpoint };
    let mut tx = fresh.begin().await;
    tx.lock_endpoints().await.unwrap();
    let ids: Vec<WebhookId> = tx
        .list_endpoints()
        .await
        .unwrap()
        .iter()
        .map(|one| one.id)
        .collect();
    assert_eq!(ids, [id, other]);
    assert_eq!(tx.lock_endpoint(id).await.unwrap(), Some(endpoint.clone()));
    endpoint.terms.kinds = WantedKinds::All;
    endpoint.terms.active = false;
    endpoint.failing_since = Some(t(3));
    endpoint.switched_off_at = Some(t(4));
    // The same twice is no other answer.
    tx.update_endpoint(&endpoint).await.unwrap();
    tx.update_endpoint(&endpoint).await.unwrap();
    assert_eq!(tx.lock_endpoint(id).await.unwrap(), Some(endpoint));
    assert!(tx.delete_endpoint(id).await.unwrap());
    assert!(!tx.delete_endpoint(id).await.unwrap());
    assert_eq!(tx.lock_endpoint(id).await.unwrap(), None);
    tx.commit().await.unwrap();
}

/// Neither what is rolled back, nor what happens while no endpoint is active.
pub async fn only_what_is_committed_and_heard_is_told(fresh: &FreshStore) {
    let created = about(1, EventKind::UserCreated);
    tell(fresh, std::slice::from_ref(&created)).await;
    let mut off = an_endpoint();
    off.terms.active = false;
    add(fresh, &off).await;
    tell(fresh, std::slice::from_ref(&created)).await;
    assert!(!has_new(fresh).await);
    let on = add(fresh, &an_endpoint()).await;
    let mut tx = fresh.begin().await;
    tx.tell(created.clone());
    tx.rollback().await.unwrap();
    assert!(!has_new(fresh).await);
    tell(fresh, &[created]).await;
    assert!(has_new(fresh).await);
    assert_eq!(spread(fresh).await, 1);
    assert!(!has_new(fresh).await);
    assert_eq!(take(fresh, on, 0).await.len(), 1);
}

/// With their own data each, also more than one statement holds.
pub async fn many_events_are_told_in_their_order(fresh: &FreshStore) {
    let hook = add(fresh, &an_endpoint()).await;
    let mut events: Vec<NewEvent> = (1..=250)
        .map(|user| about(user, EventKind::UserUpdated))
        .collect();
    events[3].data = serde_json::json!({"text": "it's “{0}” \\ \n ? $1 %s"});
    tell(fresh, &events).await;
    assert_eq!(spread(fresh).await, 100);
    assert_eq!(spread(fresh).await, 100);
    assert_eq!(spread(fresh).await, 50);
    let mut tx = fresh.begin().await;
    let all = lease("all", 60);
    let taken = tx.lock_due_deliveries(hook, 300, t(0), &all).await.unwrap();
    tx.commit().await.unwrap();
    let taken: Vec<(String, String)> = taken
        .into_iter()
        .map(|one| (one.event.subject.as_str().to_owned(), one.event.data))
        .collect();
    let expected: Vec<(String, String)> = events
        .iter()
        .map(|event| (event.subject.as_str().to_owned(), event.data.to_string()))
        .collect();
    assert_eq!(taken, expected);
}

/// With all that an attempt needs, and nothing twice.
pub async fn an_endpoint_gets_what_it_wants_once(fresh: &FreshStore) {
    let all = add(fresh, &an_endpoint()).await;
    let mut picky = an_endpoint();
    picky.terms.kinds = WantedKinds::Only(BTreeSet::from([EventKind::UserDeleted]));
    picky.secret = EndpointSecret::stored("another secret 123");
    let some = add(fresh, &picky).await;
    let created = about(1, EventKind::UserCreated);
    tell(fresh, &[created.clone(), about(2, EventKind::UserDeleted)]).await;
    assert_eq!(spread(fresh).await, 2);
    assert_eq!(spread(fresh).await, 0);
    let mut tx = fresh.begin().await;
    let due = tx.list_due_endpoints(t(0)).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(due, [all, some]);
    let own = take_one(fresh, some, 0).await;
    assert_eq!(own.event.kind, EventKind::UserDeleted);
    assert_eq!((own.endpoint, own.attempts), (some, 0));
    assert_eq!((own.url, own.secret), (picky.terms.url, picky.secret));
    let both = take(fresh, all, 0).await;
    assert_eq!(both.len(), 2);
    let event = &both[0].event;
    assert_eq!((event.kind, event.at), (created.kind, created.at));
    assert_eq!(event.data, created.data.to_string());
    assert_eq!(own.event, both[1].event);
    assert_eq!(take(fresh, all, 0).await, []);
}

/// To each endpoint by itself, oldest first.
pub async fn of_one_subject_one_event_is_under_way(fresh: &FreshStore) {
    let (hook, other) = (
        add(fresh, &an_endpoint()).await,
        add(fresh, &an_endpoint()).await,
    );
    let told = [
        about(1, EventKind::UserCreated),
        about(2, EventKind::UserCreated),
        about(1, EventKind::UserUpdated),
    ];
    tell(fresh, &told).await;
    spread(fresh).await;
    let first = take(fresh, hook, 0).await;
    assert_eq!(first.len(), 2);
    assert_eq!(take(fresh, hook, 0).await, []);
    assert!(deliver(fresh, &first[0], 1).await);
    let next = take_one(fresh, hook, 2).await;
    assert_eq!(next.event.kind, EventKind::UserUpdated);
    assert_eq!(take(fresh, other, 2).await.len(), 2);
}

/// Whoever asks at once.
pub async fn each_delivery_goes_to_one_of_many_senders(fresh: &FreshStore) {
    let hook = add(fresh, &an_endpoint()).await;
    let events: Vec<NewEvent> = (1..=12)
        .map(|user| about(user, EventKind::UserCreated))
        .collect();
    tell(fresh, &events).await;
    let spread = fresh
        .race(4, |_, mut tx| async move {
            let spread = tx.insert_deliveries(100, t(0)).await?;
            tx.commit().await.map(|()| spread)
        })
        .await;
    assert_eq!(spread.into_iter().sum::<u64>(), 12);
    let taken = fresh
        .race(6, move |runner, mut tx| async move {
            let lease = lease(&format!("sender-{runner}"), 60);
            let taken = tx.lock_due_deliveries(hook, 5, t(0), &lease).await?;
            tx.commit().await.map(|()| taken)
        })
        .await;
    let mut ids: Vec<DeliveryId> = taken.into_iter().flatten().map(|one| one.id).collect();
    ids.extend(take(fresh, hook, 1).await.into_iter().map(|one| one.id));
    ids.extend(take(fresh, hook, 2).await.into_iter().map(|one| one.id));
    let count = ids.len();
    let different: BTreeSet<DeliveryId> = ids.into_iter().collect();
    assert_eq!((different.len(), count), (12, 12));
}

/// And who left it behind can no longer say what became of it.
pub async fn what_a_sender_left_behind_is_taken_by_another(fresh: &FreshStore) {
    let hook = add(fresh, &an_endpoint()).await;
    tell(fresh, &[about(1, EventKind::UserCreated)]).await;
    spread(fresh).await;
    let lost = take_one(fresh, hook, 0).await;
    assert_eq!(take(fresh, hook, 59).await, []);
    let held = take_one(fresh, hook, 60).await;
    assert_eq!((held.id, held.attempts), (lost.id, 1));
    assert!(!deliver(fresh, &lost, 61).await);
    assert!(!fail(fresh, &lost, 61, Some(70)).await);
    assert!(deliver(fresh, &held, 62).await);
    assert!(!deliver(fresh, &held, 63).await);
    // A lease by a clock that was wrong holds no longer than one may.
    tell(fresh, &[about(2, EventKind::UserCreated)]).await;
    spread(fresh).await;
    take_one(fresh, hook, MONTH).await;
    assert_eq!(take(fresh, hook, 64).await.len(), 1);
}

/// Until its time has come, and what is behind it as long.
pub async fn what_failed_waits_and_what_is_behind_it(fresh: &FreshStore) {
    let hook = add(fresh, &an_endpoint()).await;
    let told = [
        about(1, EventKind::UserCreated),
        about(1, EventKind::UserUpdated),
    ];
    tell(fresh, &told).await;
    spread(fresh).await;
    let first = take_one(fresh, hook, 0).await;
    assert!(fail(fresh, &first, 1, Some(100)).await);
    let mut tx = fresh.begin().await;
    assert_eq!(tx.list_due_endpoints(t(99)).await.unwrap(), []);
    assert_eq!(tx.list_due_endpoints(t(100)).await.unwrap(), [hook]);
    tx.rollback().await.unwrap();
    assert_eq!(take(fresh, hook, 99).await, []);
    let again = take_one(fresh, hook, 100).await;
    assert_eq!((again.id, again.attempts), (first.id, 1));
    // What is given up keeps nobody waiting.
    assert!(fail(fresh, &again, 101, None).await);
    let next = take_one(fresh, hook, 102).await;
    assert_eq!(next.event.kind, EventKind::UserUpdated);
}

/// With all its attempts. What is on its way does not.
pub async fn what_has_ended_begins_anew(fresh: &FreshStore) {
    let hook = add(fresh, &an_endpoint()).await;
    let mut tx = fresh.begin().await;
    let test = NewEvent::test_of(hook, t(0));
    let id = tx.insert_delivery_to(hook, &test).await.unwrap();
    assert!(!tx.move_delivery_to_pending(id, t(0)).await.unwrap());
    tx.commit().await.unwrap();
    let once = take_one(fresh, hook, 0).await;
    assert_eq!((once.id, once.event.kind), (id, EventKind::EndpointTest));
    assert!(deliver(fresh, &once, 1).await);
    assert_eq!(take(fresh, hook, 2).await, []);
    let mut tx = fresh.begin().await;
    assert!(tx.move_delivery_to_pending(id, t(3)).await.unwrap());
    assert!(!tx.move_delivery_to_pending(id, t(3)).await.unwrap());
    let missing = DeliveryId::new(id.get() + 1_000);
    assert!(!tx.move_delivery_to_pending(missing, t(3)).await.unwrap());
    tx.commit().await.unwrap();
    let again = take_one(fresh, hook, 4).await;
    assert_eq!((again.event.id, again.attempts), (once.event.id, 0));
}

/// Since the first failure, and no longer than it works.
pub async fn an_endpoint_fails_until_it_is_off(fresh: &FreshStore) {
    let hook = add(fresh, &an_endpoint()).await;
    let mut tx = fresh.begin().await;
    assert!(!tx.move_endpoint_to_well(hook).await.unwrap());
    assert!(tx.move_endpoint_to_failing(hook, t(5)).await.unwrap());
    assert!(!tx.move_endpoint_to_failing(hook, t(6)).await.unwrap());
    assert!(tx.move_endpoint_to_well(hook).await.unwrap());
    assert!(tx.move_endpoint_to_failing(hook, t(7)).await.unwrap());
    // By a clock that was wrong.
    assert!(tx.move_endpoint_to_failing(hook, t(6)).await.unwrap());
    assert!(!tx.move_endpoint_to_off(hook, t(5), t(9)).await.unwrap());
    assert!(tx.move_endpoint_to_off(hook, t(6), t(9)).await.unwrap());
    assert!(!tx.move_endpoint_to_off(hook, t(6), t(9)).await.unwrap());
    let row = tx.lock_endpoint(hook).await.unwrap().unwrap();
    assert_eq!((row.terms.active, row.switched_off_at), (false, Some(t(9))));
    tx.commit().await.unwrap();
}

/// And what was on its way to an endpoint that is gone.
pub async fn old_events_go_with_their_deliveries(fresh: &FreshStore) {
    let (kept, gone) = (
        add(fresh, &an_endpoint()).await,
        add(fresh, &an_endpoint()).await,
    );
    tell(fresh, &[about(1, EventKind::UserCreated)]).await;
    spread(fresh).await;
    let mut tx = fresh.begin().await;
    assert!(tx.delete_endpoint(gone).await.unwrap());
    assert_eq!(tx.delete_old_events(t(0), 10).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(take(fresh, kept, 0).await.len(), 1);
    let mut tx = fresh.begin().await;
    let later = t(0).plus(Seconds::new(1));
    assert_eq!(tx.delete_old_events(later, 10).await.unwrap(), 2);
    assert_eq!(tx.delete_old_events(later, 10).await.unwrap(), 0);
    tx.commit().await.unwrap();
}

/// Of either account, and none that was not written.
pub async fn entries_of_the_ledger_are_noted_once(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let mut tx = fresh.begin().await;
    let (gained, too_much) = (entry(user, 500, "a"), entry(user, -501, "b"));
    assert!(tx.move_balance(&gained).await.unwrap());
    assert!(!tx.move_balance(&too_much).await.unwrap());
    let earned = entry(user, 7, "c");
    assert!(tx.move_commission_balance(&earned).await.unwrap());
    let mut entries = tx.take_entries();
    entries.sort_by_key(|(account, _)| *account);
    let expected = [
        (LedgerAccount::Balance, gained),
        (LedgerAccount::Commission, earned),
    ];
    assert_eq!(entries, expected);
    assert_eq!(tx.take_entries(), []);
    tx.rollback().await.unwrap();
}

/// Of an order and of an administrator, with what it was; of a second account, and of accounts that are made, none.
pub async fn plans_of_users_are_noted_once(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let bought = a_subscription(t(100));
    let other = Subscription {
        plan_id: PlanId::new(7),
        ..a_subscription(t(200))
    };
    let change = |user, from: Option<PlanId>, to: Option<PlanId>, end| PlanChange {
        user,
        from,
        to,
        expired_at: Some(t(end)),
    };
    let mut tx = fresh.begin().await;
    for subscription in [&bought, &other, &other] {
        let written = tx.update_subscription(ann, subscription, t(1)).await;
        assert!(written.unwrap());
    }
    let missing = UserId::new(999_999);
    assert!(
        !tx.update_subscription(missing, &bought, t(1))
            .await
            .unwrap()
    );
    tx.update_subscription_end(ann, Some(t(300)), None, t(2))
        .await
        .unwrap();
    let (first, second) = (Some(bought.plan_id), Some(other.plan_id));
    let expected = [
        change(ann, None, first, 100),
        change(ann, first, second, 200),
        change(ann, second, second, 200),
    ];
    assert_eq!(tx.take_plan_changes(), expected);
    assert_eq!(tx.take_plan_changes(), []);
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let before = tx.lock_managed_user(ann).await.unwrap().unwrap();
    let after = ManagedUser {
        plan: None,
        ..before.clone()
    };
    tx.update_managed_user(&before, &after, t(3)).await.unwrap();
    assert_eq!(tx.take_plan_changes(), [change(ann, second, None, 300)]);
    let columns = ShadowColumns {
        plan_id: second,
        ..ShadowColumns::default()
    };
    let email = Email::stored("bea@demo.test");
    tx.update_shadow_row(bea, &email, &columns, t(4))
        .await
        .unwrap();
    assert_eq!(tx.take_plan_changes(), []);
    let account = an_account("cat@demo.test", t(0));
    let new = NewUsers {
        users: vec![NewUser {
            email: account.email,
            password_hash: account.password_hash,
            uuid: account.uuid,
            token: account.subscribe_token.as_str().to_owned(),
        }],
        reminders: Reminders::default(),
        subscription: Some(bought),
        expired_at: None,
        at: t(5),
    };
    tx.insert_users(&new).await.unwrap();
    assert_eq!(tx.take_plan_changes(), []);
    tx.rollback().await.unwrap();
}
