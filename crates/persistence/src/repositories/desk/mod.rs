//! The money desk: refunds, and traffic that is sold beside plans.

pub(super) mod managed_refunds;
pub(super) mod package_orders;
pub(super) mod packages;
pub(super) mod refunds;
