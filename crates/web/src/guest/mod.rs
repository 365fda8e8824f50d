//! `/api/v1/guest`: what anybody may see.

pub(crate) mod config;
