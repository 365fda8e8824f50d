//! What a plan says of itself: a list of features, or a text.

use serde_json::Value;

/// Something that a plan has, or has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Feature {
    /// In the operator's words.
    pub(super) text: String,
    /// Whether the plan has it.
    pub(super) is_included: bool,
}

/// What a plan says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Description {
    /// A list of features.
    Features(Vec<Feature>),
    /// HTML or Markdown, as the operator wrote it.
    Text(String),
}

impl Description {
    /// Reads a description whose placeholders are filled in: the JSON list that the family's console writes,
    /// `[{"feature":"…","support":true}]`, or any other text.
    pub(super) fn read(content: &str) -> Self {
        match serde_json::from_str(content) {
            Ok(Value::Array(items)) => {
                Self::Features(items.iter().filter_map(Feature::read).collect())
            }
            _ => Self::Text(content.trim().to_owned()),
        }
    }
}

impl Feature {
    fn read(item: &Value) -> Option<Self> {
        let text = match item {
            Value::String(text) => text,
            item => item.get("feature")?.as_str()?,
        };
        let text = text.trim();
        (!text.is_empty()).then(|| Self {
            text: text.to_owned(),
            // What says nothing is meant to be there.
            is_included: item.get("support").and_then(flag).unwrap_or(true),
        })
    }
}

/// A switch as JSON of other programs has it.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => Some(number.as_i64() != Some(0)),
        Value::String(text) => Some(!matches!(text.as_str(), "" | "0" | "false")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(content: &str) -> Vec<(String, bool)> {
        match Description::read(content) {
            Description::Features(features) => features
                .into_iter()
                .map(|feature| (feature.text, feature.is_included))
                .collect(),
            text @ Description::Text(_) => panic!("{text:?}"),
        }
    }

    #[test]
    fn a_list_of_features_is_read_however_it_is_written() {
        let content = r#"[{"feature":"100 GB","support":true},{"feature":" TV ","support":0},
            {"feature":"<b>","support":"1"},"plain",{"feature":""},{"support":true},7,null,{"feature":"last"}]"#;
        let expected = [
            ("100 GB", true),
            ("TV", false),
            ("<b>", true),
            ("plain", true),
            ("last", true),
        ];
        let expected = expected.map(|(text, has)| (text.to_owned(), has));
        assert_eq!(features(content), expected);
        assert_eq!(features("[]"), []);
    }

    #[test]
    fn everything_else_is_a_text() {
        for content in [
            "",
            "# Fast\n* one",
            "<p>1</p>",
            "[1",
            "7",
            "{\"feature\":\"x\"}",
        ] {
            let text = Description::Text(content.to_owned());
            assert_eq!(Description::read(content), text, "{content}");
        }
    }
}
