//! PostgreSQL.

use std::sync::Arc;

use deadpool::managed::HookError;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::deadpool::{Hook, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use ferroboard_application::Store;
use ferroboard_kernel::StoreError;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, TryFutureExt as _};

use crate::ConnectOptions;
use crate::cluster::Cluster;
use crate::kind::Kind;
use crate::migrate::{Dialect, SchemaConnection};
use crate::pool::{self, Pools};
use crate::refund_column::RefundColumn;

type Conn = AsyncPgConnection;

/// Locks the rows of a query until the transaction ends.
macro_rules! lock {
    ($query:expr) => {
        $query.for_update()
    };
}

/// Locks those rows of a query that no other transaction has locked.
macro_rules! lock_what_is_free {
    ($query:expr) => {
        $query.for_update().skip_locked()
    };
}

/// Names the key whose duplicate turns an insert into an update.
macro_rules! on_duplicate {
    ($insert:expr, $column:expr) => {
        $insert.on_conflict($column)
    };
}

/// An insert that does nothing when a unique index has the row.
macro_rules! insert_or_ignore {
    ($table:expr, $values:expr) => {
        diesel::insert_into($table)
            .values($values)
            .on_conflict_do_nothing()
    };
}

/// Runs an insert and answers the new row's number.
macro_rules! insert_returning {
    ($insert:expr, $column:expr, $conn:expr) => {
        $insert.returning($column).get_result::<Int>($conn).await
    };
}

/// One row of a query that owns its values.
macro_rules! first_row {
    ($query:expr, $conn:expr) => {
        $crate::postgres::repositories::sql::reading::RunQuery::first($query, $conn).await
    };
}

/// The rows of a query that owns its values, without those that cannot be read.
macro_rules! all_rows {
    ($query:expr, $conn:expr) => {
        $crate::postgres::repositories::sql::reading::RunQuery::load($query, $conn).await
    };
}

/// Whether a column holds this text in any letter case.
macro_rules! same_but_for_case {
    ($column:expr, $text:expr) => {
        crate::schema::lower($column).eq(crate::schema::lower($text))
    };
}

/// Whether a column holds one of these texts of small ASCII letters and digits in any letter case.
macro_rules! one_of_but_for_case {
    ($column:expr, $texts:expr) => {
        crate::schema::lower($column).eq_any($texts)
    };
}

/// A text for a column of JSON, which takes no other text.
macro_rules! json_text {
    ($text:expr) => {
        diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Text>>("CAST(")
            .bind::<diesel::sql_types::Nullable<diesel::sql_types::Text>, _>($text)
            .sql(" AS json)")
    };
}

mod dialect {
    use diesel::QueryResult;
    use diesel::sql_types::{BigInt, Text};
    use diesel_async::{AnsiTransactionManager, AsyncConnection, RunQueryDsl, TransactionManager};
    use ferroboard_kernel::{Seconds, UnixSeconds};

    use super::Conn;
    use crate::integer::Int;
    use crate::kind::Kind;

    /// How statements are spelled.
    pub(super) const KIND: Kind = Kind::Postgres;

    /// How a cast names the widest integer.
    pub(super) const INTEGER: &str = "BIGINT";

    /// The server's clock.
    pub(super) const NOW: &str = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS bigint)";

    /// The placeholder of a value by its place, from 1 on.
    pub(super) fn placeholder(number: usize) -> String {
        format!("${number}")
    }

    /// The name of a column that may be a word of the language.
    pub(super) fn quoted(name: &str) -> String {
        format!("\"{name}\"")
    }

    /// What keeps a row as it is while others may read it so.
    pub(super) const HOLDS_ROW: Option<&str> = Some("FOR SHARE");

    /// Whether texts compare without regard to case.
    pub(super) const COMPARES_WITHOUT_CASE: bool = false;

    /// Whether many rows are to be looked up one by one: a plan for all of them at once reads everything
    /// that meets the other conditions when the statistics of the table are old.
    pub(super) const LOOKS_UP_EACH: bool = true;
    /// Whether `DELETE` takes a `LIMIT`.
    pub(super) const LIMITS_DELETES: bool = false;

    /// A column of decimal numbers as a whole number of the share of one that `parts` make; NULL for what
    /// is no number.
    pub(super) fn whole_parts(column: &str, parts: u32) -> String {
        format!("CAST(ROUND(NULLIF({column}, 'NaN') * {parts}) AS {INTEGER})")
    }

    /// The condition that a column of integers holds one, which it does.
    pub(super) fn holds_integer(_column: &str) -> String {
        "1 = 1".to_owned()
    }

    pub(super) async fn begin(connection: &mut Conn) -> QueryResult<()> {
        <Conn as AsyncConnection>::TransactionManager::begin_transaction(connection).await
    }

    /// Opens a transaction that only reads.
    pub(super) async fn begin_reading(connection: &mut Conn) -> QueryResult<()> {
        AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN TRANSACTION READ ONLY")
            .await
    }

    /// An update of many rows at once: the first number of each is the `id` of its row, and
    /// `assignments` call the others `v.column2`, `v.column3`, and so on.
    pub(super) fn update_rows<const N: usize>(
        table: &str,
        assignments: &str,
        rows: &[[i64; N]],
    ) -> String {
        // With the numbers named once more every plan finds the rows by them, and none reads the table.
        let ids = crate::rows::numbers(
            rows.iter()
                .filter_map(|row| row.as_slice().first().copied()),
        );
        let rows = crate::rows::tuples(rows);
        format!(
            "UPDATE {table} SET {assignments} FROM (VALUES {rows}) AS v \
             WHERE {table}.id = v.column1 AND {table}.id IN ({ids})"
        )
    }

    /// Ends an insert: where the table has the row already, `column` is `sum` of what it holds and of
    /// what would be inserted.
    pub(super) fn or_update(
        table: &str,
        key: &str,
        column: &str,
        sum: impl Fn(&str, &str) -> String,
    ) -> String {
        let (held, inserted) = (format!("{table}.{column}"), format!("excluded.{column}"));
        let sum = sum(&held, &inserted);
        format!("ON CONFLICT ({key}) DO UPDATE SET {column} = {sum}")
    }

    /// An insert, given from `INTO` on, that does nothing when a unique index has the row.
    pub(super) fn insert_or_ignore(rest: &str) -> String {
        format!("INSERT {rest} ON CONFLICT DO NOTHING")
    }

    /// Counts one event in one statement.
    pub(super) async fn count_event(
        connection: &mut Conn,
        name: &str,
        amount: i64,
        window: Seconds,
        now: UnixSeconds,
    ) -> QueryResult<Int> {
        diesel::sql_query(
            "INSERT INTO ferro_counter (name, count, expires_at) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET \
             count = CASE WHEN ferro_counter.expires_at <= $4 OR ferro_counter.expires_at > $5 THEN 0 ELSE ferro_counter.count END \
             + excluded.count, \
             expires_at = excluded.expires_at \
             RETURNING count",
        )
        .bind::<Text, _>(name)
        .bind::<BigInt, _>(amount)
        .bind::<BigInt, _>(now.plus(window).get())
        .bind::<BigInt, _>(now.get())
        .bind::<BigInt, _>(now.latest_end(window).get())
        .get_result::<crate::rows::Count>(connection)
        .await
        .map(|row| row.count)
    }
}

#[path = "repositories/mod.rs"]
mod repositories;

pub(crate) async fn connect(
    url: &str,
    options: &ConnectOptions,
    refund: RefundColumn,
) -> Result<Arc<dyn Store>, StoreError> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(establish);
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    let pool = pool::build(
        Pool::builder(manager)
            .max_size(options.max_connections.max(1))
            .pre_recycle(Hook::async_fn(|connection, metrics| {
                pool::check_before_use(connection, metrics)
                    .map_err(HookError::message)
                    .boxed()
            })),
    )?;
    drop(pool::checkout(&pool).await?);
    let pools = Pools {
        readers: pool.clone(),
        writers: pool,
        // A PostgreSQL server writes alone. Extensions that replicate between several do so after the
        // commit: over them no lock holds, whatever it writes.
        cluster: Cluster::default(),
    };
    Ok(Arc::new(repositories::SqlStore::new(
        pools,
        options.zone,
        refund,
    )))
}

/// What every connection is set to, whatever the server's defaults.
const SETUP: &str = "\
SET default_transaction_isolation = 'read committed';
SET lock_timeout = '10s';
SET standard_conforming_strings = on";

fn establish(url: &str) -> BoxFuture<'_, ConnectionResult<Conn>> {
    async move {
        let mut connection = Conn::establish(url).await?;
        connection
            .batch_execute(SETUP)
            .await
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        // Conflicts are told by what the server says; only some users may choose its language, and
        // for the others the server's own must be English.
        let _ = connection.batch_execute("SET lc_messages = 'C'").await;
        Ok(connection)
    }
    .boxed()
}

/// Connects for a migration.
pub(crate) async fn open_schema(
    url: &str,
) -> Result<Box<dyn SchemaConnection>, crate::MigrateError> {
    let unavailable =
        |error: &dyn std::error::Error| crate::MigrateError::Unavailable(error.to_string());
    let mut connection = establish(url).await.map_err(|error| unavailable(&error))?;
    connection
        .batch_execute("SET lock_timeout = '60s'")
        .await
        .map_err(|error| unavailable(&error))?;
    Ok(Box::new(repositories::SqlSchema::new(connection, &DIALECT)))
}

/// How schemas are inspected and changed: all in one transaction, under an advisory lock whose number
/// is the panel's own.
const DIALECT: Dialect = Dialect {
    kind: Kind::Postgres,
    version: "SELECT 'PostgreSQL ' || current_setting('server_version') AS text",
    begin: Some("BEGIN; SELECT pg_advisory_xact_lock(7160914022024)"),
    tables: "SELECT tablename::text AS text FROM pg_catalog.pg_tables \
             WHERE schemaname = current_schema()",
    columns: "SELECT (c.table_name || chr(31) || c.column_name || chr(31) || c.data_type || chr(31) \
              || CASE WHEN c.is_nullable = 'NO' THEN 1 ELSE 0 END || chr(31) \
              || CASE WHEN c.column_default IS NOT NULL OR c.is_identity = 'YES' \
              OR c.is_generated = 'ALWAYS' THEN 1 ELSE 0 END || chr(31) \
              || COALESCE(c.column_default, ''))::text AS text \
              FROM information_schema.columns c WHERE c.table_schema = current_schema()",
    table_of: "c.table_name",
    keys: "SELECT (t.relname || chr(31) || i.relname || chr(31) \
           || CASE WHEN x.indisunique AND x.indpred IS NULL THEN 1 ELSE 0 END || chr(31) \
           || COALESCE(a.attname, ''))::text AS text FROM pg_catalog.pg_index x \
           JOIN pg_catalog.pg_class t ON t.oid = x.indrelid \
           JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid \
           JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace \
           CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(number, place) \
           LEFT JOIN pg_catalog.pg_attribute a \
           ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0 \
           WHERE n.nspname = current_schema() AND k.place <= x.indnkeyatts \
           ORDER BY t.relname, i.relname, k.place",
    extras: "SELECT ('view ' || viewname)::text AS text FROM pg_catalog.pg_views \
             WHERE schemaname = current_schema() UNION ALL \
             SELECT ('trigger ' || g.tgname || ' on ' || t.relname)::text FROM pg_catalog.pg_trigger g \
             JOIN pg_catalog.pg_class t ON t.oid = g.tgrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace \
             WHERE NOT g.tgisinternal AND n.nspname = current_schema()",
    without_transactions: None,
    migrations: crate::migrate::POSTGRES,
};
