//! What this domain needs from outside, inside one open transaction. "Lock" means that no other
//! transaction changes the row before this one ends. Locks are taken in the order of the owner, the
//! ticket, the withdrawal.

use async_trait::async_trait;
use ferroboard_kernel::{Cents, StoreError, TicketId, UnixSeconds, UserId};

use crate::{MessageText, NewTicket, ReplyStatus, Ticket, Withdrawal, WithdrawalState};

/// Tickets and their messages (`v2_ticket`, `v2_ticket_message`).
#[async_trait]
pub trait TicketRepository: Send {
    /// Locks the row of a user, behind which tickets are opened and written one at a time. `false`
    /// when the user is gone.
    async fn lock_ticket_owner(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// The ticket, without a lock.
    async fn find_ticket(&mut self, id: TicketId) -> Result<Option<Ticket>, StoreError>;

    /// The ticket, locked until the transaction ends.
    async fn lock_ticket(&mut self, id: TicketId) -> Result<Option<Ticket>, StoreError>;

    /// One of the user's open tickets.
    async fn find_open_ticket(&mut self, owner: UserId) -> Result<Option<TicketId>, StoreError>;

    /// Inserts an open ticket that waits for staff and that its owner wrote last in, without its
    /// message.
    async fn insert_ticket(&mut self, ticket: &NewTicket) -> Result<TicketId, StoreError>;

    /// Inserts a message, and changes nothing about its ticket.
    async fn insert_ticket_message(
        &mut self,
        ticket: TicketId,
        author: UserId,
        text: &MessageText,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Who wrote the latest message of the ticket (the one with the largest id).
    async fn find_last_author(&mut self, ticket: TicketId) -> Result<Option<UserId>, StoreError>;

    /// Writes who is to write next, who wrote last, and `updated_at`.
    async fn update_ticket_reply(
        &mut self,
        ticket: TicketId,
        status: ReplyStatus,
        by: UserId,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Closes the ticket if it is open; `false`, and nothing written, when it is not.
    async fn move_ticket_to_closed(
        &mut self,
        id: TicketId,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// The first `limit` open tickets after the ticket `after`, by id, that staff answered and that
    /// did not change after `before`.
    async fn list_resting_tickets(
        &mut self,
        before: UnixSeconds,
        after: Option<TicketId>,
        limit: u32,
    ) -> Result<Vec<TicketId>, StoreError>;
}

/// Requests to pay commission out (`ferro_withdrawal`).
#[async_trait]
pub trait WithdrawalRepository: Send {
    /// Inserts the request of a ticket. MUST return [`StoreError::Duplicate`] when the ticket has
    /// one.
    async fn insert_withdrawal(
        &mut self,
        withdrawal: &Withdrawal,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// The request of a ticket, locked.
    async fn lock_withdrawal(&mut self, ticket: TicketId)
    -> Result<Option<Withdrawal>, StoreError>;

    /// Moves the request of a ticket if it still stands at `from`; `false` when it does not, or when
    /// the ticket is no request.
    async fn move_withdrawal(
        &mut self,
        ticket: TicketId,
        from: WithdrawalState,
        to: WithdrawalState,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// The sum of the user's requests that stand at [`WithdrawalState::Requested`] and whose ticket
    /// is open: also another program that closes a ticket releases its amount. To be read behind the
    /// user's lock.
    async fn find_reserved_commission(&mut self, user: UserId) -> Result<Cents, StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait TicketTx: TicketRepository + WithdrawalRepository {}
impl<T: TicketRepository + WithdrawalRepository + ?Sized> TicketTx for T {}
