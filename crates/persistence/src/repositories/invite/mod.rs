//! Invitation codes, commission and its withdrawal.

pub(super) mod commission_debts;
pub(super) mod invitations;
pub(super) mod invite_views;
pub(super) mod withdrawals;
