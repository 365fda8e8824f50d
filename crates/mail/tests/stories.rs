//! The life of a queued message, told over the tables in memory.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

use ferroboard_kernel::{Seconds, UnixSeconds};
use ferroboard_mail::testing::{HasMail as _, OutboxState, a_mail};
use ferroboard_mail::{Attempt, OutboxRepository as _, after_failure};
use ferroboard_testing::MemoryStore;

const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);
const LEASE: Seconds = Seconds::minutes(1);

#[tokio::test]
async fn a_server_that_never_accepts_is_tried_six_times() {
    let mut tx = MemoryStore::default().transaction().await.unwrap();
    tx.insert_mail(&a_mail("ann@demo.test"), NOW).await.unwrap();
    let mut now = NOW;
    let mut pauses = Vec::new();
    loop {
        let due = tx.lock_due_mails(10, now, LEASE).await.unwrap();
        assert_eq!(due.len(), 1);
        let retry_at = match after_failure(due[0].attempts, now) {
            Attempt::RetryAt(at) => Some(at),
            Attempt::GiveUp => None,
        };
        assert!(
            tx.move_mail_to_failed(&due[0], "refused", retry_at, now)
                .await
                .unwrap()
        );
        let Some(at) = retry_at else { break };
        let just_before = at.minus(Seconds::new(1));
        assert_eq!(tx.lock_due_mails(10, just_before, LEASE).await.unwrap(), []);
        pauses.push(at.since(now).get());
        now = at;
    }
    assert_eq!(pauses, [10, 60, 300, 1_800, 7_200]);
    let row = tx.mail().unwrap().outbox.values().next().cloned().unwrap();
    assert_eq!((row.state, row.attempts), (OutboxState::Failed, 6));
    assert!(
        row.mail.values.is_empty(),
        "a code lies around in a message that was given up"
    );
    let far = now.plus(Seconds::days(365));
    assert_eq!(tx.lock_due_mails(10, far, LEASE).await.unwrap(), []);
}
