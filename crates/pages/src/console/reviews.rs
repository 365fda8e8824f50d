//! The review desk: money that bought nothing, disputes, and what becomes of them.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, MANAGED_REVIEWS, ManagedReview, ReviewedNotice};
use ferroboard_listing::{Asked, AskedFilter, Given, ListRequest};
use ferroboard_web::forms::SettleReviewBody;
use ferroboard_web::list_refused;
use serde_json::json;

use super::asked::{Filter, FilterKind};
use super::cell::Cell;
use super::form_page::{Field, FieldKind, Form};
use super::forms::save;
use super::frame::{Console, FormShape, RowId, Sent, Story};
use super::guard::Changing;
use super::list_page::{Column, Noun};
use super::lists::{self, Wanted};
use crate::failure::{Failure, PageResult};
use crate::list::{Cell as Drawn, Tone};
use crate::routes::{at, form, page};

/// Where they stand in the menu.
const SECTION: &str = "/reviews";
/// Reasons: the table's word, and ours.
const REASONS: &[(&str, &str)] = &[
    ("unknown_order", "console.review_unknown_order"),
    ("other_method", "console.review_other_method"),
    ("amount_too_small", "console.review_amount_too_small"),
    ("other_currency", "console.review_other_currency"),
    ("paid_twice", "console.review_paid_twice"),
    ("number_reused", "console.review_number_reused"),
    ("not_creditable", "console.review_not_creditable"),
    ("dispute", "console.review_dispute"),
];
/// Where a review stands.
const STATES: &[(&str, &str)] = &[
    (OPEN, "console.review_open"),
    ("credited", "console.review_credited"),
    ("opened", "console.review_opened"),
    ("refunded_outside", "console.review_refunded_outside"),
    ("dismissed", "console.review_dismissed"),
];
/// The word of what nobody has decided about.
const OPEN: &str = "open";
/// The ways to settle one.
const WAYS: [(&str, &str); 4] = [
    ("balance", "console.review_to_balance"),
    ("order", "console.review_to_order"),
    ("outside", "console.review_refunded_outside"),
    ("dismiss", "console.review_dismiss"),
];

fn named(words: &'static [(&'static str, &'static str)], word: &str, tone: Tone) -> Cell {
    let known = words.iter().find(|(known, _)| *known == word);
    known.map_or_else(
        || Cell::Text(word.to_owned()),
        |(_, text)| Cell::Word(text, tone),
    )
}

fn reason(row: &ManagedReview) -> Cell {
    let tone = match row.reason.as_str() {
        "dispute" => Tone::Bad,
        _ => Tone::Plain,
    };
    named(REASONS, &row.reason, tone)
}

fn state(row: &ManagedReview) -> Cell {
    let tone = if row.status == OPEN {
        Tone::Warn
    } else {
        Tone::Plain
    };
    named(STATES, &row.status, tone)
}

/// An amount in the site's currency, or with the code of another one.
fn amount(row: &ManagedReview) -> Cell {
    match (row.amount, &row.currency) {
        (Some(amount), Some(currency)) => {
            let amount = ferroboard_kernel::Cents::new(amount);
            Cell::Text(format!("{amount} {currency}"))
        }
        (amount, _) => Cell::money(amount),
    }
}

fn user(row: &ManagedReview) -> Cell {
    row.user
        .map_or(Cell::Nothing, |user| Cell::user(user, row.email.as_deref()))
}

fn disputed(row: &ManagedReview) -> Cell {
    if row.is_disputed {
        Cell::Word("console.review_disputed", Tone::Bad)
    } else {
        Cell::Nothing
    }
}

fn number(row: &ManagedReview) -> Cell {
    Cell::link(format!("reviews/{}", row.id), &row.callback_no)
}

fn trade_no(row: &ManagedReview) -> Cell {
    match row.order {
        Some(_) => {
            let number = &row.trade_no;
            Cell::link(format!("orders?f_trade_no={number}&o_trade_no=eq"), number)
        }
        None => Cell::Text(row.trade_no.clone()),
    }
}

const NOUN: Noun<ManagedReview> = Noun {
    path: "reviews",
    title: "console.reviews",
    section: SECTION,
    listing: &MANAGED_REVIEWS,
    columns: &[
        Column::new("at", "console.when", |row: &ManagedReview| {
            Cell::time(Some(row.received_at))
        })
        .by("created_at"),
        Column::new("number", "console.callback_no", number).by("callback_no"),
        Column::new("reason", "console.reason", reason).by("reason"),
        Column::new("state", "console.state", state).by("status"),
        Column::new("amount", "console.amount", amount).by("amount"),
        Column::new("trade_no", "console.trade_no", trade_no).by("trade_no"),
        Column::new("user", "console.user", user).by("user_id"),
        Column::new("disputed", "console.review_dispute", disputed),
        Column::new("method", "console.method", |row: &ManagedReview| {
            Cell::text(row.method.as_deref())
        }),
        Column::new("note", "console.note", |row: &ManagedReview| {
            Cell::text(row.note.as_deref())
        })
        .hidden(),
        Column::new("decided", "console.decided", |row: &ManagedReview| {
            Cell::time(row.settled_at)
        })
        .by("settled_at")
        .hidden(),
    ],
    filters: &[
        Filter::new("status", "console.state", FilterKind::Choice(STATES)),
        Filter::new("reason", "console.reason", FilterKind::Choice(REASONS)),
        Filter::text("callback_no", "console.callback_no"),
        Filter::text("trade_no", "console.trade_no"),
        Filter::text("email", "console.email"),
        Filter::new("created_at", "console.when", FilterKind::Time),
    ],
    key: |row: &ManagedReview| row.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/reviews").route(page().to(list)))
        .service(at("/{console}/reviews/{id}").route(page().to(show)))
        .service(
            at("/{console}/reviews/{id}/settle")
                .route(page().to(settling))
                .route(form().to(settle)),
        );
}

async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        app.administration.reviews.list(wanted.request).await
    };
    lists::answer(
        &console,
        &NOUN,
        fetch,
        |_, _| {},
        |row| match row.status.as_str() {
            OPEN => vec![console.link("console.review_settle", &path(row.id))],
            _ => Vec::new(),
        },
    )
    .await
}

fn path(id: i64) -> String {
    format!("reviews/{id}/settle")
}

/// What asks for one review.
fn one(id: i64) -> Result<ListRequest, Failure> {
    let asked = Asked {
        rows: Some(1),
        filters: vec![AskedFilter::new("id", Given::Many(vec![id.to_string()]))],
        ..Asked::default()
    };
    let request = MANAGED_REVIEWS.judge(&asked);
    request.map_err(|error| Failure::Fault(list_refused(error)))
}

async fn show(console: Console, RowId(id): RowId) -> PageResult {
    let request = one(id)?;
    let run = console.run(move |app| async move {
        let reviews = &app.administration.reviews;
        reviews.list_with_notices(request).await
    });
    let (review, notice) = run.await?.rows.pop().ok_or(Failure::Unknown)?;
    let tools = match review.status.as_str() {
        OPEN => vec![console.link("console.review_settle", &path(id))],
        _ => Vec::new(),
    };
    let title = console.t("console.reviews");
    console.show_story(Story {
        section: SECTION,
        title: format!("{title} #{id}"),
        tools,
        facts: facts(&console, &review, notice.as_ref()),
        parts: Vec::new(),
    })
}

fn facts(
    console: &Console,
    review: &ManagedReview,
    notice: Option<&ReviewedNotice>,
) -> Vec<(String, Drawn)> {
    let pairs = |pairs: &[(String, String)]| {
        let lines = pairs.iter().map(|(name, value)| format!("{name}={value}"));
        Cell::Text(lines.collect::<Vec<_>>().join("\n"))
    };
    let credited = review.settled_user.map(|user| Cell::user(user, None));
    let by = review.settled_by.map(|admin| Cell::user(admin, None));
    let facts = [
        ("console.reason", reason(review)),
        ("console.state", state(review)),
        ("console.amount", amount(review)),
        (
            "console.callback_no",
            Cell::Text(review.callback_no.clone()),
        ),
        ("console.trade_no", trade_no(review)),
        ("console.user", user(review)),
        ("console.review_dispute", disputed(review)),
        (
            "console.review_standing",
            Cell::text(review.standing.as_deref()),
        ),
        ("console.method", Cell::text(review.method.as_deref())),
        ("console.when", Cell::time(Some(review.received_at))),
        ("console.decided", Cell::time(review.settled_at)),
        ("console.decided_by", by.unwrap_or(Cell::Nothing)),
        ("console.review_credited", credited.unwrap_or(Cell::Nothing)),
        ("console.balance", Cell::money(review.settled_amount)),
        (
            "console.review_opened",
            Cell::text(review.settled_trade_no.as_deref()),
        ),
        ("console.note", Cell::text(review.note.as_deref())),
        (
            "console.review_query",
            notice.map_or(Cell::Nothing, |notice| pairs(&notice.query)),
        ),
        (
            "console.review_headers",
            notice.map_or(Cell::Nothing, |notice| pairs(&notice.headers)),
        ),
        (
            "console.review_body",
            notice.map_or(Cell::Nothing, |notice| Cell::text(Some(&notice.body))),
        ),
    ];
    let seen = console.seen();
    let told = facts.into_iter().filter(|(_, cell)| *cell != Cell::Nothing);
    told.map(|(name, cell)| (console.t(name), cell.drawn(seen.spelling, seen.base)))
        .collect()
}

fn fields(console: &Console) -> Vec<Field> {
    let spelling = console.spelling;
    let field = |name: &str, text: &str, kind| Field::new(name, text, kind, spelling);
    let ways = WAYS.map(|(way, text)| (way.to_owned(), console.t(text)));
    vec![
        Field::called("id", String::new(), FieldKind::Hidden),
        field(
            "as",
            "console.review_settle",
            FieldKind::Choice(ways.into()),
        )
        .required(),
        field("email", "console.email", FieldKind::Line)
            .hinted("console.review_email_hint", spelling),
        field("amount", "console.amount", FieldKind::Money)
            .hinted("console.review_amount_hint", spelling),
        field("trade_no", "console.trade_no", FieldKind::Line)
            .hinted("console.review_order_hint", spelling),
        field("reason", "console.reason", FieldKind::Line)
            .hinted("console.review_reason_hint", spelling),
    ]
}

fn shape(id: i64) -> FormShape {
    FormShape::new(SECTION, "console.review_settle", path(id), "reviews")
}

async fn settling(console: Console, RowId(id): RowId) -> PageResult {
    let request = one(id)?;
    let run = console.run(move |app| async move { app.administration.reviews.list(request).await });
    let review = run.await?.rows.pop().ok_or(Failure::Unknown)?;
    let values = json!({
        "id": id,
        "email": review.email,
        "trade_no": review.order.map(|_| review.trade_no),
    });
    let form = Form::filled(fields(&console), &values, console.spelling);
    console.show_form(&shape(id), &form)
}

async fn settle(
    console: Console,
    RowId(id): RowId,
    Changing(change): Changing,
    sent: Sent,
) -> PageResult {
    let form = Form::typed(fields(&console), &sent.0);
    let act = move |app: Arc<Application>, body: SettleReviewBody| async move {
        let reviews = &app.administration.reviews;
        reviews.settle(body.into_command(), change).await
    };
    save(&console, &shape(id), form, act).await
}
