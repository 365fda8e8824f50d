use ferroboard_application::{
    Change, Error, Job, JobOutcome, OperationState, RealNameOperation, RealNameView,
};
use ferroboard_kernel::{Clock as _, Seconds, UnixSeconds, UserId};
use ferroboard_realname::testing::{OpenCipher, a_person, a_record};
use ferroboard_realname::{Decision, RealNameError, RealNameRecord, ReviewSource, Status};

use crate::Panel;

const ADMIN: UserId = UserId::new(1);
const APPROVE_ALL: RealNameOperation = RealNameOperation::ApproveAll {
    wrong_checksums: false,
};
const THEN: UnixSeconds = UnixSeconds::new(1_735_000_000);

/// A panel with an administrator, and `customers` users from 2 on who each submitted something.
async fn panel(customers: i64) -> Panel {
    let panel = Panel::new().await;
    panel.register("admin@demo.test").await.unwrap();
    for number in 2..2 + customers {
        let email = format!("user{number}@demo.test");
        panel.register(&email).await.unwrap();
        put(&panel, a_record(UserId::new(number), THEN));
    }
    panel
}

async fn change(panel: &Panel) -> Change {
    panel.change(ADMIN, "realname/change").await
}

fn put(panel: &Panel, record: RealNameRecord) {
    panel
        .fakes
        .store
        .write(|tables| tables.real_name.records.insert(record.user, record));
}

fn get(panel: &Panel, user: i64) -> Option<RealNameRecord> {
    let user = UserId::new(user);
    let read =
        |tables: &ferroboard_testing::MemoryTables| tables.real_name.records.get(&user).cloned();
    panel.fakes.store.read(read)
}

fn statuses(panel: &Panel) -> Vec<Status> {
    panel.fakes.store.read(|tables| {
        let records = tables.real_name.records.values();
        records.map(|record| record.status).collect()
    })
}

#[tokio::test]
async fn a_decision_is_told_by_mail() {
    let panel = panel(1).await;
    let user = UserId::new(2);
    let rejection = Decision::Reject {
        reason: "<b>unclear</b>".into(),
    };
    let reviews = &panel.app.real_name_reviews;
    let view = reviews
        .decide(user, &rejection, false, change(&panel).await)
        .await
        .unwrap();
    let record = view.record.unwrap();
    assert_eq!(record.status, Status::Rejected);
    assert_eq!(record.review.unwrap().by, Some(ADMIN));
    assert_eq!(view.reviewer.unwrap().as_str(), "admin@demo.test");
    let mails = panel.fakes.store.read(|tables| {
        let rows = tables.mail.outbox.values();
        rows.map(|row| (row.mail.to.to_string(), row.mail.values["content"].clone()))
            .collect::<Vec<_>>()
    });
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].0, "user2@demo.test");
    assert!(mails[0].1.contains("<b>unclear</b>"));
    let again = reviews
        .decide(user, &Decision::Approve, false, change(&panel).await)
        .await;
    assert_eq!(again, Err(Error::RealName(RealNameError::StateConflict)));
    assert_eq!(panel.fakes.store.read(|tables| tables.mail.outbox.len()), 1);
    let missing = reviews
        .decide(ADMIN, &Decision::Approve, false, change(&panel).await)
        .await;
    assert_eq!(missing, Err(Error::RealName(RealNameError::RecordMissing)));
}

#[tokio::test]
async fn a_reset_lets_the_user_begin_again() {
    let panel = panel(1).await;
    let reviews = &panel.app.real_name_reviews;
    assert_eq!(
        reviews.reset(UserId::new(2), change(&panel).await).await,
        Ok(true)
    );
    assert_eq!(get(&panel, 2), None);
    assert_eq!(
        reviews.reset(UserId::new(2), change(&panel).await).await,
        Ok(true)
    );
    assert!(reviews.reset(UserId::new(99), change(&panel).await).await == Ok(false));
    put(&panel, a_record(UserId::new(99), THEN));
    assert_eq!(
        reviews.reset(UserId::new(99), change(&panel).await).await,
        Ok(true)
    );
}

#[tokio::test]
async fn revealing_opens_what_can_be_opened() {
    let panel = panel(2).await;
    let foreign = a_person()
        .seal(UserId::new(2), &OpenCipher::default())
        .unwrap();
    put(
        &panel,
        RealNameRecord {
            sealed: Some(foreign),
            ..a_record(UserId::new(3), THEN)
        },
    );
    let reviews = &panel.app.real_name_reviews;
    let listed = [2, 3].map(|user| RealNameView {
        user: UserId::new(user),
        email: None,
        record: get(&panel, user),
        reviewer: None,
    });
    let revealed = reviews.reveal(&listed, change(&panel).await).await.unwrap();
    assert_eq!(revealed[0].plain, Some(a_person()));
    assert_eq!(revealed[0].age, Some(75));
    assert_eq!((&revealed[1].plain, revealed[1].age), (&None, None));
}

#[tokio::test]
async fn everything_pending_is_approved_but_what_looks_wrong() {
    let panel = panel(4).await;
    put(
        &panel,
        RealNameRecord {
            checksum_valid: false,
            ..a_record(UserId::new(3), THEN)
        },
    );
    put(
        &panel,
        RealNameRecord {
            status: Status::Rejected,
            ..a_record(UserId::new(4), THEN)
        },
    );
    let operations = &panel.app.real_name_operations;
    let progress = operations
        .run(APPROVE_ALL, change(&panel).await)
        .await
        .unwrap();
    assert_eq!(
        (progress.total, progress.changed, progress.running),
        (3, 2, false)
    );
    let expected = [
        Status::Approved,
        Status::Pending,
        Status::Rejected,
        Status::Approved,
    ];
    assert_eq!(statuses(&panel), expected);
    let review = get(&panel, 2).unwrap().review.unwrap();
    assert_eq!(
        (review.by, review.source),
        (Some(ADMIN), ReviewSource::Bulk)
    );
    assert_eq!(operations.progress(APPROVE_ALL).await.unwrap(), progress);
    let forced = RealNameOperation::ApproveAll {
        wrong_checksums: true,
    };
    let reviews = &panel.app.real_name_reviews;
    let progress = operations.run(forced, change(&panel).await).await.unwrap();
    assert_eq!((progress.total, progress.changed), (1, 1));
    assert_eq!(
        reviews
            .approve(&[UserId::new(4)], true, change(&panel).await)
            .await,
        Ok(0)
    );
}

#[tokio::test]
async fn a_synchronisation_repairs_and_removes() {
    let panel = panel(3).await;
    let lost = a_person()
        .seal(
            UserId::new(2),
            &OpenCipher {
                key: 9,
                earlier: None,
            },
        )
        .unwrap();
    put(
        &panel,
        RealNameRecord {
            sealed: Some(lost),
            ..a_record(UserId::new(2), THEN)
        },
    );
    put(
        &panel,
        RealNameRecord {
            name_masked: "?".into(),
            ..a_record(UserId::new(3), THEN)
        },
    );
    put(&panel, a_record(UserId::new(99), THEN));
    let operations = &panel.app.real_name_operations;
    let progress = operations
        .run(RealNameOperation::SyncAll, change(&panel).await)
        .await
        .unwrap();
    assert_eq!(
        (progress.total, progress.changed, progress.removed),
        (4, 1, 1)
    );
    assert_eq!((progress.failed, progress.failed_ids), (1, vec![2]));
    assert_eq!(get(&panel, 3).unwrap().name_masked, "张*");
    assert_eq!(get(&panel, 99), None);
    assert_eq!(get(&panel, 4), Some(a_record(UserId::new(4), THEN)));
}

#[tokio::test]
async fn an_operation_that_runs_elsewhere_is_left_alone_and_then_taken_up() {
    let panel = panel(3).await;
    let now = panel.fakes.clock.now();
    let held = OperationState {
        holder: Some("elsewhere".into()),
        leased_until: now.plus(Seconds::minutes(2)),
        started_by: Some(ADMIN),
        position: 2,
        total: 1,
        changed: 1,
        started_at: Some(now),
        ..OperationState::default()
    };
    panel.fakes.store.write(|tables| {
        tables
            .panel
            .operations
            .insert("realname:approve-all".into(), held);
    });
    let operations = &panel.app.real_name_operations;
    let refused = operations.run(APPROVE_ALL, change(&panel).await).await;
    assert_eq!(
        refused,
        Err(Error::RealName(RealNameError::OperationRunning))
    );
    assert_eq!(
        panel.app.jobs.run(Job::ResumeOperations).await,
        Ok(JobOutcome::Done(0))
    );
    panel.fakes.clock.advance(Seconds::minutes(2));
    assert_eq!(
        panel.app.jobs.run(Job::ResumeOperations).await,
        Ok(JobOutcome::Done(3))
    );
    // User 2 was done by the process that died.
    let expected = [Status::Pending, Status::Approved, Status::Approved];
    assert_eq!(statuses(&panel), expected);
    let progress = operations.progress(APPROVE_ALL).await.unwrap();
    assert_eq!(
        (progress.total, progress.changed, progress.running),
        (3, 3, false)
    );
}
