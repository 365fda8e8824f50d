//! MySQL and MariaDB.

use std::sync::Arc;

use deadpool::managed::HookError;
use diesel::{
    ConnectionError, ConnectionResult, OptionalExtension as _, QueryResult, QueryableByName,
};
use diesel_async::pooled_connection::deadpool::{Hook, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{
    AsyncConnection, AsyncMysqlConnection, RunQueryDsl as _, SimpleAsyncConnection,
};
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

type Conn = AsyncMysqlConnection;

/// Locks the rows of a query until the transaction ends.
macro_rules! lock {
    ($query:expr) => {
        $query.for_update()
    };
}

/// Locks the rows of a query. `SKIP LOCKED` is younger than some servers that panels run on; without
/// it a second transaction waits, and then no longer finds the rows that the first one took.
macro_rules! lock_what_is_free {
    ($query:expr) => {
        $query.for_update()
    };
}

/// Turns an insert into an update where any unique index has the row.
macro_rules! on_duplicate {
    ($insert:expr, $column:expr) => {
        $insert.on_conflict(diesel::dsl::DuplicatedKeys)
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
    ($insert:expr, $column:expr, $conn:expr) => {{
        let connection: &mut $crate::mysql::Conn = $conn;
        $insert.execute(&mut *connection).await?;
        diesel::select($crate::mysql::dialect::last_insert_id())
            .get_result::<Int>(connection)
            .await
    }};
}

/// One row of a query that owns its values.
macro_rules! first_row {
    ($query:expr, $conn:expr) => {
        $crate::mysql::repositories::sql::reading::RunQuery::first($query, $conn).await
    };
}

/// The rows of a query that owns its values, without those that cannot be read.
macro_rules! all_rows {
    ($query:expr, $conn:expr) => {
        $crate::mysql::repositories::sql::reading::RunQuery::load($query, $conn).await
    };
}

/// Whether a column holds this text in any letter case.
macro_rules! same_but_for_case {
    ($column:expr, $text:expr) => {
        $column.eq($text)
    };
}

/// Whether a column holds one of these texts of small ASCII letters and digits in any letter case.
macro_rules! one_of_but_for_case {
    ($column:expr, $texts:expr) => {
        $column.eq_any($texts)
    };
}

/// A text for a column of JSON.
macro_rules! json_text {
    ($text:expr) => {
        $text
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

    diesel::define_sql_function! {
        /// The number that the last insert on this connection gave to its row.
        fn last_insert_id() -> BigInt;
    }

    /// How statements are spelled.
    pub(super) const KIND: Kind = Kind::Mysql;

    /// How a cast names the widest integer.
    pub(super) const INTEGER: &str = "SIGNED";

    /// The server's clock.
    pub(super) const NOW: &str = "UNIX_TIMESTAMP()";

    /// The placeholder of a value by its place, from 1 on.
    pub(super) fn placeholder(_number: usize) -> String {
        "?".to_owned()
    }

    /// The name of a column that may be a word of the language.
    pub(super) fn quoted(name: &str) -> String {
        format!("`{name}`")
    }

    /// What keeps a row as it is while others may read it so. MariaDB knows no `FOR SHARE`.
    pub(super) const HOLDS_ROW: Option<&str> = Some("LOCK IN SHARE MODE");

    /// Whether texts compare without regard to case.
    pub(super) const COMPARES_WITHOUT_CASE: bool = true;

    /// Whether many rows are to be looked up one by one. A list of numbers is looked up so anyway.
    pub(super) const LOOKS_UP_EACH: bool = false;
    /// Whether `DELETE` takes a `LIMIT`.
    pub(super) const LIMITS_DELETES: bool = true;

    /// A column of decimal numbers as a whole number of the share of one that `parts` make.
    pub(super) fn whole_parts(column: &str, parts: u32) -> String {
        format!("CAST(ROUND({column} * {parts}) AS {INTEGER})")
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
        AnsiTransactionManager::begin_transaction_sql(connection, "START TRANSACTION READ ONLY")
            .await
    }

    /// An update of many rows at once: the first number of each is the `id` of its row, and
    /// `assignments` call the others `v.column2`, `v.column3`, and so on.
    pub(super) fn update_rows<const N: usize>(
        table: &str,
        assignments: &str,
        rows: &[[i64; N]],
    ) -> String {
        let row = |row: &[i64; N]| {
            let named = (1..)
                .zip(row)
                .map(|(place, number)| format!("{number} AS column{place}"));
            format!("SELECT {}", named.collect::<Vec<_>>().join(", "))
        };
        let rows = rows.iter().map(row).collect::<Vec<_>>().join(" UNION ALL ");
        format!("UPDATE {table} JOIN ({rows}) AS v ON v.column1 = {table}.id SET {assignments}")
    }

    /// Ends an insert: where the table has the row already, `column` is `sum` of what it holds and of
    /// what would be inserted.
    pub(super) fn or_update(
        table: &str,
        _key: &str,
        column: &str,
        sum: impl Fn(&str, &str) -> String,
    ) -> String {
        let (held, inserted) = (format!("{table}.{column}"), format!("VALUES({column})"));
        format!(
            "ON DUPLICATE KEY UPDATE {column} = {}",
            sum(&held, &inserted)
        )
    }

    /// An insert, given from `INTO` on, that does nothing when a unique index has the row.
    pub(super) fn insert_or_ignore(rest: &str) -> String {
        format!("INSERT IGNORE {rest}")
    }

    /// Counts one event in one statement. Assignments are made from left to right, so the count
    /// sees the old time.
    pub(super) async fn count_event(
        connection: &mut Conn,
        name: &str,
        amount: i64,
        window: Seconds,
        now: UnixSeconds,
    ) -> QueryResult<Int> {
        diesel::sql_query(
            "INSERT INTO ferro_counter (name, count, expires_at) VALUES (?, ?, ?) \
             ON DUPLICATE KEY UPDATE \
             count = IF(expires_at <= ? OR expires_at > ?, 0, count) + VALUES(count), expires_at = VALUES(expires_at)",
        )
        .bind::<Text, _>(name)
        .bind::<BigInt, _>(amount)
        .bind::<BigInt, _>(now.plus(window).get())
        .bind::<BigInt, _>(now.get())
        .bind::<BigInt, _>(now.latest_end(window).get())
        .execute(&mut *connection)
        .await?;
        // The statement above has locked the row, so this is the count that it wrote.
        diesel::sql_query("SELECT count FROM ferro_counter WHERE name = ?")
            .bind::<Text, _>(name)
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
    let cluster = Cluster::default();
    let shared = cluster.clone();
    config.custom_setup = Box::new(move |url| establish_in(shared.clone(), url));
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
        cluster,
    };
    Ok(Arc::new(repositories::SqlStore::new(
        pools,
        options.zone,
        refund,
    )))
}

/// What every connection is set to.
///
/// * `time_zone`: the driver had set UTC; the reference panel sets none and so writes `TIMESTAMP`
///   columns as the server's zone has it. Both must see the same wall-clock times.
/// * READ COMMITTED: searches lock the rows that they find and no gaps between them, in which
///   concurrent inserts would deadlock.
/// * strict mode: a value that does not fit is an error, never cut off.
const SETUP: [&str; 5] = [
    "SET time_zone = SYSTEM",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION innodb_lock_wait_timeout = 10",
    "SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'STRICT_ALL_TABLES')",
    "SET SESSION lc_messages = 'en_US'",
];

fn establish(url: &str) -> BoxFuture<'_, ConnectionResult<Conn>> {
    async move {
        let mut connection = Conn::establish(url).await?;
        for statement in SETUP {
            connection
                .batch_execute(statement)
                .await
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(connection)
    }
    .boxed()
}

/// The same, with a look at whether the server belongs to a cluster.
fn establish_in(cluster: Cluster, url: &str) -> BoxFuture<'_, ConnectionResult<Conn>> {
    async move {
        let mut connection = establish(url).await?;
        let provider = wsrep_provider(&mut connection)
            .await
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        match provider.as_deref() {
            // MariaDB without Galera. It cannot be loaded without a restart.
            Some("none" | "") => {}
            Some(_) => {
                cluster.note_other_writers();
                connection
                    .batch_execute(CAUSAL_READS)
                    .await
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
            }
            // A server that does not know the word may become part of a group at any moment.
            None => cluster.note_other_writers(),
        }
        Ok(connection)
    }
    .boxed()
}

/// Makes queries and transactions begin with what every node of the cluster has committed so far: who
/// logs in at one node is known at the next, and fewer decisions have to be made again.
const CAUSAL_READS: &str = "SET SESSION wsrep_sync_wait = 1";

/// Galera's library; `None` where the server knows no such variable.
async fn wsrep_provider(connection: &mut Conn) -> QueryResult<Option<String>> {
    diesel::sql_query("SHOW VARIABLES LIKE 'wsrep_provider'")
        .get_result::<Variable>(connection)
        .await
        .optional()
        .map(|found| found.map(|variable| variable.value))
}

/// A line of `SHOW VARIABLES`.
#[derive(QueryableByName)]
struct Variable {
    #[diesel(sql_type = diesel::sql_types::Text, column_name = "Value")]
    value: String,
}

/// Connects for a migration.
pub(crate) async fn open_schema(
    url: &str,
) -> Result<Box<dyn SchemaConnection>, crate::MigrateError> {
    // Another node may have migrated a moment ago.
    let connection = establish_in(Cluster::default(), url)
        .await
        .map_err(|error| crate::MigrateError::Unavailable(error.to_string()))?;
    Ok(Box::new(repositories::SqlSchema::new(connection, &DIALECT)))
}

/// How schemas are inspected and changed. The server commits each statement that changes a schema by
/// itself.
const DIALECT: Dialect = Dialect {
    kind: Kind::Mysql,
    version: "SELECT CONCAT(IF(VERSION() LIKE '%MariaDB%', '', 'MySQL '), VERSION()) AS text",
    begin: None,
    tables: "SELECT table_name AS text FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
    columns: "SELECT CONCAT_WS(CHAR(31 USING utf8mb4), c.table_name, c.column_name, c.data_type, \
              IF(c.is_nullable = 'NO', 1, 0), \
              IF(c.column_default IS NOT NULL OR c.extra LIKE '%auto_increment%' \
              OR c.extra LIKE '%GENERATED%', 1, 0), COALESCE(c.column_default, '')) AS text \
              FROM information_schema.columns c WHERE c.table_schema = DATABASE()",
    table_of: "c.table_name",
    keys: "SELECT CONCAT_WS(CHAR(31 USING utf8mb4), table_name, index_name, 1 - non_unique, \
           IF(sub_part IS NULL, COALESCE(column_name, ''), CONCAT(column_name, '(', sub_part, ')'))) \
           AS text FROM information_schema.statistics WHERE table_schema = DATABASE() \
           ORDER BY table_name, index_name, seq_in_index",
    extras: "SELECT CONCAT('view ', table_name) AS text FROM information_schema.views \
             WHERE table_schema = DATABASE() UNION ALL \
             SELECT CONCAT('trigger ', trigger_name, ' on ', event_object_table) \
             FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
    without_transactions: Some(
        "SELECT CONCAT_WS(CHAR(31 USING utf8mb4), t.table_name, t.engine) AS text \
         FROM information_schema.tables t LEFT JOIN information_schema.engines e \
         ON e.engine = t.engine WHERE t.table_schema = DATABASE() \
         AND t.table_type = 'BASE TABLE' AND COALESCE(e.transactions, 'NO') <> 'YES'",
    ),
    migrations: crate::migrate::MYSQL,
};
