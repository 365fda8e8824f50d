//! A table of rows that do nothing, for `benches/routing.rs`.

use actix_web::HttpResponse;

use super::guard::Guard;
use super::row::{Place, Row, Verb};

/// The rows without their handlers and what stands before them, since only the way there is measured, and as
/// many more behind the admin path as make so many paths.
pub(super) fn rows(table: &[Row], paths: usize) -> &'static [Row] {
    let mut rows: Vec<Row> = table.iter().map(emptied).collect();
    let known: usize = rows.iter().map(|row| row.paths().count()).sum();
    let more = (0..paths.saturating_sub(known)).map(|number| {
        let path = format!("/api/v2/{{secure_path}}/noun{}/verb{number}", number / 8);
        let path: &'static str = path.leak();
        let (guard, paths) = (Guard::Admin, vec![path].leak());
        empty(
            &[Verb::Get, Verb::Post],
            vec![Place { guard, paths }].leak(),
        )
    });
    rows.extend(more);
    rows.leak()
}

fn emptied(row: &Row) -> Row {
    let places = row.places.iter().map(|place| Place {
        guard: match place.guard {
            guard @ (Guard::Link | Guard::Metrics | Guard::Documentation) => guard,
            _ => Guard::Open,
        },
        paths: place.paths,
    });
    empty(row.verbs, places.collect::<Vec<_>>().leak())
}

fn empty(verbs: &'static [Verb], places: &'static [Place]) -> Row {
    Row {
        verbs,
        places,
        handle: |route| route.to(async || HttpResponse::NoContent()),
        #[cfg(test)]
        handler: (&[], || ""),
    }
}
