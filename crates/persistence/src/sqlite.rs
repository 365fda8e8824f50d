//! SQLite: a file, one writer, several readers.

use std::path::Path;
use std::sync::Arc;

use diesel::connection::LoadConnection;
use diesel::deserialize::FromSqlRow;
use diesel::dsl::Limit;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::query_dsl::CompatibleType;
use diesel::query_dsl::methods::LimitDsl;
use diesel::result::Error;
use diesel::sqlite::Sqlite;
use diesel::{ConnectionError, ConnectionResult, QueryResult, SqliteConnection};
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use ferroboard_application::Store;
use ferroboard_kernel::StoreError;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::ConnectOptions;
use crate::cluster::Cluster;
use crate::kind::Kind;
use crate::migrate::{Dialect, SchemaConnection};
use crate::odd_values;
use crate::own_thread::OwnThread;
use crate::pool::{self, Pools};
use crate::refund_column::RefundColumn;

/// The connection.
type Conn = SyncConnectionWrapper<SqliteConnection, OwnThread>;

/// The writer's transaction holds the only lock there is.
macro_rules! lock {
    ($query:expr) => {
        $query
    };
}

/// See [`lock!`].
macro_rules! lock_what_is_free {
    ($query:expr) => {
        $query
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
        diesel::insert_or_ignore_into($table).values($values)
    };
}

/// Runs an insert and answers the new row's number.
macro_rules! insert_returning {
    ($insert:expr, $column:expr, $conn:expr) => {
        $insert.returning($column).get_result::<Int>($conn).await
    };
}

/// One row of a query that owns its values: it runs on the connection's own thread from
/// preparation to reading, which copies nothing and costs a third of the general way.
macro_rules! first_row {
    ($query:expr, $conn:expr) => {{
        let query = $query;
        $conn
            .spawn_blocking(move |connection| $crate::sqlite::first_here(query, connection))
            .await
    }};
}

/// The rows of a query that owns its values, without those that cannot be read; as with [`first_row!`], nothing is
/// copied on the way.
macro_rules! all_rows {
    ($query:expr, $conn:expr) => {{
        let query = $query;
        $conn
            .spawn_blocking(move |connection| $crate::sqlite::rows_here(query, connection))
            .await
    }};
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

/// A text for a column of JSON.
macro_rules! json_text {
    ($text:expr) => {
        $text
    };
}

/// The first row of a query, on this thread.
fn first_here<Q, U, ST>(query: Q, connection: &mut SqliteConnection) -> QueryResult<U>
where
    Q: LimitDsl,
    Limit<Q>: AsQuery,
    <Limit<Q> as AsQuery>::Query: QueryFragment<Sqlite> + QueryId,
    <Limit<Q> as AsQuery>::SqlType: CompatibleType<U, Sqlite, SqlType = ST>,
    Sqlite: QueryMetadata<<Limit<Q> as AsQuery>::SqlType> + QueryMetadata<ST>,
    U: FromSqlRow<ST, Sqlite>,
{
    let mut rows = LoadConnection::load(connection, query.limit(1).as_query())?;
    let row = rows.next().ok_or(Error::NotFound)??;
    odd_values::read(&row, std::any::type_name::<Q>())
        .map_err(|place| Error::DeserializationError(Box::new(place)))
}

/// The rows of a query that can be read, on this thread.
fn rows_here<Q, U, ST>(query: Q, connection: &mut SqliteConnection) -> QueryResult<Vec<U>>
where
    Q: AsQuery,
    Q::Query: QueryFragment<Sqlite> + QueryId,
    Q::SqlType: CompatibleType<U, Sqlite, SqlType = ST>,
    Sqlite: QueryMetadata<Q::SqlType> + QueryMetadata<ST>,
    U: FromSqlRow<ST, Sqlite>,
{
    let mut found = Vec::new();
    for row in LoadConnection::load(connection, query.as_query())? {
        found.extend(odd_values::read(&row?, std::any::type_name::<Q>()).ok());
    }
    Ok(found)
}

mod dialect {
    use diesel::QueryResult;
    use diesel::connection::AnsiTransactionManager;
    use diesel::sql_types::{BigInt, Text};
    use diesel_async::RunQueryDsl;
    use ferroboard_kernel::{Seconds, UnixSeconds};

    use super::Conn;
    use crate::integer::Int;
    use crate::kind::Kind;

    /// How statements are spelled.
    pub(super) const KIND: Kind = Kind::Sqlite;

    /// How a cast names the widest integer.
    pub(super) const INTEGER: &str = "BIGINT";

    /// The server's clock.
    pub(super) const NOW: &str = "CAST(strftime('%s', 'now') AS INTEGER)";

    /// The placeholder of a value by its place, from 1 on.
    pub(super) fn placeholder(_number: usize) -> String {
        "?".to_owned()
    }

    /// The name of a column that may be a word of the language.
    pub(super) fn quoted(name: &str) -> String {
        format!("\"{name}\"")
    }

    /// What keeps a row as it is while others may read it so: there is one writer.
    pub(super) const HOLDS_ROW: Option<&str> = None;

    /// Whether texts compare without regard to case.
    pub(super) const COMPARES_WITHOUT_CASE: bool = false;

    /// Whether many rows are to be looked up one by one. A list of numbers is looked up so anyway.
    pub(super) const LOOKS_UP_EACH: bool = false;
    /// Whether `DELETE` takes a `LIMIT`.
    pub(super) const LIMITS_DELETES: bool = false;

    /// A column of decimal numbers as a whole number of the share of one that `parts` make.
    pub(super) fn whole_parts(column: &str, parts: u32) -> String {
        format!("CAST(ROUND({column} * {parts}) AS {INTEGER})")
    }

    /// The condition that a column of integers holds one: other values may be in it, and a sum with
    /// one of those is a guess.
    pub(super) fn holds_integer(column: &str) -> String {
        format!("typeof({column}) = 'integer'")
    }

    /// Opens a transaction that takes the write lock at once: one that took it later could fail
    /// in the middle.
    pub(super) async fn begin(connection: &mut Conn) -> QueryResult<()> {
        connection
            .spawn_blocking(|connection| {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
            })
            .await
    }

    /// Opens a transaction that takes no write lock, on a connection that cannot write.
    pub(super) async fn begin_reading(connection: &mut Conn) -> QueryResult<()> {
        connection
            .spawn_blocking(|connection| {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN DEFERRED")
            })
            .await
    }

    /// An update of many rows at once: the first number of each is the `id` of its row, and
    /// `assignments` call the others `v.column2`, `v.column3`, and so on.
    pub(super) fn update_rows<const N: usize>(
        table: &str,
        assignments: &str,
        rows: &[[i64; N]],
    ) -> String {
        let rows = crate::rows::tuples(rows);
        format!(
            "UPDATE {table} SET {assignments} FROM (VALUES {rows}) AS v WHERE {table}.id = v.column1"
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
        format!("INSERT OR IGNORE {rest}")
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
            "INSERT INTO ferro_counter (name, count, expires_at) VALUES (?, ?, ?) \
             ON CONFLICT (name) DO UPDATE SET \
             count = CASE WHEN ferro_counter.expires_at <= ? OR ferro_counter.expires_at > ? THEN 0 ELSE ferro_counter.count END \
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

/// Opens the pools of an existing file.
pub(crate) async fn connect(
    path: &str,
    options: &ConnectOptions,
    refund: RefundColumn,
) -> Result<Arc<dyn Store>, StoreError> {
    let writers = pool(path, 1, WRITES)?;
    // The first connection switches the file to WAL, so that the readers find it switched.
    drop(pool::checkout(&writers).await?);
    let readers = pool(path, options.max_connections.clamp(4, 8), READS)?;
    let pools = Pools {
        readers,
        writers,
        cluster: Cluster::default(),
    };
    Ok(Arc::new(repositories::SqlStore::new(
        pools,
        options.zone,
        refund,
    )))
}

fn pool(path: &str, size: usize, access: &'static str) -> Result<Pool<Conn>, StoreError> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |path| establish(path, access));
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    pool::build(Pool::builder(manager).max_size(size))
}

/// What every connection of the pools is set to.
///
/// * `synchronous=FULL`: what was acknowledged survives the crash of the process and of the machine.
/// * `cache_size`: 1 MiB each; the operating system caches the file as well.
/// * `temp_store=FILE`: what a query sorts or groups goes to a file beyond that; a rank of a million users took
///   230 MiB in memory, and was no faster.
const SETUP: &str = "\
PRAGMA busy_timeout = 10000;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = FILE;
PRAGMA cache_size = -1024;";

/// That a connection of the pool may write.
const WRITES: &str = "PRAGMA query_only = OFF;";

/// That it may not.
const READS: &str = "PRAGMA query_only = ON;";

fn establish<'path>(
    path: &'path str,
    access: &'static str,
) -> BoxFuture<'path, ConnectionResult<Conn>> {
    async move {
        let mut connection = Conn::establish(path).await?;
        for setup in [SETUP, access] {
            connection
                .batch_execute(setup)
                .await
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(connection)
    }
    .boxed()
}

/// Opens the file for a migration, or for a look at it.
pub(crate) async fn open_schema(
    path: &str,
) -> Result<Box<dyn SchemaConnection>, crate::MigrateError> {
    let unavailable = |reason: String| crate::MigrateError::Unavailable(reason);
    let mut connection = Conn::establish(path)
        .await
        .map_err(|error| unavailable(error.to_string()))?;
    connection
        .batch_execute("PRAGMA busy_timeout = 60000")
        .await
        .map_err(|error| unavailable(error.to_string()))?;
    Ok(Box::new(repositories::SqlSchema::new(connection, &DIALECT)))
}

/// Makes an empty file where there is none, with the folder that it is in; whether it did.
pub(crate) fn make_file(path: &str) -> Result<bool, crate::MigrateError> {
    make(Path::new(path)).map_err(|error| crate::MigrateError::File {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// Only its owner may read it.
fn make(path: &Path) -> std::io::Result<bool> {
    if path.exists() {
        return Ok(false);
    }
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        // Another process was first.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        other => other.map(|_| true),
    }
}

/// How schemas are inspected and changed.
const DIALECT: Dialect = Dialect {
    kind: Kind::Sqlite,
    version: "SELECT 'SQLite ' || sqlite_version() AS text",
    begin: Some("BEGIN EXCLUSIVE"),
    tables: "SELECT name AS text FROM sqlite_master \
             WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'",
    columns: "SELECT m.name || char(31) || c.name || char(31) || c.type || char(31) || c.\"notnull\" \
              || char(31) || (c.dflt_value IS NOT NULL OR c.pk > 0) || char(31) \
              || COALESCE(c.dflt_value, '') AS text \
              FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
    table_of: "m.name",
    keys: "SELECT m.name || char(31) || l.name || char(31) || (l.\"unique\" AND NOT l.partial) \
           || char(31) || COALESCE(i.name, '') AS text FROM sqlite_master m \
           JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i \
           WHERE m.type = 'table' ORDER BY m.name, l.name, i.seqno",
    extras: "SELECT CASE type WHEN 'view' THEN 'view ' || name \
             ELSE 'trigger ' || name || ' on ' || tbl_name END AS text \
             FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY name",
    without_transactions: None,
    migrations: crate::migrate::SQLITE,
};

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_new_file_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/panel.sqlite");
        assert!(make(&path).unwrap());
        assert!(!make(&path).unwrap());
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn plans_are_kept_whatever_is_bound() {
        use diesel::{Connection as _, RunQueryDsl as _};
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        let asked = "SELECT sqlite_compileoption_used('ENABLE_QPSG') AS count";
        let used: Vec<crate::rows::Count> = diesel::sql_query(asked).load(&mut connection).unwrap();
        let used: Vec<i64> = used.iter().map(|row| row.count.0).collect();
        assert_eq!(
            used,
            [1],
            "compiled without what .cargo/config.toml says: is LIBSQLITE3_FLAGS set?"
        );
    }
}
