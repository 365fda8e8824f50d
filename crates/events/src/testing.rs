//! The in-memory tables of this domain, and builders for its rows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{DeliveryId, EventId, StoreError, UnixSeconds, WebhookId};

use crate::{
    DeliveryRepository, DeliveryStatus, DueDelivery, Endpoint, EndpointRepository, EndpointSecret,
    EndpointTerms, EndpointUrl, Event, LONGEST_PAUSE, Lease, NewEvent, WantedKinds, WebhookFailed,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryEvents {
    /// `ferro_webhook`.
    pub endpoints: BTreeMap<WebhookId, Endpoint>,
    /// `ferro_event`, each with whether its deliveries were made.
    pub events: BTreeMap<EventId, (Event, bool)>,
    /// `ferro_webhook_delivery`.
    pub deliveries: BTreeMap<DeliveryId, DeliveryRow>,
    last: i64,
}

/// A row of `ferro_webhook_delivery`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Where it goes.
    pub endpoint: WebhookId,
    /// What is delivered.
    pub event: EventId,
    /// How far it has come.
    pub status: DeliveryStatus,
    /// How many attempts were made.
    pub attempts: i64,
    /// From when on it is tried.
    pub next_attempt_at: UnixSeconds,
    /// Who holds it.
    pub lease: Option<Lease>,
    /// The status of the latest answer.
    pub http_status: Option<u16>,
    /// Why the latest attempt failed.
    pub last_error: Option<String>,
}

impl MemoryEvents {
    /// A number that no row has.
    fn number(&mut self) -> i64 {
        let largest = [
            self.endpoints.keys().next_back().map(|id| id.get()),
            self.events.keys().next_back().map(|id| id.get()),
            self.deliveries.keys().next_back().map(|id| id.get()),
        ];
        let largest = largest.into_iter().flatten().max().unwrap_or(0);
        self.last = self.last.max(largest) + 1;
        self.last
    }

    /// Writes what a transaction told, if an endpoint is active.
    pub fn write(&mut self, told: Vec<NewEvent>) {
        if self
            .endpoints
            .values()
            .any(|endpoint| endpoint.terms.active)
        {
            for event in told {
                self.insert(&event, false);
            }
        }
    }

    fn insert(&mut self, event: &NewEvent, is_spread: bool) -> EventId {
        let id = EventId::new(self.number());
        let stored = Event {
            id,
            kind: event.kind,
            subject: event.subject.clone(),
            data: event.data.to_string(),
            at: event.at,
        };
        self.events.insert(id, (stored, is_spread));
        id
    }

    fn insert_delivery(&mut self, endpoint: WebhookId, event: EventId) -> DeliveryId {
        let id = DeliveryId::new(self.number());
        let row = DeliveryRow {
            endpoint,
            event,
            status: DeliveryStatus::Pending,
            attempts: 0,
            next_attempt_at: UnixSeconds::default(),
            lease: None,
            http_status: None,
            last_error: None,
        };
        self.deliveries.insert(id, row);
        id
    }

    fn subject(&self, row: &DeliveryRow) -> Option<&str> {
        let event = self.events.get(&row.event);
        event.map(|(event, _)| event.subject.as_str())
    }

    fn is_due(&self, id: DeliveryId, row: &DeliveryRow, now: UnixSeconds, lease: &Lease) -> bool {
        let longest = lease.until.since(now);
        let is_held = row.lease.as_ref();
        let is_held = is_held.is_some_and(|held| held.until.holds_at(now, longest));
        let waits = row.next_attempt_at.holds_at(now, LONGEST_PAUSE);
        let is_behind = self.deliveries.iter().any(|(earlier, other)| {
            *earlier < id
                && other.endpoint == row.endpoint
                && other.status == DeliveryStatus::Pending
                && self.subject(other) == self.subject(row)
        });
        let endpoint = self.endpoints.get(&row.endpoint);
        let is_on = endpoint.is_some_and(|endpoint| endpoint.terms.active);
        is_on && row.status == DeliveryStatus::Pending && !is_held && !waits && !is_behind
    }

    fn due(&self, now: UnixSeconds, lease: &Lease) -> Vec<(WebhookId, DeliveryId)> {
        let rows = self.deliveries.iter();
        rows.filter(|(id, row)| self.is_due(**id, row, now, lease))
            .map(|(id, row)| (row.endpoint, *id))
            .collect()
    }

    /// The row, if the sender still holds its lease.
    fn held(&mut self, delivery: &DueDelivery) -> Option<&mut DeliveryRow> {
        self.deliveries.get_mut(&delivery.id).filter(|row| {
            let key = row.lease.as_ref().map(|lease| lease.key.as_str());
            row.status == DeliveryStatus::Pending && key == Some(delivery.lease.as_str())
        })
    }
}

/// A transaction that holds this domain's tables.
pub trait HasEvents: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn events(&mut self) -> Result<&mut MemoryEvents, StoreError>;
}

impl HasEvents for MemoryTransaction<'_, MemoryEvents> {
    fn events(&mut self) -> Result<&mut MemoryEvents, StoreError> {
        self.open()
    }
}

#[async_trait]
impl<T: HasEvents> EndpointRepository for T {
    async fn list_endpoints(&mut self) -> Result<Vec<Endpoint>, StoreError> {
        Ok(self.events()?.endpoints.values().cloned().collect())
    }

    async fn lock_endpoints(&mut self) -> Result<(), StoreError> {
        self.events().map(drop)
    }

    async fn lock_endpoint(&mut self, id: WebhookId) -> Result<Option<Endpoint>, StoreError> {
        Ok(self.events()?.endpoints.get(&id).cloned())
    }

    async fn insert_endpoint(&mut self, endpoint: &Endpoint) -> Result<WebhookId, StoreError> {
        let tables = self.events()?;
        let id = WebhookId::new(tables.number());
        let endpoint = Endpoint {
            id,
            ..endpoint.clone()
        };
        tables.endpoints.insert(id, endpoint);
        Ok(id)
    }

    async fn update_endpoint(&mut self, endpoint: &Endpoint) -> Result<(), StoreError> {
        if let Some(row) = self.events()?.endpoints.get_mut(&endpoint.id) {
            *row = endpoint.clone();
        }
        Ok(())
    }

    async fn delete_endpoint(&mut self, id: WebhookId) -> Result<bool, StoreError> {
        Ok(self.events()?.endpoints.remove(&id).is_some())
    }

    async fn move_endpoint_to_failing(
        &mut self,
        id: WebhookId,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.events()?.endpoints.get_mut(&id);
        let well = row.filter(|row| row.failing_since.is_none_or(|since| since > now));
        Ok(well.map(|row| row.failing_since = Some(now)).is_some())
    }

    async fn move_endpoint_to_well(&mut self, id: WebhookId) -> Result<bool, StoreError> {
        let row = self.events()?.endpoints.get_mut(&id);
        Ok(row.is_some_and(|row| row.failing_since.take().is_some()))
    }

    async fn move_endpoint_to_off(
        &mut self,
        id: WebhookId,
        failing_since: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.events()?.endpoints.get_mut(&id);
        let failing = row.filter(|row| {
            let is_long = row
                .failing_since
                .is_some_and(|since| since <= failing_since);
            row.terms.active && is_long
        });
        Ok(failing
            .map(|row| {
                row.terms.active = false;
                row.switched_off_at = Some(now);
            })
            .is_some())
    }
}

#[async_trait]
impl<T: HasEvents> DeliveryRepository for T {
    async fn insert_deliveries(
        &mut self,
        limit: i64,
        _now: UnixSeconds,
    ) -> Result<u64, StoreError> {
        let tables = self.events()?;
        let limit = usize::try_from(limit).unwrap_or(0);
        let new = tables
            .events
            .values_mut()
            .filter(|(_, is_spread)| !is_spread);
        let new: Vec<(EventId, crate::EventKind)> = new
            .take(limit)
            .map(|(event, is_spread)| {
                *is_spread = true;
                (event.id, event.kind)
            })
            .collect();
        let endpoints: Vec<Endpoint> = tables.endpoints.values().cloned().collect();
        for (event, kind) in &new {
            let wants = |one: &&Endpoint| one.terms.active && one.terms.kinds.has(*kind);
            for endpoint in endpoints.iter().filter(wants) {
                tables.insert_delivery(endpoint.id, *event);
            }
        }
        Ok(u64::try_from(new.len()).unwrap_or(u64::MAX))
    }

    async fn insert_delivery_to(
        &mut self,
        endpoint: WebhookId,
        event: &NewEvent,
    ) -> Result<DeliveryId, StoreError> {
        let tables = self.events()?;
        let event = tables.insert(event, true);
        Ok(tables.insert_delivery(endpoint, event))
    }

    async fn has_new_events(&mut self) -> Result<bool, StoreError> {
        let mut events = self.events()?.events.values();
        Ok(events.any(|(_, is_spread)| !is_spread))
    }

    async fn list_due_endpoints(&mut self, now: UnixSeconds) -> Result<Vec<WebhookId>, StoreError> {
        let tables = self.events()?;
        let lease = Lease {
            key: String::new(),
            until: now.plus(LONGEST_PAUSE),
        };
        let mut due: Vec<WebhookId> = tables
            .due(now, &lease)
            .into_iter()
            .map(|(endpoint, _)| endpoint)
            .collect();
        due.sort_unstable();
        due.dedup();
        Ok(due)
    }

    async fn lock_due_deliveries(
        &mut self,
        endpoint: WebhookId,
        limit: i64,
        now: UnixSeconds,
        lease: &Lease,
    ) -> Result<Vec<DueDelivery>, StoreError> {
        let tables = self.events()?;
        let Some(known) = tables.endpoints.get(&endpoint).cloned() else {
            return Ok(Vec::new());
        };
        let limit = usize::try_from(limit).unwrap_or(0);
        let due = tables.due(now, lease).into_iter();
        let due = due.filter(|(to, _)| *to == endpoint).take(limit);
        let due: Vec<DeliveryId> = due.map(|(_, id)| id).collect();
        let mut taken = Vec::with_capacity(due.len());
        for id in due {
            let events = &tables.events;
            let Some(row) = tables.deliveries.get_mut(&id) else {
                continue;
            };
            let Some((event, _)) = events.get(&row.event) else {
                continue;
            };
            row.lease = Some(lease.clone());
            taken.push(DueDelivery {
                id,
                endpoint,
                event: event.clone(),
                attempts: row.attempts,
                lease: lease.key.clone(),
                url: known.terms.url.clone(),
                secret: known.secret.clone(),
            });
            row.attempts += 1;
        }
        Ok(taken)
    }

    async fn move_delivery_to_delivered(
        &mut self,
        delivery: &DueDelivery,
        status: u16,
        _now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.events()?.held(delivery);
        Ok(row
            .map(|row| {
                row.status = DeliveryStatus::Delivered;
                row.http_status = Some(status);
                row.last_error = None;
                row.lease = None;
            })
            .is_some())
    }

    async fn move_delivery_to_failed(
        &mut self,
        delivery: &DueDelivery,
        failed: &WebhookFailed,
        retry_at: Option<UnixSeconds>,
        _now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.events()?.held(delivery);
        Ok(row
            .map(|row| {
                row.http_status = failed.status;
                row.last_error = Some(failed.reason.clone());
                row.lease = None;
                match retry_at {
                    Some(at) => row.next_attempt_at = at,
                    None => row.status = DeliveryStatus::Failed,
                }
            })
            .is_some())
    }

    async fn move_delivery_to_pending(
        &mut self,
        id: DeliveryId,
        _now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.events()?.deliveries.get_mut(&id);
        let ended = row.filter(|row| row.status.may_become(DeliveryStatus::Pending));
        Ok(ended
            .map(|row| {
                row.status = DeliveryStatus::Pending;
                row.attempts = 0;
                row.next_attempt_at = UnixSeconds::default();
            })
            .is_some())
    }

    async fn delete_old_events(
        &mut self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let tables = self.events()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let old = tables
            .events
            .values()
            .filter(|(event, _)| event.at < before);
        let old: Vec<EventId> = old.take(limit).map(|(event, _)| event.id).collect();
        let rows = tables.deliveries.len() + tables.events.len();
        for id in &old {
            tables.events.remove(id);
        }
        let MemoryEvents {
            endpoints,
            events,
            deliveries,
            ..
        } = tables;
        deliveries.retain(|_, row| {
            events.contains_key(&row.event) && endpoints.contains_key(&row.endpoint)
        });
        let left = deliveries.len() + events.len();
        Ok(u64::try_from(rows - left).unwrap_or(u64::MAX))
    }
}

/// A delivery of this event to this endpoint, which has ended well.
pub fn a_delivery(endpoint: WebhookId, event: EventId) -> DeliveryRow {
    DeliveryRow {
        endpoint,
        event,
        status: DeliveryStatus::Delivered,
        attempts: 1,
        next_attempt_at: UnixSeconds::default(),
        lease: None,
        http_status: Some(200),
        last_error: None,
    }
}

/// An active endpoint that wants everything.
pub fn an_endpoint() -> Endpoint {
    Endpoint {
        id: WebhookId::new(0),
        terms: EndpointTerms {
            url: EndpointUrl::stored("https://hooks.example.com/panel"),
            kinds: WantedKinds::All,
            active: true,
        },
        secret: EndpointSecret::stored("0123456789abcdef"),
        failing_since: None,
        switched_off_at: None,
        created_at: UnixSeconds::default(),
        updated_at: UnixSeconds::default(),
    }
}
