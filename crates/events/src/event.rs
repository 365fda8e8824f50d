//! Events, and the bodies that receivers get.

use ferroboard_kernel::{EventId, UnixSeconds};
use serde_json::{Value, json};

use crate::EventKind;

/// What an event is about. Of one subject an endpoint gets one event after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject(String);

impl Subject {
    /// How many characters a subject has at most.
    const LONGEST: usize = 96;

    /// The subject of this noun with this number or name.
    pub(crate) fn new(noun: &str, name: &str) -> Self {
        Self::stored(&format!("{noun}:{name}"))
    }

    /// A subject as it was written down.
    pub fn stored(text: &str) -> Self {
        let printable = text.chars().filter(|sign| !sign.is_control());
        Self(printable.take(Self::LONGEST).collect())
    }

    /// As text: `order:2026…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An event that is to be told when its transaction commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// To what.
    pub subject: Subject,
    /// What is told of it: a JSON object.
    pub data: Value,
    /// When it happened.
    pub at: UnixSeconds,
}

/// An event that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number; the same however often it is delivered, so that receivers know it again.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// To what.
    pub subject: Subject,
    /// What is told of it: the text of a JSON object.
    pub data: String,
    /// When it happened.
    pub at: UnixSeconds,
}

impl Event {
    /// The body that endpoints get, the same at every attempt.
    pub fn body(&self) -> String {
        let data: Value = serde_json::from_str(&self.data).unwrap_or(Value::Null);
        json!({
            "id": self.id.get(),
            "type": self.kind.as_str(),
            "created_at": self.at.get(),
            "subject": self.subject.as_str(),
            "data": data,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_says_all_of_an_event() {
        let event = Event {
            id: EventId::new(7),
            kind: EventKind::OrderPaid,
            subject: Subject::new("order", "20260001"),
            data: r#"{"trade_no":"20260001"}"#.to_owned(),
            at: UnixSeconds::new(5),
        };
        let body: Value = serde_json::from_str(&event.body()).unwrap();
        let expected = json!({
            "id": 7, "type": "order.paid", "created_at": 5, "subject": "order:20260001",
            "data": {"trade_no": "20260001"},
        });
        assert_eq!(body, expected);
        let unreadable = Event {
            data: "{".to_owned(),
            ..event
        };
        assert!(unreadable.body().contains("\"data\":null"));
    }

    #[test]
    fn subjects_fit_their_column() {
        let subject = Subject::new("order", &"9\n".repeat(200));
        assert_eq!(subject.as_str().chars().count(), 96);
        assert!(!subject.as_str().contains('\n'));
    }
}
