//! What administrators say about plans.

use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_billing::{Plan, PriceList, ResetMethod};
use ferroboard_kernel::{GroupId, PlanId, UnixSeconds, UserId};
use serde_json::{Value, json};

use crate::harness::Site;

const PATH: &str = "hidden-door";
const DONE: &str = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/plan/{route}")
}

async fn office() -> (Site, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    (site, token)
}

fn put(site: &Site, plan: Plan) {
    let put =
        |tables: &mut ferroboard_testing::MemoryTables| tables.billing.plans.insert(plan.id, plan);
    site.fakes.store.write(put);
}

fn plan(site: &Site, id: i64) -> Option<Plan> {
    let id = PlanId::new(id);
    site.fakes
        .store
        .read(|tables| tables.billing.plans.get(&id).cloned())
}

#[actix_web::test]
async fn a_plan_is_made_by_its_name_and_traffic_alone() {
    let (site, token) = office().await;
    let body = json!({"name": "P1", "transfer_enable": 10});
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    let made = plan(&site, 1).unwrap();
    assert_eq!((made.show, made.sell, made.renew), (false, false, true));
    assert_eq!((made.capacity_limit, made.group_id), (None, None));
    assert_eq!(made.reset_method, Some(ResetMethod::FirstDayOfMonth));
    assert_eq!(made.prices.to_json(), None);
}

#[actix_web::test]
async fn prices_are_stored_as_exact_numbers() {
    let (site, token) = office().await;
    let body = json!({
        "name": "P", "transfer_enable": "20", "group_id": 1, "content": "c", "reset_traffic_method": null,
        "prices": {"monthly": 19.99, "quarterly": "", "half_yearly": 0, "yearly": "100", "onetime": null,
            "two_yearly": 4.349, "reset_traffic": "0.29"},
        "speed_limit": 50, "device_limit": "", "capacity_limit": 0, "tags": ["a", 7],
    });
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    let made = plan(&site, 1).unwrap();
    let expected =
        json!({"monthly": 19.99, "yearly": 100, "two_yearly": 4.35, "reset_traffic": 0.29});
    assert_eq!(made.prices.stored(), &expected);
    assert_eq!((made.reset_method, made.capacity_limit), (None, Some(0)));
    assert_eq!((made.speed_limit, made.device_limit), (Some(50), None));
    assert_eq!(made.tags.stored(), &json!(["a", "7"]));
}

#[actix_web::test]
async fn whatever_the_columns_hold_is_taken() {
    let (site, token) = office().await;
    let content = "字".repeat(21_845);
    let body = json!({
        "name": "P", "transfer_enable": 1, "content": content, "group_id": 0, "tags": [null, "a", ""],
    });
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    let made = plan(&site, 1).unwrap();
    assert_eq!(made.content, Some(content));
    assert_eq!(made.group_id, Some(GroupId::new(0)));
    assert_eq!(made.tags.stored(), &json!(["a"]));
}

#[actix_web::test]
async fn what_is_not_said_stays_and_what_is_free_stays_free() {
    let (site, token) = office().await;
    let old = Plan {
        prices: PriceList::from_json(Some(r#"{"monthly":0,"yearly":9}"#)),
        content: Some("text".to_owned()),
        ..a_plan(1)
    };
    put(&site, old.clone());
    let body = json!({"id": 1, "name": "New", "transfer_enable": 5, "prices": {"monthly": 0, "yearly": 0}});
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    let saved = plan(&site, 1).unwrap();
    assert_eq!(saved.prices.stored(), &json!({"monthly": 0}));
    assert_eq!((saved.content, saved.group_id), (old.content, old.group_id));
    assert_eq!((saved.show, saved.sell), (true, true));
    let unknown = json!({"id": 99, "name": "x", "transfer_enable": 1});
    let unknown = site.post_as(&token, &at("save"), unknown).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.message().as_str()),
        (400, "订阅计划不存在")
    );
}

#[actix_web::test]
async fn members_get_what_the_plan_gives_where_that_is_asked_for() {
    let (site, token) = office().await;
    put(&site, a_plan(1));
    site.fakes.store.write(|tables| {
        let end = UnixSeconds::new(4_000_000_000);
        tables
            .user(UserId::new(1))
            .billing
            .subscribe(&a_subscription(end));
    });
    let group = |site: &Site| {
        let user = UserId::new(1);
        site.fakes
            .store
            .write(|tables| tables.user(user).billing.group_id)
    };
    let body = |force: Value| {
        json!({
            "id": 1, "name": "N", "transfer_enable": 5, "group_id": 2, "speed_limit": 7, "force_update": force,
        })
    };
    for (force, expected) in [(json!(false), 1), (json!(null), 1), (json!("1"), 2)] {
        assert_eq!(
            site.post_as(&token, &at("save"), body(force)).await.text,
            DONE
        );
        assert_eq!(group(&site), Some(GroupId::new(expected)));
    }
    let limits = site.fakes.store.write(|tables| {
        let row = &tables.user(UserId::new(1)).billing;
        (row.transfer_enable, row.speed_limit, row.device_limit)
    });
    assert_eq!(limits, (5 << 30, Some(7), None));
}

#[actix_web::test]
async fn every_odd_field_is_told_and_data_is_false() {
    let (site, token) = office().await;
    let empty = site.post_as(&token, &at("save"), json!({})).await;
    assert_eq!(empty.status, 422);
    assert_eq!(empty.body()["data"], false);
    assert_eq!(empty.message(), "套餐名称不能为空");
    let many: Vec<String> = (0..101).map(|tag| tag.to_string()).collect();
    for (members, field) in [
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"name": {"a": 1}}), "name"),
        (json!({"transfer_enable": 0}), "transfer_enable"),
        (json!({"transfer_enable": 1.5}), "transfer_enable"),
        (
            json!({"transfer_enable": 8_589_934_592_i64}),
            "transfer_enable",
        ),
        (json!({"prices": "x"}), "prices"),
        (json!({"prices": {"weekly": 5}}), "prices.weekly"),
        (json!({"prices": {"month_price": 5}}), "prices.month_price"),
        (json!({"prices": {"monthly": -1}}), "prices.monthly"),
        (json!({"prices": {"monthly": "ten"}}), "prices.monthly"),
        (json!({"prices": {"monthly": [1]}}), "prices.monthly"),
        (json!({"prices": {"monthly": 1e300}}), "prices.monthly"),
        (
            json!({"prices": {"monthly": 21_474_836.48}}),
            "prices.monthly",
        ),
        (json!({"prices": [5]}), "prices.0"),
        (json!({"group_id": "a"}), "group_id"),
        (json!({"group_id": -1}), "group_id"),
        (json!({"speed_limit": -1}), "speed_limit"),
        (json!({"device_limit": 2_147_483_648_i64}), "device_limit"),
        (json!({"capacity_limit": true}), "capacity_limit"),
        (json!({"tags": "x"}), "tags"),
        (json!({"tags": [["x"]]}), "tags.0"),
        (json!({"tags": [null, "x".repeat(256)]}), "tags.1"),
        (json!({"tags": many}), "tags"),
        (json!({"reset_traffic_method": 5}), "reset_traffic_method"),
        (json!({"content": ["x"]}), "content"),
        (json!({"content": "字".repeat(21_846)}), "content"),
        (json!({"id": "first"}), "id"),
    ] {
        let mut body = json!({"name": "x", "transfer_enable": 1});
        body.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        let answer = site.post_as(&token, &at("save"), body).await;
        assert_eq!(answer.status, 422, "{members} {}", answer.text);
        let body = answer.body();
        let names: Vec<&String> = body["errors"].as_object().unwrap().keys().collect();
        assert_eq!(names, [field], "{members}");
    }
    assert_eq!(plan(&site, 1), None);
}

#[actix_web::test]
async fn plans_are_sorted_as_they_are_named() {
    let (site, token) = office().await;
    for id in [1, 2, 3] {
        put(&site, a_plan(id));
    }
    let sort = async |ids: Value| site.post_as(&token, &at("sort"), json!({"ids": ids})).await;
    assert_eq!(sort(json!([3, "2", 1])).await.text, DONE);
    let places = |site: &Site| [1, 2, 3].map(|id| plan(site, id).unwrap().sort);
    assert_eq!(places(&site), [Some(3), Some(2), Some(1)]);
    assert_eq!(sort(json!([1, 99])).await.status, 400);
    let many: Vec<i64> = (0..1_001).collect();
    for odd in [
        json!(null),
        json!([]),
        json!("x"),
        json!([1, "x"]),
        json!([[1]]),
        json!(many),
    ] {
        assert_eq!(sort(odd.clone()).await.status, 422, "{odd}");
    }
    assert_eq!(places(&site), [Some(3), Some(2), Some(1)]);
}
