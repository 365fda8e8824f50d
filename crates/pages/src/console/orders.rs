//! Orders: the list, one with all that belongs to it, and what is done with it.

mod order_page;
mod refunds;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use ferroboard_application::{
    Application, Error, MANAGED_ORDERS, ManagedOrder, ManagedRefund, OrderDossier,
};
use ferroboard_billing::{CommissionStatus, Period};
use ferroboard_kernel::{OrderId, TradeNo};
use ferroboard_listing::Found;
use ferroboard_web::forms::AssignOrderBody;
use serde_json::json;

use self::order_page::OrderPage;
use super::asked::{Filter, FilterKind};
use super::cell::Cell;
use super::choices;
use super::form_page::{Field, FieldKind, Form};
use super::forms::{done, save};
use super::frame::{Console, FormShape, Part, RowId, Sent};
use super::guard::Changing;
use super::list_page::{Column, Noun};
use super::lists::{self, Wanted};
use crate::failure::{Failure, PageResult};
use crate::list::{Cell as Drawn, Tone};
use crate::page::{Page, show_as};
use crate::routes::{at, form, page};

/// Where an order stands.
pub(super) const STATUSES: &[(i64, &str, Tone)] = &[
    (0, "console.order_pending", Tone::Warn),
    (1, "console.order_processing", Tone::Warn),
    (2, "console.order_cancelled", Tone::Plain),
    (3, "console.order_completed", Tone::Good),
    (4, "console.order_discounted", Tone::Plain),
];
const STATUS_CHOICES: FilterKind = FilterKind::Choice(&[
    ("0", "console.order_pending"),
    ("1", "console.order_processing"),
    ("2", "console.order_cancelled"),
    ("3", "console.order_completed"),
    ("4", "console.order_discounted"),
]);
/// What an order does to the subscription.
const KINDS: &[(i64, &str, Tone)] = &[
    (1, "console.order_new", Tone::Plain),
    (2, "console.order_renewal", Tone::Plain),
    (3, "console.order_change", Tone::Plain),
    (4, "console.order_reset", Tone::Plain),
    (5, "console.order_traffic", Tone::Plain),
    (9, "console.order_top_up", Tone::Plain),
];
const KIND_CHOICES: FilterKind = FilterKind::Choice(&[
    ("1", "console.order_new"),
    ("2", "console.order_renewal"),
    ("3", "console.order_change"),
    ("4", "console.order_reset"),
    ("5", "console.order_traffic"),
    ("9", "console.order_top_up"),
]);
/// Where the commission of an order stands.
const COMMISSIONS: &[(i64, &str, Tone)] = &[
    (0, "console.commission_unconfirmed", Tone::Warn),
    (1, "console.commission_payable", Tone::Warn),
    (2, "console.commission_paid", Tone::Good),
    (3, "console.commission_invalid", Tone::Plain),
];
const COMMISSION_CHOICES: FilterKind = FilterKind::Choice(&[
    ("0", "console.commission_unconfirmed"),
    ("1", "console.commission_payable"),
    ("2", "console.commission_paid"),
    ("3", "console.commission_invalid"),
]);
/// The code of an order that waits for its payment.
const PENDING: i64 = 0;

/// What no plan has a price for.
const WITHOUT_PLAN: [(Period, &str); 2] = [
    (Period::Traffic, "console.order_traffic"),
    (Period::Deposit, "console.order_top_up"),
];

fn period(order: &ManagedOrder) -> Cell {
    let known = Period::of_order(&order.period);
    let mut periods = choices::PERIODS.iter().chain(&WITHOUT_PLAN);
    let word = periods.find(|(period, _)| Some(*period) == known);
    word.map_or_else(
        || Cell::Text(order.period.clone()),
        |(_, text)| Cell::Word(text, Tone::Plain),
    )
}

const NOUN: Noun<ManagedOrder> = Noun {
    path: "orders",
    title: "layout.orders",
    section: "/orders",
    listing: &MANAGED_ORDERS,
    columns: &[
        Column::new("trade_no", "console.trade_no", |row: &ManagedOrder| {
            Cell::link(format!("orders/{}", row.id), &row.trade_no)
        })
        .by("trade_no"),
        Column::new("user", "console.user", |row: &ManagedOrder| {
            Cell::user(row.user, row.email.as_deref())
        })
        .by("user_id"),
        Column::new("kind", "console.kind", |row: &ManagedOrder| {
            Cell::word(row.kind, KINDS)
        })
        .by("type"),
        Column::new("plan", "console.plan", |row: &ManagedOrder| {
            Cell::text(row.plan_name.as_deref())
        })
        .by("plan_id"),
        Column::new("period", "console.period", period).by("period"),
        Column::new("total", "console.amount", |row: &ManagedOrder| {
            Cell::Money(row.total)
        })
        .by("total_amount"),
        Column::new("status", "console.state", |row: &ManagedOrder| {
            Cell::word(row.status, STATUSES)
        })
        .by("status"),
        Column::new("method", "console.method", |row: &ManagedOrder| {
            Cell::text(row.method.as_ref().map(|(name, _)| name.as_str()))
        })
        .by("payment_id"),
        Column::new("commission", "console.commission", |row: &ManagedOrder| {
            Cell::Money(row.commission)
        })
        .by("commission_balance"),
        Column::new(
            "commission_state",
            "console.commission_state",
            |row: &ManagedOrder| {
                row.commission_status
                    .map_or(Cell::Nothing, |code| Cell::word(code, COMMISSIONS))
            },
        )
        .by("commission_status")
        .hidden(),
        Column::new("callback", "console.callback_no", |row: &ManagedOrder| {
            Cell::text(row.callback_no.as_deref())
        })
        .by("callback_no")
        .hidden(),
        Column::new("paid", "console.paid_at", |row: &ManagedOrder| {
            Cell::time(row.paid_at)
        })
        .by("paid_at")
        .hidden(),
        Column::new("created", "console.created", |row: &ManagedOrder| {
            Cell::time(Some(row.created_at))
        })
        .by("created_at"),
    ],
    filters: &[
        Filter::text("trade_no", "console.trade_no"),
        Filter::text("email", "console.email"),
        Filter::number("user_id", "console.user_id"),
        Filter::new("status", "console.state", STATUS_CHOICES),
        Filter::new("type", "console.kind", KIND_CHOICES),
        Filter::new(
            "commission_status",
            "console.commission_state",
            COMMISSION_CHOICES,
        ),
        Filter::new("total_amount", "console.amount", FilterKind::Money),
        Filter::text("callback_no", "console.callback_no"),
        Filter::number("plan_id", "console.plan_id"),
        Filter::number("coupon_id", "console.coupon_id"),
        Filter::number("invite_user_id", "console.inviter_id"),
        Filter::new("created_at", "console.created", FilterKind::Time),
        Filter::new("paid_at", "console.paid_at", FilterKind::Time),
    ],
    key: |row: &ManagedOrder| row.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/orders").route(page().to(list)))
        .service(
            at("/{console}/orders/assign")
                .route(page().to(assigning))
                .route(form().to(assign)),
        )
        .service(at("/{console}/orders/paid").route(form().to(pay)))
        .service(at("/{console}/orders/cancel").route(form().to(cancel)))
        .service(at("/{console}/orders/commission").route(form().to(decide)))
        .service(at("/{console}/orders/refund").route(form().to(refund)))
        .service(at("/{console}/orders/{id}").route(page().to(show)));
}

async fn list(console: Console) -> PageResult {
    let of_commission = console.query().get("commission").is_some();
    let fetch = move |app: Arc<Application>, wanted: Wanted| async move {
        app.administration
            .orders
            .list(wanted.request, of_commission)
            .await
    };
    lists::answer(
        &console,
        &NOUN,
        fetch,
        |shape, _| {
            shape
                .tools
                .push(console.link("console.assign", "orders/assign"));
            shape
                .tools
                .push(console.link("console.with_commission", "orders?commission=1"));
        },
        |_| Vec::new(),
    )
    .await
}

async fn show(console: Console, RowId(id): RowId) -> PageResult {
    let (dossier, refunds) = find(&console, id).await?;
    let form = refunds::blank(&console, &dossier.order, &refunds);
    draw(&console, &dossier, &refunds, form.as_ref(), None)
}

/// The order with all that belongs to it, and its latest refunds.
async fn find(console: &Console, id: i64) -> Result<(OrderDossier, Found<ManagedRefund>), Failure> {
    let order = OrderId::new(id);
    let run = console.run(move |app| async move { app.administration.orders.detail(order).await });
    Ok((run.await?, refunds::of(console, id).await?))
}

/// The page of an order, with the form that refunds it and why that was refused.
fn draw(
    console: &Console,
    dossier: &OrderDossier,
    refunds: &Found<ManagedRefund>,
    form: Option<&Form>,
    refused: Option<(StatusCode, Option<String>)>,
) -> PageResult {
    let order = &dossier.order;
    let mut parts = parts(console, dossier);
    parts.insert(0, refunds::part(console, order, refunds));
    let (status, refused) = match refused {
        Some((status, text)) => {
            let text = text.unwrap_or_else(|| console.t("console.refund_not_given"));
            (status, Some(text))
        }
        None => (StatusCode::OK, None),
    };
    let page = OrderPage {
        page: Page::console_titled(&console.operator, "/orders", order.trade_no.clone())?,
        tools: tools(console, order),
        facts: facts(console, dossier),
        parts,
        form: form.map(Form::view),
        refused,
    };
    show_as(status, &page)
}

fn tools(console: &Console, order: &ManagedOrder) -> Vec<Drawn> {
    let mut buttons = Vec::new();
    let named = |button: crate::list::Button| {
        button
            .sending("trade_no", &order.trade_no)
            .sending("id", order.id)
    };
    if order.status == PENDING {
        buttons.push(named(console.danger("console.mark_paid", "orders/paid")));
        buttons.push(named(
            console.danger("console.cancel_order", "orders/cancel"),
        ));
    }
    if order.commission_status.is_some_and(|status| status != 2) {
        for (code, text) in [
            (CommissionStatus::Payable, "console.commission_pay"),
            (CommissionStatus::Invalid, "console.commission_refuse"),
        ] {
            let button = console.button(text, "orders/commission");
            buttons.push(named(button).sending("commission_status", code.code()));
        }
    }
    let mut tools = vec![Drawn::Buttons(buttons)];
    if refunds::is_refundable(order) {
        let form = ("#refund".to_owned(), console.t("console.refund_give"));
        tools.push(Drawn::Links(vec![form]));
    }
    tools
}

fn facts(console: &Console, dossier: &OrderDossier) -> Vec<(String, Drawn)> {
    let order = &dossier.order;
    let inviter = dossier.inviter.as_ref();
    let plan = dossier.plan.as_ref().map(|plan| plan.name.as_str());
    let method = order.method.as_ref();
    let facts = [
        (
            "console.user",
            Cell::user(order.user, order.email.as_deref()),
        ),
        ("console.state", Cell::word(order.status, STATUSES)),
        ("console.kind", Cell::word(order.kind, KINDS)),
        (
            "console.plan",
            Cell::text(plan.or(order.plan_name.as_deref())),
        ),
        ("console.period", period(order)),
        ("console.amount", Cell::Money(order.total)),
        ("console.discount_amount", Cell::money(order.discount)),
        ("console.surplus", Cell::money(order.surplus)),
        ("console.refund", Cell::money(order.refund)),
        ("console.balance_used", Cell::money(order.balance_used)),
        ("console.fee", Cell::money(order.handling)),
        (
            "console.method",
            Cell::text(method.map(|(name, _)| name.as_str())),
        ),
        (
            "console.callback_no",
            Cell::text(order.callback_no.as_deref()),
        ),
        (
            "console.inviter",
            inviter.map_or(Cell::Nothing, |one| {
                Cell::user(one.id.get(), Some(&one.email))
            }),
        ),
        ("console.commission", Cell::Money(order.commission)),
        (
            "console.commission_paid",
            Cell::money(order.commission_paid),
        ),
        (
            "console.commission_state",
            order
                .commission_status
                .map_or(Cell::Nothing, |code| Cell::word(code, COMMISSIONS)),
        ),
        ("console.created", Cell::time(Some(order.created_at))),
        ("console.paid_at", Cell::time(order.paid_at)),
    ];
    facts
        .iter()
        .map(|(name, value)| console.fact(name, value))
        .collect()
}

fn parts(console: &Console, dossier: &OrderDossier) -> Vec<Part> {
    let drawn =
        |cells: [Cell; 3]| -> Vec<Drawn> { cells.iter().map(|cell| console.drawn(cell)).collect() };
    let shares = dossier.commission_log.iter().map(|line| {
        drawn([
            Cell::user(line.inviter, Some(&format!("#{}", line.inviter))),
            Cell::Money(line.amount),
            Cell::time(Some(line.created_at)),
        ])
    });
    let replaced = dossier.surplus.iter().map(|order| {
        drawn([
            Cell::link(format!("orders/{}", order.id), &order.trade_no),
            Cell::Money(order.total),
            Cell::word(order.status, STATUSES),
        ])
    });
    let part = |title: &str, heads: [&str; 3], rows: Vec<Vec<Drawn>>| Part {
        title: console.t(title),
        heads: heads.map(|head| console.t(head)).into(),
        rows,
        more: None,
    };
    vec![
        part(
            "console.commission_log",
            ["console.inviter", "console.amount", "console.when"],
            shares.collect(),
        ),
        part(
            "console.replaced",
            ["console.trade_no", "console.amount", "console.state"],
            replaced.collect(),
        ),
    ]
}

fn order_path(sent: &Sent) -> String {
    sent.number("id")
        .map_or_else(|| "orders".to_owned(), |id| format!("orders/{id}"))
}

async fn pay(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let order = TradeNo::stored(sent.text("trade_no").to_owned());
    let run =
        console.run(move |app| async move { app.administration.orders.pay(order, change).await });
    run.await?;
    Ok(done(&console, "console.order_is_paid", &order_path(&sent)))
}

async fn cancel(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let order = TradeNo::stored(sent.text("trade_no").to_owned());
    let run = console
        .run(move |app| async move { app.administration.orders.cancel(order, change).await });
    run.await?;
    Ok(done(
        &console,
        "console.order_is_cancelled",
        &order_path(&sent),
    ))
}

async fn decide(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let order = TradeNo::stored(sent.text("trade_no").to_owned());
    let decision = sent
        .number("commission_status")
        .and_then(CommissionStatus::from_code);
    // Only what pays it may call it paid.
    let decision = decision.filter(|decision| *decision != CommissionStatus::Paid);
    let decision = decision.ok_or(Failure::Unknown)?;
    let run = console.run(move |app| async move {
        let orders = &app.administration.orders;
        orders
            .decide_commission(order, Some(decision), change)
            .await
    });
    run.await?;
    Ok(done(&console, "layout.saved", &order_path(&sent)))
}

async fn refund(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let (dossier, refunds) = find(&console, sent.id()?).await?;
    let order = &dossier.order;
    let (mut form, wanted) = refunds::read(&console, order, &refunds, sent);
    let Some(wanted) = wanted else {
        let odd = (StatusCode::UNPROCESSABLE_ENTITY, None);
        return draw(&console, &dossier, &refunds, Some(&form), Some(odd));
    };
    let run = console.run(move |app| async move {
        match app.administration.refunds.request(wanted, change).await {
            Err(Error::Billing(refusal)) => Ok(Err(refusal)),
            other => other.map(Ok),
        }
    });
    match run.await? {
        Ok(report) => Ok(refunds::told(&console, order, &report)),
        Err(refusal) => {
            let refused = refunds::refuse(&console, &mut form, refusal)?;
            draw(&console, &dossier, &refunds, Some(&form), Some(refused))
        }
    }
}

async fn fields(console: &Console) -> Result<Vec<Field>, Failure> {
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, console.spelling);
    Ok(vec![
        field("email", "console.email", FieldKind::Line).required(),
        field(
            "plan_id",
            "console.plan",
            FieldKind::Choice(choices::plans(console).await?),
        )
        .required(),
        field(
            "period",
            "console.period",
            FieldKind::Choice(choices::periods(console)),
        )
        .required(),
        field("total_amount", "console.amount", FieldKind::Money).required(),
    ])
}

fn shape() -> FormShape {
    FormShape::new("/orders", "console.assign", "orders/assign", "orders")
}

async fn assigning(console: Console) -> PageResult {
    let email = console.query().get("email").map(str::to_owned);
    let form = Form::filled(
        fields(&console).await?,
        &json!({"email": email}),
        console.spelling,
    );
    console.show_form(&shape(), &form)
}

async fn assign(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let form = Form::typed(fields(&console).await?, &sent.0);
    save(
        &console,
        &shape(),
        form,
        move |app, body: AssignOrderBody| async move {
            app.administration
                .orders
                .assign(body.into_command(), change)
                .await
        },
    )
    .await
}
