//! Promises about subscriptions that renew themselves.

use ferroboard_billing::testing::a_subscription;
use ferroboard_billing::{
    Renewal, RenewalAttempt, RenewalOutcome, RenewalScope, RenewalStatus, Told,
};
use ferroboard_kernel::{Cents, Seconds, TradeNo, UnixSeconds, UserId};

use crate::contract::{FreshStore, entry, page, t};

const DAY: i64 = 86_400;

/// A user whose subscription ends at this time, with the switch on.
async fn renewing(fresh: &FreshStore, name: &str, ends: i64) -> UserId {
    let user = fresh.user(&format!("{name}@demo.test")).await;
    let mut tx = fresh.begin().await;
    let subscription = a_subscription(t(ends));
    tx.update_subscription(user, &subscription, t(0))
        .await
        .unwrap();
    tx.update_auto_renewal(user, true, t(0)).await.unwrap();
    tx.commit().await.unwrap();
    user
}

/// On and off, as often as one likes; a user's own page shows it.
pub async fn the_switch_is_kept(fresh: &FreshStore) {
    let (ann, bea) = (
        fresh.user("ann@demo.test").await,
        fresh.user("bea@demo.test").await,
    );
    for is_on in [true, true, false, false, true] {
        let mut tx = fresh.begin().await;
        tx.update_auto_renewal(ann, is_on, t(1)).await.unwrap();
        assert_eq!(tx.find_auto_renewal(ann).await, Ok(is_on));
        assert_eq!(tx.find_auto_renewal(bea).await, Ok(false));
        tx.commit().await.unwrap();
        assert_eq!(fresh.view(ann).await.auto_renewal, is_on);
        assert!(!fresh.view(bea).await.auto_renewal);
    }
}

/// One of each end; it moves from where it stands, and from nowhere else.
pub async fn of_each_end_there_is_one_renewal(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let new = Renewal::new(ann, t(50));
    let known = Renewal {
        told: Told::DayBefore,
        price_told: true,
        price: Some(Cents::new(990)),
        ..new.clone()
    };
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_renewal(ann, t(50)).await, Ok(None));
    let waiting = RenewalStatus::Waiting;
    assert_eq!(tx.move_renewal(waiting, &known, t(1)).await, Ok(false));
    assert_eq!(tx.insert_renewal(&new, t(1)).await, Ok(true));
    assert_eq!(tx.insert_renewal(&known, t(1)).await, Ok(false));
    assert_eq!(tx.find_renewal(ann, t(50)).await, Ok(Some(new)));
    for _ in 0..2 {
        assert_eq!(tx.move_renewal(waiting, &known, t(1)).await, Ok(true));
    }
    assert_eq!(tx.find_renewal(ann, t(50)).await, Ok(Some(known.clone())));
    let renewed = Renewal {
        status: RenewalStatus::Renewed,
        ..known
    };
    assert_eq!(tx.move_renewal(waiting, &renewed, t(1)).await, Ok(true));
    assert_eq!(tx.move_renewal(waiting, &renewed, t(1)).await, Ok(false));
    let other = Renewal::new(ann, t(51));
    assert_eq!(tx.insert_renewal(&other, t(1)).await, Ok(true));
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_renewal(ann, t(50)).await, Ok(Some(renewed)));
    assert_eq!(tx.lapse_renewals(t(51), t(2)).await, Ok(0));
    assert_eq!(tx.lapse_renewals(t(52), t(2)).await, Ok(1));
    let lapsed = tx.find_renewal(ann, t(51)).await.unwrap().unwrap();
    assert_eq!(lapsed.status, RenewalStatus::Lapsed);
    tx.rollback().await.unwrap();
}

/// By number, in pages; nobody who is suspended, done, ends too late or ended too long ago.
pub async fn whose_subscription_ends_is_found(fresh: &FreshStore) {
    let soon = renewing(fresh, "soon", DAY).await;
    let week = renewing(fresh, "week", 7 * DAY).await;
    renewing(fresh, "late", 7 * DAY + 1).await;
    let ended = renewing(fresh, "ended", -DAY).await;
    renewing(fresh, "old", -DAY - 1).await;
    let banned = renewing(fresh, "banned", DAY).await;
    fresh.seed.update_banned(banned).await;
    let off = renewing(fresh, "off", DAY).await;
    let done = renewing(fresh, "done", DAY).await;
    fresh.user("nobody@demo.test").await;
    let mut tx = fresh.begin().await;
    tx.update_auto_renewal(off, false, t(0)).await.unwrap();
    let renewed = Renewal {
        status: RenewalStatus::Renewed,
        ..Renewal::new(done, t(DAY))
    };
    tx.insert_renewal(&renewed, t(0)).await.unwrap();
    tx.commit().await.unwrap();
    let grace = Seconds::new(0);
    let mut tx = fresh.begin().await;
    let scope = RenewalScope::Ending { grace };
    let found = tx
        .list_renewal_subjects(scope, t(0), None, 10)
        .await
        .unwrap();
    let users: Vec<UserId> = found.iter().map(|subject| subject.user).collect();
    assert_eq!(users, [soon, week, ended]);
    let found = tx
        .list_renewal_subjects(scope, t(0), Some(soon), 1)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].user, week);
    tx.rollback().await.unwrap();
    funded(fresh, soon, week, ended).await;
}

/// Of those that wait, whose balance has the price.
async fn funded(fresh: &FreshStore, soon: UserId, week: UserId, ended: UserId) {
    let priced = |user, ends: UnixSeconds| Renewal {
        price: Some(Cents::new(990)),
        ..Renewal::new(user, ends)
    };
    let mut tx = fresh.begin().await;
    for (user, ends) in [(soon, t(DAY)), (week, t(7 * DAY)), (ended, t(-DAY))] {
        tx.insert_renewal(&priced(user, ends), t(0)).await.unwrap();
        assert!(tx.move_balance(&entry(user, 989, "gift")).await.unwrap());
    }
    let users = |found: Vec<ferroboard_billing::RenewalSubject>| -> Vec<UserId> {
        found.iter().map(|subject| subject.user).collect()
    };
    for (grace, cent, expected) in [
        (0, false, vec![]),
        (0, true, vec![soon]),
        (1, true, vec![soon]),
        (2, true, vec![soon, ended]),
    ] {
        if cent {
            for user in [soon, week, ended] {
                let cent = entry(user, 1, &format!("cent {grace}"));
                assert!(tx.move_balance(&cent).await.unwrap());
            }
        }
        let grace = Seconds::days(grace);
        let scope = RenewalScope::Funded { grace };
        let found = tx
            .list_renewal_subjects(scope, t(0), None, 10)
            .await
            .unwrap();
        assert_eq!(users(found), expected, "{grace:?} {cent}");
    }
    tx.rollback().await.unwrap();
}

/// The newest first, of one user or of all; old ones are deleted some at a time.
pub async fn attempts_are_kept_for_a_while(fresh: &FreshStore) {
    let ann = fresh.user("ann@demo.test").await;
    let bea = fresh.user("bea@demo.test").await;
    let attempt = |user, at, outcome| RenewalAttempt {
        user,
        ends: t(99),
        outcome,
        price: (outcome != RenewalOutcome::Busy).then_some(Cents::new(990)),
        balance: Cents::new(at),
        trade_no: (outcome == RenewalOutcome::Renewed).then(|| TradeNo::stored("T1".into())),
        at: t(at),
    };
    let rows = [
        attempt(ann, 1, RenewalOutcome::Unpaid),
        attempt(bea, 2, RenewalOutcome::Busy),
        attempt(ann, 3, RenewalOutcome::Renewed),
    ];
    let mut tx = fresh.begin().await;
    for row in &rows {
        tx.insert_renewal_attempt(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let list = async |user| {
        let found = fresh.store.list_renewal_attempts(user, page(1, 2)).await;
        found.unwrap()
    };
    let of_ann = list(Some(ann)).await;
    assert_eq!(
        (of_ann.rows, of_ann.total),
        (vec![rows[2].clone(), rows[0].clone()], 2)
    );
    let of_all = list(None).await;
    assert_eq!(
        (of_all.rows, of_all.total),
        (vec![rows[2].clone(), rows[1].clone()], 3)
    );
    let mut tx = fresh.begin().await;
    for (before, limit, deleted) in [(1, 5, 0), (3, 1, 1), (3, 5, 1), (3, 5, 0)] {
        let count = tx.delete_renewal_attempts(t(before), limit).await;
        assert_eq!(count, Ok(deleted), "before {before}, {limit}");
    }
    tx.commit().await.unwrap();
    assert_eq!(list(None).await.rows, [rows[2].clone()]);
}
