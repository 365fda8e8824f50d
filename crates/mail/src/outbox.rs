//! The life of a queued message: waiting → sending (leased) → sent, or waiting again, or failed.

use ferroboard_kernel::{MailId, Seconds, UnixSeconds};

use crate::NewMail;

/// A message taken from the outbox for one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMail {
    /// The row.
    pub id: MailId,
    /// What to send.
    pub mail: NewMail,
    /// How many attempts were made before this one.
    pub attempts: i64,
    /// Until when this attempt holds the message; the key of every later change.
    pub leased_until: UnixSeconds,
}

/// What follows a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Try again at this time.
    RetryAt(UnixSeconds),
    /// Give up: the message stays in the outbox as failed, for people to see.
    GiveUp,
}

/// How many attempts a message gets.
const MAX_ATTEMPTS: i64 = 6;

/// The longest pause between two attempts: no message waits longer than this.
pub const LONGEST_PAUSE: Seconds = Seconds::hours(2);

/// What follows when the attempt after `attempts` earlier ones failed: 10 s, 1 min, 5 min, 30 min and
/// 2 h later another one, then none.
pub fn after_failure(attempts: i64, now: UnixSeconds) -> Attempt {
    let pause = match attempts {
        _ if attempts + 1 >= MAX_ATTEMPTS => return Attempt::GiveUp,
        0 => Seconds::new(10),
        1 => Seconds::minutes(1),
        2 => Seconds::minutes(5),
        3 => Seconds::minutes(30),
        _ => LONGEST_PAUSE,
    };
    Attempt::RetryAt(now.plus(pause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_attempts_end() {
        let now = UnixSeconds::new(1_000);
        let mut last = now;
        for attempts in 0..MAX_ATTEMPTS - 1 {
            let Attempt::RetryAt(at) = after_failure(attempts, now) else {
                panic!("gave up after {attempts} attempts")
            };
            assert!(at > last);
            last = at;
        }
        assert_eq!(after_failure(MAX_ATTEMPTS - 1, now), Attempt::GiveUp);
    }
}
