use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use tokio_postgres::SimpleQueryMessage;

use super::Backend;
use super::standard_names::standard_names;

/// One row: each cell as text, `None` for NULL.
pub type Row = Vec<Option<String>>;

/// Raw SQL to one database, over a new connection each time. Names that are reserved words are
/// written in backticks, which every database gets in its own spelling.
#[derive(Debug, Clone)]
pub struct Sql {
    backend: Backend,
    url: String,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Sql {
    /// The database at this URL.
    pub fn new(backend: Backend, url: &str) -> Self {
        Self {
            backend,
            url: url.to_owned(),
        }
    }

    /// Which kind it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Runs statements separated by semicolons. Panics when the database refuses.
    pub async fn execute(&self, statements: &str) {
        if let Err(error) = self.rows_or_failure(statements).await {
            panic!("{statements}: {error}");
        }
    }

    /// Runs statements beside a panel that holds locks too: what the database undoes to end a deadlock
    /// is tried again. Panics when it is refused time after time.
    pub async fn execute_beside_others(&self, statements: &str) {
        for _ in 0..20 {
            match self.rows_or_failure(statements).await {
                Ok(_) => return,
                Err(error) => println!("tried again: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.execute(statements).await;
    }

    /// The rows of a query. Panics when the database refuses.
    pub async fn rows(&self, query: &str) -> Vec<Row> {
        match self.rows_or_failure(query).await {
            Ok(rows) => rows,
            Err(error) => panic!("{query}: {error}"),
        }
    }

    /// The first cell of the first row; `None` for NULL and for no row.
    pub async fn text(&self, query: &str) -> Option<String> {
        let first = self.rows(query).await.into_iter().next();
        first.and_then(|row| row.into_iter().next()).flatten()
    }

    /// The first cell of the first row as a number; 0 for NULL and for no row.
    pub async fn integer(&self, query: &str) -> i64 {
        let text = self.text(query).await.unwrap_or_else(|| "0".to_owned());
        match text.parse() {
            Ok(number) => number,
            Err(error) => panic!("{query}: {text}: {error}"),
        }
    }

    /// The text as a literal.
    pub fn quoted(&self, text: &str) -> String {
        let doubled = text.replace('\'', "''");
        match self.backend {
            Backend::Mysql => format!("'{}'", doubled.replace('\\', "\\\\")),
            Backend::Sqlite | Backend::Postgres => format!("'{doubled}'"),
        }
    }

    /// Whether a connection can be made.
    pub async fn answers(&self) -> bool {
        self.refusal().await.is_none()
    }

    /// Why no connection can be made.
    pub(super) async fn refusal(&self) -> Option<String> {
        let asked = self.rows_or_failure("SELECT 1").await;
        asked.err().map(|failure| failure.to_string())
    }

    /// The first cell of the first row, or why there is none.
    pub(super) async fn answer(&self, query: &str) -> Result<String, String> {
        let rows = self.rows_or_failure(query).await;
        let first = rows
            .map_err(|failure| failure.to_string())?
            .into_iter()
            .next();
        let cell = first.and_then(|row| row.into_iter().next()).flatten();
        cell.ok_or_else(|| "nothing".to_owned())
    }

    /// Runs statements; whether they succeed is not told.
    pub async fn execute_if_possible(&self, statements: &str) {
        let _ = self.rows_or_failure(statements).await;
    }

    async fn rows_or_failure(&self, statements: &str) -> Result<Vec<Row>, Failure> {
        match self.backend {
            Backend::Sqlite => self.sqlite_rows(statements),
            Backend::Mysql => self.mysql_rows(statements).await,
            // By itself an error of PostgreSQL says "db error"; its source says which.
            Backend::Postgres => self.postgres_rows(statements).await.map_err(|error| {
                let cause = error.source().map(ToString::to_string);
                cause.map_or(error, Failure::from)
            }),
        }
    }

    fn sqlite_rows(&self, statements: &str) -> Result<Vec<Row>, Failure> {
        use rusqlite::fallible_iterator::FallibleIterator as _;
        use rusqlite::types::ValueRef;
        let path = self.url.strip_prefix("sqlite://").unwrap_or(&self.url);
        let connection = rusqlite::Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(30))?;
        let mut found = Vec::new();
        let mut batch = rusqlite::Batch::new(&connection, statements);
        while let Some(mut statement) = batch.next()? {
            let columns = statement.column_count();
            let mut rows = statement.raw_query();
            found.clear();
            while let Some(row) = rows.next()? {
                let cells = (0..columns).map(|column| {
                    Ok(match row.get_ref(column)? {
                        ValueRef::Null => None,
                        ValueRef::Integer(number) => Some(number.to_string()),
                        ValueRef::Real(number) => Some(number.to_string()),
                        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                            Some(String::from_utf8_lossy(bytes).into_owned())
                        }
                    })
                });
                found.push(cells.collect::<Result<Row, rusqlite::Error>>()?);
            }
        }
        Ok(found)
    }

    async fn mysql_rows(&self, statements: &str) -> Result<Vec<Row>, Failure> {
        let url = self.url.replacen("mariadb://", "mysql://", 1);
        let mut connection = mysql_async::Conn::from_url(&url).await?;
        // Whatever a test left locked must not make the next one wait for a day.
        connection.query_drop("SET lock_wait_timeout = 30").await?;
        // What was committed at another node of a cluster must be seen; other servers have no such variable.
        let _ = connection.query_drop("SET wsrep_sync_wait = 7").await;
        let mut answers = connection
            .query_iter(statements.trim_end_matches([';', ' ', '\n']))
            .await?;
        let mut found = Vec::new();
        while !answers.is_empty() {
            found = answers.collect::<mysql_async::Row>().await?;
        }
        answers.drop_result().await?;
        connection.disconnect().await?;
        let text = |value: mysql_async::Value| match value {
            mysql_async::Value::NULL => None,
            mysql_async::Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            other => Some(other.as_sql(true).trim_matches('\'').to_owned()),
        };
        Ok(found
            .into_iter()
            .map(|row| row.unwrap().into_iter().map(text).collect())
            .collect())
    }

    async fn postgres_rows(&self, statements: &str) -> Result<Vec<Row>, Failure> {
        let statements = standard_names(statements);
        let (client, connection) =
            tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await?;
        let connection = tokio::spawn(connection);
        let messages = client.simple_query(&statements).await?;
        drop(client);
        let _ = connection.await;
        let mut found = Vec::new();
        for message in messages {
            match message {
                SimpleQueryMessage::RowDescription(_) => found.clear(),
                SimpleQueryMessage::Row(row) => {
                    found.push(
                        (0..row.len())
                            .map(|at| row.get(at).map(str::to_owned))
                            .collect(),
                    );
                }
                _ => {}
            }
        }
        Ok(found)
    }
}
