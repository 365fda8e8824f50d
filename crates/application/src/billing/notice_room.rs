//! How much is kept of notices that pay nothing.
//!
//! A notice that pays is kept whatever comes beside it. What anybody can send is not: refused ones, and true
//! ones that are sent again. There is room for so many and so many bytes, by payment method and day and by
//! method, client and hour, so that a flood from any number of addresses ends at a ceiling.

use ferroboard_attempts::{CounterName, Limit};
use ferroboard_auth::AuthTx;
use ferroboard_billing::NewNotice;
use ferroboard_kernel::{Seconds, UnixSeconds};

use crate::Error;
use crate::process::Core;

const DAY: Seconds = Seconds::days(1);
const HOUR: Seconds = Seconds::hours(1);
const MEBIBYTE: i64 = 1024 * 1024;

/// Which room a notice takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// That of notices that are not believed: nobody vouches for them.
    Refused,
    /// That of notices that the gateway vouches for and that pay nothing: reports of other things, and
    /// payments that were reported before. Whoever saw one can send it again.
    Spare,
}

/// How many notices and bytes there is room for.
struct Space {
    word: &'static str,
    by_method: Limit,
    bytes_by_method: Limit,
    by_client: Limit,
    bytes_by_client: Limit,
}

impl Room {
    fn space(self) -> Space {
        let limit = |count, window| Limit { count, window };
        match self {
            Self::Refused => Space {
                word: "refused",
                by_method: limit(1_000, DAY),
                bytes_by_method: limit(16 * MEBIBYTE, DAY),
                by_client: limit(60, HOUR),
                bytes_by_client: limit(MEBIBYTE, HOUR),
            },
            // A gateway has few addresses.
            Self::Spare => Space {
                word: "spare",
                by_method: limit(10_000, DAY),
                bytes_by_method: limit(64 * MEBIBYTE, DAY),
                by_client: limit(5_000, HOUR),
                bytes_by_client: limit(32 * MEBIBYTE, HOUR),
            },
        }
    }
}

/// What one notice takes of one counter.
struct Share {
    name: CounterName,
    amount: i64,
    limit: Limit,
}

/// What a notice takes, of the method's counters first: once they are full nothing is written for whatever
/// client comes.
fn shares(room: Room, notice: &NewNotice, client_ip: &str) -> [Share; 4] {
    let space = room.space();
    let (payment, at) = (notice.payment, notice.received_at);
    let size = i64::try_from(notice.raw.size()).unwrap_or(i64::MAX);
    let by_method = |what: &str| {
        let kind = format!("{}{what}", space.word);
        CounterName::kept_notices(&kind, payment, at)
    };
    let by_client = |what: &str| {
        let kind = format!("{}{what}", space.word);
        CounterName::kept_notices_from(&kind, payment, client_ip, at)
    };
    let share = |name, amount, limit| Share {
        name,
        amount,
        limit,
    };
    [
        share(by_method(""), 1, space.by_method),
        share(by_method("-bytes"), size, space.bytes_by_method),
        share(by_client(""), 1, space.by_client),
        share(by_client("-bytes"), size, space.bytes_by_client),
    ]
}

impl Core {
    /// Whether the method's room is full, without a transaction: what a flood comes to.
    pub(crate) async fn is_full(&self, room: Room, notice: &NewNotice) -> Result<bool, Error> {
        let space = room.space();
        let name = CounterName::kept_notices(space.word, notice.payment, notice.received_at);
        let (window, now) = (space.by_method.window, notice.received_at);
        let kept = self.ports.store.count_events(&name, window, now);
        Ok(kept.await? >= space.by_method.count)
    }

    /// Takes room for the notice; `false` when there is none, and then the transaction must be rolled
    /// back: some of the room may have been taken.
    pub(crate) async fn take_room(
        &self,
        tx: &mut dyn AuthTx,
        room: Room,
        notice: &NewNotice,
        client_ip: &str,
    ) -> Result<bool, Error> {
        let now: UnixSeconds = notice.received_at;
        for share in shares(room, notice, client_ip) {
            let window = share.limit.window;
            let taken = tx
                .update_counter_by(&share.name, share.amount, window, now)
                .await?;
            if taken > share.limit.count {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_billing::RawNotice;
    use ferroboard_kernel::PaymentId;

    use super::*;

    #[test]
    fn the_names_fit_the_table_and_differ() {
        let notice = NewNotice {
            payment: PaymentId::new(i64::MAX),
            raw: RawNotice::default(),
            received_at: UnixSeconds::new(4_000_000_000),
        };
        let long = "x".repeat(500);
        let rooms = [Room::Refused, Room::Spare];
        let all = rooms.map(|room| shares(room, &notice, &long));
        let names: Vec<_> = all.iter().flatten().map(|share| &share.name).collect();
        for (number, name) in names.iter().enumerate() {
            assert!(name.as_str().len() <= 191, "{name:?}");
            assert!(!names[number + 1..].contains(name), "{name:?}");
        }
    }
}
