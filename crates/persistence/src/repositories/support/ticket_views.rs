use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    Selectable, SelectableHelper as _,
};
use ferroboard_application::{TicketQueries, TicketView};
use ferroboard_kernel::{StoreError, TicketId, TicketMessageId, UnixSeconds, UserId};
use ferroboard_tickets::{Ticket, TicketMessage};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, reported};
use super::tickets::TicketRow;
use crate::integer::Int;
use crate::schema::{v2_ticket, v2_ticket_message};

/// The most tickets that a list shows.
const LIST_LENGTH: i64 = 1_000;
/// The most messages that a ticket shows.
const MESSAGES: i64 = 500;

/// A row of `v2_ticket_message`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_ticket_message)]
struct MessageRow {
    id: Int,
    user_id: Int,
    ticket_id: Int,
    message: String,
    created_at: Int,
    updated_at: Int,
}

impl From<MessageRow> for TicketMessage {
    fn from(row: MessageRow) -> Self {
        Self {
            id: TicketMessageId::new(row.id.0),
            ticket: TicketId::new(row.ticket_id.0),
            author: UserId::new(row.user_id.0),
            text: row.message,
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        }
    }
}

/// The latest messages of a ticket, oldest first.
pub(super) async fn latest_messages(
    connection: &mut Conn,
    ticket: TicketId,
) -> QueryResult<Vec<TicketMessage>> {
    let latest = v2_ticket_message::table
        .filter(v2_ticket_message::ticket_id.eq(ticket.get()))
        .order(v2_ticket_message::id.desc())
        .limit(MESSAGES)
        .select(MessageRow::as_select())
        .load::<MessageRow>(connection)
        .await?;
    Ok(latest.into_iter().rev().map(TicketMessage::from).collect())
}

#[async_trait]
impl TicketQueries for SqlStore {
    async fn list_tickets(&self, user: UserId) -> Result<Vec<Ticket>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = v2_ticket::table
            .filter(v2_ticket::user_id.eq(user.get()))
            .order((v2_ticket::created_at.desc(), v2_ticket::id.desc()))
            .limit(LIST_LENGTH)
            .select(TicketRow::as_select())
            .load::<TicketRow>(&mut *connection)
            .await
            .map_err(reported)?;
        Ok(rows.into_iter().map(Ticket::from).collect())
    }

    async fn find_ticket_view(
        &self,
        user: UserId,
        id: TicketId,
    ) -> Result<Option<TicketView>, StoreError> {
        let mut connection = self.reader().await?;
        let row = v2_ticket::table
            .filter(v2_ticket::id.eq(id.get()))
            .filter(v2_ticket::user_id.eq(user.get()))
            .select(TicketRow::as_select())
            .first::<TicketRow>(&mut *connection)
            .await
            .optional()
            .map_err(reported)?;
        let Some(row) = row else { return Ok(None) };
        let messages = latest_messages(&mut connection, id).await;
        Ok(Some(TicketView {
            ticket: Ticket::from(row),
            messages: messages.map_err(reported)?,
        }))
    }
}
