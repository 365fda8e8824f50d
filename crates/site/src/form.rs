//! What administrators see of the settings, and how what they send becomes rows.

use serde_json::{Map, Value};

use crate::Settings;
use crate::entry::{Entry, Group, Shown, TEMPLATE_NAMES, all_entries};
use crate::judge::SettingRefused;

/// A row of `v2_settings` that is to be written; `None` lets the default apply again.
#[derive(Clone, PartialEq, Eq)]
pub struct SettingChange {
    /// The setting.
    pub key: &'static str,
    /// Its stored text.
    pub value: Option<String>,
}

impl std::fmt::Debug for SettingChange {
    /// The name only: values may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SettingChange").field(&self.key).finish()
    }
}

/// A template that is to be written; `None` lets the built-in one apply again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateChange {
    /// One of [`TEMPLATE_NAMES`].
    pub name: &'static str,
    /// Its text.
    pub content: Option<String>,
}

/// Everything that a request is to change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettingsForm {
    /// The settings, in the order of their table.
    pub settings: Vec<SettingChange>,
    /// The templates.
    pub templates: Vec<TemplateChange>,
}

impl SettingsForm {
    /// Reads the fields of a request, whose texts are trimmed and `null` when they were empty. What
    /// is no setting is ignored. Either everything is accepted or, in the order of their table,
    /// each refused field is named.
    pub fn read(
        fields: &Map<String, Value>,
        current: &Settings,
    ) -> Result<Self, Vec<(&'static str, SettingRefused)>> {
        let mut form = Self::default();
        let mut refused = Vec::new();
        for entry in all_entries() {
            let Some(value) = fields.get(entry.key) else {
                continue;
            };
            match entry.judge(value) {
                Ok(value) => form.settings.push(SettingChange {
                    key: entry.key,
                    value,
                }),
                Err(refusal) => refused.push((entry.key, refusal)),
            }
        }
        if refused.is_empty() {
            refused.extend(form.conflict(current));
        }
        for (name, field) in TEMPLATE_NAMES.iter().zip(TEMPLATE_FIELDS) {
            let content = match fields.get(field) {
                None => continue,
                Some(Value::Null) => None,
                Some(Value::String(text)) if !text.contains('\0') => Some(text.clone()),
                Some(_) => {
                    refused.push((field, SettingRefused::NotText));
                    continue;
                }
            };
            form.templates.push(TemplateChange { name, content });
        }
        if refused.is_empty() {
            Ok(form)
        } else {
            Err(refused)
        }
    }

    /// The admin path and that of subscriptions must differ, whichever of them changes.
    fn conflict(&self, current: &Settings) -> Option<(&'static str, SettingRefused)> {
        let path = |key: &str| self.settings.iter().find(|change| change.key == key);
        let admin = path("secure_path").and_then(|change| change.value.as_deref());
        let subscribe = path("subscribe_path").and_then(|change| change.value.as_deref());
        let field = match (admin, subscribe) {
            (None, None) => return None,
            (Some(_), _) => "secure_path",
            (None, Some(_)) => "subscribe_path",
        };
        let admin = admin.or_else(|| current.admin_path());
        let subscribe = subscribe.unwrap_or(&current.subscribe.subscribe_path);
        (admin == Some(subscribe)).then_some((field, SettingRefused::PathTaken))
    }
}

/// The fields of the templates, in the order of [`TEMPLATE_NAMES`].
pub const TEMPLATE_FIELDS: [&str; 6] = [
    "subscribe_template_singbox",
    "subscribe_template_clash",
    "subscribe_template_clashmeta",
    "subscribe_template_stash",
    "subscribe_template_surge",
    "subscribe_template_surfboard",
];

/// The settings of one group by name; templates are not among them.
pub fn shown_group(settings: &Settings, group: Group) -> Vec<(&'static str, Value)> {
    let entries = group.entries().iter();
    entries
        .filter(|entry| entry.shown != Shown::Never)
        .map(|entry| (entry.key, entry.shown_in(settings)))
        .collect()
}

/// The value of one setting as administrators see it; for the record of changes.
pub fn shown_setting(settings: &Settings, key: &str) -> Value {
    let entry = all_entries().find(|entry| entry.key == key);
    entry.map_or(Value::Null, |entry| entry.shown_in(settings))
}

impl Entry {
    fn shown_in(&self, settings: &Settings) -> Value {
        let value = match self.key {
            "secure_path" => settings.admin_path().map_or(Value::Null, Value::from),
            "recaptcha_enable" => Value::from(settings.safe.captcha_enable),
            key => settings.shown(key).unwrap_or(Value::Null),
        };
        match (self.shown, value) {
            (Shown::Bit, Value::Bool(flag)) => Value::from(u8::from(flag)),
            (Shown::Else(text), Value::Null) => Value::from(text),
            (_, value) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(fields: Value) -> Result<SettingsForm, Vec<(&'static str, SettingRefused)>> {
        let Value::Object(fields) = fields else {
            panic!("not an object")
        };
        SettingsForm::read(&fields, &Settings::default())
    }

    fn stored(fields: Value) -> Vec<(&'static str, Option<String>)> {
        let form = read(fields).unwrap();
        let rows = form.settings.into_iter();
        rows.map(|change| (change.key, change.value)).collect()
    }

    #[test]
    fn values_are_stored_as_the_reference_stores_them() {
        let fields = json!({
            "app_name": "New name", "stop_register": true, "try_out_hour": 1.5,
            "try_out_plan_id": "7", "commission_distribution_l1": 50,
            "commission_withdraw_method": ["支付宝", "a/b", 1], "tos_url": null,
            "app_description": null, "hacker": 1, "reset_traffic_method": 4,
            "server_ws_url": "wss://ws.test/x",
        });
        let row = |key, value: &str| (key, Some(value.to_owned()));
        let expected = [
            row(
                "commission_withdraw_method",
                r#"["\u652f\u4ed8\u5b9d","a\/b","1"]"#,
            ),
            row("commission_distribution_l1", "50"),
            row("stop_register", "1"),
            row("app_name", "New name"),
            ("app_description", None),
            row("try_out_plan_id", "7"),
            row("try_out_hour", "1.5"),
            ("tos_url", None),
            row("reset_traffic_method", "4"),
            row("server_ws_url", "wss://ws.test/x"),
        ];
        assert_eq!(stored(fields), expected);
        assert_eq!(stored(json!({})), []);
    }

    #[test]
    fn blanks_of_lists_are_left_out_and_numbered_members_are_items() {
        for (given, expected) in [
            (json!(["gmail.com", ""]), r#"["gmail.com"]"#),
            (json!([null, "a.test", " "]), r#"["a.test"]"#),
            (json!([""]), "[]"),
            (
                json!({"0": "a.test", "1": "b.test"}),
                r#"["a.test","b.test"]"#,
            ),
            (json!({"1": "b.test", "0": null}), r#"["b.test"]"#),
        ] {
            for key in ["email_whitelist_suffix", "commission_withdraw_method"] {
                let row = vec![(key, Some(expected.to_owned()))];
                assert_eq!(stored(json!({key: given.clone()})), row, "{given}");
            }
        }
    }

    #[test]
    fn roots_of_links_may_have_patterns_and_blanks_between_them() {
        let roots = "https://[1-9].a.test, http://[uuid].b.test:8443/x";
        let row = vec![("subscribe_url", Some(roots.to_owned()))];
        assert_eq!(stored(json!({"subscribe_url": roots})), row);
    }

    #[test]
    fn one_bad_value_refuses_everything_and_is_named() {
        use SettingRefused as Refused;
        for (key, value, refusal) in [
            ("app_url", json!("nourl"), Refused::NotAddress),
            ("app_url", json!("javascript:alert(1)"), Refused::NotAddress),
            ("app_url", json!("https://x.y/a b"), Refused::NotAddress),
            (
                "tos_url",
                json!("https://x.y/\"><script>"),
                Refused::NotAddress,
            ),
            ("tos_url", json!("https://x.y\\a"), Refused::NotAddress),
            ("logo", json!("https://x.y/a\tb"), Refused::NotAddress),
            (
                "subscribe_url",
                json!("https://a.b/\"x"),
                Refused::NotAddress,
            ),
            (
                "subscribe_url",
                json!("https://a.b, https://c d"),
                Refused::NotAddress,
            ),
            ("app_name", json!(["a"]), Refused::NotText),
            ("app_name", json!("a\0"), Refused::NotText),
            ("server_token", json!("short"), Refused::TooShort(16)),
            ("secure_path", json!("abc"), Refused::TooShort(8)),
            ("secure_path", json!(null), Refused::TooShort(8)),
            ("secure_path", json!("abc/defghij"), Refused::NotPath),
            ("secure_path", json!("后台路径后台路径"), Refused::NotPath),
            ("secure_path", json!("passport"), Refused::PathTaken),
            ("secure_path", json!("a".repeat(65)), Refused::TooLong),
            ("subscribe_path", json!("api"), Refused::PathTaken),
            ("subscribe_path", json!("WS"), Refused::PathTaken),
            ("subscribe_path", json!("a/b"), Refused::NotPath),
            ("reset_traffic_method", json!(9), Refused::NotOneOf),
            ("frontend_theme_color", json!("pink"), Refused::NotOneOf),
            ("email_whitelist_suffix", json!("a.test"), Refused::NotList),
            ("email_whitelist_suffix", json!([["a"]]), Refused::NotList),
            (
                "email_whitelist_suffix",
                json!({"1": "a"}),
                Refused::NotList,
            ),
            (
                "email_whitelist_suffix",
                json!({"a": "b"}),
                Refused::NotList,
            ),
            ("captcha_type", json!("x"), Refused::NotOneOf),
            ("recaptcha_v3_score_threshold", json!(2), Refused::TooLarge),
            (
                "recaptcha_v3_score_threshold",
                json!(-0.5),
                Refused::TooSmall,
            ),
            ("invite_commission", json!("abc"), Refused::NotInteger),
            ("invite_commission", json!(1.5), Refused::NotInteger),
            ("invite_commission", json!(-1), Refused::TooSmall),
            ("commission_withdraw_limit", json!("x"), Refused::NotNumber),
            ("try_out_plan_id", json!(null), Refused::NotInteger),
            ("email_verify", json!("maybe"), Refused::NotFlag),
            ("email_verify", json!(null), Refused::NotFlag),
            ("subscribe_template_clash", json!(1), Refused::NotText),
        ] {
            let fields = json!({"app_description": "kept", key: value.clone()});
            assert_eq!(read(fields), Err(vec![(key, refusal)]), "{key} {value}");
        }
    }

    #[test]
    fn the_two_paths_may_not_meet() {
        let both = json!({"secure_path": "same-path", "subscribe_path": "same-path"});
        let taken = |key| Err(vec![(key, SettingRefused::PathTaken)]);
        assert_eq!(read(both), taken("secure_path"));
        let current =
            Settings::from_rows([("secure_path".to_owned(), Some("my-admins".to_owned()))]);
        let Value::Object(fields) = json!({"subscribe_path": "my-admins"}) else {
            panic!("not an object")
        };
        assert_eq!(
            SettingsForm::read(&fields, &current),
            taken("subscribe_path")
        );
    }

    #[test]
    fn every_setting_that_is_shown_has_a_value_of_its_kind() {
        let settings = Settings::default();
        let group = |group| {
            Value::Object(
                shown_group(&settings, group)
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect(),
            )
        };
        assert_eq!(
            group(Group::Site),
            json!({"logo": null, "force_https": 0, "stop_register": 0, "app_name": "XBoard",
                "app_description": "XBoard is best!", "app_url": null, "subscribe_url": null,
                "try_out_plan_id": 0, "try_out_hour": 1, "tos_url": null, "currency": "CNY",
                "currency_symbol": "¥", "ticket_must_wait_reply": false})
        );
        let safe = group(Group::Safe);
        assert_eq!(safe["recaptcha_v3_score_threshold"], json!(0.5));
        assert_eq!(safe["recaptcha_key"], json!(""));
        assert_eq!(safe["recaptcha_enable"], json!(false));
        assert_eq!(group(Group::App)["windows_version"], json!(""));
        assert_eq!(group(Group::Telegram).as_object().unwrap().len(), 4);
        for entry in all_entries().filter(|entry| entry.shown != Shown::Never) {
            let known = settings.shown(entry.key).is_some() || entry.key == "recaptcha_enable";
            assert!(known, "{} is no setting", entry.key);
        }
    }
}
