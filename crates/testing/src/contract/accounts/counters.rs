//! Promises about counters that run out.

use ferroboard_attempts::{Counter, CounterName};
use ferroboard_kernel::{Email, Seconds, StoreError, UserId};

use crate::contract::{FreshStore, T0, t};

const WINDOW: Seconds = Seconds::new(60);

fn name() -> CounterName {
    CounterName::failed_logins(&Email::stored("ann@demo.test"))
}

/// Never counted.
pub async fn an_absent_counter_is_none(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    assert_eq!(tx.find_counter(&name(), WINDOW, T0).await.unwrap(), None);
    tx.delete_counter(&name()).await.unwrap();
    tx.commit().await.unwrap();
}

/// The new count is returned, and kept.
pub async fn events_are_counted_from_one(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    for expected in 1..=3 {
        assert_eq!(
            tx.update_counter(&name(), WINDOW, T0).await.unwrap(),
            expected
        );
    }
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let counter = tx.find_counter(&name(), WINDOW, T0).await.unwrap();
    assert_eq!(
        counter,
        Some(Counter {
            count: 3,
            expires_at: t(60)
        })
    );
    tx.rollback().await.unwrap();
}

/// An amount counts as so many events, and starts a counter that has run out.
pub async fn amounts_are_counted(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    let amounts = [(1_000, T0, 1_000), (1, T0, 1_001), (70_000, t(30), 71_001)];
    for (amount, at, expected) in amounts {
        let count = tx.update_counter_by(&name(), amount, WINDOW, at).await;
        assert_eq!(count.unwrap(), expected);
    }
    let begun = tx.update_counter_by(&name(), 500, WINDOW, t(90)).await;
    assert_eq!(begun.unwrap(), 500);
    tx.commit().await.unwrap();
}

/// At that very second it is absent, and the next event is the first.
pub async fn a_counter_runs_out_at_its_time(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.update_counter(&name(), WINDOW, T0).await.unwrap();
    tx.update_counter(&name(), WINDOW, T0).await.unwrap();
    assert!(
        tx.find_counter(&name(), WINDOW, t(59))
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(tx.find_counter(&name(), WINDOW, t(60)).await.unwrap(), None);
    assert_eq!(tx.update_counter(&name(), WINDOW, t(60)).await.unwrap(), 1);
    let counter = tx.find_counter(&name(), WINDOW, t(60)).await.unwrap();
    assert_eq!(
        counter,
        Some(Counter {
            count: 1,
            expires_at: t(120)
        })
    );
    tx.commit().await.unwrap();
}

/// The latest event decides.
pub async fn each_event_prolongs_the_window(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.update_counter(&name(), WINDOW, T0).await.unwrap();
    assert_eq!(tx.update_counter(&name(), WINDOW, t(59)).await.unwrap(), 2);
    let counter = tx.find_counter(&name(), WINDOW, t(100)).await.unwrap();
    assert_eq!(
        counter,
        Some(Counter {
            count: 2,
            expires_at: t(119)
        })
    );
    tx.commit().await.unwrap();
}

/// And starts again from one.
pub async fn a_counter_is_forgotten(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.update_counter(&name(), WINDOW, T0).await.unwrap();
    tx.delete_counter(&name()).await.unwrap();
    assert_eq!(tx.find_counter(&name(), WINDOW, T0).await.unwrap(), None);
    assert_eq!(tx.update_counter(&name(), WINDOW, T0).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

/// Whatever clock wrote it: by then its events are forgotten.
pub async fn a_counter_lasts_no_longer_than_its_window(fresh: &FreshStore) {
    let ahead = T0.plus(Seconds::days(30));
    let names = [name(), CounterName::traffic_reminder(UserId::new(1))];
    let mut tx = fresh.begin().await;
    tx.update_counter(&names[0], WINDOW, ahead).await.unwrap();
    tx.insert_counters(&[(names[1].clone(), ahead)], WINDOW, ahead)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(tx.list_counters(&names, WINDOW, T0).await.unwrap(), []);
    assert_eq!(tx.find_counter(&names[0], WINDOW, T0).await.unwrap(), None);
    let counted = fresh.store.count_events(&names[0], WINDOW, T0);
    assert_eq!(counted.await.unwrap(), 0);
    assert_eq!(
        tx.update_counter(&names[0], WINDOW, T0).await.unwrap(),
        1,
        "it starts again"
    );
    tx.insert_counters(&[(names[1].clone(), t(30))], WINDOW, T0)
        .await
        .unwrap();
    assert_eq!(tx.list_counters(&names, WINDOW, T0).await.unwrap().len(), 2);
    tx.commit().await.unwrap();
}

/// Another process may be ahead by a few seconds, and still counts on.
pub async fn clocks_may_differ_a_little(fresh: &FreshStore) {
    let mut tx = fresh.begin().await;
    tx.update_counter(&name(), WINDOW, t(5)).await.unwrap();
    assert_eq!(tx.update_counter(&name(), WINDOW, T0).await.unwrap(), 2);
    tx.commit().await.unwrap();
}

/// Each name counts for itself, also the longest.
pub async fn counters_do_not_share(fresh: &FreshStore) {
    let long = CounterName::invite_view(&"界".repeat(40), &"f".repeat(60));
    let other = CounterName::failed_logins_from("192.0.2.1");
    let mut tx = fresh.begin().await;
    for name in [&long, &other, &name()] {
        assert_eq!(
            tx.update_counter(name, WINDOW, T0).await.unwrap(),
            1,
            "{name:?}"
        );
    }
    assert_eq!(tx.update_counter(&long, WINDOW, T0).await.unwrap(), 2);
    assert_eq!(
        tx.find_counter(&other, WINDOW, T0)
            .await
            .unwrap()
            .unwrap()
            .count,
        1
    );
    tx.commit().await.unwrap();
}

/// 16 transactions at once: every number from 1 to 16 is returned once.
pub async fn concurrent_events_are_counted_exactly(fresh: &FreshStore) {
    let mut counts = fresh
        .race(16, |_, mut tx| async move {
            let count = tx.update_counter(&name(), WINDOW, T0).await?;
            tx.commit().await.map(|()| count)
        })
        .await;
    counts.sort_unstable();
    assert_eq!(counts, (1..=16).collect::<Vec<i64>>());
    let mut tx = fresh.begin().await;
    assert_eq!(
        tx.find_counter(&name(), WINDOW, T0)
            .await
            .unwrap()
            .unwrap()
            .count,
        16
    );
    tx.rollback().await.unwrap();
}

/// At one, until their time; one that has run out makes room, one that has not is a duplicate.
pub async fn many_counters_are_started_at_once(fresh: &FreshStore) {
    let name = |number: i64| CounterName::traffic_reminder(UserId::new(number));
    let names: Vec<CounterName> = (1..=4).map(name).collect();
    let mut tx = fresh.begin().await;
    tx.insert_counters(&[], WINDOW, T0).await.unwrap();
    tx.insert_counters(&[(name(1), t(10)), (name(2), t(20))], WINDOW, T0)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    assert_eq!(tx.list_counters(&[], WINDOW, t(1)).await.unwrap(), []);
    let mut found = tx.list_counters(&names, WINDOW, t(9)).await.unwrap();
    found.sort_by_key(|name| name.as_str().to_owned());
    assert_eq!(found, [name(1), name(2)]);
    assert_eq!(
        tx.list_counters(&names, WINDOW, t(10)).await.unwrap(),
        [name(2)]
    );
    tx.insert_counters(&[(name(1), t(90)), (name(3), t(90))], WINDOW, t(10))
        .await
        .unwrap();
    let counter = tx
        .find_counter(&name(1), WINDOW, t(11))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((counter.count, counter.expires_at), (1, t(90)));
    tx.commit().await.unwrap();
    let mut tx = fresh.begin().await;
    let again = tx.insert_counters(&[(name(3), t(99))], WINDOW, t(11)).await;
    assert!(
        matches!(again, Err(StoreError::Duplicate { .. })),
        "{again:?}"
    );
}
