//! What is read about endpoints.

use async_trait::async_trait;
use ferroboard_events::{Endpoint, Event, EventKind, Subject};
use ferroboard_kernel::{EventId, StoreError, UnixSeconds, WebhookId};
use ferroboard_listing::{Found, ListRequest};

/// What became of the deliveries to an endpoint that are kept, by the database's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointOutcome {
    /// The endpoint.
    pub endpoint: WebhookId,
    /// When it last took one.
    pub delivered_at: Option<UnixSeconds>,
    /// When an attempt last failed of one that it has not taken.
    pub failed_at: Option<UnixSeconds>,
}

/// The endpoints, as administrators see them.
#[async_trait]
pub trait WebhookQueries: Send + Sync {
    /// Every endpoint by number. There are few.
    async fn list_webhooks(&self) -> Result<Vec<Endpoint>, StoreError>;

    /// What became of what was sent to each of them; nothing of those that nothing was sent to.
    async fn list_webhook_outcomes(&self) -> Result<Vec<EndpointOutcome>, StoreError>;
}

/// A delivery as administrators see it. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedDelivery {
    /// Its number.
    pub id: i64,
    /// Where it goes.
    pub endpoint: i64,
    /// The number of the event.
    pub event: i64,
    /// The kind of the event.
    pub kind: String,
    /// What the event is about.
    pub subject: String,
    /// What is told: the text of a JSON object.
    pub data: Option<String>,
    /// When it happened.
    pub told_at: Option<i64>,
    /// `pending`, `delivered` or `failed`.
    pub status: String,
    /// How many attempts were made.
    pub attempts: i64,
    /// From when on the next one is made; 0 at once.
    pub next_attempt_at: i64,
    /// The status of the latest answer.
    pub http_status: Option<i64>,
    /// Why the latest attempt failed.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

impl ManagedDelivery {
    /// The body that the endpoint gets; `None` where the event is gone, or another version's.
    pub fn body(&self) -> Option<String> {
        let event = Event {
            id: EventId::new(self.event),
            kind: EventKind::named(&self.kind)?,
            subject: Subject::stored(&self.subject),
            data: self.data.clone()?,
            at: UnixSeconds::new(self.told_at?),
        };
        Some(event.body())
    }
}

/// The deliveries, as administrators see them.
#[async_trait]
pub trait DeliveryQueries: Send + Sync {
    /// What is asked of [`DELIVERIES`](crate::DELIVERIES).
    async fn list_deliveries(
        &self,
        request: &ListRequest,
    ) -> Result<Found<ManagedDelivery>, StoreError>;
}
