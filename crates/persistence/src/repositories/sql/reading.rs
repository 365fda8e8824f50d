//! How queries run: as diesel runs them, but for rows that cannot be read.

use diesel::QueryResult;
use diesel::deserialize::FromSqlRow;
use diesel::dsl::Limit;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::query_dsl::CompatibleType;
use diesel::query_dsl::methods::LimitDsl;
use diesel::result::Error;
use diesel_async::AsyncConnectionCore;
use diesel_async::methods::ExecuteDsl;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _};

use super::super::super::Conn;
use crate::odd_values::{self, Place};

type Db = <Conn as AsyncConnectionCore>::Backend;

/// A query whose rows are read as `U`.
pub(in super::super) trait ReadQuery<'query, U>: Sized {
    /// Runs it; each row is read by itself.
    fn read<'conn>(
        self,
        connection: &'conn mut Conn,
    ) -> BoxFuture<'conn, QueryResult<Vec<Result<U, Place>>>>
    where
        'query: 'conn;
}

impl<'query, T, U, ST> ReadQuery<'query, U> for T
where
    T: AsQuery + Send + 'query,
    T::Query: QueryFragment<Db> + QueryId + Send + 'query,
    T::SqlType: CompatibleType<U, Db, SqlType = ST>,
    U: FromSqlRow<ST, Db> + Send + 'static,
    Db: QueryMetadata<T::SqlType> + QueryMetadata<ST>,
    ST: 'static,
{
    fn read<'conn>(
        self,
        connection: &'conn mut Conn,
    ) -> BoxFuture<'conn, QueryResult<Vec<Result<U, Place>>>>
    where
        'query: 'conn,
    {
        let loading = AsyncConnectionCore::load(connection, self);
        async move {
            let mut stream = loading.await?;
            let mut rows = Vec::with_capacity(stream.size_hint().0);
            while let Some(row) = stream.next().await {
                rows.push(odd_values::read(&row?, std::any::type_name::<T>()));
            }
            Ok(rows)
        }
        .boxed()
    }
}

/// What diesel's trait of nearly this name does; a list leaves out the rows that cannot be read, and a
/// single row that cannot is an error which names it.
pub(in super::super) trait RunQuery: Sized {
    /// Runs a statement; how many rows it changed.
    fn execute<'conn, 'query>(
        self,
        connection: &'conn mut Conn,
    ) -> <Conn as AsyncConnectionCore>::ExecuteFuture<'conn, 'query>
    where
        Self: ExecuteDsl<Conn> + 'query,
    {
        ExecuteDsl::execute(self, connection)
    }

    fn load<'conn, 'query, U>(
        self,
        connection: &'conn mut Conn,
    ) -> BoxFuture<'conn, QueryResult<Vec<U>>>
    where
        'query: 'conn,
        Self: ReadQuery<'query, U>,
        U: Send + 'conn,
    {
        let reading = self.read(connection);
        async move { Ok(reading.await?.into_iter().flatten().collect()) }.boxed()
    }

    /// The rows, for what one that is left out would falsify.
    fn load_every<'conn, 'query, U>(
        self,
        connection: &'conn mut Conn,
    ) -> BoxFuture<'conn, QueryResult<Vec<U>>>
    where
        'query: 'conn,
        Self: ReadQuery<'query, U>,
        U: Send + 'conn,
    {
        let reading = self.read(connection);
        async move {
            reading
                .await?
                .into_iter()
                .map(|row| only(Some(row)))
                .collect()
        }
        .boxed()
    }

    fn get_result<'conn, 'query, U>(
        self,
        connection: &'conn mut Conn,
    ) -> BoxFuture<'conn, QueryResult<U>>
    where
        'query: 'conn,
        Self: ReadQuery<'query, U>,
        U: Send + 'conn,
    {
        let reading = self.read(connection);
        async move { only(reading.await?.into_iter().next()) }.boxed()
    }

    fn first<'conn, 'query, U>(
        self,
        connection: &'conn mut Conn,
    ) -> BoxFuture<'conn, QueryResult<U>>
    where
        'query: 'conn,
        Self: LimitDsl,
        Limit<Self>: ReadQuery<'query, U>,
        U: Send + 'conn,
    {
        self.limit(1).get_result(connection)
    }
}

impl<T> RunQuery for T {}

/// A row that must be there and readable.
fn only<U>(row: Option<Result<U, Place>>) -> QueryResult<U> {
    match row {
        Some(Ok(row)) => Ok(row),
        Some(Err(place)) => Err(Error::DeserializationError(Box::new(place))),
        None => Err(Error::NotFound),
    }
}
