use ferroboard_kernel::{TicketId, TicketMessageId, UnixSeconds, UserId};

use crate::{MessageText, Subject, TicketError, TicketPolicy};

/// How urgent its owner finds a ticket (`v2_ticket.level`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// 0.
    Low,
    /// 1.
    Middle,
    /// 2.
    High,
}

/// Whether a ticket is open (`v2_ticket.status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TicketStatus {
    /// 0: its owner may write.
    Open,
    /// 1: it is done.
    Closed,
}

/// Who is to write next (`v2_ticket.reply_status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplyStatus {
    /// 0: staff.
    Waiting,
    /// 1: staff wrote last.
    Answered,
}

/// A row of `v2_ticket`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The row.
    pub id: TicketId,
    /// Whose it is.
    pub owner: UserId,
    /// What it is about, as it was written.
    pub subject: String,
    /// How urgent it is.
    pub level: Level,
    /// Whether it is open.
    pub status: TicketStatus,
    /// Who is to write next.
    pub reply_status: ReplyStatus,
    /// Who wrote last.
    pub last_reply_by: Option<UserId>,
    /// When it was opened.
    pub created_at: UnixSeconds,
    /// When it last changed.
    pub updated_at: UnixSeconds,
}

/// A row of `v2_ticket_message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketMessage {
    /// The row.
    pub id: TicketMessageId,
    /// The ticket.
    pub ticket: TicketId,
    /// Who wrote it.
    pub author: UserId,
    /// The text, as it was written.
    pub text: String,
    /// When it was written.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// A ticket about to be opened, with its first message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// Whose it is.
    pub owner: UserId,
    /// What it is about.
    pub subject: Subject,
    /// How urgent it is.
    pub level: Level,
    /// The first message.
    pub message: MessageText,
    /// When.
    pub at: UnixSeconds,
}

impl Level {
    /// The level with this code.
    pub const fn from_code(code: i64) -> Option<Self> {
        match code {
            0 => Some(Self::Low),
            1 => Some(Self::Middle),
            2 => Some(Self::High),
            _ => None,
        }
    }

    /// The level that a row holds; a code that no level has counts as the nearest one.
    pub const fn stored(code: i64) -> Self {
        match code {
            ..=0 => Self::Low,
            1 => Self::Middle,
            2.. => Self::High,
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::Low => 0,
            Self::Middle => 1,
            Self::High => 2,
        }
    }
}

impl TicketStatus {
    /// The status that a row holds: anything but 0 is closed.
    pub const fn stored(code: i64) -> Self {
        match code {
            0 => Self::Open,
            _ => Self::Closed,
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Closed => 1,
        }
    }
}

impl ReplyStatus {
    /// The status that a row holds: anything but 1 waits.
    pub const fn stored(code: i64) -> Self {
        match code {
            1 => Self::Answered,
            _ => Self::Waiting,
        }
    }

    /// The code in the database and in answers.
    pub const fn code(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Answered => 1,
        }
    }
}

impl Ticket {
    /// Whether the user's own page has this ticket.
    pub fn owned_by(self, user: UserId) -> Result<Self, TicketError> {
        if self.owner == user {
            Ok(self)
        } else {
            Err(TicketError::TicketMissing)
        }
    }

    /// Whether its owner may write in it.
    pub fn admit_owner(&self) -> Result<(), TicketError> {
        match self.status {
            TicketStatus::Open => Ok(()),
            TicketStatus::Closed => Err(TicketError::TicketClosed),
        }
    }

    /// What a message of this author makes of the ticket.
    pub fn after_message_of(&self, author: UserId) -> ReplyStatus {
        if author == self.owner {
            ReplyStatus::Waiting
        } else {
            ReplyStatus::Answered
        }
    }

    /// Whether it closes by itself now: staff answered, and nothing happened for a day.
    pub fn is_stale(&self, now: UnixSeconds) -> bool {
        self.status == TicketStatus::Open
            && self.reply_status == ReplyStatus::Answered
            && self.last_reply_by != Some(self.owner)
            && self.updated_at <= now.minus(TicketPolicy::LIFETIME_OF_ANSWERED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::a_ticket;

    const OWNER: UserId = UserId::new(7);
    const STAFF: UserId = UserId::new(1);
    const DAY: i64 = 86_400;

    #[test]
    fn codes_round_trip_and_odd_ones_count_as_the_nearest() {
        for code in 0..3 {
            assert_eq!(Level::from_code(code).map(Level::code), Some(code));
            assert_eq!(Level::stored(code).code(), code);
        }
        assert_eq!((Level::from_code(-1), Level::from_code(3)), (None, None));
        assert_eq!(
            (Level::stored(-9), Level::stored(9)),
            (Level::Low, Level::High)
        );
        for code in [0, 1] {
            assert_eq!(TicketStatus::stored(code).code(), code);
            assert_eq!(ReplyStatus::stored(code).code(), code);
        }
        assert_eq!(TicketStatus::stored(2), TicketStatus::Closed);
        assert_eq!(ReplyStatus::stored(2), ReplyStatus::Waiting);
    }

    #[test]
    fn only_answered_tickets_that_rested_a_day_are_stale() {
        let answered = Ticket {
            reply_status: ReplyStatus::Answered,
            last_reply_by: Some(STAFF),
            updated_at: UnixSeconds::new(1_000),
            ..a_ticket(1, OWNER)
        };
        let now = |seconds| UnixSeconds::new(1_000 + seconds);
        assert!(answered.is_stale(now(DAY)));
        assert!(!answered.is_stale(now(DAY - 1)));
        for spoiled in [
            Ticket {
                status: TicketStatus::Closed,
                ..answered.clone()
            },
            Ticket {
                reply_status: ReplyStatus::Waiting,
                ..answered.clone()
            },
            Ticket {
                last_reply_by: Some(OWNER),
                ..answered.clone()
            },
        ] {
            assert!(!spoiled.is_stale(now(DAY)), "{spoiled:?}");
        }
        let unknown = Ticket {
            last_reply_by: None,
            ..answered
        };
        assert!(unknown.is_stale(now(DAY)));
    }

    #[test]
    fn the_author_decides_who_is_to_write_next() {
        let ticket = a_ticket(1, OWNER);
        assert_eq!(ticket.after_message_of(OWNER), ReplyStatus::Waiting);
        assert_eq!(ticket.after_message_of(STAFF), ReplyStatus::Answered);
        assert_eq!(
            ticket.clone().owned_by(STAFF),
            Err(TicketError::TicketMissing)
        );
        assert_eq!(ticket.clone().owned_by(OWNER), Ok(ticket));
    }
}
