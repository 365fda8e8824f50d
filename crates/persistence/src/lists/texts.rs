//! Texts that compare alike on every database: letters of ASCII without regard to case, everything else byte
//! for byte. Collations differ in what they take for equal: accents, trailing blanks, letters of other scripts.

use std::collections::BTreeSet;

use crate::kind::Kind;
use crate::patterns::{ESCAPE, containing};

use super::statement::Statement;

/// A text as it is compared.
pub(super) fn folded(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// A column of texts as it is compared with folded texts and sorted by.
///
/// MySQL has no function that folds ASCII alone, so the letters are replaced one by one: only those that the texts
/// contain where it is compared with these for equality, as no other letter of the column decides.
pub(super) fn folding(kind: Kind, value: &str, letters: &BTreeSet<char>) -> String {
    match kind {
        // It folds ASCII alone.
        Kind::Sqlite => format!("lower({value})"),
        Kind::Postgres => format!("lower(CAST({value} AS text) COLLATE \"C\")"),
        Kind::Mysql => {
            let bytes = format!("CAST(CONVERT({value} USING utf8mb4) AS BINARY)");
            letters.iter().fold(bytes, |folded, letter| {
                let capital = letter.to_ascii_uppercase();
                format!("REPLACE({folded}, '{capital}', '{letter}')")
            })
        }
    }
}

/// Every letter.
pub(super) fn alphabet() -> BTreeSet<char> {
    ('a'..='z').collect()
}

/// The letters of folded texts.
fn letters<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<char> {
    let characters = texts.into_iter().flat_map(str::chars);
    characters.filter(char::is_ascii_lowercase).collect()
}

/// A text of a client's where MySQL may look it up in an index of the column: its collation takes more for
/// equal than is wanted, so the folded column is asked as well.
const ROUGHLY: &str = " COLLATE utf8mb4_unicode_ci";

/// The expression is one of the texts, each between these words.
fn is_in(statement: &mut Statement, value: &str, texts: &[String], before: &str, after: &str) {
    statement.sql(value).sql(" IN (");
    statement.separated(", ", texts, |statement, text| {
        statement.sql(before).bind(text.as_str()).sql(after);
    });
    statement.sql(")");
}

/// The column is one of these.
pub(super) fn one_of(statement: &mut Statement, value: &str, texts: &[&str]) {
    let kind = statement.kind();
    let texts: Vec<String> = texts.iter().map(|text| folded(text)).collect();
    let letters = letters(texts.iter().map(String::as_str));
    if letters.is_empty() && kind != Kind::Mysql {
        // Only the very text is folded to one without letters.
        let value = match kind {
            Kind::Postgres => format!("CAST({value} AS text)"),
            Kind::Sqlite | Kind::Mysql => value.to_owned(),
        };
        return is_in(statement, &value, &texts, "", "");
    }
    statement.sql("(");
    match kind {
        Kind::Sqlite => {}
        Kind::Mysql => is_in(statement, value, &texts, "", ROUGHLY),
        // An index folds as the database's locale does, which takes for equal whatever is.
        Kind::Postgres => {
            let lower = format!("lower(CAST({value} AS text))");
            is_in(statement, &lower, &texts, "lower(CAST(", " AS text))");
        }
    }
    if kind != Kind::Sqlite {
        statement.sql(" AND ");
    }
    is_in(statement, &folding(kind, value, &letters), &texts, "", "");
    statement.sql(")");
}

/// The column contains this.
pub(super) fn contains(statement: &mut Statement, value: &str, text: &str) {
    let kind = statement.kind();
    let folding = match kind {
        // Its own way of comparing patterns.
        Kind::Sqlite => value.to_owned(),
        _ => folding(kind, value, &letters([folded(text).as_str()])),
    };
    let escape = format!(" ESCAPE '{ESCAPE}'");
    let pattern = containing(&folded(text));
    if kind == Kind::Mysql {
        statement
            .sql("(")
            .sql(value)
            .sql(" LIKE ")
            .bind(pattern.as_str());
        statement.sql(ROUGHLY).sql(&escape).sql(" AND ");
    }
    statement
        .sql(&folding)
        .sql(" LIKE ")
        .bind(pattern)
        .sql(&escape);
    if kind == Kind::Mysql {
        statement.sql(")");
    }
}

/// The column stands so to this.
pub(super) fn compare(statement: &mut Statement, value: &str, sign: &str, text: &str) {
    let folding = folding(statement.kind(), value, &alphabet());
    statement.sql(&folding).sql(sign).bind(folded(text));
}

/// A number as it is written.
pub(super) fn written(kind: Kind, number: &str) -> String {
    match kind {
        Kind::Sqlite | Kind::Postgres => format!("CAST({number} AS TEXT)"),
        // Where a digit of another script is not the digit.
        Kind::Mysql => format!("CAST({number} AS BINARY)"),
    }
}
