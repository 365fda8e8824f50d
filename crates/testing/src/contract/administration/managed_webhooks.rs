//! Promises about endpoints and deliveries as administrators read them.

use ferroboard_application::{DELIVERIES, EndpointOutcome, ManagedDelivery};
use ferroboard_events::testing::an_endpoint;
use ferroboard_events::{DueDelivery, EventKind, Lease, NewEvent, WebhookFailed};
use ferroboard_kernel::{UserId, WebhookId};
use ferroboard_listing::Asked;

use crate::contract::{FreshStore, t};

/// An endpoint, and deliveries to it about so many users, taken at this second.
async fn with_deliveries(fresh: &FreshStore, users: i64) -> (WebhookId, Vec<DueDelivery>) {
    let mut tx = fresh.begin().await;
    let endpoint = tx.insert_endpoint(&an_endpoint()).await.unwrap();
    for user in 1..=users {
        let event = NewEvent::about_user(EventKind::UserCreated, UserId::new(user), t(5));
        tx.insert_delivery_to(endpoint, &event).await.unwrap();
    }
    let lease = Lease {
        key: format!("lease-{endpoint}"),
        until: t(80),
    };
    let taken = tx.lock_due_deliveries(endpoint, 10, t(20), &lease).await;
    tx.commit().await.unwrap();
    (endpoint, taken.unwrap())
}

async fn deliver(fresh: &FreshStore, delivery: &DueDelivery, at: i64) {
    let mut tx = fresh.begin().await;
    let moved = tx.move_delivery_to_delivered(delivery, 204, t(at)).await;
    assert!(moved.unwrap());
    tx.commit().await.unwrap();
}

async fn fail(fresh: &FreshStore, delivery: &DueDelivery, at: i64, retry: Option<i64>) {
    let failed = WebhookFailed {
        status: Some(500),
        reason: "status 500".to_owned(),
    };
    let mut tx = fresh.begin().await;
    let moved = tx.move_delivery_to_failed(delivery, &failed, retry.map(t), t(at));
    assert!(moved.await.unwrap());
    tx.commit().await.unwrap();
}

async fn listed(fresh: &FreshStore) -> Vec<ManagedDelivery> {
    let request = DELIVERIES.judge(&Asked::default()).unwrap();
    let found = fresh.admin().list_deliveries(&request).await.unwrap();
    assert_eq!(found.total, i64::try_from(found.rows.len()).unwrap());
    found.rows
}

/// The newest first, each with the very body that its endpoint gets.
pub async fn deliveries_are_listed_with_what_is_sent(fresh: &FreshStore) {
    let (endpoint, taken) = with_deliveries(fresh, 2).await;
    fail(fresh, &taken[1], 30, Some(90)).await;
    let rows = listed(fresh).await;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids, [taken[1].id.get(), taken[0].id.get()]);
    let event = &taken[1].event;
    let expected = ManagedDelivery {
        id: taken[1].id.get(),
        endpoint: endpoint.get(),
        event: event.id.get(),
        kind: "user.created".to_owned(),
        subject: "user:2".to_owned(),
        data: Some(event.data.clone()),
        told_at: Some(t(5).get()),
        status: "pending".to_owned(),
        attempts: 1,
        next_attempt_at: t(90).get(),
        http_status: Some(500),
        last_error: Some("status 500".to_owned()),
        created_at: t(5).get(),
        updated_at: t(30).get(),
    };
    assert_eq!(rows[0], expected);
    for (row, delivery) in rows.iter().zip(taken.iter().rev()) {
        assert_eq!(row.body(), Some(delivery.event.body()));
    }
    let unknown = ManagedDelivery {
        kind: "user.lost".to_owned(),
        ..expected
    };
    assert_eq!(unknown.body(), None);
}

/// When each last took an event and last failed to; nothing of one that is gone, or that nothing was sent to.
pub async fn endpoints_have_what_became_of_their_deliveries(fresh: &FreshStore) {
    let (first, taken) = with_deliveries(fresh, 4).await;
    let (second, other) = with_deliveries(fresh, 1).await;
    let (gone, lost) = with_deliveries(fresh, 1).await;
    with_deliveries(fresh, 0).await;
    deliver(fresh, &taken[0], 40).await;
    deliver(fresh, &taken[1], 30).await;
    fail(fresh, &taken[2], 50, Some(200)).await;
    fail(fresh, &taken[3], 45, None).await;
    fail(fresh, &other[0], 60, None).await;
    deliver(fresh, &lost[0], 70).await;
    let mut tx = fresh.begin().await;
    assert!(tx.delete_endpoint(gone).await.unwrap());
    tx.commit().await.unwrap();
    let outcome = |endpoint, delivered: Option<i64>, failed: Option<i64>| EndpointOutcome {
        endpoint,
        delivered_at: delivered.map(t),
        failed_at: failed.map(t),
    };
    let read = async || {
        let outcomes = fresh.admin().list_webhook_outcomes().await;
        let mut outcomes = outcomes.unwrap();
        outcomes.sort_by_key(|outcome| outcome.endpoint);
        outcomes
    };
    let expected = [
        outcome(first, Some(40), Some(50)),
        outcome(second, None, Some(60)),
    ];
    assert_eq!(read().await, expected);
    // What begins anew has not failed yet.
    let mut tx = fresh.begin().await;
    let begun = tx.move_delivery_to_pending(other[0].id, t(65)).await;
    assert!(begun.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(read().await[1], outcome(second, None, None));
}
