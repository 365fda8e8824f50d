//! Traffic packages, as administrators manage them.

use ferroboard_billing::{PackageEnd, TrafficPackage};
use ferroboard_kernel::{PackageId, PlanId, UserId};
use serde_json::{Value, json};

use crate::harness::Site;

const PATH: &str = "hidden-door";
const DONE: &str = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/traffic-package/{route}")
}

async fn office() -> (Site, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    (site, token)
}

fn package(site: &Site, id: i64) -> Option<TrafficPackage> {
    let id = PackageId::new(id);
    let read =
        |tables: &ferroboard_testing::MemoryTables| tables.billing.packages.get(&id).cloned();
    site.fakes.store.read(read)
}

fn terms(members: Value) -> Value {
    let mut terms =
        json!({"name": "Ten", "transfer_enable": "10", "price": 500, "until": "used_up"});
    if let (Value::Object(terms), Value::Object(members)) = (&mut terms, members) {
        terms.extend(members);
    }
    terms
}

#[actix_web::test]
async fn a_package_is_made_put_on_sale_changed_and_deleted() {
    let (site, token) = office().await;
    let body = terms(json!({"plan_ids": [3, "1"], "capacity_limit": 7}));
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    let made = package(&site, 1).unwrap();
    assert_eq!((made.show, made.sort, made.sold), (false, None, 0));
    assert_eq!(made.terms.traffic.get(), 10);
    let plans = [PlanId::new(3), PlanId::new(1)];
    assert_eq!(made.terms.plans.as_deref(), Some(&plans[..]));
    for show in [true, false, true] {
        let shown = site.post_as(&token, &at("show"), json!({"id": 1})).await;
        assert_eq!(shown.text, DONE);
        assert_eq!(package(&site, 1).unwrap().show, show);
    }
    let body = terms(json!({"id": 1, "until": "reset", "plan_ids": null}));
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    let changed = package(&site, 1).unwrap();
    assert_eq!(changed.terms.until, PackageEnd::Reset);
    assert_eq!((changed.terms.plans, changed.terms.capacity), (None, None));
    assert!(changed.show);
    site.post_as(&token, &at("save"), terms(json!({}))).await;
    let sorted = site
        .post_as(&token, &at("sort"), json!({"ids": [2, 1]}))
        .await;
    assert_eq!(sorted.text, DONE);
    assert_eq!(package(&site, 1).unwrap().sort, Some(2));
    let dropped = site.post_as(&token, &at("drop"), json!({"id": 1})).await;
    assert_eq!(dropped.text, DONE);
    assert_eq!(package(&site, 1), None);
}

#[actix_web::test]
async fn odd_packages_are_422_and_unknown_ones_400() {
    let (site, token) = office().await;
    for (members, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"transfer_enable": 0}), "transfer_enable"),
        (json!({"transfer_enable": 1_000_001}), "transfer_enable"),
        (json!({"price": -1}), "price"),
        (json!({"price": 2_147_483_648_i64}), "price"),
        (json!({"price": 1.5}), "price"),
        (json!({"until": "never"}), "until"),
        (json!({"until": null}), "until"),
        (json!({"capacity_limit": -1}), "capacity_limit"),
        (json!({"plan_ids": "all"}), "plan_ids"),
    ] {
        let answer = site
            .post_as(&token, &at("save"), terms(members.clone()))
            .await;
        assert_eq!(answer.status, 422, "{members}");
        let errors = answer.body()["errors"].clone();
        assert!(errors.get(field).is_some(), "{members}: {errors}");
    }
    let missing = terms(json!({"id": 9}));
    for (route, body) in [
        ("save", missing),
        ("show", json!({"id": 9})),
        ("drop", json!({"id": "x"})),
        ("sort", json!({"ids": [9]})),
    ] {
        let answer = site.post_as(&token, &at(route), body).await;
        assert_eq!(answer.status, 400, "{route}");
    }
    assert_eq!(package(&site, 1), None);
}
