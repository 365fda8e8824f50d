//! Submissions and reviews over the in-memory tables.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use ferroboard_kernel::{Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_realname::testing::{HasRealName, MemoryRealName, OpenCipher, a_person, a_record};
use ferroboard_realname::{
    Decision, IdentityNumber, MaskStyle, NewSubmission, Plain, RealNameError, RealNamePolicy,
    RealNameRecord, RealNameService, Reconciled, Review, ReviewSource, Status,
};

const T0: UnixSeconds = UnixSeconds::new(1_767_000_000);
const ALICE: UserId = UserId::new(1);
const BOB: UserId = UserId::new(2);

#[derive(Default)]
struct Tables(MemoryRealName);

impl HasRealName for Tables {
    fn real_name(&mut self) -> Result<&mut MemoryRealName, StoreError> {
        Ok(&mut self.0)
    }

    fn has_named_user(&mut self, _: UserId) -> Result<bool, StoreError> {
        Ok(true)
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        error
    }
}

fn submission(user: UserId, plain: &Plain) -> NewSubmission {
    let policy = RealNamePolicy::default();
    NewSubmission::seal(user, plain, &policy, &OpenCipher::default(), T0).unwrap()
}

fn with_wrong_checksum() -> Plain {
    Plain {
        number: IdentityNumber::stored("110101199001011234".to_owned().into()),
        ..a_person()
    }
}

fn manual(at: i64) -> Review {
    Review {
        at: T0.plus(Seconds::new(at)),
        by: Some(UserId::new(9)),
        source: ReviewSource::Manual,
    }
}

fn rejection() -> Decision {
    Decision::Reject {
        reason: "the photo is missing".to_owned(),
    }
}

#[tokio::test]
async fn a_submission_waits_and_a_second_one_is_refused() {
    let mut tables = Tables::default();
    let policy = RealNamePolicy::default();
    let new = submission(ALICE, &a_person());
    let record = RealNameService
        .submit(&mut tables, &new, &policy)
        .await
        .unwrap();
    assert_eq!(record, a_record(ALICE, T0));
    let again = RealNameService.submit(&mut tables, &new, &policy).await;
    assert_eq!(again, Err(RealNameError::AlreadyPending));
}

#[tokio::test]
async fn the_rules_approve_only_right_check_digits() {
    let policy = RealNamePolicy {
        auto_approve: true,
        max_accounts: None,
        ..RealNamePolicy::default()
    };
    for (plain, status) in [
        (a_person(), Status::Approved),
        (with_wrong_checksum(), Status::Pending),
    ] {
        let mut tables = Tables::default();
        let new = submission(ALICE, &plain);
        let record = RealNameService
            .submit(&mut tables, &new, &policy)
            .await
            .unwrap();
        assert_eq!(record.status, status);
        let source = record.review.map(|review| (review.by, review.source));
        let expected = (status == Status::Approved).then_some((None, ReviewSource::Auto));
        assert_eq!(source, expected);
    }
}

#[tokio::test]
async fn an_identity_has_as_many_accounts_as_allowed() {
    for (most, expected) in [
        (Some(1), Err(RealNameError::IdentityUsed)),
        (Some(2), Ok(Status::Pending)),
        (None, Ok(Status::Pending)),
    ] {
        let mut tables = Tables::default();
        let policy = RealNamePolicy {
            max_accounts: most,
            ..RealNamePolicy::default()
        };
        for (user, expected) in [(ALICE, Ok(Status::Pending)), (BOB, expected)] {
            let new = submission(user, &a_person());
            let outcome = RealNameService.submit(&mut tables, &new, &policy).await;
            assert_eq!(outcome.map(|record| record.status), expected, "{user}");
        }
    }
}

#[tokio::test]
async fn a_rejected_identity_is_free_and_its_user_may_try_again() {
    let mut tables = Tables::default();
    let policy = RealNamePolicy::default();
    let new = submission(ALICE, &a_person());
    RealNameService
        .submit(&mut tables, &new, &policy)
        .await
        .unwrap();
    let decided = RealNameService
        .review(&mut tables, ALICE, &rejection(), false, manual(5))
        .await
        .unwrap();
    assert_eq!(decided.status, Status::Rejected);
    assert_eq!(
        decided.reject_reason.as_deref(),
        Some("the photo is missing")
    );
    let closed = RealNamePolicy {
        allow_resubmit: false,
        ..policy.clone()
    };
    let refused = RealNameService.submit(&mut tables, &new, &closed).await;
    assert_eq!(refused, Err(RealNameError::ResubmissionClosed));
    let record = RealNameService
        .submit(&mut tables, &new, &policy)
        .await
        .unwrap();
    assert_eq!((record.status, record.submit_count), (Status::Pending, 2));
    assert_eq!((record.review, record.reject_reason), (None, None));
}

#[tokio::test]
async fn decisions_apply_to_what_is_pending_unless_they_are_forced() {
    let cases = [
        (
            Status::Pending,
            Decision::Approve,
            false,
            Ok(Status::Approved),
        ),
        (Status::Pending, rejection(), false, Ok(Status::Rejected)),
        (
            Status::Approved,
            rejection(),
            false,
            Err(RealNameError::StateConflict),
        ),
        (Status::Approved, rejection(), true, Ok(Status::Rejected)),
        (
            Status::Rejected,
            Decision::Approve,
            false,
            Err(RealNameError::StateConflict),
        ),
        (
            Status::Rejected,
            Decision::Approve,
            true,
            Ok(Status::Approved),
        ),
        (
            Status::Approved,
            Decision::Approve,
            true,
            Err(RealNameError::StateConflict),
        ),
        (
            Status::Rejected,
            rejection(),
            true,
            Err(RealNameError::StateConflict),
        ),
    ];
    for (from, decision, force, expected) in cases {
        let mut tables = Tables::default();
        let record = RealNameRecord {
            status: from,
            ..a_record(ALICE, T0)
        };
        tables.0.records.insert(ALICE, record);
        let outcome = RealNameService
            .review(&mut tables, ALICE, &decision, force, manual(5))
            .await;
        assert_eq!(
            outcome.map(|record| record.status),
            expected,
            "{from:?} {decision:?}"
        );
    }
    let mut tables = Tables::default();
    let missing = RealNameService
        .review(&mut tables, BOB, &Decision::Approve, true, manual(5))
        .await;
    assert_eq!(missing, Err(RealNameError::RecordMissing));
}

#[tokio::test]
async fn a_reset_leaves_nothing() {
    let mut tables = Tables::default();
    tables.0.records.insert(ALICE, a_record(ALICE, T0));
    assert_eq!(RealNameService.reset(&mut tables, ALICE).await, Ok(true));
    assert_eq!(RealNameService.reset(&mut tables, ALICE).await, Ok(false));
    assert!(tables.0.records.is_empty());
}

#[test]
fn sealed_texts_belong_to_one_user() {
    let cipher = OpenCipher::default();
    let sealed = a_person().seal(ALICE, &cipher).unwrap();
    assert_eq!(sealed.open(ALICE, &cipher), Some(a_person()));
    assert_eq!(sealed.open(BOB, &cipher), None);
}

#[test]
fn a_reconciliation_repairs_what_it_can_read() {
    let policy = RealNamePolicy::default();
    let now = T0.plus(Seconds::days(40));
    let record = a_record(ALICE, T0);
    let cipher = OpenCipher::default();
    assert_eq!(
        record.reconciled(&policy, &cipher, now),
        Reconciled::Unchanged
    );

    let newer = OpenCipher {
        key: 2,
        earlier: Some(1),
    };
    let Reconciled::Changed(resealed) = record.reconciled(&policy, &newer, now) else {
        panic!("the old key was kept");
    };
    assert_eq!(resealed.sealed.as_ref().map(|sealed| sealed.key), Some(2));
    assert_eq!(resealed.updated_at, now);
    let lost = OpenCipher {
        key: 2,
        earlier: None,
    };
    assert_eq!(
        record.reconciled(&policy, &lost, now),
        Reconciled::Unreadable
    );

    let tail = RealNamePolicy {
        mask: MaskStyle::Tail,
        ..policy.clone()
    };
    let Reconciled::Changed(masked) = record.reconciled(&tail, &cipher, now) else {
        panic!("the mask was kept");
    };
    assert_eq!(masked.name_masked, "*三");

    let rejected = RealNameRecord {
        status: Status::Rejected,
        review: Some(manual(0)),
        ..record
    };
    let Reconciled::Changed(erased) = rejected.reconciled(&policy, &lost, now) else {
        panic!("an old rejection kept its texts");
    };
    assert_eq!(erased.sealed, None);
    assert_eq!(erased.name_masked, "张*");
    assert_eq!(
        erased.reconciled(&policy, &lost, now),
        Reconciled::Unchanged
    );
    let soon = T0.plus(Seconds::days(30));
    assert_eq!(
        rejected.reconciled(&policy, &cipher, soon),
        Reconciled::Unchanged
    );
}
