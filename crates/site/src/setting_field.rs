//! One setting of the site: how a form asks for it.

use crate::entry::{Entry, Group, Shown};
use crate::plugin_field::FieldKind;

/// What nobody reads over another's shoulder. The path of the admin pages is no secret to who is on them.
const SECRETS: [&str; 6] = [
    "server_token",
    "email_password",
    "telegram_bot_token",
    "recaptcha_key",
    "recaptcha_v3_secret_key",
    "turnstile_secret_key",
];

/// Other names of settings, under which nothing is read.
const ALIASES: [&str; 1] = ["recaptcha_enable"];

/// A setting as a form asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingField {
    /// Its name.
    pub key: &'static str,
    /// How it is entered.
    pub kind: FieldKind,
    /// Whether it may be left empty: the default applies then.
    pub is_optional: bool,
    /// Whether its value is not to be shown.
    pub is_secret: bool,
}

impl SettingField {
    const fn of(entry: &Entry, is_secret: bool) -> Self {
        Self {
            key: entry.key,
            kind: FieldKind::of(entry.rule),
            is_optional: entry.clearable,
            is_secret,
        }
    }
}

impl Group {
    /// The settings that a form asks for, in the order in which they are answered. The templates are texts
    /// of their own, and none of these.
    pub fn fields(self) -> Vec<SettingField> {
        let entries = self.entries().iter();
        let asked = entries
            .filter(|entry| entry.shown != Shown::Never && !ALIASES.contains(&entry.key))
            .map(|entry| SettingField::of(entry, SECRETS.contains(&entry.key)));
        asked.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_ask_for_what_is_shown_and_hide_the_secrets() {
        let all: Vec<SettingField> = Group::ALL.into_iter().flat_map(Group::fields).collect();
        let secrets = all.iter().filter(|field| field.is_secret);
        let mut secrets: Vec<&str> = secrets.map(|field| field.key).collect();
        secrets.sort_unstable();
        let mut expected = SECRETS;
        expected.sort_unstable();
        assert_eq!(secrets, expected);
        let asked = |key| all.iter().find(|field| field.key == key);
        assert!(asked("recaptcha_enable").is_none() && asked("try_out_enable").is_none());
        let port = asked("email_port").unwrap();
        assert_eq!((port.kind, port.is_optional), (FieldKind::Number, true));
        let kind = asked("frontend_theme_color").unwrap().kind;
        assert!(matches!(kind, FieldKind::Choice(choices) if choices.contains(&"black")));
        assert!(!asked("email_verify").unwrap().is_optional);
    }
}
