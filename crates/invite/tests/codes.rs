//! The rules of invitations and commission, told over the tables in memory.
#![allow(
    clippy::unwrap_used,
    reason = "everything here is a test, where a panic is the report"
)]

use ferroboard_auth::AccountRepository as _;
use ferroboard_auth::testing::an_account;
use ferroboard_invite::testing::HasInvite as _;
use ferroboard_invite::{InviteError, InvitePolicy, InviteService};
use ferroboard_kernel::{Percent, UnixSeconds, UserId};
use ferroboard_testing::{MemoryStore, MemoryTx};

const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);
const OPTIONAL: InvitePolicy = InvitePolicy {
    code_required: false,
    codes_are_reusable: false,
    code_limit: 5,
    commission_rate: Percent::whole(10),
    first_order_only: true,
};
const REQUIRED: InvitePolicy = InvitePolicy {
    code_required: true,
    ..OPTIONAL
};
const REUSABLE: InvitePolicy = InvitePolicy {
    codes_are_reusable: true,
    ..REQUIRED
};

async fn with_owner() -> (MemoryTx, UserId) {
    let mut tx = MemoryStore::default().transaction().await.unwrap();
    let owner = tx
        .insert_account(&an_account("ann@demo.test", NOW))
        .await
        .unwrap();
    (tx, owner)
}

#[tokio::test]
async fn a_code_gives_one_inviter_in_any_letter_case() {
    let (mut tx, owner) = with_owner().await;
    tx.invite().unwrap().push_code(owner, "Ab3dE9xZ", false);
    let taken = InviteService
        .take_code(&mut tx, "ab3de9xz", OPTIONAL, NOW)
        .await;
    assert_eq!(taken, Ok(Some(owner)));
    let again = InviteService
        .take_code(&mut tx, "Ab3dE9xZ", OPTIONAL, NOW)
        .await;
    assert_eq!(again, Ok(None));
    let again = InviteService
        .take_code(&mut tx, "Ab3dE9xZ", REQUIRED, NOW)
        .await;
    assert_eq!(again, Err(InviteError::CodeInvalid));
}

#[tokio::test]
async fn a_reusable_code_stays_unused() {
    let (mut tx, owner) = with_owner().await;
    tx.invite().unwrap().push_code(owner, "Ab3dE9xZ", false);
    for _ in 0..3 {
        let taken = InviteService
            .take_code(&mut tx, "Ab3dE9xZ", REUSABLE, NOW)
            .await;
        assert_eq!(taken, Ok(Some(owner)));
    }
    assert!(
        tx.invite()
            .unwrap()
            .codes
            .values()
            .all(|row| !row.code.used)
    );
}

#[tokio::test]
async fn the_exact_code_comes_before_one_in_other_letters() {
    let (mut tx, owner) = with_owner().await;
    let other = tx
        .insert_account(&an_account("bea@demo.test", NOW))
        .await
        .unwrap();
    tx.invite().unwrap().push_code(owner, "AB3DE9XZ", false);
    tx.invite().unwrap().push_code(other, "Ab3dE9xZ", false);
    let taken = InviteService
        .take_code(&mut tx, "Ab3dE9xZ", OPTIONAL, NOW)
        .await;
    assert_eq!(taken, Ok(Some(other)));
}

#[tokio::test]
async fn views_are_counted_used_or_not_and_for_known_codes_only() {
    let (mut tx, owner) = with_owner().await;
    let id = tx.invite().unwrap().push_code(owner, "Ab3dE9xZ", true);
    for code in ["Ab3dE9xZ", "unknown", "AB3DE9XZ"] {
        InviteService.count_view(&mut tx, code).await.unwrap();
    }
    assert_eq!(tx.invite().unwrap().codes.get(&id).unwrap().views, 2);
}
