//! The notice about an answer in a ticket.

use ferroboard_attempts::CounterName;
use ferroboard_kernel::{Seconds, UnixSeconds};
use ferroboard_mail::NoticeKind;
use ferroboard_telegram::ChatId;
use ferroboard_tickets::{MessageText, Ticket};

use crate::context::Context;
use crate::support::customer_notices::Reader;
use crate::support::customer_words::Words;
use crate::{Error, UnitOfWork};

/// How long after a mail about a reply its addressee gets none about another.
const MAIL_PAUSE: Seconds = Seconds::minutes(30);
/// How much of a reply its mail shows.
const EXCERPT: usize = 5_000;

/// Queues the notice about a reply; `false` when the ticket's owner is gone, had one lately, or wants none. The owner's row
/// is locked, so that of two replies one is told.
///
/// What the owner and the staff wrote goes into it as plain texts, which templates escape.
pub(crate) async fn queue_answer<S: ?Sized>(
    context: &Context<S>,
    tx: &mut dyn UnitOfWork,
    ticket: &Ticket,
    text: &MessageText,
    now: UnixSeconds,
) -> Result<bool, Error> {
    let Some(owner) = tx.lock_account(ticket.owner).await? else {
        return Ok(false);
    };
    let name = CounterName::ticket_mail_sent(owner.id);
    if tx.find_counter(&name, MAIL_PAUSE, now).await?.is_some() {
        return Ok(false);
    }
    tx.update_counter(&name, MAIL_PAUSE, now).await?;
    let name = &context.site.current().site.app_name;
    let subject = format!("Your ticket at {name} was answered");
    let content = format!(
        "Subject: {}\nReply: {}",
        ticket.subject,
        text.excerpt(EXCERPT)
    );
    let reader = Reader {
        user: owner.id,
        email: owner.email,
        chat: tx.find_chat(owner.id).await?.map(ChatId::get),
    };
    let words = Words::general(subject, content);
    Ok(context
        .queue_notice(tx, NoticeKind::Ticket, &reader, words, now)
        .await?)
}
