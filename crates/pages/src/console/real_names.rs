//! Real names: who waits, and what is decided about them.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, RealNameView, RevealedName};
use ferroboard_kernel::{Email, UserId};
use ferroboard_realname::{Decision, RealNameRecord, Status};
use serde_json::json;

use super::asked::{Filter, FilterKind};
use super::cell::Cell;
use super::form_page::{Field, FieldKind, Form};
use super::forms::done;
use super::frame::{Console, FormShape, RowId, Sent, Story};
use super::guard::Changing;
use super::list_page::{Column, Noun, PAGED};
use super::lists::{self, Wanted};
use crate::failure::{Failure, PageResult};
use crate::list::{Cell as Drawn, Tone};
use crate::routes::{at, form, page};

/// Where they stand in the menu.
const SECTION: &str = "/real-names";
/// As many characters as a reason may have.
const LONGEST_REASON: usize = 255;

const fn word(status: Status) -> Cell {
    match status {
        Status::Unsubmitted => Cell::Word("account.real_name_unsubmitted", Tone::Plain),
        Status::Pending => Cell::Word("account.real_name_pending", Tone::Warn),
        Status::Approved => Cell::Word("account.real_name_approved", Tone::Good),
        Status::Rejected => Cell::Word("account.real_name_rejected", Tone::Bad),
    }
}

fn status(row: &RealNameView) -> Status {
    row.record
        .as_ref()
        .map_or(Status::Unsubmitted, |record| record.status)
}

/// What a submission says, where there is one.
fn of(row: &RealNameView, say: fn(&RealNameRecord) -> Cell) -> Cell {
    row.record.as_ref().map_or(Cell::Nothing, say)
}

fn user(row: &RealNameView) -> Cell {
    Cell::user(row.user.get(), row.email.as_ref().map(Email::as_str))
}

fn name(record: &RealNameRecord) -> Cell {
    Cell::Text(record.name_masked.clone())
}

fn number(record: &RealNameRecord) -> Cell {
    Cell::Text(record.number_masked.clone())
}

fn check(record: &RealNameRecord) -> Cell {
    if record.checksum_valid {
        Cell::Word("layout.yes", Tone::Good)
    } else {
        Cell::Word("layout.no", Tone::Bad)
    }
}

fn submitted(record: &RealNameRecord) -> Cell {
    Cell::time(Some(record.submitted_at.get()))
}

fn times(record: &RealNameRecord) -> Cell {
    Cell::Number(record.submit_count)
}

fn decided(record: &RealNameRecord) -> Cell {
    Cell::time(record.review.map(|review| review.at.get()))
}

fn reason(record: &RealNameRecord) -> Cell {
    Cell::text(record.reject_reason.as_deref())
}

const NOUN: Noun<RealNameView> = Noun {
    path: "real-names",
    title: "account.real_name",
    section: SECTION,
    listing: &PAGED,
    columns: &[
        Column::new("user", "console.user", user),
        Column::new("state", "console.state", |row: &RealNameView| {
            word(status(row))
        }),
        Column::new("name", "console.name", |row: &RealNameView| of(row, name)),
        Column::new("number", "console.identity_number", |row: &RealNameView| {
            of(row, number)
        }),
        Column::new("check", "console.check_digit", |row: &RealNameView| {
            of(row, check)
        }),
        Column::new("submitted", "console.submitted", |row: &RealNameView| {
            of(row, submitted)
        }),
        Column::new("times", "console.submissions", |row: &RealNameView| {
            of(row, times)
        })
        .hidden(),
        Column::new("decided", "console.decided", |row: &RealNameView| {
            of(row, decided)
        }),
        Column::new("reason", "console.reason", |row: &RealNameView| {
            of(row, reason)
        })
        .hidden(),
    ],
    filters: &[
        Filter::new(
            "status",
            "console.state",
            FilterKind::Choice(&[
                ("1", "account.real_name_pending"),
                ("2", "account.real_name_approved"),
                ("3", "account.real_name_rejected"),
                ("0", "account.real_name_unsubmitted"),
            ]),
        ),
        Filter::text("keyword", "console.real_name_keyword"),
    ],
    key: |row: &RealNameView| row.user.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/real-names").route(page().to(list)))
        .service(at("/{console}/real-names/approve").route(form().to(approve)))
        .service(at("/{console}/real-names/reset").route(form().to(reset)))
        .service(at("/{console}/real-names/{id}").route(page().to(show)))
        .service(
            at("/{console}/real-names/{id}/reject")
                .route(page().to(rejecting))
                .route(form().to(reject)),
        );
}

async fn list(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        let asked = wanted.query.number("f_status");
        let of_code = |code| match code {
            0 => Status::Unsubmitted,
            1 => Status::Pending,
            2 => Status::Approved,
            _ => Status::Rejected,
        };
        let keyword = wanted.query.get("f_keyword");
        let reviews = &app.real_name_reviews;
        let records = reviews
            .list(asked.map(of_code), keyword, wanted.page)
            .await?;
        Ok(records.found)
    };
    lists::answer(
        &console,
        &NOUN,
        fetch,
        |_, _| {},
        |row| match row.record {
            Some(_) => vec![console.link("console.look_at", &path(row.user))],
            None => Vec::new(),
        },
    )
    .await
}

fn path(user: UserId) -> String {
    format!("real-names/{user}")
}

/// The submission of a user who has one.
async fn find(console: &Console, id: i64) -> Result<RealNameView, Failure> {
    let page = PAGED.pages.page(None, Some(1));
    let run = console.run(move |app| async move {
        let keyword = id.to_string();
        app.real_name_reviews.list(None, Some(&keyword), page).await
    });
    let rows = run.await?.found.rows;
    let own = |row: &RealNameView| row.user.get() == id && row.record.is_some();
    rows.into_iter().find(own).ok_or(Failure::Unknown)
}

/// One submission. In the clear only where the guard has recorded the look.
async fn show(console: Console, RowId(id): RowId, look: Option<Changing>) -> PageResult {
    let view = find(&console, id).await?;
    let revealed = match look {
        Some(Changing(look)) => {
            let rows = vec![view.clone()];
            let run = console
                .run(move |app| async move { app.real_name_reviews.reveal(&rows, look).await });
            run.await?.pop()
        }
        None => None,
    };
    let title = console.t("account.real_name");
    console.show_story(Story {
        section: SECTION,
        title: format!("{title} #{id}"),
        tools: tools(&console, &view),
        facts: facts(&console, &view, revealed.as_ref()),
        parts: Vec::new(),
    })
}

fn tools(console: &Console, view: &RealNameView) -> Vec<Drawn> {
    let path = path(view.user);
    let mut links = Vec::new();
    if view
        .record
        .as_ref()
        .is_some_and(|record| record.sealed.is_some())
    {
        let clear = console.to(&format!("{path}?reveal=1"));
        links.push((clear, console.t("console.show_clear")));
    }
    if status(view) != Status::Rejected {
        links.push((
            console.to(&format!("{path}/reject")),
            console.t("console.reject"),
        ));
    }
    let mut buttons = Vec::new();
    if status(view) != Status::Approved {
        let turns = u8::from(status(view) == Status::Rejected);
        let approve = console.button("console.approve", "real-names/approve");
        buttons.push(approve.sending("id", view.user).sending("turns", turns));
    }
    let reset = console.danger("console.reset_submission", "real-names/reset");
    buttons.push(reset.sending("id", view.user));
    vec![Drawn::Links(links), Drawn::Buttons(buttons)]
}

fn facts(
    console: &Console,
    view: &RealNameView,
    revealed: Option<&RevealedName>,
) -> Vec<(String, Drawn)> {
    let plain = revealed.and_then(|revealed| revealed.plain.as_ref());
    let age = revealed.and_then(|revealed| revealed.age);
    let shown =
        |masked: Cell, clear: Option<&str>| clear.map_or(masked, |clear| Cell::text(Some(clear)));
    let reviewer = view.reviewer.as_ref().map(Email::as_str);
    let facts = [
        ("console.user", user(view)),
        ("console.state", word(status(view))),
        (
            "console.name",
            shown(of(view, name), plain.map(|plain| plain.name.expose())),
        ),
        (
            "console.identity_number",
            shown(of(view, number), plain.map(|plain| plain.number.expose())),
        ),
        ("console.age", Cell::number(age.map(i64::from))),
        ("console.check_digit", of(view, check)),
        ("console.submitted", of(view, submitted)),
        ("console.submissions", of(view, times)),
        ("console.decided", of(view, decided)),
        ("console.decided_by", Cell::text(reviewer)),
        ("console.reason", of(view, reason)),
    ];
    let facts = facts.iter();
    facts
        .map(|(name, value)| console.fact(name, value))
        .collect()
}

async fn approve(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let (user, turns) = (UserId::new(sent.id()?), sent.text("turns") == "1");
    decide(&console, user, Decision::Approve, turns, change).await?;
    Ok(done(&console, "console.decision_saved", &path(user)))
}

async fn decide(
    console: &Console,
    user: UserId,
    decision: Decision,
    turns: bool,
    change: ferroboard_application::Change,
) -> Result<(), Failure> {
    let run = console.run(move |app| async move {
        app.real_name_reviews
            .decide(user, &decision, turns, change)
            .await
    });
    run.await.map(|_| ())
}

/// The form of a rejection. `turns` is set where an approval is taken back.
fn rejection(console: &Console, id: i64) -> (FormShape, Vec<Field>) {
    let back = path(UserId::new(id));
    let mut shape = FormShape::new(SECTION, "console.reject", format!("{back}/reject"), back);
    shape.submit = "console.reject";
    let reason = Field::new(
        "reason",
        "console.reason",
        FieldKind::Line,
        console.spelling,
    );
    let reason = reason
        .required()
        .hinted("console.reason_hint", console.spelling);
    let turns = Field::called("turns", String::new(), FieldKind::Hidden);
    (shape, vec![turns, reason])
}

async fn rejecting(console: Console, RowId(id): RowId) -> PageResult {
    let view = find(&console, id).await?;
    let (shape, fields) = rejection(&console, id);
    let turns = u8::from(status(&view) == Status::Approved);
    let values = json!({"turns": turns.to_string()});
    console.show_form(&shape, &Form::filled(fields, &values, console.spelling))
}

async fn reject(
    console: Console,
    RowId(id): RowId,
    Changing(change): Changing,
    sent: Sent,
) -> PageResult {
    let (shape, fields) = rejection(&console, id);
    let reason = sent.text("reason").trim().to_owned();
    let mut typed = Form::typed(fields, &sent.0);
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        typed.complain([("reason".to_owned(), console.t("console.reason_hint"))]);
        return console.unreadable(&shape, &typed);
    }
    let (user, turns) = (UserId::new(id), sent.text("turns") == "1");
    let decision = Decision::Reject { reason };
    match decide(&console, user, decision, turns, change).await {
        Ok(()) => Ok(done(&console, "console.decision_saved", &path(user))),
        Err(failure) => console.again(&shape, &mut typed, failure),
    }
}

async fn reset(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let user = UserId::new(sent.id()?);
    let run =
        console.run(move |app| async move { app.real_name_reviews.reset(user, change).await });
    if run.await? {
        Ok(done(&console, "console.submission_is_reset", "real-names"))
    } else {
        Err(Failure::Unknown)
    }
}
