//! Tickets: the list, and one as a conversation that is answered, with replies that are kept.

mod conversation;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, ListedTicket, ManagedTicket, SavedView, TICKETS};
use ferroboard_kernel::{Email, TicketId, UserId};
use ferroboard_tickets::Ticket;
use ferroboard_web::forms::AnswerTicket;

use super::asked::{Filter, FilterKind};
use super::cell::Cell;
use super::form_page::{Field, FieldKind, Form};
use super::forms::done;
use super::frame::{Console, RowId, Sent};
use super::guard::Changing;
use super::list_page::{Column, Noun};
use super::lists::{self, Wanted};
use super::users::root;
use crate::failure::{Failure, PageResult};
use crate::list::{Button, Cell as Drawn, Tone};
use crate::page::{Page, show_as};
use crate::routes::{at, form, page};
use conversation::{Message, Reply, TicketPage};

/// Under which name replies are kept.
const REPLIES: &str = "replies";
/// Replies that everybody has.
const USUAL_REPLIES: &[(&str, &str)] = &[
    ("console.reply_seen", "console.reply_seen_text"),
    ("console.reply_details", "console.reply_details_text"),
    ("console.reply_update", "console.reply_update_text"),
    ("console.reply_solved", "console.reply_solved_text"),
];
const LEVELS: &[(i64, &str, Tone)] = &[
    (0, "console.level_low", Tone::Plain),
    (1, "console.level_middle", Tone::Plain),
    (2, "console.level_high", Tone::Bad),
];

/// Where a ticket stands.
pub(super) fn state(ticket: &Ticket) -> Cell {
    match (ticket.status.code(), ticket.reply_status.code()) {
        (0, 0) => Cell::Word("console.ticket_waits", Tone::Warn),
        (0, _) => Cell::Word("console.ticket_answered", Tone::Good),
        _ => Cell::Word("console.ticket_closed", Tone::Plain),
    }
}

fn owner(row: &ListedTicket) -> Cell {
    let email = row.owner.as_ref().map(|owner| owner.user.email.as_str());
    Cell::user(row.ticket.owner.get(), email)
}

const NOUN: Noun<ListedTicket> = Noun {
    path: "tickets",
    title: "layout.tickets",
    section: "/tickets",
    listing: &TICKETS,
    columns: &[
        Column::new("id", "console.id", |row: &ListedTicket| {
            Cell::Number(row.ticket.id.get())
        })
        .by("id"),
        Column::new("subject", "console.subject", |row: &ListedTicket| {
            Cell::link(format!("tickets/{}", row.ticket.id), &row.ticket.subject)
        })
        .by("subject"),
        Column::new("user", "console.user", owner).by("user_id"),
        Column::new("level", "console.level", |row: &ListedTicket| {
            Cell::word(row.ticket.level.code(), LEVELS)
        })
        .by("level"),
        Column::new("state", "console.state", |row: &ListedTicket| {
            state(&row.ticket)
        })
        .by("status"),
        Column::new("changed", "console.changed", |row: &ListedTicket| {
            Cell::time(Some(row.ticket.updated_at.get()))
        })
        .by("updated_at"),
        Column::new("created", "console.created", |row: &ListedTicket| {
            Cell::time(Some(row.ticket.created_at.get()))
        })
        .by("created_at")
        .hidden(),
    ],
    filters: &[
        Filter::text("subject", "console.subject"),
        Filter::new(
            "status",
            "console.state",
            FilterKind::Choice(&[("0", "console.ticket_open"), ("1", "console.ticket_closed")]),
        ),
        Filter::new(
            "reply_status",
            "console.waits_for",
            FilterKind::Choice(&[
                ("0", "console.ticket_waits"),
                ("1", "console.ticket_answered"),
            ]),
        ),
        Filter::new(
            "level",
            "console.level",
            FilterKind::Choice(&[
                ("0", "console.level_low"),
                ("1", "console.level_middle"),
                ("2", "console.level_high"),
            ]),
        ),
        Filter::number("user_id", "console.user_id"),
    ],
    key: |row: &ListedTicket| row.ticket.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/tickets").route(page().to(list)))
        .service(at("/{console}/tickets/reply").route(form().to(reply)))
        .service(at("/{console}/tickets/close").route(form().to(close)))
        .service(at("/{console}/tickets/keep-reply").route(form().to(keep)))
        .service(at("/{console}/tickets/forget-reply").route(form().to(forget)))
        .service(at("/{console}/tickets/{id}").route(page().to(show)));
}

async fn list(console: Console) -> PageResult {
    let root = root(&console).await?;
    let email = console
        .query()
        .get("email")
        .map(|email| Email::stored(&email.to_lowercase()));
    let fetch = move |app: Arc<Application>, wanted: Wanted| {
        let (root, email) = (root.clone(), email.clone());
        async move {
            app.administration
                .tickets
                .list(wanted.request, email, &root)
                .await
        }
    };
    lists::answer(&console, &NOUN, fetch, |_, _| {}, |_| Vec::new()).await
}

fn fields(console: &Console) -> Vec<Field> {
    let answer = Field::new(
        "message",
        "console.answer",
        FieldKind::Area(8),
        console.spelling,
    );
    vec![
        Field::called("id", String::new(), FieldKind::Hidden),
        answer.required(),
    ]
}

async fn show(console: Console, RowId(id): RowId) -> PageResult {
    let values = serde_json::json!({"id": id});
    let form = Form::filled(fields(&console), &values, console.spelling);
    conversation(&console, id, &form, None, StatusCode::OK).await
}

async fn conversation(
    console: &Console,
    id: i64,
    form: &Form,
    message: Option<String>,
    status: StatusCode,
) -> PageResult {
    let (admin, root) = (console.operator.session.account.id, root(console).await?);
    let run = console.run(move |app| async move {
        let ticket = app
            .administration
            .tickets
            .show(TicketId::new(id), &root)
            .await?;
        Ok((ticket, app.administration.saved_views.list(admin).await?))
    });
    let (found, kept) = run.await?;
    let title = found.ticket.subject.clone();
    let is_open = found.ticket.status.code() == 0;
    let close = console
        .danger("console.close_ticket", "tickets/close")
        .sending("id", id);
    let page = TicketPage {
        page: Page::console_titled(&console.operator, "/tickets", title)?,
        facts: facts(console, &found),
        messages: messages(console, &found),
        form: form.view(),
        message,
        replies: replies(console, &kept, id),
        close: is_open.then_some(close),
    };
    show_as(status, &page)
}

fn facts(console: &Console, found: &ManagedTicket) -> Vec<(String, Drawn)> {
    let (ticket, owner) = (&found.ticket, found.owner.as_ref());
    let email = owner.map(|owner| owner.user.email.as_str());
    let mut facts = vec![
        console.fact("console.user", &Cell::user(ticket.owner.get(), email)),
        console.fact("console.state", &state(ticket)),
        console.fact("console.level", &Cell::word(ticket.level.code(), LEVELS)),
        console.fact(
            "console.created",
            &Cell::time(Some(ticket.created_at.get())),
        ),
    ];
    if let Some(owner) = owner {
        let used = owner.user.upload.saturating_add(owner.user.download);
        facts.push(console.fact("console.used", &Cell::Bytes(used)));
        facts.push(console.fact("console.quota", &Cell::Bytes(owner.user.transfer_enable)));
        let ends = super::users::ends(owner.user.expired_at);
        facts.push(console.fact("console.ends", &ends));
        facts.push(console.fact("console.balance", &Cell::Money(owner.user.balance.get())));
    }
    facts
}

fn messages(console: &Console, found: &ManagedTicket) -> Vec<Message> {
    let owner = found.ticket.owner;
    let email = found
        .owner
        .as_ref()
        .map(|owner| owner.user.email.as_str().to_owned());
    let name = |author: UserId| match (author == owner, &email) {
        (true, Some(email)) => email.clone(),
        (true, None) => format!("#{author}"),
        (false, _) => format!("{} #{author}", console.t("console.staff")),
    };
    let messages = found.messages.iter().map(|message| Message {
        text: message.text.clone(),
        author: name(message.author),
        at: console.drawn(&Cell::time(Some(message.created_at.get()))),
        is_own: message.author != owner,
    });
    messages.collect()
}

fn replies(console: &Console, kept: &[SavedView], ticket: i64) -> Vec<Reply> {
    let usual = USUAL_REPLIES.iter().map(|(name, text)| Reply {
        name: console.t(name),
        text: console.t(text),
        forget: None,
    });
    let own = kept.iter().filter(|view| view.list == REPLIES).map(|view| {
        let forget = Button::new(
            console.to("tickets/forget-reply"),
            console.t("layout.delete"),
        );
        Reply {
            name: view.name.clone(),
            text: view.query.clone(),
            forget: Some(forget.sending("id", ticket).sending("reply", view.id)),
        }
    });
    usual.chain(own).collect()
}

async fn reply(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = sent.id()?;
    let mut form = Form::typed(fields(&console), &sent.0);
    let input = ferroboard_web::Input::of_fields(form.fields(console.spelling));
    let refused = match ferroboard_web::body_of::<AnswerTicket>(&input) {
        Ok(body) => {
            let (ticket, message) = body.into_message();
            let run = console.run(move |app| async move {
                app.administration
                    .tickets
                    .answer(ticket, message, change)
                    .await
            });
            match run.await {
                Ok(()) => return Ok(done(&console, "console.answered", &format!("tickets/{id}"))),
                Err(failure) => failure,
            }
        }
        Err(fault) => fault.into(),
    };
    let (status, message) = console.complained(&mut form, refused)?;
    conversation(&console, id, &form, message, status).await
}

async fn close(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let id = TicketId::new(sent.id()?);
    let run =
        console.run(move |app| async move { app.administration.tickets.close(id, change).await });
    run.await?;
    Ok(done(&console, "console.closed", &format!("tickets/{id}")))
}

/// Keeps what is typed as a reply under a name. What is typed stays.
async fn keep(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let (id, name, text) = (sent.id()?, sent.text("name"), sent.text("message"));
    let name: String = name.chars().take(60).collect();
    let has_room = !name.is_empty() && !text.is_empty() && text.len() <= 20_000;
    let mut form = Form::typed(fields(&console), &sent.0);
    if has_room {
        let text = text.to_owned();
        let run = console.run(move |app| async move {
            app.administration
                .saved_views
                .keep(REPLIES, &name, &text, change)
                .await
        });
        run.await?;
        return conversation(&console, id, &form, None, StatusCode::OK).await;
    }
    form.complain([("message".to_owned(), console.t("console.reply_needs"))]);
    conversation(&console, id, &form, None, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn forget(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let (id, reply) = (sent.id()?, sent.number("reply").ok_or(Failure::Unknown)?);
    let run = console
        .run(move |app| async move { app.administration.saved_views.forget(reply, change).await });
    run.await?;
    Ok(done(&console, "layout.deleted", &format!("tickets/{id}")))
}
