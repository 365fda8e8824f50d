//! The texts of the pages: `texts/{room}.json`, each a map from a name to its six texts in the order of
//! [`Lang::ALL`]. A text is asked for as `room.name`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::lang::Lang;

/// The rooms with their texts.
const ROOMS: &[(&str, &str)] = &[
    ("layout", include_str!("../texts/layout.json")),
    ("account", include_str!("../texts/account.json")),
    ("shop", include_str!("../texts/shop.json")),
    ("support", include_str!("../texts/support.json")),
    ("console", include_str!("../texts/console.json")),
    ("desk", include_str!("../texts/desk.json")),
];

type Texts = [String; Lang::ALL.len()];

static CATALOGUE: LazyLock<HashMap<String, Texts>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for (room, texts) in ROOMS {
        // The files are compiled in, and a test reads them all.
        let texts: HashMap<String, Texts> = serde_json::from_str(texts).unwrap_or_default();
        all.extend(
            texts
                .into_iter()
                .map(|(name, texts)| (format!("{room}.{name}"), texts)),
        );
    }
    all
});

/// The text of this name; the name itself where there is none, which tests do not let happen.
pub(crate) fn text(lang: Lang, name: &str) -> &str {
    known(lang, name).unwrap_or(name)
}

/// The text of this name, if there is one.
pub(crate) fn known(lang: Lang, name: &str) -> Option<&'static str> {
    let texts = CATALOGUE.get(name)?;
    texts.get(lang.index()).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .flat_map(|path| {
                if path.is_dir() {
                    files(&path)
                } else {
                    vec![path]
                }
            })
            .collect()
    }

    /// What looks like the name of a text: two words with a point between them, the first a room.
    fn names() -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = BTreeSet::new();
        for file in [files(&root.join("src")), files(&root.join("templates"))].concat() {
            let text = fs::read_to_string(&file).unwrap();
            for literal in text.split('"') {
                let Some((room, name)) = literal.split_once('.') else {
                    continue;
                };
                let is_room = ROOMS.iter().any(|(known, _)| *known == room);
                let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                if is_room && name != "html" && !name.is_empty() && name.chars().all(is_name) {
                    found.insert(literal.to_owned());
                }
            }
        }
        found
    }

    #[test]
    fn every_text_is_written_in_every_language() {
        for (room, texts) in ROOMS {
            let texts: HashMap<String, Texts> = serde_json::from_str(texts).unwrap();
            for (name, texts) in texts {
                for (lang, text) in Lang::ALL.iter().zip(&texts) {
                    assert!(!text.trim().is_empty(), "{room}.{name} {}", lang.tag());
                    let holes = |text: &str| text.matches('{').count();
                    assert_eq!(
                        holes(text),
                        holes(&texts[0]),
                        "{room}.{name} {}",
                        lang.tag()
                    );
                }
            }
        }
    }

    #[test]
    fn every_name_that_is_used_has_a_text() {
        let names = names();
        assert!(names.len() > 20, "{}", names.len());
        for name in &names {
            assert!(CATALOGUE.contains_key(name), "{name} has no text");
        }
    }
}
