//! What nodes report, told over the in-memory tables.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::BTreeMap;

use ferroboard_kernel::{Decimal, NodeId, Seconds, StoreError, UnixSeconds, UserId};
use ferroboard_nodes::testing::{
    HasNodes, MemoryNodes, OnlineRow, TrafficColumns, a_node, a_policy,
};
use ferroboard_nodes::{
    AppliedReport, DeviceReport, DeviceService, IdentifiedReport, Node, ReportIdentity,
    SharedQuotas, Traffic, TrafficReport, TrafficService,
};
use ferroboard_protocol::RateRange;
use serde_json::{Value, json};

/// 2025-01-01 00:00 in Shanghai.
const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);
const QUOTA: i64 = 1_000;
const DEVICES: i64 = 2;
/// Who may have any number of devices.
const BOUNDLESS: UserId = UserId::new(13);

#[derive(Default)]
struct Tables {
    nodes: MemoryNodes,
    users: BTreeMap<UserId, (i64, i64)>,
}

impl HasNodes for Tables {
    fn nodes(&mut self) -> Result<&mut MemoryNodes, StoreError> {
        Ok(&mut self.nodes)
    }

    fn traffic_of(&mut self, user: UserId) -> Result<Option<TrafficColumns<'_>>, StoreError> {
        let columns = self.users.get_mut(&user);
        Ok(columns.map(|(upload, download)| TrafficColumns {
            upload,
            download,
            quota: QUOTA,
        }))
    }

    fn device_limit_of(&mut self, user: UserId) -> Result<Option<i64>, StoreError> {
        let is_limited = self.users.contains_key(&user) && user != BOUNDLESS;
        Ok(is_limited.then_some(DEVICES))
    }

    fn online_row(&mut self, user: UserId) -> Result<Option<&mut OnlineRow>, StoreError> {
        let is_known = self.users.contains_key(&user);
        Ok(is_known.then(|| self.nodes.users.entry(user).or_default()))
    }
}

impl Tables {
    /// Users 2, 3 and 13, and this node.
    fn with(node: &Node) -> Self {
        let mut tables = Self::default();
        for user in [2, 3, 13] {
            tables.users.insert(UserId::new(user), (0, 0));
        }
        tables.nodes.nodes.insert(node.id, node.clone());
        tables
    }

    async fn push(&mut self, node: &Node, given: &Value, seconds: i64) -> AppliedReport {
        let report = TrafficReport::parse(given).unwrap();
        let identity = ReportIdentity::of(&report);
        self.push_as(node, &report, &identity, seconds).await
    }

    async fn push_as(
        &mut self,
        node: &Node,
        report: &TrafficReport,
        identity: &ReportIdentity,
        seconds: i64,
    ) -> AppliedReport {
        let now = NOW.plus(Seconds::new(seconds));
        TrafficService
            .apply(
                self,
                node,
                IdentifiedReport { report, identity },
                &SharedQuotas::default(),
                &a_policy(),
                now,
            )
            .await
            .unwrap()
    }

    fn used(&self, user: i64) -> (i64, i64) {
        self.users[&UserId::new(user)]
    }
}

fn applied() -> AppliedReport {
    AppliedReport::Now
}

fn traffic(upload: i64, download: i64) -> Traffic {
    Traffic { upload, download }
}

#[tokio::test]
async fn users_pay_the_rate_and_nodes_count_what_they_carried() {
    let node = Node {
        rate: Decimal::new(15_000),
        ..a_node(1)
    };
    let mut tables = Tables::with(&node);
    let given = json!({"2": [100, 200], "13": [7, 9], "99": [5, 5]});
    assert_eq!(tables.push(&node, &given, 0).await, applied());
    assert_eq!((tables.used(2), tables.used(13)), ((150, 300), (11, 14)));
    assert_eq!(tables.used(3), (0, 0));
    let nodes = &tables.nodes;
    let day = |user| nodes.user_statistics[&(UserId::new(user), 150, NOW)];
    assert_eq!((day(2), day(13)), (traffic(150, 300), traffic(10, 13)));
    assert_eq!(nodes.user_statistics.len(), 2);
    let key = (node.id, node.protocol, NOW);
    assert_eq!(nodes.node_statistics[&key], traffic(107, 209));
    let kept = &nodes.nodes[&node.id];
    assert_eq!(
        (kept.upload, kept.download, kept.updated_at),
        (107, 209, NOW)
    );
    let state = &nodes.states[&node.id];
    assert_eq!((state.online_users, state.last_push_at), (3, Some(NOW)));
    assert_eq!(nodes.users[&UserId::new(2)].last_traffic_at, NOW);
}

#[tokio::test]
async fn a_report_of_the_same_content_is_another_one_after_a_while() {
    let node = a_node(1);
    let mut tables = Tables::with(&node);
    let given = json!({"2": [1, 1]});
    for (seconds, expected) in [(0, 1), (1, 1), (44, 1), (45, 2), (46, 2), (105, 3)] {
        tables.push(&node, &given, seconds).await;
        assert_eq!(tables.used(2), (expected, expected), "after {seconds} s");
    }
    let other = a_node(2);
    assert_eq!(tables.push(&other, &given, 106).await, applied());
    let same = tables.push(&node, &json!({"2": ["1", 1.0]}), 106).await;
    assert_eq!(same, AppliedReport::Before);
}

#[tokio::test]
async fn a_report_with_a_name_counts_once_for_ever() {
    let node = a_node(1);
    let mut tables = Tables::with(&node);
    let report = TrafficReport::parse(&json!({"2": [1, 1]})).unwrap();
    let first = ReportIdentity::given("report-1");
    assert_eq!(tables.push_as(&node, &report, &first, 0).await, applied());
    let late = tables.push_as(&node, &report, &first, 5_000).await;
    assert_eq!(late, AppliedReport::Before);
    let second = ReportIdentity::given("report-2");
    assert_eq!(tables.push_as(&node, &report, &second, 1).await, applied());
    assert_eq!(tables.used(2), (2, 2));
}

#[tokio::test]
async fn traffic_of_strangers_alone_is_no_traffic() {
    let node = a_node(1);
    let mut tables = Tables::with(&node);
    assert_eq!(
        tables.push(&node, &json!({"99": [5, 5]}), 0).await,
        applied()
    );
    assert!(tables.nodes.user_statistics.is_empty());
    assert!(tables.nodes.node_statistics.is_empty());
    assert_eq!(tables.nodes.states[&node.id].online_users, 1);
}

#[tokio::test]
async fn the_rate_is_that_of_the_time_of_day() {
    let rate_ranges = vec![RateRange {
        start: "01:00".into(),
        end: "02:00".into(),
        rate: Decimal::new(30_000),
    }];
    let node = Node {
        rate_ranges,
        ..a_node(1)
    };
    let mut tables = Tables::with(&node);
    tables.push(&node, &json!({"2": [10, 20]}), 3_600).await;
    assert_eq!(tables.used(2), (30, 60));
    let key = (UserId::new(2), 300, NOW);
    assert!(tables.nodes.user_statistics.contains_key(&key));
}

#[tokio::test]
async fn batches_add_up() {
    let node = a_node(1);
    let mut tables = Tables::with(&node);
    for user in 1..=2_500 {
        tables.users.insert(UserId::new(user), (0, 0));
    }
    let entries = (1..=2_501).map(|user| (user.to_string(), json!([1, 2])));
    let given = Value::Object(entries.collect());
    tables.push(&node, &given, 0).await;
    let sums = tables
        .users
        .values()
        .fold((0, 0), |(up, down), (u, d)| (up + u, down + d));
    assert_eq!(sums, (2_500, 5_000));
    let kept = &tables.nodes.nodes[&node.id];
    assert_eq!((kept.upload, kept.download), (2_500, 5_000));
    assert_eq!(tables.nodes.states[&node.id].online_users, 2_501);
}

#[tokio::test]
async fn devices_are_counted_over_all_nodes_and_forgotten() {
    let (one, two) = (a_node(1), a_node(2));
    let mut tables = Tables::with(&one);
    let user = UserId::new(2);
    for (node, given, seconds, expected) in [
        (
            &one,
            json!({"2": ["1.1.1.1", "2.2.2.2"], "99": ["9.9.9.9"]}),
            0,
            2,
        ),
        (&two, json!({"2": ["1.1.1.1:5", "4.4.4.4"]}), 10, 3),
        (&one, json!({"2": []}), 20, 2),
        (&one, json!({"2": ["5.5.5.5"]}), 310, 3),
        (&one, json!({"2": ["5.5.5.5"]}), 311, 1),
    ] {
        let report = DeviceReport::parse(&given).unwrap();
        let now = NOW.plus(Seconds::new(seconds));
        DeviceService
            .replace(&mut tables, node, &report, now)
            .await
            .unwrap();
        let row = tables.nodes.users[&user];
        assert_eq!(row.online_count, Some(expected), "after {seconds} s");
        assert_eq!(row.last_online_at, Some(now));
    }
    assert!(tables.nodes.devices.keys().all(|(of, ..)| *of == user));
    let node = NodeId::new(2);
    assert!(
        tables
            .nodes
            .devices
            .keys()
            .any(|(_, through, _)| *through == node)
    );
}

/// At each crossing from fewer to as many or more, and at no report in between.
#[tokio::test]
async fn whoever_reaches_the_limit_of_devices_is_named() {
    let (one, two) = (a_node(1), a_node(2));
    let mut tables = Tables::with(&one);
    for (step, (node, given, expected)) in [
        (&one, json!({"2": ["1.1.1.1"], "13": ["1.1.1.1"]}), vec![]),
        (&two, json!({"2": ["2.2.2.2"], "13": ["2.2.2.2"]}), vec![2]),
        (&two, json!({"2": ["2.2.2.2", "3.3.3.3"]}), vec![]),
        (&two, json!({"2": [], "3": ["1.1.1.1"]}), vec![]),
        (
            &two,
            json!({"2": ["4.4.4.4"], "3": ["1.1.1.1", "2.2.2.2", "3.3.3.3"], "99": ["1.1.1.1"]}),
            vec![2, 3],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let report = DeviceReport::parse(&given).unwrap();
        let full = DeviceService.replace(&mut tables, node, &report, NOW).await;
        let full: Vec<i64> = full.unwrap().into_iter().map(UserId::get).collect();
        assert_eq!(full, expected, "step {step}");
    }
    let all = DeviceReport::parse(&json!({"3": ["5.5.5.5"]})).unwrap();
    let full = DeviceService
        .replace_all(&mut tables, two.id, &all, NOW)
        .await;
    assert_eq!(full.unwrap(), []);
}

/// A whole picture of a node takes away whom it does not show; other nodes keep theirs.
#[tokio::test]
async fn a_whole_picture_replaces_the_last_one() {
    let (one, two) = (a_node(1), a_node(2));
    let mut tables = Tables::with(&one);
    let at = |seconds| NOW.plus(Seconds::new(seconds));
    let report = |given| DeviceReport::parse(&given).unwrap();
    let first = report(json!({"2": ["1.1.1.1"], "3": ["3.3.3.3"], "99": ["9.9.9.9"]}));
    DeviceService
        .replace_all(&mut tables, one.id, &first, at(0))
        .await
        .unwrap();
    let other = report(json!({"2": ["4.4.4.4"]}));
    DeviceService
        .replace(&mut tables, &two, &other, at(1))
        .await
        .unwrap();
    let counts = |tables: &Tables| {
        [2, 3, 13].map(|user| {
            let row = tables.nodes.users.get(&UserId::new(user));
            row.and_then(|row| row.online_count)
        })
    };
    assert_eq!(counts(&tables), [Some(2), Some(1), None]);
    let second = report(json!({"13": ["5.5.5.5"], "2": ["1.1.1.1"]}));
    DeviceService
        .replace_all(&mut tables, one.id, &second, at(2))
        .await
        .unwrap();
    assert_eq!(counts(&tables), [Some(2), Some(0), Some(1)]);
    // Who was seen since stays.
    for (until, expected) in [
        (at(1), [Some(2), Some(0), Some(1)]),
        (at(2), [Some(1), Some(0), Some(0)]),
    ] {
        DeviceService
            .clear(&mut tables, one.id, until, at(3))
            .await
            .unwrap();
        assert_eq!(counts(&tables), expected);
    }
}
