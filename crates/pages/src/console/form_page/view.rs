//! A form as the template shows it.

use super::field::{Field, FieldKind};
use super::names::{Typed, sent_as, values_of};
use crate::console::list_page::ChoiceView;

/// A form as the template shows it.
pub(crate) struct FormView {
    pub(crate) fields: Vec<FieldView>,
    /// What is wrong with none of the fields.
    pub(crate) rest: Vec<String>,
    pub(crate) is_compared: bool,
    /// What was shown.
    pub(crate) shown: Vec<(String, String)>,
}

/// A field as the template shows it.
pub(crate) struct FieldView {
    pub(crate) name: String,
    /// What its elements are called on the page.
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) hint: Option<String>,
    pub(crate) is_required: bool,
    pub(crate) value: String,
    /// `input`, `area`, `flag`, `choice`, `several` or `hidden`.
    pub(crate) shape: &'static str,
    /// The type of an input.
    pub(crate) input: &'static str,
    /// The step of a number.
    pub(crate) step: &'static str,
    pub(crate) lines: u8,
    pub(crate) choices: Vec<ChoiceView>,
    pub(crate) complaints: Vec<String>,
}

impl FieldView {
    pub(super) fn of(field: &Field, typed: &Typed, complaints: Vec<String>) -> Self {
        let values = values_of(typed, &field.name);
        let (shape, input, step, lines) = match &field.kind {
            FieldKind::Line => ("input", "text", "", 0),
            FieldKind::Secret => ("input", "password", "", 0),
            FieldKind::Number => ("input", "number", "1", 0),
            FieldKind::Money | FieldKind::Units => ("input", "number", "0.01", 0),
            FieldKind::Fraction | FieldKind::Gigabytes => ("input", "number", "any", 0),
            FieldKind::Time => ("input", "datetime-local", "1", 0),
            FieldKind::Area(lines) => ("area", "", "", *lines),
            FieldKind::Marked => ("area", "", "", 16),
            FieldKind::Lines => ("area", "", "", 4),
            FieldKind::Json => ("area", "", "", 8),
            FieldKind::Flag => ("flag", "", "", 0),
            FieldKind::Choice(_) => ("choice", "", "", 0),
            FieldKind::Several(_) => ("several", "", "", 0),
            FieldKind::Hidden => ("hidden", "", "", 0),
        };
        let choices = match &field.kind {
            FieldKind::Choice(choices) | FieldKind::Several(choices) => choices.as_slice(),
            _ => &[],
        };
        let choices = choices.iter().map(|(value, text)| ChoiceView {
            value: value.clone(),
            text: text.clone(),
            is_chosen: values.contains(&value.as_str()),
        });
        let value = values.last().copied().unwrap_or_default();
        let is_secret = field.kind == FieldKind::Secret;
        Self {
            name: sent_as(&field.name, field.is_list()),
            id: format!("f-{}", field.name.replace('.', "-")),
            text: field.text.clone(),
            hint: field.hint.clone(),
            is_required: field.is_required,
            value: if is_secret {
                String::new()
            } else {
                value.to_owned()
            },
            shape,
            input,
            step,
            lines,
            choices: choices.collect(),
            complaints,
        }
    }

    /// Whether something stands below it.
    pub(crate) fn is_described(&self) -> bool {
        self.hint.is_some() || !self.complaints.is_empty()
    }

    /// Whether a flag is set.
    pub(crate) fn is_set(&self) -> bool {
        self.value == "1"
    }
}
