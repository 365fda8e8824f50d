//! Promises about counting traffic anew.

use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_billing::{
    NextReset, Plan, ResetCause, ResetMethod, ResetScope, ResetSource, ResetSubject, Subscription,
};
use ferroboard_kernel::{PlanId, UnixSeconds, UserId};

use crate::contract::{FreshStore, ResetLine, UserColumns, t};

const MISSING: UserId = UserId::new(999_999);
const CAUSE: ResetCause = ResetCause {
    source: ResetSource::Cron,
    at: t(50),
};

/// A user of this plan whose next reset is at this time.
async fn subscriber(
    fresh: &FreshStore,
    name: &str,
    plan: i64,
    next_reset_at: Option<UnixSeconds>,
    expired_at: Option<UnixSeconds>,
) -> UserId {
    let user = fresh.user(&format!("{name}@demo.test")).await;
    let subscription = Subscription {
        plan_id: PlanId::new(plan),
        expired_at,
        next_reset_at,
        ..a_subscription(t(86_400))
    };
    let mut tx = fresh.begin().await;
    assert!(
        tx.update_subscription(user, &subscription, t(0))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    user
}

async fn next_reset(fresh: &FreshStore, user: UserId) -> Option<UnixSeconds> {
    fresh.view(user).await.next_reset_at
}

/// By number, in pages; nobody who is suspended, has expired or has no plan.
pub async fn users_are_found_by_what_is_due(fresh: &FreshStore) {
    let later = Some(t(86_400));
    fresh.user("nobody@demo.test").await;
    let due = subscriber(fresh, "due", 1, Some(t(10)), later).await;
    let waiting = subscriber(fresh, "waiting", 1, Some(t(11)), later).await;
    let without = subscriber(fresh, "without", 2, None, later).await;
    let endless = subscriber(fresh, "endless", 2, Some(t(0)), None).await;
    subscriber(fresh, "expired", 1, Some(t(0)), Some(t(10))).await;
    let banned = subscriber(fresh, "banned", 1, Some(t(0)), later).await;
    fresh.seed.update_banned(banned).await;
    let mut tx = fresh.begin().await;
    for (scope, expected) in [
        (ResetScope::Due, vec![due, endless]),
        (ResetScope::Unscheduled, vec![without]),
        (ResetScope::Plan(PlanId::new(1)), vec![due, waiting]),
        (ResetScope::Plan(PlanId::new(3)), vec![]),
        (ResetScope::Active, vec![due, waiting, without, endless]),
    ] {
        let found = tx.list_reset_users(scope, t(10), None, 10).await.unwrap();
        assert_eq!(found, expected, "{scope:?}");
    }
    let page = tx
        .list_reset_users(ResetScope::Active, t(10), Some(due), 2)
        .await
        .unwrap();
    assert_eq!(page, [waiting, without]);
    tx.rollback().await.unwrap();
}

/// Those that are there, with what their plans say; a plan that is gone resets nothing.
pub async fn subjects_know_the_methods_of_their_plans(fresh: &FreshStore) {
    let yearly = Plan {
        reset_method: Some(ResetMethod::Yearly),
        ..a_plan(1)
    };
    fresh.seed.insert_plan(&yearly).await;
    fresh.seed.insert_plan(&a_plan(2)).await;
    let nobody = fresh.user("nobody@demo.test").await;
    let own = subscriber(fresh, "own", 1, Some(t(10)), Some(t(99))).await;
    let site = subscriber(fresh, "site", 2, None, None).await;
    let gone = subscriber(fresh, "gone", 3, Some(t(5)), Some(t(99))).await;
    fresh.seed.update_banned(gone).await;
    let plain = ResetSubject {
        user: nobody,
        banned: false,
        plan: None,
        plan_method: None,
        expired_at: None,
        next_reset_at: None,
    };
    let expected = [
        plain,
        ResetSubject {
            user: own,
            plan: Some(PlanId::new(1)),
            plan_method: Some(ResetMethod::Yearly),
            expired_at: Some(t(99)),
            next_reset_at: Some(t(10)),
            ..plain
        },
        ResetSubject {
            user: site,
            plan: Some(PlanId::new(2)),
            ..plain
        },
        ResetSubject {
            user: gone,
            banned: true,
            plan: Some(PlanId::new(3)),
            plan_method: Some(ResetMethod::Never),
            expired_at: Some(t(99)),
            next_reset_at: Some(t(5)),
        },
    ];
    let mut tx = fresh.begin().await;
    let asked = [gone, MISSING, own, site, nobody];
    let found = tx.lock_reset_subjects(&asked).await.unwrap();
    assert_eq!(found, expected);
    assert_eq!(tx.lock_reset_subjects(&[]).await.unwrap(), []);
    let methods = tx.list_reset_methods().await.unwrap();
    let yearly = Some(ResetMethod::Yearly);
    assert_eq!(methods, [(PlanId::new(1), yearly), (PlanId::new(2), None)]);
    tx.rollback().await.unwrap();
}

/// To a time and to none; who was moved meanwhile stays.
pub async fn a_next_reset_moves_only_from_where_it_stands(fresh: &FreshStore) {
    let end = Some(t(99));
    let moved = subscriber(fresh, "moved", 1, Some(t(10)), end).await;
    let cleared = subscriber(fresh, "cleared", 1, Some(t(10)), end).await;
    let set = subscriber(fresh, "set", 1, None, end).await;
    let elsewhere = subscriber(fresh, "elsewhere", 1, Some(t(11)), end).await;
    let other = subscriber(fresh, "other", 1, Some(t(10)), end).await;
    let change = |user, from, to| NextReset { user, from, to };
    let changes = [
        change(moved, Some(t(10)), Some(t(20))),
        change(cleared, Some(t(10)), None),
        change(set, None, Some(t(30))),
        change(elsewhere, Some(t(10)), Some(t(40))),
        change(MISSING, None, Some(t(50))),
    ];
    let mut tx = fresh.begin().await;
    assert_eq!(tx.move_next_resets(&changes, t(1)).await.unwrap(), 3);
    assert_eq!(tx.move_next_resets(&changes, t(1)).await.unwrap(), 0);
    let all_to_none = [change(moved, Some(t(20)), None)];
    assert_eq!(tx.move_next_resets(&all_to_none, t(1)).await.unwrap(), 1);
    assert_eq!(tx.move_next_resets(&[], t(1)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    for (user, expected) in [
        (moved, None),
        (cleared, None),
        (set, Some(t(30))),
        (elsewhere, Some(t(11))),
        (other, Some(t(10))),
    ] {
        assert_eq!(next_reset(fresh, user).await, expected);
    }
}

/// One row of the log each, by user and not by method; who is missing is left out, and others keep what they used.
pub async fn many_resets_are_logged_at_once(fresh: &FreshStore) {
    let mut users = Vec::new();
    for number in 0..4 {
        let user = fresh.user(&format!("u{number}@demo.test")).await;
        let columns = UserColumns {
            upload: 5_000_000_000 + number,
            download: number,
            ..UserColumns::default()
        };
        fresh.seed.update_user(user, &columns).await;
        users.push(user);
    }
    let other = users.pop().unwrap();
    let asked = [users.clone(), vec![MISSING]].concat();
    let methods = [
        ResetMethod::Yearly,
        ResetMethod::Never,
        ResetMethod::Yearly,
        ResetMethod::Monthly,
    ];
    let resets: Vec<_> = asked.iter().copied().zip(methods).collect();
    let mut tx = fresh.begin().await;
    tx.lock_reset_subjects(&asked).await.unwrap();
    assert_eq!(tx.insert_traffic_resets(&resets, CAUSE).await.unwrap(), 3);
    assert_eq!(tx.insert_traffic_resets(&[], CAUSE).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let expected = (0..).zip(&users).map(|(number, user)| ResetLine {
        user: *user,
        reset_type: if number == 1 { "manual" } else { "yearly" }.into(),
        old_upload: 5_000_000_000 + number,
        old_download: number,
        old_total: 5_000_000_000 + 2 * number,
        new_total: 0,
        source: "cron".into(),
    });
    assert_eq!(
        fresh.seed.traffic_resets().await,
        expected.collect::<Vec<_>>()
    );
    for user in users {
        let view = fresh.view(user).await;
        assert_eq!((view.upload, view.download), (0, 0));
    }
    assert_eq!(fresh.view(other).await.upload, 5_000_000_003);
}

/// However many look at the same users at the same moment.
pub async fn of_many_resets_of_one_user_one_happens(fresh: &FreshStore) {
    let mut users = Vec::new();
    for number in 0..5 {
        let name = format!("u{number}");
        users.push(subscriber(fresh, &name, 1, Some(t(10)), Some(t(86_400))).await);
    }
    let asked = users.clone();
    let counted = fresh
        .race(8, move |_, mut tx| {
            let asked = asked.clone();
            async move {
                let mut due = tx.lock_reset_subjects(&asked).await?;
                due.retain(|subject| subject.is_due(t(50)));
                let moves = due.iter().map(|subject| NextReset {
                    user: subject.user,
                    from: subject.next_reset_at,
                    to: Some(t(1_000)),
                });
                let moves: Vec<_> = moves.collect();
                let moved = tx.move_next_resets(&moves, t(50)).await?;
                let users = due
                    .iter()
                    .map(|subject| (subject.user, ResetMethod::Yearly));
                let users: Vec<_> = users.collect();
                assert_eq!(tx.insert_traffic_resets(&users, CAUSE).await?, moved);
                tx.commit().await.map(|()| moved)
            }
        })
        .await;
    assert_eq!(counted.iter().sum::<u64>(), 5);
    assert_eq!(fresh.seed.traffic_resets().await.len(), 5);
}

/// Overwritten for one plan, kept for the others.
pub async fn the_followed_rules_are_kept(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert_eq!(tx.list_reset_rules().await.unwrap(), []);
    for (plan, rule) in [(2, "1 Asia/Shanghai"), (1, "0 UTC"), (2, "3 UTC")] {
        tx.update_reset_rule(PlanId::new(plan), rule).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let rule = |plan, rule: &str| (PlanId::new(plan), rule.to_owned());
    assert_eq!(
        tx.list_reset_rules().await.unwrap(),
        [rule(1, "0 UTC"), rule(2, "3 UTC")]
    );
    tx.rollback().await.unwrap();
}
