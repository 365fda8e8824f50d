use async_trait::async_trait;
use ferroboard_kernel::{StoreError, UserId};

use crate::{ReminderScope, ReminderSubject};

/// Who may have to be reminded (columns of `v2_user`).
#[async_trait]
pub trait ReminderRepository: Send {
    /// Users of the scope after the user `after`, by number, so many at most; none who is suspended, and no
    /// shadow account. An empty answer means that there are no more.
    async fn list_reminder_subjects(
        &mut self,
        scope: ReminderScope,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<ReminderSubject>, StoreError>;
}
