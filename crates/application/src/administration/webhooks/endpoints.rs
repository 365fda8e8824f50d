//! Endpoints, as administrators keep them.

use ferroboard_audit::AuditChange;
use ferroboard_events::{
    Endpoint, EndpointSecret, EndpointService, EndpointTerms, EndpointUrl, EventsError,
    SavedEndpoint, WantedKinds,
};
use ferroboard_kernel::{DeliveryId, UnixSeconds, WebhookId};
use ferroboard_listing::{Column, Direction, Found, ListRequest, Listing, PageRule, Words};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::webhooks::queries::ManagedDelivery;
use crate::{Change, Error};

/// The deliveries as a list, the newest first.
pub const DELIVERIES: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::number("webhook_id"),
        Column::number("event_id"),
        Column::text("type"),
        Column::text("subject"),
        Column::text("data").unsorted(),
        Column::text("status"),
        Column::number("attempts"),
        Column::number("next_attempt_at"),
        Column::number("http_status"),
        Column::text("last_error").unsorted(),
        Column::number("created_at"),
        Column::number("updated_at"),
    ],
    words: Words::Operators,
    joins: false,
    order: &[("id", Direction::Descending)],
    pages: PageRule::TABLE,
};

/// What an administrator wants of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedEndpoint {
    /// The endpoint that is changed; a new one without it.
    pub id: Option<WebhookId>,
    /// Its address, as it was written.
    pub url: String,
    /// Which events.
    pub kinds: WantedKinds,
    /// Whether they are sent.
    pub active: bool,
    /// Its secret; without it a new endpoint gets one that is drawn, and another keeps its own.
    pub secret: Option<EndpointSecret>,
}

/// An endpoint, and what became of what was sent to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// When it last took an event, of the last thirty days.
    pub delivered_at: Option<UnixSeconds>,
    /// When an attempt last failed of an event that it has not taken since, of the last thirty days.
    pub failed_at: Option<UnixSeconds>,
}

/// The endpoints.
pub struct Webhooks(pub(crate) AdminContext);

impl Webhooks {
    /// Every endpoint.
    pub async fn list(&self) -> Result<Vec<Endpoint>, Error> {
        Ok(self.0.ports.store.admin()?.list_webhooks().await?)
    }

    /// The same, each with what became of what was sent to it.
    pub async fn list_with_outcomes(&self) -> Result<Vec<ManagedEndpoint>, Error> {
        let queries = self.0.ports.store.admin()?;
        let endpoints = queries.list_webhooks().await?;
        let outcomes = queries.list_webhook_outcomes().await?;
        let managed = endpoints.into_iter().map(|endpoint| {
            let mut known = outcomes.iter();
            let outcome = known.find(|outcome| outcome.endpoint == endpoint.id);
            ManagedEndpoint {
                delivered_at: outcome.and_then(|outcome| outcome.delivered_at),
                failed_at: outcome.and_then(|outcome| outcome.failed_at),
                endpoint,
            }
        });
        Ok(managed.collect())
    }

    /// Makes an endpoint, or changes one. It begins anew: what the panel switched off is on again if that is
    /// asked for.
    pub async fn save(
        &self,
        wanted: WantedEndpoint,
        change: Change,
    ) -> Result<SavedEndpoint, Error> {
        let url = EndpointUrl::parse(&wanted.url, self.0.options.endpoint_rule);
        let terms = EndpointTerms {
            url: url.ok_or(EventsError::AddressRefused)?,
            kinds: wanted.kinds,
            active: wanted.active,
        };
        let drawn = EndpointSecret::draw(self.0.ports.random.as_ref());
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let secret = wanted.secret.clone();
            let saved = match wanted.id {
                Some(id) => {
                    let changed = EndpointService.change(tx, id, &terms, secret, now);
                    changed.await?
                }
                None => {
                    let secret = secret.unwrap_or_else(|| drawn.clone());
                    EndpointService.create(tx, &terms, secret, now).await?
                }
            };
            let noted = noted(&saved);
            (saved, noted)
        })
    }

    /// Switches an endpoint on or off. It begins anew, also where the panel switched it off.
    pub async fn switch(&self, id: WebhookId, active: bool, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            noted(&EndpointService.switch(tx, id, active, now).await?)
        })
    }

    /// Deletes an endpoint.
    pub async fn delete(&self, id: WebhookId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let endpoint = EndpointService.delete(tx, id).await?;
            AuditChange::between(&shown(&endpoint), &Value::Null)
        })
    }

    /// Sends an endpoint an event that says nothing; as what it is delivered.
    pub async fn test(&self, id: WebhookId, change: Change) -> Result<DeliveryId, Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let delivery = EndpointService.test(tx, id, now).await?;
            let tried = json!({"webhook_id": id.get(), "delivery_id": delivery.get()});
            (delivery, AuditChange::between(&Value::Null, &tried))
        })
    }

    /// The deliveries that are asked for.
    pub async fn deliveries(&self, request: ListRequest) -> Result<Found<ManagedDelivery>, Error> {
        let queries = self.0.ports.store.admin()?;
        Ok(queries.list_deliveries(&request).await?)
    }

    /// Sends what was delivered or given up once more.
    pub async fn redeliver(&self, id: DeliveryId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            EndpointService.redeliver(tx, id, now).await?;
            AuditChange::between(&Value::Null, &json!({"delivery_id": id.get()}))
        })
    }
}

/// What the record says of an endpoint that was saved.
fn noted(saved: &SavedEndpoint) -> AuditChange {
    let before = saved.before.as_ref().map_or(Value::Null, shown);
    AuditChange::between(&before, &shown(&saved.after))
}

/// What the record says of an endpoint: never its secret, and of its address the host alone.
fn shown(endpoint: &Endpoint) -> Value {
    json!({
        "webhook_id": endpoint.id.get(),
        "host": endpoint.terms.url.host(),
        "types": endpoint.terms.kinds.text(),
        "active": endpoint.terms.active,
    })
}
