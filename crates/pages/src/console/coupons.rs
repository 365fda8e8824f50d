//! Coupons.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, COUPONS};
use ferroboard_billing::{Coupon, Discount, NewCodes};
use ferroboard_kernel::CouponId;
use ferroboard_listing::{Asked, AskedFilter, Given};
use ferroboard_web::forms::GenerateCoupons;
use ferroboard_web::list_refused;
use serde_json::{Value, json};

use super::asked::{Filter, FilterKind};
use super::cell::Cell;
use super::choices;
use super::form_page::{Field, FieldKind, Form};
use super::forms::{Outcome, done, submit};
use super::frame::{Console, FormShape, Part, RowId, Sent, Story};
use super::guard::Changing;
use super::list_page::{Column, Noun};
use super::lists::{self, Wanted};
use crate::failure::{Failure, PageResult};
use crate::list::Cell as Drawn;
use crate::routes::{at, form, page};

const NOUN: Noun<Coupon> = Noun {
    path: "coupons",
    title: "layout.coupons",
    section: "/coupons",
    listing: &COUPONS,
    columns: &[
        Column::new("id", "console.id", |row: &Coupon| {
            Cell::Number(row.id.get())
        })
        .by("id"),
        Column::new("name", "console.name", |row: &Coupon| {
            Cell::link(format!("coupons/{}", row.id), &row.name)
        })
        .by("name"),
        Column::new("code", "console.code", |row: &Coupon| {
            Cell::Text(row.code.clone())
        })
        .by("code"),
        Column::new("off", "console.takes_off", |row: &Coupon| {
            match row.discount {
                Discount::Amount(cents) => Cell::Money(cents.get()),
                share => Cell::Percent(share.value()),
            }
        })
        .by("value"),
        Column::new("uses", "console.uses_left", |row: &Coupon| {
            Cell::number(row.limit_use)
        })
        .by("limit_use"),
        Column::new("start", "console.starts", |row: &Coupon| {
            Cell::time(Some(row.started_at.get()))
        })
        .by("started_at"),
        Column::new("end", "console.ends", |row: &Coupon| {
            Cell::time(Some(row.ended_at.get()))
        })
        .by("ended_at"),
        Column::new("show", "console.usable", |row: &Coupon| {
            Cell::flag(row.show)
        })
        .by("show"),
        Column::new("created", "console.created", |row: &Coupon| {
            Cell::time(Some(row.created_at.get()))
        })
        .by("created_at")
        .hidden(),
    ],
    filters: &[
        Filter::text("name", "console.name"),
        Filter::text("code", "console.code"),
        Filter::new(
            "type",
            "console.kind",
            FilterKind::Choice(&[
                ("1", "console.coupon_amount"),
                ("2", "console.coupon_share"),
            ]),
        ),
        Filter::new(
            "show",
            "console.usable",
            FilterKind::Choice(&[("1", "layout.yes"), ("0", "layout.no")]),
        ),
    ],
    key: |row: &Coupon| row.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/coupons").route(page().to(list)))
        .service(at("/{console}/coupons/new").route(page().to(fresh)))
        .service(at("/{console}/coupons/save").route(form().to(save)))
        .service(at("/{console}/coupons/show").route(form().to(turn)))
        .service(at("/{console}/coupons/delete").route(form().to(delete)))
        .service(at("/{console}/coupons/{id}").route(page().to(edit)));
}

async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        app.administration.coupons.list(wanted.request).await
    };
    lists::answer(
        &console,
        &NOUN,
        fetch,
        |shape, _| shape.tools.push(console.link("layout.new", "coupons/new")),
        |row| {
            let text = if row.show {
                "console.hide"
            } else {
                "console.show"
            };
            let turn = console.button(text, "coupons/show");
            let turn = turn
                .sending("id", row.id)
                .sending("show", i32::from(!row.show));
            let delete = console
                .danger("layout.delete", "coupons/delete")
                .sending("id", row.id);
            vec![Drawn::Buttons(vec![turn, delete])]
        },
    )
    .await
}

async fn fields(console: &Console, is_new: bool) -> Result<Vec<Field>, Failure> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    let kinds = vec![
        ("1".to_owned(), console.t("console.coupon_amount")),
        ("2".to_owned(), console.t("console.coupon_share")),
    ];
    let mut fields = vec![
        Field::called("id", String::new(), FieldKind::Hidden),
        field("name", "console.name", FieldKind::Line).required(),
        field("code", "console.code", FieldKind::Line).hinted("console.drawn_hint", spelling),
        field("type", "console.kind", FieldKind::Choice(kinds)).required(),
        field("value", "console.takes_off", FieldKind::Number)
            .required()
            .hinted("console.coupon_value_hint", spelling),
        field("started_at", "console.starts", FieldKind::Time).required(),
        field("ended_at", "console.ends", FieldKind::Time).required(),
        field("limit_use", "console.uses_left", FieldKind::Number)
            .hinted("console.empty_is_unlimited", spelling),
        field(
            "limit_use_with_user",
            "console.uses_each",
            FieldKind::Number,
        )
        .hinted("console.empty_is_unlimited", spelling),
        field(
            "limit_plan_ids",
            "layout.plans",
            FieldKind::Several(choices::plans(console).await?),
        ),
        field(
            "limit_period",
            "console.periods",
            FieldKind::Several(choices::periods(console)),
        ),
    ];
    if is_new {
        let count = field("generate_count", "console.how_many", FieldKind::Number);
        fields.push(count.hinted("console.how_many_coupons_hint", spelling));
    }
    Ok(fields)
}

fn shape(is_new: bool) -> FormShape {
    let title = if is_new {
        "console.new_coupon"
    } else {
        "console.edit_coupon"
    };
    FormShape::new("/coupons", title, "coupons/save", "coupons")
}

async fn fresh(console: Console) -> PageResult {
    let now = console.panel.application().administration.users.now().get();
    let values = json!({"type": "1", "started_at": now, "ended_at": now + 30 * 86_400});
    let form = Form::filled(fields(&console, true).await?, &values, console.spelling);
    console.show_form(&shape(true), &form)
}

async fn find(console: &Console, id: i64) -> Result<Coupon, Failure> {
    let asked = Asked {
        rows: Some(1),
        filters: vec![AskedFilter::new("id", Given::Many(vec![id.to_string()]))],
        ..Asked::default()
    };
    let request = COUPONS.judge(&asked);
    let request = request.map_err(|error| Failure::Fault(list_refused(error)))?;
    let run = console.run(move |app| async move { app.administration.coupons.list(request).await });
    run.await?.rows.pop().ok_or(Failure::Unknown)
}

async fn edit(console: Console, RowId(id): RowId) -> PageResult {
    let coupon = find(&console, id).await?;
    let plans = coupon.limit_plans.iter().flatten().map(|plan| plan.get());
    let periods = coupon
        .limit_periods
        .iter()
        .flatten()
        .map(|period| period.key());
    let values: Value = json!({
        "id": coupon.id.get(),
        "name": coupon.name,
        "code": coupon.code,
        "type": coupon.discount.code().to_string(),
        "value": coupon.discount.value(),
        "started_at": coupon.started_at.get(),
        "ended_at": coupon.ended_at.get(),
        "limit_use": coupon.limit_use,
        "limit_use_with_user": coupon.limit_use_with_user,
        "limit_plan_ids": plans.collect::<Vec<_>>(),
        "limit_period": periods.collect::<Vec<_>>(),
    });
    let form = Form::filled(fields(&console, false).await?, &values, console.spelling);
    console.show_form(&shape(false), &form)
}

async fn save(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let is_new = sent.number("id").is_none();
    let form = Form::typed(fields(&console, is_new).await?, &sent.0);
    let shape = shape(is_new);
    let outcome = submit(
        &console,
        &shape,
        form,
        move |app, mut body: GenerateCoupons| async move {
            let coupons = &app.administration.coupons;
            let (id, count, code) = (body.id(), body.count(), body.take_code());
            let terms = body.into_terms();
            if let Some(id) = id {
                coupons.change(id, terms, code, change).await?;
                return Ok(None);
            }
            let codes = match (count, code) {
                (0, Some(code)) => NewCodes::Own(code),
                (count, _) => NewCodes::Drawn(count.max(1)),
            };
            coupons.create(terms, codes, true, change).await.map(Some)
        },
    );
    match outcome.await? {
        Outcome::Again(page) => Ok(page),
        Outcome::Done(None) => Ok(done(&console, "layout.saved", "coupons")),
        Outcome::Done(Some(made)) => {
            let rows = made
                .codes
                .iter()
                .map(|code| vec![Drawn::text(code.as_str())]);
            console.show_story(Story {
                section: "/coupons",
                title: made.terms.name.clone(),
                tools: vec![console.link("layout.coupons", "coupons")],
                facts: Vec::new(),
                parts: vec![Part {
                    title: console.t("layout.saved"),
                    heads: vec![console.t("console.code")],
                    rows: rows.collect(),
                    more: None,
                }],
            })
        }
    }
}

async fn turn(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let (id, show) = (CouponId::new(sent.id()?), sent.text("show") == "1");
    let run = console.run(move |app| async move {
        app.administration
            .coupons
            .show(id, move |_| show, change)
            .await
    });
    run.await?;
    Ok(done(&console, "layout.saved", "coupons"))
}

async fn delete(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = CouponId::new(sent.id()?);
    let run =
        console.run(move |app| async move { app.administration.coupons.delete(id, change).await });
    run.await?;
    Ok(done(&console, "layout.deleted", "coupons"))
}
