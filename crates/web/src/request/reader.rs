//! Reads the fields of a request by rules, and keeps every complaint until the last field is read.
//!
//! ```text
//! let name = read.required("name").text().max(255).get();
//! let limit = read.nullable("limit_use").integer().min(1).get();
//! let plans = read.nullable("limit_plan_ids").each(|id| id.integer().get()).get();
//! Ok(Self { name: name?, limit: limit?, plans: plans? })
//! ```
//!
//! Names of rules and what they mean are Laravel's: a field that is left out skips its rules unless it is
//! required, `null` is judged unless the field is nullable, and of a field that is there every rule that fails is
//! told, in the order of the rules. What is read is a value or the proof that a complaint was noted; the `?` stand
//! together at the end, so that the fields behind a wrong one are judged as well.

mod asked;
mod complaints;
mod given;
mod presence;
mod rules;
mod state;
mod step;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::input::Input;
use crate::request::multipart::UploadedFile;

use asked::Asked;
pub(crate) use asked::Change;
use complaints::Complaints;
pub use complaints::Refused;
pub(crate) use given::{Given, digits};
use presence::{Needed, Optional};
pub use state::Reader;
use state::gather;
use step::{ANY, Step};

impl<'a> Reader<'a> {
    pub(crate) fn new(input: &'a Input) -> Self {
        Self {
            input,
            within: None,
            path: Vec::new(),
            scope: 0,
            patterns: Vec::new(),
            complaints: Complaints::default(),
            fault: None,
        }
    }

    /// A field that must be there, and must be something.
    pub(crate) fn required(&mut self, name: &'static str) -> Asked<'_, 'a, Needed, Given<'a>> {
        let asked = self.any(name);
        if asked.given.is_something() {
            asked
        } else {
            asked.missing()
        }
    }

    /// A field whose rules judge also what is missing.
    pub(crate) fn any(&mut self, name: &'static str) -> Asked<'_, 'a, Needed, Given<'a>> {
        let given = self.given(name);
        let rank = self.rank(name);
        Asked::needed(self, Step::Name(name), rank, given)
    }

    /// A field that may be left out, but not be null.
    pub(crate) fn optional(&mut self, name: &'static str) -> Asked<'_, 'a, Optional, Given<'a>> {
        let given = self.given(name);
        let rank = self.rank(name);
        Asked::optional(self, Step::Name(name), rank, given)
    }

    /// A field that may be left out or null.
    pub(crate) fn nullable(&mut self, name: &'static str) -> Asked<'_, 'a, Optional, Given<'a>> {
        let mut asked = self.optional(name);
        asked.allow_null();
        asked
    }

    /// What the request says of a field, without any rule.
    pub(crate) fn given(&self, name: &str) -> Given<'a> {
        match self.within {
            Some(object) => object.member(name),
            None => self.input.given(name),
        }
    }

    /// The file that came in a field.
    pub(crate) fn file(&self, name: &str) -> Option<&'a UploadedFile> {
        self.input.file(name)
    }

    /// The rows of a request whose body is a list. A form writes one as `0[id]=…`.
    #[allow(dead_code, reason = "the operator's next bodies are made of it")]
    pub(crate) fn rows<U>(
        &mut self,
        mut row: impl FnMut(&mut Self) -> Result<U, Refused>,
    ) -> Result<Vec<U>, Refused> {
        let rank = self.rank(ANY);
        let mut rows = Ok(Vec::new());
        let input = self.input;
        let items = input.list().iter().enumerate();
        let items = items.map(|(index, item)| (Step::Index(index), item));
        let members = input
            .fields()
            .iter()
            .filter(|(_, member)| member.is_object());
        let members = members.map(|(name, member)| (Step::Key(name), member));
        for (step, value) in items.chain(members) {
            let read = self.inside(step, Given::of(Some(value)), rank, &mut row);
            gather(&mut rows, read);
        }
        rows
    }

    /// Notes something that is wrong with a field in the light of others.
    pub(crate) fn complain(&mut self, name: &'static str, message: Message) -> Refused {
        let rank = self.rank(name);
        self.note(rank, Step::Name(name), message)
    }

    /// Notes what is wrong with parts of a field that others have judged: the way to each within the field.
    pub(crate) fn complain_within(
        &mut self,
        name: &'static str,
        complaints: impl IntoIterator<Item = (String, Message)>,
    ) -> Refused {
        let rank = self.rank(name);
        for (way, message) in complaints {
            let field = || match way.as_str() {
                "" => Cow::Borrowed(name),
                way => Cow::Owned(format!("{name}.{way}")),
            };
            self.complaints.note(rank, field, message);
        }
        Complaints::beside_fields()
    }

    /// What was read, unless something was complained of.
    pub(crate) fn finish<T>(self, read: Result<T, Refused>) -> Result<T, Fault> {
        let Self {
            complaints, fault, ..
        } = self;
        match (read, fault) {
            (Ok(read), None) if complaints.is_empty() => Ok(read),
            (_, Some(fault)) if complaints.is_empty() => Err(fault),
            _ => {
                let (fields, untold) = complaints.into_parts();
                Err(Fault::complaining(fields, untold))
            }
        }
    }
}
