//! Promises about what nodes carried.

use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Decimal, NodeId, UserId};
use ferroboard_nodes::testing::a_node;
use ferroboard_nodes::{CountedUser, NodeTraffic, ReportIdentity, Traffic, TrafficReport};
use ferroboard_protocol::Protocol;
use serde_json::json;

use crate::contract::{FreshStore, T0, UserColumns, t};

const NODE: NodeId = NodeId::new(1);

fn traffic(upload: i64, download: i64) -> Traffic {
    Traffic { upload, download }
}

fn by_content() -> ReportIdentity {
    ReportIdentity::of(&TrafficReport::parse(&json!({"1": [1, 1]})).unwrap())
}

/// By name always, by content after a while.
pub async fn a_report_is_noted_once(fresh: &FreshStore) {
    let (named, unnamed) = (ReportIdentity::given("a"), by_content());
    let other = NodeId::new(2);
    let mut tx = fresh.begin().await;
    for (node, identity, since, at, expected) in [
        (NODE, &named, t(-45), T0, true),
        (NODE, &named, t(99_999), t(100_000), false),
        (other, &named, t(-45), T0, true),
        (NODE, &unnamed, t(-45), T0, true),
        (NODE, &unnamed, t(-1), t(44), false),
        (NODE, &unnamed, T0, t(45), true),
        (NODE, &unnamed, t(1), t(46), false),
        // The last one lies ahead, by as much as clocks may differ, and by more.
        (NODE, &unnamed, t(-60), t(-15), false),
        (NODE, &unnamed, t(-61), t(-16), true),
        (other, &unnamed, t(1), t(46), true),
    ] {
        let noted = tx.insert_traffic_report(node, identity, since, at).await;
        assert_eq!(noted.unwrap(), expected, "{node} {identity:?} {since:?}");
    }
    assert_eq!(tx.delete_traffic_reports(t(45)).await.unwrap(), 3);
    tx.commit().await.unwrap();
}

/// Whether or not the agent names it, and though each adds to the same user.
pub async fn of_many_alike_reports_one_counts(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    fresh.seed.insert_node(&a_node(1)).await;
    for (identity, at, total) in [
        (ReportIdentity::given("a"), T0, 2),
        (by_content(), T0, 4),
        (by_content(), t(60), 6),
    ] {
        let counted = fresh
            .race(16, move |_, mut tx| {
                let identity = identity.clone();
                async move {
                    let since = at.minus(ferroboard_kernel::Seconds::new(45));
                    let first = tx.insert_traffic_report(NODE, &identity, since, at).await?;
                    if first {
                        tx.update_user_traffic(&[(user, traffic(1, 1))], at).await?;
                    }
                    tx.commit().await?;
                    Ok(first)
                }
            })
            .await;
        assert_eq!(counted.into_iter().filter(|first| *first).count(), 1);
        let view = fresh.view(user).await;
        assert_eq!(view.upload + view.download, total);
    }
}

/// Those that exist; and who used up the quota with it.
pub async fn traffic_is_added_to_users(fresh: &FreshStore) {
    let mut users = Vec::new();
    for name in ["ann", "bea", "cat", "dan"] {
        users.push(fresh.user(&format!("{name}@demo.test")).await);
    }
    let quota = a_subscription(t(86_400)).transfer_enable;
    let mut tx = fresh.begin().await;
    for user in &users[..3] {
        tx.update_subscription(*user, &a_subscription(t(86_400)), T0)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    for (user, upload) in [
        (users[0], quota - 10),
        (users[1], quota - 10),
        (users[2], quota),
    ] {
        let columns = UserColumns {
            upload,
            ..UserColumns::default()
        };
        fresh.seed.update_user(user, &columns).await;
    }
    let charges = [
        (users[0], traffic(4, 5)),
        (users[1], traffic(4, 6)),
        (users[2], traffic(1, 1)),
        (users[3], traffic(7, 8)),
        (UserId::new(99_999_999_999), traffic(1, 1)),
    ];
    let mut tx = fresh.begin().await;
    let counted = tx.update_user_traffic(&charges, t(60)).await.unwrap();
    let strangers = [(UserId::new(99), traffic(1, 1))];
    let none = tx.update_user_traffic(&strangers, t(60)).await.unwrap();
    assert_eq!(none, []);
    tx.commit().await.unwrap();
    let expected: Vec<_> = users
        .iter()
        .zip([false, true, false, false])
        .map(|(user, exhausted)| CountedUser {
            user: *user,
            exhausted,
        })
        .collect();
    assert_eq!(counted, expected);
    for (user, (_, charge)) in users.iter().zip(charges) {
        let view = fresh.view(*user).await;
        assert_eq!(view.download, charge.download);
        assert_eq!(view.upload % 10, charge.upload % 10);
        assert_eq!(fresh.seed.user_activity(*user).await.0, t(60));
    }
}

/// Rather than becoming negative, or something that is no whole number.
pub async fn sums_stay_at_the_end_of_their_range(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let columns = UserColumns {
        upload: i64::MAX - 5,
        ..UserColumns::default()
    };
    fresh.seed.update_user(user, &columns).await;
    fresh.seed.insert_node(&a_node(1)).await;
    let huge = traffic(i64::MAX, 1);
    let mut tx = fresh.begin().await;
    for _ in 0..2 {
        let counted = tx.update_user_traffic(&[(user, traffic(10, 1))], T0).await;
        assert_eq!(counted.unwrap().len(), 1);
        tx.update_user_statistics(Decimal::new(10_000), &[(user, huge)], T0, T0)
            .await
            .unwrap();
        let carried = NodeTraffic {
            node: NODE,
            protocol: Protocol::Shadowsocks,
            traffic: huge,
            day: T0,
            at: T0,
        };
        tx.update_node_traffic(&carried).await.unwrap();
    }
    tx.commit().await.unwrap();
    let view = fresh.view(user).await;
    assert_eq!((view.upload, view.download), (i64::MAX, 2));
    let end = traffic(i64::MAX, 2);
    assert_eq!(fresh.seed.user_statistics().await[0].3, end);
    assert_eq!(fresh.seed.node_statistics().await[0].3, end);
    assert_eq!(fresh.seed.node_traffic(NODE).await, end);
}

/// One row for each user, rate and day.
pub async fn statistics_of_users_add_up(fresh: &FreshStore) {
    let [ann, bea] = [1, 2].map(UserId::new);
    let mut tx = fresh.begin().await;
    for (rate, counts, day) in [
        (15_000, vec![(ann, traffic(1, 2))], T0),
        (
            15_000,
            vec![(ann, traffic(10, 20)), (bea, traffic(5, 6))],
            T0,
        ),
        (10_000, vec![(ann, traffic(3, 4))], T0),
        (1_250, vec![(ann, traffic(1, 1))], T0),
        (15_000, vec![(ann, traffic(7, 8))], t(86_400)),
    ] {
        tx.update_user_statistics(Decimal::new(rate), &counts, day, day)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let mut rows = fresh.seed.user_statistics().await;
    rows.sort_by_key(|(user, rate, day, _)| (*user, *rate, *day));
    assert_eq!(
        rows,
        [
            (ann, 13, T0, traffic(1, 1)),
            (ann, 100, T0, traffic(3, 4)),
            (ann, 150, T0, traffic(11, 22)),
            (ann, 150, t(86_400), traffic(7, 8)),
            (bea, 150, T0, traffic(5, 6)),
        ]
    );
}

/// In the row of the node, and in one row for each day.
pub async fn nodes_count_what_they_carried(fresh: &FreshStore) {
    fresh.seed.insert_node(&a_node(1)).await;
    let mut tx = fresh.begin().await;
    for (node, day, sum) in [
        (NODE, T0, traffic(1, 2)),
        (NODE, T0, traffic(10, 20)),
        (NODE, t(86_400), traffic(3, 4)),
        (NodeId::new(9), T0, traffic(5, 6)),
    ] {
        let carried = NodeTraffic {
            node,
            protocol: Protocol::Shadowsocks,
            traffic: sum,
            day,
            at: day,
        };
        tx.update_node_traffic(&carried).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(fresh.seed.node_traffic(NODE).await, traffic(14, 26));
    let mut rows = fresh.seed.node_statistics().await;
    rows.sort_by_key(|(node, _, day, _)| (*node, *day));
    let name = || "shadowsocks".to_owned();
    assert_eq!(
        rows,
        [
            (NODE, name(), T0, traffic(11, 22)),
            (NODE, name(), t(86_400), traffic(3, 4)),
            (NodeId::new(9), name(), T0, traffic(5, 6)),
        ]
    );
    let node = fresh.store.find_node("1", None).await.unwrap().unwrap();
    assert_eq!(node.updated_at, t(86_400));
}

/// The users of eight reports at once overlap, in a table that is not sorted: none is lost.
pub async fn concurrent_reports_are_counted_exactly(fresh: &FreshStore) {
    let mut users = Vec::new();
    for number in 0..20 {
        users.push(fresh.user(&format!("u{number}@demo.test")).await);
    }
    fresh.seed.insert_node(&a_node(1)).await;
    let all = users.clone();
    fresh
        .race(8, move |_, mut tx| {
            let charges: Vec<_> = all.iter().map(|user| (*user, traffic(1, 2))).collect();
            async move {
                tx.update_user_traffic(&charges, T0).await?;
                tx.update_user_statistics(Decimal::new(10_000), &charges, T0, T0)
                    .await?;
                let carried = NodeTraffic {
                    node: NODE,
                    protocol: Protocol::Shadowsocks,
                    traffic: traffic(20, 40),
                    day: T0,
                    at: T0,
                };
                tx.update_node_traffic(&carried).await?;
                tx.commit().await
            }
        })
        .await;
    for user in users {
        let view = fresh.view(user).await;
        assert_eq!((view.upload, view.download), (8, 16));
    }
    let rows = fresh.seed.user_statistics().await;
    assert_eq!(rows.len(), 20);
    assert!(rows.iter().all(|(.., sum)| *sum == traffic(8, 16)));
    assert_eq!(fresh.seed.node_traffic(NODE).await, traffic(160, 320));
    assert_eq!(fresh.seed.node_statistics().await[0].3, traffic(160, 320));
}
