//! What a list or a story shows of one value: on the page, and in a table of comma-separated values.

use std::cmp::Ordering;

use ferroboard_kernel::{Cents, UnixSeconds, Zone};

use crate::catalogue::text;
use crate::lang::Lang;
use crate::list::{Cell as Drawn, Tone};
use crate::visitor::Visitor;

/// How values are written for one operator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelling {
    /// The language.
    pub(crate) lang: Lang,
    /// The zone in which times are told.
    pub(crate) zone: Zone,
}

impl Spelling {
    /// As this visitor wants to see it.
    pub(crate) fn of(visitor: &Visitor) -> Self {
        Self {
            lang: visitor.lang(),
            zone: visitor.zone(),
        }
    }

    /// The text of this name.
    pub(crate) fn t(self, name: &str) -> String {
        text(self.lang, name).to_owned()
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// None.
    Nothing,
    /// A text as somebody wrote it.
    Text(String),
    /// A text that leads to a page behind the admin path: `users/7`.
    Link {
        /// The page's path, without a slash before it.
        path: String,
        /// The text.
        text: String,
    },
    /// A number.
    Number(i64),
    /// Cents.
    Money(i64),
    /// Percent.
    Percent(i64),
    /// A size in bytes.
    Bytes(i64),
    /// An instant.
    Time(UnixSeconds),
    /// A word of the catalogue.
    Word(&'static str, Tone),
}

impl Cell {
    /// A text that there need not be.
    pub(crate) fn text(value: Option<&str>) -> Self {
        value.map_or(Self::Nothing, |value| Self::Text(value.to_owned()))
    }

    /// A number that there need not be.
    pub(crate) fn number(value: Option<i64>) -> Self {
        value.map_or(Self::Nothing, Self::Number)
    }

    /// Cents that there need not be.
    pub(crate) fn money(value: Option<i64>) -> Self {
        value.map_or(Self::Nothing, Self::Money)
    }

    /// An instant in Unix seconds; 0 is none.
    pub(crate) fn time(value: Option<i64>) -> Self {
        let value = value.filter(|at| *at != 0);
        value.map_or(Self::Nothing, |at| Self::Time(UnixSeconds::new(at)))
    }

    /// Yes or no.
    pub(crate) const fn flag(value: bool) -> Self {
        if value {
            Self::Word("layout.yes", Tone::Good)
        } else {
            Self::Word("layout.no", Tone::Plain)
        }
    }

    /// A page of the console.
    pub(crate) fn link(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link {
            path: path.into(),
            text: text.into(),
        }
    }

    /// A user by number and address, while the account is there.
    pub(crate) fn user(id: i64, email: Option<&str>) -> Self {
        match email {
            Some(email) => Self::link(format!("users/{id}"), email),
            None => Self::Text(format!("#{id}")),
        }
    }

    /// What a number means; the number itself where it means nothing.
    pub(crate) fn word(code: i64, words: &'static [(i64, &'static str, Tone)]) -> Self {
        let found = words.iter().find(|(known, _, _)| *known == code);
        found.map_or(Self::Number(code), |(_, word, tone)| {
            Self::Word(word, *tone)
        })
    }

    /// Which of two values of a column comes first: numbers by their size, texts by their letters, and what is
    /// not there before all others.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }

    fn rank(&self) -> (i64, String) {
        match self {
            Self::Nothing => (i64::MIN, String::new()),
            Self::Text(text) | Self::Link { text, .. } => (0, text.to_lowercase()),
            Self::Number(value)
            | Self::Money(value)
            | Self::Percent(value)
            | Self::Bytes(value) => (*value, String::new()),
            Self::Time(at) => (at.get(), String::new()),
            Self::Word(word, _) => (0, (*word).to_owned()),
        }
    }

    /// As a page shows it, whose console has this admin path with a slash before it.
    pub(crate) fn drawn(&self, spelling: Spelling, base: &str) -> Drawn {
        match self {
            Self::Nothing => Drawn::Nothing,
            Self::Text(value) => Drawn::text(value),
            Self::Link { path, text } => Drawn::link(format!("{base}/{path}"), text),
            Self::Number(value) => Drawn::text(value),
            Self::Money(cents) => Drawn::Money(Cents::new(*cents)),
            Self::Percent(value) => Drawn::text(format!("{value} %")),
            Self::Bytes(value) => Drawn::Bytes(*value),
            Self::Time(at) => Drawn::Time(*at),
            Self::Word(word, tone) => Drawn::state(*tone, spelling.t(word)),
        }
    }

    /// As programs read it: nothing for nothing, money in units, sizes in bytes.
    pub(crate) fn exported(&self, spelling: Spelling) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(value) | Self::Link { text: value, .. } => value.clone(),
            Self::Money(cents) => units(*cents),
            Self::Number(value) | Self::Percent(value) | Self::Bytes(value) => value.to_string(),
            Self::Time(at) => {
                let shown = spelling.zone.wall_clock(*at);
                shown.format("%Y-%m-%d %H:%M:%S").to_string()
            }
            Self::Word(word, _) => spelling.t(word),
        }
    }
}

/// Cents in units of the currency, without a sign before them: `-0.05`.
pub(crate) fn units(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let size = cents.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_for_programs() {
        let spelling = Spelling {
            lang: Lang::EnUs,
            zone: Zone::named("UTC").unwrap(),
        };
        for (cell, expected) in [
            (Cell::Nothing, ""),
            (Cell::Money(-123_405), "-1234.05"),
            (Cell::Bytes(1_536), "1536"),
            (Cell::time(Some(1_700_000_000)), "2023-11-14 22:13:20"),
            (Cell::time(Some(0)), ""),
            (Cell::user(7, None), "#7"),
            (Cell::flag(true), "Yes"),
        ] {
            assert_eq!(cell.exported(spelling), expected);
        }
    }
}
