#![doc = include_str!("../README.md")]

mod address;
mod backoff;
mod delivery;
mod endpoint;
mod error;
mod event;
mod facts;
mod kind;
mod ports;
mod service;
mod signature;
#[cfg(feature = "testing")]
pub mod testing;

pub use address::{EndpointRule, EndpointUrl, is_loopback, is_public};
pub use backoff::{AfterFailure, FAILING_LIMIT, LONGEST_PAUSE, MOST_ATTEMPTS, after_failure};
pub use delivery::{DeliveryStatus, DueDelivery, Lease};
pub use endpoint::{Endpoint, EndpointSecret, EndpointTerms, WantedKinds};
pub use error::EventsError;
pub use event::{Event, NewEvent, Subject};
pub use kind::{EventKind, Family};
pub use ports::{
    ATTEMPT_LIMIT, DeliveryRepository, EndpointRepository, EventSink, EventsTx, WebhookCall,
    WebhookFailed, WebhookSender,
};
pub use service::{EndpointService, SavedEndpoint};
pub use signature::signature;
