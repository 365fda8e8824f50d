//! Names that stand once in a document.

use std::collections::HashMap;

/// The names that are taken, each with the number that was last put behind it.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, u32>);

impl Names {
    /// Takes a name that the document has of itself.
    pub(crate) fn reserve(&mut self, name: &str) {
        self.0.entry(name.to_owned()).or_insert(1);
    }

    /// Takes the name, with ` 2`, ` 3` and so on behind it when it is taken.
    pub(crate) fn claim(&mut self, name: &str) -> String {
        let Some(mut number) = self.0.get(name).copied() else {
            self.reserve(name);
            return name.to_owned();
        };
        loop {
            number = number.saturating_add(1);
            let numbered = format!("{name} {number}");
            if !self.0.contains_key(&numbered) {
                self.0.insert(name.to_owned(), number);
                self.reserve(&numbered);
                return numbered;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_the_next_free_number() {
        let mut names = Names::default();
        names.reserve("DIRECT");
        let claimed = ["A", "A 2", "A", "A", "DIRECT", "B", "A 2"].map(|name| names.claim(name));
        assert_eq!(
            claimed,
            ["A", "A 2", "A 3", "A 4", "DIRECT 2", "B", "A 2 2"]
        );
    }
}
