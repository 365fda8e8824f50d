#![doc = include_str!("../README.md")]

mod bot;
mod chat;
mod error;
mod notice;
mod ports;
mod reply;
mod request;
mod service;
#[cfg(feature = "testing")]
pub mod testing;
mod update;
mod webhook;

pub use bot::BotToken;
pub use chat::{ChatId, ChatOwner, token_of};
pub use error::TelegramError;
pub use notice::{
    NodeNotice, NoticedSubscription, PaymentNotice, ReviewNotice, StaffNotice, TicketNotice,
};
pub use ports::{ChatRepository, TelegramBot, TelegramFailed, TelegramTx};
pub use reply::{BotTexts, Reply, TrafficUse};
pub use request::{COMMANDS, Request};
pub use service::{Binding, BindingService};
pub use update::{JoinRequest, Message, Update};
pub use webhook::Webhook;
