//! Telling of users who have as many devices as their subscriptions allow.

use ferroboard_attempts::CounterName;
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Seconds, UnixSeconds, UserId};

use crate::{Error, UnitOfWork};

/// How long it is told of a user no more than once.
const PAUSE: Seconds = Seconds::hours(1);
/// How many users one statement is about.
const BATCH: usize = 500;

/// Tells of users whom a report of devices took to their limit, in the transaction that notes the devices: it has
/// their rows locked, so that of two reports at once one finds the mark of the other. Each once an hour, as
/// addresses come and go. Where nobody reached a limit there is no statement.
pub(crate) async fn tell_full(
    tx: &mut dyn UnitOfWork,
    users: &[UserId],
    now: UnixSeconds,
) -> Result<(), Error> {
    for batch in users.chunks(BATCH) {
        let marks: Vec<CounterName> = batch
            .iter()
            .map(|user| CounterName::full_devices(*user))
            .collect();
        let told = tx.list_counters(&marks, PAUSE, now).await?;
        let news: Vec<(UserId, CounterName)> = batch
            .iter()
            .copied()
            .zip(marks)
            .filter(|(_, mark)| !told.contains(mark))
            .collect();
        for (user, _) in &news {
            let kind = EventKind::DeviceLimitReached;
            tx.tell(NewEvent::about_user(kind, *user, now));
        }
        let marks: Vec<(CounterName, UnixSeconds)> = news
            .into_iter()
            .map(|(_, mark)| (mark, now.plus(PAUSE)))
            .collect();
        tx.insert_counters(&marks, PAUSE, now).await?;
    }
    Ok(())
}
