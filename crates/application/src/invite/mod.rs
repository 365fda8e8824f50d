//! Who invited whom: invitation links and commission.

pub(crate) mod commissions;
pub(crate) mod invitations;
pub(crate) mod queries;
pub(crate) mod views;
