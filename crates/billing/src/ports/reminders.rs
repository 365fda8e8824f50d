use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use crate::ReminderSubject;

/// Who may have to be reminded (columns of `v2_user`).
#[async_trait]
pub trait ReminderRepository: Send {
    /// Users after the user `after`, by number, so many at most, among them all who are to be
    /// reminded at `now`; none who is suspended or wants no reminder. An empty answer means that there
    /// are no more.
    async fn list_reminder_subjects(
        &mut self,
        now: UnixSeconds,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<ReminderSubject>, StoreError>;
}
