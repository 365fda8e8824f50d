//! Traffic packages, as customers buy them.

use ferroboard_billing::Gigabytes;
use ferroboard_billing::testing::{a_package, a_subscription};
use ferroboard_kernel::{Clock as _, Seconds, UserId};
use serde_json::{Value, json};

use crate::harness::Site;

const SAVE: &str = "/api/v1/user/order/save";
const FETCH: &str = "/api/v1/user/traffic-package/fetch";
const CHECKOUT: &str = "/api/v1/user/order/checkout";

/// Alice, with plan 1 for a month and five in money; packages 1 and 2, of which the second is sold out.
async fn shop() -> (Site, String) {
    let site = Site::shop(&[]).await;
    let token = site.alice().await;
    let end = site.fakes.clock.now().plus(Seconds::days(30));
    site.fakes.store.write(|tables| {
        let user = &mut tables.user(UserId::new(1)).billing;
        user.subscribe(&a_subscription(end));
        user.balance = ferroboard_kernel::Cents::new(500);
        let mut sold_out = a_package(2);
        sold_out.terms.capacity = Some(0);
        for package in [a_package(1), sold_out] {
            tables.billing.packages.insert(package.id, package);
        }
    });
    (site, token)
}

#[actix_web::test]
async fn a_package_is_bought_and_comes_on_top() {
    let (site, token) = shop().await;
    let list = site.get_as(&token, FETCH).await.body()["data"].clone();
    let first = json!({
        "id": 1, "name": "Package 1", "transfer_enable": 10, "price": 500, "until": "used_up",
        "plan_ids": null, "capacity_left": null, "available": true, "sold_out": false,
    });
    assert_eq!(list["packages"][0], first);
    let second = &list["packages"][1];
    assert_eq!(
        (&second["available"], &second["sold_out"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(list["own"], json!([]));

    let saved = site.post_as(&token, SAVE, json!({"package_id": "1"})).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    let number = saved.body()["data"].as_str().unwrap().to_owned();
    let detail = format!("/api/v1/user/order/detail?trade_no={number}");
    let shown = site.get_as(&token, &detail).await.body()["data"].clone();
    for (member, expected) in [
        ("type", json!(5)),
        ("period", json!("traffic")),
        ("plan_id", json!(0)),
        ("plan", json!({"id": 0, "name": "traffic"})),
        ("total_amount", json!(0)),
        ("balance_amount", json!(500)),
        ("bounus", Value::Null),
    ] {
        assert_eq!(shown[member], expected, "{member}");
    }
    let bytes = Gigabytes::new(10).bytes();
    let package = json!({"id": 1, "name": "Package 1", "bytes": bytes, "until": "used_up"});
    assert_eq!(shown["package"], package);
    let body = json!({"trade_no": number});
    let paid = site.post_as(&token, CHECKOUT, body).await;
    assert_eq!(paid.status, 200, "{paid:?}");
    let quota = Gigabytes::new(110).bytes();
    for path in ["/api/v1/user/info", "/api/v1/user/getSubscribe"] {
        let data = site.get_as(&token, path).await.body()["data"].clone();
        assert_eq!(data["transfer_enable"], quota, "{path}");
    }
    let own = site.get_as(&token, FETCH).await.body()["data"]["own"].clone();
    let expected = json!([{
        "package_id": 1, "name": "Package 1", "bytes": bytes, "left": bytes, "until": "used_up",
    }]);
    assert_eq!(own, expected);
    let orders = site.get_as(&token, "/api/v1/user/order/fetch").await.body();
    assert_eq!(orders["data"][0]["plan"]["name"], "traffic");
}

#[actix_web::test]
async fn packages_that_cannot_be_had_are_refused() {
    let (site, token) = shop().await;
    for (package, status) in [
        (json!(2), 400),
        (json!(9), 400),
        (json!("x"), 422),
        (json!([1]), 422),
    ] {
        let body = json!({"package_id": package});
        let answer = site.post_as(&token, SAVE, body).await;
        assert_eq!(answer.status, status, "{package}: {answer:?}");
    }
    let ended = site.fakes.clock.now();
    site.fakes.store.write(|tables| {
        tables.user(UserId::new(1)).billing.expired_at = Some(ended);
    });
    let answer = site.post_as(&token, SAVE, json!({"package_id": 1})).await;
    assert_eq!(answer.status, 400);
}
