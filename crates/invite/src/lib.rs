#![doc = include_str!("../README.md")]

mod code;
mod commission;
mod error;
mod inviter;
mod policy;
mod ports;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use code::InviteCode;
pub use commission::{CommissionDebt, CommissionLog, CommissionPolicy, CommissionShare, TakenBack};
pub use error::InviteError;
pub use inviter::{CommissionMode, Inviter};
pub use policy::InvitePolicy;
pub use ports::{
    CommissionDebtRepository, CommissionLogRepository, InviteCodeRepository, InviteTx,
    InviterRepository,
};
pub use service::{CommissionService, InviteService};
