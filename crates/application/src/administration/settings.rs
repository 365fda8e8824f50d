//! The site settings, as administrators see and change them.

use ferroboard_audit::AuditChange;
use ferroboard_events::NewEvent;
use ferroboard_site::{
    Group, SettingRefused, Settings, SettingsForm, TEMPLATE_FIELDS, TEMPLATE_NAMES, ThemeName,
    shown_group, shown_setting,
};
use ferroboard_subscription::TemplateName;
use serde_json::{Map, Value};

use crate::administration::context::AdminContext;
use crate::transaction::retrying;
use crate::{Change, Error, UnitOfWork};

/// The template that is JSON.
const SING_BOX: &str = "singbox";
/// The setting that chooses a theme.
const THEME: &str = "frontend_theme";

/// The settings, group by group.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingsPage {
    /// Each group with its settings by name, in the order in which they are answered.
    pub groups: Vec<(Group, Vec<(&'static str, Value)>)>,
    /// The settings themselves.
    pub settings: Settings,
}

/// The site settings.
pub struct SiteForm(pub(crate) AdminContext);

impl SiteForm {
    /// One group, or with `None` all of them, as the database has them at this moment.
    pub async fn show(&self, only: Option<Group>) -> Result<SettingsPage, Error> {
        let store = &self.0.ports.store;
        let settings = Settings::from_rows(store.list_settings().await?);
        let mut groups = Vec::new();
        for group in Group::ALL {
            if only.is_some_and(|only| only != group) {
                continue;
            }
            let shown = match group {
                Group::SubscribeTemplate => templates(&store.list_templates().await?),
                group => shown_group(&settings, group),
            };
            groups.push((group, shown));
        }
        Ok(SettingsPage { groups, settings })
    }

    /// Saves what the fields of a request say: all of it or, when one value is refused, nothing. What
    /// is no setting is ignored. It takes effect here at once, in other processes within seconds.
    pub async fn save(&self, fields: &Map<String, Value>, change: Change) -> Result<(), Error> {
        let form = SettingsForm::read(fields, &self.0.site.current());
        let form = form.map_err(Error::SettingsRefused)?;
        check_templates(&form)?;
        self.check_theme(&form).await?;
        if form.settings.is_empty() && form.templates.is_empty() {
            return Ok(());
        }
        retrying(|| async {
            // Before the transaction: there is one writer where there is one connection.
            let before = Settings::from_rows(self.0.ports.store.list_settings().await?);
            let mut open = change.begin().await?;
            let outcome = self.write(open.tx(), &form, &before).await;
            open.end(outcome).await
        })
        .await?;
        self.0.site.refresh().await?;
        Ok(())
    }

    /// Refuses a theme that there is not, unless it is the one that was chosen before.
    async fn check_theme(&self, form: &SettingsForm) -> Result<(), Error> {
        let changed = form.settings.iter().find(|change| change.key == THEME);
        let Some(chosen) = changed.and_then(|change| change.value.as_deref()) else {
            return Ok(());
        };
        let rows = self.0.ports.store.list_settings().await?;
        if Settings::from_rows(rows).frontend.frontend_theme == chosen {
            return Ok(());
        }
        let is_there = match ThemeName::parse(chosen) {
            // Those of the panel need no folder.
            Some(name) => name.is_system() || self.0.ports.themes.find(&name).await?.is_some(),
            None => false,
        };
        if is_there {
            Ok(())
        } else {
            let refused = vec![(THEME, SettingRefused::NotOneOf)];
            Err(Error::SettingsRefused(refused))
        }
    }

    async fn write(
        &self,
        tx: &mut dyn UnitOfWork,
        form: &SettingsForm,
        before: &Settings,
    ) -> Result<AuditChange, Error> {
        let now = self.0.ports.clock.now();
        if !form.settings.is_empty() {
            tx.update_settings(&form.settings, now).await?;
        }
        if !form.templates.is_empty() {
            tx.update_templates(&form.templates, now).await?;
        }
        let settings = form.settings.iter().map(|change| change.key);
        let templates = form.templates.iter().map(|template| template.name);
        let names: Vec<&str> = settings.chain(templates).collect();
        if !names.is_empty() {
            tx.tell(NewEvent::about_settings(&names, now));
        }
        Ok(change_of(form, before))
    }
}

/// What the form changes, as administrators see it.
fn change_of(form: &SettingsForm, before: &Settings) -> AuditChange {
    let rows = form.settings.iter();
    let rows = rows.map(|change| (change.key.to_owned(), change.value.clone()));
    let after = Settings::from_rows(rows);
    let mut change = AuditChange::default();
    for setting in &form.settings {
        let old = shown_setting(before, setting.key);
        change.note(setting.key, old, shown_setting(&after, setting.key));
    }
    for (name, field) in TEMPLATE_NAMES.iter().zip(TEMPLATE_FIELDS) {
        let changed = form
            .templates
            .iter()
            .find(|template| template.name == *name);
        if let Some(template) = changed {
            let length = template.content.as_ref().map(String::len);
            // A template is long; that it changed is what matters.
            change.note(field, Value::Null, Value::from(length));
        }
    }
    change
}

/// What stands in `v2_subscribe_templates`, in the order of the fields. The one of sing-box is
/// indented.
fn templates(rows: &[(String, Option<String>)]) -> Vec<(&'static str, Value)> {
    let content = |name: &str| {
        let row = rows.iter().find(|(row, _)| row == name);
        let content = row.and_then(|(_, content)| content.as_deref());
        let content = content.unwrap_or_default();
        match name {
            SING_BOX => indented(content).unwrap_or_else(|| content.to_owned()),
            _ => content.to_owned(),
        }
    };
    let shown = TEMPLATE_FIELDS.iter().zip(TEMPLATE_NAMES);
    let shown = shown.map(|(field, name)| (*field, Value::from(content(name))));
    shown.collect()
}

/// JSON with four spaces for each level; `None` for what is no JSON. Members stay in their order.
fn indented(text: &str) -> Option<String> {
    let mut shown = Vec::new();
    let mut input = serde_json::Deserializer::from_str(text);
    let format = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut output = serde_json::Serializer::with_formatter(&mut shown, format);
    serde_transcode::transcode(&mut input, &mut output).ok()?;
    input.end().ok()?;
    String::from_utf8(shown).ok()
}

/// Refuses a template that is not what its client reads.
fn check_templates(form: &SettingsForm) -> Result<(), Error> {
    let mut refused = Vec::new();
    for (name, field) in TEMPLATE_NAMES.iter().zip(TEMPLATE_FIELDS) {
        let changed = form
            .templates
            .iter()
            .find(|template| template.name == *name);
        let content = changed.and_then(|template| template.content.as_deref());
        // An empty text lets the built-in one apply.
        let content = content.filter(|content| !content.trim().is_empty());
        let is_read = |text| TemplateName::named(name).is_none_or(|known| known.reads(text));
        if content.is_some_and(|content| !is_read(content)) {
            refused.push((field, SettingRefused::NotTemplate));
        }
    }
    if refused.is_empty() {
        Ok(())
    } else {
        Err(Error::SettingsRefused(refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_indented_in_the_order_of_its_members() {
        let shown = indented(r#"{"b":[1,{"é/":[]}],"a":{}}"#);
        let expected = "{\n    \"b\": [\n        1,\n        {\n            \"é/\": []\n        }\n    ],\n    \"a\": {}\n}";
        assert_eq!(shown.as_deref(), Some(expected));
        for broken in ["", "{", "{} x", "proxies: []"] {
            assert_eq!(indented(broken), None, "{broken}");
        }
    }
}
