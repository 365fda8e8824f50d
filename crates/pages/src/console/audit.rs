//! What operators did, with what it changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{AUDIT_LOG, Application, AuditFilter, AuditView};
use ferroboard_audit::Outcome;
use ferroboard_kernel::UserId;
use serde_json::{Map, Value};

use super::asked::Filter;
use super::cell::Cell;
use super::frame::Console;
use super::list_page::{Column, Noun};
use super::lists::{self, Wanted};
use crate::failure::PageResult;
use crate::list::Tone;
use crate::routes::{at, page};

/// How many characters of a value are shown.
const SHOWN: usize = 200;

fn outcome(row: &AuditView) -> Cell {
    match row.outcome() {
        Outcome::Succeeded => Cell::Word("console.succeeded", Tone::Good),
        Outcome::Refused => Cell::Word("console.refused", Tone::Warn),
        Outcome::Failed => Cell::Word("console.failed", Tone::Bad),
        Outcome::Unknown => Cell::Word("console.unanswered", Tone::Warn),
    }
}

/// What it changed: each member that differs, as it was and became.
fn changes(row: &AuditView) -> Cell {
    let Some((before, after)) = &row.change else {
        return Cell::Nothing;
    };
    let members = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let (before, after) = (members(before), members(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let lines = names.into_iter().map(|name| {
        let shown = |members: &Map<String, Value>| members.get(name).map_or("–".to_owned(), short);
        format!("{name}: {} → {}", shown(&before), shown(&after))
    });
    Cell::Text(lines.collect::<Vec<_>>().join("; "))
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

const NOUN: Noun<AuditView> = Noun {
    path: "audit",
    title: "layout.audit",
    section: "/audit",
    listing: &AUDIT_LOG,
    columns: &[
        Column::new("at", "console.when", |row: &AuditView| {
            Cell::time(Some(row.created_at.get()))
        }),
        Column::new("admin", "console.admin", |row: &AuditView| {
            Cell::user(row.admin.get(), row.email.as_deref())
        }),
        Column::new("action", "console.action", |row: &AuditView| {
            Cell::Text(row.action.clone())
        }),
        Column::new("outcome", "console.outcome", outcome),
        Column::new("changes", "console.changes", changes),
        Column::new("input", "console.input", |row: &AuditView| {
            Cell::text(row.input.as_deref())
        })
        .hidden(),
        Column::new("uri", "console.uri", |row: &AuditView| {
            Cell::Text(row.uri.clone())
        })
        .hidden(),
        Column::new("address", "console.address", |row: &AuditView| {
            Cell::text(row.address.as_deref())
        }),
    ],
    filters: &[
        Filter::text("action", "console.action"),
        Filter::number("admin", "console.admin_id"),
        Filter::text("keyword", "console.keyword"),
    ],
    key: |row: &AuditView| row.id.to_string(),
};

/// Mounts the page.
pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(at("/{console}/audit").route(page().to(list)));
}

async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        let text = |name: &str| wanted.query.get(name).map(str::to_owned);
        let filter = AuditFilter {
            action: text("f_action"),
            admin: wanted.query.number("f_admin").map(UserId::new),
            keyword: text("f_keyword"),
        };
        app.administration.audit.list(filter, wanted.page).await
    };
    lists::answer(&console, &NOUN, fetch, |_, _| {}, |_| Vec::new()).await
}
