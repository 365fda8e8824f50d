use actix_web::http::StatusCode;
use actix_web::web::Data;
use ferroboard_application::TicketView;
use ferroboard_kernel::UserId;
use ferroboard_tickets::{Ticket, TicketMessage};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::answer::ticket_fields as rules;
use crate::guards::session::Session;
use crate::request::field::Field;
use crate::request::valid::Valid;

/// Which ticket.
#[derive(Deserialize, Default, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct TicketQuery {
    /// One ticket with its messages; left out, all tickets without.
    #[param(value_type = Option<i64>, required = false)]
    id: Field,
}

/// A ticket. Texts are as they were written: whoever shows them escapes them. Times are in Unix
/// seconds.
#[derive(Serialize, ToSchema)]
pub(crate) struct TicketBody {
    id: i64,
    /// 0 low, 1 middle, 2 high.
    level: i64,
    /// 0 waits for staff, 1 answered.
    reply_status: i64,
    /// 0 open, 1 closed.
    status: i64,
    subject: String,
    /// The messages, oldest first, where one ticket was asked for: at most the latest 500.
    message: Option<Vec<TicketMessageBody>>,
    /// The same once more, where some apps look for it; only where one ticket was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<TicketMessageBody>>,
    created_at: i64,
    updated_at: i64,
    user_id: i64,
}

/// A message in a ticket.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct TicketMessageBody {
    id: i64,
    ticket_id: i64,
    /// Whether the ticket's owner wrote it, and not the staff.
    is_me: bool,
    message: String,
    created_at: i64,
    updated_at: i64,
}

impl TicketBody {
    fn new(ticket: Ticket, message: Option<Vec<TicketMessageBody>>) -> Self {
        Self {
            id: ticket.id.get(),
            level: ticket.level.code(),
            reply_status: ticket.reply_status.code(),
            status: ticket.status.code(),
            subject: ticket.subject,
            messages: message.clone(),
            message,
            created_at: ticket.created_at.get(),
            updated_at: ticket.updated_at.get(),
            user_id: ticket.owner.get(),
        }
    }
}

impl TicketMessageBody {
    fn new(message: TicketMessage, owner: UserId) -> Self {
        Self {
            id: message.id.get(),
            ticket_id: message.ticket.get(),
            is_me: message.author == owner,
            message: message.text,
            created_at: message.created_at.get(),
            updated_at: message.updated_at.get(),
        }
    }
}

impl From<TicketView> for TicketBody {
    fn from(view: TicketView) -> Self {
        let owner = view.ticket.owner;
        let messages = view.messages.into_iter();
        let messages = messages.map(|message| TicketMessageBody::new(message, owner));
        Self::new(view.ticket, Some(messages.collect()))
    }
}

/// Either all tickets or one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum TicketsBody {
    /// Newest first, at most 1,000.
    All(Vec<TicketBody>),
    /// With its messages.
    One(TicketBody),
}

/// The user's tickets, or one of them with its messages.
#[utoipa::path(
    get,
    path = "/api/v1/user/ticket/fetch",
    params(TicketQuery),
    responses(
        (status = 200, description = "A list, or one ticket where `id` is given", body = SuccessBody<TicketsBody>),
        (status = 400, description = "There is no such ticket", body = FailureBody),
    )
)]
pub(crate) async fn fetch(
    session: Session,
    Valid(query): Valid<TicketQuery>,
    panel: Data<Panel>,
) -> Result<Success<TicketsBody>, Fault> {
    let user = session.0.account.id;
    if query.id.is_empty() {
        let run = panel.run(move |app| async move { app.tickets.list(user).await });
        let tickets = run.await?.into_iter();
        let bodies = tickets.map(|ticket| TicketBody::new(ticket, None));
        return Ok(Success(TicketsBody::All(bodies.collect())));
    }
    let id = query.id.to_ticket_id()?;
    let run = panel.run(move |app| async move { app.tickets.show(user, id).await });
    Ok(Success(TicketsBody::One(TicketBody::from(run.await?))))
}

/// A ticket and its first message.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct OpenTicketBody {
    #[validate(custom(function = rules::subject))]
    #[schema(value_type = String, max_length = 255)]
    subject: Field,
    /// 0 low, 1 middle, 2 high.
    #[validate(custom(function = rules::level))]
    #[schema(value_type = i64, minimum = 0, maximum = 2)]
    level: Field,
    #[validate(custom(function = rules::message))]
    #[schema(value_type = String, max_length = 20_000)]
    message: Field,
}

/// Opens a ticket.
#[utoipa::path(
    post,
    path = "/api/v1/user/ticket/save",
    request_body = OpenTicketBody,
    responses(
        (status = 200, description = "Opened", body = SuccessBody<bool>),
        (status = 400, description = "The user has an open ticket", body = FailureBody),
        (status = 422, description = "A field is missing, too long or malformed", body = FailureBody),
        (status = 429, description = "More than ten messages within a minute; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn open(
    session: Session,
    Valid(body): Valid<OpenTicketBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let (subject, level) = (body.subject.to_subject()?, body.level.to_level()?);
    let text = body.message.to_message_text()?;
    let run =
        panel.run(move |app| async move { app.tickets.open(user, subject, level, text).await });
    run.await?;
    Ok(DONE)
}

/// A message for an open ticket.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct ReplyBody {
    #[schema(value_type = i64)]
    id: Field,
    #[validate(custom(function = rules::later_message))]
    #[schema(value_type = String, max_length = 20_000)]
    message: Field,
}

/// Writes in an open ticket.
#[utoipa::path(
    post,
    path = "/api/v1/user/ticket/reply",
    request_body = ReplyBody,
    responses(
        (status = 200, description = "Written", body = SuccessBody<bool>),
        (status = 400, description = "A field is missing; there is no such ticket, it is closed, or staff has to answer first", body = FailureBody),
        (status = 422, description = "The message is too long or malformed", body = FailureBody),
        (status = 429, description = "More than ten messages within a minute; see `Retry-After`", body = FailureBody),
    )
)]
pub(crate) async fn reply(
    session: Session,
    Valid(body): Valid<ReplyBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    // Both are 400 here, and so is a message of "0".
    if body.id.is_empty() {
        return Err(Fault::refused(Message::TicketRequired));
    }
    if body.message.is_empty() {
        return Err(Fault::refused(Message::TicketMessageRequired));
    }
    let (id, text) = (body.id.to_ticket_id()?, body.message.to_message_text()?);
    let run = panel.run(move |app| async move { app.tickets.reply(user, id, text).await });
    run.await?;
    Ok(DONE)
}

/// Which ticket is done.
#[derive(Deserialize, Default, Validate, ToSchema)]
#[serde(default)]
pub(crate) struct CloseBody {
    #[schema(value_type = i64)]
    id: Field,
}

/// Closes a ticket. A withdrawal that it asked for is taken back.
#[utoipa::path(
    post,
    path = "/api/v1/user/ticket/close",
    request_body = CloseBody,
    responses(
        (status = 200, description = "Closed, or closed before", body = SuccessBody<bool>),
        (status = 400, description = "There is no such ticket", body = FailureBody),
        (status = 422, description = "The ticket is missing", body = FailureBody),
    )
)]
pub(crate) async fn close(
    session: Session,
    Valid(body): Valid<CloseBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    if body.id.is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Fault::new(status, Message::TicketRequired));
    }
    close_by(session, &body.id, &panel).await
}

/// Closes the ticket of this number.
pub(crate) async fn close_by(
    session: Session,
    id: &Field,
    panel: &Panel,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let id = id.to_ticket_id()?;
    let run = panel.run(move |app| async move { app.tickets.close(user, id).await });
    run.await?;
    Ok(DONE)
}
