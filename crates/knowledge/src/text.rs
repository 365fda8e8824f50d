//! What administrators write, as its columns take it.

/// A long text: what a `TEXT` column of MySQL holds, and every other database with it; not empty, no NUL.
/// Markup stays as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongText(String);

impl LongText {
    /// The most bytes.
    pub const MAX_BYTES: usize = 65_535;

    /// The text, if it can be stored.
    pub fn new(text: String) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::MAX_BYTES && !text.contains('\0');
        fits.then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The tags of an announcement, as the JSON list that is stored: at most 255 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags(String);

impl Tags {
    const MAX_CHARACTERS: usize = 255;

    /// These tags, if their column holds them all.
    pub fn new(tags: &[String]) -> Option<Self> {
        let stored = serde_json::to_string(tags).ok()?;
        let fits =
            stored.chars().nth(Self::MAX_CHARACTERS).is_none() && !stored.contains("\\u0000");
        fits.then_some(Self(stored))
    }

    /// The list as it is stored.
    pub fn into_stored(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_something_that_every_database_holds() {
        for (text, fits) in [
            (String::new(), false),
            ("a\0b".to_owned(), false),
            (" ".to_owned(), true),
            ("<script>".to_owned(), true),
            ("é".repeat(32_767), true),
            ("é".repeat(32_768), false),
        ] {
            assert_eq!(
                LongText::new(text.clone()).is_some(),
                fits,
                "{}",
                text.len()
            );
        }
    }

    #[test]
    fn tags_are_stored_as_a_list_that_fits_its_column() {
        let tags = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            Tags::new(&texts).map(Tags::into_stored)
        };
        assert_eq!(
            tags(&["弹窗", "a\"b"]).as_deref(),
            Some(r#"["弹窗","a\"b"]"#)
        );
        assert_eq!(tags(&[]).as_deref(), Some("[]"));
        assert!(tags(&[&"弹".repeat(251)]).is_some());
        assert_eq!(tags(&[&"弹".repeat(252)]), None);
        assert_eq!(tags(&["a\0"]), None);
    }
}
