//! `gift-card/*`: templates, cards and what was redeemed.

mod asked;
pub(crate) mod batches;
pub(crate) mod codes;
mod export;
mod rows;
pub(crate) mod templates;
pub(crate) mod uses;
