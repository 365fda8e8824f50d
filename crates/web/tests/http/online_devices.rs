//! From where users are connected.

use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Clock as _, GroupId, NodeId, Seconds, UserId};
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;
use ferroboard_site::{PluginRow, Plugins};
use serde_json::{Value, json};

use crate::harness::Site;

const GET_IP: &str = "/api/v1/user/user-online-devices/get-ip";
const ALICE: UserId = UserId::new(1);

async fn site(config: Value) -> (Site, String) {
    let plugin = PluginRow {
        code: Plugins::ONLINE_DEVICES.to_owned(),
        enabled: true,
        config: Some(config.to_string()),
    };
    let site = Site::with_plugins(&[], vec![plugin]).await;
    let token = site.alice().await;
    let now = site.fakes.clock.now();
    site.fakes.store.write(|tables| {
        let mut subscription = a_subscription(now.plus(Seconds::days(30)));
        subscription.group_id = Some(GroupId::new(1));
        subscription.device_limit = Some(3);
        tables.user(ALICE).billing.subscribe(&subscription);
        for (id, name, group) in [(1, "HK 1", 1), (2, "Hidden", 9)] {
            let node = Node {
                name: name.into(),
                groups: vec![GroupId::new(group)],
                ..a_node(id)
            };
            tables.nodes.nodes.insert(node.id, node);
        }
    });
    (site, token)
}

fn see(site: &Site, node: i64, address: &str, ago: i64) {
    let last_seen = site.fakes.clock.now().minus(Seconds::new(ago));
    let place = (ALICE, NodeId::new(node), address.to_owned());
    site.fakes
        .store
        .write(|tables| tables.nodes.devices.insert(place, last_seen));
}

#[actix_web::test]
async fn a_plugin_that_is_off_answers_400() {
    let site = Site::open().await;
    let token = site.alice().await;
    assert_eq!(site.get_as(&token, GET_IP).await.status, 400);
}

#[actix_web::test]
async fn nobody_online_is_an_empty_list() {
    let (site, token) = site(json!({})).await;
    let answer = site.get_as(&token, GET_IP).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let shown = answer.body()["data"].clone();
    assert_eq!((&shown["ips"], &shown["devices"]), (&json!([]), &json!([])));
    assert_eq!(shown["online_count"], 0);
    let sessions = &shown["session_overview"];
    assert_eq!(sessions["active_session_count"], 1);
    assert_eq!(sessions["active_sessions"][0]["current"], true);
    assert!(sessions["active_sessions"][0]["created_at"].is_i64());
}

#[actix_web::test]
async fn devices_are_addresses_over_all_nodes() {
    let (site, token) = site(json!({})).await;
    see(&site, 1, "1.2.3.4", 10);
    see(&site, 2, "::ffff:1.2.3.4", 20);
    see(&site, 1, "2001:db8::1", 5);
    see(&site, 1, "9.9.9.9", 301);
    let now = site.fakes.clock.now().get();
    let shown = site.get_as(&token, GET_IP).await.body()["data"].clone();
    assert_eq!(shown["ips"], json!(["2001:db8::1", "1.2.3.4"]));
    let expected = json!([
        {"ip": "2001:db8::1", "version": 6, "nodes": [{"id": 1, "name": "HK 1"}], "last_seen_at": now - 5},
        {"ip": "1.2.3.4", "version": 4, "nodes": [{"id": 1, "name": "HK 1"}, {"id": 0, "name": ""}], "last_seen_at": now - 10},
    ]);
    assert_eq!(shown["devices"], expected);
    assert_eq!(
        (&shown["online_count"], &shown["updated_at"]),
        (&json!(2), &json!(now))
    );
    let overview = &shown["session_overview"];
    for (member, expected) in [
        ("online_device_count", json!(2)),
        ("online_devices", json!(2)),
        ("device_limit", json!(3)),
        ("unlimited", json!(false)),
        ("remaining", json!(1)),
        ("exceeded", json!(false)),
        ("enforced_by", json!("node")),
    ] {
        assert_eq!(overview[member], expected, "{member}");
    }
}

#[actix_web::test]
async fn a_site_may_hide_addresses_and_nodes() {
    let (site, token) = site(json!({"show_full_ip": false, "show_nodes": false})).await;
    see(&site, 1, "1.2.3.4", 10);
    see(&site, 1, "2001:db8::1", 20);
    let shown = site.get_as(&token, GET_IP).await.body()["data"].clone();
    assert_eq!(shown["ips"], json!(["1.2.*.*", "2001:db8:*"]));
    assert_eq!(shown["devices"][0]["nodes"], json!([{"id": 0, "name": ""}]));
}
