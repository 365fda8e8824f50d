//! Traffic that was counted anew: the log, and counting it anew by hand.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, RESET_LOG, ResetFilter, ResetLogView};
use ferroboard_kernel::{UnixSeconds, UserId};

use super::asked::{Filter, FilterKind, ListQuery};
use super::cell::Cell;
use super::forms::done;
use super::frame::{Console, Sent};
use super::guard::Changing;
use super::instant;
use super::list_page::{Column, Noun};
use super::lists::{self, Wanted};
use crate::failure::PageResult;
use crate::list::Tone;
use crate::routes::{at, form, page};

/// Words of the table, and ours.
type Words = &'static [(&'static str, &'static str)];

/// Methods: the table's word, and ours.
const KINDS: &[(&str, &str)] = &[
    ("monthly", "console.reset_monthly"),
    ("first_day_month", "console.reset_first_of_month"),
    ("yearly", "console.reset_yearly"),
    ("first_day_year", "console.reset_first_of_year"),
    ("manual", "console.by_hand"),
    ("purchase", "console.reset_on_purchase"),
];
/// Causes.
const SOURCES: &[(&str, &str)] = &[
    ("auto", "console.source_auto"),
    ("manual", "console.by_hand"),
    ("api", "console.source_api"),
    ("cron", "console.source_cron"),
    ("user_access", "console.source_access"),
    ("order", "console.source_order"),
    ("gift_card", "console.source_gift_card"),
];

fn named(words: Words, word: &str) -> Cell {
    let known = words.iter().find(|(known, _)| *known == word);
    known.map_or_else(
        || Cell::Text(word.to_owned()),
        |(_, text)| Cell::Word(text, Tone::Plain),
    )
}

/// Under which method.
pub(super) fn kind(reset: &ResetLogView) -> Cell {
    named(KINDS, &reset.kind)
}

/// For which cause.
pub(super) fn source(reset: &ResetLogView) -> Cell {
    named(SOURCES, &reset.source)
}

const NOUN: Noun<ResetLogView> = Noun {
    path: "resets",
    title: "layout.resets",
    section: "/resets",
    listing: &RESET_LOG,
    columns: &[
        Column::new("at", "console.when", |row: &ResetLogView| {
            Cell::time(row.at.map(UnixSeconds::get))
        }),
        Column::new("user", "console.user", |row: &ResetLogView| {
            Cell::user(row.user.get(), row.email.as_deref())
        }),
        Column::new("kind", "console.kind", kind),
        Column::new("source", "console.source", source),
        Column::new("before", "console.before", |row: &ResetLogView| {
            Cell::Bytes(row.before.total)
        }),
        Column::new("after", "console.after", |row: &ResetLogView| {
            Cell::Bytes(row.after.total)
        })
        .hidden(),
        Column::new("note", "console.note", |row: &ResetLogView| {
            Cell::text(row.note.as_deref())
        }),
    ],
    filters: &[
        Filter::text("email", "console.email"),
        Filter::number("user", "console.user_id"),
        Filter::new("kind", "console.kind", FilterKind::Choice(KINDS)),
        Filter::new("source", "console.source", FilterKind::Choice(SOURCES)),
        Filter::new("from", "console.from", FilterKind::Time),
        Filter::new("until", "console.until", FilterKind::Time),
    ],
    key: |row: &ResetLogView| row.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/resets").route(page().to(list)))
        .service(at("/{console}/resets/reset").route(form().to(reset)));
}

fn filter(query: &ListQuery, zone: ferroboard_kernel::Zone) -> ResetFilter {
    let one_of = |words: Words, word: &str| {
        let known = words.iter().find(|(known, _)| *known == word);
        known.map(|(known, _)| *known)
    };
    let text = |name: &str| query.get(name);
    let at = |name: &str| instant::parsed(text(name)?, zone).map(UnixSeconds::new);
    ResetFilter {
        user: query.number("f_user").map(UserId::new),
        email: text("f_email").map(str::to_owned),
        kind: text("f_kind").and_then(|word| one_of(KINDS, word)),
        source: text("f_source").and_then(|word| one_of(SOURCES, word)),
        from: at("f_from"),
        until: at("f_until"),
    }
}

async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        let filter = filter(&wanted.query, wanted.spelling.zone);
        app.administration.resets.list(&filter, wanted.page).await
    };
    let counts = console.run(|app| async move { app.administration.resets.count(30).await });
    let counts = counts.await?;
    lists::answer(
        &console,
        &NOUN,
        fetch,
        |shape, _| {
            let hint = console.t("console.resets_of_days");
            let hint = hint.replace("{all}", &counts.all.to_string());
            shape.hint = hint.replace("{manual}", &counts.manual.to_string());
        },
        |_| Vec::new(),
    )
    .await
}

async fn reset(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let user = UserId::new(sent.id()?);
    let run = console
        .run(move |app| async move { app.administration.resets.reset(user, None, change).await });
    run.await?;
    Ok(done(
        &console,
        "console.traffic_is_reset",
        &format!("users/{user}"),
    ))
}
