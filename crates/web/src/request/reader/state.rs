//! What is known while fields are read, and the one way in which complaints are noted.

use super::complaints::{Complaints, Refused};
use super::given::Given;
use super::step::{Step, name_of};
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::input::Input;

/// The fields of a request, or of an object in it, and what is wrong with those that were read.
pub struct Reader<'a> {
    pub(super) input: &'a Input,
    /// The object whose members are read; the request itself where there is none.
    pub(super) within: Option<Given<'a>>,
    /// The way to that object.
    pub(super) path: Vec<Step<'a>>,
    /// The same in `patterns`.
    pub(super) scope: usize,
    /// The names of all fields that were asked for, each with the pattern that it is a member of: 0 is the
    /// request, `n` the one before place `n`. Their order is that of the complaints.
    pub(super) patterns: Vec<(usize, &'static str)>,
    pub(super) complaints: Complaints,
    /// What is answered if there are no complaints.
    pub(super) fault: Option<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn note(&mut self, rank: usize, step: Step<'a>, message: Message) -> Refused {
        let path = &self.path;
        let field = || name_of(path, step);
        self.complaints.note(rank, field, message)
    }

    /// Where a field stands among all that are asked for.
    pub(super) fn rank(&mut self, name: &'static str) -> usize {
        let pattern = (self.scope, name);
        // The members of something stand behind it.
        let behind = self.patterns.get(self.scope..).unwrap_or_default();
        match behind.iter().position(|known| *known == pattern) {
            Some(place) => self.scope + place + 1,
            None => {
                self.patterns.push(pattern);
                self.patterns.len()
            }
        }
    }

    /// Reads a part of what is read now.
    pub(super) fn inside<U>(
        &mut self,
        step: Step<'a>,
        given: Given<'a>,
        rank: usize,
        read: impl FnOnce(&mut Self) -> U,
    ) -> U {
        let outer = (self.within.replace(given), self.scope);
        self.scope = rank;
        self.path.push(step);
        let outcome = read(self);
        self.path.pop();
        (self.within, self.scope) = outer;
        outcome
    }
}

/// Adds an item to those that were read before it, as long as all of them can be.
pub(super) fn gather<T>(all: &mut Result<Vec<T>, Refused>, item: Result<T, Refused>) {
    match (all.as_mut(), item) {
        (Ok(items), Ok(item)) => items.push(item),
        (Ok(_), Err(refused)) => *all = Err(refused),
        (Err(_), _) => {}
    }
}
