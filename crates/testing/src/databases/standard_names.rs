//! Statements as MySQL writes names, for PostgreSQL.

/// With names in double quotes instead of backticks; what stands in literals is left alone.
pub(super) fn standard_names(statements: &str) -> String {
    let pieces = statements.split('\'').enumerate();
    let pieces = pieces.map(|(number, piece)| match number % 2 {
        0 => piece.replace('`', "\""),
        _ => piece.to_owned(),
    });
    pieces.collect::<Vec<String>>().join("'")
}

#[cfg(test)]
mod tests {
    use super::standard_names;

    #[test]
    fn only_names_get_double_quotes() {
        let written = "UPDATE `group` SET `sort` = 'it''s `raw`' WHERE `a` = ''";
        let standard = "UPDATE \"group\" SET \"sort\" = 'it''s `raw`' WHERE \"a\" = ''";
        assert_eq!(standard_names(written), standard);
    }
}
