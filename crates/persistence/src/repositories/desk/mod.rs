//! The money desk: the books, receipts, refunds and statements.

pub(super) mod accounting;
pub(super) mod managed_refunds;
pub(super) mod receipts;
pub(super) mod refunds;
pub(super) mod statements;
