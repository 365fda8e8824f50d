//! Traffic packages, from the first that is made to the last byte, from the outside.

use ferroboard_testing::databases::{Backend, Database};
use serde_json::json;

use crate::support::shop::SAVE;
use crate::support::{Rows, Shop};

const GB: i64 = 1_073_741_824;

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_made_sold_and_used_up() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let shop = Shop::open(&database).await;
    let rows = Rows(database.sql());
    let chief = shop.customer("chief@demo.test").await;
    rows.set_user(chief.id, "is_admin = 1").await;
    let office = format!("{}/traffic-package", rows.admin_path().await);
    let (panel, desk) = (&shop.panel, |route: &str| format!("{office}/{route}"));
    let terms = json!({
        "name": "Ten", "transfer_enable": 10, "price": 500, "until": "used_up", "plan_ids": [1], "capacity_limit": 3,
    });
    let saved = panel.post(&desk("save"), &chief.token, terms).await;
    saved.assert_true();
    let shown = panel
        .post(&desk("show"), &chief.token, json!({"id": 1}))
        .await;
    shown.assert_true();

    let ann = shop.customer("ann@demo.test").await;
    let plan = format!(
        "plan_id = 1, group_id = 1, expired_at = 2000000000, transfer_enable = {}",
        100 * GB
    );
    rows.set_user(ann.id, &plan).await;
    shop.give(&ann, 500, 0).await;
    let number = panel
        .post(SAVE, &ann.token, json!({"package_id": 1}))
        .await
        .data();
    let number = number.as_str().unwrap();
    // The balance pays all of it.
    assert_eq!(shop.check_out(&ann, number).await.status, 200);
    assert_eq!(shop.of_order("status", number).await, 3);
    assert_eq!(rows.of_user("transfer_enable", ann.id).await, 110 * GB);

    let listed = panel.get(&desk("fetch"), &chief.token).await.body()["data"].clone();
    let row = &listed[0];
    for (member, expected) in [
        ("name", json!("Ten")),
        ("plan_ids", json!([1])),
        ("capacity_limit", json!(3)),
        ("sold", json!(1)),
        ("show", json!(true)),
    ] {
        assert_eq!(row[member], expected, "{member}");
    }

    rows.set_user(ann.id, &format!("u = {}, d = 7", 100 * GB))
        .await;
    let fetch = "/api/v1/user/traffic-package/fetch";
    let own = panel.get(fetch, &ann.token).await.body()["data"]["own"].clone();
    assert_eq!(own[0]["left"], 10 * GB - 7);
    let reset = format!("{}/traffic-reset/reset-user", rows.admin_path().await);
    let body = json!({"user_id": ann.id, "reason": "why"});
    let done = panel.post(&reset, &chief.token, body.clone()).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(rows.of_user("transfer_enable", ann.id).await, 110 * GB - 7);
    rows.set_user(ann.id, &format!("u = {}, d = 0", 200 * GB))
        .await;
    panel.post(&reset, &chief.token, body).await;
    assert_eq!(rows.of_user("transfer_enable", ann.id).await, 100 * GB);
    let own = panel.get(fetch, &ann.token).await.body()["data"]["own"].clone();
    assert_eq!(own, json!([]));
    // Deleted, it stays what was bought.
    panel
        .post(&desk("drop"), &chief.token, json!({"id": 1}))
        .await
        .assert_true();
    let detail = format!("/api/v1/user/order/detail?trade_no={number}");
    let package = panel.get(&detail, &ann.token).await.body()["data"]["package"].clone();
    assert_eq!(
        package,
        json!({"id": 1, "name": "Ten", "bytes": 10 * GB, "until": "used_up"})
    );
    shop.assert_sound().await;
}
