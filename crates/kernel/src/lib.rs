#![doc = include_str!("../README.md")]

mod calendar;
mod cents;
mod clock;
mod email;
mod id;
mod random;
mod store_error;
mod text;
mod time;

pub use calendar::Zone;
pub use cents::{Cents, MoneyOverflow, Percent};
pub use clock::Clock;
pub use email::{Email, InvalidEmail};
pub use id::{GroupId, InviteCodeId, MailId, PlanId, SessionNumber, UserId};
pub use random::Random;
pub use store_error::StoreError;
pub use text::constant_time_eq;
pub use time::{Seconds, UnixSeconds};
