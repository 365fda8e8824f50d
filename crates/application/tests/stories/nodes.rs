use std::sync::Arc;
use std::time::Duration;

use ferroboard_application::{
    Application, Error, Job, JobOutcome, NodeQueries as _, NodeReport, Options, Store as _,
};
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Clock as _, GroupId, NodeId, Seconds, UnixSeconds, UserId};
use ferroboard_nodes::testing::a_node;
use ferroboard_nodes::{DeviceReport, MachineLoad, MachineTerms, Node, NodeError, TrafficReport};
use ferroboard_realname::Decision;
use ferroboard_realname::testing::a_record;
use ferroboard_site::{PluginRow, Plugins};
use ferroboard_telegram::ChatId;
use ferroboard_testing::Fakes;
use serde_json::json;

use crate::{Panel, registration};

const GROUP: GroupId = GroupId::new(1);

/// A panel whose lists of users are never older than they seem, with so many users of group 1.
async fn panel(users: usize) -> Panel {
    let mut options = Options::new("test".into());
    options.user_list_age = Duration::ZERO;
    let fakes = Fakes::default();
    let app = Arc::new(Application::new(fakes.ports(), options).await.unwrap());
    let panel = Panel(ferroboard_testing::Panel { app, fakes });
    for number in 0..users {
        let command = registration(&format!("u{number}@demo.test"));
        panel.app.registration.register(command).await.unwrap();
        let user = UserId::new(i64::try_from(number).unwrap() + 1);
        subscribe(&panel, user, Some(GROUP), true).await;
    }
    panel
}

/// Puts the user into a group, with a note or without one.
async fn subscribe(panel: &Panel, user: UserId, group: Option<GroupId>, noted: bool) {
    let mut subscription = a_subscription(UnixSeconds::new(4_070_880_000));
    subscription.group_id = group;
    let now = panel.fakes.clock.now();
    let mut tx = panel.fakes.store.begin().await.unwrap();
    tx.update_subscription(user, &subscription, now)
        .await
        .unwrap();
    if noted {
        tx.insert_user_changes(&[user], now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn listed(panel: &Panel, node: &Node) -> Vec<i64> {
    let list = panel.app.nodes.users(node).await.unwrap();
    list.users().map(|user| user.id.get()).collect()
}

#[tokio::test]
async fn a_list_follows_the_notes() {
    let panel = panel(3).await;
    let node = a_node(1);
    let other = Node {
        groups: vec![GroupId::new(2)],
        ..a_node(2)
    };
    let both = Node {
        groups: vec![GroupId::new(2), GROUP, GROUP],
        ..a_node(3)
    };
    let none = Node {
        groups: vec![],
        ..a_node(4)
    };
    assert_eq!(listed(&panel, &node).await, [1, 2, 3]);
    let first = panel.app.nodes.users(&node).await.unwrap();
    let same = panel.app.nodes.users(&node).await.unwrap();
    assert!(Arc::ptr_eq(&first, &same), "the list was made twice");
    subscribe(&panel, UserId::new(2), Some(GroupId::new(2)), true).await;
    assert_eq!(listed(&panel, &node).await, [1, 3]);
    assert_eq!(listed(&panel, &other).await, [2]);
    assert_eq!(listed(&panel, &both).await, [1, 2, 3]);
    assert!(listed(&panel, &none).await.is_empty());
    subscribe(&panel, UserId::new(2), None, true).await;
    assert_eq!(listed(&panel, &both).await, [1, 3]);
    let kept = panel.app.nodes.users(&node).await.unwrap();
    panel
        .app
        .accounts
        .reset_security(UserId::new(1), "http://demo.test")
        .await
        .unwrap();
    let new = panel.app.nodes.users(&node).await.unwrap();
    let [kept, new]: [Vec<_>; 2] = [&kept, &new].map(|list| list.users().collect());
    assert_ne!(kept[0].uuid, new[0].uuid);
    assert_eq!(kept[1], new[1]);
}

#[tokio::test(start_paused = true)]
async fn what_leaves_no_note_is_found_after_a_while() {
    let panel = panel(2).await;
    let node = a_node(1);
    for _ in 0..2 {
        assert_eq!(listed(&panel, &node).await, [1, 2]);
    }
    subscribe(&panel, UserId::new(2), None, false).await;
    assert_eq!(listed(&panel, &node).await, [1, 2]);
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(listed(&panel, &node).await, [1]);
}

#[tokio::test(start_paused = true)]
async fn notes_are_looked_at_every_half_second() {
    let panel = Panel::new().await;
    panel.register("a@demo.test").await.unwrap();
    let node = a_node(1);
    assert!(listed(&panel, &node).await.is_empty());
    subscribe(&panel, UserId::new(1), Some(GROUP), true).await;
    assert!(listed(&panel, &node).await.is_empty());
    tokio::time::advance(Duration::from_millis(500)).await;
    assert_eq!(listed(&panel, &node).await, [1]);
}

/// Notes get their numbers when they are written and appear when they are committed.
#[tokio::test]
async fn a_note_that_comes_late_is_not_missed() {
    let panel = panel(3).await;
    let node = a_node(1);
    for _ in 0..2 {
        assert_eq!(listed(&panel, &node).await, [1, 2, 3]);
    }
    subscribe(&panel, UserId::new(3), None, true).await;
    let late = panel
        .fakes
        .store
        .write(|tables| tables.panel.user_changes.pop().unwrap());
    subscribe(&panel, UserId::new(2), None, true).await;
    assert_eq!(listed(&panel, &node).await, [1, 3]);
    panel.fakes.clock.advance(Seconds::new(20));
    panel.fakes.store.write(|tables| {
        let end = tables.panel.user_changes.len() - 1;
        tables.panel.user_changes.insert(end, late);
    });
    assert_eq!(listed(&panel, &node).await, [1]);
    panel.fakes.clock.advance(Seconds::new(60));
    assert_eq!(listed(&panel, &node).await, [1]);
    subscribe(&panel, UserId::new(3), Some(GROUP), true).await;
    assert_eq!(listed(&panel, &node).await, [1, 3]);
}

#[tokio::test]
async fn sixty_four_alike_reports_count_once() {
    let panel = panel(1).await;
    panel.fakes.store.write(|tables| {
        let node = a_node(1);
        tables.nodes.nodes.insert(node.id, node);
    });
    let node = panel.app.nodes.find("1", None).await.unwrap();
    for (name, expected) in [(None, 1), (Some("r-1"), 2), (Some("r-2"), 3)] {
        let report = TrafficReport::parse(&json!({"1": [1, 1], "9": [5, 5]})).unwrap();
        let all = (0..64).map(|_| panel.app.node_reports.traffic(&node, &report, name));
        let outcomes = futures_util::future::join_all(all).await;
        assert!(outcomes.iter().all(Result::is_ok));
        panel.fakes.store.read(|tables| {
            assert_eq!(tables.users[&UserId::new(1)].billing.upload, expected);
            assert_eq!(tables.nodes.nodes[&node.id].upload, expected);
        });
    }
}

#[tokio::test]
async fn a_machine_that_was_deleted_since_it_was_let_in_is_refused() {
    let panel = panel(0).await;
    let terms = MachineTerms {
        name: "one".into(),
        notes: None,
        active: true,
    };
    let now = panel.fakes.clock.now();
    let mut tx = panel.fakes.store.begin().await.unwrap();
    let id = tx.insert_machine(&terms, "token", now).await.unwrap();
    let (machine, _) = tx.lock_machine(id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let report = async || {
        let load = MachineLoad::default();
        panel.app.node_reports.machine(&machine, load).await
    };
    report().await.unwrap();
    let mut tx = panel.fakes.store.begin().await.unwrap();
    tx.delete_machine(id, now).await.unwrap();
    tx.commit().await.unwrap();
    let refused = report().await.unwrap_err();
    assert!(matches!(refused, Error::Nodes(NodeError::MachineUnknown)));
}

#[tokio::test]
async fn what_is_old_is_cleaned_up() {
    let panel = panel(1).await;
    let node = a_node(1);
    let report = NodeReport {
        traffic: TrafficReport::parse(&json!({"1": [1, 1]})),
        devices: DeviceReport::parse(&json!({"1": ["1.1.1.1"]})),
        ..NodeReport::default()
    };
    panel
        .app
        .node_reports
        .all(&node, &report, None)
        .await
        .unwrap();
    let clean = async || panel.app.jobs.run(Job::CleanupNodes).await.unwrap();
    assert_eq!(clean().await, JobOutcome::Done(0));
    panel.fakes.clock.advance(Seconds::new(301));
    assert_eq!(clean().await, JobOutcome::Done(1));
    panel.fakes.clock.advance(Seconds::hours(1));
    // One note of the registration, and one of the subscription.
    assert_eq!(clean().await, JobOutcome::Done(2));
    panel.fakes.clock.advance(Seconds::days(1));
    assert_eq!(clean().await, JobOutcome::Done(1));
    let state = panel
        .fakes
        .store
        .read(|tables| tables.nodes.states[&NodeId::new(1)].clone());
    assert!(state.last_check_at.is_some() && state.last_push_at.is_some());
}

async fn verify(panel: &Panel, config: serde_json::Value) {
    let plugin = PluginRow {
        code: Plugins::REAL_NAME.to_owned(),
        enabled: true,
        config: Some(config.to_string()),
    };
    panel
        .fakes
        .store
        .write(|tables| tables.site.plugins = vec![plugin]);
    panel.app.site().refresh().await.unwrap();
}

#[tokio::test]
async fn who_is_not_verified_is_left_out_where_the_site_wants_that() {
    let panel = panel(2).await;
    let (node, second) = (a_node(1), UserId::new(2));
    assert_eq!(listed(&panel, &node).await, [1, 2]);
    verify(&panel, json!({"enforce": "subscribe"})).await;
    assert_eq!(listed(&panel, &node).await, [1, 2]);
    verify(&panel, json!({"enforce": "all", "grace_days": 1})).await;
    assert_eq!(listed(&panel, &node).await, [1, 2]);
    verify(&panel, json!({"enforce": "all"})).await;
    assert!(listed(&panel, &node).await.is_empty());
    let submission = a_record(second, panel.fakes.clock.now());
    panel
        .fakes
        .store
        .write(|tables| tables.real_name.records.insert(second, submission));
    let reviews = &panel.app.real_name_reviews;
    let change = || panel.change(UserId::new(1), "realname/review");
    let approved = reviews.decide(second, &Decision::Approve, false, change().await);
    approved.await.unwrap();
    assert_eq!(listed(&panel, &node).await, [2]);
    subscribe(&panel, UserId::new(1), Some(GROUP), true).await;
    assert_eq!(listed(&panel, &node).await, [2]);
    assert!(reviews.reset(second, change().await).await.unwrap());
    assert!(listed(&panel, &node).await.is_empty());
    verify(&panel, json!({"enforce": "none"})).await;
    assert_eq!(listed(&panel, &node).await, [1, 2]);
}

#[tokio::test]
async fn administrators_hear_once_of_a_silent_node() {
    let panel = panel(1).await;
    panel.fakes.store.write(|tables| {
        let admin = &mut tables.user(UserId::new(1)).auth;
        admin.account.is_admin = true;
        let node = a_node(1);
        tables.nodes.nodes.insert(node.id, node);
    });
    let is_heard_of = async || {
        let now = panel.fakes.clock.now();
        let nodes = [NodeId::new(1), NodeId::new(2)];
        panel
            .fakes
            .store
            .update_nodes_checked(&nodes, now)
            .await
            .unwrap();
    };
    let check = async || panel.app.jobs.run(Job::CheckServer).await;
    let silence = Seconds::new(1_801);
    is_heard_of().await;
    panel.fakes.clock.advance(Seconds::minutes(30));
    assert_eq!(check().await, Ok(JobOutcome::Done(0)));
    panel.fakes.clock.advance(Seconds::new(1));
    // As long as there is nobody to tell, or no way to.
    assert_eq!(check().await, Ok(JobOutcome::Done(0)));
    panel.fakes.store.write(|tables| {
        let token = ("telegram_bot_token".to_owned(), Some("123:abc".to_owned()));
        tables.site.settings.extend([token]);
        tables.user(UserId::new(1)).chat = Some(ChatId::new(7));
    });
    panel.app.site().refresh().await.unwrap();
    panel.fakes.bot.set_down(true);
    assert_eq!(check().await, Ok(JobOutcome::Done(0)));
    panel.fakes.bot.set_down(false);
    for (expected, told) in [(1, 1), (0, 1), (0, 1)] {
        assert_eq!(check().await, Ok(JobOutcome::Done(expected)));
        assert_eq!(panel.fakes.bot.sent().len(), told);
        panel.fakes.clock.advance(silence);
    }
    let (chat, text) = panel.fakes.bot.sent().remove(0);
    assert_eq!(chat, ChatId::new(7));
    assert!(
        text.contains("Node 1") && text.contains("node1.example.com"),
        "{text}"
    );
    is_heard_of().await;
    assert_eq!(check().await, Ok(JobOutcome::Done(0)));
    panel.fakes.clock.advance(silence);
    assert_eq!(check().await, Ok(JobOutcome::Done(1)));
}
