//! The money desk: the books, receipts, refunds, reviews, statements and traffic packages.

pub(super) mod accounting;
pub(super) mod managed_refunds;
pub(super) mod managed_reviews;
pub(super) mod package_orders;
pub(super) mod packages;
pub(super) mod receipts;
pub(super) mod refunds;
pub(super) mod reviews;
pub(super) mod statements;
