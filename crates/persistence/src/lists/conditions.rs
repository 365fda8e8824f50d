use ferroboard_listing::{Comparison, Filter, Holds, ListRequest, Number, Operand, Test};

use crate::patterns::{ESCAPE, containing};

use super::source::{Source, number};
use super::statement::Statement;
use super::texts;

/// A condition that no row meets.
const NEVER: &str = "1 = 0";

/// Adds to a condition (or to none) that the rows are those that were asked for.
pub(crate) fn matching(mut scope: Statement, source: &Source, request: &ListRequest) -> Statement {
    if scope.is_empty() {
        scope.sql("1 = 1");
    }
    if !request.filters().is_empty() {
        scope.sql(" AND (");
        for (place, filter) in request.filters().iter().enumerate() {
            // `AND` binds closer: each `OR` begins another alternative.
            scope.sql(match (place, filter.is_or()) {
                (0, _) => "",
                (_, true) => " OR ",
                (_, false) => " AND ",
            });
            add(&mut scope, source, filter);
        }
        scope.sql(")");
    }
    scope
}

fn add(statement: &mut Statement, source: &Source, filter: &Filter) {
    let column = filter.column();
    let (value, among) = source.within(statement.kind(), column.name);
    match among {
        None => holds(statement, &value, column.holds, filter.test()),
        Some(among) => {
            statement
                .sql("EXISTS (SELECT 1 FROM ")
                .sql(&among)
                .sql(" AND ");
            holds(statement, &value, column.holds, filter.test());
            statement.sql(")");
        }
    }
}

/// The condition that a test is true of an expression.
pub(crate) fn holds(statement: &mut Statement, value: &str, kind: Holds, test: &Test) {
    match test {
        Test::Null => _ = statement.sql(value).sql(" IS NULL"),
        Test::NotNull => _ = statement.sql(value).sql(" IS NOT NULL"),
        Test::Lacks(text) => {
            statement.sql("NOT (");
            contains(statement, value, kind, text);
            statement.sql(")");
        }
        Test::Contains(text) => contains(statement, value, kind, text),
        Test::Reads(text) if kind == Holds::Text => {
            texts::one_of(statement, value, &[text.as_str()]);
        }
        Test::Reads(text) => {
            let written = as_written(statement, value, kind);
            statement.sql(&written).sql(" = ").bind(text.as_str());
        }
        Test::OneOf(operands) => one_of(statement, value, kind, operands),
        Test::Compare(comparison, Operand::Text(text)) => {
            texts::compare(statement, value, sign(*comparison), text);
        }
        Test::Compare(comparison, Operand::Number(than)) => {
            compare(statement, value, kind, *comparison, *than);
        }
    }
}

fn as_written(statement: &Statement, value: &str, kind: Holds) -> String {
    let number = number(statement.kind(), kind, value);
    texts::written(statement.kind(), &number)
}

fn contains(statement: &mut Statement, value: &str, kind: Holds, text: &str) {
    if kind == Holds::Text {
        return texts::contains(statement, value, text);
    }
    let written = as_written(statement, value, kind);
    let pattern = containing(text);
    statement.sql(&written).sql(" LIKE ").bind(pattern);
    statement.sql(&format!(" ESCAPE '{ESCAPE}'"));
}

fn one_of(statement: &mut Statement, value: &str, kind: Holds, operands: &[Operand]) {
    let words = operands.iter().filter_map(|operand| match operand {
        Operand::Text(text) => Some(text.as_str()),
        Operand::Number(_) => None,
    });
    let words: Vec<&str> = words.collect();
    let numbers = operands.iter().filter_map(|operand| match operand {
        // No value lies between two whole numbers, or beyond them.
        Operand::Number(Number::Whole(number)) => Some(*number),
        _ => None,
    });
    let numbers: Vec<i64> = numbers.collect();
    if !words.is_empty() {
        texts::one_of(statement, value, &words);
    } else if numbers.is_empty() {
        statement.sql(NEVER);
    } else {
        let value = number(statement.kind(), kind, value);
        statement.sql(&value).sql(" IN (");
        statement.separated(", ", numbers, |statement, number| {
            statement.bind(number);
        });
        statement.sql(")");
    }
}

const fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Greater => " > ",
        Comparison::GreaterOrEqual => " >= ",
        Comparison::Less => " < ",
        Comparison::LessOrEqual => " <= ",
    }
}

fn compare(
    statement: &mut Statement,
    value: &str,
    kind: Holds,
    comparison: Comparison,
    than: Number,
) {
    let is_upward = matches!(comparison, Comparison::Greater | Comparison::GreaterOrEqual);
    let value = number(statement.kind(), kind, value);
    match than {
        Number::Whole(number) => statement.sql(&value).sql(sign(comparison)).bind(number),
        Number::After(floor) => {
            let sign = if is_upward { " > " } else { " <= " };
            statement.sql(&value).sql(sign).bind(floor)
        }
        Number::Lowest if is_upward => statement.sql(&value).sql(" IS NOT NULL"),
        Number::Lowest => statement.sql(NEVER),
    };
}
