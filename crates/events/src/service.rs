//! What is done with endpoints and deliveries, each over an open transaction.

use ferroboard_kernel::{DeliveryId, UnixSeconds, WebhookId};

use crate::{
    AfterFailure, DueDelivery, Endpoint, EndpointSecret, EndpointTerms, EventsError, EventsTx,
    FAILING_LIMIT, NewEvent, WebhookFailed, after_failure,
};

/// Endpoints, as administrators keep them, and deliveries to them.
#[derive(Debug, Clone, Copy, Default)]
pub struct EndpointService;

/// An endpoint that was made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedEndpoint {
    /// As it was; `None` for a new one.
    pub before: Option<Endpoint>,
    /// As it is.
    pub after: Endpoint,
}

impl EndpointService {
    /// How many endpoints there may be.
    pub const MOST_ENDPOINTS: usize = 20;

    /// Makes an endpoint.
    pub async fn create(
        self,
        tx: &mut dyn EventsTx,
        terms: &EndpointTerms,
        secret: EndpointSecret,
        now: UnixSeconds,
    ) -> Result<SavedEndpoint, EventsError> {
        tx.lock_endpoints().await?;
        if tx.list_endpoints().await?.len() >= Self::MOST_ENDPOINTS {
            return Err(EventsError::TooManyEndpoints);
        }
        let mut endpoint = Endpoint {
            id: WebhookId::new(0),
            terms: terms.clone(),
            secret,
            failing_since: None,
            switched_off_at: None,
            created_at: now,
            updated_at: now,
        };
        endpoint.id = tx.insert_endpoint(&endpoint).await?;
        Ok(SavedEndpoint {
            before: None,
            after: endpoint,
        })
    }

    /// Changes an endpoint, whose failures are forgotten: it begins anew. Without a secret it keeps its own.
    pub async fn change(
        self,
        tx: &mut dyn EventsTx,
        id: WebhookId,
        terms: &EndpointTerms,
        secret: Option<EndpointSecret>,
        now: UnixSeconds,
    ) -> Result<SavedEndpoint, EventsError> {
        let before = locked(tx, id).await?;
        write(tx, before, terms.clone(), secret, now).await
    }

    /// Switches an endpoint on or off, and leaves all else that was said about it. It begins anew as well.
    pub async fn switch(
        self,
        tx: &mut dyn EventsTx,
        id: WebhookId,
        active: bool,
        now: UnixSeconds,
    ) -> Result<SavedEndpoint, EventsError> {
        let before = locked(tx, id).await?;
        let terms = EndpointTerms {
            active,
            ..before.terms.clone()
        };
        write(tx, before, terms, None, now).await
    }

    /// Deletes an endpoint; what it was.
    pub async fn delete(
        self,
        tx: &mut dyn EventsTx,
        id: WebhookId,
    ) -> Result<Endpoint, EventsError> {
        let endpoint = locked(tx, id).await?;
        if tx.delete_endpoint(id).await? {
            Ok(endpoint)
        } else {
            Err(EventsError::EndpointMissing)
        }
    }

    /// Sends an endpoint an event that says nothing; as what it is delivered.
    pub async fn test(
        self,
        tx: &mut dyn EventsTx,
        id: WebhookId,
        now: UnixSeconds,
    ) -> Result<DeliveryId, EventsError> {
        locked(tx, id).await?;
        let event = NewEvent::test_of(id, now);
        Ok(tx.insert_delivery_to(id, &event).await?)
    }

    /// Sends what was delivered or given up once more.
    pub async fn redeliver(
        self,
        tx: &mut dyn EventsTx,
        id: DeliveryId,
        now: UnixSeconds,
    ) -> Result<(), EventsError> {
        if tx.move_delivery_to_pending(id, now).await? {
            Ok(())
        } else {
            Err(EventsError::DeliveryMissing)
        }
    }

    /// Notes how an attempt ended; whether the endpoint was switched off for it. An attempt whose lease ran out
    /// meanwhile is no longer asked: another one was made.
    pub async fn note(
        self,
        tx: &mut dyn EventsTx,
        delivery: &DueDelivery,
        outcome: &Result<u16, WebhookFailed>,
        now: UnixSeconds,
    ) -> Result<bool, EventsError> {
        let endpoint = delivery.endpoint;
        let failed = match outcome {
            Ok(status) => {
                if tx
                    .move_delivery_to_delivered(delivery, *status, now)
                    .await?
                {
                    tx.move_endpoint_to_well(endpoint).await?;
                }
                return Ok(false);
            }
            Err(failed) => failed,
        };
        let retry_at = match after_failure(delivery.attempts, now) {
            AfterFailure::RetryAt(at) => Some(at),
            AfterFailure::GiveUp => None,
        };
        let moved = tx.move_delivery_to_failed(delivery, failed, retry_at, now);
        if !moved.await? || tx.move_endpoint_to_failing(endpoint, now).await? {
            return Ok(false);
        }
        let limit = now.minus(FAILING_LIMIT);
        Ok(tx.move_endpoint_to_off(endpoint, limit, now).await?)
    }
}

/// Writes a locked endpoint, whose failures are forgotten.
async fn write(
    tx: &mut dyn EventsTx,
    before: Endpoint,
    terms: EndpointTerms,
    secret: Option<EndpointSecret>,
    now: UnixSeconds,
) -> Result<SavedEndpoint, EventsError> {
    let after = Endpoint {
        terms,
        secret: secret.unwrap_or_else(|| before.secret.clone()),
        failing_since: None,
        switched_off_at: None,
        updated_at: now,
        ..before.clone()
    };
    tx.update_endpoint(&after).await?;
    Ok(SavedEndpoint {
        before: Some(before),
        after,
    })
}

async fn locked(tx: &mut dyn EventsTx, id: WebhookId) -> Result<Endpoint, EventsError> {
    let found = tx.lock_endpoint(id).await?;
    found.ok_or(EventsError::EndpointMissing)
}
