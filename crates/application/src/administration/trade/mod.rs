//! What is sold, and what is paid: orders and payment methods, as administrators manage them.

pub(crate) mod accounting;
pub(crate) mod accounting_queries;
pub(crate) mod order_queries;
pub(crate) mod order_views;
pub(crate) mod orders;
pub(crate) mod package_queries;
pub(crate) mod packages;
pub(crate) mod payment_queries;
pub(crate) mod payments;
pub(crate) mod receipts;
pub(crate) mod refund_queries;
pub(crate) mod refunds;
pub(crate) mod renewals;
pub(crate) mod review_queries;
pub(crate) mod reviewed_notice;
pub(crate) mod reviews;
