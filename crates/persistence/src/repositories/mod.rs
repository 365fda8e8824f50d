//! The repositories, written once. This module is mounted by each backend, which gives it `Conn`,
//! `dialect` and a handful of macros; nothing here names a database.
#![allow(
    clippy::explicit_auto_deref,
    reason = "what a pool hands out is written as the connection that it is"
)]

mod accounts;
mod administration;
mod billing;
mod invite;
mod jobs;
mod nodes;
mod real_names;
mod shadows;
mod sql;
mod support;

use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::BigInt;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncConnection, SimpleAsyncConnection as _, TransactionManager};
use ferroboard_application::{Store, UnitOfWork};
use ferroboard_kernel::{Seconds, StoreError, UnixSeconds, Zone};

use self::sql::turns::Turns;
use super::{Conn, dialect};
use crate::failure::Failure;
use crate::pool::{self, Pools, Room, checkout};
use crate::refund_column::RefundColumn;

use self::sql::reading::RunQuery as _;

pub(super) use sql::catalog::Catalog;

type Transactions = <Conn as AsyncConnection>::TransactionManager;

/// The database behind the pools of one backend.
pub(super) struct SqlStore {
    pools: Pools<AsyncDieselConnectionManager<Conn>>,
    zone: Zone,
    refund: RefundColumn,
}

impl SqlStore {
    /// A store whose `TIMESTAMP` columns hold wall-clock times of `zone`.
    pub(super) fn new(
        pools: Pools<AsyncDieselConnectionManager<Conn>>,
        zone: Zone,
        refund: RefundColumn,
    ) -> Self {
        Self {
            pools,
            zone,
            refund,
        }
    }

    /// A connection for a query.
    async fn reader(&self) -> Result<Object<Conn>, StoreError> {
        checkout(&self.pools.readers).await
    }

    /// A connection for a single statement that changes something.
    async fn writer(&self) -> Result<Object<Conn>, StoreError> {
        checkout(&self.pools.writers).await
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let mut connection = self.writer().await?;
        dialect::begin(&mut connection).await.map_err(reported)?;
        Ok(Box::new(SqlTx {
            connection: Some(connection),
            over: false,
            zone: self.zone,
            turns: Turns::of(&self.pools.cluster),
            refund: self.refund,
        }))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let mut connection = self.reader().await?;
        // From a table: a node that is cut off from its cluster still answers what needs none.
        diesel::sql_query("SELECT 1 FROM ferro_migration WHERE version = 1")
            .execute(&mut *connection)
            .await
            .map_err(reported)?;
        drop(connection);
        match pool::room() {
            Room::Enough => Ok(()),
            Room::None => Err(StoreError::Full("a moment ago".to_owned())),
            Room::Doubtful => self.look_for_room().await,
        }
    }
}

impl SqlStore {
    /// Writes something small. The row has expired as soon as it is there.
    async fn look_for_room(&self) -> Result<(), StoreError> {
        let mut connection = self.writer().await?;
        let (window, long_ago) = (Seconds::new(0), UnixSeconds::new(0));
        let written = dialect::count_event(&mut connection, "room", 1, window, long_ago).await;
        written.map_err(reported)?;
        pool::note_room();
        Ok(())
    }
}

/// One open transaction. Dropped unfinished it takes its connection out of the pool, which closes it:
/// the locks end at once, and not when the pool looks at the connection again.
pub(super) struct SqlTx {
    connection: Option<Object<Conn>>,
    /// Set while a call is under way, and for good once one failed or was dropped half-way.
    over: bool,
    zone: Zone,
    turns: Turns,
    refund: RefundColumn,
}

impl SqlTx {
    /// The connection, for one call, which ends with [`Self::settle`].
    fn open(&mut self) -> Result<&mut Conn, StoreError> {
        match &mut self.connection {
            Some(connection) if !self.over => {
                self.over = true;
                Ok(connection)
            }
            _ => Err(already_over()),
        }
    }

    /// Whether a connection whose commit was refused has no transaction left. Where clusters refuse
    /// many, each would otherwise cost a connection.
    async fn is_closed(&mut self) -> bool {
        let Some(connection) = &mut self.connection else {
            return false;
        };
        connection.batch_execute("ROLLBACK").await.is_ok()
    }

    /// Ends a call: after a failure the transaction can only be rolled back.
    fn settle<T, E: Into<Failure>>(&mut self, outcome: Result<T, E>) -> Result<T, StoreError> {
        self.over = outcome.is_err();
        outcome.map_err(reported)
    }
}

#[async_trait]
impl UnitOfWork for SqlTx {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        if self.over {
            self.rollback().await?;
            return Err(already_over());
        }
        let committed = Transactions::commit_transaction(self.open()?).await;
        let committed = self.settle(committed);
        if committed.is_ok() || is_undone(&committed) && self.is_closed().await {
            drop(self.connection.take());
        }
        committed
    }

    async fn rollback(mut self: Box<Self>) -> Result<(), StoreError> {
        let Some(connection) = &mut self.connection else {
            return Ok(());
        };
        self.over = true;
        let connection: &mut Conn = connection;
        Transactions::rollback_transaction(connection)
            .await
            .map_err(reported)?;
        drop(self.connection.take());
        Ok(())
    }
}

impl Drop for SqlTx {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }
}

/// Whether the server has undone the transaction that was to be committed.
fn is_undone(committed: &Result<(), StoreError>) -> bool {
    matches!(committed, Err(StoreError::Conflict(_)))
}

fn already_over() -> StoreError {
    StoreError::Backend("the transaction had already failed".to_owned())
}

fn reported<E: Into<Failure>>(error: E) -> StoreError {
    let error = error.into().0;
    match error {
        StoreError::Unavailable(_) => pool::note_loss(),
        StoreError::Full(_) => pool::note_full(),
        _ => {}
    }
    error
}

/// A flag in a form that every column of flags takes: PostgreSQL reads the bare literal as whatever
/// the column is, `boolean` in a database that Xboard made and an integer in ours.
fn flag(set: bool) -> SqlLiteral<BigInt> {
    sql(if set { "'1'" } else { "'0'" })
}

/// Whether a text that a client sent can be stored at all; no row has one that cannot.
fn is_storable(text: &str) -> bool {
    // PostgreSQL has no NUL in texts.
    !text.contains('\0')
}

/// A text of a client's or a gateway's as a column of 255 characters takes it.
fn line(text: &str) -> String {
    text.chars()
        .filter(|character| *character != '\0')
        .take(255)
        .collect()
}

/// How many rows a statement changed.
fn rows(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
