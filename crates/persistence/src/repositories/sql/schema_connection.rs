use async_trait::async_trait;
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use ferroboard_kernel::StoreError;

use super::super::super::Conn;
use super::values::reported;
use crate::migrate::{Dialect, SchemaConnection};
use crate::rows::Line;

/// A connection of its own, over which a schema is inspected and changed.
pub(in super::super::super) struct SqlSchema {
    connection: Conn,
    dialect: &'static Dialect,
}

impl SqlSchema {
    /// Uses the connection for nothing else.
    pub(in super::super::super) fn new(connection: Conn, dialect: &'static Dialect) -> Self {
        Self {
            connection,
            dialect,
        }
    }
}

#[async_trait]
impl SchemaConnection for SqlSchema {
    fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    async fn execute(&mut self, sql: &str) -> Result<(), StoreError> {
        self.connection.batch_execute(sql).await.map_err(reported)
    }

    async fn texts(&mut self, sql: &str) -> Result<Vec<String>, StoreError> {
        let lines = diesel::sql_query(sql)
            .load::<Line>(&mut self.connection)
            .await
            .map_err(reported)?;
        Ok(lines
            .into_iter()
            .map(|line| line.text.trim_end().to_owned())
            .collect())
    }
}
