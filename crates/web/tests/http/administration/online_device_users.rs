//! From where users are connected, as administrators see it.

use actix_web::test::TestRequest;
use ferroboard_billing::testing::a_subscription;
use ferroboard_kernel::{Clock as _, Email, NodeId, Seconds, UserId};
use ferroboard_nodes::Node;
use ferroboard_nodes::testing::a_node;
use ferroboard_shadow_account::ShadowAccount;
use serde_json::{Value, json};

use crate::harness::Site;

const PATH: &str = "hidden-door";
const ALICE: UserId = UserId::new(1);
const BOB: UserId = UserId::new(2);
const CID: UserId = UserId::new(3);

fn at(query: &str) -> String {
    format!("/api/v1/{PATH}/user-online-devices/users{query}")
}

/// Alice is an administrator; Bob has three devices of two that he may have, Cid, who is Bob's second
/// account, has one of any number.
async fn office() -> (Site, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    for name in ["bob", "cid"] {
        let body = json!({"email": format!("{name}@demo.test"), "password": "password-x"});
        site.post("/api/v1/passport/auth/register", body).await;
    }
    let now = site.fakes.clock.now();
    site.promote(ALICE);
    site.fakes.store.write(|tables| {
        let mut subscription = a_subscription(now.plus(Seconds::days(30)));
        subscription.device_limit = Some(2);
        tables.billing.users.entry(BOB).or_default().subscription = Some(subscription);
        let node = Node {
            name: "HK 1".into(),
            ..a_node(1)
        };
        tables.nodes.nodes.insert(node.id, node);
        let shadow = ShadowAccount {
            main: BOB,
            shadow: CID,
            active: true,
            password_synced_at: None,
            synced_at: None,
        };
        tables.shadows.accounts.insert(BOB, shadow);
    });
    for (user, node, address, ago) in [
        (BOB, 1, "1.2.3.4", 10),
        (BOB, 2, "1.2.3.4", 20),
        (BOB, 1, "2001:db8::1", 5),
        (BOB, 1, "9.9.9.9_1", 300),
        (BOB, 1, "8.8.8.8", 301),
        (CID, 2, "7.7.7.7", 0),
    ] {
        let place = (user, NodeId::new(node), address.to_owned());
        let seen = now.minus(Seconds::new(ago));
        site.fakes
            .store
            .write(|tables| tables.nodes.devices.insert(place, seen));
    }
    (site, token)
}

async fn found(site: &Site, token: &str, query: &str) -> (Vec<i64>, i64) {
    let shown = site.get_as(token, &at(query)).await.body();
    let rows = shown["data"].as_array().unwrap().iter();
    let ids = rows.map(|row| row["id"].as_i64().unwrap()).collect();
    (ids, shown["total"].as_i64().unwrap())
}

#[actix_web::test]
async fn devices_are_for_administrators_alone() {
    let (site, _) = office().await;
    let bob = json!({"email": "bob@demo.test", "password": "password-x"});
    let login = site.post("/api/v1/passport/auth/login", bob).await;
    let token = login.body()["data"]["token"].as_str().unwrap().to_owned();
    assert_eq!(site.get_as(&token, &at("")).await.status, 403);
    assert_eq!(site.get(&at("")).await.status, 403);
    let other = "/api/v1/other-door/user-online-devices/users";
    assert_eq!(site.get(other).await.status, 404);
}

#[actix_web::test]
async fn users_are_shown_with_their_devices() {
    let (site, token) = office().await;
    let now = site.fakes.clock.now().get();
    let shown = site.get_as(&token, &at("")).await.body();
    let numbers = ["total", "current_page", "per_page", "last_page"].map(|name| &shown[name]);
    assert_eq!(numbers, [&json!(2), &json!(1), &json!(20), &json!(1)]);
    assert_eq!(
        shown["summary"],
        json!({"online_users": 2, "online_devices": 4, "exceeded_users": 1})
    );
    let bob = &shown["data"][0];
    let hk = json!({"id": 1, "name": "HK 1"});
    let gone = json!({"id": 2, "name": ""});
    assert_eq!(bob["email"], "bob@demo.test");
    assert_eq!(bob["online_count"], 3);
    assert_eq!(bob["device_limit"], 2);
    assert_eq!(bob["exceeded"], true);
    assert_eq!(bob["ips"], json!(["2001:db8::1", "1.2.3.4", "9.9.9.9"]));
    assert_eq!(bob["nodes"], json!([hk, gone]));
    assert_eq!(
        bob["devices"][1],
        json!({"ip": "1.2.3.4", "version": 4, "nodes": [hk, gone], "last_seen_at": now - 10})
    );
    assert_eq!(bob["is_shadow"], false);
    let cid = &shown["data"][1];
    assert_eq!(
        (&cid["device_limit"], &cid["exceeded"]),
        (&Value::Null, &json!(false))
    );
    assert_eq!(
        (&cid["is_shadow"], &cid["main_user_id"]),
        (&json!(true), &json!(2))
    );
}

#[actix_web::test]
async fn users_are_looked_for() {
    let (site, token) = office().await;
    site.fakes.store.write(|tables| {
        let alice = tables.auth.accounts.get_mut(&ALICE).unwrap();
        alice.account.email = Email::stored("a_ice@demo.test");
    });
    for (query, expected, total) in [
        ("?only_online=0", vec![2, 3, 1], 3),
        ("?only_online=0&per_page=1&page=2", vec![3], 3),
        ("?only_online=0&pageSize=2&current=2", vec![1], 3),
        ("?keyword=3", vec![3], 1),
        ("?keyword=BOB@", vec![2], 1),
        ("?keyword=a_ice", vec![], 0),
        ("?keyword=a_ice&only_online=0", vec![1], 1),
        ("?keyword=7.7.7.7", vec![3], 1),
        ("?keyword=2001:DB8::1", vec![2], 1),
        ("?keyword=8.8.8.8", vec![], 0),
        ("?exceeded=1", vec![2], 1),
        ("?exceeded=0", vec![3], 1),
        ("?exceeded=0&only_online=0", vec![3, 1], 2),
        ("?keyword=%27+OR+1=1+--", vec![], 0),
        ("?page=x&per_page=-4", vec![2], 2),
    ] {
        assert_eq!(
            found(&site, &token, query).await,
            (expected, total),
            "{query}"
        );
    }
}

#[actix_web::test]
async fn what_is_looked_for_and_the_page_may_stand_in_a_body() {
    let (site, token) = office().await;
    let asked = json!({"only_online": 0, "per_page": 1, "page": 2});
    let request = TestRequest::get().uri(&at("")).set_json(asked);
    let request = request.insert_header(("Authorization", format!("Bearer {token}")));
    let shown = site.send(request).await.body();
    assert_eq!(
        (&shown["total"], &shown["current_page"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(shown["data"][0]["id"], json!(3));
}
