//! What a database does at best with rows like those of reports.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ferroboard_testing::databases::{Backend, Database};

use super::pushes::ROWS;

/// How many transactions are sent at once: connecting is not to be measured.
const BATCH: u64 = 16;

/// Upserts rows of two sums by so many connections at once for so long, [`ROWS`] in each transaction, into a table
/// that has a row for each user and nothing else; rows a second.
pub(crate) async fn upserts(database: &Database, rows: u64, agents: u64, length: Duration) -> u64 {
    let sql = database.sql();
    sql.execute(
        "CREATE TABLE bare_sums (id bigint PRIMARY KEY, u bigint NOT NULL, d bigint NOT NULL); \
         INSERT INTO bare_sums SELECT id, 0, 0 FROM v2_user",
    )
    .await;
    let (started, numbers) = (Instant::now(), AtomicU64::new(0));
    let work = (0..agents).map(|_| async {
        while started.elapsed() < length {
            let first = numbers.fetch_add(BATCH, Ordering::Relaxed);
            let batch =
                (first..first + BATCH).map(|number| upsert(database.backend(), number, rows));
            let batch = batch.collect::<String>();
            database.sql().execute_beside_others(&batch).await;
        }
    });
    futures_util::future::join_all(work).await;
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap().max(1);
    numbers.load(Ordering::Relaxed) * ROWS * 1_000 / millis
}

/// The transaction of this number, of rows in a row; neighbours in the numbers do not touch.
fn upsert(backend: Backend, number: u64, rows: u64) -> String {
    let mut text = "BEGIN; INSERT INTO bare_sums (id, u, d) VALUES ".to_owned();
    for row in 0..ROWS.min(rows) {
        let comma = if row == 0 { "" } else { "," };
        let id = (number * ROWS + row) % rows + 1;
        write!(text, "{comma}({id},{row},{number})").unwrap();
    }
    text.push_str(match backend {
        Backend::Mysql => " ON DUPLICATE KEY UPDATE u = u + VALUES(u), d = d + VALUES(d)",
        Backend::Sqlite | Backend::Postgres => {
            " ON CONFLICT (id) DO UPDATE SET u = bare_sums.u + excluded.u, d = bare_sums.d + excluded.d"
        }
    });
    text.push_str("; COMMIT; ");
    text
}
