use ferroboard_application::{Error, Job, JobOutcome, JobState};
use ferroboard_auth::{AuthError, Password};
use ferroboard_kernel::{Clock as _, Seconds};

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
        assert!(tables.auth.email_codes.is_empty() && tables.auth.counters.is_empty());
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
    let leased_until = panel.fakes.clock.now().plus(Seconds::minutes(10));
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
