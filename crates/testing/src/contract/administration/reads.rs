//! Promises about what administrators read of the panel itself.

use ferroboard_application::{
    JobState, LEDGER, MAIL_LOG, OutboxCounts, PlanUsers, SavedView, USER_TASKS, UserScope,
    UserTask, UserWork,
};
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_kernel::{PlanId, Seconds, UserId};
use ferroboard_listing::{Asked, AskedFilter, Given};
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
    let plans = fresh.admin().list_offered_plans().await.unwrap();
    let shown = plans.iter().map(|(plan, _)| plan.id.get());
    assert_eq!(shown.collect::<Vec<_>>(), [3, 2, 1]);
    assert!(plans.iter().all(|(_, group)| group.is_none()));
    let users = fresh.admin().count_users_of_plans(t(6)).await.unwrap();
    assert_eq!(users, [(PlanId::new(1), PlanUsers { all: 2, active: 1 })]);
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

/// By list and name; one of the same name is replaced, and the oldest of an operator's goes beyond the most.
pub async fn kept_lists_are_an_operators_own(fresh: &FreshStore) {
    let view = |admin: i64, name: &str, query: &str| SavedView {
        id: 0,
        admin: UserId::new(admin),
        list: "users".to_owned(),
        name: name.to_owned(),
        query: query.to_owned(),
        created_at: T0,
    };
    let names = async |admin: i64| {
        let views = fresh.admin().list_saved_views(UserId::new(admin)).await;
        let views = views.unwrap().into_iter();
        views
            .map(|view| (view.name, view.query))
            .collect::<Vec<_>>()
    };
    let pair = |name: &str, query: &str| (name.to_owned(), query.to_owned());
    let mut tx = fresh.begin().await;
    for (admin, name, query) in [(1, "b", "x"), (1, "a", "y"), (2, "b", "z"), (1, "b", "new")] {
        let kept = tx.replace_saved_view(&view(admin, name, query), 2).await;
        kept.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(names(1).await, [pair("a", "y"), pair("b", "new")]);
    assert_eq!(names(2).await, [pair("b", "z")]);
    let mut tx = fresh.begin().await;
    tx.replace_saved_view(&view(1, "c", "w"), 2).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(1).await, [pair("b", "new"), pair("c", "w")]);
    let kept = fresh.admin().list_saved_views(UserId::new(2)).await;
    let id = kept.unwrap()[0].id;
    let mut tx = fresh.begin().await;
    assert!(!tx.delete_saved_view(UserId::new(1), id).await.unwrap());
    assert!(tx.delete_saved_view(UserId::new(2), id).await.unwrap());
    tx.commit().await.unwrap();
    assert!(names(2).await.is_empty());
}

/// The newest first; mails without what stands in them.
pub async fn mails_and_work_on_many_are_listed(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    for email in ["ann@demo.test", "bea@demo.test"] {
        tx.insert_mail(&a_mail(email), T0).await.unwrap();
    }
    let admin = UserId::new(1);
    let ban = UserTask::new(UserWork::Ban, UserScope::all(), admin, "one", t(1));
    let reset = UserTask::new(UserWork::Reset, UserScope::all(), admin, "one", t(2));
    let first = tx.insert_user_task(&ban).await.unwrap();
    let second = tx.insert_user_task(&reset).await.unwrap();
    tx.commit().await.unwrap();
    let asked = Asked {
        filters: vec![AskedFilter::new("email", Given::One("like:BEA".to_owned()))],
        ..Asked::default()
    };
    let mails = MAIL_LOG.judge(&asked).unwrap();
    let mails = fresh.admin().list_mails(&mails).await.unwrap();
    let shown = mails
        .rows
        .iter()
        .map(|mail| (mail.to.as_str(), mail.status));
    assert_eq!(shown.collect::<Vec<_>>(), [("bea@demo.test", 0)]);
    let all = USER_TASKS.judge(&Asked::default()).unwrap();
    let tasks = fresh.admin().list_user_tasks(&all).await.unwrap();
    let shown = tasks.rows.iter().map(|task| (task.id, task.work.clone()));
    let expected = [(second, UserWork::Reset), (first, UserWork::Ban)];
    assert_eq!(
        (shown.collect::<Vec<_>>(), tasks.total),
        (expected.to_vec(), 2)
    );
    let found = fresh.admin().find_user_task(first).await.unwrap();
    assert_eq!(found.map(|task| task.created_at), Some(t(1)));
    assert_eq!(fresh.admin().find_user_task(99).await.unwrap(), None);
    let ledger = LEDGER.judge(&Asked::default()).unwrap();
    assert_eq!(fresh.admin().list_ledger(&ledger).await.unwrap().total, 0);
}
