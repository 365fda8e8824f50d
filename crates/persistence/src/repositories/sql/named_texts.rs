//! Tables of texts by name: many rows are replaced in two statements.

use chrono::NaiveDateTime;
use diesel::QueryResult;
use diesel::sql_types::{Nullable, Text, Timestamp};

use super::super::super::Conn;
use super::bulk::rows_of;
use super::reading::RunQuery as _;

/// A table with a text for each name, and the times of its rows.
pub(in super::super) struct NamedTexts {
    pub(in super::super) table: &'static str,
    /// What its column of texts is called.
    pub(in super::super) column: &'static str,
}

impl NamedTexts {
    /// Gives each of these names its text, whether or not it has one. No statement that all databases
    /// know writes another value to each of many rows.
    pub(in super::super) async fn replace(
        &self,
        connection: &mut Conn,
        texts: &[(&str, Option<&str>)],
        at: NaiveDateTime,
    ) -> QueryResult<()> {
        if texts.is_empty() {
            return Ok(());
        }
        let Self { table, column } = self;
        let names = rows_of(1, texts.len());
        let delete = format!("DELETE FROM {table} WHERE name IN {names}");
        let mut delete = diesel::sql_query(delete).into_boxed();
        for (name, _) in texts {
            delete = delete.bind::<Text, _>(*name);
        }
        delete.execute(&mut *connection).await?;
        let rows = rows_of(texts.len(), 4);
        let insert =
            format!("INSERT INTO {table} (name, {column}, created_at, updated_at) VALUES {rows}");
        let mut insert = diesel::sql_query(insert).into_boxed();
        for (name, text) in texts {
            insert = insert
                .bind::<Text, _>(*name)
                .bind::<Nullable<Text>, _>(*text)
                .bind::<Timestamp, _>(at)
                .bind::<Timestamp, _>(at);
        }
        insert.execute(connection).await.map(drop)
    }
}
