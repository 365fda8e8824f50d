//! Notices to those whose subscription or traffic is about to end, and to other programs.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ferroboard_attempts::CounterName;
use ferroboard_billing::{Reminder, ReminderPolicy, ReminderScope, ReminderSubject};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{Seconds, UnixSeconds, UserId};
use ferroboard_mail::{NoticeChoice, NoticeKind, NoticeRoutes};

use crate::process::Core;
use crate::support::customer_notices::{Notices, Reader};
use crate::transaction::transact;
use crate::{Error, Job, UnitOfWork, policies};

/// How many users one transaction looks at.
const BATCH: u32 = 500;
/// How far back traffic is looked at by a run that comes often: more than the pause between two of them.
const RECENT_TRAFFIC: Seconds = Seconds::hours(6);
/// How long before its end other programs are told that a subscription ends.
const BEFORE_END: Seconds = Seconds::days(1);

/// For how long it is remembered what was told: each mark is of one of these.
const WINDOWS: [Seconds; 3] = [
    Reminder::END_MARKED,
    Reminder::PERIOD_MARKED,
    Reminder::DAILY_MARKED,
];

/// Which reminders a run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReminderRun {
    /// All of them, whoever used traffic when; once a day, as Xboard does.
    Daily,
    /// Those that the operator has set, and what other programs are told of what has ended.
    Prompt,
}

/// What remembers that something was told, and until when.
type Mark = (CounterName, UnixSeconds);

/// What is due to one user.
struct Due {
    mark: Mark,
    /// What nobody needs to be told any more behind this.
    settled: Vec<Mark>,
    window: Seconds,
    event: Option<NewEvent>,
    notice: Option<(Reader, NoticeRoutes, Reminder)>,
}

impl Due {
    /// Other programs alone are told.
    fn event(mark: Mark, window: Seconds, event: NewEvent) -> Self {
        Self {
            mark,
            settled: Vec::new(),
            window,
            event: Some(event),
            notice: None,
        }
    }

    fn marks(&self) -> impl Iterator<Item = &Mark> {
        std::iter::once(&self.mark).chain(&self.settled)
    }
}

/// One run, as it was begun.
struct Plan {
    run: ReminderRun,
    policy: ReminderPolicy,
    scope: ReminderScope,
}

pub(crate) struct Reminders(pub(crate) Arc<Core>);

impl Reminders {
    /// Queues the notices that are due; how many. Each is queued together with the mark that it was, so that a
    /// run that is broken off and begun again tells nobody twice.
    pub(crate) async fn run(&self, run: ReminderRun) -> Result<u64, Error> {
        let (settings, now) = (self.0.site.current(), self.0.ports.clock.now());
        let (policy, counted) = match run {
            ReminderRun::Daily => (policies::reminders(&settings), None),
            ReminderRun::Prompt => {
                let counted = (now.minus(RECENT_TRAFFIC), now.latest_start());
                (policies::prompt_reminders(&settings), Some(counted))
            }
        };
        let mut sent = 0;
        for scope in [policy.ending(now), policy.using(counted)] {
            let policy = policy.clone();
            sent += self.look_through(&Plan { run, policy, scope }).await?;
        }
        Ok(sent)
    }

    async fn look_through(&self, plan: &Plan) -> Result<u64, Error> {
        let mut sent = 0;
        let mut after: Option<UserId> = None;
        loop {
            let (last, count) = transact!(self.0.ports.store, |tx| self
                .tell_within(tx, plan, after)
                .await?)?;
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

    /// The last user who was looked at, and how many notices were queued.
    async fn tell_within(
        &self,
        tx: &mut dyn UnitOfWork,
        plan: &Plan,
        after: Option<UserId>,
    ) -> Result<(Option<UserId>, u64), Error> {
        let now = self.0.ports.clock.now();
        // Two processes must not find the same marks missing.
        tx.lock_job(Job::RemindMail.name()).await?;
        let subjects = tx.list_reminder_subjects(plan.scope, after, BATCH).await?;
        let last = subjects.last().map(|subject| subject.user);
        let users: Vec<UserId> = subjects.iter().map(|subject| subject.user).collect();
        let choices = tx.list_notice_choices(&users).await?;
        let choices: HashMap<UserId, NoticeChoice> = choices.into_iter().collect();
        let mut due = Vec::new();
        for subject in &subjects {
            let choice = choices.get(&subject.user).copied().unwrap_or_default();
            due.extend(self.reminder(plan, subject, choice, now));
            due.extend(ended(plan, subject, now));
        }
        let mut notices = Notices::default();
        let mut sent = 0;
        for untold in untold(tx, due, now).await? {
            if let Some(event) = untold.event {
                tx.tell(event);
            }
            if let Some((reader, routes, reminder)) = untold.notice {
                let words = self.0.reminder_words(reminder);
                self.0.route(&mut notices, &reader, routes, words);
                sent += 1;
            }
        }
        notices.queue(tx, now).await?;
        Ok((last, sent))
    }

    /// The reminder that is due to a user, where it goes anywhere.
    fn reminder(
        &self,
        plan: &Plan,
        subject: &ReminderSubject,
        choice: NoticeChoice,
        now: UnixSeconds,
    ) -> Option<Due> {
        let (reminder, kind) = match plan.scope {
            ReminderScope::Ending { .. } => (plan.policy.expiry(subject, now)?, NoticeKind::Expiry),
            ReminderScope::Using { .. } => {
                (plan.policy.traffic(subject, now)?, NoticeKind::Traffic)
            }
        };
        let chat = self.0.reachable_chat(subject.chat);
        let mut routes = choice.routes(kind, chat.is_some());
        routes.mail &= self.0.site.current().email.remind_mail_enable;
        if routes.is_empty() {
            return None;
        }
        let settled = plan.policy.settled_by(reminder).into_iter().skip(1);
        let user = subject.user;
        let reader = Reader {
            user,
            email: subject.email.clone(),
            chat,
        };
        Some(Due {
            mark: mark(user, reminder, now),
            settled: settled.map(|other| mark(user, other, now)).collect(),
            window: window(reminder),
            event: event(subject, reminder, now),
            notice: Some((reader, routes, reminder)),
        })
    }
}

/// What other programs are told beside a reminder.
fn event(subject: &ReminderSubject, reminder: Reminder, now: UnixSeconds) -> Option<NewEvent> {
    let about = |kind, end| NewEvent::about_subscription(kind, subject.user, end, now);
    match reminder {
        Reminder::Expiry { end, .. } => {
            let is_near = end > now && end < now.plus(BEFORE_END);
            is_near.then(|| about(EventKind::SubscriptionExpiring, Some(end)))
        }
        Reminder::Traffic { percent: 100, .. } => None,
        Reminder::Traffic { .. } | Reminder::DailyTraffic => {
            Some(about(EventKind::SubscriptionTrafficLow, None))
        }
    }
}

/// What other programs are told of a subscription that has ended, or of traffic that is used up, whether or not its
/// owner wants to know. Traffic that was used up long ago is no news.
fn ended(plan: &Plan, subject: &ReminderSubject, now: UnixSeconds) -> Option<Due> {
    let user = subject.user;
    let about = |kind| NewEvent::about_subscription(kind, user, subject.expired_at, now);
    match plan.scope {
        ReminderScope::Ending { .. } => {
            let end = subject.expired_at.filter(|_| subject.ended_lately(now))?;
            let until = end.plus(Reminder::AFTER_END);
            let mark = (CounterName::end_told(user, end), until);
            let event = about(EventKind::SubscriptionExpired);
            Some(Due::event(mark, Reminder::END_MARKED, event))
        }
        ReminderScope::Using { .. } => {
            let is_news = plan.run == ReminderRun::Prompt && subject.has_used(100);
            let period = subject.period();
            let name = CounterName::exhaustion_told(user, period.since, period.quota);
            let mark = (name, now.plus(Reminder::PERIOD_MARKED));
            let event = about(EventKind::SubscriptionTrafficExhausted);
            is_news.then(|| Due::event(mark, Reminder::PERIOD_MARKED, event))
        }
    }
}

/// What remembers that a user was reminded, and until when.
fn mark(user: UserId, reminder: Reminder, now: UnixSeconds) -> Mark {
    match reminder {
        Reminder::Expiry { end, days: 1 } => (CounterName::expiry_reminder(user, end), end),
        Reminder::Expiry { end, days } => {
            let name = CounterName::expiry_reminder_before(user, end, days);
            (name, end.plus(Reminder::AFTER_END))
        }
        Reminder::Traffic { percent, period } => {
            let (since, quota) = (period.since, period.quota);
            let name = CounterName::traffic_reminder_at(user, percent, since, quota);
            (name, now.plus(Reminder::PERIOD_MARKED))
        }
        Reminder::DailyTraffic => {
            let until = now.plus(Reminder::DAILY_MARKED);
            (CounterName::traffic_reminder(user), until)
        }
    }
}

const fn window(reminder: Reminder) -> Seconds {
    match reminder {
        Reminder::Expiry { .. } => Reminder::END_MARKED,
        Reminder::Traffic { .. } => Reminder::PERIOD_MARKED,
        Reminder::DailyTraffic => Reminder::DAILY_MARKED,
    }
}

/// What of it was not told before; it is marked as told.
async fn untold(
    tx: &mut dyn UnitOfWork,
    mut due: Vec<Due>,
    now: UnixSeconds,
) -> Result<Vec<Due>, Error> {
    for window in WINDOWS {
        let of_window = due.iter().filter(|due| due.window == window);
        let names: Vec<CounterName> = of_window
            .flat_map(Due::marks)
            .map(|(name, _)| name.clone())
            .collect();
        if names.is_empty() {
            continue;
        }
        let known = tx.list_counters(&names, window, now).await?;
        let known: HashSet<CounterName> = known.into_iter().collect();
        due.retain(|due| due.window != window || !known.contains(&due.mark.0));
        let of_window = due.iter().filter(|due| due.window == window);
        let new: Vec<Mark> = of_window
            .flat_map(Due::marks)
            .filter(|(name, _)| !known.contains(name))
            .cloned()
            .collect();
        tx.insert_counters(&new, window, now).await?;
    }
    Ok(due)
}
