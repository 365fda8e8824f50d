//! Texts with `{{key}}` and `{{key|default}}` placeholders.

use std::collections::BTreeMap;

use crate::TemplateName;

/// A subject and a body (HTML) with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTemplate {
    /// Subject; plain text.
    pub subject: String,
    /// Body; values are escaped for HTML when they are put in.
    pub content: String,
}

impl TemplateName {
    /// The body that is used where the administrator stored none.
    pub const fn built_in_content(self) -> &'static str {
        match self {
            Self::Verify => include_str!("../templates/verify.html"),
            Self::MailLogin => include_str!("../templates/mailLogin.html"),
        }
    }
}

/// Puts the values into a text: `{{key}}` by its value, or by the text after `|` where the value is
/// missing or empty; without either the placeholder stays. Values are escaped when `html` is set;
/// they are not searched for placeholders again.
pub fn render(text: &str, values: &BTreeMap<String, String>, html: bool) -> String {
    let mut rendered = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        rendered.push_str(before);
        let Some((inside, behind)) = after.split_once("}}") else {
            rendered.push_str("{{");
            rest = after;
            break;
        };
        let (key, default) = inside.split_once('|').unwrap_or((inside, ""));
        let value = values
            .get(key.trim())
            .map(String::as_str)
            .filter(|value| !value.is_empty());
        let value = value.unwrap_or(default.trim());
        if html {
            escape_into(&mut rendered, value);
        } else {
            rendered.push_str(value);
        }
        rest = behind;
    }
    rendered.push_str(rest);
    rendered
}

fn escape_into(rendered: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '&' => rendered.push_str("&amp;"),
            '<' => rendered.push_str("&lt;"),
            '>' => rendered.push_str("&gt;"),
            '"' => rendered.push_str("&quot;"),
            '\'' => rendered.push_str("&#039;"),
            other => rendered.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn placeholders_are_replaced_and_escaped() {
        let values = values(&[("name", "A & <B>"), ("again", "{{name}}"), ("empty", "")]);
        for (text, html, expected) in [
            ("Hi {{name}}!", true, "Hi A &amp; &lt;B&gt;!"),
            ("Hi {{ name }}!", false, "Hi A & <B>!"),
            ("{{again}}", false, "{{name}}"),
            (
                "{{missing|friend}} {{empty|x}} {{missing}}.",
                true,
                "friend x .",
            ),
            ("left {{open", true, "left {{open"),
            ("a }} b", true, "a }} b"),
        ] {
            assert_eq!(render(text, &values, html), expected, "{text}");
        }
    }

    #[test]
    fn built_in_texts_use_what_they_are_for() {
        assert!(TemplateName::Verify.built_in_content().contains("{{code}}"));
        assert!(
            TemplateName::MailLogin
                .built_in_content()
                .contains("{{link}}")
        );
    }
}
