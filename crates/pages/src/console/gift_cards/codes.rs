//! The cards.

use std::sync::Arc;

use actix_web::Responder as _;
use actix_web::web::{Bytes, ServiceConfig};
use ferroboard_application::{Application, CardFilter, MadeBatch, OfferedCard};
use ferroboard_giftcard::CardStatus;
use ferroboard_kernel::{GiftCardId, GiftTemplateId, UnixSeconds};
use ferroboard_web::forms::{GenerateCodes, UpdateCode};
use ferroboard_web::{Csv, CsvFile, Fault};
use futures_util::stream;
use serde_json::json;

use super::{templates, ways};
use crate::console::asked::{Filter, FilterKind};
use crate::console::cell::Cell;
use crate::console::form_page::{Field, FieldKind, Form};
use crate::console::forms::{done, save as save_form};
use crate::console::frame::{Console, FormShape, Part, Sent, Story};
use crate::console::guard::Changing;
use crate::console::list_page::{Column, Noun, PAGED};
use crate::console::lists::{self, Wanted};
use crate::console::under_way;
use crate::failure::{Failure, PageResult};
use crate::list::{Cell as Drawn, Tone};
use crate::routes::{at, form, page};

const STATUSES: &[(i64, &str, Tone)] = &[
    (0, "console.card_unused", Tone::Good),
    (1, "console.card_used", Tone::Plain),
    (2, "console.card_expired", Tone::Plain),
    (3, "console.card_off", Tone::Bad),
];
/// Codes that are shown at once after they were made; the table has all of them.
const SHOWN: usize = 500;

const NOUN: Noun<OfferedCard> = Noun {
    path: "gift-cards/codes",
    title: "console.gift_codes",
    section: "/gift-cards",
    listing: &PAGED,
    columns: &[
        Column::new("id", "console.id", |row: &OfferedCard| {
            Cell::Number(row.record.card.id.get())
        }),
        Column::new("code", "console.code", |row: &OfferedCard| {
            Cell::Text(row.record.card.code.clone())
        }),
        Column::new("template", "console.gift_template", |row: &OfferedCard| {
            Cell::text(
                row.template
                    .as_ref()
                    .map(|record| record.template.name.as_str()),
            )
        }),
        Column::new("batch", "console.batch", |row: &OfferedCard| {
            row.record.batch.as_ref().map_or(Cell::Nothing, |batch| {
                Cell::link(format!("gift-cards/codes?f_batch={batch}"), batch)
            })
        }),
        Column::new("state", "console.state", |row: &OfferedCard| {
            Cell::word(row.record.card.status.code(), STATUSES)
        }),
        Column::new("uses", "console.uses", |row: &OfferedCard| {
            let card = &row.record.card;
            Cell::Text(format!("{} / {}", card.usage_count, card.max_usage))
        }),
        Column::new("user", "console.user", |row: &OfferedCard| {
            row.user.as_ref().map_or(Cell::Nothing, |user| {
                Cell::user(user.id.get(), Some(&user.email))
            })
        }),
        Column::new("end", "console.ends", |row: &OfferedCard| {
            Cell::time(row.record.card.expires_at.map(UnixSeconds::get))
        }),
        Column::new("created", "console.created", |row: &OfferedCard| {
            Cell::time(Some(row.record.created_at.get()))
        })
        .hidden(),
    ],
    filters: &[
        Filter::number("template", "console.gift_template_id"),
        Filter::text("batch", "console.batch"),
        Filter::new(
            "status",
            "console.state",
            FilterKind::Choice(&[
                ("0", "console.card_unused"),
                ("1", "console.card_used"),
                ("2", "console.card_expired"),
                ("3", "console.card_off"),
            ]),
        ),
    ],
    key: |row: &OfferedCard| row.record.card.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/gift-cards/codes").route(page().to(list)))
        .service(
            at("/{console}/gift-cards/codes/new")
                .route(page().to(fresh))
                .route(form().to(generate)),
        )
        .service(at("/{console}/gift-cards/codes/save").route(form().to(save)))
        .service(at("/{console}/gift-cards/codes/switch").route(form().to(switch)))
        .service(at("/{console}/gift-cards/codes/delete").route(form().to(delete)))
        .service(at("/{console}/gift-cards/codes/edit").route(page().to(edit)))
        .service(at("/{console}/gift-cards/batches/{batch}").route(page().to(table)));
}

async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        let filter = CardFilter {
            template: wanted.query.number("f_template").map(GiftTemplateId::new),
            batch: wanted.query.get("f_batch").map(str::to_owned),
            status: wanted
                .query
                .number("f_status")
                .and_then(CardStatus::from_code),
        };
        app.administration
            .gift_codes
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
                .push(console.link("console.make_cards", "gift-cards/codes/new"));
        },
        |row| {
            let card = &row.record.card;
            let is_off = card.status == CardStatus::Disabled;
            let text = if is_off {
                "console.switch_on"
            } else {
                "console.switch_off"
            };
            let switch = console
                .button(text, "gift-cards/codes/switch")
                .sending("id", card.id);
            let delete = console.danger("layout.delete", "gift-cards/codes/delete");
            let end = card.expires_at.map_or(0, UnixSeconds::get);
            let edit = format!(
                "gift-cards/codes/edit?id={}&uses={}&end={end}&status={}",
                card.id,
                card.max_usage,
                card.status.code(),
            );
            vec![
                console.link("layout.edit", &edit),
                Drawn::Buttons(vec![
                    switch.sending("on", i32::from(is_off)),
                    delete.sending("id", card.id),
                ]),
            ]
        },
    )
    .await
}

async fn fields(console: &Console) -> Result<Vec<Field>, Failure> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    let choices = templates::choices_of(console).await?;
    Ok(vec![
        field(
            "template_id",
            "console.gift_template",
            FieldKind::Choice(choices),
        )
        .required(),
        field("count", "console.how_many", FieldKind::Number).required(),
        field("prefix", "console.prefix", FieldKind::Line),
        field("expires_hours", "console.valid_hours", FieldKind::Number)
            .hinted("console.empty_is_unlimited", spelling),
        field("max_usage", "console.uses_each_card", FieldKind::Number),
    ])
}

fn shape() -> FormShape {
    let back = "gift-cards/codes";
    FormShape::new(
        "/gift-cards",
        "console.make_cards",
        "gift-cards/codes/new",
        back,
    )
}

async fn fresh(console: Console) -> PageResult {
    let template = console.query().get("template").map(str::to_owned);
    let values = json!({"template_id": template, "count": 10, "prefix": "GC", "max_usage": 1});
    let form = Form::filled(fields(&console).await?, &values, console.spelling);
    console.show_form(&shape(), &form)
}

async fn generate(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let form = Form::typed(fields(&console).await?, &sent.0);
    let total = |body: &GenerateCodes| u64::try_from(body.count()).unwrap_or_default();
    let shape = shape();
    let made = under_way::submit(
        &console,
        &shape,
        form,
        total,
        move |app, body: GenerateCodes, progress| async move {
            let codes = &app.administration.gift_codes;
            let made = codes.generate(body.into_batch(), change).await?;
            // One statement writes them all.
            progress.add(u64::try_from(made.cards.codes.len()).unwrap_or_default());
            Ok(made)
        },
        told,
    );
    made.await
}

/// What was made.
fn told(console: &Console, made: &MadeBatch) -> Story {
    let batch = made.cards.batch.as_str();
    let codes = made.cards.codes.iter().take(SHOWN);
    Story {
        section: "/gift-cards",
        title: console.t("console.cards_made"),
        tools: ways(console),
        facts: vec![
            console.fact(
                "console.gift_template",
                &Cell::Text(made.template.name.clone()),
            ),
            console.fact("console.batch", &Cell::Text(batch.to_owned())),
            (
                console.t("console.how_many"),
                Drawn::text(made.cards.codes.len()),
            ),
        ],
        parts: vec![Part {
            title: console.t("console.gift_codes"),
            heads: vec![console.t("console.code")],
            rows: codes.map(|code| vec![Drawn::text(code.as_str())]).collect(),
            more: Some(console.to(&format!("gift-cards/batches/{batch}"))),
        }],
    }
}

/// The codes of a batch as a table.
async fn table(console: Console) -> PageResult {
    let batch = console.request().match_info().get("batch");
    let batch = batch.unwrap_or_default().to_owned();
    let named = batch.clone();
    let run = console
        .run(move |app| async move { app.administration.gift_codes.begin_export(&named).await });
    let (first, panel) = (run.await?, console.panel.clone());
    let mut head = Csv::shown();
    head.line([console.t("console.code")]);
    let head = Bytes::from(format!("\u{feff}{}", head.into_text()));
    let is_plain = |character: &char| character.is_ascii_alphanumeric() || *character == '_';
    let name: String = batch.chars().filter(is_plain).collect();
    let lines = stream::try_unfold((panel, batch, first), |(panel, batch, codes)| async move {
        let Some(last) = codes.last().map(|(id, _)| *id) else {
            return Ok(None);
        };
        let mut csv = Csv::shown();
        for (_, code) in &codes {
            csv.line([code]);
        }
        let named = batch.clone();
        let run = panel.run(move |app| async move {
            app.administration.gift_codes.export(&named, last).await
        });
        let next = run.await?;
        Ok::<_, Fault>(Some((Bytes::from(csv.into_text()), (panel, batch, next))))
    });
    Ok(CsvFile::streamed(format!("{name}.csv"), head, lines).respond_to(console.request()))
}

fn card_fields(console: &Console) -> Vec<Field> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    let statuses = STATUSES
        .iter()
        .map(|(code, text, _)| (code.to_string(), console.t(text)));
    vec![
        Field::called("id", String::new(), FieldKind::Hidden),
        field("expires_at", "console.ends", FieldKind::Time).hinted("console.ends_hint", spelling),
        field("max_usage", "console.uses_each_card", FieldKind::Number).required(),
        field(
            "status",
            "console.state",
            FieldKind::Choice(statuses.collect()),
        )
        .required(),
    ]
}

fn card_shape() -> FormShape {
    let back = "gift-cards/codes";
    FormShape::new(
        "/gift-cards",
        "console.edit_card",
        "gift-cards/codes/save",
        back,
    )
}

/// The form of a card. The list has no way to one card, so that its row says what stands in it.
async fn edit(console: Console) -> PageResult {
    let query = console.query();
    let values = json!({
        "id": query.get("id"),
        "max_usage": query.number("uses"),
        "expires_at": query.number("end").filter(|end| *end != 0),
        "status": query.get("status"),
    });
    let form = Form::filled(card_fields(&console), &values, console.spelling).only_changes();
    console.show_form(&card_shape(), &form)
}

async fn save(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let form = Form::typed(card_fields(&console), &sent.0);
    save_form(
        &console,
        &card_shape(),
        form,
        move |app, body: UpdateCode| async move {
            let (id, said) = body.into_change();
            app.administration.gift_codes.change(id, said, change).await
        },
    )
    .await
}

async fn switch(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let (id, on) = (GiftCardId::new(sent.id()?), sent.text("on") == "1");
    let run = console
        .run(move |app| async move { app.administration.gift_codes.switch(id, on, change).await });
    run.await?;
    Ok(done(&console, "layout.saved", "gift-cards/codes"))
}

async fn delete(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = GiftCardId::new(sent.id()?);
    let run = console
        .run(move |app| async move { app.administration.gift_codes.delete(id, change).await });
    run.await?;
    Ok(done(&console, "layout.deleted", "gift-cards/codes"))
}
