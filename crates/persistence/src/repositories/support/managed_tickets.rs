//! The tickets of everybody, as administrators read them.

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    SelectableHelper as _,
};
use ferroboard_application::{
    ListedTicket, ListedUser, ManagedTicket, ManagedTicketQueries, UserView,
};
use ferroboard_kernel::{Email, StoreError, TicketId, UserId, Zone};
use ferroboard_listing::{Found, ListRequest};
use ferroboard_tickets::Ticket;

use super::super::accounts::user_rows;
use super::super::sql::lists::{self, Asked};
use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlStore, reported};
use super::ticket_views::latest_messages;
use super::tickets::TicketRow;
use crate::lists::{Source, Statement};
use crate::schema::v2_ticket;

/// The tickets as a list.
const LIST: Source = Source {
    table: "v2_ticket",
    key: "id",
    filled: &["id", "status", "created_at", "updated_at"],
    places: &[],
};

/// Whose these tickets are, in one statement.
async fn owners(
    connection: &mut Conn,
    of: &[Ticket],
    zone: Zone,
) -> QueryResult<HashMap<UserId, UserView>> {
    let owners = of.iter().map(|ticket| ticket.owner);
    user_rows::by_number(connection, owners, zone).await
}

/// Its link is made by who knows the site.
fn unlinked(user: UserView) -> ListedUser {
    ListedUser {
        user,
        subscribe_url: String::new(),
    }
}

/// The condition that a ticket is of the owner with this address.
fn scope(owner: Option<&Email>) -> Statement {
    let mut scope = lists::statement();
    if let Some(email) = owner {
        scope.sql("v2_ticket.user_id IN (SELECT v2_user.id FROM v2_user WHERE v2_user.email = ");
        scope.bind(email.as_str()).sql(")");
    }
    scope
}

#[async_trait]
impl ManagedTicketQueries for SqlStore {
    async fn list_managed_tickets(
        &self,
        request: &ListRequest,
        owner: Option<&Email>,
    ) -> Result<Found<ListedTicket>, StoreError> {
        let mut connection = self.reader().await?;
        let asked = Asked {
            memory: &self.lists,
            source: &LIST,
            columns: TicketRow::COLUMNS,
            scope: scope(owner),
            request,
        };
        let found = lists::page::<TicketRow>(&mut connection, asked);
        let found = found.await.map_err(reported)?.map(Ticket::from);
        let owners = owners(&mut connection, &found.rows, self.zone).await;
        let owners = owners.map_err(reported)?;
        Ok(found.map(|ticket| ListedTicket {
            owner: owners.get(&ticket.owner).cloned().map(unlinked),
            ticket,
        }))
    }

    async fn find_managed_ticket(&self, id: TicketId) -> Result<Option<ManagedTicket>, StoreError> {
        let mut connection = self.reader().await?;
        let row = v2_ticket::table
            .filter(v2_ticket::id.eq(id.get()))
            .select(TicketRow::as_select())
            .first::<TicketRow>(&mut *connection)
            .await
            .optional();
        let Some(row) = row.map_err(reported)? else {
            return Ok(None);
        };
        let ticket = Ticket::from(row);
        let owners = owners(&mut connection, std::slice::from_ref(&ticket), self.zone).await;
        let mut owners = owners.map_err(reported)?;
        let messages = latest_messages(&mut connection, id).await;
        Ok(Some(ManagedTicket {
            owner: owners.remove(&ticket.owner).map(unlinked),
            messages: messages.map_err(reported)?,
            ticket,
        }))
    }
}
