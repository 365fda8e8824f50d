use ferroboard_kernel::{TicketId, UnixSeconds, UserId};

use crate::{
    MessageText, NewTicket, Ticket, TicketError, TicketPolicy, TicketStatus, TicketTx, Withdrawal,
    WithdrawalState,
};

/// What may be done with tickets.
#[derive(Debug, Clone, Copy, Default)]
pub struct TicketService;

/// What closing a ticket did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClosedTicket {
    /// Whether it was open until now.
    pub was_open: bool,
    /// The withdrawal that it asked for, where that is released with it.
    pub released: Option<Withdrawal>,
}

impl TicketService {
    /// Opens a ticket with its first message, unless its owner has an open one.
    ///
    /// # Errors
    ///
    /// [`TicketError::TicketOpen`], [`TicketError::AccountMissing`].
    pub async fn open(
        self,
        tx: &mut dyn TicketTx,
        ticket: &NewTicket,
    ) -> Result<TicketId, TicketError> {
        if !tx.lock_ticket_owner(ticket.owner).await? {
            return Err(TicketError::AccountMissing);
        }
        if tx.find_open_ticket(ticket.owner).await?.is_some() {
            return Err(TicketError::TicketOpen);
        }
        let id = tx.insert_ticket(ticket).await?;
        tx.insert_ticket_message(id, ticket.owner, &ticket.message, ticket.at)
            .await?;
        Ok(id)
    }

    /// Adds a message of the owner to an open ticket.
    ///
    /// # Errors
    ///
    /// [`TicketError::TicketMissing`] for one that is not the owner's either, [`TicketError::TicketClosed`],
    /// [`TicketError::AnswerAwaited`] where the policy has owners wait their turn.
    pub async fn reply(
        self,
        tx: &mut dyn TicketTx,
        id: TicketId,
        owner: UserId,
        text: &MessageText,
        policy: TicketPolicy,
        now: UnixSeconds,
    ) -> Result<(), TicketError> {
        let ticket = lock_own(tx, id, owner).await?;
        ticket.admit_owner()?;
        if policy.owners_wait_for_answers && tx.find_last_author(id).await? == Some(owner) {
            return Err(TicketError::AnswerAwaited);
        }
        write(tx, &ticket, owner, text, now).await
    }

    /// Adds a message of staff, also to a closed ticket, which stays closed; the ticket as it was.
    /// Somebody of the staff who writes in a ticket of their own writes as its owner.
    pub async fn answer(
        self,
        tx: &mut dyn TicketTx,
        id: TicketId,
        staff: UserId,
        text: &MessageText,
        now: UnixSeconds,
    ) -> Result<Ticket, TicketError> {
        let ticket = lock_any(tx, id).await?;
        write(tx, &ticket, staff, text, now).await?;
        Ok(ticket)
    }

    /// Closes a ticket of the user's; one that is closed already stays as it is. A withdrawal that
    /// it asked for is released.
    pub async fn close(
        self,
        tx: &mut dyn TicketTx,
        id: TicketId,
        owner: UserId,
        now: UnixSeconds,
    ) -> Result<ClosedTicket, TicketError> {
        lock_own(tx, id, owner).await?;
        close(tx, id, now).await
    }

    /// Closes any ticket; one that is closed already stays as it is. A withdrawal that it asked for is
    /// released. The ticket before and after, and what closing it did.
    ///
    /// # Errors
    ///
    /// [`TicketError::TicketMissing`].
    pub async fn close_for_staff(
        self,
        tx: &mut dyn TicketTx,
        id: TicketId,
        now: UnixSeconds,
    ) -> Result<((Ticket, Ticket), ClosedTicket), TicketError> {
        let ticket = lock_any(tx, id).await?;
        let done = close(tx, id, now).await?;
        let closed = Ticket {
            status: TicketStatus::Closed,
            ..ticket.clone()
        };
        Ok(((ticket, closed), done))
    }

    /// Closes a ticket that staff answered a day ago or earlier; nothing is done when it is not one, or
    /// not any more.
    pub async fn close_stale(
        self,
        tx: &mut dyn TicketTx,
        id: TicketId,
        now: UnixSeconds,
    ) -> Result<ClosedTicket, TicketError> {
        let ticket = tx.lock_ticket(id).await?;
        match ticket.filter(|ticket| ticket.is_stale(now)) {
            Some(ticket) => close(tx, ticket.id, now).await,
            None => Ok(ClosedTicket::default()),
        }
    }
}

/// Locks the user and then the user's ticket.
async fn lock_own(
    tx: &mut dyn TicketTx,
    id: TicketId,
    owner: UserId,
) -> Result<Ticket, TicketError> {
    if !tx.lock_ticket_owner(owner).await? {
        return Err(TicketError::AccountMissing);
    }
    let ticket = tx.lock_ticket(id).await?;
    ticket.ok_or(TicketError::TicketMissing)?.owned_by(owner)
}

/// Locks the ticket's owner, as far as the account exists, and then the ticket.
pub(super) async fn lock_any(tx: &mut dyn TicketTx, id: TicketId) -> Result<Ticket, TicketError> {
    let seen = tx.find_ticket(id).await?;
    let seen = seen.ok_or(TicketError::TicketMissing)?;
    tx.lock_ticket_owner(seen.owner).await?;
    let ticket = tx.lock_ticket(id).await?;
    // A ticket does not change hands.
    ticket.ok_or(TicketError::TicketMissing)
}

async fn write(
    tx: &mut dyn TicketTx,
    ticket: &Ticket,
    author: UserId,
    text: &MessageText,
    now: UnixSeconds,
) -> Result<(), TicketError> {
    tx.insert_ticket_message(ticket.id, author, text, now)
        .await?;
    let status = ticket.after_message_of(author);
    tx.update_ticket_reply(ticket.id, status, author, now)
        .await?;
    Ok(())
}

/// Closes a ticket that is locked, and releases what it reserved.
async fn close(
    tx: &mut dyn TicketTx,
    id: TicketId,
    now: UnixSeconds,
) -> Result<ClosedTicket, TicketError> {
    let was_open = tx.move_ticket_to_closed(id, now).await?;
    let (from, to) = (WithdrawalState::Requested, WithdrawalState::Released);
    let released = if tx.move_withdrawal(id, from, to, now).await? {
        tx.lock_withdrawal(id).await?
    } else {
        None
    };
    Ok(ClosedTicket { was_open, released })
}
