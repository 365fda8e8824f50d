//! What happens to invitations and commission, told over the in-memory tables.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected is to fail"
)]

use std::sync::atomic::{AtomicU64, Ordering};

use ferroboard_invite::testing::{HasInvite, InviterRow, MemoryInvite};
use ferroboard_invite::{
    CommissionMode, CommissionPolicy, CommissionService, CommissionShare, InviteError,
    InvitePolicy, InviteService, TakenBack,
};
use ferroboard_kernel::{
    Cents, CommissionDue, CommissionReturn, LedgerKind, OrderId, Percent, Random, Referral,
    ReturnedShare, StoreError, TradeNo, UnixSeconds, UserId,
};

const NOW: UnixSeconds = UnixSeconds::new(1_776_297_600);
const ANN: UserId = UserId::new(1);
const BOB: UserId = UserId::new(2);
const CAT: UserId = UserId::new(3);
const BUYER: UserId = UserId::new(9);

#[derive(Default)]
struct Club {
    tables: MemoryInvite,
}

impl HasInvite for Club {
    fn invite(&mut self) -> Result<&mut MemoryInvite, StoreError> {
        Ok(&mut self.tables)
    }

    fn inviter_row(&mut self, user: UserId) -> Result<Option<&mut InviterRow>, StoreError> {
        Ok(self.tables.users.get_mut(&user))
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        error
    }
}

impl Club {
    /// Ann invited Bob, Bob invited Cat, Cat invited the buyer.
    fn new() -> Self {
        let mut club = Self::default();
        for (user, inviter) in [
            (ANN, None),
            (BOB, Some(ANN)),
            (CAT, Some(BOB)),
            (BUYER, Some(CAT)),
        ] {
            let row = InviterRow {
                inviter,
                ..InviterRow::default()
            };
            club.tables.users.insert(user, row);
        }
        club
    }

    fn earned(&self) -> [i64; 3] {
        [CAT, BOB, ANN].map(|user| self.tables.users[&user].commission_balance.get())
    }

    fn audit(&self) {
        for (user, row) in &self.tables.users {
            let own = self
                .tables
                .ledger
                .iter()
                .filter(|entry| entry.user == *user);
            let sum: i64 = own.map(|entry| entry.amount.get()).sum();
            assert_eq!(row.commission_balance.get(), sum, "{user}");
        }
    }
}

fn due(amount: i64) -> CommissionDue {
    CommissionDue {
        order: OrderId::new(5),
        trade_no: TradeNo::stored("T5".to_owned()),
        buyer: BUYER,
        inviter: CAT,
        amount: Cents::new(amount),
        order_amount: Cents::new(4_000),
    }
}

fn three_levels(to_balance: bool) -> CommissionPolicy {
    CommissionPolicy {
        shares: [50, 30, 20].map(Percent::whole).to_vec(),
        to_balance,
    }
}

/// Draws every text twice.
struct Pairs(AtomicU64);

impl Random for Pairs {
    fn fill(&self, buffer: &mut [u8]) {
        let drawn = self.0.fetch_add(1, Ordering::Relaxed) / 16;
        buffer.fill(u8::try_from(drawn % 251).unwrap());
    }
}

/// Pays a commission of 1,000.
async fn pay(
    club: &mut Club,
    policy: &CommissionPolicy,
) -> Result<Vec<CommissionShare>, InviteError> {
    let due = due(1_000);
    let chain = CommissionService.lock_inviters(club, due.inviter).await?;
    CommissionService.pay(club, &due, &chain, policy, NOW).await
}

/// What is to be taken back when so much of 1,000 became credit, of which this much had before.
fn returned(before: i64, after: i64) -> CommissionReturn {
    CommissionReturn {
        trade_no: due(1_000).trade_no,
        share: ReturnedShare {
            before: Cents::new(before),
            after: Cents::new(after),
            whole: Cents::new(1_000),
        },
    }
}

#[tokio::test]
async fn commission_is_taken_back_from_whom_it_was_paid_to() {
    let mut club = Club::new();
    pay(&mut club, &three_levels(false)).await.unwrap();
    let owed = CommissionService
        .owed(&mut club, &[returned(0, 501)])
        .await
        .unwrap();
    let owed: Vec<_> = owed
        .into_iter()
        .map(|(user, amount)| (user, amount.get()))
        .collect();
    assert_eq!(owed, [(ANN, 101), (BOB, 151), (CAT, 251)]);
    let rest = CommissionService
        .owed(&mut club, &[returned(501, 1_000)])
        .await
        .unwrap();
    let rest: Vec<_> = rest
        .into_iter()
        .map(|(user, amount)| (user, amount.get()))
        .collect();
    assert_eq!(rest, [(ANN, 99), (BOB, 149), (CAT, 249)]);
    for (user, amount) in owed {
        let amount = Cents::new(amount);
        CommissionService
            .take_back(&mut club, user, amount, Cents::ZERO, "C1", NOW)
            .await
            .unwrap();
    }
    assert_eq!(club.earned(), [249, 149, 99]);
    assert_eq!(club.tables.debts, []);
    club.audit();
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_kept_back_from_the_next() {
    let mut club = Club::new();
    let policy = three_levels(false);
    pay(&mut club, &policy).await.unwrap();
    // Of Cat's 500 a withdrawal reserves 400.
    let take = |amount: i64, reference: &'static str| (Cents::new(amount), reference);
    let outcome = |taken, owed| TakenBack {
        taken: Cents::new(taken),
        owed: Cents::new(owed),
    };
    for ((amount, reference), expected) in [
        (take(450, "C1"), outcome(100, 350)),
        (take(250, "C2"), outcome(0, 250)),
    ] {
        let reserved = Cents::new(400);
        let taken = CommissionService
            .take_back(&mut club, CAT, amount, reserved, reference, NOW)
            .await;
        assert_eq!(taken, Ok(expected));
    }
    assert_eq!(club.earned(), [400, 300, 200]);
    let owed: Vec<i64> = club
        .tables
        .debts
        .iter()
        .map(|debt| debt.amount.get())
        .collect();
    assert_eq!(owed, [350, 250]);
    // 500 of the next are kept back, and 100 of the one after.
    for (number, cat) in [("T6", 400), ("T7", 800)] {
        let mut due = due(1_000);
        due.trade_no = TradeNo::stored(number.to_owned());
        let chain = CommissionService
            .lock_inviters(&mut club, due.inviter)
            .await;
        CommissionService
            .pay(&mut club, &due, &chain.unwrap(), &policy, NOW)
            .await
            .unwrap();
        assert_eq!(club.earned()[0], cat, "{number}");
        club.audit();
    }
    let owed: i64 = club.tables.debts.iter().map(|debt| debt.amount.get()).sum();
    assert_eq!(owed, 0);
    // The log tells what was earned, whoever got it.
    let logged = club
        .tables
        .commissions
        .iter()
        .filter(|log| log.inviter == CAT);
    assert_eq!(logged.map(|log| log.amount.get()).sum::<i64>(), 1_500);
}

#[tokio::test]
async fn commission_is_taken_back_once_for_one_cause() {
    let mut club = Club::new();
    pay(&mut club, &three_levels(false)).await.unwrap();
    for (amount, is_new) in [(100, true), (100, false)] {
        let amount = Cents::new(amount);
        let taken = CommissionService
            .take_back(&mut club, CAT, amount, Cents::ZERO, "C1", NOW)
            .await;
        assert_eq!(taken.is_ok(), is_new);
    }
    let gone = UserId::new(77);
    let taken = CommissionService
        .take_back(&mut club, gone, Cents::new(5), Cents::ZERO, "C1", NOW)
        .await;
    assert_eq!(taken, Ok(TakenBack::default()));
}

#[tokio::test]
async fn commission_climbs_three_levels_and_is_logged() {
    let mut club = Club::new();
    let policy = three_levels(false);
    let shares = pay(&mut club, &policy).await.unwrap();
    assert_eq!(shares.len(), 3);
    assert_eq!(club.earned(), [500, 300, 200]);
    let logged: Vec<_> = club
        .tables
        .commissions
        .iter()
        .map(|log| log.amount.get())
        .collect();
    assert_eq!(logged, [500, 300, 200]);
    let first = &club.tables.commissions[0];
    assert_eq!(
        (first.inviter, first.buyer, first.order_amount.get()),
        (CAT, BUYER, 4_000)
    );
    club.audit();
}

#[tokio::test]
async fn the_chain_ends_where_an_account_is_gone() {
    let mut club = Club::new();
    club.tables.users.remove(&ANN);
    let policy = three_levels(false);
    let shares = pay(&mut club, &policy).await.unwrap();
    assert_eq!(
        shares.iter().map(|share| share.amount.get()).sum::<i64>(),
        800
    );
    club.tables.users.remove(&CAT);
    let shares = pay(&mut club, &policy).await.unwrap();
    assert!(shares.is_empty());
}

#[tokio::test]
async fn commission_that_becomes_balance_is_left_to_the_caller() {
    let mut club = Club::new();
    let policy = three_levels(true);
    let shares = pay(&mut club, &policy).await.unwrap();
    assert_eq!(club.earned(), [0, 0, 0]);
    assert_eq!(club.tables.commissions.len(), 3);
    let entry = shares[0].ledger_entry(&due(1_000), NOW).unwrap().unwrap();
    assert_eq!((entry.user, entry.amount), (CAT, Cents::new(500)));
    assert_eq!(
        (entry.kind, entry.reference.as_str()),
        (LedgerKind::Commission, "T5")
    );
}

#[tokio::test]
async fn the_commission_of_an_order_is_credited_once() {
    let mut club = Club::new();
    let policy = three_levels(false);
    pay(&mut club, &policy).await.unwrap();
    let again = pay(&mut club, &policy).await;
    assert!(matches!(
        again,
        Err(InviteError::Store(StoreError::Duplicate { .. }))
    ));
}

#[tokio::test]
async fn only_what_there_is_can_be_withdrawn() {
    let mut club = Club::new();
    pay(&mut club, &three_levels(false)).await.unwrap();
    for (amount, reserved, reference, expected) in [
        (501, 0, "a", Err(InviteError::CommissionInsufficient)),
        (0, 0, "b", Err(InviteError::AmountOutOfRange)),
        (-1, 0, "c", Err(InviteError::AmountOutOfRange)),
        (200, 301, "d", Err(InviteError::CommissionReserved)),
        (1, 500, "e", Err(InviteError::CommissionReserved)),
        (1, 900, "f", Err(InviteError::CommissionReserved)),
        (200, 300, "g", Ok(())),
        (300, 0, "h", Ok(())),
        (1, 0, "i", Err(InviteError::CommissionInsufficient)),
    ] {
        let (amount, reserved) = (Cents::new(amount), Cents::new(reserved));
        let taken = CommissionService
            .transfer_out(&mut club, CAT, amount, reserved, reference, NOW)
            .await;
        assert_eq!(taken, expected, "{reference}");
    }
    club.audit();
    let nobody = UserId::new(77);
    let taken = CommissionService
        .transfer_out(&mut club, nobody, Cents::new(1), Cents::ZERO, "j", NOW)
        .await;
    assert_eq!(taken, Err(InviteError::AccountMissing));
}

#[tokio::test]
async fn what_is_paid_out_leaves_the_balance_once() {
    let mut club = Club::new();
    pay(&mut club, &three_levels(false)).await.unwrap();
    for (amount, reference, expected) in [
        (501, "1", Err(InviteError::CommissionInsufficient)),
        (400, "2", Ok(())),
        (101, "3", Err(InviteError::CommissionInsufficient)),
    ] {
        let paid = CommissionService
            .pay_out(&mut club, CAT, Cents::new(amount), reference, NOW)
            .await;
        assert_eq!(paid, expected, "{reference}");
    }
    let again = CommissionService
        .pay_out(&mut club, CAT, Cents::new(1), "2", NOW)
        .await;
    assert!(matches!(
        again,
        Err(InviteError::Store(StoreError::Duplicate { .. }))
    ));
    let last = club.tables.ledger.last().unwrap();
    assert_eq!(
        (last.kind, last.amount),
        (LedgerKind::Withdrawal, Cents::new(-400))
    );
}

#[tokio::test]
async fn an_order_names_the_inviter_and_the_terms() {
    let mut club = Club::new();
    let row = club.tables.users.get_mut(&CAT).unwrap();
    (row.mode, row.commission_rate) = (CommissionMode::EveryOrder, Some(25));
    let policy = InvitePolicy::default();
    let found = InviteService
        .referral(&mut club, BUYER, policy)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.inviter, CAT);
    let terms = found.terms.unwrap();
    assert_eq!(
        (terms.rate, terms.first_order_only),
        (Percent::whole(25), false)
    );
    assert_eq!(
        InviteService.referral(&mut club, ANN, policy).await,
        Ok(None)
    );
    club.tables.users.remove(&CAT);
    let gone = Referral {
        inviter: CAT,
        terms: None,
    };
    assert_eq!(
        InviteService.referral(&mut club, BUYER, policy).await,
        Ok(Some(gone))
    );
    club.tables.users.get_mut(&BUYER).unwrap().inviter = Some(BUYER);
    assert_eq!(
        InviteService.referral(&mut club, BUYER, policy).await,
        Ok(None)
    );
}

#[tokio::test]
async fn codes_are_drawn_until_one_is_free_and_limited() {
    let mut club = Club::new();
    let random = Pairs(AtomicU64::new(0));
    let policy = InvitePolicy {
        code_limit: 3,
        ..InvitePolicy::default()
    };
    for _ in 0..3 {
        InviteService
            .create_code(&mut club, CAT, policy, &random, NOW)
            .await
            .unwrap();
    }
    let codes: std::collections::BTreeSet<_> = club
        .tables
        .codes
        .values()
        .map(|row| row.code.code.clone())
        .collect();
    assert_eq!(codes.len(), 3);
    assert!(codes.iter().all(|code| code.len() == 8));
    let refused = InviteService
        .create_code(&mut club, CAT, policy, &random, NOW)
        .await;
    assert_eq!(refused, Err(InviteError::CodeLimitReached));
    club.tables.codes.values_mut().next().unwrap().code.used = true;
    InviteService
        .create_code(&mut club, CAT, policy, &random, NOW)
        .await
        .unwrap();
}
