//! Payment methods, as administrators manage them.

use ferroboard_billing::testing::{a_payment_method, an_order};
use ferroboard_billing::{Order, PaymentMethod};
use ferroboard_kernel::{Cents, PaymentId, Percent, UserId};
use ferroboard_site::PluginRow;
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";
const DONE: &str = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;
const SETTINGS: &[(&str, &str)] = &[("secure_path", PATH), ("app_url", "https://panel.test")];

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/payment/{route}")
}

async fn staffed(site: Site) -> (Site, String) {
    let token = site.alice().await;
    site.promote(UserId::new(1));
    (site, token)
}

async fn office() -> (Site, String) {
    staffed(Site::with_settings(SETTINGS).await).await
}

fn method(site: &Site, id: i64) -> Option<PaymentMethod> {
    let id = PaymentId::new(id);
    site.fakes
        .store
        .read(|tables| tables.billing.payments.get(&id).cloned())
}

fn put(site: &Site, method: PaymentMethod) {
    let put = |tables: &mut ferroboard_testing::MemoryTables| {
        tables.billing.payments.insert(method.id, method)
    };
    site.fakes.store.write(put);
}

fn terms(members: Value) -> Value {
    let mut terms = json!({
        "name": "New", "payment": "EPay", "config": {"url": "https://p.test", "pid": 1, "key": "s3cret"},
    });
    if let (Value::Object(terms), Value::Object(members)) = (&mut terms, members) {
        terms.extend(members);
    }
    terms
}

fn refused(answer: &Answer, text: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.message().as_str()),
        (400, text)
    );
}

#[actix_web::test]
async fn a_method_is_made_switched_off_and_changed() {
    let (site, token) = office().await;
    let body = terms(json!({"handling_fee_percent": 2.5, "handling_fee_fixed": "30", "icon": "i"}));
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    let made = method(&site, 1).unwrap();
    assert_eq!((made.enabled, made.sort, made.uuid.len()), (false, None, 8));
    assert_eq!(made.fee_percent, Some(Percent::hundredths(250)));
    assert_eq!(made.fee_fixed, Some(Cents::new(30)));
    assert_eq!(made.config.get("pid"), Some("1"));
    let body = terms(json!({
        "id": 1, "name": "Changed", "config": {"key": "other"}, "handling_fee_percent": 0, "handling_fee_fixed": null,
    }));
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    let changed = method(&site, 1).unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.uuid),
        ("Changed", made.uuid)
    );
    assert_eq!(
        (changed.fee_fixed, changed.icon.as_deref()),
        (None, Some("i"))
    );
    assert_eq!(changed.fee_percent, Some(Percent::default()));
    assert_eq!(changed.config.get("pid"), None);
    // What takes off is kept as Xboard keeps it.
    let body = terms(json!({"id": 1, "handling_fee_percent": 2.5, "handling_fee_fixed": -50}));
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    let cheaper = method(&site, 1).unwrap();
    assert_eq!(cheaper.fee_fixed, Some(Cents::new(-50)));
    for (total, fee) in [(4_000, 50), (1_000, 0)] {
        let told = cheaper.fee(Cents::new(total)).unwrap();
        assert_eq!(told, Some(Cents::new(fee)), "{total}");
    }
    // Nothing of a secret is recorded.
    let recorded = site
        .fakes
        .store
        .read(|tables| format!("{:?}", tables.audit));
    assert!(recorded.contains("settings_changed"), "{recorded}");
    assert!(!recorded.contains("s3cret"), "{recorded}");
}

#[actix_web::test]
async fn a_method_needs_an_address_of_the_site_and_a_gateway() {
    let without = Site::with_settings(&[("secure_path", PATH)]).await;
    let (site, token) = staffed(without).await;
    let answer = site.post_as(&token, &at("save"), terms(json!({}))).await;
    refused(&answer, "请在站点配置中配置站点地址");
    let (site, token) = office().await;
    for (members, text) in [
        (json!({"payment": "Nope"}), "支付方式不存在或未启用"),
        (json!({"id": 99}), "支付方式不存在"),
    ] {
        let answer = site.post_as(&token, &at("save"), terms(members)).await;
        refused(&answer, text);
    }
    // A method of a gateway that is gone is changed, but nothing else becomes one.
    let ghost = PaymentMethod {
        gateway: "GhostPay".to_owned(),
        ..a_payment_method(5)
    };
    put(&site, ghost);
    let body = terms(json!({"id": 5, "payment": "GhostPay"}));
    assert_eq!(site.post_as(&token, &at("save"), body).await.text, DONE);
    put(&site, a_payment_method(6));
    let body = terms(json!({"id": 6, "payment": "GhostPay"}));
    let answer = site.post_as(&token, &at("save"), body).await;
    refused(&answer, "支付方式不存在或未启用");
}

#[actix_web::test]
async fn every_odd_field_is_told() {
    let (site, token) = office().await;
    let empty = site.post_as(&token, &at("save"), json!({})).await;
    assert_eq!(empty.message(), "显示名称不能为空 (and 2 more errors)");
    let long = "x".repeat(60_000);
    for (members, field) in [
        (json!({"name": ["a"]}), "name"),
        (json!({"payment": "x".repeat(17)}), "payment"),
        (json!({"config": "x"}), "config"),
        (json!({"config": ["x"]}), "config"),
        (json!({"config": {}}), "config"),
        (json!({"config": {"key": ["x"]}}), "config.key"),
        (json!({"config": {"key": long}}), "config"),
        (json!({"icon": {"a": 1}}), "icon"),
        (json!({"notify_domain": "x"}), "notify_domain"),
        (json!({"notify_domain": "ftp://a.test"}), "notify_domain"),
        (json!({"handling_fee_fixed": 1.5}), "handling_fee_fixed"),
        (
            json!({"handling_fee_fixed": -2_147_483_648_i64}),
            "handling_fee_fixed",
        ),
        (json!({"handling_fee_percent": 101}), "handling_fee_percent"),
        (
            json!({"handling_fee_percent": -0.1}),
            "handling_fee_percent",
        ),
        (json!({"handling_fee_percent": "x"}), "handling_fee_percent"),
        (json!({"id": "x"}), "id"),
    ] {
        let answer = site
            .post_as(&token, &at("save"), terms(members.clone()))
            .await;
        assert_eq!(answer.status, 422, "{members} {}", answer.text);
        let body = answer.body();
        let names: Vec<&String> = body["errors"].as_object().unwrap().keys().collect();
        assert_eq!(names, [field], "{members}");
    }
    assert_eq!(method(&site, 1), None);
}

#[actix_web::test]
async fn a_form_shows_what_is_set() {
    let (site, token) = office().await;
    put(&site, a_payment_method(1));
    let form = async |body: Value| site.post_as(&token, &at("getPaymentForm"), body).await;
    let answer = form(json!({"payment": "EPay"})).await;
    let url = json!({
        "type": "string", "label": "网关地址（含 http 或 https）", "placeholder": "", "description": "",
        "value": "", "options": [],
    });
    assert_eq!(answer.body()["data"]["url"], url);
    let place = |name: &str| answer.text.find(&format!("\"{name}\":{{")).unwrap();
    assert!(
        place("url") < place("pid") && place("pid") < place("key") && place("key") < place("type")
    );
    let filled = form(json!({"payment": "EPay", "id": "1"})).await;
    assert_eq!(filled.body()["data"]["key"]["value"], "epay-secret-key");
    let long = form(json!({"payment": "AlipayF2F"})).await;
    assert_eq!(long.body()["data"]["private_key"]["type"], "text");
    for odd in [
        json!({}),
        json!({"payment": "Nope"}),
        json!({"payment": ["EPay"]}),
    ] {
        refused(&form(odd).await, "支付方式不存在或未启用");
    }
    for id in [json!(99), json!("x"), json!([1])] {
        refused(
            &form(json!({"payment": "EPay", "id": id})).await,
            "支付方式不存在",
        );
    }
}

#[actix_web::test]
async fn gateways_are_those_whose_plugins_are_on() {
    let off = PluginRow {
        code: "epay".to_owned(),
        enabled: false,
        config: None,
    };
    let (site, token) = staffed(Site::with_plugins(SETTINGS, vec![off]).await).await;
    let answer = site.get_as(&token, &at("getPaymentMethods")).await;
    let expected = json!(["AlipayF2F", "BTCPay", "CoinPayments", "Coinbase", "MGate"]);
    assert_eq!(answer.body()["data"], expected);
    let form = json!({"payment": "EPay"});
    let form = site.post_as(&token, &at("getPaymentForm"), form).await;
    refused(&form, "支付方式不存在或未启用");
    let saved = site.post_as(&token, &at("save"), terms(json!({}))).await;
    refused(&saved, "支付方式不存在或未启用");
}

#[actix_web::test]
async fn methods_are_switched_sorted_and_deleted() {
    let (site, token) = office().await;
    for id in [1, 2, 3] {
        put(&site, a_payment_method(id));
    }
    let post = async |route: &str, body: Value| site.post_as(&token, &at(route), body).await;
    for enabled in [false, true] {
        assert_eq!(post("show", json!({"id": 1})).await.text, DONE);
        assert_eq!(method(&site, 1).unwrap().enabled, enabled);
    }
    assert_eq!(post("sort", json!({"ids": [3, 1]})).await.text, DONE);
    let places = [1, 2, 3].map(|id| method(&site, id).unwrap().sort);
    assert_eq!(places, [Some(2), None, Some(1)]);
    refused(
        &post("sort", json!({"ids": [1, 99]})).await,
        "支付方式不存在",
    );
    assert_eq!(post("sort", json!({})).await.status, 422);
    site.fakes.store.write(|tables| {
        let waiting = Order {
            payment_id: Some(PaymentId::new(2)),
            ..an_order(1, UserId::new(1))
        };
        tables.billing.orders.insert(waiting.id, waiting);
    });
    let text = "有待支付的订单正在使用该支付方式，暂时无法删除";
    refused(&post("drop", json!({"id": 2})).await, text);
    assert_eq!(post("drop", json!({"id": 3})).await.text, DONE);
    assert_eq!(method(&site, 3), None);
    for route in ["show", "drop"] {
        for body in [json!({}), json!({"id": 99}), json!({"id": "x"})] {
            refused(&post(route, body).await, "支付方式不存在");
        }
    }
}
