//! Which placeholders the texts of templates have.

use std::collections::BTreeMap;

use crate::{MailError, MailTemplate, TemplateName};

impl TemplateName {
    /// The placeholders without which a mail of this kind says nothing.
    pub const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Verify => &["code"],
            Self::Notify => &["content"],
            Self::RemindExpire | Self::RemindTraffic => &[],
            Self::MailLogin => &["link"],
        }
    }

    /// The other placeholders that are filled in.
    pub const fn optional(self) -> &'static [&'static str] {
        &["name", "url"]
    }

    /// An administrator's text for this template.
    ///
    /// # Errors
    ///
    /// [`MailError::PlaceholderMissing`] where the content lacks a required one, written `{{…}}` without
    /// blanks.
    pub fn text(self, subject: String, content: String) -> Result<MailTemplate, MailError> {
        let is_there = |name: &str| content.contains(&format!("{{{{{name}}}}}"));
        match self.required().iter().find(|name| !is_there(name)) {
            Some(missing) => Err(MailError::PlaceholderMissing(missing)),
            None => Ok(MailTemplate { subject, content }),
        }
    }

    /// What stands for the placeholders in a mail that shows how the template looks.
    pub fn sample(self, site_name: &str, site_url: &str) -> BTreeMap<String, String> {
        let link = format!("{}/login?token=test-token", site_url.trim_end_matches('/'));
        let values = [
            ("name", site_name.to_owned()),
            ("url", site_url.to_owned()),
            ("code", "123456".to_owned()),
            ("link", link),
            (
                "content",
                "This message shows how the template looks.".to_owned(),
            ),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value));
        values.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_what_its_mail_is_for() {
        for (template, content, missing) in [
            (TemplateName::Verify, "<p>{{code}}</p>", None),
            (TemplateName::Verify, "<p>{{ code }}</p>", Some("code")),
            (TemplateName::Verify, "{{code|x}}", Some("code")),
            (TemplateName::Notify, "{{content}}", None),
            (TemplateName::Notify, "{{contents}}", Some("content")),
            (TemplateName::MailLogin, "{{name}}", Some("link")),
            (TemplateName::RemindExpire, "x", None),
            (TemplateName::RemindTraffic, "", None),
        ] {
            let text = template.text("S".to_owned(), content.to_owned());
            let expected = missing.map(MailError::PlaceholderMissing);
            assert_eq!(text.err(), expected, "{content}");
        }
    }

    #[test]
    fn built_in_texts_keep_the_rule_and_a_sample_fills_them_in() {
        for template in TemplateName::ALL {
            let content = template.built_in_content().to_owned();
            assert!(
                template.text(String::new(), content).is_ok(),
                "{template:?}"
            );
            let values = template.sample("Demo", "https://demo.test/");
            for name in template.required().iter().chain(template.optional()) {
                assert!(values.contains_key(*name), "{template:?} {name}");
            }
            let link = values.get("link").map(String::as_str);
            assert_eq!(link, Some("https://demo.test/login?token=test-token"));
        }
    }
}
