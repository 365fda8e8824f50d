//! What was redeemed, row by row and in numbers.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, RecordedUsage, UsageDays, UsageFilter};
use ferroboard_kernel::{GiftTemplateId, UserId};

use super::ways;
use crate::console::asked::Filter;
use crate::console::cell::Cell;
use crate::console::frame::{Console, Part, Story};
use crate::console::list_page::{Column, Noun, PAGED};
use crate::console::lists::{self, Wanted};
use crate::failure::PageResult;
use crate::list::Cell as Drawn;
use crate::routes::{at, page};

const NOUN: Noun<RecordedUsage> = Noun {
    path: "gift-cards/uses",
    title: "console.gift_uses",
    section: "/gift-cards",
    listing: &PAGED,
    columns: &[
        Column::new("id", "console.id", |row: &RecordedUsage| {
            Cell::Number(row.id.get())
        }),
        Column::new("code", "console.code", |row: &RecordedUsage| {
            Cell::text(row.code.as_deref())
        }),
        Column::new(
            "template",
            "console.gift_template",
            |row: &RecordedUsage| Cell::text(row.template.as_deref()),
        ),
        Column::new("user", "console.user", |row: &RecordedUsage| {
            Cell::text(row.email.as_deref())
        }),
        Column::new("got", "console.got", |row: &RecordedUsage| {
            Cell::text(row.rewards.as_deref())
        }),
        Column::new("inviter", "console.inviter", |row: &RecordedUsage| {
            Cell::text(row.inviter.as_deref())
        }),
        Column::new(
            "inviter_got",
            "console.inviter_got",
            |row: &RecordedUsage| Cell::text(row.inviter_rewards.as_deref()),
        )
        .hidden(),
        Column::new("at", "console.when", |row: &RecordedUsage| {
            Cell::time(Some(row.created_at.get()))
        }),
    ],
    filters: &[
        Filter::number("template", "console.gift_template_id"),
        Filter::number("user", "console.user_id"),
    ],
    key: |row: &RecordedUsage| row.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/gift-cards/uses").route(page().to(list)))
        .service(at("/{console}/gift-cards/statistics").route(page().to(statistics)));
}

async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        let filter = UsageFilter {
            template: wanted.query.number("f_template").map(GiftTemplateId::new),
            user: wanted.query.number("f_user").map(UserId::new),
        };
        app.administration
            .gift_uses
            .list(&filter, wanted.page)
            .await
    };
    lists::answer(
        &console,
        &NOUN,
        fetch,
        |shape, _| {
            shape.tools = ways(&console);
            shape
                .tools
                .push(console.link("layout.statistics", "gift-cards/statistics"));
        },
        |_| Vec::new(),
    )
    .await
}

async fn statistics(console: Console) -> PageResult {
    let run = console.run(|app| async move {
        app.administration
            .gift_uses
            .statistics(UsageDays::default())
            .await
    });
    let found = run.await?;
    let totals = found.totals;
    let facts = [
        ("console.gift_templates", totals.templates),
        ("console.active_templates", totals.active_templates),
        ("console.cards", totals.codes),
        ("console.card_used", totals.used_codes),
        ("console.uses", totals.usages),
    ];
    let facts = facts
        .iter()
        .map(|(name, count)| console.fact(name, &Cell::Number(*count)));
    let days = found.days.iter().rev();
    let days = days.map(|(day, count)| vec![Drawn::text(day), Drawn::text(count)]);
    let templates = found.templates.iter().map(|uses| {
        let name = uses.template.as_ref().map(|(name, _)| name.as_str());
        vec![console.drawn(&Cell::text(name)), Drawn::text(uses.count)]
    });
    let part = |title: &str, head: &str, rows: Vec<Vec<Drawn>>| Part {
        title: console.t(title),
        heads: vec![console.t(head), console.t("console.uses")],
        rows,
        more: None,
    };
    let parts = vec![
        part("console.by_day", "console.day", days.collect()),
        part(
            "console.gift_templates",
            "console.name",
            templates.collect(),
        ),
    ];
    console.show_story(Story {
        section: "/gift-cards",
        title: console.t("layout.statistics"),
        tools: ways(&console),
        facts: facts.collect(),
        parts,
    })
}
