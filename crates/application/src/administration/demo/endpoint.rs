//! An endpoint, and what became of two events, as if somebody had answered at its address.

use ferroboard_events::{
    AfterFailure, DueDelivery, EndpointRule, EndpointSecret, EndpointService, EndpointTerms,
    EndpointUrl, EventKind, Lease, NewEvent, WantedKinds, WebhookFailed, after_failure,
};
use ferroboard_kernel::{PaymentId, Random, Seconds, UnixSeconds, WebhookId};

use super::{refused, strays};
use crate::{Error, UnitOfWork};

/// Where events would be sent: a name that is reserved for examples.
const URL: &str = "https://hooks.example.com/ferroboard";
/// What it wants.
const KINDS: [EventKind; 4] = [
    EventKind::OrderPaid,
    EventKind::OrderOpened,
    EventKind::PaymentReview,
    EventKind::PaymentSettled,
];

/// Makes the endpoint with a delivery that it took and one that was given up. It is off in the end: nobody answers at
/// its address, and a demo asks nobody. What is told happened at `begun`, some days ago.
pub(super) async fn make(
    tx: &mut dyn UnitOfWork,
    payment: PaymentId,
    random: &dyn Random,
    begun: UnixSeconds,
    now: UnixSeconds,
) -> Result<(), Error> {
    let url = EndpointUrl::parse(URL, EndpointRule::default());
    let terms = EndpointTerms {
        url: refused("endpoint", url)?,
        kinds: WantedKinds::Only(KINDS.into_iter().collect()),
        active: true,
    };
    let secret = EndpointSecret::draw(random);
    let made = EndpointService.create(tx, &terms, secret, begun).await?;
    let endpoint = made.after.id;
    for event in told(payment, begun) {
        tx.insert_delivery_to(endpoint, &event).await?;
    }
    if let Some(delivery) = take(tx, endpoint, random, begun).await? {
        EndpointService.note(tx, &delivery, &Ok(200), begun).await?;
    }
    try_in_vain(tx, endpoint, random, begun).await?;
    EndpointService.switch(tx, endpoint, false, now).await?;
    Ok(())
}

/// Two of the payments that bought nothing.
fn told(payment: PaymentId, at: UnixSeconds) -> [NewEvent; 2] {
    let [first, second, _] = strays::trade_nos();
    [
        (EventKind::PaymentReview, first, "unknown_order"),
        (EventKind::PaymentSettled, second, "refunded_outside"),
    ]
    .map(|(kind, trade_no, reason)| {
        NewEvent::about_payment(kind, &trade_no, payment, Some(reason), at)
    })
}

/// The first delivery that is due at this time.
async fn take(
    tx: &mut dyn UnitOfWork,
    endpoint: WebhookId,
    random: &dyn Random,
    at: UnixSeconds,
) -> Result<Option<DueDelivery>, Error> {
    let lease = Lease {
        key: random.uuid(),
        until: at.plus(Seconds::minutes(1)),
    };
    let taken = tx.lock_due_deliveries(endpoint, 1, at, &lease).await?;
    Ok(taken.into_iter().next())
}

/// Tries what is left at each of its times, until it is given up.
async fn try_in_vain(
    tx: &mut dyn UnitOfWork,
    endpoint: WebhookId,
    random: &dyn Random,
    begun: UnixSeconds,
) -> Result<(), Error> {
    let unavailable = Err(WebhookFailed {
        status: Some(503),
        reason: "status 503".to_owned(),
    });
    let mut at = begun;
    while let Some(delivery) = take(tx, endpoint, random, at).await? {
        EndpointService
            .note(tx, &delivery, &unavailable, at)
            .await?;
        if let AfterFailure::RetryAt(next) = after_failure(delivery.attempts, at) {
            at = next;
        }
    }
    Ok(())
}
