//! What the panel does by itself, as the console shows it: mails, jobs, work on many users.

use ferroboard_listing::{Found, ListRequest};

use crate::{Error, JobState, LoggedMail, Status, UserTask, UserTasks};

impl Status {
    /// The mails that are asked for.
    pub async fn mails(&self, request: &ListRequest) -> Result<Found<LoggedMail>, Error> {
        Ok(self.0.ports.store.admin()?.list_mails(request).await?)
    }

    /// The state of every job that ever ran, by name.
    pub async fn jobs(&self) -> Result<Vec<(String, JobState)>, Error> {
        Ok(self.0.ports.store.admin()?.list_job_states().await?)
    }
}

impl UserTasks {
    /// The work on many users that is asked for.
    pub async fn list(&self, request: &ListRequest) -> Result<Found<UserTask>, Error> {
        let store = self.0.ports.store.admin()?;
        Ok(store.list_user_tasks(request).await?)
    }

    /// This work on many users, if there is such a one.
    pub async fn find(&self, id: i64) -> Result<Option<UserTask>, Error> {
        Ok(self.0.ports.store.admin()?.find_user_task(id).await?)
    }
}
