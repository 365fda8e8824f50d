//! Who invited whom: invitation links and commission.

pub(crate) mod commissions;
pub(crate) mod invitations;
