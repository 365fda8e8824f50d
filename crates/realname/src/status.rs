/// Where a user's verification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Status {
    /// There is no submission.
    #[default]
    Unsubmitted,
    /// An administrator has to look at it.
    Pending,
    /// Verified.
    Approved,
    /// Refused, or taken back.
    Rejected,
}

/// What can happen to a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// The user submits, and somebody has to look at it.
    Submit,
    /// The user submits, and the rules approve at once.
    SubmitApproved,
    /// An administrator approves what is pending.
    Approve,
    /// An administrator rejects what is pending.
    Reject,
    /// An administrator approves what was rejected.
    Reinstate,
    /// An administrator rejects what was approved.
    Revoke,
    /// An administrator deletes the submission.
    Reset,
}

/// The event cannot happen to a verification that stands so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} cannot happen to a verification that is {from:?}")]
pub struct InvalidTransition {
    /// Where it stands.
    pub from: Status,
    /// What was to happen.
    pub event: Event,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 4] = [
        Self::Unsubmitted,
        Self::Pending,
        Self::Approved,
        Self::Rejected,
    ];

    /// Where an event leads. Nothing else decides about a status.
    pub fn after(self, event: Event) -> Result<Self, InvalidTransition> {
        match (self, event) {
            (Self::Unsubmitted | Self::Rejected, Event::Submit) => Ok(Self::Pending),
            (Self::Unsubmitted | Self::Rejected, Event::SubmitApproved)
            | (Self::Pending, Event::Approve)
            | (Self::Rejected, Event::Reinstate) => Ok(Self::Approved),
            (Self::Pending, Event::Reject) | (Self::Approved, Event::Revoke) => Ok(Self::Rejected),
            (_, Event::Reset) => Ok(Self::Unsubmitted),
            (from, event) => Err(InvalidTransition { from, event }),
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::Unsubmitted => 0,
            Self::Pending => 1,
            Self::Approved => 2,
            Self::Rejected => 3,
        }
    }

    /// The status with this code.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unsubmitted => "unsubmitted",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The status with this name or code.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|status| status.name() == text || status.code().to_string() == text)
    }

    /// Whether it uses up one of the accounts that an identity may have.
    pub const fn holds_identity(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [Event; 7] = [
        Event::Submit,
        Event::SubmitApproved,
        Event::Approve,
        Event::Reject,
        Event::Reinstate,
        Event::Revoke,
        Event::Reset,
    ];

    #[test]
    fn the_whole_table() {
        use Status::{Approved, Pending, Rejected, Unsubmitted};
        let allowed = [
            (Unsubmitted, Event::Submit, Pending),
            (Unsubmitted, Event::SubmitApproved, Approved),
            (Rejected, Event::Submit, Pending),
            (Rejected, Event::SubmitApproved, Approved),
            (Pending, Event::Approve, Approved),
            (Pending, Event::Reject, Rejected),
            (Rejected, Event::Reinstate, Approved),
            (Approved, Event::Revoke, Rejected),
            (Unsubmitted, Event::Reset, Unsubmitted),
            (Pending, Event::Reset, Unsubmitted),
            (Approved, Event::Reset, Unsubmitted),
            (Rejected, Event::Reset, Unsubmitted),
        ];
        for from in Status::ALL {
            for event in EVENTS {
                let row = allowed.iter().find(|row| (row.0, row.1) == (from, event));
                let expected = row.map_or(Err(InvalidTransition { from, event }), |row| Ok(row.2));
                assert_eq!(from.after(event), expected, "{from:?} {event:?}");
            }
        }
    }

    #[test]
    fn codes_and_names_round_trip() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
            assert_eq!(Status::named(status.name()), Some(status));
            assert_eq!(Status::named(&status.code().to_string()), Some(status));
        }
        assert_eq!(Status::from_code(4), None);
        assert_eq!(Status::named(""), None);
        let holders = Status::ALL.map(Status::holds_identity);
        assert_eq!(holders, [false, true, true, false]);
    }
}
