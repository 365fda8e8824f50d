use serde_json::Value;

use crate::document::Document;

/// The tags of a plan: a JSON list of texts, if nobody wrote anything else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags(Document);

impl Tags {
    /// Reads `v2_plan.tags`. What cannot be read are no tags.
    pub fn from_json(stored: Option<&str>) -> Self {
        Self(Document::from_json(stored))
    }

    /// These tags.
    pub fn of(tags: &[String]) -> Self {
        Self(Document::of(Value::from(tags)))
    }

    /// What is stored; null where there is nothing.
    pub const fn stored(&self) -> &Value {
        self.0.value()
    }

    /// The column's text; `None` where there is nothing.
    pub fn to_json(&self) -> Option<String> {
        self.0.to_json()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_is_stored_is_shown_and_nothing_else() {
        let tags = Tags::from_json(Some(r#"["hot", "8K"]"#));
        assert_eq!(tags.stored(), &json!(["hot", "8K"]));
        assert_eq!(tags.to_json().as_deref(), Some(r#"["hot","8K"]"#));
        assert_eq!(Tags::from_json(Some("7")).stored(), &json!(7));
        for nothing in [None, Some(""), Some("null"), Some("[broken")] {
            assert_eq!(Tags::from_json(nothing), Tags::default());
            assert_eq!(Tags::from_json(nothing).to_json(), None);
        }
    }
}
