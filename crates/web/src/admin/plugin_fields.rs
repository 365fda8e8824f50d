//! The settings of a plugin as administrators see them.

use ferroboard_application::PluginView;
use ferroboard_site::{FieldKind, PluginField};
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

use crate::admin::plugin_texts;
use crate::answer::messages::Locale;

/// The settings of a plugin in their order.
#[derive(Default)]
pub(crate) struct ShownFields(Vec<(&'static str, ShownField)>);

impl ShownFields {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for ShownFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, field)| (key, field)))
    }
}

/// A setting of a plugin.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownField {
    /// `boolean`, `number`, `string`, `text`, `select` or `json`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What it is called.
    label: &'static str,
    /// Always empty.
    placeholder: &'static str,
    /// Always empty: the label says it all.
    description: &'static str,
    /// Its value, or its default where it has none.
    #[schema(value_type = Value)]
    value: Value,
    /// What can be chosen, where it is a `select`.
    options: Vec<ShownChoice>,
}

/// What can be chosen.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownChoice {
    label: &'static str,
    value: &'static str,
}

/// The settings of this plugin.
pub(super) fn shown(view: &PluginView, locale: Locale) -> ShownFields {
    let fields = view.plugin.fields.iter().zip(&view.values);
    let fields = fields.map(|(field, (key, value))| {
        let label = plugin_texts::label(view.plugin, key, locale);
        (*key, shown_field(field, label, value.clone(), locale))
    });
    ShownFields(fields.collect())
}

fn shown_field(
    field: &PluginField,
    label: &'static str,
    value: Value,
    locale: Locale,
) -> ShownField {
    let kind = match field.kind() {
        FieldKind::Switch => "boolean",
        FieldKind::Number => "number",
        FieldKind::Line => "string",
        FieldKind::Text => "text",
        FieldKind::Choice(_) => "select",
        FieldKind::List => "json",
    };
    let value = match (field.kind(), value) {
        // Forms edit texts, and an empty one lets the default apply.
        (FieldKind::Line | FieldKind::Text, Value::Null) => Value::from(""),
        (_, value) => value,
    };
    let choices = match field.kind() {
        FieldKind::Choice(values) => values,
        _ => &[],
    };
    let choices = choices.iter().map(|value| ShownChoice {
        label: plugin_texts::choice(value, locale),
        value,
    });
    ShownField {
        kind,
        label,
        placeholder: "",
        description: "",
        value,
        options: choices.collect(),
    }
}
