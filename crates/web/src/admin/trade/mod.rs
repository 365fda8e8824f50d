//! `order/*`, `payment/*`, `traffic-package/*` and the forms of `plan/*`: what is sold and paid.

pub(crate) mod accounting;
pub(crate) mod gateway_fields;
mod order_bodies;
pub(crate) mod order_changes;
pub(crate) mod orders;
pub(crate) mod packages;
pub(crate) mod payment_forms;
pub(crate) mod payments;
pub(crate) mod plan_forms;
pub(crate) mod receipts;
pub(crate) mod refunds;
pub(crate) mod renewals;
pub(crate) mod reviews;
