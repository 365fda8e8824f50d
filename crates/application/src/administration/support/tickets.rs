//! Tickets, as administrators answer them.

use ferroboard_audit::AuditChange;
use ferroboard_auth::SubscribeToken;
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Email, TicketId, UserId, Zone};
use ferroboard_listing::{Column, Direction, Found, ListRequest, Listing, PageRule, Words};
use ferroboard_tickets::{MessageText, Ticket, TicketError, TicketService};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::support::views::{ListedTicket, ManagedTicket};
use crate::administration::users::columns::ListedUser;
use crate::support::ticket_mail::queue_answer;
use crate::support::tickets::tell_closed;
use crate::{Change, Error, addresses};

/// The tickets as a list, the latest changed first.
pub const TICKETS: Listing = Listing {
    columns: &[
        Column::number("id"),
        Column::text("subject"),
        Column::number("level"),
        Column::number("status"),
        Column::number("reply_status"),
        Column::number("user_id"),
        Column::number("created_at"),
        Column::number("updated_at"),
    ],
    words: Words::Plain,
    joins: false,
    order: &[("updated_at", Direction::Descending)],
    pages: PageRule::TABLE,
};

/// The tickets of everybody.
pub struct ManagedTickets(pub(crate) AdminContext);

impl ManagedTickets {
    /// The zone in which administrators read times.
    pub fn zone(&self) -> Zone {
        self.0.options.zone
    }

    /// The tickets that are asked for, of the owner with this address where there is one; links follow the
    /// address that the request came to.
    pub async fn list(
        &self,
        request: ListRequest,
        owner: Option<Email>,
        root: &str,
    ) -> Result<Found<ListedTicket>, Error> {
        let store = self.0.ports.store.admin()?;
        let found = store.list_managed_tickets(&request, owner.as_ref()).await?;
        Ok(found.map(|row| ListedTicket {
            owner: row.owner.map(|owner| self.linked(owner, root)),
            ..row
        }))
    }

    /// A ticket with its messages.
    pub async fn show(&self, id: TicketId, root: &str) -> Result<ManagedTicket, Error> {
        let found = self.0.ports.store.admin()?.find_managed_ticket(id).await?;
        let ticket = found.ok_or(TicketError::TicketMissing)?;
        Ok(ManagedTicket {
            owner: ticket.owner.map(|owner| self.linked(owner, root)),
            ..ticket
        })
    }

    fn linked(&self, owner: ListedUser, root: &str) -> ListedUser {
        let (settings, random) = (self.0.site.current(), self.0.ports.random.as_ref());
        let token = SubscribeToken::new(owner.user.token.clone());
        ListedUser {
            subscribe_url: addresses::subscription(&settings, root, &token, random),
            ..owner
        }
    }

    /// Adds a message to any ticket, and mails its owner, unless a mail about a reply went to them within
    /// the last half hour.
    pub async fn answer(
        &self,
        id: TicketId,
        text: MessageText,
        change: Change,
    ) -> Result<(), Error> {
        let staff = change.admin();
        let is_mailed = change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let before = TicketService.answer(tx, id, staff, &text, now).await?;
            let (kind, by) = (EventKind::TicketReplied, Some(staff));
            tx.tell(NewEvent::about_ticket(kind, id, by, now));
            let is_mailed = queue_answer(&*self.0, tx, &before, &text, now).await?;
            let after = Ticket {
                reply_status: before.after_message_of(staff),
                last_reply_by: Some(staff),
                ..before.clone()
            };
            let mut changed = AuditChange::between(&shown(&before), &shown(&after));
            changed.note("message", Value::Null, Value::from(text.as_str()));
            (is_mailed, changed)
        })?;
        if is_mailed {
            self.0.mail_is_queued();
        }
        Ok(())
    }

    /// Closes any ticket; one that is closed already stays as it is. A withdrawal that it asked for is
    /// released.
    pub async fn close(&self, id: TicketId, change: Change) -> Result<(), Error> {
        let by = Some(change.admin());
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let closed = TicketService.close_for_staff(tx, id, now).await?;
            let ((before, after), closed) = closed;
            tell_closed(tx, id, by, &closed, now);
            AuditChange::between(&shown(&before), &shown(&after))
        })
    }
}

/// What the record says of a ticket.
fn shown(ticket: &Ticket) -> Value {
    json!({
        "status": ticket.status.code(),
        "reply_status": ticket.reply_status.code(),
        "last_reply_user_id": ticket.last_reply_by.map(UserId::get),
    })
}
