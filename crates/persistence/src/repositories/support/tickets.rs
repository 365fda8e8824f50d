use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, QueryableByName,
    Selectable, SelectableHelper as _,
};
use ferroboard_kernel::{StoreError, TicketId, UnixSeconds, UserId};
use ferroboard_tickets::{
    Level, MessageText, NewTicket, ReplyStatus, Ticket, TicketRepository, TicketStatus,
};

use super::super::SqlTx;
use super::super::sql::reading::RunQuery as _;
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::{v2_ticket, v2_ticket_message, v2_user};

/// A row of `v2_ticket`.
#[derive(Queryable, QueryableByName, Selectable)]
#[diesel(table_name = v2_ticket)]
pub(in super::super) struct TicketRow {
    id: Int,
    user_id: Int,
    subject: String,
    level: Int,
    status: Int,
    reply_status: Int,
    last_reply_user_id: Option<Int>,
    created_at: Int,
    updated_at: Int,
}

impl From<TicketRow> for Ticket {
    fn from(row: TicketRow) -> Self {
        Self {
            id: TicketId::new(row.id.0),
            owner: UserId::new(row.user_id.0),
            subject: row.subject,
            level: Level::stored(row.level.0),
            status: TicketStatus::stored(row.status.0),
            reply_status: ReplyStatus::stored(row.reply_status.0),
            last_reply_by: row.last_reply_user_id.map(|user| UserId::new(user.0)),
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

impl TicketRow {
    /// What it is read from.
    pub(in super::super) const COLUMNS: &[&'static str] = &[
        "id",
        "user_id",
        "subject",
        "level",
        "status",
        "reply_status",
        "last_reply_user_id",
        "created_at",
        "updated_at",
    ];
}

#[async_trait]
impl TicketRepository for SqlTx {
    async fn lock_ticket_owner(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.take_turn(user).await?;
        let query = v2_user::table
            .filter(v2_user::id.eq(user.get()))
            .select(v2_user::id);
        let row = lock!(query).first::<Int>(self.open()?).await.optional();
        self.settle(row).map(|row| row.is_some())
    }

    async fn find_ticket(&mut self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        let row = v2_ticket::table
            .filter(v2_ticket::id.eq(id.get()))
            .select(TicketRow::as_select())
            .first::<TicketRow>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(Ticket::from))
    }

    async fn lock_ticket(&mut self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.take_turn(id).await?;
        let query = v2_ticket::table
            .filter(v2_ticket::id.eq(id.get()))
            .select(TicketRow::as_select());
        let row = lock!(query)
            .first::<TicketRow>(self.open()?)
            .await
            .optional();
        Ok(self.settle(row)?.map(Ticket::from))
    }

    async fn find_open_ticket(&mut self, owner: UserId) -> Result<Option<TicketId>, StoreError> {
        let id = v2_ticket::table
            .filter(v2_ticket::user_id.eq(owner.get()))
            .filter(v2_ticket::status.eq(TicketStatus::Open.code()))
            .select(v2_ticket::id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        Ok(self.settle(id)?.map(|id| TicketId::new(id.0)))
    }

    async fn insert_ticket(&mut self, ticket: &NewTicket) -> Result<TicketId, StoreError> {
        let insert = diesel::insert_into(v2_ticket::table).values((
            v2_ticket::user_id.eq(ticket.owner.get()),
            v2_ticket::subject.eq(ticket.subject.as_str()),
            v2_ticket::level.eq(ticket.level.code()),
            v2_ticket::status.eq(TicketStatus::Open.code()),
            v2_ticket::reply_status.eq(ReplyStatus::Waiting.code()),
            v2_ticket::last_reply_user_id.eq(ticket.owner.get()),
            v2_ticket::created_at.eq(ticket.at.get()),
            v2_ticket::updated_at.eq(ticket.at.get()),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, v2_ticket::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| TicketId::new(id.0))
    }

    async fn insert_ticket_message(
        &mut self,
        ticket: TicketId,
        author: UserId,
        text: &MessageText,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(v2_ticket_message::table)
            .values((
                v2_ticket_message::user_id.eq(author.get()),
                v2_ticket_message::ticket_id.eq(ticket.get()),
                v2_ticket_message::message.eq(text.as_str()),
                v2_ticket_message::created_at.eq(at.get()),
                v2_ticket_message::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }

    async fn find_last_author(&mut self, ticket: TicketId) -> Result<Option<UserId>, StoreError> {
        let author = v2_ticket_message::table
            .filter(v2_ticket_message::ticket_id.eq(ticket.get()))
            .order(v2_ticket_message::id.desc())
            .select(v2_ticket_message::user_id)
            .first::<Int>(self.open()?)
            .await
            .optional();
        Ok(self.settle(author)?.map(|author| UserId::new(author.0)))
    }

    async fn update_ticket_reply(
        &mut self,
        ticket: TicketId,
        status: ReplyStatus,
        by: UserId,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let updated = diesel::update(v2_ticket::table.filter(v2_ticket::id.eq(ticket.get())))
            .set((
                v2_ticket::reply_status.eq(status.code()),
                v2_ticket::last_reply_user_id.eq(by.get()),
                v2_ticket::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn move_ticket_to_closed(
        &mut self,
        id: TicketId,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let open = v2_ticket::table
            .filter(v2_ticket::id.eq(id.get()))
            .filter(v2_ticket::status.eq(TicketStatus::Open.code()));
        let moved = diesel::update(open)
            .set((
                v2_ticket::status.eq(TicketStatus::Closed.code()),
                v2_ticket::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn list_resting_tickets(
        &mut self,
        before: UnixSeconds,
        after: Option<TicketId>,
        limit: u32,
    ) -> Result<Vec<TicketId>, StoreError> {
        let ids = v2_ticket::table
            .filter(v2_ticket::status.eq(TicketStatus::Open.code()))
            .filter(v2_ticket::reply_status.eq(ReplyStatus::Answered.code()))
            .filter(v2_ticket::updated_at.le(before.get()))
            .filter(v2_ticket::id.gt(after.map_or(i64::MIN, TicketId::get)))
            .order(v2_ticket::id)
            .limit(limit.into())
            .select(v2_ticket::id)
            .load::<Int>(self.open()?)
            .await;
        let ids = self.settle(ids)?.into_iter();
        Ok(ids.map(|id| TicketId::new(id.0)).collect())
    }
}
