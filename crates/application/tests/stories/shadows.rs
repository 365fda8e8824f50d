use ferroboard_application::{Error, Job, JobOutcome};
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Clock as _, GroupId, Seconds, UserId};
use ferroboard_nodes::TrafficReport;
use ferroboard_nodes::testing::a_node;
use ferroboard_shadow_account::{Refusal, ShadowError};
use ferroboard_site::{PluginRow, Plugins};
use ferroboard_testing::MemoryTables;
use serde_json::{Value, json};

use crate::Panel;

const MAIN: UserId = UserId::new(1);
const SHADOW: UserId = UserId::new(2);

/// A panel whose first user has a plan, and a shadow where the plugin lets that.
async fn panel(config: Value) -> Panel {
    let panel = Panel::new().await;
    panel.register("ann@demo.test").await.unwrap();
    set(&panel, true, &config).await;
    let end = panel.fakes.clock.now().plus(Seconds::days(30));
    panel.fakes.store.write(|tables| {
        let row = &mut tables.user(MAIN).billing;
        row.subscribe(&a_subscription(end));
    });
    panel
}

async fn set(panel: &Panel, enabled: bool, config: &Value) {
    let plugin = PluginRow {
        code: Plugins::IPV6_SUBSCRIPTION.to_owned(),
        enabled,
        config: Some(config.to_string()),
    };
    panel
        .fakes
        .store
        .write(|tables| tables.site.plugins = vec![plugin]);
    panel.app.site().refresh().await.unwrap();
}

fn read<T>(panel: &Panel, look: impl FnOnce(&MemoryTables) -> T) -> T {
    panel.fakes.store.read(look)
}

fn used(panel: &Panel, user: UserId) -> (i64, i64) {
    read(panel, |tables| {
        let row = &tables.users[&user].billing;
        (row.upload, row.download)
    })
}

fn group(panel: &Panel) -> Option<GroupId> {
    read(panel, |tables| {
        let row = &tables.users[&SHADOW].billing;
        row.subscription().and_then(|opened| opened.group_id)
    })
}

async fn push(panel: &Panel, report: Value) {
    let report = TrafficReport::parse(&report).unwrap();
    let name = panel.fakes.clock.now().get().to_string();
    panel.fakes.clock.advance(Seconds::new(1));
    let reports = &panel.app.node_reports;
    reports
        .traffic(&a_node(1), &report, Some(&name))
        .await
        .unwrap();
}

#[tokio::test]
async fn traffic_of_either_counts_for_both_once() {
    let panel = panel(json!({"ipv6_group_id": 6})).await;
    assert!(panel.app.shadows.enable(MAIN).await.unwrap());
    push(&panel, json!({"2": [10, 20]})).await;
    assert_eq!(
        (used(&panel, MAIN), used(&panel, SHADOW)),
        ((10, 20), (10, 20))
    );
    push(&panel, json!({"1": [1, 2], "2": [100, 200]})).await;
    assert_eq!(
        (used(&panel, MAIN), used(&panel, SHADOW)),
        ((111, 222), (111, 222))
    );
    let statistics = read(&panel, |tables| tables.nodes.user_statistics.clone());
    assert!(
        statistics.keys().all(|(user, ..)| *user == MAIN),
        "{statistics:?}"
    );
    let sums = statistics
        .values()
        .map(|traffic| (traffic.upload, traffic.download));
    assert_eq!(sums.collect::<Vec<_>>(), [(111, 222)]);
}

#[tokio::test]
async fn independent_traffic_is_each_ones_own() {
    let panel = panel(json!({"ipv6_group_id": 6, "traffic_mode": "independent"})).await;
    panel.app.shadows.enable(MAIN).await.unwrap();
    push(&panel, json!({"1": [1, 2], "2": [10, 20]})).await;
    assert_eq!(
        (used(&panel, MAIN), used(&panel, SHADOW)),
        ((1, 2), (10, 20))
    );
    let statistics = read(&panel, |tables| tables.nodes.user_statistics.clone());
    let counted: Vec<_> = statistics
        .iter()
        .map(|((user, ..), sum)| (*user, sum.upload, sum.download))
        .collect();
    assert_eq!(counted, [(MAIN, 11, 22)]);
}

#[tokio::test]
async fn what_is_out_of_step_is_repaired() {
    let panel = panel(json!({"ipv6_group_id": 6})).await;
    panel.app.shadows.enable(MAIN).await.unwrap();
    assert_eq!(
        panel.app.jobs.run(Job::SyncShadows).await,
        Ok(JobOutcome::Done(0))
    );
    panel.fakes.store.write(|tables| {
        tables.user(MAIN).auth.account.banned = true;
    });
    assert_eq!(
        panel.app.jobs.run(Job::SyncShadows).await,
        Ok(JobOutcome::Done(1))
    );
    assert_eq!(group(&panel), None);
    assert!(read(&panel, |tables| tables.users[&SHADOW]
        .auth
        .account
        .banned));
    panel.fakes.store.write(|tables| {
        tables.user(MAIN).auth.account.banned = false;
    });
    assert_eq!(
        panel.app.jobs.run(Job::SyncShadows).await,
        Ok(JobOutcome::Done(1))
    );
    assert_eq!(group(&panel), Some(GroupId::new(6)));
    set(&panel, false, &json!({"ipv6_group_id": 6})).await;
    assert_eq!(
        panel.app.jobs.run(Job::SyncShadows).await,
        Ok(JobOutcome::Done(1))
    );
    assert_eq!(group(&panel), None);
}

#[tokio::test]
async fn a_shadow_that_was_suspended_alone_is_off_until_it_is_switched_on() {
    let panel = panel(json!({"ipv6_group_id": 6})).await;
    panel.app.shadows.enable(MAIN).await.unwrap();
    let ban = |user, banned| {
        panel.fakes.store.write(|tables| {
            tables.user(user).auth.account.banned = banned;
        });
    };
    let standing = || {
        read(&panel, |tables| {
            let banned = tables.users[&SHADOW].auth.account.banned;
            (tables.shadows.accounts[&MAIN].active, banned, group(&panel))
        })
    };
    ban(SHADOW, true);
    for repaired in [1, 0] {
        let outcome = panel.app.jobs.run(Job::SyncShadows).await;
        assert_eq!(outcome, Ok(JobOutcome::Done(repaired)));
        assert_eq!(standing(), (false, true, None));
    }
    panel.app.shadows.enable(MAIN).await.unwrap();
    assert_eq!(standing(), (true, false, Some(GroupId::new(6))));
    for banned in [true, false] {
        ban(MAIN, banned);
        panel.app.jobs.run(Job::SyncShadows).await.unwrap();
    }
    assert_eq!(standing(), (true, false, Some(GroupId::new(6))));
}

#[tokio::test]
async fn new_settings_reach_the_shadows_at_once() {
    let panel = panel(json!({"ipv6_group_id": 6})).await;
    panel.app.shadows.enable(MAIN).await.unwrap();
    let Value::Object(values) = json!({"ipv6_group_id": 7}) else {
        panic!("no object")
    };
    let plugins = &panel.app.administration.plugins;
    let change = panel.change(UserId::new(1), "plugin/config").await;
    let saved = plugins.configure(Plugins::IPV6_SUBSCRIPTION, &values, change);
    saved.await.unwrap();
    for _ in 0..100 {
        if group(&panel) == Some(GroupId::new(7)) {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it is still in the group {:?}", group(&panel));
}

#[tokio::test]
async fn what_is_left_of_a_deleted_user_goes() {
    let panel = panel(json!({"ipv6_group_id": 6})).await;
    panel.app.shadows.enable(MAIN).await.unwrap();
    panel.fakes.store.write(|tables| {
        tables.users.remove(&MAIN);
    });
    assert_eq!(
        panel.app.jobs.run(Job::SyncShadows).await,
        Ok(JobOutcome::Done(1))
    );
    let left = read(&panel, |tables| {
        (
            tables.users.contains_key(&SHADOW),
            tables.shadows.accounts.len(),
        )
    });
    assert_eq!(left, (false, 0));
}

#[tokio::test]
async fn only_verified_users_where_that_is_asked_for() {
    let panel = panel(json!({"ipv6_group_id": 6, "require_real_name": true})).await;
    let refused = panel.app.shadows.enable(MAIN).await;
    let reason = ShadowError::NotEligible(Refusal::RealNameRequired);
    assert_eq!(refused, Err(Error::Shadow(reason)));
}

#[tokio::test]
async fn a_message_to_a_shadow_is_dropped() {
    let panel = panel(json!({"ipv6_group_id": 6})).await;
    panel
        .app
        .email_codes
        .send(
            crate::address("ann-ipv6@demo.test"),
            ferroboard_application::CaptchaAnswers::default(),
            "::1",
        )
        .await
        .unwrap();
    panel.app.shadows.enable(MAIN).await.unwrap();
    assert_eq!(panel.app.outbox.deliver_due().await, Ok(1));
    assert!(panel.fakes.mailer.sent().is_empty());
    assert!(read(&panel, |tables| tables.mail.log.is_empty()));
}
