#![doc = include_str!("../README.md")]
#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "templates ask a page for what it says, and hand over what they made"
)]

mod account;
mod address;
mod assets;
mod catalogue;
mod console;
mod cookies;
mod csrf;
mod desk;
mod error_page;
mod failure;
mod flash;
mod form;
mod format;
mod front_ends;
mod lang;
mod list;
mod local;
mod nav;
mod package_end;
mod page;
mod prose;
mod qr;
mod routes;
mod shop;
mod stage;
mod typed_amount;
mod visitor;

pub use routes::mount;
