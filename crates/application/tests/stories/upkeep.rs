use ferroboard_application::{Job, JobOutcome, TrafficLogView};
use ferroboard_auth::testing::{a_client, a_session};
use ferroboard_billing::testing::{KeptNotice, a_subscription};
use ferroboard_billing::{NewNotice, NoticeOutcome, RawNotice, Subscription};
use ferroboard_kernel::{Clock as _, NoticeId, PaymentId, Seconds, UnixSeconds, UserId};
use ferroboard_statistics::testing::NodeRecord;

use crate::Panel;

/// 2025-01-01 00:10 in Shanghai.
const TEN_PAST: UnixSeconds = UnixSeconds::new(1_735_661_400);
const DAY: Seconds = Seconds::days(1);

impl Panel {
    async fn done(&self, job: Job) -> u64 {
        match self.app.jobs.run(job).await {
            Ok(JobOutcome::Done(rows)) => rows,
            other => panic!("{job:?}: {other:?}"),
        }
    }

    fn days(&self) -> Vec<(UnixSeconds, i64)> {
        self.fakes.store.read(|tables| {
            let days = tables.statistics.days.iter();
            days.map(|(day, sums)| (*day, sums.registrations)).collect()
        })
    }
}

#[tokio::test]
async fn yesterday_is_recorded_and_days_that_were_missed() {
    let panel = Panel::new().await;
    let midnight = TEN_PAST.minus(Seconds::minutes(10));
    let on = |days: i64| midnight.plus(Seconds::days(days));
    panel.fakes.clock.set(on(0).minus(Seconds::new(5)));
    panel.register("a@demo.test").await.unwrap();
    panel.fakes.clock.set(TEN_PAST);
    assert_eq!(panel.done(Job::RecordDay).await, 1);
    assert_eq!(panel.days(), [(on(-1), 1)]);
    panel.register("b@demo.test").await.unwrap();
    // The panel is down for three days.
    panel.fakes.clock.set(TEN_PAST.plus(Seconds::days(4)));
    assert_eq!(panel.done(Job::RecordDay).await, 4);
    let expected = [(on(-1), 1), (on(0), 1), (on(1), 0), (on(2), 0), (on(3), 0)];
    assert_eq!(panel.days(), expected);
    assert_eq!(panel.done(Job::RecordDay).await, 1);
    assert_eq!(panel.days(), expected);
}

#[tokio::test]
async fn what_is_old_is_forgotten_and_the_rest_is_kept() {
    let panel = Panel::new().await;
    panel.fakes.clock.set(TEN_PAST);
    let session = panel.register("a@demo.test").await.unwrap().token;
    let user = panel.who(&session).await.unwrap();
    let ago = |days: i64| TEN_PAST.minus(Seconds::days(days));
    panel.fakes.store.write(|tables| {
        tables.statistics.node_records = [ago(63), ago(60)].map(node_record).to_vec();
        tables.traffic = [ago(63), ago(60)].map(user_record).to_vec();
        let notice = |(received_at, outcome)| KeptNotice {
            notice: NewNotice {
                payment: PaymentId::new(1),
                raw: RawNotice::default(),
                received_at,
            },
            outcome,
        };
        let refused = || Some(NoticeOutcome::Refused("the signature is wrong".into()));
        let notices = [
            (ago(91), None),
            (ago(89), None),
            (ago(4), refused()),
            (ago(2), refused()),
        ]
        .map(notice);
        let numbers = (1..).map(NoticeId::new);
        tables.billing.raw_notices = numbers.zip(notices).collect();
    });
    let mut tx = panel.fakes.ports().store.begin().await.unwrap();
    let mut ended = a_session(user, "ended", ago(2));
    ended.client = a_client();
    tx.insert_session(&ended).await.unwrap();
    tx.commit().await.unwrap();
    for (job, rows) in [
        (Job::ResetLog, 2),
        (Job::CleanupNotices, 2),
        (Job::CleanupSessions, 1),
    ] {
        assert_eq!(panel.done(job).await, rows, "{job:?}");
        assert_eq!(panel.done(job).await, 0, "{job:?}");
    }
    assert_eq!(panel.who(&session).await, Ok(user));
    panel.fakes.store.read(|tables| {
        assert_eq!(tables.traffic, [user_record(ago(60))]);
        assert_eq!(tables.statistics.node_records, [node_record(ago(60))]);
        assert_eq!(tables.billing.raw_notices.len(), 2);
    });
}

fn user_record(record_at: UnixSeconds) -> TrafficLogView {
    TrafficLogView {
        user: UserId::new(1),
        upload: 1,
        download: 1,
        rate: 100,
        record_at,
    }
}

fn node_record(record_at: UnixSeconds) -> NodeRecord {
    NodeRecord {
        record_at,
        traffic: 1,
        created_at: record_at,
    }
}

#[tokio::test]
async fn users_without_traffic_left_are_noted_for_the_nodes() {
    let panel = Panel::new().await;
    let session = panel.register("a@demo.test").await.unwrap().token;
    let user = panel.who(&session).await.unwrap();
    let now = panel.fakes.clock.now();
    panel.fakes.store.write(|tables| {
        let row = &mut tables.user(user).billing;
        row.subscribe(&Subscription {
            transfer_enable: 100,
            ..a_subscription(now.plus(DAY))
        });
        row.upload = 100;
        tables.user(user).nodes.last_traffic_at = now;
        tables.panel.user_changes.clear();
    });
    assert_eq!(panel.done(Job::CheckTraffic).await, 1);
    panel.fakes.store.read(|tables| {
        let noted: Vec<_> = tables
            .panel
            .user_changes
            .iter()
            .map(|row| row.user)
            .collect();
        assert_eq!(noted, [user]);
    });
    panel.fakes.clock.advance(Seconds::hours(1));
    assert_eq!(panel.done(Job::CheckTraffic).await, 0);
}

#[test]
fn jobs_go_by_the_names_of_the_reference() {
    for (name, job) in [
        ("xboard:statistics", Job::RecordDay),
        ("reset:log", Job::ResetLog),
        ("clear:user", Job::ClearUsers),
        ("cleanup:online-status", Job::CleanupOnline),
        ("check:traffic-exceeded", Job::CheckTraffic),
        ("send:remindMail", Job::RemindMail),
        ("check:subscription", Job::CheckSubscription),
        ("send:remindMail --force", Job::RemindMail),
        ("reset:traffic", Job::ResetTraffic),
        ("reset:traffic --fix-null", Job::ScheduleMissingResets),
        ("reset:traffic --force", Job::ScheduleAllResets),
    ] {
        assert_eq!(Job::named(name), Some(job));
    }
}
