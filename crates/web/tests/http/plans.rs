//! What is on sale.

use actix_web::test::TestRequest;
use ferroboard_billing::ResetMethod;
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_kernel::{UnixSeconds, UserId};
use serde_json::{Value, json};

use crate::harness::Site;

/// Plan 1 is on sale, 2 is hidden, 3 is full, 4 has texts and limits.
async fn site() -> Site {
    let site = Site::shop(&[]).await;
    site.fakes.store.write(|tables| {
        let mut hidden = a_plan(2);
        hidden.show = false;
        let mut full = a_plan(3);
        full.capacity_limit = Some(0);
        let mut limited = a_plan(4);
        limited.content = Some("{{speed}} {{reset_method}}".into());
        limited.reset_method = Some(ResetMethod::Never);
        limited.capacity_limit = Some(7);
        for plan in [hidden, full, limited] {
            tables.billing.plans.insert(plan.id, plan);
        }
    });
    site
}

fn ids(data: &Value) -> Vec<i64> {
    let plans = data.as_array().unwrap().iter();
    plans.map(|plan| plan["id"].as_i64().unwrap()).collect()
}

#[actix_web::test]
async fn guests_and_users_see_the_same_list() {
    let site = site().await;
    let token = site.alice().await;
    let guest = site.get("/api/v1/guest/plan/fetch").await.body();
    assert_eq!(ids(&guest["data"]), [1, 4]);
    for path in ["/api/v1/user/plan/fetch", "/api/v1/user/plan/fetch?id=0"] {
        assert_eq!(site.get_as(&token, path).await.body(), guest, "{path}");
    }
    let (first, second) = (&guest["data"][0], &guest["data"][1]);
    assert_eq!(first["month_price"], 990);
    assert_eq!(first["year_price"], Value::Null);
    assert_eq!(first["prices"], json!({"monthly": 9.9}));
    assert_eq!(first["content"], "");
    assert_eq!(first["sell"], true);
    assert_eq!(first["remaining"], Value::Null);
    assert_eq!(second["content"], "不限制 不重置");
    assert_eq!(
        (&second["capacity_limit"], &second["remaining"]),
        (&json!(7), &json!(7))
    );
}

#[actix_web::test]
async fn texts_of_plans_follow_the_language() {
    let site = site().await;
    let request = TestRequest::get().uri("/api/v1/guest/plan/fetch");
    let request = request.insert_header(("Content-Language", "en-US"));
    let body = site.send(request).await.body();
    assert_eq!(body["data"][1]["content"], "No Limit Never");
}

#[actix_web::test]
async fn one_plan_is_shown_to_whom_it_is_sold() {
    let site = site().await;
    let token = site.alice().await;
    let path = |id: &str| format!("/api/v1/user/plan/fetch?id={id}");
    let one = site.get_as(&token, &path("1")).await;
    assert_eq!(one.body()["data"]["id"], 1);
    for id in ["2", "3", "99", "abc"] {
        let answer = site.get_as(&token, &path(id)).await;
        assert_eq!(answer.status, 400, "{id}");
        assert_eq!(answer.message(), "订阅计划不存在");
    }
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(UserId::new(1)).billing;
        let mut own = a_subscription(UnixSeconds::new(4_070_880_000));
        own.plan_id = ferroboard_kernel::PlanId::new(3);
        row.subscribe(&own);
    });
    let own = site.get_as(&token, &path("3")).await;
    assert_eq!(own.body()["data"]["capacity_limit"], "Sold out");
    assert_eq!(own.body()["data"]["remaining"], 0);
}
