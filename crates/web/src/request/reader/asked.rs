use ferroboard_billing::Edit;

use super::complaints::{Complaints, Refused};
use super::given::Given;
use super::presence::{Needed, Optional, Presence};
use super::state::{Reader, gather};
use super::step::{ANY, Step};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;

/// A field whose rules are being told: by now it holds a `T`.
#[must_use = "a field is read with `get`"]
pub(crate) struct Asked<'r, 'a, P: Presence, T> {
    pub(super) reader: &'r mut Reader<'a>,
    step: Step<'a>,
    rank: usize,
    /// What the request says; absent where rules have nothing to judge.
    pub(super) given: Given<'a>,
    /// Whether a rule said that it is a number, so that sizes are values.
    pub(super) is_number: bool,
    is_null: bool,
    held: Result<P::Of<T>, Refused>,
    /// Whether the latest rule complained.
    is_refused_now: bool,
}

/// An item of a list.
pub(crate) type Item<'r, 'a> = Asked<'r, 'a, Needed, Given<'a>>;

/// What a request does to something that there is already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change<T> {
    /// The field is left out.
    Keep,
    /// It is null.
    Clear,
    Set(T),
}

impl<T> Change<T> {
    /// The same, as billing says it.
    pub(crate) fn edit(self) -> Edit<T> {
        match self {
            Self::Keep => Edit::Keep,
            Self::Clear => Edit::Clear,
            Self::Set(value) => Edit::Set(value),
        }
    }

    /// What is written, if anything is; this where the field is null.
    pub(crate) fn cleared_to(self, cleared: T) -> Option<T> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(cleared),
            Self::Set(value) => Some(value),
        }
    }
}

impl<'r, 'a> Asked<'r, 'a, Needed, Given<'a>> {
    pub(super) fn needed(
        reader: &'r mut Reader<'a>,
        step: Step<'a>,
        rank: usize,
        given: Given<'a>,
    ) -> Self {
        Self {
            reader,
            step,
            rank,
            given,
            is_number: false,
            is_null: false,
            held: Ok(given),
            is_refused_now: false,
        }
    }

    /// What is missing is not judged further.
    pub(super) fn missing(mut self) -> Self {
        self.given = Given::Absent;
        self.refuse(Message::FieldRequired);
        self
    }
}

impl<'r, 'a> Asked<'r, 'a, Optional, Given<'a>> {
    pub(super) fn optional(
        reader: &'r mut Reader<'a>,
        step: Step<'a>,
        rank: usize,
        given: Given<'a>,
    ) -> Self {
        let held = match given {
            Given::Absent => None,
            given => Some(given),
        };
        Self {
            reader,
            step,
            rank,
            given,
            is_number: false,
            is_null: matches!(given, Given::Null),
            held: Ok(held),
            is_refused_now: false,
        }
    }

    pub(super) fn allow_null(&mut self) {
        if self.is_null {
            self.given = Given::Absent;
            self.held = Ok(None);
        }
    }
}

impl<'r, 'a, P: Presence, T> Asked<'r, 'a, P, T> {
    /// What the field holds; `Err` proves that something was complained of.
    pub(crate) fn get(self) -> Result<P::Of<T>, Refused> {
        self.held
    }

    /// Says in other words what the rule before this complains of.
    pub(crate) fn says(mut self, message: Message) -> Self {
        if self.is_refused_now {
            self.reader.complaints.reword(message);
        }
        self.is_refused_now = false;
        self
    }

    /// The value as something else.
    pub(crate) fn map<U>(self, turn: impl FnOnce(T) -> U) -> Asked<'r, 'a, P, U> {
        self.judge(|value| Ok(turn(value)))
    }

    /// The value as what it stands for; with this complaint, if it stands for nothing.
    pub(crate) fn parse<U>(
        self,
        message: Message,
        parse: impl FnOnce(T) -> Option<U>,
    ) -> Asked<'r, 'a, P, U> {
        self.judge(|value| parse(value).ok_or(message))
    }

    /// The same where there are several complaints.
    pub(crate) fn judge<U>(
        self,
        judge: impl FnOnce(T) -> Result<U, Message>,
    ) -> Asked<'r, 'a, P, U> {
        self.turned(|_, value| judge(value))
    }

    /// The value as what it names. What names nothing is no fault of the field: it is answered like something
    /// that is not there, once all fields have been found in order.
    pub(crate) fn naming<U>(
        self,
        fault: impl FnOnce() -> Fault,
        find: impl FnOnce(T) -> Option<U>,
    ) -> Asked<'r, 'a, P, U> {
        self.looked_at(|reader, value| {
            find(value).ok_or_else(|| {
                if reader.fault.is_none() {
                    reader.fault = Some(fault());
                }
                Complaints::beside_fields()
            })
        })
    }

    /// The items of a list, each by its own rules. Its size is judged by the rules behind this one.
    pub(crate) fn each<U>(
        self,
        mut item: impl FnMut(Item<'_, 'a>) -> Result<U, Refused>,
    ) -> Asked<'r, 'a, P, Vec<U>> {
        self.listed(|reader, step, given, rank| item(Asked::needed(reader, step, rank, given)))
    }
}

#[allow(dead_code, reason = "the operator's next bodies are made of it")]
impl<'r, 'a, P: Presence, T> Asked<'r, 'a, P, T> {
    /// The objects of a list, each by its own rules.
    pub(crate) fn rows<U>(
        self,
        mut row: impl FnMut(&mut Reader<'a>) -> Result<U, Refused>,
    ) -> Asked<'r, 'a, P, Vec<U>> {
        self.listed(|reader, step, given, rank| reader.inside(step, given, rank, &mut row))
    }

    /// The members of an object whose names only the request knows, each by the same rules.
    pub(crate) fn members<U>(
        self,
        mut member: impl FnMut(&'a str, Item<'_, 'a>) -> Result<U, Refused>,
    ) -> Asked<'r, 'a, P, Vec<(&'a str, U)>> {
        self.listed(|reader, step, given, rank| {
            let name = match step {
                Step::Key(name) => name,
                // What PHP writes of an object whose members are numbered has none.
                Step::Name(_) | Step::Index(_) => "",
            };
            let value = member(name, Asked::needed(reader, step, rank, given))?;
            Ok((name, value))
        })
    }

    /// The members of an object, by their own rules.
    pub(crate) fn object<U>(
        self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<U, Refused>,
    ) -> Asked<'r, 'a, P, U> {
        let (step, rank) = (self.step, self.rank);
        self.looked_at_given(|reader, given| {
            if given.items().is_none() {
                return Err(reader.note(rank, step, Message::FieldNotList));
            }
            reader.inside(step, given, rank, read)
        })
    }
}

impl<'r, 'a, P: Presence, T> Asked<'r, 'a, P, T> {
    fn listed<U>(
        self,
        mut item: impl FnMut(&mut Reader<'a>, Step<'a>, Given<'a>, usize) -> Result<U, Refused>,
    ) -> Asked<'r, 'a, P, Vec<U>> {
        let (step, rank) = (self.step, self.rank);
        self.looked_at_given(|reader, given| {
            let Some(items) = given.items() else {
                return Err(reader.note(rank, step, Message::FieldNotList));
            };
            reader.inside(step, given, rank, |reader| {
                let rank = reader.rank(ANY);
                let mut all = Ok(Vec::new());
                for (step, given) in items {
                    gather(&mut all, item(reader, step, given, rank));
                }
                all
            })
        })
    }

    /// Takes what the request says as a value of another type, whatever came before.
    pub(super) fn taken<U>(
        self,
        take: impl FnOnce(Given<'a>) -> Result<U, Message>,
    ) -> Asked<'r, 'a, P, U> {
        let (step, rank) = (self.step, self.rank);
        self.looked_at_given(|reader, given| {
            take(given).map_err(|message| reader.note(rank, step, message))
        })
    }

    /// Judges what the request says, whatever came before.
    pub(super) fn held_to(
        mut self,
        wrong: impl FnOnce(Given<'a>, bool) -> Option<Message>,
    ) -> Self {
        self.is_refused_now = false;
        let given = self.given;
        if !matches!(given, Given::Absent)
            && let Some(message) = wrong(given, self.is_number)
        {
            self.refuse(message);
        }
        self
    }

    fn refuse(&mut self, message: Message) {
        let refused = self.reader.note(self.rank, self.step, message);
        self.held = Err(refused);
        self.is_refused_now = true;
    }

    fn turned<U>(
        self,
        rule: impl FnOnce(Given<'a>, T) -> Result<U, Message>,
    ) -> Asked<'r, 'a, P, U> {
        let (step, rank, given) = (self.step, self.rank, self.given);
        self.looked_at(|reader, value| {
            rule(given, value).map_err(|message| reader.note(rank, step, message))
        })
    }

    /// What a rule makes of the value, if there is one that no other rule refused.
    fn looked_at<U>(
        self,
        rule: impl FnOnce(&mut Reader<'a>, T) -> Result<U, Refused>,
    ) -> Asked<'r, 'a, P, U> {
        let reader = self.reader;
        let mut is_refused_now = false;
        let held = self.held.and_then(|held| {
            P::turned(held, |value| {
                let outcome = rule(reader, value);
                is_refused_now = outcome.is_err();
                outcome
            })
        });
        Asked {
            reader,
            step: self.step,
            rank: self.rank,
            given: self.given,
            is_number: self.is_number,
            is_null: self.is_null,
            held,
            is_refused_now,
        }
    }

    /// What a rule makes of what the request says. It is asked also when another rule refused the value, as
    /// Laravel asks each of them.
    fn looked_at_given<U>(
        self,
        rule: impl FnOnce(&mut Reader<'a>, Given<'a>) -> Result<U, Refused>,
    ) -> Asked<'r, 'a, P, U> {
        let (reader, given) = (self.reader, self.given);
        let mut is_refused_now = false;
        let held = match self.held {
            Ok(held) => P::turned(held, |_| {
                let outcome = rule(reader, given);
                is_refused_now = outcome.is_err();
                outcome
            }),
            Err(refused) => {
                if !matches!(given, Given::Absent) {
                    is_refused_now = rule(reader, given).is_err();
                }
                Err(refused)
            }
        };
        Asked {
            reader,
            step: self.step,
            rank: self.rank,
            given,
            is_number: self.is_number,
            is_null: self.is_null,
            held,
            is_refused_now,
        }
    }
}

impl<T> Asked<'_, '_, Optional, T> {
    /// What the field holds, or this where it is left out.
    pub(crate) fn or(self, usual: T) -> Result<T, Refused> {
        self.held.map(|held| held.unwrap_or(usual))
    }

    /// What becomes of something that is left as it is where nobody speaks of it.
    pub(crate) fn change(self) -> Result<Change<T>, Refused> {
        let is_null = self.is_null;
        self.held.map(|held| match held {
            Some(value) => Change::Set(value),
            None if is_null => Change::Clear,
            None => Change::Keep,
        })
    }
}
