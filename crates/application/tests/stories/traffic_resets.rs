use ferroboard_application::{Job, JobOutcome};
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_billing::{BillingError, Plan, ResetMethod, ResetSource, Subscription};
use ferroboard_kernel::{Clock as _, PlanId, Seconds, UnixSeconds, UserId, Zone};

use crate::Panel;

/// 2025-01-01 00:00 in Shanghai.
const NEW_YEAR: UnixSeconds = UnixSeconds::new(1_735_660_800);
const FEBRUARY: UnixSeconds = NEW_YEAR.plus(Seconds::days(31));
const DAY: Seconds = Seconds::days(1);

impl Panel {
    /// A panel with plan 1, which is reset by this method.
    async fn resetting(method: Option<ResetMethod>, settings: &[(&str, &str)]) -> Self {
        let panel = Self::with_settings(settings).await;
        panel.fakes.clock.set(NEW_YEAR);
        let plan = Plan {
            reset_method: method,
            ..a_plan(1)
        };
        panel
            .fakes
            .store
            .write(|tables| tables.billing.plans.insert(plan.id, plan));
        panel
    }

    /// A user of plan 1 who used 7 bytes.
    async fn subscriber(&self, email: &str, next_reset_at: Option<UnixSeconds>) -> UserId {
        let session = self.register(email).await.unwrap().token;
        let user = self.who(&session).await.unwrap();
        let subscription = Subscription {
            next_reset_at,
            ..a_subscription(NEW_YEAR.plus(Seconds::days(400)))
        };
        self.fakes.store.write(|tables| {
            let row = &mut tables.user(user).billing;
            row.subscribe(&subscription);
            (row.upload, row.download) = (3, 4);
        });
        user
    }

    /// Bytes used, number of resets, next reset.
    fn traffic(&self, user: UserId) -> (i64, i64, Option<UnixSeconds>) {
        self.fakes.store.read(|tables| {
            let row = &tables.users[&user].billing;
            let next = row.subscription().unwrap().next_reset_at;
            (row.upload + row.download, row.reset_count, next)
        })
    }

    fn sources(&self) -> Vec<ResetSource> {
        self.fakes.store.read(|tables| {
            let rows = tables.billing.resets.iter();
            rows.map(|row| row.reset.source).collect()
        })
    }

    async fn run(&self, job: Job) -> u64 {
        match self.app.jobs.run(job).await {
            Ok(JobOutcome::Done(rows)) => rows,
            other => panic!("{job:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_job_resets_whose_time_has_come_and_knows_the_next_time() {
    let panel = Panel::resetting(Some(ResetMethod::FirstDayOfMonth), &[]).await;
    let due = panel.subscriber("due@demo.test", Some(NEW_YEAR)).await;
    let later = NEW_YEAR.plus(Seconds::new(1));
    let waiting = panel.subscriber("waiting@demo.test", Some(later)).await;
    assert_eq!(panel.run(Job::ResetTraffic).await, 1);
    assert_eq!(panel.traffic(due), (0, 1, Some(FEBRUARY)));
    assert_eq!(panel.traffic(waiting), (7, 0, Some(later)));
    assert_eq!(panel.run(Job::ResetTraffic).await, 0);
    assert_eq!(panel.sources(), [ResetSource::Cron]);
    let last = panel
        .fakes
        .store
        .read(|tables| tables.panel.user_changes.last().copied());
    assert_eq!(last.unwrap().user, due, "nodes hear of it");
}

#[tokio::test]
async fn a_crowd_is_reset_in_batches_each_user_once() {
    let panel = Panel::resetting(Some(ResetMethod::Monthly), &[]).await;
    let first = panel.subscriber("first@demo.test", Some(NEW_YEAR)).await;
    // Far more than one batch.
    panel.fakes.store.write(|tables| {
        let row = tables.users[&first].clone();
        for number in 1_000..1_700 {
            let user = UserId::new(number);
            let mut row = row.clone();
            row.auth.account.id = user;
            tables.users.insert(user, row);
        }
    });
    let (one, other) = tokio::join!(
        panel.app.jobs.run(Job::ResetTraffic),
        panel.app.jobs.run(Job::ResetTraffic)
    );
    let done = |outcome: &Result<JobOutcome, _>| *outcome == Ok(JobOutcome::Done(701));
    assert!(done(&one) || done(&other), "{one:?} {other:?}");
    assert_eq!(panel.sources().len(), 701);
    panel.fakes.store.read(|tables| {
        assert!(
            tables
                .users
                .values()
                .all(|row| row.billing.reset_count == 1)
        );
    });
}

#[tokio::test]
async fn whoever_looks_first_is_reset_at_once() {
    let panel = Panel::resetting(Some(ResetMethod::FirstDayOfMonth), &[]).await;
    let user = panel.subscriber("due@demo.test", Some(NEW_YEAR)).await;
    let look = || async {
        let store = panel.fakes.ports().store;
        let account = store.find_account_view(user).await.unwrap().unwrap();
        panel.app.traffic_resets.on_access(account).await
    };
    panel.fakes.clock.set(NEW_YEAR.minus(Seconds::new(1)));
    assert_eq!(look().await.upload, 3);
    panel.fakes.clock.set(NEW_YEAR);
    let (first, second) = tokio::join!(look(), look());
    assert_eq!((first.upload, second.upload), (0, 0));
    assert_eq!(first.next_reset_at, Some(FEBRUARY));
    assert_eq!(panel.sources(), [ResetSource::UserAccess]);
    assert_eq!(panel.run(Job::ResetTraffic).await, 0);
}

#[tokio::test]
async fn missing_and_wrong_times_are_mended_on_request() {
    let panel = Panel::resetting(Some(ResetMethod::FirstDayOfMonth), &[]).await;
    let without = panel.subscriber("without@demo.test", None).await;
    let wrong_time = FEBRUARY.plus(DAY);
    let wrong = panel.subscriber("wrong@demo.test", Some(wrong_time)).await;
    let due = panel.subscriber("due@demo.test", Some(NEW_YEAR)).await;
    assert_eq!(panel.run(Job::ScheduleMissingResets).await, 1);
    assert_eq!(panel.traffic(without), (7, 0, Some(FEBRUARY)));
    assert_eq!(panel.traffic(wrong), (7, 0, Some(wrong_time)));
    assert_eq!(panel.run(Job::ScheduleAllResets).await, 1);
    assert_eq!(panel.traffic(wrong), (7, 0, Some(FEBRUARY)));
    // What has come is not put off.
    assert_eq!(panel.traffic(due), (7, 0, Some(NEW_YEAR)));
}

#[tokio::test]
async fn resets_are_planned_anew_behind_a_clock_that_was_ahead() {
    let panel = Panel::resetting(Some(ResetMethod::FirstDayOfMonth), &[]).await;
    let user = panel.subscriber("ann@demo.test", Some(FEBRUARY)).await;
    panel.fakes.clock.set(FEBRUARY);
    assert_eq!(panel.run(Job::ResetTraffic).await, 1);
    let march = FEBRUARY.plus(Seconds::days(28));
    assert_eq!(panel.traffic(user), (0, 1, Some(march)));
    panel.fakes.clock.set(NEW_YEAR);
    assert_eq!(panel.run(Job::ResetTraffic).await, 0);
    assert_eq!(panel.traffic(user), (0, 1, Some(FEBRUARY)));
}

#[tokio::test]
async fn a_changed_rule_is_followed_whoever_changed_it() {
    let panel = Panel::resetting(None, &[("reset_traffic_method", "0")]).await;
    let user = panel.subscriber("ann@demo.test", None).await;
    let change = async |site: &str, plan: Option<ResetMethod>| {
        panel.fakes.store.write(|tables| {
            let row = ("reset_traffic_method".to_owned(), Some(site.to_owned()));
            tables.site.settings.extend([row]);
            let plan_row = tables.billing.plans.get_mut(&PlanId::new(1)).unwrap();
            plan_row.reset_method = plan;
        });
        panel.app.site().refresh().await.unwrap();
        panel.run(Job::FollowResetRules).await
    };
    assert_eq!(change("0", None).await, 1);
    assert_eq!(panel.traffic(user).2, Some(FEBRUARY));
    assert_eq!(change("0", None).await, 0);
    assert_eq!(change("2", None).await, 1);
    assert_eq!(panel.traffic(user).2, None);
    // The same in another way.
    assert_eq!(change("0", Some(ResetMethod::Never)).await, 0);
    assert_eq!(change("2", Some(ResetMethod::FirstDayOfYear)).await, 1);
    let next_year = NEW_YEAR.plus(Seconds::days(365));
    assert_eq!(panel.traffic(user).2, Some(next_year));
    assert_eq!(panel.traffic(user).0, 7, "nothing was counted anew");
    assert_eq!(panel.fakes.clock.now(), NEW_YEAR);
}

#[tokio::test]
async fn the_next_period_begins_once_where_the_traffic_is_used_up() {
    let panel = Panel::resetting(Some(ResetMethod::Monthly), &[("allow_new_period", "1")]).await;
    let user = panel.subscriber("ann@demo.test", Some(FEBRUARY)).await;
    let begin = || panel.app.traffic_resets.begin_next_period(user);
    assert_eq!(begin().await, Err(BillingError::TrafficLeft.into()));
    panel.fakes.store.write(|tables| {
        let row = &mut tables.user(user).billing;
        row.download = row.transfer_enable;
    });
    let (one, other) = tokio::join!(begin(), begin());
    let done = [&one, &other].into_iter().filter(|begun| begun.is_ok());
    assert_eq!(done.count(), 1, "{one:?} {other:?}");
    let ends = NEW_YEAR.plus(Seconds::days(370));
    let next = ResetMethod::Monthly.next_reset(Some(ends), NEW_YEAR, Zone::default());
    assert_eq!(panel.traffic(user), (0, 1, next));
    assert_eq!(panel.sources(), [ResetSource::NewPeriod]);
    let (stored, last) = panel.fakes.store.read(|tables| {
        let last = tables.panel.user_changes.last().copied();
        (tables.users[&user].billing.expired_at, last)
    });
    assert_eq!(stored, Some(ends));
    assert_eq!(last.unwrap().user, user, "nodes hear of it");
}

#[tokio::test]
async fn no_period_begins_early_where_the_site_does_not_say_so() {
    let panel = Panel::resetting(Some(ResetMethod::Monthly), &[]).await;
    let user = panel.subscriber("ann@demo.test", Some(FEBRUARY)).await;
    let refused = panel.app.traffic_resets.begin_next_period(user).await;
    assert_eq!(refused, Err(BillingError::EarlyPeriodClosed.into()));
}
