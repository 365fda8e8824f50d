//! Mails to those whose subscription or traffic is about to end.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferroboard_attempts::CounterName;
use ferroboard_billing::{Reminder, ReminderSubject};
use ferroboard_kernel::{UnixSeconds, UserId};
use ferroboard_mail::{NewMail, TemplateName};

use crate::process::Core;
use crate::transaction::transact;
use crate::{Error, Job, UnitOfWork};

/// How many users one transaction looks at.
const BATCH: u32 = 500;

/// A reminder that is due, and how it is remembered that it was sent.
struct Due {
    mail: NewMail,
    mark: CounterName,
    until: UnixSeconds,
}

pub(crate) struct Reminders(pub(crate) Arc<Core>);

impl Reminders {
    /// Queues the mails that are due, where the site wants them; how many. Each is queued together
    /// with the mark that it was, so that a run that is broken off and begun again mails nobody
    /// twice.
    pub(crate) async fn send(&self) -> Result<u64, Error> {
        if !self.0.site.current().email.remind_mail_enable {
            return Ok(0);
        }
        let mut sent = 0;
        let mut after: Option<UserId> = None;
        loop {
            let (last, count) =
                transact!(self.0.ports.store, |tx| self.send_within(tx, after).await?)?;
            if count > 0 {
                self.0.mail_queued.notify_one();
            }
            sent += count;
            if last.is_none() {
                return Ok(sent);
            }
            after = last;
        }
    }

    /// The last user who was looked at, and how many mails were queued.
    async fn send_within(
        &self,
        tx: &mut dyn UnitOfWork,
        after: Option<UserId>,
    ) -> Result<(Option<UserId>, u64), Error> {
        let now = self.0.ports.clock.now();
        // Two processes must not find the same marks missing.
        tx.lock_job(Job::RemindMail.name()).await?;
        let subjects = tx.list_reminder_subjects(now, after, BATCH).await?;
        let last = subjects.last().map(|subject| subject.user);
        let due = subjects.iter().flat_map(|subject| {
            let reminders = subject.due(now).into_iter();
            reminders.map(|reminder| self.due(subject, reminder, now))
        });
        let mut due: Vec<Due> = due.collect();
        let marks: Vec<CounterName> = due.iter().map(|due| due.mark.clone()).collect();
        let sent = tx.list_counters(&marks, Reminder::MARKED, now).await?;
        due.retain(|due| !sent.contains(&due.mark));
        let marks: Vec<(CounterName, UnixSeconds)> = due
            .iter()
            .map(|due| (due.mark.clone(), due.until))
            .collect();
        tx.insert_counters(&marks, Reminder::MARKED, now).await?;
        let mails: Vec<NewMail> = due.into_iter().map(|due| due.mail).collect();
        tx.insert_mails(&mails, now).await?;
        Ok((last, u64::try_from(mails.len()).unwrap_or(u64::MAX)))
    }

    fn due(&self, subject: &ReminderSubject, reminder: Reminder, now: UnixSeconds) -> Due {
        let site = &self.0.site.current().site;
        let name = site.app_name.clone();
        let (template, text) = match reminder {
            Reminder::Expiry(_) => (
                TemplateName::RemindExpire,
                format!("Your service at {name} ends soon"),
            ),
            Reminder::Traffic => (
                TemplateName::RemindTraffic,
                format!("80% of your traffic at {name} is used"),
            ),
        };
        let (mark, until) = match reminder {
            Reminder::Expiry(end) => (CounterName::expiry_reminder(subject.user, end), end),
            Reminder::Traffic => (
                CounterName::traffic_reminder(subject.user),
                now.plus(Reminder::TRAFFIC_PAUSE),
            ),
        };
        let url = site.app_url.clone().unwrap_or_default();
        let values = BTreeMap::from([("name".to_owned(), name), ("url".to_owned(), url)]);
        Due {
            mail: NewMail {
                to: subject.email.clone(),
                subject: text,
                template,
                values,
            },
            mark,
            until,
        }
    }
}
