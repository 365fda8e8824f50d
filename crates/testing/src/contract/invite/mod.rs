//! Promises about invitations and commission.

pub mod invitations;
pub mod invite_codes;
pub mod withdrawals;
