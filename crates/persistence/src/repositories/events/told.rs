//! What a transaction told, as its commit writes it.

use diesel::QueryResult;
use diesel::sql_types::Text;
use ferroboard_events::NewEvent;

use super::super::super::{Conn, dialect};
use super::super::sql::reading::RunQuery as _;

/// How many events one statement writes.
const BATCH: usize = 100;

/// Writes events in their order where an endpoint listens: whether one does is asked by the statement that writes,
/// so that it costs nobody a query of its own.
pub(in super::super) async fn write(connection: &mut Conn, events: &[NewEvent]) -> QueryResult<()> {
    for batch in events.chunks(BATCH) {
        let row = |(place, event): (usize, &NewEvent)| {
            let text = |column: usize| dialect::placeholder(place * 3 + column);
            format!(
                "SELECT {} AS kind, {} AS subject, {} AS data, {} AS created_at, {place} AS place",
                text(1),
                text(2),
                text(3),
                event.at.get()
            )
        };
        let rows: Vec<String> = batch.iter().enumerate().map(row).collect();
        let insert = format!(
            "INSERT INTO ferro_event (kind, subject, data, spread, created_at) \
             SELECT told.kind, told.subject, told.data, 0, told.created_at FROM ({}) AS told \
             WHERE EXISTS (SELECT 1 FROM ferro_webhook WHERE active = 1) ORDER BY told.place",
            rows.join(" UNION ALL ")
        );
        let mut insert = diesel::sql_query(insert).into_boxed();
        for event in batch {
            insert = insert
                .bind::<Text, _>(event.kind.as_str())
                .bind::<Text, _>(event.subject.as_str())
                .bind::<Text, _>(event.data.to_string());
        }
        insert.execute(&mut *connection).await?;
    }
    Ok(())
}
