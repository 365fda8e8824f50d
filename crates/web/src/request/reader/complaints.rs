use std::borrow::Cow;

use crate::answer::fault::RefusedField;
use crate::answer::messages::Message;

/// How many fields an answer complains of. What is wrong with others is only counted: a body may have a
/// hundred thousand rows.
const MOST_FIELDS: usize = 100;

/// Proof that something was complained of: there is no other way to get one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(());

/// What is wrong with a body.
#[derive(Debug, Default)]
pub(crate) struct Complaints {
    fields: Vec<Complaint>,
    /// Further messages that nobody is told.
    untold: u32,
    /// Whether the latest one is told.
    is_latest_told: bool,
}

#[derive(Debug)]
struct Complaint {
    /// When its rules stand in the body's list of rules.
    rank: usize,
    field: Cow<'static, str>,
    messages: Vec<Message>,
}

impl Complaints {
    pub(super) fn note(
        &mut self,
        rank: usize,
        field: impl FnOnce() -> Cow<'static, str>,
        message: Message,
    ) -> Refused {
        self.is_latest_told = self.fields.len() < MOST_FIELDS;
        if !self.is_latest_told {
            self.untold = self.untold.saturating_add(1);
            return Refused(());
        }
        let field = field();
        match self.fields.last_mut() {
            Some(last) if last.rank == rank && last.field == field => last.messages.push(message),
            _ => self.fields.push(Complaint {
                rank,
                field,
                messages: vec![message],
            }),
        }
        Refused(())
    }

    /// Says the latest one in other words.
    pub(super) fn reword(&mut self, message: Message) {
        let latest = self.fields.last_mut();
        let latest = latest.and_then(|latest| latest.messages.last_mut());
        if let (true, Some(latest)) = (self.is_latest_told, latest) {
            *latest = message;
        }
    }

    /// What proves a refusal that is no complaint about a field.
    pub(super) fn beside_fields() -> Refused {
        Refused(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The fields with their messages, in the order of the body's rules, and how many messages are left out.
    pub(super) fn into_parts(mut self) -> (Vec<RefusedField>, u32) {
        // Rules for the rows of a list are judged row by row, but reported rule by rule.
        self.fields.sort_by_key(|complaint| complaint.rank);
        let fields = self.fields.into_iter();
        let fields = fields.map(|complaint| (complaint.field, complaint.messages));
        (fields.collect(), self.untold)
    }
}
