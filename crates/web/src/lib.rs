#![doc = include_str!("../README.md")]

mod admin;
mod answer;
mod client;
mod edge;
mod guards;
mod guest;
mod operation;
mod options;
mod panel;
mod passport;
mod request;
mod routes;
mod server;
mod server_api;
mod user;

pub use options::{LostLines, MetricsAccess, RateLimits, SocketOptions, WebOptions};
pub use panel::Panel;
pub use request::hosts::AllowedHosts;
#[cfg(feature = "bench")]
pub use routes::filled;
pub use server::{app, serve};
