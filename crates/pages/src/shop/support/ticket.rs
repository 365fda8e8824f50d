//! One ticket as a conversation.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use ferroboard_application::{Error, TicketView};
use ferroboard_kernel::{TicketId, UnixSeconds, UserId};
use ferroboard_tickets::{TicketError, TicketMessage, TicketStatus};
use ferroboard_web::Panel;

use super::tickets::message;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::list::Tone;
use crate::page::{Page, show_as};
use crate::shop::{named, names};
use crate::visitor::{Customer, MainCustomer};

/// What somebody wrote: as it was written, for the template to escape.
struct Said {
    is_own: bool,
    text: String,
    at: UnixSeconds,
}

#[derive(Template)]
#[template(path = "shop/ticket.html")]
struct TicketPage {
    page: Page,
    id: i64,
    level: &'static str,
    tone: Tone,
    state: &'static str,
    is_open: bool,
    messages: Vec<Said>,
    form: Form,
}

/// A ticket with what was written in it.
pub(in crate::shop) async fn conversation(
    customer: MainCustomer,
    id: Path<String>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = TicketId::new(named::row(&id)?);
    ticket_page(&customer.0, id, form, &panel, StatusCode::OK).await
}

/// Writes in an open ticket.
pub(in crate::shop) async fn reply(
    customer: MainCustomer,
    id: Path<String>,
    mut form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = TicketId::new(named::row(&id)?);
    let customer = customer.0;
    let user = customer.session.account.id;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(text) = message(&mut form, customer.visitor.lang()) {
        let run = panel.run(move |app| async move { app.tickets.reply(user, id, text).await });
        match run.await {
            Ok(()) => {
                let flash = Flash::done("support.ticket_replied");
                return Ok(flash.and_go(&customer.visitor, &path(id)));
            }
            Err(fault) => status = form.refused(&customer.visitor, fault)?,
        }
    }
    ticket_page(&customer, id, form, &panel, status).await
}

/// Closes a ticket.
pub(in crate::shop) async fn close(
    customer: MainCustomer,
    id: Path<String>,
    panel: Data<Panel>,
) -> PageResult {
    let id = TicketId::new(named::row(&id)?);
    let user = customer.0.session.account.id;
    let run = panel.run(move |app| async move {
        match app.tickets.close(user, id).await {
            Ok(()) => Ok(true),
            Err(Error::Ticket(TicketError::TicketMissing)) => Ok(false),
            Err(error) => Err(error),
        }
    });
    if !run.await? {
        return Err(Failure::Unknown);
    }
    let flash = Flash::done("support.ticket_closed_now");
    Ok(flash.and_go(&customer.0.visitor, &path(id)))
}

fn path(id: TicketId) -> String {
    format!("/my/tickets/{id}")
}

async fn find(panel: &Panel, user: UserId, id: TicketId) -> Result<TicketView, Failure> {
    let run = panel.run(move |app| async move {
        match app.tickets.show(user, id).await {
            Ok(view) => Ok(Some(view)),
            Err(Error::Ticket(TicketError::TicketMissing)) => Ok(None),
            Err(error) => Err(error),
        }
    });
    run.await?.ok_or(Failure::Unknown)
}

async fn ticket_page(
    customer: &Customer,
    id: TicketId,
    form: Form,
    panel: &Panel,
    status: StatusCode,
) -> PageResult {
    let TicketView { ticket, messages } = find(panel, customer.session.account.id, id).await?;
    let page = Page::titled(&customer.visitor, "/my/tickets", ticket.subject.clone())?;
    let (tone, state) = names::ticket_state(&ticket);
    let said = |message: TicketMessage| Said {
        is_own: message.author == ticket.owner,
        text: message.text,
        at: message.created_at,
    };
    let template = TicketPage {
        id: id.get(),
        level: page.t(names::ticket_level(ticket.level)),
        tone,
        state: page.t(state),
        is_open: ticket.status == TicketStatus::Open,
        messages: messages.into_iter().map(said).collect(),
        form,
        page,
    };
    show_as(status, &template)
}
