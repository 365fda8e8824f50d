//! The endpoints as a list.

use std::sync::Arc;

use ferroboard_application::{Application, ManagedEndpoint};
use ferroboard_events::WantedKinds;
use ferroboard_kernel::UnixSeconds;

use super::SECTION;
use crate::console::cell::Cell;
use crate::console::frame::Console;
use crate::console::list_page::{AT_HAND, Column, Noun};
use crate::console::lists::{self, Wanted};
use crate::failure::PageResult;
use crate::list::{Cell as Drawn, Tone};

const NOUN: Noun<ManagedEndpoint> = Noun {
    path: "webhooks",
    title: "console.webhooks",
    section: SECTION,
    listing: &AT_HAND,
    columns: &[
        Column::new("id", "console.id", |row: &ManagedEndpoint| {
            Cell::Number(row.endpoint.id.get())
        }),
        Column::new("url", "console.address", |row: &ManagedEndpoint| {
            let endpoint = &row.endpoint;
            Cell::link(
                format!("webhooks/{}", endpoint.id),
                endpoint.terms.url.as_str(),
            )
        }),
        Column::new("state", "console.state", state),
        Column::new("kinds", "console.webhook_kinds", kinds),
        Column::new(
            "delivered",
            "console.webhook_taken",
            |row: &ManagedEndpoint| Cell::time(row.delivered_at.map(UnixSeconds::get)),
        ),
        Column::new(
            "failed",
            "console.webhook_failed",
            |row: &ManagedEndpoint| Cell::time(row.failed_at.map(UnixSeconds::get)),
        ),
        Column::new(
            "since",
            "console.webhook_failing_since",
            |row: &ManagedEndpoint| Cell::time(row.endpoint.failing_since.map(UnixSeconds::get)),
        )
        .hidden(),
        Column::new("created", "console.created", |row: &ManagedEndpoint| {
            Cell::time(Some(row.endpoint.created_at.get()))
        })
        .hidden(),
        Column::new("changed", "console.changed", |row: &ManagedEndpoint| {
            Cell::time(Some(row.endpoint.updated_at.get()))
        })
        .hidden(),
    ],
    filters: lists::ANYTHING,
    key: |row: &ManagedEndpoint| row.endpoint.id.to_string(),
};

/// Whether events are sent to it, and how that goes.
fn state(row: &ManagedEndpoint) -> Cell {
    let endpoint = &row.endpoint;
    let is_failing = endpoint.failing_since.is_some();
    let is_off = endpoint.switched_off_at.is_some();
    match (endpoint.terms.active, is_failing, is_off) {
        (true, false, _) => Cell::Word("console.webhook_on", Tone::Good),
        (true, true, _) => Cell::Word("console.webhook_fails", Tone::Warn),
        (false, _, true) => Cell::Word("console.webhook_given_up", Tone::Bad),
        (false, _, false) => Cell::Word("console.webhook_off", Tone::Plain),
    }
}

fn kinds(row: &ManagedEndpoint) -> Cell {
    match &row.endpoint.terms.kinds {
        WantedKinds::All => Cell::Word("console.webhook_every_kind", Tone::Plain),
        WantedKinds::Only(kinds) => {
            let names = kinds.iter().map(|kind| kind.as_str());
            Cell::Text(names.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Every endpoint.
pub(in crate::desk) async fn show(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        let endpoints = &app.administration.endpoints;
        Ok(wanted.cut(&NOUN, endpoints.list_with_outcomes().await?))
    };
    lists::answer(
        &console,
        &NOUN,
        fetch,
        |shape, _| {
            shape
                .tools
                .push(console.link("console.webhook_new", "webhooks/new"));
            let deliveries = console.link("console.webhook_deliveries", "webhooks/deliveries");
            shape.tools.push(deliveries);
            shape.hint = console.t("console.webhooks_hint");
        },
        |row| actions(&console, row),
    )
    .await
}

/// What can be done with an endpoint.
fn actions(console: &Console, row: &ManagedEndpoint) -> Vec<Drawn> {
    let id = row.endpoint.id;
    let at = |action: &str| format!("webhooks/{id}/{action}");
    let (text, switch) = if row.endpoint.terms.active {
        ("console.switch_off", "off")
    } else {
        ("console.switch_on", "on")
    };
    let sent = format!("webhooks/deliveries?f_webhook_id={id}&o_webhook_id=eq");
    vec![
        console.link("console.webhook_deliveries", &sent),
        Drawn::Buttons(vec![
            console.button(text, &at(switch)),
            console.button("console.webhook_test", &at("test")),
            console.danger("layout.delete", &at("drop")),
        ]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_says_how_it_is() {
        let row = |active, failing: bool, off: bool| {
            let mut endpoint = ferroboard_events::testing::an_endpoint();
            endpoint.terms.active = active;
            endpoint.failing_since = failing.then_some(UnixSeconds::new(1));
            endpoint.switched_off_at = off.then_some(UnixSeconds::new(2));
            ManagedEndpoint {
                endpoint,
                delivered_at: None,
                failed_at: None,
            }
        };
        for (row, expected, tone) in [
            (row(true, false, false), "console.webhook_on", Tone::Good),
            (row(true, true, false), "console.webhook_fails", Tone::Warn),
            (
                row(false, true, true),
                "console.webhook_given_up",
                Tone::Bad,
            ),
            (row(false, false, false), "console.webhook_off", Tone::Plain),
        ] {
            assert_eq!(state(&row), Cell::Word(expected, tone));
        }
    }
}
