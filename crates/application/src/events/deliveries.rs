//! Delivering what was told.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use ferroboard_events::{
    DueDelivery, EndpointService, Lease, WebhookCall, WebhookFailed, signature,
};
use ferroboard_kernel::{Seconds, WebhookId};
use ferroboard_telegram::StaffNotice;
use futures_util::stream::{self, FuturesUnordered, StreamExt as _};
use tokio::time::Instant;

use crate::Error;
use crate::process::Core;
use crate::support::endpoint_mail::queue_endpoint_off;
use crate::transaction::{look, transact};

/// How many events get their deliveries in one transaction.
const SPREAD: i64 = 100;
/// How many deliveries to one endpoint are taken at once, and all of them are under way together.
const BATCH: i64 = 5;
/// How long a sender holds what it took: longer than the slowest attempt.
const LEASE: Seconds = Seconds::minutes(1);
/// How long an endpoint that answers is served before others are looked for.
const ROUND: Duration = Duration::from_secs(5);
/// How often it is looked whether something is due.
const IDLE: Duration = Duration::from_secs(1);
/// How long it is waited when the database does not answer.
const PAUSE: Duration = Duration::from_secs(5);
/// How long events can be looked at and sent again.
const KEPT: Seconds = Seconds::days(30);
/// How many rows one transaction deletes.
const FORGOTTEN: u32 = 1_000;

/// The sender of events.
pub struct WebhookDeliveries(pub(crate) Arc<Core>);

impl WebhookDeliveries {
    /// Delivers for as long as it is polled. Dropped it loses nothing: what was under way is sent again when its
    /// lease runs out. Each endpoint is served by itself: one that hangs keeps none but itself waiting.
    pub async fn run(&self) {
        let mut serving = FuturesUnordered::new();
        let mut busy = BTreeSet::new();
        loop {
            let pause = match self.find_due().await {
                Ok(due) => {
                    for endpoint in due {
                        if busy.insert(endpoint) {
                            serving.push(async move {
                                self.serve(endpoint).await;
                                endpoint
                            });
                        }
                    }
                    IDLE
                }
                Err(error) => {
                    tracing::error!(%error, "no events were delivered");
                    PAUSE
                }
            };
            let mut pause = pin!(tokio::time::sleep(pause));
            loop {
                tokio::select! {
                    Some(served) = serving.next() => {
                        busy.remove(&served);
                    }
                    () = &mut pause => break,
                }
            }
        }
    }

    /// Makes the deliveries of what is new, and one round of attempts of those that are due; how many attempts.
    pub async fn deliver_due(&self) -> Result<usize, Error> {
        let attempts = stream::iter(self.find_due().await?)
            .map(|endpoint| self.serve(endpoint))
            .buffer_unordered(EndpointService::MOST_ENDPOINTS)
            .collect::<Vec<usize>>()
            .await;
        Ok(attempts.into_iter().sum())
    }

    /// Makes the deliveries of what is new; the endpoints to which something is due.
    async fn find_due(&self) -> Result<Vec<WebhookId>, Error> {
        let store = &self.0.ports.store;
        while look!(store, |tx| tx.has_new_events().await?)? {
            let spread = transact!(store, |tx| {
                let now = tx.find_time().await?;
                tx.insert_deliveries(SPREAD, now).await?
            })?;
            // Another process was first, or what is left cannot be read.
            if spread == 0 {
                break;
            }
        }
        look!(store, |tx| {
            let now = tx.find_time().await?;
            tx.list_due_endpoints(now).await?
        })
    }

    /// Attempts what is due to one endpoint until nothing is, or its time is over; how many.
    async fn serve(&self, endpoint: WebhookId) -> usize {
        let begun = Instant::now();
        let mut attempts = 0;
        while begun.elapsed() < ROUND {
            let taken = match self.take(endpoint).await {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::error!(%endpoint, %error, "no deliveries were taken");
                    break;
                }
            };
            if taken.is_empty() {
                break;
            }
            attempts += taken.len();
            stream::iter(taken)
                .for_each_concurrent(None, |delivery| async move {
                    if let Err(error) = self.attempt(&delivery).await {
                        let id = delivery.id;
                        tracing::error!(delivery = %id, %error, "what became of a delivery was not noted");
                    }
                })
                .await;
        }
        attempts
    }

    async fn take(&self, endpoint: WebhookId) -> Result<Vec<DueDelivery>, Error> {
        let key = self.0.ports.random.uuid();
        transact!(self.0.ports.store, |tx| {
            let now = tx.find_time().await?;
            let lease = Lease {
                key: key.clone(),
                until: now.plus(LEASE),
            };
            let taken = tx.lock_due_deliveries(endpoint, BATCH, now, &lease);
            taken.await?
        })
    }

    async fn attempt(&self, delivery: &DueDelivery) -> Result<(), Error> {
        let ports = &self.0.ports;
        let body = delivery.event.body();
        let call = WebhookCall {
            url: delivery.url.clone(),
            signature: signature(&delivery.secret, ports.clock.now(), &body),
            body,
            kind: delivery.event.kind,
            event: delivery.event.id,
            delivery: delivery.id,
        };
        let outcome = ports.webhooks.send(&call).await;
        if let Err(WebhookFailed { reason, .. }) = &outcome {
            let (id, attempt) = (delivery.id, delivery.attempts + 1);
            tracing::warn!(delivery = %id, attempt, reason, "an event was not delivered");
        }
        let host = delivery.url.host();
        let is_off = transact!(ports.store, |tx| {
            let now = tx.find_time().await?;
            let is_off = EndpointService.note(tx, delivery, &outcome, now).await?;
            if is_off {
                queue_endpoint_off(&self.0.context, tx, &host, ports.clock.now()).await?;
            }
            is_off
        })?;
        if is_off {
            self.0.mail_queued.notify_one();
            tracing::error!(endpoint = %delivery.endpoint, host, "an endpoint failed for three days and is off");
            self.0.tell_now(&StaffNotice::EndpointOff(host)).await?;
        }
        Ok(())
    }

    /// Deletes events that are a month old, and what was on its way to endpoints that are gone; how many rows.
    pub async fn forget(&self) -> Result<u64, Error> {
        let mut total = 0;
        loop {
            let count = transact!(self.0.ports.store, |tx| {
                let before = self.0.ports.clock.now().minus(KEPT);
                tx.delete_old_events(before, FORGOTTEN).await?
            })?;
            if count == 0 {
                return Ok(total);
            }
            total += count;
        }
    }
}
