//! The money desk: refunds.

pub(super) mod managed_refunds;
pub(super) mod refunds;
