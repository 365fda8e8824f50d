//! Texts with `{{key}}` and `{{key|default}}` placeholders, and the message that they make.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::{NewMail, RenderedMail, TemplateName};

/// A subject and a body (HTML) with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTemplate {
    /// Subject; plain text. An empty one leaves the message's own subject.
    pub subject: String,
    /// Body; values are escaped for HTML when they are put in, except a content that is HTML.
    pub content: String,
}

impl TemplateName {
    /// The body that is used where the administrator stored none.
    pub const fn built_in_content(self) -> &'static str {
        match self {
            Self::Verify => include_str!("../templates/verify.html"),
            Self::Notify => include_str!("../templates/notify.html"),
            Self::RemindExpire => include_str!("../templates/remindExpire.html"),
            Self::RemindTraffic => include_str!("../templates/remindTraffic.html"),
            Self::MailLogin => include_str!("../templates/mailLogin.html"),
        }
    }
}

/// The placeholder whose value may be HTML.
pub(crate) const CONTENT: &str = "content";
/// Says of what kind the content is; not a placeholder.
pub(crate) const CONTENT_MODE: &str = "content_mode";
/// The content is HTML.
pub(crate) const HTML: &str = "html";

impl NewMail {
    /// The message as it is sent: with the administrator's template, or with the built-in one.
    pub fn rendered(&self, stored: Option<&MailTemplate>) -> RenderedMail {
        let (subject, body) = match stored {
            Some(template) => (
                expand(&template.subject, &self.values),
                template.content.as_str(),
            ),
            None => (String::new(), self.template.built_in_content()),
        };
        let subject = if subject.trim().is_empty() {
            self.subject.clone()
        } else {
            subject
        };
        RenderedMail {
            to: self.to.clone(),
            // A line break in a subject would end the header.
            subject: subject.replace(['\r', '\n'], " "),
            html: replace(body, |key| self.html_value(key, stored.is_none())),
        }
    }

    /// The value as it stands in a body. Built-in templates keep the line breaks of any content, as
    /// the reference panel does; a stored one keeps those of a plain text alone.
    fn html_value(&self, key: &str, is_built_in: bool) -> Option<Cow<'_, str>> {
        let value = self.values.get(key).filter(|value| !value.is_empty())?;
        let is_html = self
            .values
            .get(CONTENT_MODE)
            .is_some_and(|mode| mode == HTML);
        Some(match (key, is_html) {
            (CONTENT, true) if is_built_in => Cow::Owned(with_breaks(value)),
            (CONTENT, true) => Cow::Borrowed(value),
            (CONTENT, false) => Cow::Owned(with_breaks(&escaped(value))),
            _ => Cow::Owned(escaped(value)),
        })
    }
}

/// Puts the values into a plain text: `{{key}}` by its value, or by the text after `|` where the
/// value is missing or empty; without either the placeholder stays as it is. Values are not searched
/// for placeholders again. A key has letters, digits, `_`, `.` and `-` of ASCII.
pub fn expand(text: &str, values: &BTreeMap<String, String>) -> String {
    replace(text, |key| {
        let value = values.get(key).filter(|value| !value.is_empty())?;
        Some(Cow::Borrowed(value))
    })
}

fn replace<'v>(text: &str, value_of: impl Fn(&str) -> Option<Cow<'v, str>>) -> String {
    const OPEN: &str = "{{";
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        replaced.push_str(before);
        let placeholder = after
            .split_once("}}")
            .and_then(|(inside, behind)| Some((Placeholder::parse(inside)?, behind)));
        let value = placeholder.as_ref().and_then(|(placeholder, behind)| {
            let value = value_of(placeholder.key);
            Some((value.or(placeholder.default.map(Cow::Borrowed))?, *behind))
        });
        match value {
            Some((value, behind)) => {
                replaced.push_str(&value);
                rest = behind;
            }
            None => {
                replaced.push_str(OPEN);
                rest = after;
            }
        }
    }
    replaced.push_str(rest);
    replaced
}

/// What stands between the braces.
struct Placeholder<'t> {
    key: &'t str,
    default: Option<&'t str>,
}

impl<'t> Placeholder<'t> {
    fn parse(inside: &'t str) -> Option<Self> {
        let (key, default) = match inside.split_once('|') {
            Some((key, default)) => (key.trim(), Some(default.trim())),
            None => (inside.trim(), None),
        };
        let fits = |sign: char| sign.is_ascii_alphanumeric() || "_.-".contains(sign);
        (!key.is_empty() && key.chars().all(fits)).then_some(Self { key, default })
    }
}

/// The text as it reads the same in HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#039;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn with_breaks(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "<br />\n")
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::Email;
    use proptest::prelude::*;

    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn mail(template: TemplateName, pairs: &[(&str, &str)]) -> NewMail {
        NewMail {
            to: Email::stored("ann@demo.test"),
            subject: "Own subject".to_owned(),
            template,
            values: values(pairs),
        }
    }

    fn stored(subject: &str, content: &str) -> MailTemplate {
        MailTemplate {
            subject: subject.to_owned(),
            content: content.to_owned(),
        }
    }

    #[test]
    fn placeholders_are_replaced_once() {
        let values = values(&[
            ("name", "A & <B>"),
            ("again", "{{name}}"),
            ("empty", ""),
            ("a.b-c_1", "dotted"),
        ]);
        for (text, expected) in [
            ("Hi {{name}}!", "Hi A & <B>!"),
            ("Hi {{ name }}!", "Hi A & <B>!"),
            ("{{again}}", "{{name}}"),
            ("{{missing|friend}} {{empty|x}} {{empty|}}.", "friend x ."),
            ("{{missing}} {{ empty }}", "{{missing}} {{ empty }}"),
            ("{{a.b-c_1}}", "dotted"),
            ("{{ na me }} {{näme|x}} {{}}", "{{ na me }} {{näme|x}} {{}}"),
            ("{{ {{name}}", "{{ A & <B>"),
            ("left {{open", "left {{open"),
            ("a }} b", "a }} b"),
            ("{{name|<i>{{x}}</i>}}", "A & <B></i>}}"),
        ] {
            assert_eq!(expand(text, &values), expected, "{text}");
        }
    }

    #[test]
    fn values_are_escaped_in_bodies_and_not_in_subjects() {
        let mail = mail(TemplateName::Verify, &[("name", "A & <B>\n\"c\" 'd'")]);
        let rendered = mail.rendered(Some(&stored("To {{name}}", "<b>{{name}}</b>")));
        assert_eq!(rendered.subject, "To A & <B> \"c\" 'd'");
        let expected = "<b>A &amp; &lt;B&gt;\n&quot;c&quot; &#039;d&#039;</b>";
        assert_eq!(rendered.html, expected);
    }

    #[test]
    fn an_empty_subject_leaves_the_messages_own() {
        let mail = mail(TemplateName::Notify, &[("content", "x")]);
        for template in [None, Some(stored("", "y")), Some(stored(" \n", "y"))] {
            assert_eq!(mail.rendered(template.as_ref()).subject, "Own subject");
        }
    }

    #[test]
    fn a_plain_content_is_escaped_and_keeps_its_lines() {
        let mail = mail(TemplateName::Notify, &[("content", "<script>\r\na & b")]);
        let expected = "&lt;script&gt;<br />\na &amp; b";
        assert_eq!(
            mail.rendered(Some(&stored("", "{{content}}"))).html,
            expected
        );
        assert!(mail.rendered(None).html.contains(expected));
    }

    #[test]
    fn a_content_of_html_is_left_as_it_is() {
        let mail = mail(TemplateName::Notify, &[]).with_html("<b>a</b>\nb");
        let own = mail.rendered(Some(&stored("", "{{content}}")));
        assert_eq!(own.html, "<b>a</b>\nb");
        assert!(mail.rendered(None).html.contains("<b>a</b><br />\nb"));
    }

    #[test]
    fn variables_of_a_recipient_stand_in_subject_and_content() {
        let vars = values(&[("user.email", "ann@demo.test"), ("x", "{{user.email}}")]);
        let mut mail = mail(
            TemplateName::Notify,
            &[("content", "{{ x }} {{ y }} {{z|-}}")],
        );
        mail.subject = "For {{user.email}}".to_owned();
        let mail = mail.expanded(&vars);
        assert_eq!(mail.subject, "For ann@demo.test");
        assert_eq!(mail.values["content"], "{{user.email}} {{ y }} -");
    }

    #[test]
    fn built_in_texts_use_what_they_are_for() {
        for (template, placeholder) in [
            (TemplateName::Verify, "{{code}}"),
            (TemplateName::Notify, "{{content}}"),
            (TemplateName::RemindExpire, "{{name|Panel}}"),
            (TemplateName::RemindTraffic, "{{name|Panel}}"),
            (TemplateName::MailLogin, "{{link}}"),
        ] {
            let content = template.built_in_content();
            assert!(content.contains(placeholder), "{template:?}");
            let rendered = mail(template, &[("code", "1"), ("link", "l"), ("content", "c")]);
            assert!(!rendered.rendered(None).html.contains("{{"), "{template:?}");
        }
    }

    proptest! {
        #[test]
        fn plain_values_never_become_markup(value in "\\PC*", content in "\\PC*") {
            let mail = mail(TemplateName::Notify, &[("name", &value), ("content", &content)]);
            let html = mail.rendered(Some(&stored("", "{{name|}}{{content|}}"))).html;
            prop_assert!(!html.replace("<br />", "").contains(['<', '>', '"', '\'']));
        }

        #[test]
        fn any_text_is_expanded_without_harm(text in "[{}| a-c]*") {
            let expanded = expand(&text, &values(&[("a", "1")]));
            prop_assert!(expanded.len() <= text.len());
        }
    }
}
