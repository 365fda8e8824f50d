//! Which index a statement makes or drops, and which column it adds.

/// Whether the statement makes an index or adds a column that exists, or drops an index that does not. Those
/// that do are named as `table.index` and `table.column`.
pub(super) fn is_done(statement: &str, existing: &[String]) -> bool {
    let line = |verb| statement.lines().find_map(|line| line.strip_prefix(verb));
    let exists = |definition: &str| {
        let mut words = definition.strip_prefix("INDEX ")?.split_whitespace();
        let (index, _on, table) = (words.next()?, words.next()?, words.next()?);
        let name = format!("{}.{index}", table.trim_end_matches(';'));
        Some(existing.contains(&name))
    };
    if let Some(altered) = line("ALTER TABLE ") {
        let mut words = altered.split_whitespace();
        let (table, added, column) = (words.next(), words.next(), words.nth(1));
        let name = table.zip(column).map(|(table, column)| {
            let column = column.trim_matches(['`', ';']);
            format!("{table}.{column}")
        });
        return added == Some("ADD") && name.is_some_and(|name| existing.contains(&name));
    }
    if let Some(dropped) = line("DROP ") {
        return exists(dropped) == Some(false);
    }
    let made = line("CREATE ").map(|made| made.strip_prefix("UNIQUE ").unwrap_or(made));
    made.and_then(exists) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::is_done;

    #[test]
    fn what_an_interrupted_run_did_is_done() {
        let existing = ["t.a".to_owned()];
        for (statement, expected) in [
            ("CREATE INDEX a ON t (x);", true),
            ("-- why\n\nCREATE UNIQUE INDEX a ON t (x);\n", true),
            ("CREATE INDEX b ON t (x);", false),
            ("CREATE INDEX a ON u (x);", false),
            ("-- why\n\nDROP INDEX a ON t;\n", false),
            ("DROP INDEX a ON t", false),
            ("DROP INDEX b ON t;\n", true),
            ("DROP INDEX a ON u;\n", true),
            ("ALTER TABLE t ADD COLUMN `a` int;", true),
            ("-- why\nALTER TABLE t ADD COLUMN b int NOT NULL;\n", false),
            ("ALTER TABLE u ADD COLUMN `a` int;", false),
            ("ALTER TABLE t DROP COLUMN a;", false),
            ("CREATE TABLE IF NOT EXISTS t (x int);", false),
            ("DROP TABLE t;", false),
        ] {
            assert_eq!(is_done(statement, &existing), expected, "{statement}");
        }
    }
}
