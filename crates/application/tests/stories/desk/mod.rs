//! What is decided about money after it was paid.

mod receipts;
mod refunds;
mod reviews;
mod settling;
