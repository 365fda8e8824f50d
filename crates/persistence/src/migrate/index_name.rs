//! Which index a statement makes.

/// `table.index` of a statement that makes an index.
pub(super) fn created_index(statement: &str) -> Option<String> {
    let definition = statement
        .lines()
        .find_map(|line| line.strip_prefix("CREATE "))?;
    let definition = definition.strip_prefix("UNIQUE ").unwrap_or(definition);
    let mut words = definition.strip_prefix("INDEX ")?.split_whitespace();
    let (index, _on, table) = (words.next()?, words.next()?, words.next()?);
    Some(format!("{table}.{index}"))
}

#[cfg(test)]
mod tests {
    use super::created_index;

    #[test]
    fn statements_that_make_an_index_name_it() {
        for (statement, expected) in [
            ("CREATE INDEX a ON t (x);", Some("t.a")),
            ("-- why\n\nCREATE UNIQUE INDEX a ON t (x);\n", Some("t.a")),
            ("CREATE TABLE IF NOT EXISTS t (x int);", None),
        ] {
            assert_eq!(created_index(statement).as_deref(), expected);
        }
    }
}
