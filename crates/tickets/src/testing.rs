//! The in-memory tables of this domain, and builders for its rows.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{Cents, StoreError, TicketId, TicketMessageId, UnixSeconds, UserId};

use crate::{
    Level, MessageText, NewTicket, PayoutAccount, ReplyStatus, Ticket, TicketMessage,
    TicketRepository, TicketStatus, Withdrawal, WithdrawalRepository, WithdrawalRequest,
    WithdrawalState, WithdrawalWords,
};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryTickets {
    /// `v2_ticket`.
    pub tickets: BTreeMap<TicketId, Ticket>,
    /// `v2_ticket_message`.
    pub messages: BTreeMap<TicketMessageId, TicketMessage>,
    /// `ferro_withdrawal`.
    pub withdrawals: BTreeMap<TicketId, Withdrawal>,
    /// Users, where these tables stand alone.
    pub owners: BTreeSet<UserId>,
}

/// A transaction that holds this domain's tables.
pub trait HasTickets: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn tickets(&mut self) -> Result<&mut MemoryTickets, StoreError>;

    /// Whether `v2_user` has this row; an error once the transaction is over.
    fn has_ticket_owner(&mut self, user: UserId) -> Result<bool, StoreError>;

    /// Ends the transaction with this error and gives it back.
    fn fail(&mut self, error: StoreError) -> StoreError;
}

impl HasTickets for MemoryTransaction<'_, MemoryTickets> {
    fn tickets(&mut self) -> Result<&mut MemoryTickets, StoreError> {
        self.open()
    }

    fn has_ticket_owner(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.open()?.owners.contains(&user))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

impl MemoryTickets {
    /// Adds a ticket under the next number, whatever number it has.
    pub fn push_ticket(&mut self, ticket: Ticket) -> TicketId {
        let last = self.tickets.last_key_value().map_or(0, |(id, _)| id.get());
        let id = TicketId::new(last + 1);
        self.tickets.insert(id, Ticket { id, ..ticket });
        id
    }

    /// Adds a message.
    pub fn push_message(&mut self, ticket: TicketId, author: UserId, text: &str, at: UnixSeconds) {
        let last = self.messages.last_key_value().map_or(0, |(id, _)| id.get());
        let id = TicketMessageId::new(last + 1);
        let message = TicketMessage {
            id,
            ticket,
            author,
            text: text.to_owned(),
            created_at: at,
            updated_at: at,
        };
        self.messages.insert(id, message);
    }

    /// The messages of a ticket, oldest first.
    pub fn messages_of(&self, ticket: TicketId) -> impl DoubleEndedIterator<Item = &TicketMessage> {
        let all = self.messages.values();
        all.filter(move |message| message.ticket == ticket)
    }

    /// The user's open tickets.
    pub fn open_tickets_of(&self, user: UserId) -> impl Iterator<Item = &Ticket> {
        let is_open =
            move |ticket: &&Ticket| ticket.owner == user && ticket.status == TicketStatus::Open;
        self.tickets.values().filter(is_open)
    }

    fn is_reserving(&self, withdrawal: &Withdrawal) -> bool {
        let ticket = self.tickets.get(&withdrawal.ticket);
        withdrawal.state == WithdrawalState::Requested
            && ticket.is_some_and(|ticket| ticket.status == TicketStatus::Open)
    }
}

#[async_trait]
impl<T: HasTickets> TicketRepository for T {
    async fn lock_ticket_owner(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.has_ticket_owner(user)
    }

    async fn find_ticket(&mut self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        Ok(self.tickets()?.tickets.get(&id).cloned())
    }

    async fn lock_ticket(&mut self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.find_ticket(id).await
    }

    async fn find_open_ticket(&mut self, owner: UserId) -> Result<Option<TicketId>, StoreError> {
        let open = self.tickets()?.open_tickets_of(owner).next();
        Ok(open.map(|ticket| ticket.id))
    }

    async fn insert_ticket(&mut self, ticket: &NewTicket) -> Result<TicketId, StoreError> {
        let row = Ticket {
            id: TicketId::new(0),
            owner: ticket.owner,
            subject: ticket.subject.as_str().to_owned(),
            level: ticket.level,
            status: TicketStatus::Open,
            reply_status: ReplyStatus::Waiting,
            last_reply_by: Some(ticket.owner),
            created_at: ticket.at,
            updated_at: ticket.at,
        };
        Ok(self.tickets()?.push_ticket(row))
    }

    async fn insert_ticket_message(
        &mut self,
        ticket: TicketId,
        author: UserId,
        text: &MessageText,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        self.tickets()?
            .push_message(ticket, author, text.as_str(), at);
        Ok(())
    }

    async fn find_last_author(&mut self, ticket: TicketId) -> Result<Option<UserId>, StoreError> {
        let last = self.tickets()?.messages_of(ticket).next_back();
        Ok(last.map(|message| message.author))
    }

    async fn update_ticket_reply(
        &mut self,
        ticket: TicketId,
        status: ReplyStatus,
        by: UserId,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        if let Some(row) = self.tickets()?.tickets.get_mut(&ticket) {
            (row.reply_status, row.last_reply_by) = (status, Some(by));
            row.updated_at = at;
        }
        Ok(())
    }

    async fn move_ticket_to_closed(
        &mut self,
        id: TicketId,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.tickets()?.tickets.get_mut(&id);
        let Some(row) = row.filter(|row| row.status == TicketStatus::Open) else {
            return Ok(false);
        };
        (row.status, row.updated_at) = (TicketStatus::Closed, at);
        Ok(true)
    }

    async fn list_resting_tickets(
        &mut self,
        before: UnixSeconds,
        after: Option<TicketId>,
        limit: u32,
    ) -> Result<Vec<TicketId>, StoreError> {
        let rests = |ticket: &&Ticket| {
            ticket.status == TicketStatus::Open
                && ticket.reply_status == ReplyStatus::Answered
                && ticket.updated_at <= before
                && after.is_none_or(|after| ticket.id > after)
        };
        let resting = self.tickets()?.tickets.values().filter(rests);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(resting.map(|ticket| ticket.id).take(limit).collect())
    }
}

#[async_trait]
impl<T: HasTickets> WithdrawalRepository for T {
    async fn insert_withdrawal(
        &mut self,
        withdrawal: &Withdrawal,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let id = withdrawal.ticket;
        if self.tickets()?.withdrawals.contains_key(&id) {
            let constraint = "ferro_withdrawal.ticket_id".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        self.tickets()?.withdrawals.insert(id, withdrawal.clone());
        Ok(())
    }

    async fn lock_withdrawal(
        &mut self,
        ticket: TicketId,
    ) -> Result<Option<Withdrawal>, StoreError> {
        Ok(self.tickets()?.withdrawals.get(&ticket).cloned())
    }

    async fn move_withdrawal(
        &mut self,
        ticket: TicketId,
        from: WithdrawalState,
        to: WithdrawalState,
        _at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.tickets()?.withdrawals.get_mut(&ticket);
        let Some(row) = row.filter(|row| row.state == from) else {
            return Ok(false);
        };
        row.state = to;
        Ok(true)
    }

    async fn find_reserved_commission(&mut self, user: UserId) -> Result<Cents, StoreError> {
        let tables = self.tickets()?;
        let own = tables.withdrawals.values().filter(|row| row.user == user);
        let reserved = own.filter(|row| tables.is_reserving(row));
        Ok(Cents::new(reserved.map(|row| row.amount.get()).sum()))
    }
}

/// An open ticket that waits for staff.
pub fn a_ticket(id: i64, owner: UserId) -> Ticket {
    Ticket {
        id: TicketId::new(id),
        owner,
        subject: "Help".to_owned(),
        level: Level::Middle,
        status: TicketStatus::Open,
        reply_status: ReplyStatus::Waiting,
        last_reply_by: Some(owner),
        created_at: UnixSeconds::new(1),
        updated_at: UnixSeconds::new(1),
    }
}

/// A ticket about to be opened, with the message "It does not work".
///
/// # Panics
/// When the texts of this builder are not accepted.
pub fn a_new_ticket(owner: UserId, at: UnixSeconds) -> NewTicket {
    NewTicket {
        owner,
        subject: accepted(crate::Subject::parse("Help")),
        level: Level::Middle,
        message: a_message("It does not work"),
        at,
    }
}

/// This text as a message.
///
/// # Panics
/// When it is not accepted.
pub fn a_message(text: &str) -> MessageText {
    accepted(MessageText::parse(text))
}

/// A request to pay out by `USDT` to `addr`, at 1 second after the epoch.
///
/// # Panics
/// When the texts of this builder are not accepted.
pub fn a_withdrawal_request(user: UserId) -> WithdrawalRequest {
    WithdrawalRequest {
        user,
        method: "USDT".to_owned(),
        account: accepted(PayoutAccount::parse("addr")),
        words: WithdrawalWords {
            subject: "[提现申请]".to_owned(),
            method: "提现方式".to_owned(),
            account: "提现账号".to_owned(),
            amount: "提现金额".to_owned(),
        },
        at: UnixSeconds::new(1),
    }
}

fn accepted<T>(text: Result<T, crate::TextRefused>) -> T {
    match text {
        Ok(text) => text,
        Err(refused) => panic!("{refused}"),
    }
}
