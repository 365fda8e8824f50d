#![doc = include_str!("../README.md")]

mod admin;
mod client;
mod client_address;
mod cors;
mod docs;
mod edge;
mod envelope;
mod fault;
mod field;
mod form;
mod gift_fields;
mod guest;
mod health;
mod input;
mod messages;
mod metrics;
mod openapi;
mod options;
mod order_fields;
mod page_root;
mod panel;
mod passport;
mod rate_limit;
mod request_id;
mod routes;
mod server;
mod server_api;
mod session;
mod storable;
mod tagged;
mod ticket_fields;
mod user;
mod valid;

pub use options::{LostLines, RateLimits, SocketOptions, WebOptions};
pub use panel::Panel;
pub use server::{app, serve};
