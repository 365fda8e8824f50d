//! The life of deliveries and endpoints, told over the tables in memory.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

use std::collections::BTreeSet;

use ferroboard_events::testing::{HasEvents as _, MemoryEvents, an_endpoint};
use ferroboard_events::{
    DeliveryRepository as _, DeliveryStatus, DueDelivery, EndpointRepository as _, EndpointSecret,
    EndpointService, EventKind, EventsError, Lease, MOST_ATTEMPTS, NewEvent, WantedKinds,
    WebhookFailed,
};
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{DeliveryId, Seconds, UnixSeconds, UserId, WebhookId};

const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);

type Tx<'a> = MemoryTransaction<'a, MemoryEvents>;

fn lease(now: UnixSeconds) -> Lease {
    Lease {
        key: format!("lease-{}", now.get()),
        until: now.plus(Seconds::minutes(1)),
    }
}

fn about(user: i64, kind: EventKind) -> NewEvent {
    NewEvent::about_user(kind, UserId::new(user), NOW)
}

async fn endpoint(tx: &mut Tx<'_>) -> WebhookId {
    let wanted = an_endpoint();
    let made = EndpointService.create(tx, &wanted.terms, wanted.secret, NOW);
    made.await.unwrap().after.id
}

async fn tell(tx: &mut Tx<'_>, events: &[NewEvent]) {
    tx.events().unwrap().write(events.to_vec());
    tx.insert_deliveries(100, NOW).await.unwrap();
}

async fn take(tx: &mut Tx<'_>, endpoint: WebhookId, now: UnixSeconds) -> Vec<DueDelivery> {
    let lease = lease(now);
    let taken = tx.lock_due_deliveries(endpoint, 10, now, &lease);
    taken.await.unwrap()
}

fn refused() -> Result<u16, WebhookFailed> {
    Err(WebhookFailed {
        status: Some(500),
        reason: "status 500".to_owned(),
    })
}

fn status(tx: &mut Tx<'_>, id: DeliveryId) -> DeliveryStatus {
    tx.events().unwrap().deliveries[&id].status
}

#[tokio::test]
async fn nothing_is_kept_where_nobody_listens() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    tell(&mut tx, &[about(1, EventKind::UserCreated)]).await;
    assert!(tx.events().unwrap().events.is_empty());
    let hook = endpoint(&mut tx).await;
    assert_eq!(take(&mut tx, hook, NOW).await, []);
}

#[tokio::test]
async fn an_endpoint_gets_the_kinds_that_it_wants_once() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    let hook = endpoint(&mut tx).await;
    let mut terms = an_endpoint().terms;
    terms.kinds = WantedKinds::Only(BTreeSet::from([EventKind::UserDeleted]));
    let changed = EndpointService.change(&mut tx, hook, &terms, None, NOW);
    assert_eq!(changed.await.unwrap().after.secret, an_endpoint().secret);
    let told = [
        about(1, EventKind::UserCreated),
        about(1, EventKind::UserDeleted),
    ];
    tell(&mut tx, &told).await;
    assert_eq!(tx.insert_deliveries(100, NOW).await, Ok(0));
    let taken = take(&mut tx, hook, NOW).await;
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].event.kind, EventKind::UserDeleted);
    assert_eq!(take(&mut tx, hook, NOW).await, []);
}

#[tokio::test]
async fn of_one_subject_one_event_is_under_way() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    let hook = endpoint(&mut tx).await;
    let told = [
        about(1, EventKind::UserCreated),
        about(2, EventKind::UserCreated),
        about(1, EventKind::UserUpdated),
        about(1, EventKind::UserDeleted),
    ];
    tell(&mut tx, &told).await;
    let first = take(&mut tx, hook, NOW).await;
    let subjects: Vec<&str> = first.iter().map(|one| one.event.subject.as_str()).collect();
    assert_eq!(subjects, ["user:1", "user:2"]);
    // What waits for another attempt holds up what is about the same.
    assert_eq!(
        EndpointService
            .note(&mut tx, &first[0], &refused(), NOW)
            .await,
        Ok(false)
    );
    assert_eq!(
        EndpointService
            .note(&mut tx, &first[1], &Ok(200), NOW)
            .await,
        Ok(false)
    );
    assert_eq!(take(&mut tx, hook, NOW).await, []);
    let later = NOW.plus(Seconds::minutes(1));
    let again = take(&mut tx, hook, later).await;
    assert_eq!(
        (again.len(), again[0].id, again[0].attempts),
        (1, first[0].id, 1)
    );
    EndpointService
        .note(&mut tx, &again[0], &Ok(204), later)
        .await
        .unwrap();
    let next = take(&mut tx, hook, later).await;
    assert_eq!(
        (next.len(), next[0].event.kind),
        (1, EventKind::UserUpdated)
    );
}

#[tokio::test]
async fn an_attempt_that_lost_its_lease_changes_nothing() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    let hook = endpoint(&mut tx).await;
    tell(&mut tx, &[about(1, EventKind::UserCreated)]).await;
    let lost = take(&mut tx, hook, NOW).await.remove(0);
    let later = NOW.plus(Seconds::minutes(1));
    let held = take(&mut tx, hook, later).await.remove(0);
    EndpointService
        .note(&mut tx, &lost, &Ok(200), later)
        .await
        .unwrap();
    assert_eq!(status(&mut tx, held.id), DeliveryStatus::Pending);
    EndpointService
        .note(&mut tx, &held, &Ok(200), later)
        .await
        .unwrap();
    assert_eq!(status(&mut tx, held.id), DeliveryStatus::Delivered);
}

#[tokio::test]
async fn an_endpoint_that_fails_for_three_days_is_switched_off_and_what_failed_can_be_sent_again() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    let hook = endpoint(&mut tx).await;
    tell(&mut tx, &[about(1, EventKind::UserCreated)]).await;
    let mut now = NOW;
    let mut attempts = 0;
    let mut last = None;
    while attempts < MOST_ATTEMPTS {
        let Some(delivery) = take(&mut tx, hook, now).await.pop() else {
            now = now.plus(Seconds::minutes(1));
            continue;
        };
        attempts += 1;
        let off = EndpointService
            .note(&mut tx, &delivery, &refused(), now)
            .await;
        assert_eq!(off, Ok(false), "{attempts}");
        last = Some(delivery.id);
    }
    let failed = last.unwrap();
    assert_eq!(status(&mut tx, failed), DeliveryStatus::Failed);
    let later = NOW.plus(Seconds::days(3));
    tell(&mut tx, &[about(2, EventKind::UserCreated)]).await;
    let next = take(&mut tx, hook, later).await.remove(0);
    let off = EndpointService
        .note(&mut tx, &next, &refused(), later)
        .await;
    assert_eq!(off, Ok(true));
    let row = tx.lock_endpoint(hook).await.unwrap().unwrap();
    assert!(!row.terms.active && row.switched_off_at == Some(later));
    let far = later.plus(Seconds::days(1));
    assert_eq!(take(&mut tx, hook, far).await, []);
    // Switched on again it gets what waited, and what is sent again.
    let terms = an_endpoint().terms;
    let on = EndpointService.change(&mut tx, hook, &terms, None, far);
    assert_eq!(on.await.unwrap().after.failing_since, None);
    EndpointService
        .redeliver(&mut tx, failed, far)
        .await
        .unwrap();
    let again = EndpointService.redeliver(&mut tx, failed, far).await;
    assert_eq!(again, Err(EventsError::DeliveryMissing));
    assert_eq!(take(&mut tx, hook, far).await.len(), 2);
}

#[tokio::test]
async fn success_ends_a_failure() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    let hook = endpoint(&mut tx).await;
    let told = [
        about(1, EventKind::UserCreated),
        about(2, EventKind::UserCreated),
    ];
    tell(&mut tx, &told).await;
    let taken = take(&mut tx, hook, NOW).await;
    EndpointService
        .note(&mut tx, &taken[0], &refused(), NOW)
        .await
        .unwrap();
    let failing = tx.lock_endpoint(hook).await.unwrap().unwrap();
    assert_eq!(failing.failing_since, Some(NOW));
    EndpointService
        .note(&mut tx, &taken[1], &Ok(200), NOW)
        .await
        .unwrap();
    let well = tx.lock_endpoint(hook).await.unwrap().unwrap();
    assert_eq!(well.failing_since, None);
}

#[tokio::test]
async fn there_are_only_so_many_endpoints() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    for _ in 0..EndpointService::MOST_ENDPOINTS {
        endpoint(&mut tx).await;
    }
    let secret = EndpointSecret::stored("0123456789abcdef");
    let terms = an_endpoint().terms;
    let one_more = EndpointService.create(&mut tx, &terms, secret, NOW);
    assert_eq!(one_more.await, Err(EventsError::TooManyEndpoints));
    let missing = WebhookId::new(0);
    let gone = EndpointService.delete(&mut tx, missing).await;
    assert_eq!(gone, Err(EventsError::EndpointMissing));
    let untested = EndpointService.test(&mut tx, missing, NOW).await;
    assert_eq!(untested, Err(EventsError::EndpointMissing));
}

#[tokio::test]
async fn a_test_goes_to_one_endpoint_whatever_it_wants() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    let (tried, other) = (endpoint(&mut tx).await, endpoint(&mut tx).await);
    let sent = EndpointService.test(&mut tx, tried, NOW).await.unwrap();
    assert_eq!(tx.insert_deliveries(100, NOW).await, Ok(0));
    assert_eq!(tx.list_due_endpoints(NOW).await, Ok(vec![tried]));
    assert_eq!(take(&mut tx, other, NOW).await, []);
    let taken = take(&mut tx, tried, NOW).await.remove(0);
    assert_eq!(
        (taken.id, taken.event.kind),
        (sent, EventKind::EndpointTest)
    );
}

#[tokio::test]
async fn what_is_old_or_goes_nowhere_is_deleted() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    let (kept, dropped) = (endpoint(&mut tx).await, endpoint(&mut tx).await);
    tell(&mut tx, &[about(1, EventKind::UserCreated)]).await;
    EndpointService.delete(&mut tx, dropped).await.unwrap();
    assert_eq!(tx.delete_old_events(NOW, 100).await, Ok(1));
    assert_eq!(take(&mut tx, kept, NOW).await.len(), 1);
    let later = NOW.plus(Seconds::new(1));
    assert_eq!(tx.delete_old_events(later, 100).await, Ok(2));
}

#[tokio::test]
async fn what_the_panel_switched_off_begins_anew_when_it_is_switched_on() {
    let mut tables = MemoryEvents::default();
    let mut tx = MemoryTransaction::begin(&mut tables);
    let hook = endpoint(&mut tx).await;
    let later = NOW.plus(Seconds::days(4));
    assert!(tx.move_endpoint_to_failing(hook, NOW).await.unwrap());
    let limit = later.minus(Seconds::days(3));
    assert!(tx.move_endpoint_to_off(hook, limit, later).await.unwrap());
    let saved = EndpointService.switch(&mut tx, hook, true, later).await;
    let saved = saved.unwrap();
    let before = saved.before.unwrap();
    assert!(!before.terms.active && before.switched_off_at == Some(later));
    let after = saved.after;
    assert!(after.terms.active && after.updated_at == later);
    assert_eq!((after.failing_since, after.switched_off_at), (None, None));
    assert_eq!(
        (after.secret, after.terms.kinds),
        (before.secret, before.terms.kinds)
    );
    let off = EndpointService.switch(&mut tx, hook, false, later).await;
    assert!(!off.unwrap().after.terms.active);
    let gone = WebhookId::new(99);
    let refused = EndpointService.switch(&mut tx, gone, true, later).await;
    assert_eq!(refused.err(), Some(EventsError::EndpointMissing));
}
