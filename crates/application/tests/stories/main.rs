//! Stories of the use cases over the in-memory store.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected is to fail"
)]

mod accounts;
mod background;
mod changes;
mod clocks;
mod codes;
mod customer_notices;
mod desk;
mod gift_cards;
mod jobs;
mod limits;
mod logins;
mod managed_nodes;
mod nodes;
mod notices;
mod outbox;
mod real_names;
mod registrations;
mod reminders;
mod renewals;
mod setup;
mod shadows;
mod sockets;
mod tickets;
mod told;
mod traffic_resets;
mod upkeep;
mod webhooks;

use std::ops::Deref;

use ferroboard_application::Register;
use ferroboard_kernel::Email;

/// The panel that everybody shares, to which each story adds its own words.
pub(crate) struct Panel(ferroboard_testing::Panel);

impl Panel {
    pub(crate) async fn new() -> Self {
        Self(ferroboard_testing::Panel::new().await)
    }

    pub(crate) async fn with_settings(settings: &[(&str, &str)]) -> Self {
        Self(ferroboard_testing::Panel::with_settings(settings).await)
    }

    pub(crate) async fn in_production(settings: &[(&str, &str)]) -> Self {
        Self(ferroboard_testing::Panel::in_production(settings).await)
    }
}

impl Deref for Panel {
    type Target = ferroboard_testing::Panel;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

pub(crate) const PASSWORD: &str = ferroboard_testing::Panel::PASSWORD;

pub(crate) fn address(email: &str) -> Email {
    ferroboard_testing::Panel::address(email)
}

pub(crate) fn registration(email: &str) -> Register {
    ferroboard_testing::Panel::registration(email)
}
