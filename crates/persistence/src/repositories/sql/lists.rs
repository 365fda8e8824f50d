//! How lists are read: counted, and then the page that was asked for.

use std::sync::Arc;
use std::time::Instant;

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryResult, QueryableByName};
use diesel_async::AsyncConnectionCore;
use ferroboard_listing::{Found, ListRequest};

use super::super::super::{Conn, dialect};
use super::reading::{ReadQuery, RunQuery as _};
use crate::integer::Int;
use crate::list_memory::{FIRST, LONG, ListMemory};
use crate::lists::{Bind, Source, Statement, matching, ordered};
use crate::rows::{RowId, numbers};

/// The database.
type Db = <Conn as AsyncConnectionCore>::Backend;
/// A statement with its values.
type Query<'a> = diesel::query_builder::BoxedSqlQuery<'a, Db, diesel::query_builder::SqlQuery>;

/// A statement of a repository, to be added to.
pub(in super::super) const fn statement() -> Statement {
    Statement::new(dialect::KIND)
}

/// A statement as diesel runs it.
pub(in super::super) fn query(statement: &Statement) -> Query<'static> {
    let mut query = diesel::sql_query(statement.text()).into_boxed::<Db>();
    for bind in statement.binds() {
        query = match bind.clone() {
            Bind::Text(text) => query.bind::<Text, _>(text),
            Bind::Number(number) => query.bind::<BigInt, _>(number),
        };
    }
    query
}

/// What was counted, and whether the table is long enough for the answer to be remembered.
#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: Int,
    #[diesel(sql_type = BigInt)]
    size: Int,
}

/// What is asked of a list of a repository.
pub(in super::super) struct Asked<'a> {
    pub(in super::super) memory: &'a ListMemory,
    pub(in super::super) source: &'a Source,
    /// Each by its name in the table or in the source's places.
    pub(in super::super) columns: &'a [&'static str],
    /// A condition; nothing for all.
    pub(in super::super) scope: Statement,
    pub(in super::super) request: &'a ListRequest,
}

impl<'a> Asked<'a> {
    /// All rows of the table.
    pub(in super::super) fn of_all(
        memory: &'a ListMemory,
        source: &'a Source,
        columns: &'a [&'static str],
        request: &'a ListRequest,
    ) -> Self {
        Self {
            memory,
            source,
            columns,
            scope: statement(),
            request,
        }
    }
}

/// The rows that are in the scope and were asked for.
///
/// It is counted first, and what lies behind the end is not looked for: no page costs more than the list is
/// long. A row that comes in between is shown or not, but never makes the page longer than the list. Of the lists
/// of a long table the count and the keys of the first rows are remembered for a while (`ListMemory`); the rows
/// themselves are always those of now.
pub(in super::super) async fn page<T>(
    connection: &mut Conn,
    asked: Asked<'_>,
) -> QueryResult<Found<T>>
where
    Query<'static>: ReadQuery<'static, T>,
    T: Send + 'static,
{
    let Asked {
        memory,
        source,
        columns,
        scope,
        request,
    } = asked;
    let list = List {
        memory,
        source,
        conditions: matching(scope, source, request),
        order: ordered(dialect::KIND, source, request),
    };
    let (total, is_long) = list.count(connection).await?;
    let (offset, rows) = (request.page().offset(), request.page().rows());
    if offset >= total {
        return Ok(Found {
            rows: Vec::new(),
            total,
        });
    }
    let reading = if is_long {
        let keys = list.keys(connection, offset, rows).await?;
        if keys.is_empty() {
            return Ok(Found {
                rows: Vec::new(),
                total,
            });
        }
        let (key, keys) = (source.key_column(dialect::KIND), numbers(keys));
        let mut among = statement();
        among.sql(&format!("{key} IN ({keys})"));
        reading(source, columns, among, &list.order, rows, 0)
    } else {
        reading(source, columns, list.conditions, &list.order, rows, offset)
    };
    let rows: Vec<T> = query(&reading).load(connection).await?;
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(Found {
        rows,
        total: total.max(offset.saturating_add(shown)),
    })
}

/// The first rows that meet a condition, by their keys.
pub(in super::super) async fn first<T>(
    connection: &mut Conn,
    source: &Source,
    columns: &[&'static str],
    conditions: Statement,
    limit: i64,
) -> QueryResult<Vec<T>>
where
    Query<'static>: ReadQuery<'static, T>,
    T: Send + 'static,
{
    let by_key = source.key_column(dialect::KIND);
    let reading = reading(source, columns, conditions, &by_key, limit, 0);
    query(&reading).load(connection).await
}

/// Reads these columns of the rows that meet the conditions, in this order.
fn reading(
    source: &Source,
    columns: &[&'static str],
    conditions: Statement,
    order: &str,
    rows: i64,
    offset: i64,
) -> Statement {
    let read = columns.iter().map(|name| {
        let value = source.expression(dialect::KIND, name);
        format!("{value} AS {}", dialect::quoted(name))
    });
    let words = format!(
        "SELECT {} FROM {} WHERE {} ORDER BY {order} LIMIT {rows} OFFSET {offset}",
        read.collect::<Vec<_>>().join(", "),
        source.table,
        conditions.text(),
    );
    conditions.saying(words)
}

/// A list whose words are found.
struct List<'a> {
    memory: &'a ListMemory,
    source: &'a Source,
    conditions: Statement,
    order: String,
}

impl List<'_> {
    /// How many rows it has, and whether its table is a long one.
    async fn count(&self, connection: &mut Conn) -> QueryResult<(i64, bool)> {
        let (table, asked, began) = (self.source.table, self.name(""), Instant::now());
        if let Some(total) = self.memory.totals.get(&asked, began) {
            return Ok((total, true));
        }
        let words = format!(
            "SELECT COUNT(*) AS count, (SELECT COUNT(*) FROM (SELECT 1 FROM {table} LIMIT {LONG}) AS part) \
             AS size FROM {table} WHERE {}",
            self.conditions.text()
        );
        let counted = query(&self.conditions.clone().saying(words));
        let counted: Counted = counted.get_result(connection).await?;
        let (total, is_long) = (counted.count.0, counted.size.0 >= LONG);
        if is_long {
            let now = Instant::now();
            self.memory.totals.keep(asked, total, now - began, now);
        }
        Ok((total, is_long))
    }

    /// The keys of so many rows behind the offset. They are found by themselves, as an index often has all
    /// that is needed for that and nothing else of the rows.
    async fn keys(&self, connection: &mut Conn, offset: i64, rows: i64) -> QueryResult<Vec<i64>> {
        if offset.saturating_add(rows) > FIRST {
            return self.find_keys(connection, rows, offset).await;
        }
        let (asked, began) = (self.name(&self.order), Instant::now());
        let firsts = match self.memory.firsts.get(&asked, began) {
            Some(firsts) => firsts,
            None => {
                let found = self.find_keys(connection, FIRST, 0).await?;
                let (found, now) = (Arc::<[i64]>::from(found), Instant::now());
                let kept = Arc::clone(&found);
                self.memory.firsts.keep(asked, kept, now - began, now);
                found
            }
        };
        let page = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        let keys = firsts.iter().skip(page(offset)).take(page(rows));
        Ok(keys.copied().collect())
    }

    async fn find_keys(
        &self,
        connection: &mut Conn,
        limit: i64,
        offset: i64,
    ) -> QueryResult<Vec<i64>> {
        let words = format!(
            "SELECT {} AS id FROM {} WHERE {} ORDER BY {} LIMIT {limit} OFFSET {offset}",
            self.source.key_column(dialect::KIND),
            self.source.table,
            self.conditions.text(),
            self.order,
        );
        let found = query(&self.conditions.clone().saying(words));
        let found: Vec<RowId> = found.load(connection).await?;
        Ok(found.into_iter().map(|row| row.id.0).collect())
    }

    /// What it is called where it is remembered.
    fn name(&self, order: &str) -> String {
        let (table, conditions) = (self.source.table, &self.conditions);
        format!(
            "{table}\n{}\n{:?}\n{order}",
            conditions.text(),
            conditions.binds()
        )
    }
}
