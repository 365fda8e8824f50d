//! Payment methods, each with the settings of its own gateway.

use std::sync::Arc;

use actix_web::FromRequest as _;
use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, ManagedPayment};
use ferroboard_billing::GatewayCode;
use ferroboard_kernel::{PaymentId, Percent};
use ferroboard_web::Root;
use ferroboard_web::forms::{SavePayment, gateway_label};
use serde_json::{Map, Value, json};

use super::cell::{Cell, units};
use super::form_page::{Field, FieldKind, Form};
use super::forms::{done, save as save_form};
use super::frame::{Console, FormShape, RowId, Sent};
use super::guard::Changing;
use super::list_page::{AT_HAND, Column, Noun};
use super::lists::{self, Wanted};
use super::places::moved_up;
use crate::failure::{Failure, PageResult};
use crate::list::Cell as Drawn;
use crate::routes::{at, form, page};

/// A method, and the address that its gateway reports to.
type Row = (ManagedPayment, String);

const NOUN: Noun<Row> = Noun {
    path: "payments",
    title: "layout.payments",
    section: "/payments",
    listing: &AT_HAND,
    columns: &[
        Column::new("id", "console.id", |(row, _): &Row| {
            Cell::Number(row.method.id.get())
        }),
        Column::new("name", "console.name", |(row, _): &Row| {
            Cell::link(format!("payments/{}", row.method.id), &row.method.name)
        }),
        Column::new("gateway", "console.gateway", |(row, _): &Row| {
            Cell::Text(row.method.gateway.clone())
        }),
        Column::new("on", "console.usable", |(row, _): &Row| {
            Cell::flag(row.method.enabled)
        }),
        Column::new("fixed", "console.fee_fixed", |(row, _): &Row| {
            Cell::money(row.method.fee_fixed.map(ferroboard_kernel::Cents::get))
        }),
        Column::new("share", "console.fee_share", |(row, _): &Row| {
            let share = row.method.fee_percent.map(Percent::get);
            share.map_or(Cell::Nothing, |share| {
                Cell::Text(format!("{} %", units(share)))
            })
        }),
        Column::new("notify", "console.notify_address", |(_, address): &Row| {
            Cell::Text(address.clone())
        }),
        Column::new("changed", "console.changed", |(row, _): &Row| {
            Cell::time(Some(row.updated_at.get()))
        })
        .hidden(),
    ],
    filters: lists::ANYTHING,
    key: |(row, _): &Row| row.method.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/payments").route(page().to(list)))
        .service(at("/{console}/payments/new").route(page().to(fresh)))
        .service(at("/{console}/payments/save").route(form().to(save)))
        .service(at("/{console}/payments/show").route(form().to(switch)))
        .service(at("/{console}/payments/up").route(form().to(up)))
        .service(at("/{console}/payments/delete").route(form().to(delete)))
        .service(at("/{console}/payments/{id}").route(page().to(edit)));
}

async fn rows(console: &Console) -> Result<Vec<Row>, Failure> {
    let Root(root) = Root::extract(console.request()).await?;
    let run = console.run(move |app| async move { app.administration.payments.list(&root).await });
    run.await
}

async fn list(console: Console) -> PageResult {
    let Root(root) = Root::extract(console.request()).await?;
    let fetch = move |app: Arc<Application>, wanted: Wanted| {
        let root = root.clone();
        async move {
            let rows = app.administration.payments.list(&root).await?;
            Ok(wanted.cut(&NOUN, rows))
        }
    };
    let gateways = console
        .panel
        .application()
        .administration
        .payments
        .gateways();
    lists::answer(
        &console,
        &NOUN,
        fetch,
        |shape, _| {
            let links = gateways.iter().map(|gateway| {
                let href = console.to(&format!("payments/new?payment={gateway}"));
                (href, format!("+ {gateway}"))
            });
            shape.tools.push(Drawn::Links(links.collect()));
            if gateways.is_empty() {
                shape.hint = console.t("console.no_gateways");
            }
        },
        |(row, _)| {
            let id = row.method.id;
            let text = if row.method.enabled {
                "console.hide"
            } else {
                "console.show"
            };
            vec![Drawn::Buttons(vec![
                console.button(text, "payments/show").sending("id", id),
                console
                    .button("console.up", "payments/up")
                    .sending("id", id),
                console
                    .danger("layout.delete", "payments/delete")
                    .sending("id", id),
            ])]
        },
    )
    .await
}

/// The fields of a method, with the settings that its gateway has.
fn fields(console: &Console, gateway: GatewayCode) -> Vec<Field> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    let hidden = |name: &str| Field::called(name, String::new(), FieldKind::Hidden);
    let mut fields = vec![
        hidden("id"),
        hidden("payment"),
        field("name", "console.name", FieldKind::Line).required(),
        field("icon", "console.icon", FieldKind::Line),
        field("notify_domain", "console.notify_domain", FieldKind::Line)
            .hinted("console.notify_domain_hint", spelling),
        field("handling_fee_fixed", "console.fee_fixed", FieldKind::Money),
        field(
            "handling_fee_percent",
            "console.fee_share",
            FieldKind::Fraction,
        ),
    ];
    let locale = spelling.lang.locale();
    fields.extend(gateway.fields().iter().map(|setting| {
        let kind = if setting.is_long {
            FieldKind::Area(6)
        } else {
            FieldKind::Line
        };
        let label = gateway_label(setting.name, locale).to_owned();
        Field::called(&format!("config.{}", setting.name), label, kind)
    }));
    fields
}

fn shape() -> FormShape {
    FormShape::new(
        "/payments",
        "console.payment_method",
        "payments/save",
        "payments",
    )
}

async fn fresh(console: Console) -> PageResult {
    let gateway = console
        .query()
        .get("payment")
        .unwrap_or_default()
        .to_owned();
    let asked = gateway.clone();
    let run =
        console.run(move |app| async move { app.administration.payments.form(&asked, None).await });
    let (code, _) = run.await?;
    let values = json!({"payment": gateway, "name": gateway});
    let form = Form::filled(fields(&console, code), &values, console.spelling);
    console.show_form(&shape(), &form)
}

async fn edit(console: Console, RowId(id): RowId) -> PageResult {
    let id = PaymentId::new(id);
    let found = rows(&console)
        .await?
        .into_iter()
        .find(|(row, _)| row.method.id == id);
    let method = found.ok_or(Failure::Unknown)?.0.method;
    let code = method.code().ok_or(Failure::Unknown)?;
    let config = method.config.values();
    let config = config.map(|(name, value)| (name.to_owned(), Value::from(value)));
    let values = json!({
        "id": id.get().to_string(),
        "payment": method.gateway,
        "name": method.name,
        "icon": method.icon,
        "notify_domain": method.notify_domain,
        "handling_fee_fixed": method.fee_fixed.map(ferroboard_kernel::Cents::get),
        "handling_fee_percent": method.fee_percent.map(|share| units(share.get())),
        "config": config.collect::<Map<String, Value>>(),
    });
    let form = Form::filled(fields(&console, code), &values, console.spelling);
    console.show_form(&shape(), &form)
}

async fn save(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let code = GatewayCode::parse(sent.text("payment")).ok_or(Failure::Unknown)?;
    let form = Form::typed(fields(&console, code), &sent.0);
    save_form(
        &console,
        &shape(),
        form,
        move |app, body: SavePayment| async move {
            let (id, terms) = body.into_terms();
            app.administration.payments.save(id, terms, change).await
        },
    )
    .await
}

async fn switch(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = PaymentId::new(sent.id()?);
    let run =
        console.run(move |app| async move { app.administration.payments.switch(id, change).await });
    run.await?;
    Ok(done(&console, "layout.saved", "payments"))
}

async fn up(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let rows = rows(&console).await?;
    let ids = rows.iter().map(|(row, _)| row.method.id);
    let order = moved_up(ids.collect(), PaymentId::new(sent.id()?));
    let run = console
        .run(move |app| async move { app.administration.payments.sort(order, change).await });
    run.await?;
    Ok(done(&console, "layout.saved", "payments"))
}

async fn delete(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = PaymentId::new(sent.id()?);
    let run =
        console.run(move |app| async move { app.administration.payments.delete(id, change).await });
    run.await?;
    Ok(done(&console, "layout.deleted", "payments"))
}
