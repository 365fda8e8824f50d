//! Endpoints, as administrators manage them.

use ferroboard_events::testing::a_delivery;
use ferroboard_events::{DeliveryStatus, Endpoint, WantedKinds};
use ferroboard_kernel::{DeliveryId, EventId, UserId, WebhookId};
use serde_json::{Value, json};

use crate::harness::Site;

const PATH: &str = "hidden-door";
const DONE: &str = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;
const URL: &str = "https://hooks.example.com/panel?key=1";

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/webhook/{route}")
}

async fn office() -> (Site, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    (site, token)
}

fn endpoint(site: &Site, id: i64) -> Option<Endpoint> {
    let id = WebhookId::new(id);
    site.fakes
        .store
        .read(|tables| tables.events.endpoints.get(&id).cloned())
}

/// What the record of administrators holds, as text.
fn record(site: &Site) -> String {
    site.fakes
        .store
        .read(|tables| format!("{:?}", tables.audit))
}

#[actix_web::test]
async fn an_endpoint_is_made_with_a_secret_that_is_shown_once() {
    let (site, token) = office().await;
    let body = json!({"url": URL, "types": ["order.paid", "order.opened", "order.paid"]});
    let made = site.post_as(&token, &at("save"), body).await;
    let data = &made.body()["data"];
    let id = data["id"].as_i64().unwrap();
    let secret = data["secret"].as_str().unwrap().to_owned();
    assert!(
        secret.starts_with("whsec_") && secret.len() == 38,
        "{secret}"
    );
    let stored = endpoint(&site, id).unwrap();
    assert_eq!(stored.secret.as_str(), secret);
    assert!(stored.terms.active);
    assert_eq!(stored.terms.kinds.text(), "order.paid,order.opened");
    // Changed as a whole; the secret stays, and is not shown.
    let body = json!({"id": id, "url": URL, "active": false});
    let changed = site.post_as(&token, &at("save"), body).await;
    assert_eq!(changed.body()["data"], json!({"id": id, "secret": null}));
    let stored = endpoint(&site, id).unwrap();
    assert_eq!(stored.terms.kinds, WantedKinds::All);
    assert!(!stored.terms.active && stored.secret.as_str() == secret);
    let own = "a-secret-of-their-own";
    let body = json!({"id": id, "url": URL, "secret": own});
    site.post_as(&token, &at("save"), body).await;
    assert_eq!(endpoint(&site, id).unwrap().secret.as_str(), own);
    let recorded = record(&site);
    assert!(recorded.contains("hooks.example.com"), "{recorded}");
    assert!(!recorded.contains(&secret) && !recorded.contains(own));
    let dropped = site.post_as(&token, &at("drop"), json!({"id": id})).await;
    assert_eq!(dropped.text, DONE);
    assert_eq!(endpoint(&site, id), None);
}

#[actix_web::test]
async fn odd_endpoints_are_refused() {
    let (site, token) = office().await;
    for url in [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/latest",
        "https://localhost/",
        "https://user:pass@hooks.example.com/",
        "nonsense",
    ] {
        let refused = site.post_as(&token, &at("save"), json!({"url": url})).await;
        assert_eq!(refused.status, 400, "{url}: {}", refused.text);
    }
    for (body, field) in [
        (json!({}), "url"),
        (json!({"url": URL, "types": ["order.lost"]}), "types.0"),
        (json!({"url": URL, "types": ["webhook.test"]}), "types.0"),
        (json!({"url": URL, "types": "x"}), "types"),
        (json!({"url": URL, "active": "x"}), "active"),
        (json!({"url": URL, "secret": "short"}), "secret"),
    ] {
        let refused = site.post_as(&token, &at("save"), body).await;
        assert_eq!(refused.status, 422, "{field}: {}", refused.text);
        let errors = &refused.body()["errors"];
        assert!(errors.get(field).is_some(), "{field}: {}", refused.text);
    }
    assert_eq!(endpoint(&site, 1), None);
    for (route, id) in [
        ("save", json!(7)),
        ("drop", json!(7)),
        ("drop", json!("x")),
        ("test", json!(7)),
        ("redeliver", json!(7)),
        ("redeliver", Value::Null),
    ] {
        let body = json!({"id": id, "url": URL});
        let refused = site.post_as(&token, &at(route), body).await;
        assert_eq!(refused.status, 400, "{route}: {}", refused.text);
    }
}

#[actix_web::test]
async fn there_are_twenty_at_most() {
    let (site, token) = office().await;
    for _ in 0..20 {
        let made = site.post_as(&token, &at("save"), json!({"url": URL})).await;
        assert_eq!(made.status, 200);
    }
    let refused = site.post_as(&token, &at("save"), json!({"url": URL})).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
}

#[actix_web::test]
async fn an_endpoint_is_tried_and_what_ended_is_sent_again() {
    let (site, token) = office().await;
    let made = site.post_as(&token, &at("save"), json!({"url": URL})).await;
    let id = made.body()["data"]["id"].as_i64().unwrap();
    let tried = site.post_as(&token, &at("test"), json!({"id": id})).await;
    let delivery = tried.body()["data"]["delivery_id"].as_i64().unwrap();
    let rows = |id: i64| {
        let id = DeliveryId::new(id);
        let read = |tables: &ferroboard_testing::MemoryTables| {
            tables.events.deliveries.get(&id).map(|row| row.status)
        };
        site.fakes.store.read(read)
    };
    assert_eq!(rows(delivery), Some(DeliveryStatus::Pending));
    let again = json!({"id": delivery});
    let refused = site.post_as(&token, &at("redeliver"), again.clone()).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    site.fakes.store.write(|tables| {
        let ended = a_delivery(WebhookId::new(id), EventId::new(1));
        tables
            .events
            .deliveries
            .insert(DeliveryId::new(delivery), ended);
    });
    let sent = site.post_as(&token, &at("redeliver"), again).await;
    assert_eq!(sent.text, DONE);
    assert_eq!(rows(delivery), Some(DeliveryStatus::Pending));
}
