//! What `LIKE` compares with.

/// What stands before a wildcard that is to be taken for itself. A backslash would itself have to be
/// escaped on MySQL.
pub(crate) const ESCAPE: char = '!';

/// A pattern for texts that contain this one.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn wildcards_stand_for_themselves() {
        assert_eq!(containing("a_b%c!d"), "%a!_b!%c!!d%");
    }
}
