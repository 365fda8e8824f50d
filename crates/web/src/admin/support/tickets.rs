//! `ticket/*`: the tickets of everybody.

use actix_web::Either;
use actix_web::web::Data;
use ferroboard_application::{ListedTicket, ListedUser, ManagedTicket, TICKETS};
use ferroboard_kernel::{Email, TicketId, UserId, Zone};
use ferroboard_tickets::{MessageText, Ticket, TicketMessage};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::admin::guard::{AdminSession, Changing};
use crate::admin::users::body::TicketOwnerBody;
use crate::answer::envelope::{Bare, DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body::{Body, Read};
use crate::request::client_address::Root;
use crate::request::list::ListInput;
use crate::request::reader::{Given, Reader, Refused};
use crate::user::tickets::{is_empty, message, ticket};

/// Which tickets.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ManagedTicketQuery {
    /// One ticket with its messages; left out, all of them without.
    #[param(value_type = Option<i64>)]
    id: Option<TicketId>,
    /// 0 open, 1 closed.
    status: Option<i64>,
    /// 0 waits for staff, 1 answered; one of them, or a list (`reply_status[]=0`).
    #[param(value_type = Option<i64>)]
    reply_status: Option<Vec<i64>>,
    /// Those of the account with this address alone.
    #[param(value_type = Option<String>)]
    email: Option<Email>,
}

impl Body for ManagedTicketQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = if is_empty(read.given("id")) {
            Ok(None)
        } else {
            ticket(read).map(Some)
        };
        let status = read.nullable("status").integer().get();
        let is_list = matches!(
            read.given("reply_status"),
            Given::List(_) | Given::Object(_)
        );
        let reply_status = read.nullable("reply_status");
        let reply_status = if is_list {
            reply_status.each(|status| status.integer().get()).get()
        } else {
            reply_status.integer().map(|status| vec![status]).get()
        };
        // It need not be an address: then nobody has it.
        let email = read.nullable("email").text();
        let email = email.map(|text| Email::stored(&text.to_lowercase())).get();
        Ok(Self {
            id: id?,
            status: status?,
            reply_status: reply_status?,
            email: email?,
        })
    }
}

/// A ticket in the list. Its subject is as it was written: whoever shows it escapes it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedTicketBody {
    #[serde(flatten)]
    ticket: ManagedTicketRow,
    /// Null where the account is gone.
    user: Option<TicketOwnerBody>,
}

/// The columns of a ticket.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedTicketRow {
    id: i64,
    user_id: i64,
    subject: String,
    /// 0 low, 1 middle, 2 high.
    level: i64,
    /// 0 open, 1 closed.
    status: i64,
    /// 0 waits for staff, 1 answered.
    reply_status: i64,
    last_reply_user_id: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<Ticket> for ManagedTicketRow {
    fn from(ticket: Ticket) -> Self {
        Self {
            id: ticket.id.get(),
            user_id: ticket.owner.get(),
            subject: ticket.subject,
            level: ticket.level.code(),
            status: ticket.status.code(),
            reply_status: ticket.reply_status.code(),
            last_reply_user_id: ticket.last_reply_by.map(UserId::get),
            created_at: ticket.created_at.get(),
            updated_at: ticket.updated_at.get(),
        }
    }
}

/// A page of the tickets.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketPage {
    data: Vec<ListedTicketBody>,
    /// How many there are on all pages.
    total: i64,
}

/// A ticket with its messages. Texts are as they were written: whoever shows them escapes them.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManagedTicketBody {
    #[serde(flatten)]
    ticket: ManagedTicketRow,
    /// Oldest first, at most the latest 500.
    messages: Vec<ManagedMessageBody>,
    /// The same once more, where the pages of the v2board line look for it.
    message: Vec<ManagedMessageBody>,
    /// Null where the account is gone.
    user: Option<TicketOwnerBody>,
}

/// A message in a ticket.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct ManagedMessageBody {
    id: i64,
    user_id: i64,
    ticket_id: i64,
    message: String,
    created_at: i64,
    updated_at: i64,
    /// Whether the ticket's owner wrote it.
    is_from_user: bool,
    /// Whether somebody else did.
    is_from_admin: bool,
    /// The same, as the pages of the v2board line call it.
    is_me: bool,
}

impl ManagedMessageBody {
    fn new(message: TicketMessage, owner: UserId) -> Self {
        let is_from_user = message.author == owner;
        Self {
            id: message.id.get(),
            user_id: message.author.get(),
            ticket_id: message.ticket.get(),
            message: message.text,
            created_at: message.created_at.get(),
            updated_at: message.updated_at.get(),
            is_from_user,
            is_from_admin: !is_from_user,
            is_me: !is_from_user,
        }
    }
}

fn owner_body(owner: Option<ListedUser>, zone: Zone) -> Option<TicketOwnerBody> {
    owner.map(|owner| TicketOwnerBody::of(owner, zone))
}

fn listed(row: ListedTicket, zone: Zone) -> ListedTicketBody {
    ListedTicketBody {
        ticket: row.ticket.into(),
        user: owner_body(row.owner, zone),
    }
}

fn shown(managed: ManagedTicket, zone: Zone) -> ManagedTicketBody {
    let owner = managed.ticket.owner;
    let messages = managed.messages.into_iter();
    let messages = messages.map(|message| ManagedMessageBody::new(message, owner));
    let messages: Vec<ManagedMessageBody> = messages.collect();
    ManagedTicketBody {
        ticket: managed.ticket.into(),
        message: messages.clone(),
        messages,
        user: owner_body(managed.owner, zone),
    }
}

/// The tickets, the latest changed first, or one of them with its messages. A list comes without the
/// envelope.
#[utoipa::path(
    method(get, post),
    path = "/api/v2/{secure_path}/ticket/fetch",
    params(ManagedTicketQuery, ListInput),
    responses(
        (status = 200, description = "A page, without the envelope; one ticket in it where `id` is given", body = TicketPage),
        (status = 400, description = "There is no such ticket", body = FailureBody),
        (status = 422, description = "The list has no such column, or not so", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    _: AdminSession,
    Read(query): Read<ManagedTicketQuery>,
    list: ListInput,
    root: Root,
    panel: Data<Panel>,
) -> Result<Either<Bare<TicketPage>, Success<ManagedTicketBody>>, Fault> {
    let root = root.0.into_asker();
    if let Some(id) = query.id {
        let run = panel.run(move |app| async move {
            let tickets = &app.administration.tickets;
            Ok((tickets.show(id, &root).await?, tickets.zone()))
        });
        let (ticket, zone) = run.await?;
        return Ok(Either::Right(Success(shown(ticket, zone))));
    }
    let list = list.also("status", query.status.map(|status| vec![status]));
    let list = list.also("reply_status", query.reply_status);
    let (request, email) = (list.judged(&TICKETS)?, query.email);
    let run = panel.run(move |app| async move {
        let tickets = &app.administration.tickets;
        let found = tickets.list(request, email, &root).await?;
        Ok((found, tickets.zone()))
    });
    let (found, zone) = run.await?;
    let found = found.map(|row| listed(row, zone));
    Ok(Either::Left(Bare(TicketPage {
        data: found.rows,
        total: found.total,
    })))
}

/// An answer to a ticket.
#[derive(ToSchema)]
pub struct AnswerTicket {
    #[schema(value_type = i64)]
    id: TicketId,
    #[schema(value_type = String, max_length = 20_000)]
    message: MessageText,
}

impl Body for AnswerTicket {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let named = NamedTicket::read(read);
        let answer = read.required("message");
        let answer = answer.says(Message::TicketMessageRequired).judge(message);
        let answer = answer.get();
        let id = named?.id;
        Ok(Self {
            id,
            message: answer?,
        })
    }
}

impl AnswerTicket {
    /// Which ticket, and what is written.
    pub fn into_message(self) -> (TicketId, MessageText) {
        (self.id, self.message)
    }
}

/// Answers a ticket, and mails its owner unless that was done within the last half hour. A closed ticket
/// stays closed. In a ticket of their own administrators write as its owner.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/ticket/reply",
    request_body = AnswerTicket,
    responses(
        (status = 200, description = "Answered", body = SuccessBody<bool>),
        (status = 400, description = "There is no such ticket", body = FailureBody),
        (status = 422, description = "A field is missing, too long or malformed", body = FailureBody),
    )
)]
pub(crate) async fn reply(
    Changing(change): Changing,
    Read(body): Read<AnswerTicket>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let (id, message) = body.into_message();
    let run = panel.run(move |app| async move {
        let tickets = &app.administration.tickets;
        tickets.answer(id, message, change).await
    });
    run.await?;
    Ok(DONE)
}

/// Which ticket.
#[derive(ToSchema)]
pub(crate) struct NamedTicket {
    #[schema(value_type = i64)]
    id: TicketId,
}

impl Body for NamedTicket {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let id = read.required("id").says(Message::TicketIdRequired);
        let id = id.integer().map(TicketId::new).get()?;
        Ok(Self { id })
    }
}

/// Closes a ticket. A withdrawal that it asked for is released.
#[utoipa::path(
    post,
    path = "/api/v2/{secure_path}/ticket/close",
    request_body = NamedTicket,
    responses(
        (status = 200, description = "Closed, or closed before", body = SuccessBody<bool>),
        (status = 400, description = "There is no such ticket", body = FailureBody),
        (status = 422, description = "No ticket was named", body = FailureBody),
    )
)]
pub(crate) async fn close(
    Changing(change): Changing,
    Read(body): Read<NamedTicket>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let run = panel
        .run(move |app| async move { app.administration.tickets.close(body.id, change).await });
    run.await?;
    Ok(DONE)
}
