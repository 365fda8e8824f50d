//! Promises about what subscription links find.

use std::sync::Arc;

use ferroboard_application::SubscriberView;
use ferroboard_auth::SubscribeToken;
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_billing::{Plan, ResetMethod, Subscription};
use ferroboard_kernel::{GroupId, NodeId};
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;
use ferroboard_subscription::{StoredNode, Subscriber};

use crate::contract::{FreshStore, UserColumns, t};

async fn found(fresh: &FreshStore, token: &str) -> Option<SubscriberView> {
    let token = SubscribeToken::new(token.to_owned());
    fresh.store.find_subscriber(&token).await.unwrap()
}

/// Every column; a plan that is gone is none.
pub async fn a_token_finds_its_account(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    fresh.user("bea@demo.test").await;
    let account = fresh.view(user).await;
    let token = account.subscribe_token.as_str();
    let mut expected = SubscriberView {
        subscriber: Subscriber {
            upload: 0,
            download: 0,
            transfer_enable: 0,
            expired_at: None,
            banned: false,
            uuid: account.uuid.clone(),
            days_until_reset: None,
        },
        group: None,
        user,
        next_reset_at: account.next_reset_at,
        plan: None,
        reset_method: None,
    };
    assert_eq!(found(fresh, token).await.as_ref(), Some(&expected));
    let subscription = a_subscription(t(86_400));
    let mut tx = fresh.begin().await;
    tx.update_subscription(user, &subscription, t(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let columns = UserColumns {
        upload: 5_000_000_000,
        download: 7,
        ..UserColumns::default()
    };
    fresh.seed.update_user(user, &columns).await;
    fresh.seed.update_banned(user).await;
    expected.subscriber = Subscriber {
        upload: 5_000_000_000,
        download: 7,
        transfer_enable: subscription.transfer_enable,
        expired_at: subscription.expired_at,
        banned: true,
        ..expected.subscriber
    };
    expected.group = subscription.group_id;
    expected.next_reset_at = subscription.next_reset_at;
    assert_eq!(found(fresh, token).await.as_ref(), Some(&expected));
    for reset_method in [
        None,
        Some(ResetMethod::Never),
        Some(ResetMethod::FirstDayOfMonth),
    ] {
        let number = reset_method.map_or(10, |method| method.code() + 11);
        let plan = Plan {
            reset_method,
            ..a_plan(number)
        };
        fresh.seed.insert_plan(&plan).await;
        let bought = Subscription {
            plan_id: plan.id,
            ..subscription.clone()
        };
        let mut tx = fresh.begin().await;
        tx.update_subscription(user, &bought, t(1)).await.unwrap();
        tx.commit().await.unwrap();
        let found = found(fresh, token).await.unwrap();
        assert_eq!(
            (found.plan, found.reset_method),
            (Some(plan.id), reset_method)
        );
    }
}

/// No other spelling, no part, and nothing that a database cannot hold.
pub async fn only_the_exact_token_is_one(fresh: &FreshStore) {
    let user = fresh.user("ann@demo.test").await;
    let token = fresh.view(user).await.subscribe_token;
    let token = token.as_str();
    assert!(found(fresh, token).await.is_some());
    let shorter = token.get(1..).unwrap();
    for other in [
        token.to_uppercase(),
        shorter.to_owned(),
        format!("{token}0"),
        format!("{token}\0"),
        format!("{shorter}%"),
        "'".to_owned(),
        String::new(),
        "é".repeat(500),
    ] {
        let is_other = other != token;
        assert_eq!(found(fresh, &other).await.is_none(), is_other, "{other:?}");
    }
}

/// The group's nodes that are shown and have traffic left, in their order, with what they are made
/// of; a key is as old as the parent, where there is one.
pub async fn the_nodes_of_a_group_are_listed(fresh: &FreshStore) {
    let group = GroupId::new(3);
    let node = |number, sort| Node {
        groups: vec![GroupId::new(1), group],
        sort,
        ..a_node(number)
    };
    let parent = Node {
        show: false,
        created_at: t(-5_000),
        ..node(1, Some(1))
    };
    let child = Node {
        parent: Some(parent.id),
        ..node(2, Some(9))
    };
    let orphan = Node {
        parent: Some(NodeId::new(77)),
        created_at: t(-9_000),
        ..node(3, Some(9))
    };
    let full = Node {
        traffic_limit: Some(10),
        upload: 4,
        download: 6,
        ..node(4, Some(2))
    };
    let nearly_full = Node {
        traffic_limit: Some(i64::MAX),
        upload: i64::MAX - 1,
        ..node(5, Some(2))
    };
    let unlimited = Node {
        traffic_limit: Some(0),
        upload: 5,
        tags: Some(vec!["fast".into(), "香港".into()]),
        port: "30000-30010".into(),
        ..node(6, None)
    };
    let elsewhere = Node {
        groups: vec![GroupId::new(33), GroupId::new(13)],
        ..node(7, Some(1))
    };
    let nowhere = Node {
        groups: Vec::new(),
        ..node(8, Some(1))
    };
    for node in [
        &parent,
        &child,
        &orphan,
        &full,
        &nearly_full,
        &unlimited,
        &elsewhere,
        &nowhere,
    ] {
        fresh.seed.insert_node(node).await;
    }
    let listed = |node: &Node, keyed_at| StoredNode {
        id: node.id,
        protocol: node.protocol,
        name: node.name.clone(),
        host: node.host.clone(),
        port: node.port.clone(),
        tags: node.tags.clone().unwrap_or_default(),
        settings: Arc::new(node.settings.clone()),
        keyed_at,
    };
    let expected = [
        listed(&unlimited, unlimited.created_at),
        listed(&nearly_full, nearly_full.created_at),
        listed(&child, parent.created_at),
        listed(&orphan, orphan.created_at),
    ];
    assert_eq!(
        fresh.store.list_nodes_shown_to(group).await.unwrap(),
        expected
    );
    let none = fresh.store.list_nodes_shown_to(GroupId::new(9)).await;
    assert_eq!(none.unwrap(), []);
}
