//! Tickets, withdrawals, and the mail about them.

use std::sync::Arc;

use ferroboard_attempts::{Act, Attempt, AttemptService, CounterName, Limit};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_invite::CommissionService;
use ferroboard_kernel::{Seconds, TicketId, UnixSeconds, UserId};
use ferroboard_tickets::{
    ClosedTicket, Level, MessageText, NewTicket, PayoutAccount, Subject, Ticket, TicketError,
    TicketPolicy, TicketService, Withdrawal, WithdrawalRequest, WithdrawalService, WithdrawalState,
    WithdrawalWords,
};

use crate::process::Core;
use crate::support::ticket_mail::queue_answer;
use crate::transaction::{look, transact};
use crate::{Error, TicketView, UnitOfWork, policies};

/// How many messages a user may write within a minute of the clock.
const MESSAGES: Limit = Limit {
    count: 10,
    window: Seconds::minutes(1),
};
/// How many tickets one query of the job brings.
const BATCH: u32 = 200;

/// Tickets, as their owners and the staff use them.
pub struct Tickets(pub(crate) Arc<Core>);

impl Tickets {
    /// The user's tickets, newest first.
    pub async fn list(&self, user: UserId) -> Result<Vec<Ticket>, Error> {
        Ok(self.0.ports.store.list_tickets(user).await?)
    }

    /// A ticket of the user's with its messages.
    pub async fn show(&self, user: UserId, id: TicketId) -> Result<TicketView, Error> {
        let found = self.0.ports.store.find_ticket_view(user, id).await?;
        found.ok_or(TicketError::TicketMissing.into())
    }

    /// Opens a ticket with its first message, unless the user has an open one.
    pub async fn open(
        &self,
        user: UserId,
        subject: Subject,
        level: Level,
        message: MessageText,
    ) -> Result<(), Error> {
        let at = self.0.ports.clock.now();
        let ticket = NewTicket {
            owner: user,
            subject,
            level,
            message,
            at,
        };
        let id = transact!(self.0.ports.store, |tx| self
            .open_within(tx, &ticket)
            .await?)?;
        self.0.tell_of_ticket(id, user);
        Ok(())
    }

    async fn open_within(
        &self,
        tx: &mut dyn UnitOfWork,
        ticket: &NewTicket,
    ) -> Result<TicketId, Error> {
        let id = TicketService.open(tx, ticket).await?;
        let (kind, by) = (EventKind::TicketOpened, Some(ticket.owner));
        tx.tell(NewEvent::about_ticket(kind, id, by, ticket.at));
        self.count_message(tx, ticket.owner, ticket.at).await?;
        Ok(id)
    }

    /// Adds a message of the user's to an open ticket of theirs.
    pub async fn reply(&self, user: UserId, id: TicketId, text: MessageText) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| self
            .reply_within(tx, user, id, &text)
            .await?)?;
        self.0.tell_of_ticket(id, user);
        Ok(())
    }

    async fn reply_within(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        id: TicketId,
        text: &MessageText,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        let policy = policies::tickets(&self.0.site.current());
        TicketService.reply(tx, id, user, text, policy, now).await?;
        let (kind, by) = (EventKind::TicketReplied, Some(user));
        tx.tell(NewEvent::about_ticket(kind, id, by, now));
        self.count_message(tx, user, now).await
    }

    /// Counts a message that was just written. One beyond the limit is refused, and rolled back.
    async fn count_message(
        &self,
        tx: &mut dyn UnitOfWork,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<(), Error> {
        let counter = (CounterName::ticket_messages(user, now), MESSAGES);
        AttemptService
            .count_in_span(tx, counter, Attempt::TicketMessage, now)
            .await?;
        self.0.count_act(tx, Act::WriteMessage, user).await?;
        Ok(())
    }

    /// Closes a ticket of the user's; a withdrawal that it asked for is taken back.
    pub async fn close(&self, user: UserId, id: TicketId) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let closed = TicketService.close(tx, id, user, now).await?;
            tell_closed(tx, id, Some(user), &closed, now);
        })
    }

    /// Opens a ticket that asks for the user's whole commission balance to be paid out. Until the
    /// ticket is closed the amount is reserved: it stays on the balance and cannot be moved.
    pub async fn withdraw(
        &self,
        user: UserId,
        method: String,
        account: PayoutAccount,
        words: WithdrawalWords,
    ) -> Result<(), Error> {
        let request = WithdrawalRequest {
            user,
            method,
            account,
            words,
            at: self.0.ports.clock.now(),
        };
        transact!(self.0.ports.store, |tx| self
            .withdraw_within(tx, &request)
            .await?)
    }

    async fn withdraw_within(
        &self,
        tx: &mut dyn UnitOfWork,
        request: &WithdrawalRequest,
    ) -> Result<(), Error> {
        let policy = policies::withdrawals(&self.0.site.current());
        let held = CommissionService.lock_balance(tx, request.user).await?;
        let ticket = WithdrawalService
            .request(tx, request, held, &policy)
            .await?;
        let kind = EventKind::CommissionWithdrawalRequested;
        let asked = (held, WithdrawalState::Requested.as_str());
        let (user, at) = (request.user, request.at);
        tx.tell(NewEvent::about_withdrawal(kind, user, ticket, asked, at));
        self.count_message(tx, request.user, request.at).await
    }

    /// Notes that the withdrawal of a ticket was paid out: its amount leaves the commission balance,
    /// and the ticket is closed.
    pub async fn pay_withdrawal(&self, id: TicketId) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| self.pay_within(tx, id).await?)
    }

    async fn pay_within(&self, tx: &mut dyn UnitOfWork, id: TicketId) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        let paid = WithdrawalService.pay(tx, id, now).await?;
        let reference = id.to_string();
        CommissionService
            .pay_out(tx, paid.user, paid.amount, &reference, now)
            .await?;
        tx.tell(NewEvent::about_ticket(
            EventKind::TicketClosed,
            id,
            None,
            now,
        ));
        tell_withdrawal_closed(tx, &paid, now);
        Ok(())
    }

    /// Adds a message of somebody of the staff to any ticket, and mails its owner, unless a mail
    /// about a reply went to them within the last half hour.
    pub async fn answer(
        &self,
        staff: UserId,
        id: TicketId,
        text: MessageText,
    ) -> Result<(), Error> {
        let is_mailed = transact!(self.0.ports.store, |tx| self
            .answer_within(tx, staff, id, &text)
            .await?)?;
        if is_mailed {
            self.0.mail_queued.notify_one();
        }
        Ok(())
    }

    async fn answer_within(
        &self,
        tx: &mut dyn UnitOfWork,
        staff: UserId,
        id: TicketId,
        text: &MessageText,
    ) -> Result<bool, Error> {
        let now = self.0.ports.clock.now();
        let ticket = TicketService.answer(tx, id, staff, text, now).await?;
        let (kind, by) = (EventKind::TicketReplied, Some(staff));
        tx.tell(NewEvent::about_ticket(kind, id, by, now));
        queue_answer(&**self.0, tx, &ticket, text, now).await
    }

    /// Closes tickets that staff answered a day ago; how many. Each in a transaction of its own, so
    /// that one that fails does not hold up the rest.
    pub(crate) async fn close_stale(&self) -> Result<u64, Error> {
        let mut closed = 0;
        let mut after: Option<TicketId> = None;
        loop {
            let batch = look!(self.0.ports.store, |tx| {
                let before = self.0.ports.clock.now();
                let before = before.minus(TicketPolicy::LIFETIME_OF_ANSWERED);
                tx.list_resting_tickets(before, after, BATCH).await?
            })?;
            let Some(last) = batch.last() else {
                return Ok(closed);
            };
            after = Some(*last);
            for id in batch {
                match self.close_if_stale(id).await {
                    Ok(is_closed) => closed += u64::from(is_closed),
                    Err(error) => tracing::error!(ticket = %id, %error, "a ticket was not closed"),
                }
            }
        }
    }

    async fn close_if_stale(&self, id: TicketId) -> Result<bool, Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let closed = TicketService.close_stale(tx, id, now).await?;
            tell_closed(tx, id, None, &closed, now);
            closed.was_open
        })
    }
}

/// Tells that a ticket was closed, if it was, and of the withdrawal that was released with it.
pub(crate) fn tell_closed(
    tx: &mut dyn UnitOfWork,
    id: TicketId,
    by: Option<UserId>,
    closed: &ClosedTicket,
    now: UnixSeconds,
) {
    if closed.was_open {
        tx.tell(NewEvent::about_ticket(EventKind::TicketClosed, id, by, now));
    }
    if let Some(withdrawal) = &closed.released {
        tell_withdrawal_closed(tx, withdrawal, now);
    }
}

fn tell_withdrawal_closed(tx: &mut dyn UnitOfWork, withdrawal: &Withdrawal, now: UnixSeconds) {
    let kind = EventKind::CommissionWithdrawalClosed;
    let (user, ticket) = (withdrawal.user, withdrawal.ticket);
    let ended = (withdrawal.amount, withdrawal.state.as_str());
    tx.tell(NewEvent::about_withdrawal(kind, user, ticket, ended, now));
}
