//! How lists are read: counted, and then the page that was asked for.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Text};
use diesel_async::AsyncConnectionCore;
use ferroboard_listing::{Found, ListRequest};

use super::super::super::{Conn, dialect};
use super::reading::{ReadQuery, RunQuery as _};
use crate::lists::{Bind, Source, Statement, matching, ordered};
use crate::rows::Count;

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

async fn count(connection: &mut Conn, statement: &Statement) -> QueryResult<i64> {
    let count: Count = query(statement).get_result(connection).await?;
    Ok(count.count.0)
}

/// The rows of `source` that are in `scope` (a condition; nothing for all) and were asked for, with these
/// columns, each by its name in the table or in the source's places.
///
/// It is counted first, and what lies behind the end is not looked for: no page costs more than the list is
/// long. A row that comes in between is shown or not, but never makes the page longer than the list.
pub(in super::super) async fn page<T>(
    connection: &mut Conn,
    source: &Source,
    columns: &[&'static str],
    scope: Statement,
    request: &ListRequest,
) -> QueryResult<Found<T>>
where
    Query<'static>: ReadQuery<'static, T>,
    T: Send + 'static,
{
    let conditions = matching(scope, source, request);
    let from = format!("FROM {} WHERE {}", source.table, conditions.text());
    let ask = |words: String| conditions.clone().saying(words);
    let total = count(connection, &ask(format!("SELECT COUNT(*) AS count {from}"))).await?;
    let (offset, rows) = (request.page().offset(), request.page().rows());
    if offset >= total {
        return Ok(Found {
            rows: Vec::new(),
            total,
        });
    }
    let kind = conditions.kind();
    let read = columns.iter().map(|name| {
        let value = source.expression(kind, name);
        format!("{value} AS {}", kind.quote(name))
    });
    let page = ask(format!(
        "SELECT {} {from} ORDER BY {} LIMIT {rows} OFFSET {offset}",
        read.collect::<Vec<_>>().join(", "),
        ordered(kind, source, request),
    ));
    let rows: Vec<T> = query(&page).load(connection).await?;
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(Found {
        rows,
        total: total.max(offset.saturating_add(shown)),
    })
}
