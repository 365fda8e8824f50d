//! What may be done, each over an open transaction. Whoever calls these ends the transaction.

mod codes;
mod commissions;

pub use self::codes::InviteService;
pub use self::commissions::CommissionService;
