//! What stands in a cell of a table.

use ferroboard_kernel::{Cents, UnixSeconds};

use crate::page::Page;

/// How something looks that has a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it should be.
    Good,
    /// To be looked at.
    Warn,
    /// Wrong, or not to be undone.
    Bad,
    /// None of these.
    Plain,
}

impl Tone {
    /// The class of the style sheet.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }
}

/// What is done by a form of one button.
pub(crate) struct Button {
    /// The path that it is sent to.
    pub(crate) action: String,
    /// What stands on it.
    pub(crate) label: String,
    /// What is asked before, where the browser runs the script.
    pub(crate) confirm: Option<String>,
    /// Fields that it sends.
    pub(crate) fields: Vec<(&'static str, String)>,
    /// How it looks.
    pub(crate) tone: Tone,
}

impl Button {
    /// A button with the text that is given, which sends nothing but its own address.
    pub(crate) fn new(action: String, label: impl Into<String>) -> Self {
        Self {
            action,
            label: label.into(),
            confirm: None,
            fields: Vec::new(),
            tone: Tone::Plain,
        }
    }

    /// The same with a question before.
    #[must_use]
    pub(crate) fn asking(mut self, question: impl Into<String>) -> Self {
        self.confirm = Some(question.into());
        self.tone = Tone::Bad;
        self
    }

    /// The same with one more field.
    #[must_use]
    pub(crate) fn sending(mut self, name: &'static str, value: impl ToString) -> Self {
        self.fields.push((name, value.to_string()));
        self
    }
}

/// What stands in a cell.
pub(crate) enum Cell {
    /// Nothing.
    Nothing,
    /// A text.
    Text(String),
    /// A text that leads somewhere.
    Link { href: String, text: String },
    /// A text with a smaller one below.
    Two { text: String, below: String },
    /// A state.
    State { tone: Tone, text: String },
    /// Money.
    Money(Cents),
    /// A size.
    Bytes(i64),
    /// A part of a whole, as a bar, with what stands beside it.
    Part {
        value: i64,
        whole: i64,
        text: String,
    },
    /// An instant.
    Time(UnixSeconds),
    /// Links to pages about the row.
    Links(Vec<(String, String)>),
    /// How something stands, on the button that turns it.
    Switch(Button),
    /// What can be done with the row.
    Buttons(Vec<Button>),
}

impl Cell {
    /// A text.
    pub(crate) fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// A text, if there is one.
    pub(crate) fn maybe(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Nothing, Self::text)
    }

    /// A link.
    pub(crate) fn link(href: String, text: impl ToString) -> Self {
        Self::Link {
            href,
            text: text.to_string(),
        }
    }

    /// A state.
    pub(crate) fn state(tone: Tone, text: impl ToString) -> Self {
        Self::State {
            tone,
            text: text.to_string(),
        }
    }

    /// An instant, if there is one.
    pub(crate) fn time(at: Option<UnixSeconds>) -> Self {
        at.map_or(Self::Nothing, Self::Time)
    }

    /// The same for a spreadsheet: numbers without signs and units, instants for programs.
    pub(crate) fn plain(&self, page: &Page) -> String {
        match self {
            Self::Nothing | Self::Buttons(_) => String::new(),
            Self::Links(links) => {
                let texts: Vec<&str> = links.iter().map(|(_, text)| text.as_str()).collect();
                texts.join(", ")
            }
            Self::Switch(button) => button.label.clone(),
            Self::Text(text)
            | Self::Link { text, .. }
            | Self::State { text, .. }
            | Self::Part { text, .. } => text.clone(),
            Self::Two { text, below } => format!("{text} {below}").trim_end().to_owned(),
            Self::Money(amount) => amount.to_string(),
            Self::Bytes(count) => count.to_string(),
            Self::Time(at) => page.iso(at),
        }
    }
}
