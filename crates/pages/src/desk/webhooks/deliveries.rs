//! What was sent to endpoints, and how it was answered.

use std::sync::Arc;

use ferroboard_application::{Application, DELIVERIES, ManagedDelivery};
use ferroboard_events::DeliveryStatus;
use ferroboard_kernel::DeliveryId;
use ferroboard_listing::{Asked, AskedFilter, Given};
use ferroboard_web::list_refused;

use super::SECTION;
use crate::console::asked::{Filter, FilterKind};
use crate::console::cell::Cell;
use crate::console::forms::done;
use crate::console::frame::{Console, RowId, Story};
use crate::console::guard::Changing;
use crate::console::list_page::{Column, Noun};
use crate::console::lists::{self, Wanted};
use crate::failure::{Failure, PageResult};
use crate::list::{Cell as Drawn, Tone};

/// How far a delivery has come: the table's word, ours, and how it looks.
const STATES: [(&str, &str, Tone); 3] = [
    (
        DeliveryStatus::Pending.as_str(),
        "console.delivery_waits",
        Tone::Warn,
    ),
    (
        DeliveryStatus::Delivered.as_str(),
        "console.delivery_taken",
        Tone::Good,
    ),
    (
        DeliveryStatus::Failed.as_str(),
        "console.delivery_given_up",
        Tone::Bad,
    ),
];
/// The same to choose from.
const CHOICES: &[(&str, &str)] = &[
    (STATES[0].0, STATES[0].1),
    (STATES[1].0, STATES[1].1),
    (STATES[2].0, STATES[2].1),
];

fn state(row: &ManagedDelivery) -> Cell {
    let known = STATES.iter().find(|(word, _, _)| *word == row.status);
    known.map_or_else(
        || Cell::Text(row.status.clone()),
        |(_, text, tone)| Cell::Word(text, *tone),
    )
}

/// Whether it is under way: it cannot be begun anew then, and there is a next try.
fn is_pending(row: &ManagedDelivery) -> bool {
    row.status == DeliveryStatus::Pending.as_str()
}

fn endpoint(row: &ManagedDelivery) -> Cell {
    let id = row.endpoint;
    Cell::link(format!("webhooks/{id}"), format!("#{id}"))
}

/// When it is tried next; one that has not been tried is tried at once.
fn next_try(row: &ManagedDelivery) -> Cell {
    if is_pending(row) {
        Cell::time(Some(row.next_attempt_at))
    } else {
        Cell::Nothing
    }
}

const NOUN: Noun<ManagedDelivery> = Noun {
    path: "webhooks/deliveries",
    title: "console.webhook_deliveries",
    section: SECTION,
    listing: &DELIVERIES,
    columns: &[
        Column::new("id", "console.id", |row: &ManagedDelivery| {
            Cell::link(path_of(row.id), format!("#{}", row.id))
        })
        .by("id"),
        Column::new("when", "console.when", |row: &ManagedDelivery| {
            Cell::time(Some(row.created_at))
        })
        .by("created_at"),
        Column::new("kind", "console.event", |row: &ManagedDelivery| {
            Cell::Text(row.kind.clone())
        })
        .by("type"),
        Column::new(
            "subject",
            "console.event_subject",
            |row: &ManagedDelivery| Cell::Text(row.subject.clone()),
        )
        .by("subject"),
        Column::new("endpoint", "console.webhook_endpoint", endpoint).by("webhook_id"),
        Column::new("state", "console.state", state).by("status"),
        Column::new("tries", "console.tries", |row: &ManagedDelivery| {
            Cell::Number(row.attempts)
        })
        .by("attempts"),
        Column::new(
            "answer",
            "console.delivery_answer",
            |row: &ManagedDelivery| Cell::number(row.http_status),
        )
        .by("http_status"),
        Column::new("error", "console.error", |row: &ManagedDelivery| {
            Cell::text(row.last_error.as_deref())
        }),
        Column::new("next", "console.delivery_next", next_try).by("next_attempt_at"),
        Column::new("event", "console.event_number", |row: &ManagedDelivery| {
            Cell::Number(row.event)
        })
        .by("event_id")
        .hidden(),
        Column::new("changed", "console.changed", |row: &ManagedDelivery| {
            Cell::time(Some(row.updated_at))
        })
        .by("updated_at")
        .hidden(),
    ],
    filters: &[
        Filter::new("status", "console.state", FilterKind::Choice(CHOICES)),
        Filter::text("type", "console.event"),
        Filter::text("subject", "console.event_subject"),
        Filter::number("webhook_id", "console.webhook_endpoint"),
        Filter::number("http_status", "console.delivery_answer"),
        Filter::text("last_error", "console.error"),
        Filter::number("event_id", "console.event_number"),
        Filter::new("created_at", "console.when", FilterKind::Time),
    ],
    key: |row: &ManagedDelivery| row.id.to_string(),
};

/// The page of a delivery, behind the admin path.
pub(super) fn path_of(id: i64) -> String {
    format!("webhooks/deliveries/{id}")
}

/// What can be done with a delivery.
fn actions(console: &Console, row: &ManagedDelivery) -> Vec<Drawn> {
    if is_pending(row) {
        return Vec::new();
    }
    let path = format!("{}/redeliver", path_of(row.id));
    let again = console.button("console.delivery_again", &path);
    vec![Drawn::Buttons(vec![again])]
}

/// The deliveries of the last thirty days.
pub(in crate::desk) async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        let endpoints = &app.administration.endpoints;
        endpoints.deliveries(wanted.request).await
    };
    lists::answer(
        &console,
        &NOUN,
        fetch,
        |shape, _| {
            let endpoints = console.link("console.webhooks", "webhooks");
            shape.tools.push(endpoints);
            shape.hint = console.t("console.deliveries_hint");
        },
        |row| actions(&console, row),
    )
    .await
}

/// A delivery, with the body that the endpoint gets.
pub(in crate::desk) async fn show(console: Console, RowId(id): RowId) -> PageResult {
    let asked = Asked {
        rows: Some(1),
        filters: vec![AskedFilter::new("id", Given::Many(vec![id.to_string()]))],
        ..Asked::default()
    };
    let request = DELIVERIES.judge(&asked);
    let request = request.map_err(|error| Failure::Fault(list_refused(error)))?;
    let run = console.run(move |app| async move {
        let endpoints = &app.administration.endpoints;
        endpoints.deliveries(request).await
    });
    let row = run.await?.rows.pop().ok_or(Failure::Unknown)?;
    let mut tools = vec![console.link("console.webhook_deliveries", NOUN.path)];
    tools.extend(actions(&console, &row));
    let title = console.t("console.delivery");
    console.show_story(Story {
        section: SECTION,
        title: format!("{title} #{id}"),
        tools,
        facts: facts(&console, &row),
        parts: Vec::new(),
    })
}

fn facts(console: &Console, row: &ManagedDelivery) -> Vec<(String, Drawn)> {
    let facts = [
        ("console.state", state(row)),
        ("console.event", Cell::Text(row.kind.clone())),
        ("console.event_subject", Cell::Text(row.subject.clone())),
        ("console.event_number", Cell::Number(row.event)),
        ("console.webhook_endpoint", endpoint(row)),
        ("console.tries", Cell::Number(row.attempts)),
        ("console.delivery_answer", Cell::number(row.http_status)),
        ("console.error", Cell::text(row.last_error.as_deref())),
        ("console.delivery_next", next_try(row)),
        ("console.when", Cell::time(Some(row.created_at))),
        ("console.changed", Cell::time(Some(row.updated_at))),
        ("console.delivery_body", Cell::text(row.body().as_deref())),
    ];
    let told = facts.iter().filter(|(_, cell)| *cell != Cell::Nothing);
    told.map(|(name, cell)| console.fact(name, cell)).collect()
}

/// Sends once more what was delivered or given up, with the same number of its event.
pub(in crate::desk) async fn redeliver(
    console: Console,
    RowId(id): RowId,
    Changing(change): Changing,
) -> PageResult {
    let delivery = DeliveryId::new(id);
    let run = console.run(move |app| async move {
        let endpoints = &app.administration.endpoints;
        endpoints.redeliver(delivery, change).await
    });
    run.await?;
    Ok(done(&console, "console.delivery_begins_anew", &path_of(id)))
}
