//! A field of a form: what a noun says of it.

use crate::console::cell::Spelling;

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// A line of text.
    Line,
    /// A secret that is typed, and never shown again.
    Secret,
    /// Several lines, so many at first.
    Area(u8),
    /// Text with marks, of which there is a preview.
    Marked,
    /// A list of texts, one a line.
    Lines,
    /// JSON, as it is kept.
    Json,
    /// A whole number.
    Number,
    /// A number with a fraction.
    Fraction,
    /// An amount in units of the currency, which is kept in cents.
    Money,
    /// An amount in units of the currency, which is sent so.
    Units,
    /// A size in gigabytes, which is kept in bytes.
    Gigabytes,
    /// An instant by the operator's clock.
    Time,
    /// Yes or no.
    Flag,
    /// One of these: the value, and what it is called.
    Choice(Vec<(String, String)>),
    /// Any of these.
    Several(Vec<(String, String)>),
    /// What is sent along.
    Hidden,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// What the API calls it; a member of an object behind a point: `config.key`.
    pub(crate) name: String,
    /// What it is called.
    pub(crate) text: String,
    /// What else is to be known of it.
    pub(crate) hint: Option<String>,
    /// What it holds.
    pub(crate) kind: FieldKind,
    /// Whether it must be filled.
    pub(crate) is_required: bool,
}

impl Field {
    /// A field that may be left empty, called as the catalogue says.
    pub(crate) fn new(name: &str, label: &str, kind: FieldKind, spelling: Spelling) -> Self {
        Self::called(name, spelling.t(label), kind)
    }

    /// A field that may be left empty, called so.
    pub(crate) fn called(name: &str, text: String, kind: FieldKind) -> Self {
        Self {
            name: name.to_owned(),
            text,
            hint: None,
            kind,
            is_required: false,
        }
    }

    /// Its own name, or the name of the object that it is in.
    pub(super) fn root(&self) -> &str {
        let name = self.name.as_str();
        name.split_once('.').map_or(name, |(root, _)| root)
    }

    /// Whether it may be sent several times.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.kind, FieldKind::Several(_))
    }

    /// The same, to be filled.
    #[must_use]
    pub(crate) fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    /// The same with what else is to be known of it.
    #[must_use]
    pub(crate) fn hinted(self, name: &str, spelling: Spelling) -> Self {
        Self {
            hint: Some(spelling.t(name)),
            ..self
        }
    }
}
