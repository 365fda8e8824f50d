//! What a built admin app says of its files.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::folder::plain;

/// The entry of the app.
const ENTRY: &str = "index.html";

/// A file of the app with what belongs to it.
#[derive(Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
    #[serde(default)]
    imports: Vec<String>,
}

/// What the page of the app loads, each by its path within the app's folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Entry {
    /// Style sheets, in their order.
    pub(super) styles: Vec<String>,
    /// Modules that the program begins with.
    pub(super) imports: Vec<String>,
    /// The program.
    pub(super) program: String,
}

impl Entry {
    /// The entry of a `manifest.json`; `None` where it has none, or one that leads elsewhere.
    pub(super) fn of(manifest: &[u8]) -> Option<Self> {
        let chunks: BTreeMap<String, Chunk> = serde_json::from_slice(manifest).ok()?;
        let entry = chunks.get(ENTRY)?;
        let mut found = Self {
            program: entry.file.clone(),
            ..Self::default()
        };
        let mut seen = BTreeSet::new();
        // What is imported comes before what imports it.
        let mut waiting = vec![(ENTRY, entry, false)];
        while let Some((name, chunk, is_looked_at)) = waiting.pop() {
            if is_looked_at {
                found.take(chunk);
                continue;
            }
            if !seen.insert(name) {
                continue;
            }
            waiting.push((name, chunk, true));
            for name in chunk.imports.iter().rev() {
                waiting.push((name, chunks.get(name)?, false));
            }
        }
        // The entry itself was the last.
        found.imports.pop();
        let mut all = found.styles.iter().chain(&found.imports);
        (plain(&found.program).is_some() && all.all(|path| plain(path).is_some())).then_some(found)
    }

    fn take(&mut self, chunk: &Chunk) {
        for style in &chunk.css {
            if !self.styles.contains(style) {
                self.styles.push(style.clone());
            }
        }
        self.imports.push(chunk.file.clone());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn entry(manifest: &Value) -> Option<Entry> {
        Entry::of(manifest.to_string().as_bytes())
    }

    #[test]
    fn what_is_imported_comes_first_and_once() {
        let manifest = json!({
            "_a.js": {"file": "assets/a.js", "css": ["assets/a.css"], "imports": ["_b.js"]},
            "_b.js": {"file": "assets/b.js", "css": ["assets/b.css"], "imports": ["index.html"]},
            "_c.js": {"file": "assets/c.js"},
            "index.html": {
                "file": "assets/index.js", "isEntry": true, "src": "index.html",
                "css": ["assets/index.css", "assets/a.css"], "imports": ["_a.js", "_b.js"],
            },
        });
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let expected = Entry {
            styles: texts(&["assets/b.css", "assets/a.css", "assets/index.css"]),
            imports: texts(&["assets/b.js", "assets/a.js"]),
            program: "assets/index.js".to_owned(),
        };
        assert_eq!(entry(&manifest), Some(expected));
    }

    #[test]
    fn what_leads_elsewhere_is_no_manifest() {
        let of = |chunk: Value| entry(&json!({"index.html": chunk}));
        assert!(of(json!({"file": "a.js"})).is_some());
        for odd in [
            json!({}),
            json!({"file": "../a.js"}),
            json!({"file": "https://a.test/a.js"}),
            json!({"file": "a.js", "css": ["/a.css"]}),
            json!({"file": "a.js", "imports": ["_missing.js"]}),
        ] {
            assert_eq!(of(odd.clone()), None, "{odd}");
        }
        assert_eq!(entry(&json!({"main.html": {"file": "a.js"}})), None);
        assert_eq!(Entry::of(b"{"), None);
    }
}
