//! `/api/v1/guest`: what anybody may see.

pub(crate) mod config;
pub(crate) mod payment_notices;
pub(crate) mod plans;
pub(crate) mod telegram;
