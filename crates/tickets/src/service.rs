//! What may be done, each over an open transaction. Whoever calls these ends the transaction.

mod tickets;
mod withdrawals;

pub use self::tickets::{ClosedTicket, TicketService};
pub use self::withdrawals::WithdrawalService;
