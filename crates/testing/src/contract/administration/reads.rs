//! Promises about what administrators read of the panel itself.

use ferroboard_application::{JobState, OutboxCounts};
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_kernel::{PlanId, Seconds};
use ferroboard_mail::testing::a_mail;

use crate::contract::{FreshStore, T0, t};

/// By place, those without one first; users whose subscription has ended are no active ones.
pub async fn plans_are_listed_with_their_users(fresh: &FreshStore) {
    for (id, sort) in [(1, Some(2)), (2, Some(1)), (3, None)] {
        let mut plan = a_plan(id);
        plan.sort = sort;
        fresh.seed.insert_plan(&plan).await;
    }
    for (email, end) in [("ann@demo.test", 10), ("bea@demo.test", 5)] {
        let user = fresh.user(email).await;
        let mut tx = fresh.begin().await;
        let subscription = a_subscription(t(end));
        assert_eq!(subscription.plan_id, PlanId::new(1));
        assert!(
            tx.update_subscription(user, &subscription, T0)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }
    let plans = fresh.admin().list_offered_plans(t(6)).await.unwrap();
    let shown = plans.iter();
    let shown = shown.map(|view| (view.plan.id.get(), view.users, view.active_users));
    assert_eq!(shown.collect::<Vec<_>>(), [(3, 0, 0), (2, 0, 0), (1, 2, 1)]);
    assert!(plans.iter().all(|view| view.group.is_none()));
}

/// By name.
pub async fn the_state_of_each_job_is_listed(fresh: &FreshStore) {
    assert_eq!(fresh.admin().list_job_states().await.unwrap(), []);
    let failed = JobState {
        last_started_at: Some(t(3)),
        last_error: Some("no disk".into()),
        ..JobState::default()
    };
    let mut tx = fresh.begin().await;
    for (name, state) in [
        ("reset:traffic", JobState::default()),
        ("check:order", failed.clone()),
    ] {
        let before = tx.lock_job(name).await.unwrap();
        assert!(tx.move_job(name, &before, &state).await.unwrap());
    }
    tx.commit().await.unwrap();
    let states = fresh.admin().list_job_states().await.unwrap();
    let expected = [
        ("check:order".to_owned(), failed),
        ("reset:traffic".to_owned(), JobState::default()),
    ];
    assert_eq!(states, expected);
}

/// What a sender has no longer waits.
pub async fn what_waits_in_the_outbox_is_counted(fresh: &FreshStore) {
    let none = OutboxCounts::default();
    assert_eq!(fresh.admin().count_outbox().await.unwrap(), none);
    let mut tx = fresh.begin().await;
    for email in ["ann@demo.test", "bea@demo.test"] {
        tx.insert_mail(&a_mail(email), T0).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let taken = tx.lock_due_mails(1, t(1), Seconds::minutes(1)).await;
    assert_eq!(taken.unwrap().len(), 1);
    tx.commit().await.unwrap();
    let expected = OutboxCounts {
        waiting: 1,
        failed: 0,
    };
    assert_eq!(fresh.admin().count_outbox().await.unwrap(), expected);
}
