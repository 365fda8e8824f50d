//! What a clock wrote that was a month ahead, or a month behind, harms nobody once it is right again.

use ferroboard_attempts::{Attempt, Throttled};
use std::sync::Arc;
use std::time::Duration;

use ferroboard_application::{
    Application, Error, Job, JobOutcome, JobState, NodeQueries as _, OperationState, Options,
    Schedule, Store as _,
};
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Clock as _, GroupId, NodeId, Seconds, UnixSeconds, UserId};
use ferroboard_mail::testing::OutboxState;
use ferroboard_nodes::DeviceReport;
use ferroboard_nodes::testing::a_node;
use ferroboard_telegram::ChatId;
use ferroboard_testing::Fakes;
use serde_json::json;

use crate::{PASSWORD, Panel, registration};

const MONTH: Seconds = Seconds::days(30);
const EMAIL: &str = "a@demo.test";

/// When something is written, and when it is read: the clock was ahead and is right again, or it was
/// right and is behind.
fn jumps() -> [(UnixSeconds, UnixSeconds); 2] {
    let right = Fakes::default().clock.now();
    [(right.plus(MONTH), right), (right, right.minus(MONTH))]
}

impl Panel {
    fn set_clock(&self, to: UnixSeconds) {
        self.fakes.clock.set(to);
    }

    fn advance(&self, seconds: i64) {
        self.fakes.clock.advance(Seconds::new(seconds));
    }

    async fn run_due(&self, job: Job) -> JobOutcome {
        self.app.jobs.run_if_due(job).await.unwrap()
    }
}

/// How long a job that was never started may wait: its pause, or the next time of the day.
fn longest_wait(job: Job) -> Option<Seconds> {
    match job.schedule() {
        Schedule::Every(pause) => Some(pause),
        Schedule::Daily { .. } => Some(Seconds::days(1)),
        Schedule::OnRequest => None,
    }
}

#[tokio::test]
async fn every_job_runs_again_within_its_period() {
    for (wrong, right) in jumps() {
        let panel = Panel::new().await;
        panel.set_clock(wrong);
        for job in Job::ALL {
            panel.app.jobs.run(*job).await.unwrap();
        }
        for job in Job::ALL.iter().copied() {
            let Some(wait) = longest_wait(job) else {
                continue;
            };
            panel.set_clock(right);
            let mut waited = Seconds::new(0);
            while panel.run_due(job).await == JobOutcome::NotDue {
                assert!(waited < wait, "{job:?} does not run");
                panel.advance(15);
                waited = Seconds::new(waited.get() + 15);
            }
            // Once: the start that is stored now is a right one.
            assert_eq!(panel.run_due(job).await, JobOutcome::NotDue, "{job:?}");
        }
    }
}

#[tokio::test]
async fn a_job_that_ran_while_the_clock_was_behind_runs_on() {
    let panel = Panel::new().await;
    let right = panel.fakes.clock.now();
    panel.set_clock(right.minus(MONTH));
    let job = Job::CheckOrder;
    assert!(matches!(panel.run_due(job).await, JobOutcome::Done(_)));
    panel.set_clock(right);
    assert!(matches!(panel.run_due(job).await, JobOutcome::Done(_)));
    assert_eq!(panel.run_due(job).await, JobOutcome::NotDue);
}

#[tokio::test]
async fn leases_are_taken_over() {
    for (wrong, right) in jumps() {
        let panel = Panel::new().await;
        let job = JobState {
            holder: Some("elsewhere".into()),
            leased_until: wrong.plus(Seconds::minutes(1)),
            last_started_at: Some(wrong),
            ..JobState::default()
        };
        let operation = OperationState {
            holder: Some("elsewhere".into()),
            leased_until: wrong.plus(Seconds::minutes(2)),
            ..OperationState::default()
        };
        panel.fakes.store.write(|tables| {
            let panel = &mut tables.panel;
            panel.jobs.insert(Job::CheckOrder.name().into(), job);
            let name = "realname:sync-all".to_owned();
            panel.operations.insert(name, operation);
        });
        panel.set_clock(wrong);
        let job = Job::CheckOrder;
        assert_eq!(panel.run_due(job).await, JobOutcome::RunningElsewhere);
        panel.set_clock(right);
        assert_eq!(panel.run_due(job).await, JobOutcome::Done(0));
        panel.run_due(Job::ResumeOperations).await;
        let is_free = panel.fakes.store.read(|tables| {
            let operation = &tables.panel.operations["realname:sync-all"];
            operation.holder.is_none()
        });
        assert!(is_free, "the operation was not taken over");
    }
}

#[tokio::test]
async fn locked_accounts_and_pauses_end() {
    for (wrong, right) in jumps() {
        let panel = Panel::new().await;
        panel.set_clock(right);
        panel.register(EMAIL).await.unwrap();
        panel.set_clock(wrong);
        for _ in 0..5 {
            assert!(panel.login(EMAIL, "wrong-password").await.is_err());
        }
        let locked = panel.login(EMAIL, PASSWORD).await;
        assert!(matches!(
            locked,
            Err(Error::Throttled(Throttled {
                what: Attempt::Login,
                ..
            }))
        ));
        panel.code_for(EMAIL).await;
        panel.set_clock(right);
        assert!(panel.login(EMAIL, PASSWORD).await.is_ok());
        // There is a pause of a minute between two codes.
        panel.code_for(EMAIL).await;
    }
}

#[tokio::test]
async fn a_lock_still_holds_when_the_clock_is_right_again() {
    let panel = Panel::new().await;
    let right = panel.fakes.clock.now();
    panel.register(EMAIL).await.unwrap();
    for _ in 0..5 {
        assert!(panel.login(EMAIL, "wrong-password").await.is_err());
    }
    panel.set_clock(right.minus(MONTH));
    panel.set_clock(right);
    assert!(panel.login(EMAIL, PASSWORD).await.is_err());
    panel.fakes.clock.advance(Seconds::minutes(60));
    assert!(panel.login(EMAIL, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_session_that_was_opened_ahead_is_not_there_and_a_login_works() {
    for (wrong, right) in jumps() {
        let panel = Panel::new().await;
        panel.set_clock(wrong);
        let token = panel.register(EMAIL).await.unwrap().token;
        assert!(panel.who(&token).await.is_ok());
        panel.set_clock(right);
        assert!(panel.who(&token).await.is_err());
        let token = panel.login(EMAIL, PASSWORD).await.unwrap().token;
        assert!(panel.who(&token).await.is_ok());
    }
}

#[tokio::test]
async fn the_last_use_of_a_session_is_noted_again() {
    let panel = Panel::new().await;
    let right = panel.fakes.clock.now();
    let token = panel.register(EMAIL).await.unwrap().token;
    panel.set_clock(right.plus(MONTH));
    let last_use = async || {
        panel.who(&token).await.unwrap();
        // It is noted beside the request.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        let sessions = panel
            .fakes
            .store
            .read(|tables| tables.auth.sessions.clone());
        sessions.values().next().unwrap().last_used_at.unwrap()
    };
    assert_eq!(last_use().await, right.plus(MONTH));
    panel.set_clock(right);
    assert_eq!(last_use().await, right);
}

#[tokio::test]
async fn mail_goes_out() {
    for (wrong, right) in jumps() {
        let panel = Panel::new().await;
        let deliver = async || panel.app.outbox.deliver_due().await.unwrap();
        panel.set_clock(wrong);
        panel.code_for(EMAIL).await;
        panel.set_clock(right);
        assert_eq!(deliver().await, 1, "what was queued");
        for state in [
            OutboxState::Waiting(wrong.plus(Seconds::hours(2))),
            OutboxState::Sending(wrong.plus(Seconds::new(120))),
        ] {
            panel.fakes.store.write(|tables| {
                let row = tables.mail.outbox.values_mut().next().unwrap();
                row.state = state;
            });
            panel.set_clock(wrong);
            assert_eq!(deliver().await, 0, "{state:?}");
            panel.set_clock(right);
            assert_eq!(deliver().await, 1, "{state:?}");
        }
    }
}

#[tokio::test]
async fn a_sender_takes_the_time_of_the_database() {
    let panel = Panel::new().await;
    let fakes = &panel.fakes;
    panel.code_for(EMAIL).await;
    panel.fakes.mailer.fail_next(1);
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(1));
    // A process of a clock of its own, which is an hour ahead, on the same database.
    let clock = Arc::new(ferroboard_testing::FixedClock::at(
        fakes.clock.now().plus(Seconds::hours(1)),
    ));
    let ports = ferroboard_application::Ports {
        clock,
        ..fakes.ports()
    };
    let other = Application::new(ports, Options::new("other".to_owned()))
        .await
        .unwrap();
    assert_eq!(other.outbox.deliver_due().await, Ok(0));
    panel.advance(10);
    assert_eq!(other.outbox.deliver_due().await, Ok(1));
}

#[tokio::test]
async fn nodes_are_told_of_every_user_again() {
    let mut options = Options::new("test".into());
    options.user_list_age = Duration::from_secs(60);
    let fakes = Fakes::default();
    let app = Arc::new(Application::new(fakes.ports(), options).await.unwrap());
    let panel = Panel(ferroboard_testing::Panel { app, fakes });
    let right = panel.fakes.clock.now();
    panel
        .app
        .registration
        .register(registration(EMAIL))
        .await
        .unwrap();
    let mut subscription = a_subscription(right.plus(Seconds::days(9)));
    subscription.group_id = Some(GroupId::new(1));
    let mut tx = panel.fakes.store.begin().await.unwrap();
    tx.update_subscription(UserId::new(1), &subscription, right)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let listed = async || {
        let list = panel.app.nodes.users(&a_node(1)).await.unwrap();
        list.len()
    };
    assert_eq!(listed().await, 1);
    panel.set_clock(right.plus(MONTH));
    assert_eq!(listed().await, 0);
    panel.set_clock(right);
    assert_eq!(listed().await, 1);
}

#[tokio::test]
async fn a_node_that_was_heard_of_ahead_can_fall_silent() {
    for (wrong, right) in jumps() {
        let panel = Panel::with_settings(&[("telegram_bot_token", "123:abc")]).await;
        panel.set_clock(right);
        panel.register(EMAIL).await.unwrap();
        let node = a_node(1);
        panel.fakes.store.write(|tables| {
            let admin = &mut tables.user(UserId::new(1)).auth;
            admin.account.is_admin = true;
            tables.user(UserId::new(1)).chat = Some(ChatId::new(7));
            tables.nodes.nodes.insert(node.id, node.clone());
        });
        let heard = [NodeId::new(1)];
        let store = &panel.fakes.store;
        store.update_nodes_checked(&heard, wrong).await.unwrap();
        let state = || store.read(|tables| tables.nodes.states[&node.id].clone());
        assert!(!state().is_online(right));
        assert_eq!(panel.run_due(Job::CheckServer).await, JobOutcome::Done(0));
        assert_eq!(state().last_check_at, Some(right));
        panel.advance(1_801);
        assert_eq!(panel.run_due(Job::CheckServer).await, JobOutcome::Done(1));
        assert_eq!(panel.fakes.bot.sent().len(), 1);
    }
}

#[tokio::test]
async fn devices_that_were_seen_ahead_are_gone() {
    for (wrong, right) in jumps() {
        let panel = Panel::new().await;
        panel.set_clock(wrong);
        panel.register(EMAIL).await.unwrap();
        let report = DeviceReport::parse(&json!({"1": ["192.0.2.1"]})).unwrap();
        let reports = &panel.app.node_reports;
        reports.devices(&a_node(1), &report).await.unwrap();
        let online = || {
            panel.fakes.store.read(|tables| {
                let count = tables.users[&UserId::new(1)].nodes.online_count;
                (tables.nodes.devices.len(), count)
            })
        };
        panel.set_clock(right);
        assert_eq!(online(), (1, Some(1)));
        panel.run_due(Job::CleanupNodes).await;
        panel.run_due(Job::CleanupOnline).await;
        assert_eq!(online(), (0, Some(0)));
    }
}

#[tokio::test]
async fn the_name_of_the_bot_is_asked_for_again() {
    for (wrong, right) in jumps() {
        let settings = [
            ("telegram_bot_token", "123:abc"),
            ("telegram_bot_enable", "1"),
        ];
        let panel = Panel::with_settings(&settings).await;
        for (clock, asked) in [(wrong, 1), (wrong, 1), (right, 2), (right, 2)] {
            panel.set_clock(clock);
            panel.app.telegram.bot_name().await.unwrap();
            assert_eq!(panel.fakes.bot.asked(), asked);
        }
    }
}
