//! Bans, mails, resets and tables of many users.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ferroboard_audit::AuditChange;
use ferroboard_billing::TrafficService;
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Email, UnixSeconds, UserId, Zone};
use ferroboard_mail::NewMail;
use serde_json::{Value, json};
use tracing::Instrument as _;

use super::access::ban;
use super::columns::{ListedUser, UserView};
use super::error::UserRefused;
use super::list::Users;
use super::scope::UserScope;
use super::tasks::{UserTask, UserWork};
use crate::administration::audit::change::change;
use crate::process::Core;
use crate::transaction::{look, transact};
use crate::{Change, Error, UnitOfWork, policies};

/// How many users one transaction is about.
const BATCH: u32 = 500;
/// How many mails one statement queues: databases take no statement of any size.
const MAILS_OF_AN_INSERT: usize = 100;
/// What the outbox holds of the values of a mail, in bytes of JSON.
const MOST_VALUES: usize = 65_535;
/// How long who asked for it waits for the end; it goes on by itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bans, mails and resets of many users.
pub struct UserTasks(pub(crate) Arc<Core>);

impl UserTasks {
    /// Begins what is to be done with many users and goes on with it until it has ended, or by itself
    /// where that takes long. The change says what was begun; its batches are not a part of it.
    pub async fn run(&self, work: UserWork, scope: UserScope, change: Change) -> Result<(), Error> {
        let admin = change.admin();
        let id = change!(change, |tx| {
            let now = tx.find_time().await?;
            let holder = self.0.options.process_name.as_str();
            let task = UserTask::new(work.clone(), scope.clone(), admin, holder, now);
            let id = tx.insert_user_task(&task).await?;
            (id, AuditChange::of("users", Value::Null, scope.to_json()))
        })?;
        let tasks = Self(Arc::clone(&self.0));
        let going_on = async move { tasks.go_on(id).await };
        let going_on = tokio::spawn(going_on.in_current_span());
        match tokio::time::timeout(PATIENCE, going_on).await {
            Ok(Ok(outcome)) => outcome.map(drop),
            Ok(Err(ended)) => Err(Error::Internal(format!("a task ended early: {ended}"))),
            Err(_) => Ok(()),
        }
    }

    /// Goes on with what a process left behind; with how many users something was done.
    pub(crate) async fn resume(&self) -> Result<u64, Error> {
        let mut done = 0_i64;
        let open = look!(self.0.ports.store, |tx| tx.list_open_user_tasks().await?)?;
        for id in open {
            if self.take_over(id).await? {
                done = done.saturating_add(self.go_on(id).await?);
            }
        }
        Ok(u64::try_from(done).unwrap_or(0))
    }

    async fn take_over(&self, id: i64) -> Result<bool, Error> {
        transact!(self.0.ports.store, |tx| {
            let task = tx.lock_user_task(id).await?;
            let now = tx.find_time().await?;
            match task.filter(|task| task.finished_at.is_none() && !task.is_held_at(now)) {
                Some(task) => {
                    let holder = self.0.options.process_name.as_str();
                    tx.update_user_task(&task.held_by(holder, now)).await?;
                    true
                }
                None => false,
            }
        })
    }

    /// Batch after batch, until none is left; with how many users something was done.
    async fn go_on(&self, id: i64) -> Result<i64, Error> {
        loop {
            let task = transact!(self.0.ports.store, |tx| {
                let task = tx.lock_user_task(id).await?;
                self.held(task)?
            })?;
            if task.finished_at.is_some() {
                return Ok(task.done);
            }
            let store = self.0.ports.store.admin()?;
            let users = store.list_users_after(&task.scope, task.position, BATCH);
            let users = users.await?;
            transact!(self.0.ports.store, |tx| self
                .batch(tx, &task, &users)
                .await?)?;
            if matches!(task.work, UserWork::Mail { .. }) {
                self.0.mail_queued.notify_one();
            }
        }
    }

    /// The task, which this process must hold: the lease may have run out meanwhile.
    fn held(&self, task: Option<UserTask>) -> Result<UserTask, Error> {
        let held = task.filter(|task| task.holder == self.0.options.process_name);
        Ok(held.ok_or(UserRefused::WorkedElsewhere)?)
    }

    async fn batch(
        &self,
        tx: &mut dyn UnitOfWork,
        seen: &UserTask,
        users: &[UserView],
    ) -> Result<(), Error> {
        let task = tx.lock_user_task(seen.id).await?;
        let mut task = self.held(task)?;
        if task.position != seen.position || task.finished_at.is_some() {
            return Err(UserRefused::WorkedElsewhere.into());
        }
        let now = tx.find_time().await?;
        let done = match &task.work {
            UserWork::Ban => {
                let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
                ban(tx, &ids, self.0.ports.clock.now()).await?.len()
            }
            UserWork::Reset => {
                let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
                let policy = policies::billing(&self.0.site.current(), self.0.options.zone);
                let now = self.0.ports.clock.now();
                let reset = TrafficService.reset_all_by_hand(tx, &ids, &policy, now);
                let reset = reset.await?;
                for user in &reset {
                    let kind = EventKind::SubscriptionTrafficReset;
                    tx.tell(NewEvent::about_subscription(kind, *user, None, now));
                }
                reset.len()
            }
            UserWork::Mail { subject, content } => {
                let now = self.0.ports.clock.now();
                for users in users.chunks(MAILS_OF_AN_INSERT) {
                    let mails = users.iter().map(|user| self.mail(user, subject, content));
                    let mails: Vec<NewMail> = mails.map(fitted).collect();
                    tx.insert_mails(&mails, now).await?;
                }
                users.len()
            }
        };
        task.done = task.done.saturating_add(i64::try_from(done).unwrap_or(0));
        match users.last() {
            Some(last) => task.position = Some(last.id),
            None => task.finished_at = Some(now),
        }
        let holder = task.holder.clone();
        tx.update_user_task(&task.held_by(&holder, now)).await?;
        Ok(())
    }

    /// What an administrator wrote, with the user's own values. It is a plain text: whatever stands in it
    /// is escaped when it is sent.
    fn mail(&self, user: &UserView, subject: &str, content: &str) -> NewMail {
        let (to, now) = (Email::stored(&user.email), self.0.ports.clock.now());
        let site = &self.0.site.current().site;
        let zone = self.0.options.zone;
        let mail = self.0.notice(to, subject.to_owned(), content.to_owned());
        mail.expanded(&BTreeMap::from([
            ("app.name".to_owned(), site.app_name.clone()),
            (
                "app.url".to_owned(),
                site.app_url.clone().unwrap_or_default(),
            ),
            ("now".to_owned(), told(now, zone)),
            ("user.id".to_owned(), user.id.to_string()),
            ("user.email".to_owned(), user.email.clone()),
            ("user.uuid".to_owned(), user.uuid.clone()),
            (
                "user.plan_name".to_owned(),
                user.plan_name.clone().unwrap_or_default(),
            ),
            (
                "user.expired_at".to_owned(),
                user.ends_at().map_or_else(String::new, |at| told(at, zone)),
            ),
            (
                "user.transfer_enable".to_owned(),
                user.transfer_enable.to_string(),
            ),
            ("user.transfer_used".to_owned(), user.used().to_string()),
            ("user.transfer_left".to_owned(), user.left().to_string()),
        ]))
    }
}

/// The mail as the outbox holds it. The user's own values may have made it longer than it was written, and one
/// that does not fit would hold up all that come after it: its end is cut off.
fn fitted(mut mail: NewMail) -> NewMail {
    let over = json!(mail.values).to_string().len();
    let over = over.saturating_sub(MOST_VALUES);
    if over > 0
        && let Some(content) = mail.values.get_mut("content")
    {
        // A byte of a text is at least one of JSON.
        let mut end = content.len().saturating_sub(over);
        while !content.is_char_boundary(end) {
            end -= 1;
        }
        content.truncate(end);
    }
    mail
}

/// A time as people read it.
fn told(at: UnixSeconds, zone: Zone) -> String {
    zone.wall_clock(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

impl Users {
    /// The zone in which administrators read times.
    pub fn zone(&self) -> Zone {
        self.0.options.zone
    }

    /// What time it is.
    pub fn now(&self) -> UnixSeconds {
        self.0.ports.clock.now()
    }

    /// The first users of the scope after this one, for a table that is written while it is read.
    pub async fn export(
        &self,
        scope: &UserScope,
        after: Option<UserId>,
        root: &str,
    ) -> Result<Vec<ListedUser>, Error> {
        let store = self.0.ports.store.admin()?;
        let users = store.list_users_after(scope, after, BATCH).await?;
        let listed = users.into_iter().map(|user| self.listed(user, root));
        Ok(listed.collect())
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_mail::TemplateName;

    use super::*;

    #[test]
    fn a_mail_is_cut_to_what_the_outbox_holds() {
        let mail = |content: &str| NewMail {
            to: Email::stored("a@b.test"),
            subject: "s".to_owned(),
            template: TemplateName::Notify,
            values: BTreeMap::from([("content".to_owned(), content.to_owned())]),
        };
        let frame = r#"{"content":""}"#.len();
        let whole = mail(&"x".repeat(MOST_VALUES - frame));
        assert_eq!(fitted(whole.clone()), whole);
        for text in ["x", "é", "\n", "\"", "字"] {
            let cut = fitted(mail(&text.repeat(MOST_VALUES)));
            let kept = &cut.values["content"];
            assert!(kept.len() < MOST_VALUES && text.repeat(MOST_VALUES).starts_with(kept));
            let stored = json!({ "content": kept }).to_string();
            assert!(stored.len() <= MOST_VALUES, "{text:?} {}", stored.len());
        }
    }
}
