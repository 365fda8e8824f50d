//! The templates of gift cards.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, OfferedTemplate, TemplateFilter};
use ferroboard_kernel::GiftTemplateId;
use ferroboard_listing::PageRule;
use ferroboard_web::forms::{CreateTemplate, UpdateTemplate};
use serde_json::{Value, json};

use super::ways;
use crate::console::asked::{Filter, FilterKind};
use crate::console::cell::Cell;
use crate::console::choices;
use crate::console::form_page::{Field, FieldKind, Form};
use crate::console::forms::{done, save as save_form};
use crate::console::frame::{Console, FormShape, RowId, Sent};
use crate::console::guard::Changing;
use crate::console::list_page::{Column, Noun, PAGED};
use crate::console::lists::{self, Wanted};
use crate::failure::{Failure, PageResult};
use crate::list::{Cell as Drawn, Tone};
use crate::routes::{at, form, page};

const KINDS: &[(i64, &str, Tone)] = &[
    (1, "console.gift_general", Tone::Plain),
    (2, "console.gift_plan", Tone::Plain),
    (3, "console.gift_mystery", Tone::Plain),
];
/// How many templates are looked through for one.
const ALL: PageRule = PageRule::new(1_000, 1, 1_000);

const NOUN: Noun<OfferedTemplate> = Noun {
    path: "gift-cards",
    title: "console.gift_templates",
    section: "/gift-cards",
    listing: &PAGED,
    columns: &[
        Column::new("id", "console.id", |row: &OfferedTemplate| {
            Cell::Number(row.record.template.id.get())
        }),
        Column::new("name", "console.name", |row: &OfferedTemplate| {
            let template = &row.record.template;
            Cell::link(format!("gift-cards/{}", template.id), &template.name)
        }),
        Column::new("kind", "console.kind", |row: &OfferedTemplate| {
            Cell::word(row.record.template.kind.code(), KINDS)
        }),
        Column::new("on", "console.usable", |row: &OfferedTemplate| {
            Cell::flag(row.record.template.enabled)
        }),
        Column::new("cards", "console.cards", |row: &OfferedTemplate| {
            Cell::Number(row.cards)
        }),
        Column::new("uses", "console.uses", |row: &OfferedTemplate| {
            Cell::Number(row.uses)
        }),
        Column::new("place", "console.place", |row: &OfferedTemplate| {
            Cell::Number(row.record.sort)
        })
        .hidden(),
        Column::new("created", "console.created", |row: &OfferedTemplate| {
            Cell::time(Some(row.record.created_at.get()))
        }),
    ],
    filters: &[
        Filter::new(
            "kind",
            "console.kind",
            FilterKind::Choice(&[
                ("1", "console.gift_general"),
                ("2", "console.gift_plan"),
                ("3", "console.gift_mystery"),
            ]),
        ),
        Filter::new(
            "on",
            "console.usable",
            FilterKind::Choice(&[("1", "layout.yes"), ("0", "layout.no")]),
        ),
    ],
    key: |row: &OfferedTemplate| row.record.template.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/gift-cards").route(page().to(list)))
        .service(at("/{console}/gift-cards/new").route(page().to(fresh)))
        .service(at("/{console}/gift-cards/save").route(form().to(save)))
        .service(at("/{console}/gift-cards/delete").route(form().to(delete)))
        .service(at("/{console}/gift-cards/{id}").route(page().to(edit)));
}

async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        let filter = TemplateFilter {
            kind: wanted.query.number("f_kind"),
            enabled: wanted.query.number("f_on").map(|on| on == 1),
        };
        app.administration
            .gift_templates
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
                .push(console.link("layout.new", "gift-cards/new"));
        },
        |row| {
            let id = row.record.template.id;
            let generate = console.to(&format!("gift-cards/codes/new?template={id}"));
            let links = Drawn::Links(vec![(generate, console.t("console.make_cards"))]);
            let delete = console
                .danger("layout.delete", "gift-cards/delete")
                .sending("id", id);
            vec![links, Drawn::Buttons(vec![delete])]
        },
    )
    .await
}

/// All templates as choices.
pub(super) async fn choices_of(console: &Console) -> Result<Vec<(String, String)>, Failure> {
    let named = all(console).await?.into_iter().map(|row| {
        let template = row.record.template;
        (template.id.to_string(), template.name)
    });
    Ok(named.collect())
}

async fn all(console: &Console) -> Result<Vec<OfferedTemplate>, Failure> {
    let run = console.run(|app| async move {
        let filter = TemplateFilter::default();
        let page = ALL.page(None, None);
        app.administration.gift_templates.list(&filter, page).await
    });
    Ok(run.await?.rows)
}

#[allow(
    clippy::too_many_lines,
    reason = "a list of fields, one after the other"
)]
async fn fields(console: &Console) -> Result<Vec<Field>, Failure> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    let kinds = KINDS
        .iter()
        .map(|(code, text, _)| (code.to_string(), console.t(text)));
    let plans = choices::plans(console).await?;
    Ok(vec![
        Field::called("id", String::new(), FieldKind::Hidden),
        field("name", "console.name", FieldKind::Line).required(),
        field("type", "console.kind", FieldKind::Choice(kinds.collect())).required(),
        field("description", "console.description", FieldKind::Area(3)),
        field("status", "console.usable", FieldKind::Flag),
        field("rewards.balance", "console.gift_balance", FieldKind::Money),
        field(
            "rewards.transfer_enable",
            "console.gift_traffic",
            FieldKind::Gigabytes,
        ),
        field(
            "rewards.expire_days",
            "console.gift_days",
            FieldKind::Number,
        ),
        field(
            "rewards.device_limit",
            "console.device_limit",
            FieldKind::Number,
        ),
        field(
            "rewards.reset_package",
            "console.gift_reset",
            FieldKind::Flag,
        ),
        field(
            "rewards.plan_id",
            "console.plan",
            FieldKind::Choice(plans.clone()),
        ),
        field(
            "rewards.plan_validity_days",
            "console.gift_plan_days",
            FieldKind::Number,
        ),
        field(
            "rewards.invite_reward_rate",
            "console.gift_inviter_share",
            FieldKind::Fraction,
        )
        .hinted("console.gift_share_hint", spelling),
        field(
            "rewards.random_rewards",
            "console.gift_outcomes",
            FieldKind::Json,
        )
        .hinted("console.gift_outcomes_hint", spelling),
        field(
            "conditions.new_user_only",
            "console.gift_new_only",
            FieldKind::Flag,
        ),
        field(
            "conditions.paid_user_only",
            "console.gift_paid_only",
            FieldKind::Flag,
        ),
        field(
            "conditions.require_invite",
            "console.gift_invited_only",
            FieldKind::Flag,
        ),
        field(
            "conditions.new_user_max_days",
            "console.gift_new_days",
            FieldKind::Number,
        ),
        field(
            "conditions.allowed_plans",
            "console.gift_allowed_plans",
            FieldKind::Several(plans),
        ),
        field(
            "limits.max_use_per_user",
            "console.uses_each",
            FieldKind::Number,
        ),
        field(
            "limits.cooldown_hours",
            "console.gift_cooldown",
            FieldKind::Fraction,
        ),
        field(
            "special_config.start_time",
            "console.gift_festival_start",
            FieldKind::Time,
        ),
        field(
            "special_config.end_time",
            "console.gift_festival_end",
            FieldKind::Time,
        ),
        field(
            "special_config.festival_bonus",
            "console.gift_festival_bonus",
            FieldKind::Fraction,
        ),
        field("icon", "console.icon", FieldKind::Line),
        field("background_image", "console.picture", FieldKind::Line),
        field("theme_color", "console.colour", FieldKind::Line),
        field("sort", "console.place", FieldKind::Number),
    ])
}

fn shape() -> FormShape {
    FormShape::new(
        "/gift-cards",
        "console.gift_template",
        "gift-cards/save",
        "gift-cards",
    )
}

async fn fresh(console: Console) -> PageResult {
    let values = json!({"type": "1", "status": true, "sort": 0});
    let form = Form::filled(fields(&console).await?, &values, console.spelling);
    console.show_form(&shape(), &form)
}

async fn edit(console: Console, RowId(id): RowId) -> PageResult {
    let id = GiftTemplateId::new(id);
    let mut found = all(&console).await?.into_iter();
    let found = found.find(|row| row.record.template.id == id);
    let record = found.ok_or(Failure::Unknown)?.record;
    let template = record.template;
    let terms = |text: &Option<String>| {
        let text = text.as_deref();
        text.and_then(|text| serde_json::from_str::<Value>(text).ok())
    };
    let values = json!({
        "id": id.get().to_string(),
        "name": template.name,
        "type": template.kind.code().to_string(),
        "description": template.description,
        "status": template.enabled,
        "rewards": terms(&template.rewards),
        "conditions": terms(&template.conditions),
        "limits": terms(&template.limits),
        "special_config": terms(&template.special_config),
        "icon": template.icon,
        "background_image": template.background_image,
        "theme_color": template.theme_color,
        "sort": record.sort,
    });
    let form = Form::filled(fields(&console).await?, &values, console.spelling).only_changes();
    console.show_form(&shape(), &form)
}

async fn save(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let form = Form::typed(fields(&console).await?, &sent.0);
    if sent.number("id").is_none() {
        return save_form(
            &console,
            &shape(),
            form,
            move |app, body: CreateTemplate| async move {
                let templates = &app.administration.gift_templates;
                templates.create(body.into_template(), change).await
            },
        )
        .await;
    }
    save_form(
        &console,
        &shape(),
        form,
        move |app, body: UpdateTemplate| async move {
            let (id, said) = body.into_change();
            app.administration
                .gift_templates
                .change(id, said, change)
                .await
        },
    )
    .await
}

async fn delete(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = GiftTemplateId::new(sent.id()?);
    let run = console
        .run(move |app| async move { app.administration.gift_templates.delete(id, change).await });
    run.await?;
    Ok(done(&console, "layout.deleted", "gift-cards"))
}
