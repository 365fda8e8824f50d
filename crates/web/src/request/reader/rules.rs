//! The rules that are the same for every body, with Laravel's names and meaning.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use ferroboard_auth::{Password, PasswordRefused};
use ferroboard_kernel::{Decimal, Email};
use ferroboard_protocol::kept_as_it_is;
use serde_json::Value;
use validator::ValidateUrl as _;

use super::asked::Asked;
use super::given::{Given, Measure, Size};
use super::presence::Presence;
use crate::answer::messages::Message;
use crate::answer::node_flaws;

impl<'r, 'a, P: Presence, T> Asked<'r, 'a, P, T> {
    /// A whole number, or its digits.
    pub(crate) fn integer(mut self) -> Asked<'r, 'a, P, i64> {
        self.is_number = true;
        self.taken(|given| given.integer().ok_or(Message::FieldNotInteger))
    }

    /// `true`, `false`, 1, 0, or one of these as a text.
    pub(crate) fn boolean(self) -> Asked<'r, 'a, P, bool> {
        self.taken(|given| given.switch().ok_or(Message::FieldNotFlag))
    }

    /// A text, or a number, which is as good.
    pub(crate) fn text(self) -> Asked<'r, 'a, P, String> {
        self.taken(|given| given.owned_text().ok_or(Message::TextInvalid))
    }

    /// A text and no number: what Laravel calls `string`.
    pub(crate) fn string(self) -> Asked<'r, 'a, P, String> {
        self.taken(|given| match given {
            Given::Text(text) => Ok(text.to_owned()),
            _ => Err(Message::TextInvalid),
        })
    }

    /// An e-mail address.
    pub(crate) fn email(self) -> Asked<'r, 'a, P, Email> {
        self.taken(|given| {
            let email = given.text().and_then(|text| Email::parse(&text).ok());
            email.ok_or(Message::EmailInvalid)
        })
    }

    /// A password of a length that the panel accepts.
    pub(crate) fn password(self) -> Asked<'r, 'a, P, Password> {
        self.taken(|given| {
            // A list or a switch is as good as an empty text.
            let text = given.text().unwrap_or_default();
            Password::parse(&text).map_err(|refused| match refused {
                PasswordRefused::TooShort => Message::PasswordTooShort,
                PasswordRefused::TooLong => Message::PasswordTooLong,
                PasswordRefused::ContainsNul => Message::PasswordUnusable,
            })
        })
    }

    /// One of these texts, or a number that is written so.
    pub(crate) fn one_of(self, choices: &'static [&'static str]) -> Asked<'r, 'a, P, &'static str> {
        self.taken(|given| {
            let text = given.text().unwrap_or_default();
            let chosen = choices.iter().find(|choice| **choice == text);
            chosen.copied().ok_or(Message::FieldNotOneOf)
        })
    }

    /// At most this: of numbers the value, of texts the characters, of lists the items.
    pub(crate) fn max(self, most: i64) -> Self {
        self.held_to(|given, is_number| {
            let (size, measure) = given.size(is_number);
            Size::of(most).is_less_than(size).then_some(match measure {
                Measure::Value => Message::FieldTooLarge,
                Measure::Characters => Message::FieldTooLong { limit: most },
                Measure::Items => Message::FieldTooMany { limit: most },
            })
        })
    }
}

#[allow(dead_code, reason = "the operator's next bodies are made of it")]
impl<'r, 'a, P: Presence, T> Asked<'r, 'a, P, T> {
    /// A number with or without a fraction, or its digits.
    pub(crate) fn numeric(mut self) -> Asked<'r, 'a, P, Decimal> {
        self.is_number = true;
        self.taken(|given| given.decimal().ok_or(Message::FieldNotNumeric))
    }

    /// A list or an object, kept as it was sent.
    pub(crate) fn json(self) -> Asked<'r, 'a, P, Value> {
        self.taken(|given| {
            let value = given.to_value();
            let judged = kept_as_it_is(&value).map_err(node_flaws::said_of);
            judged.map(|()| value)
        })
    }

    /// An address with a scheme.
    pub(crate) fn url(self) -> Asked<'r, 'a, P, String> {
        self.taken(|given| {
            let text = given.owned_text().filter(String::validate_url);
            text.ok_or(Message::FieldNotAddress)
        })
    }

    /// A day, or a time on one, as a calendar and a clock show it.
    pub(crate) fn date(self) -> Asked<'r, 'a, P, NaiveDateTime> {
        self.taken(|given| {
            let date = given.text().and_then(|text| date_of(&text));
            date.ok_or(Message::FieldNotDate)
        })
    }

    /// One of these numbers.
    pub(crate) fn among(self, choices: &[i64]) -> Self {
        self.held_to(|given, _| {
            let number = given.integer();
            let is_chosen = number.is_some_and(|number| choices.contains(&number));
            (!is_chosen).then_some(Message::FieldNotOneOf)
        })
    }

    /// At least this.
    pub(crate) fn min(self, least: i64) -> Self {
        self.held_to(|given, is_number| {
            let (size, measure) = given.size(is_number);
            size.is_less_than(Size::of(least)).then_some(match measure {
                Measure::Value => Message::FieldTooSmall,
                Measure::Characters => Message::FieldTooShort { limit: least },
                Measure::Items => Message::FieldTooFew { limit: least },
            })
        })
    }
}

/// A day or a time in one of the ways in which clients write them.
fn date_of(text: &str) -> Option<NaiveDateTime> {
    let text = text.replace('/', "-");
    let text = text.strip_suffix('Z').unwrap_or(&text);
    let times = [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
    ];
    let mut times = times.iter();
    let time = times.find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let time = time.or_else(|| day()?.and_hms_opt(0, 0, 0));
    time.filter(|time| (1..=9_999).contains(&time.year()))
}
