use ferroboard_listing::{Direction, Holds, ListRequest, Sort};

use crate::kind::Kind;

use super::source::{Source, number};
use super::texts;

/// What stands behind `ORDER BY`: what was asked for, and at last the table's key.
pub(crate) fn ordered(kind: Kind, source: &Source, request: &ListRequest) -> String {
    let key = Sort {
        name: source.key,
        holds: Holds::Number,
        direction: Direction::Ascending,
    };
    let sorts = request.sorts();
    let has_key = sorts.iter().any(|sort| sort.name == source.key);
    let sorts = sorts.iter().chain((!has_key).then_some(&key));
    let sorts = sorts.map(|sort| one(kind, source, *sort));
    sorts.collect::<Vec<_>>().join(", ")
}

fn one(kind: Kind, source: &Source, sort: Sort) -> String {
    let value = source.expression(kind, sort.name);
    let value = match sort.holds {
        Holds::Text => texts::folding(kind, &value, &texts::alphabet()),
        holds => number(kind, holds, &value),
    };
    // PostgreSQL takes what is absent for the largest.
    let is_told =
        kind == Kind::Postgres && sort.name != source.key && !source.filled.contains(&sort.name);
    let direction = match (is_told, sort.direction) {
        (false, Direction::Ascending) => "ASC",
        (false, Direction::Descending) => "DESC",
        (true, Direction::Ascending) => "ASC NULLS FIRST",
        (true, Direction::Descending) => "DESC NULLS LAST",
    };
    format!("{value} {direction}")
}
