#![doc = include_str!("../README.md")]

mod error;
mod policy;
mod ports;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;
mod ticket;
mod withdrawal;

pub use error::TicketError;
pub use policy::{TicketPolicy, WithdrawalPolicy};
pub use ports::{TicketRepository, TicketTx, WithdrawalRepository};
pub use service::{ClosedTicket, TicketService, WithdrawalService};
pub use text::{MessageText, PayoutAccount, Subject, TextRefused};
pub use ticket::{Level, NewTicket, ReplyStatus, Ticket, TicketMessage, TicketStatus};
pub use withdrawal::{Withdrawal, WithdrawalRequest, WithdrawalState, WithdrawalWords};
