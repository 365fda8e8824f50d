//! Tables of texts by name: many rows are replaced in two statements.

use chrono::NaiveDateTime;
use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Nullable, Text, Timestamp};
use diesel_async::AsyncConnectionCore;

use super::Conn;

type Db = <Conn as AsyncConnectionCore>::Backend;

/// `INSERT INTO … VALUES (…), (…)`, which diesel writes for SQLite only where no value can be NULL.
pub(super) struct InsertTexts<'a> {
    /// The table with its three columns behind the name: the text's, and those of the times.
    pub(super) table: &'static str,
    /// What its column of texts is called.
    pub(super) column: &'static str,
    /// Each name with its text.
    pub(super) rows: Vec<(&'a str, Option<&'a str>)>,
    /// When they are written.
    pub(super) at: NaiveDateTime,
}

impl InsertTexts<'_> {
    /// Inserts the rows; none of them may be there.
    pub(super) async fn execute(self, connection: &mut Conn) -> QueryResult<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        diesel_async::RunQueryDsl::execute(self, connection)
            .await
            .map(drop)
    }
}

impl QueryId for InsertTexts<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> diesel::RunQueryDsl<C> for InsertTexts<'_> {}

impl QueryFragment<Db> for InsertTexts<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("INSERT INTO ");
        out.push_sql(self.table);
        out.push_sql(" (name, ");
        out.push_sql(self.column);
        out.push_sql(", created_at, updated_at) VALUES ");
        for (index, (name, text)) in self.rows.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_bind_param::<Text, _>(name)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<Text>, _>(text)?;
            out.push_sql(", ");
            out.push_bind_param::<Timestamp, _>(&self.at)?;
            out.push_sql(", ");
            out.push_bind_param::<Timestamp, _>(&self.at)?;
            out.push_sql(")");
        }
        Ok(())
    }
}
