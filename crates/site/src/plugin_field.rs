//! One setting of a plugin: how it is entered and what it may become.

use serde_json::Value;

use crate::entry::Rule;
use crate::judge::SettingRefused;

/// How a setting is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// On or off.
    Switch,
    /// A whole number.
    Number,
    /// A line of text.
    Line,
    /// A text of several lines.
    Text,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A list.
    List,
}

impl FieldKind {
    /// How what may become this is entered.
    pub(crate) const fn of(rule: Rule) -> Self {
        match rule {
            Rule::Flag => Self::Switch,
            Rule::Integer | Rule::Number | Rule::Share | Rule::Percentage => Self::Number,
            Rule::Lines => Self::Text,
            Rule::OneOf(choices) => Self::Choice(choices),
            Rule::List | Rule::AmountPairs | Rule::Ids => Self::List,
            Rule::Text
            | Rule::Days
            | Rule::Percents
            | Rule::LongText(_)
            | Rule::WebAddress
            | Rule::Roots
            | Rule::SocketAddress
            | Rule::AdminPath
            | Rule::Segment
            | Rule::Name => Self::Line,
        }
    }
}

/// A setting of a plugin.
#[derive(Debug, Clone, Copy)]
pub struct PluginField {
    /// Its name in `v2_plugins.config`.
    pub key: &'static str,
    rule: Rule,
}

impl PluginField {
    pub(crate) const fn new(key: &'static str, rule: Rule) -> Self {
        Self { key, rule }
    }

    /// How it is entered.
    pub const fn kind(&self) -> FieldKind {
        FieldKind::of(self.rule)
    }

    /// What is stored for this value; `None` lets the default apply.
    pub(crate) fn judge(&self, value: &Value) -> Result<Option<Value>, SettingRefused> {
        let is_text = matches!(self.rule, Rule::Text | Rule::Lines);
        if value.is_null() || (!is_text && value.as_str().is_some_and(str::is_empty)) {
            return Ok(None);
        }
        let text = self.rule.judge(value)?;
        Ok(Some(match self.kind() {
            FieldKind::Switch => Value::from(text == "1"),
            FieldKind::Number | FieldKind::List => {
                serde_json::from_str(&text).unwrap_or(Value::from(text))
            }
            FieldKind::Line | FieldKind::Text | FieldKind::Choice(_) => Value::from(text),
        }))
    }
}
