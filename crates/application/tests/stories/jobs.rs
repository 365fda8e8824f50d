use std::time::Duration;

use ferroboard_application::{Application, Error, Job, JobOutcome, JobState, Options};
use ferroboard_auth::{AuthError, Password};
use ferroboard_billing::Order;
use ferroboard_billing::testing::{a_payment_method, an_order};
use ferroboard_kernel::{Clock as _, Seconds, UserId};

use crate::{PASSWORD, Panel, address};

#[tokio::test]
async fn the_schedule_runs_a_job_when_its_time_has_come() {
    let panel = Panel::new().await;
    let job = Job::CleanupExpired;
    panel.code_for("a@demo.test").await;
    assert_eq!(
        panel.app.jobs.run_if_due(job).await,
        Ok(JobOutcome::Done(0))
    );
    assert_eq!(panel.app.jobs.run_if_due(job).await, Ok(JobOutcome::NotDue));
    panel.fakes.clock.advance(Seconds::hours(2));
    assert!(matches!(panel.app.jobs.run_if_due(job).await, Ok(JobOutcome::Done(rows)) if rows > 0));
    panel.fakes.store.read(|tables| {
        assert!(tables.auth.email_codes.is_empty() && tables.auth.attempts.counters.is_empty());
        assert!(
            tables.panel.jobs["cleanup:expired"]
                .last_finished_at
                .is_some()
        );
    });
}

#[tokio::test]
async fn a_job_that_another_process_holds_is_left_alone_until_its_lease_ends() {
    let panel = Panel::new().await;
    let leased_until = panel.fakes.clock.now().plus(Seconds::minutes(1));
    panel.fakes.store.write(|tables| {
        let held = JobState {
            holder: Some("elsewhere".into()),
            leased_until,
            ..JobState::default()
        };
        tables.panel.jobs.insert("cleanup:mail".into(), held);
    });
    assert_eq!(
        panel.app.jobs.run(Job::CleanupMail).await,
        Ok(JobOutcome::RunningElsewhere)
    );
    panel.fakes.clock.set(leased_until);
    assert_eq!(
        panel.app.jobs.run(Job::CleanupMail).await,
        Ok(JobOutcome::Done(0))
    );
}

/// A panel with an order whose gateway thinks for an hour when it is asked, and another process on the
/// same database.
async fn a_panel_with_a_long_job() -> (Panel, Application) {
    let panel = Panel::new().await;
    panel.fakes.gateways.think_for(Duration::from_secs(3_600));
    panel.fakes.store.write(|tables| {
        let method = a_payment_method(1);
        let order = Order {
            payment_id: Some(method.id),
            created_at: panel.fakes.clock.now(),
            updated_at: panel.fakes.clock.now(),
            ..an_order(1, UserId::new(1))
        };
        tables.billing.payments.insert(method.id, method);
        tables.billing.orders.insert(order.id, order);
    });
    let other = Options::new("other".to_owned());
    let other = Application::new(panel.fakes.ports(), other).await.unwrap();
    (panel, other)
}

#[tokio::test(start_paused = true)]
async fn a_long_job_keeps_its_lease_and_a_dead_one_loses_it_soon() {
    const JOB: Job = Job::ReconcilePayments;
    let (panel, other) = a_panel_with_a_long_job().await;
    let app = panel.app.clone();
    let long = tokio::spawn(async move { app.jobs.run(JOB).await });
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_secs(25)).await;
        panel.fakes.clock.advance(Seconds::new(25));
        assert_eq!(other.jobs.run(JOB).await, Ok(JobOutcome::RunningElsewhere));
    }
    assert!(!long.is_finished());
    long.abort();
    panel.fakes.clock.advance(Seconds::new(30));
    assert_eq!(other.jobs.run(JOB).await, Ok(JobOutcome::RunningElsewhere));
    panel.fakes.gateways.think_for(Duration::ZERO);
    panel.fakes.clock.advance(Seconds::new(30));
    assert_eq!(other.jobs.run(JOB).await, Ok(JobOutcome::Done(0)));
}

#[tokio::test(start_paused = true)]
async fn who_lost_a_job_leaves_its_row_alone() {
    const JOB: Job = Job::ReconcilePayments;
    let (panel, _) = a_panel_with_a_long_job().await;
    let app = panel.app.clone();
    let long = tokio::spawn(async move { app.jobs.run(JOB).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let taken = JobState {
        holder: Some("elsewhere".into()),
        leased_until: panel.fakes.clock.now().plus(Seconds::hours(2)),
        ..JobState::default()
    };
    panel.fakes.store.write(|tables| {
        let jobs = &mut tables.panel.jobs;
        jobs.insert(JOB.name().into(), taken.clone());
    });
    assert_eq!(long.await.unwrap(), Ok(JobOutcome::Done(0)));
    panel.fakes.store.read(|tables| {
        assert_eq!(tables.panel.jobs[JOB.name()], taken);
    });
}

#[tokio::test]
async fn a_start_that_lies_ahead_stops_no_job() {
    let panel = Panel::new().await;
    let job = Job::CleanupExpired;
    let next_year = JobState {
        last_started_at: Some(panel.fakes.clock.now().plus(Seconds::days(365))),
        ..JobState::default()
    };
    panel.fakes.store.write(|tables| {
        tables.panel.jobs.insert(job.name().into(), next_year);
    });
    assert_eq!(
        panel.app.jobs.run_if_due(job).await,
        Ok(JobOutcome::Done(0))
    );
    assert_eq!(panel.app.jobs.run_if_due(job).await, Ok(JobOutcome::NotDue));
}

#[test]
fn every_job_has_its_own_name() {
    for job in Job::ALL.iter().copied() {
        assert_eq!(Job::named(job.name()), Some(job));
    }
    assert_eq!(Job::named("nope"), None);
}

#[tokio::test]
async fn the_operator_sets_a_password_without_a_code() {
    let panel = Panel::new().await;
    let session = panel.register("a@demo.test").await.unwrap().token;
    let fresh = Password::parse("a-new-password").unwrap();
    let set = |email: &'static str| {
        let (app, fresh) = (panel.app.clone(), fresh.clone());
        async move { app.recovery.replace_password(&address(email), &fresh).await }
    };
    assert_eq!(set("a@demo.test").await, Ok(()));
    assert!(panel.who(&session).await.is_err(), "old sessions are over");
    assert!(panel.login("a@demo.test", "a-new-password").await.is_ok());
    assert!(panel.login("a@demo.test", PASSWORD).await.is_err());
    assert_eq!(
        set("nobody@demo.test").await,
        Err(Error::Auth(AuthError::NotRegistered))
    );
}
