use actix_web::web::Data;
use ferroboard_application::{Error, TicketView};
use ferroboard_kernel::{TicketId, UserId};
use ferroboard_tickets::{
    Level, MessageText, Subject, TextRefused, Ticket, TicketError, TicketMessage,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::Panel;
use crate::answer::envelope::{DONE, FailureBody, Success, SuccessBody};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::guards::session::Session;
use crate::request::body::{Body, Read};
use crate::request::reader::{Given, Reader, Refused};

/// Which ticket.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TicketQuery {
    /// One ticket with its messages; left out, all tickets without.
    #[param(value_type = Option<i64>)]
    id: Option<TicketId>,
}

impl Body for TicketQuery {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        if is_empty(read.given("id")) {
            return Ok(Self { id: None });
        }
        let id = Some(ticket(read)?);
        Ok(Self { id })
    }
}

/// The ticket that is meant. What cannot be the number of one is refused like one that no ticket has.
pub(crate) fn ticket(read: &mut Reader<'_>) -> Result<TicketId, Refused> {
    let id = read.any("id").naming(no_ticket, Given::integer);
    id.map(TicketId::new).get()
}

pub(super) fn no_ticket() -> Fault {
    Error::from(TicketError::TicketMissing).into()
}

/// Whether PHP's `empty` holds, which decides whether some routes got a field at all.
pub(crate) fn is_empty(given: Given<'_>) -> bool {
    match given {
        Given::Absent | Given::Null | Given::Flag(false) => true,
        Given::Text(_) | Given::Number(_) => given.text().as_deref() == Some("0"),
        Given::Flag(true) | Given::List(_) | Given::Object(_) => false,
    }
}

/// A text as `parse` takes it; a list or a switch is no text at all.
pub(super) fn text<T>(
    given: Given<'_>,
    too_long: Message,
    parse: impl FnOnce(&str) -> Result<T, TextRefused>,
) -> Result<T, Message> {
    let text = given.text().ok_or(Message::TextUnusable)?;
    parse(&text).map_err(|refused| match refused {
        TextRefused::TooLong => too_long,
        TextRefused::Unusable => Message::TextUnusable,
    })
}

/// What is written in a ticket.
pub(crate) fn message(given: Given<'_>) -> Result<MessageText, Message> {
    text(given, Message::TicketMessageTooLong, MessageText::parse)
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
    Read(query): Read<TicketQuery>,
    panel: Data<Panel>,
) -> Result<Success<TicketsBody>, Fault> {
    let user = session.0.account.id;
    let Some(id) = query.id else {
        let run = panel.run(move |app| async move { app.tickets.list(user).await });
        let tickets = run.await?.into_iter();
        let bodies = tickets.map(|ticket| TicketBody::new(ticket, None));
        return Ok(Success(TicketsBody::All(bodies.collect())));
    };
    let run = panel.run(move |app| async move { app.tickets.show(user, id).await });
    Ok(Success(TicketsBody::One(TicketBody::from(run.await?))))
}

/// A ticket and its first message.
#[derive(ToSchema)]
pub(crate) struct OpenTicketBody {
    #[schema(value_type = String, max_length = 255)]
    subject: Subject,
    /// 0 low, 1 middle, 2 high.
    #[schema(value_type = i64, minimum = 0, maximum = 2)]
    level: Level,
    #[schema(value_type = String, max_length = 20_000)]
    message: MessageText,
}

impl Body for OpenTicketBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let subject = read.required("subject");
        let subject = subject.says(Message::TicketSubjectRequired);
        let too_long = Message::TicketSubjectTooLong;
        let subject = subject.judge(|subject| text(subject, too_long, Subject::parse));
        let subject = subject.get();
        let level = read.required("level").says(Message::TicketLevelRequired);
        let level = level.integer().says(Message::TicketLevelInvalid);
        let level = level
            .parse(Message::TicketLevelInvalid, Level::from_code)
            .get();
        let first = read.required("message");
        let first = first
            .says(Message::TicketMessageRequired)
            .judge(message)
            .get();
        Ok(Self {
            subject: subject?,
            level: level?,
            message: first?,
        })
    }
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
    Read(body): Read<OpenTicketBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let OpenTicketBody {
        subject,
        level,
        message,
    } = body;
    let run =
        panel.run(move |app| async move { app.tickets.open(user, subject, level, message).await });
    run.await?;
    Ok(DONE)
}

/// A message for an open ticket.
#[derive(ToSchema)]
pub(crate) struct ReplyBody {
    #[schema(value_type = i64)]
    id: TicketId,
    #[schema(value_type = String, max_length = 20_000)]
    message: MessageText,
}

impl Body for ReplyBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        // What is missing is 400 here, and so is a message of "0".
        let id = read.any("id");
        let id = id
            .naming(|| Fault::refused(Message::TicketRequired), filled)
            .get();
        let reply = read.any("message").judge(|given| {
            let reply = (!given.is_blank()).then(|| message(given));
            reply.transpose()
        });
        let missing = || Fault::refused(Message::TicketMessageRequired);
        let reply = reply.naming(missing, |reply| reply.filter(|reply| reply.as_str() != "0"));
        let reply = reply.get();
        let id = id.and_then(|_| ticket(read));
        Ok(Self {
            id: id?,
            message: reply?,
        })
    }
}

/// Nothing of what counts as missing.
fn filled(given: Given<'_>) -> Option<Given<'_>> {
    (!is_empty(given)).then_some(given)
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
    Read(body): Read<ReplyBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let ReplyBody { id, message } = body;
    let run = panel.run(move |app| async move { app.tickets.reply(user, id, message).await });
    run.await?;
    Ok(DONE)
}

/// Which ticket is done.
#[derive(ToSchema)]
pub(crate) struct CloseBody {
    #[schema(value_type = i64)]
    id: TicketId,
}

impl Body for CloseBody {
    fn read(read: &mut Reader<'_>) -> Result<Self, Refused> {
        let missing = || Fault::unprocessable(Message::TicketRequired);
        let id = read.any("id").naming(missing, filled).get();
        let id = id.and_then(|_| ticket(read))?;
        Ok(Self { id })
    }
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
    Read(body): Read<CloseBody>,
    panel: Data<Panel>,
) -> Result<Success<bool>, Fault> {
    close_by(session, body.id, &panel).await
}

/// Closes the ticket of this number.
pub(crate) async fn close_by(
    session: Session,
    id: TicketId,
    panel: &Panel,
) -> Result<Success<bool>, Fault> {
    let user = session.0.account.id;
    let run = panel.run(move |app| async move { app.tickets.close(user, id).await });
    run.await?;
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::request::body::complaint;

    #[test]
    fn texts_and_levels_are_judged_whatever_their_type() {
        let long = json!("x".repeat(20_001));
        for (field, value, expected) in [
            ("subject", json!("Help"), None),
            ("subject", json!(0), None),
            ("subject", json!(null), Some(Message::TicketSubjectRequired)),
            ("subject", json!(["a"]), Some(Message::TextUnusable)),
            ("subject", json!("a\u{0}"), Some(Message::TextUnusable)),
            ("subject", long.clone(), Some(Message::TicketSubjectTooLong)),
            ("level", json!(2), None),
            ("level", json!("0"), None),
            ("level", json!(null), Some(Message::TicketLevelRequired)),
            ("level", json!(3), Some(Message::TicketLevelInvalid)),
            ("level", json!("x"), Some(Message::TicketLevelInvalid)),
            ("message", json!("<b>"), None),
            ("message", json!(null), Some(Message::TicketMessageRequired)),
            ("message", long.clone(), Some(Message::TicketMessageTooLong)),
        ] {
            let said = complaint::<OpenTicketBody>(field, &value);
            assert_eq!(said, expected, "{field} {value:.60}");
        }
        let said = |value| complaint::<ReplyBody>("message", &value);
        assert_eq!(said(json!(null)), None);
        assert_eq!(said(json!({})), Some(Message::TextUnusable));
        assert_eq!(said(long), Some(Message::TicketMessageTooLong));
    }

    #[test]
    fn zero_is_empty_as_in_php() {
        for (value, expected) in [
            (json!(null), true),
            (json!(0), true),
            (json!("0"), true),
            (json!(false), true),
            (json!("00"), false),
            (json!("x"), false),
            (json!(true), false),
            (json!([]), false),
        ] {
            assert_eq!(is_empty(Given::of(Some(&value))), expected, "{value}");
        }
        assert!(is_empty(Given::Absent));
    }
}
