//! What this domain needs from outside.

use async_trait::async_trait;
use ferroboard_kernel::{DeliveryId, EventId, Seconds, StoreError, UnixSeconds, WebhookId};

use crate::{DueDelivery, Endpoint, EndpointUrl, EventKind, Lease, NewEvent};

/// The one door for what happened, in the transaction in which it happens.
pub trait EventSink: Send {
    /// Notes an event, which is written when the transaction commits and only then: behind everything else, in
    /// the order in which it was noted, and in one statement with the others. Where no endpoint is active at that
    /// moment nothing is written.
    fn tell(&mut self, event: NewEvent);
}

/// The endpoints (`ferro_webhook`), inside one open transaction.
#[async_trait]
pub trait EndpointRepository: Send {
    /// Every endpoint by number. There are few.
    async fn list_endpoints(&mut self) -> Result<Vec<Endpoint>, StoreError>;

    /// Lets one transaction at a time add endpoints.
    async fn lock_endpoints(&mut self) -> Result<(), StoreError>;

    /// The endpoint, which nobody else changes until the transaction ends.
    async fn lock_endpoint(&mut self, id: WebhookId) -> Result<Option<Endpoint>, StoreError>;

    /// Stores an endpoint, whose number is ignored.
    async fn insert_endpoint(&mut self, endpoint: &Endpoint) -> Result<WebhookId, StoreError>;

    /// Writes an endpoint that was locked as a whole.
    async fn update_endpoint(&mut self, endpoint: &Endpoint) -> Result<(), StoreError>;

    /// Deletes an endpoint; what was still on its way to it is never sent. `false` when it is gone.
    async fn delete_endpoint(&mut self, id: WebhookId) -> Result<bool, StoreError>;

    /// Notes that an endpoint begins to fail. `false` when it has been failing, or is gone.
    async fn move_endpoint_to_failing(
        &mut self,
        id: WebhookId,
        now: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Notes that an endpoint works. `false` when it was not failing.
    async fn move_endpoint_to_well(&mut self, id: WebhookId) -> Result<bool, StoreError>;

    /// Switches an active endpoint off that has been failing since before this. `false` when it has not.
    async fn move_endpoint_to_off(
        &mut self,
        id: WebhookId,
        failing_since: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<bool, StoreError>;
}

/// Events (`ferro_event`) on their way (`ferro_webhook_delivery`), inside one open transaction. All times are by the
/// database's clock.
#[async_trait]
pub trait DeliveryRepository: Send {
    /// Makes a delivery of each of the oldest `limit` events that have none yet, for each active endpoint that
    /// wants it, once; how many events there were. Two callers take turns.
    async fn insert_deliveries(&mut self, limit: i64, now: UnixSeconds) -> Result<u64, StoreError>;

    /// Writes an event for one endpoint alone, whatever that wants.
    async fn insert_delivery_to(
        &mut self,
        endpoint: WebhookId,
        event: &NewEvent,
    ) -> Result<DeliveryId, StoreError>;

    /// Whether events wait that have no deliveries yet.
    async fn has_new_events(&mut self) -> Result<bool, StoreError>;

    /// The active endpoints to which something is due.
    async fn list_due_endpoints(&mut self, now: UnixSeconds) -> Result<Vec<WebhookId>, StoreError>;

    /// Takes up to `limit` deliveries to an active endpoint that are due: pending, their time has come, no sender
    /// holds them, and no earlier delivery to the endpoint about the same subject is pending. Oldest first. Each
    /// counts an attempt. Of several callers at once each delivery MUST go to one. What would wait longer than
    /// [`LONGEST_PAUSE`](crate::LONGEST_PAUSE), or be held longer than this lease, is due.
    async fn lock_due_deliveries(
        &mut self,
        endpoint: WebhookId,
        limit: i64,
        now: UnixSeconds,
        lease: &Lease,
    ) -> Result<Vec<DueDelivery>, StoreError>;

    /// Notes that the endpoint took a delivery. `false` when the lease is no longer the caller's.
    async fn move_delivery_to_delivered(
        &mut self,
        delivery: &DueDelivery,
        status: u16,
        now: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Puts a delivery back until `retry_at`, or gives it up with `None`. `false` when the lease is no longer the
    /// caller's.
    async fn move_delivery_to_failed(
        &mut self,
        delivery: &DueDelivery,
        failed: &WebhookFailed,
        retry_at: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Begins a delivery anew that has ended, with all its attempts. `false` when it is gone or has not ended.
    async fn move_delivery_to_pending(
        &mut self,
        id: DeliveryId,
        now: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Deletes events from before this with all their deliveries, and deliveries to endpoints that are gone: up
    /// to `limit` of each; how many rows.
    async fn delete_old_events(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait EventsTx: EndpointRepository + DeliveryRepository {}
impl<T: EndpointRepository + DeliveryRepository + ?Sized> EventsTx for T {}

/// One attempt. Its `Debug` form shows no secret: it holds none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookCall {
    /// Where to.
    pub url: EndpointUrl,
    /// What.
    pub body: String,
    /// `Ferroboard-Signature`.
    pub signature: String,
    /// `Ferroboard-Event`.
    pub kind: EventKind,
    /// `Ferroboard-Event-Id`.
    pub event: EventId,
    /// `Ferroboard-Delivery`.
    pub delivery: DeliveryId,
}

/// Why an endpoint did not take an event. The text is for the log and for administrators; it holds neither
/// address, body nor secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct WebhookFailed {
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// What went wrong.
    pub reason: String,
}

/// Hands events to endpoints.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Makes one attempt within [`ATTEMPT_LIMIT`]; the status, which is from 200 to 299. A redirect is a
    /// failure. An implementation MUST connect only to addresses that its rule allows, whatever a name resolves to.
    async fn send(&self, call: &WebhookCall) -> Result<u16, WebhookFailed>;
}

/// How long an attempt may take.
pub const ATTEMPT_LIMIT: Seconds = Seconds::new(10);
