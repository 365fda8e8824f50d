//! Tickets: the list, and a new one.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use ferroboard_kernel::UnixSeconds;
use ferroboard_tickets::{Level, MessageText, Subject, TextRefused, Ticket, TicketStatus};
use ferroboard_web::Panel;

use crate::catalogue;
use crate::failure::PageResult;
use crate::flash::Flash;
use crate::form::Form;
use crate::lang::Lang;
use crate::list::{ListQuery, Tone};
use crate::page::{Page, show, show_as};
use crate::shop::names;
use crate::visitor::{Customer, MainCustomer};

/// How many tickets a page shows.
const ROWS: usize = 20;

/// A ticket in the list.
struct TicketRow {
    id: i64,
    subject: String,
    level: &'static str,
    tone: Tone,
    state: &'static str,
    updated_at: UnixSeconds,
}

#[derive(Template)]
#[template(path = "shop/tickets.html")]
struct TicketsPage {
    page: Page,
    tickets: Vec<TicketRow>,
    has_open: bool,
    list: ListQuery,
    last: i64,
}

#[derive(Template)]
#[template(path = "shop/ticket_new.html")]
struct NewTicketPage {
    page: Page,
    form: Form,
    levels: Vec<(i64, &'static str)>,
    /// The ticket that must be closed first.
    open: Option<i64>,
}

/// The tickets, newest first.
pub(in crate::shop) async fn list(customer: MainCustomer, panel: Data<Panel>) -> PageResult {
    let customer = customer.0;
    let user = customer.session.account.id;
    let run = panel.run(move |app| async move { app.tickets.list(user).await });
    let tickets = run.await?;
    let query = ListQuery::of(&customer.visitor);
    let page = Page::new(&customer.visitor, "/my/tickets", "support.tickets_title")?;
    let total = i64::try_from(tickets.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(query.number() - 1).unwrap_or(usize::MAX);
    let has_open = open_of(&tickets).is_some();
    let shown = tickets.into_iter();
    let shown = shown.skip(skipped.saturating_mul(ROWS)).take(ROWS);
    show(&TicketsPage {
        tickets: shown.map(|ticket| TicketRow::new(&page, ticket)).collect(),
        has_open,
        last: query.pages(total),
        list: query,
        page,
    })
}

/// The form of a new ticket.
pub(in crate::shop) async fn new(
    customer: MainCustomer,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    if form.given("level").is_none() {
        form.fill("level", Level::Middle.code());
    }
    new_page(&customer.0, form, &panel, StatusCode::OK).await
}

/// Opens a ticket.
pub(in crate::shop) async fn open(
    customer: MainCustomer,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let customer = customer.0;
    let user = customer.session.account.id;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some((subject, level, message)) = read(&mut form, customer.visitor.lang()) {
        let run = panel.run(move |app| async move {
            app.tickets.open(user, subject, level, message).await?;
            let tickets = app.tickets.list(user).await?;
            Ok(open_of(&tickets))
        });
        match run.await {
            Ok(id) => {
                let path = id.map_or_else(
                    || "/my/tickets".to_owned(),
                    |id| format!("/my/tickets/{id}"),
                );
                let flash = Flash::done("support.ticket_opened");
                return Ok(flash.and_go(&customer.visitor, &path));
            }
            Err(fault) => status = form.refused(&customer.visitor, fault)?,
        }
    }
    new_page(&customer, form, &panel, status).await
}

/// The fields of a new ticket; complains of those that are missing or malformed.
fn read(form: &mut Form, lang: Lang) -> Option<(Subject, Level, MessageText)> {
    let subject = form.text("subject").trim().to_owned();
    let subject = if subject.is_empty() {
        form.complain(
            "subject",
            catalogue::text(lang, "support.ticket_subject_required"),
        );
        None
    } else {
        let subject = Subject::parse(&subject);
        accepted(form, "subject", lang, subject, "support.ticket_subject_bad")
    };
    let level = form.text("level").parse().ok().and_then(Level::from_code);
    if level.is_none() {
        form.complain(
            "level",
            catalogue::text(lang, "support.ticket_level_required"),
        );
    }
    let message = message(form, lang);
    Some((subject?, level?, message?))
}

/// What is written in a ticket; complains where it is missing or malformed.
pub(super) fn message(form: &mut Form, lang: Lang) -> Option<MessageText> {
    if form.text("message").trim().is_empty() {
        form.complain(
            "message",
            catalogue::text(lang, "support.ticket_message_required"),
        );
        return None;
    }
    let message = MessageText::parse(form.text("message"));
    accepted(form, "message", lang, message, "support.ticket_message_bad")
}

fn accepted<T>(
    form: &mut Form,
    field: &str,
    lang: Lang,
    text: Result<T, TextRefused>,
    too_long: &str,
) -> Option<T> {
    match text {
        Ok(text) => Some(text),
        Err(refused) => {
            let name = match refused {
                TextRefused::TooLong => too_long,
                TextRefused::Unusable => "support.text_unusable",
            };
            form.complain(field, catalogue::text(lang, name));
            None
        }
    }
}

async fn new_page(
    customer: &Customer,
    form: Form,
    panel: &Panel,
    status: StatusCode,
) -> PageResult {
    let user = customer.session.account.id;
    let run = panel.run(move |app| async move { app.tickets.list(user).await });
    let tickets = run.await?;
    let page = Page::new(&customer.visitor, "/my/tickets", "support.ticket_new")?;
    let levels = [Level::Low, Level::Middle, Level::High];
    let levels = levels.map(|level| (level.code(), page.t(names::ticket_level(level))));
    let template = NewTicketPage {
        levels: levels.to_vec(),
        open: open_of(&tickets),
        form,
        page,
    };
    show_as(status, &template)
}

/// The number of the ticket that is open; of several the newest.
fn open_of(tickets: &[Ticket]) -> Option<i64> {
    let mut tickets = tickets.iter();
    let open = tickets.find(|ticket| ticket.status == TicketStatus::Open);
    open.map(|ticket| ticket.id.get())
}

impl TicketRow {
    fn new(page: &Page, ticket: Ticket) -> Self {
        let (tone, state) = names::ticket_state(&ticket);
        Self {
            id: ticket.id.get(),
            level: page.t(names::ticket_level(ticket.level)),
            tone,
            state: page.t(state),
            updated_at: ticket.updated_at,
            subject: ticket.subject,
        }
    }
}
