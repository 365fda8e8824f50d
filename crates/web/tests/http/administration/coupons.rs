//! Coupons, as administrators manage them.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ferroboard_billing::testing::a_coupon;
use ferroboard_billing::{Coupon, Discount, Period};
use ferroboard_kernel::{Cents, CouponId, PlanId, UnixSeconds, UserId};
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/coupon/{route}")
}

/// A site, and an administrator's token.
async fn office() -> (Site, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    (site, token)
}

fn coupons(site: &Site) -> Vec<Coupon> {
    let store = &site.fakes.store;
    store.read(|tables| tables.billing.coupons.values().cloned().collect())
}

fn only(site: &Site) -> Coupon {
    let mut coupons = coupons(site);
    assert_eq!(coupons.len(), 1, "{coupons:?}");
    coupons.remove(0)
}

/// What is recorded beside the requests that changed something.
fn changes(site: &Site) -> Vec<Value> {
    site.fakes.store.read(|tables| {
        let changes = tables.audit.changes.values();
        changes
            .map(|change| json!([change.before, change.after]))
            .collect()
    })
}

/// What makes a coupon, with these members instead.
fn terms(members: Value) -> Value {
    let mut terms = json!({
        "name": "Ten off", "type": 2, "value": 10, "started_at": 1_704_038_400, "ended_at": 2_145_888_000,
    });
    if let (Value::Object(terms), Value::Object(members)) = (&mut terms, members) {
        terms.extend(members);
    }
    terms
}

fn errors(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let body = answer.body();
    let errors = body["errors"].as_object().unwrap().iter();
    errors
        .map(|(name, texts)| (name.clone(), texts[0].as_str().unwrap().to_owned()))
        .collect()
}

/// The fields that are complained of, in their order.
fn told(answer: &Answer) -> Vec<String> {
    let place = |name: &str| answer.text.find(&format!("\"{name}\":["));
    let mut names: Vec<String> = errors(answer).into_iter().map(|(name, _)| name).collect();
    names.sort_by_key(|name| place(name));
    names
}

const DONE: &str = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;
const MISSING: &str = r#"{"status":"fail","message":"优惠券不存在","data":null,"error":null}"#;

#[actix_web::test]
async fn a_coupon_is_made_with_a_code_of_its_own() {
    let (site, token) = office().await;
    let body = terms(json!({
        "type": "1", "value": "100", "code": " OWN ", "limit_plan_ids": ["1", 8], "limit_use": 5,
        "limit_period": ["month_price", "yearly"], "limit_use_with_user": null,
    }));
    let made = site.post_as(&token, &at("generate"), body).await;
    assert_eq!((made.status.as_u16(), made.text.as_str()), (200, DONE));
    let coupon = only(&site);
    let now = coupon.created_at;
    let expected = Coupon {
        name: "Ten off".into(),
        discount: Discount::Amount(Cents::new(100)),
        show: false,
        limit_use: Some(5),
        limit_plans: Some(vec![PlanId::new(1), PlanId::new(8)]),
        limit_periods: Some(vec![Period::Monthly, Period::Yearly]),
        started_at: UnixSeconds::new(1_704_038_400),
        ended_at: UnixSeconds::new(2_145_888_000),
        created_at: now,
        updated_at: now,
        ..a_coupon(coupon.id.get(), "OWN")
    };
    assert_eq!(coupon, expected);
    assert_eq!(changes(&site).len(), 1);
    for code in ["OWN", "own"] {
        let again = terms(json!({"code": code}));
        let again = site.post_as(&token, &at("generate"), again).await;
        assert_eq!(again.status, 400);
        let refused = r#"{"status":"fail","message":"优惠码已存在","data":null,"error":null}"#;
        assert_eq!(again.text, refused);
    }
    assert_eq!(only(&site), expected);
    assert_eq!(changes(&site).len(), 1);
}

#[actix_web::test]
async fn a_coupon_without_a_code_gets_one() {
    let (site, token) = office().await;
    for code in [json!({}), json!({"code": null}), json!({"code": " "})] {
        let made = site.post_as(&token, &at("generate"), terms(code)).await;
        assert_eq!(made.text, DONE);
    }
    let coupons = coupons(&site);
    assert_eq!(coupons.len(), 3);
    for coupon in coupons {
        assert_eq!((coupon.code.len(), coupon.show), (8, false));
        assert_eq!((coupon.limit_use, coupon.limit_plans), (None, None));
    }
}

#[actix_web::test]
async fn a_form_makes_one_as_well() {
    let (site, token) = office().await;
    let form = "name=Ten&type=2&value=10&started_at=0&ended_at=9&limit_plan_ids[]=3&limit_period[0]=onetime\
        &limit_use=&code=FORM";
    let request = TestRequest::default()
        .method(Method::POST)
        .uri(&at("generate"))
        .insert_header(("authorization", format!("Bearer {token}")))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(form);
    assert_eq!(site.send(request).await.text, DONE);
    let coupon = only(&site);
    assert_eq!((coupon.code.as_str(), coupon.limit_use), ("FORM", None));
    assert_eq!(coupon.limit_plans, Some(vec![PlanId::new(3)]));
    assert_eq!(coupon.limit_periods, Some(vec![Period::OneTime]));
}

#[actix_web::test]
async fn what_is_missing_or_odd_is_told_at_once() {
    let (site, token) = office().await;
    let empty = site.post_as(&token, &at("generate"), json!({})).await;
    assert_eq!(empty.message(), "名称不能为空 (and 4 more errors)");
    let names = ["name", "type", "value", "started_at", "ended_at"];
    assert_eq!(told(&empty), names);
    let all = terms(json!({
        "generate_count": "many", "name": null, "type": 3, "value": 1.5, "started_at": "x", "ended_at": {"at": 1},
        "limit_use": -1, "limit_use_with_user": "often", "limit_plan_ids": "1", "limit_period": ["weekly"],
        "code": "x".repeat(256), "id": "first",
    }));
    let answer = site.post_as(&token, &at("generate"), all).await;
    let expected = [
        ("generate_count", "生成数量必须为数字"),
        ("name", "名称不能为空"),
        ("type", "类型格式有误"),
        ("value", "金额或比例格式有误"),
        ("started_at", "开始时间格式有误"),
        ("ended_at", "结束时间格式有误"),
        ("limit_use", "最大使用次数格式有误"),
        ("limit_use_with_user", "限制用户使用次数格式有误"),
        ("limit_plan_ids", "指定订阅格式有误"),
        ("limit_period.0", "指定周期格式有误"),
        ("id", "优惠券ID必须为数字"),
    ];
    let texts = errors(&answer);
    for (name, text) in expected {
        let expected = (name.to_owned(), text.to_owned());
        assert!(texts.contains(&expected), "{texts:?} lacks {name}");
    }
    let mut names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    names.insert(10, "code");
    assert_eq!(told(&answer), names);
    assert!(coupons(&site).is_empty());
}

#[actix_web::test]
async fn each_odd_field_is_refused() {
    let (site, token) = office().await;
    let many: Vec<i64> = (1_000..1_100).collect();
    for (members, field) in [
        (json!({"generate_count": 501}), "generate_count"),
        (json!({"generate_count": -1}), "generate_count"),
        (json!({"generate_count": [3]}), "generate_count"),
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"name": {"a": 1}}), "name"),
        (json!({"type": 0}), "type"),
        (json!({"type": true}), "type"),
        (json!({"value": 0}), "value"),
        (json!({"value": 101}), "value"),
        (json!({"value": "ten"}), "value"),
        (json!({"type": 1, "value": 2_147_483_648_i64}), "value"),
        (json!({"started_at": -1}), "started_at"),
        (json!({"ended_at": 0}), "ended_at"),
        (json!({"started_at": 2_145_888_000}), "ended_at"),
        (json!({"ended_at": 4_000_000_000_i64}), "ended_at"),
        (json!({"started_at": "2026-01-01"}), "started_at"),
        (json!({"limit_use": 2_147_483_648_i64}), "limit_use"),
        (json!({"limit_use": 1.5}), "limit_use"),
        (json!({"limit_use_with_user": true}), "limit_use_with_user"),
        (json!({"limit_plan_ids": ["a"]}), "limit_plan_ids.0"),
        (json!({"limit_plan_ids": [[1]]}), "limit_plan_ids.0"),
        (json!({"limit_plan_ids": many}), "limit_plan_ids"),
        (json!({"limit_period": "monthly"}), "limit_period"),
        (json!({"limit_period": ["monthly", 3]}), "limit_period.1"),
        (json!({"code": ["a"]}), "code"),
        (json!({"id": 1.5}), "id"),
    ] {
        let answer = site
            .post_as(&token, &at("generate"), terms(members.clone()))
            .await;
        let told = errors(&answer);
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, [field], "{members}");
    }
    assert!(coupons(&site).is_empty());
}

#[actix_web::test]
async fn what_is_not_said_of_a_coupon_stays() {
    let (site, token) = office().await;
    let full = terms(
        json!({"code": "OLD", "limit_use": 5, "limit_use_with_user": 2, "limit_plan_ids": [1]}),
    );
    site.post_as(&token, &at("generate"), full).await;
    let made = only(&site);
    let id = made.id.get();
    let change = terms(json!({"id": id, "name": "Changed", "limit_use": null}));
    let changed = site.post_as(&token, &at("generate"), change).await;
    assert_eq!(changed.text, DONE);
    let expected = Coupon {
        name: "Changed".into(),
        limit_use: None,
        ..made
    };
    assert_eq!(only(&site), expected);
    let recorded =
        json!([{"limit_use": 5, "name": "Ten off"}, {"limit_use": null, "name": "Changed"}]);
    assert_eq!(changes(&site).last(), Some(&recorded));
    let renamed = terms(json!({"id": id.to_string(), "code": "new", "limit_plan_ids": []}));
    assert_eq!(
        site.post_as(&token, &at("generate"), renamed).await.text,
        DONE
    );
    let coupon = only(&site);
    assert_eq!((coupon.code.as_str(), coupon.limit_plans), ("new", None));
    let unknown = site
        .post_as(&token, &at("generate"), terms(json!({"id": 99})))
        .await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.text.as_str()),
        (400, MISSING)
    );
    // 0 is what a page sends that has none.
    assert_eq!(
        site.post_as(&token, &at("generate"), terms(json!({"id": 0})))
            .await
            .text,
        DONE
    );
    assert_eq!(coupons(&site).len(), 2);
}

#[actix_web::test]
async fn many_are_made_at_once_and_answered_as_a_table() {
    let (site, token) = office().await;
    let body = terms(json!({
        "name": "Say \"ten\", twice", "type": 1, "value": 150, "generate_count": 3, "limit_use": 7,
        "limit_plan_ids": ["1", "2"], "code": "IGNORED", "id": 99,
    }));
    let answer = site.post_as(&token, &at("generate"), body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/html; charset=UTF-8");
    assert_eq!(answer.header("content-disposition"), "");
    let made = coupons(&site);
    let at_once = "2024-01-01 00:00:00,2038-01-01 00:00:00";
    let zone = ferroboard_kernel::Zone::default();
    let line = |coupon: &Coupon| {
        let now = zone
            .wall_clock(coupon.created_at)
            .format("%Y-%m-%d %H:%M:%S");
        let code = &coupon.code;
        format!("\"Say \"\"ten\"\", twice\",金额,1.5,{at_once},7,1/2,{code},{now}\r\n")
    };
    let head = "名称,类型,金额或比例,开始时间,结束时间,可用次数,可用于订阅,券码,生成时间\r\n";
    let expected: String = made.iter().map(line).collect();
    assert_eq!(answer.text, format!("{head}{expected}"));
    assert!(
        made.iter()
            .all(|coupon| coupon.show && coupon.code.len() == 8)
    );
    let of_share = terms(json!({"generate_count": "1"}));
    let answer = site.post_as(&token, &at("generate"), of_share).await;
    let line = answer.text.lines().nth(1).unwrap();
    let start = format!("Ten off,比例,10,{at_once},不限制,不限制,");
    assert!(line.starts_with(&start), "{line}");
}

#[actix_web::test]
async fn a_coupon_is_shown_hidden_and_deleted() {
    let (site, token) = office().await;
    let coupon = a_coupon(1, "C");
    site.fakes.store.write(|tables| {
        tables.billing.coupons.insert(coupon.id, coupon.clone());
    });
    for (route, body, show) in [
        ("show", json!({"id": 1}), false),
        ("show", json!({"id": "1"}), true),
        ("update", json!({"id": 1, "show": false}), false),
        ("update", json!({"id": 1, "show": "1"}), true),
        ("update", json!({"id": 1, "show": true}), true),
        ("update", json!({"id": 1, "show": null}), true),
        ("update", json!({"id": 1}), true),
    ] {
        let answer = site.post_as(&token, &at(route), body.clone()).await;
        assert_eq!(answer.text, DONE, "{route} {body}");
        assert_eq!(only(&site).show, show, "{route} {body}");
    }
    // What changed nothing has nothing beside its record.
    assert_eq!(changes(&site).len(), 4);
    assert_eq!(changes(&site)[0], json!([{"show": true}, {"show": false}]));
    for (route, body, field, text) in [
        ("show", json!({}), "id", "优惠券ID不能为空"),
        ("show", json!({"id": null}), "id", "优惠券ID不能为空"),
        ("drop", json!({"id": "x"}), "id", "优惠券ID必须为数字"),
        ("drop", json!({"id": [1]}), "id", "优惠券ID必须为数字"),
        ("update", json!({"show": true}), "id", "优惠券ID不能为空"),
    ] {
        let answer = site.post_as(&token, &at(route), body).await;
        assert_eq!(errors(&answer), [(field.to_owned(), text.to_owned())]);
    }
    let odd = json!({"id": 1, "show": "maybe"});
    let odd = site.post_as(&token, &at("update"), odd).await;
    assert_eq!(errors(&odd)[0].0, "show");
    for route in ["show", "update", "drop"] {
        for id in [json!(99), json!(i64::MAX), json!(-1)] {
            let body = json!({"id": id, "show": true});
            let answer = site.post_as(&token, &at(route), body).await;
            assert_eq!(
                (answer.status.as_u16(), answer.text.as_str()),
                (400, MISSING)
            );
        }
    }
    let dropped = site.post_as(&token, &at("drop"), json!({"id": 1})).await;
    assert_eq!(dropped.text, DONE);
    assert!(coupons(&site).is_empty());
    let again = site.post_as(&token, &at("drop"), json!({"id": 1})).await;
    assert_eq!(again.text, MISSING);
    let last = changes(&site).pop().unwrap();
    assert_eq!(
        (&last[0]["code"], &last[1]["code"]),
        (&json!("C"), &Value::Null)
    );
    let id = CouponId::new(1);
    let has = |tables: &ferroboard_testing::MemoryTables| tables.billing.coupons.contains_key(&id);
    assert!(!site.fakes.store.read(has));
}

#[actix_web::test]
async fn a_list_is_judged_before_it_is_read() {
    let (site, token) = office().await;
    for query in [
        "filter[0][id]=password&filter[0][value]=a",
        "filter[0][id]=limit_plan_ids&filter[0][value]=1",
        "filter[0][id]=code",
        "filter[0][id]=id&filter[0][value][]=one",
        "filter=code",
        "sort[0][id]=code",
        "sort[0][id]=id%20desc&sort[0][desc]=1",
    ] {
        let asked = format!("{}?{query}", at("fetch"));
        let answer = site.get_as(&token, &asked).await;
        let field = query.split(['[', '=']).next().unwrap();
        assert_eq!(errors(&answer)[0].0, field, "{query}");
    }
    let body = json!({"filter": [{"id": "code", "value": "a"}, {"id": "token", "value": "a"}]});
    let answer = site.post_as(&token, &at("fetch"), body).await;
    assert_eq!(errors(&answer)[0].0, "filter");
    // Reading by POST is not recorded.
    assert!(
        site.fakes
            .store
            .read(|tables| tables.audit.entries.is_empty())
    );
}
