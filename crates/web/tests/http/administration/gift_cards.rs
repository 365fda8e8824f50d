//! Gift cards, as administrators manage them. What is listed is asked of databases (`tests/journeys`).

use actix_web::test::TestRequest;
use ferroboard_giftcard::CardStatus;
use ferroboard_giftcard::testing::{GiftCardRow, a_card, a_template};
use ferroboard_kernel::{Clock as _, GiftCardId, GiftTemplateId, UnixSeconds, UserId};
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const PATH: &str = "hidden-door";

fn at(route: &str) -> String {
    format!("/api/v2/{PATH}/gift-card/{route}")
}

/// A site with a template and a card of it, and an administrator's token.
async fn office() -> (Site, String) {
    let site = Site::with_settings(&[("secure_path", PATH)]).await;
    let token = site.alice().await;
    site.promote(UserId::new(1));
    site.fakes.store.write(|tables| {
        let template = a_template(1);
        tables.gift_cards.templates.insert(template.id, template);
        tables.gift_cards.push_card(a_card(1, 1, "GCFIRST001"));
    });
    (site, token)
}

async fn post(site: &Site, token: &str, route: &str, body: Value) -> Answer {
    site.post_as(token, &at(route), body).await
}

/// The fields that are complained of, with the first text of each.
fn told(answer: &Answer) -> Value {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let body = answer.body();
    let errors = body["errors"].as_object().unwrap().iter();
    errors
        .map(|(name, texts)| (name.clone(), texts[0].clone()))
        .collect()
}

fn card(site: &Site) -> GiftCardRow {
    let store = &site.fakes.store;
    store.read(|tables| tables.gift_cards.cards[&GiftCardId::new(1)].clone())
}

/// How many changes stand in the record.
fn changes(site: &Site) -> usize {
    site.fakes.store.read(|tables| tables.audit.changes.len())
}

#[actix_web::test]
async fn a_template_is_made_with_what_is_said_of_it() {
    let (site, token) = office().await;
    let body = json!({
        "name": " Ten ", "type": "3", "status": "0", "sort": 4, "theme_color": "#AABBCC",
        "conditions": {"paid_user_only": true}, "limits": [], "special_config": null,
        "rewards": {"balance": "1000", "transfer_enable": "", "random_rewards": [{"weight": 1, "balance": 5}]},
        "background_image": "https://a.test/b.png", "icon": "", "description": "D", "unknown": 1,
    });
    let made = post(&site, &token, "create-template", body).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let now = site.fakes.clock.now().get();
    let expected = json!({
        "id": 2, "name": "Ten", "description": "D", "type": 3, "status": false,
        "conditions": {"paid_user_only": true}, "limits": {}, "special_config": null,
        "rewards": {
            "balance": 1000, "transfer_enable": null, "random_rewards": [{"weight": 1, "balance": 5}],
        },
        "icon": null, "background_image": "https://a.test/b.png", "theme_color": "#AABBCC", "sort": 4,
        "admin_id": 1, "created_at": now, "updated_at": now,
    });
    assert_eq!(made.body()["data"], expected);
    assert_eq!(changes(&site), 1);
    let bare = json!({"name": "Bare", "type": 1, "rewards": {"balance": 1}, "theme_color": null});
    let made = post(&site, &token, "create-template", bare).await.body();
    let data = &made["data"];
    let shown = json!([
        data["status"],
        data["theme_color"],
        data["sort"],
        data["limits"]
    ]);
    assert_eq!(shown, json!([true, "#1890ff", 0, null]));
}

#[actix_web::test]
async fn empty_fields_of_a_form_are_no_zeros() {
    let (site, token) = office().await;
    let form = "name=Money&type=1&rewards[balance]=500&rewards[transfer_enable]=&rewards[expire_days]=\
        &rewards[reset_package]=&limits[max_use_per_user]=";
    let request = TestRequest::post()
        .uri(&at("create-template"))
        .insert_header(("Authorization", token.as_str()))
        .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
        .set_payload(form);
    let made = site.send(request).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let expected = json!({
        "balance": 500, "transfer_enable": null, "expire_days": null, "reset_package": null,
    });
    let made = made.body();
    assert_eq!(made["data"]["rewards"], expected);
    assert_eq!(made["data"]["limits"], json!({"max_use_per_user": null}));
    // So it needs no plan: somebody without one redeems it.
    site.fakes.store.write(|tables| {
        tables.gift_cards.push_card(a_card(2, 2, "GCMONEY001"));
    });
    let code = json!({"code": "GCMONEY001"});
    let redeemed = site.post_as(&token, "/api/v1/user/gift-card/redeem", code);
    assert_eq!(redeemed.await.status, 200);
}

#[actix_web::test]
async fn a_template_that_makes_no_sense_is_refused_as_a_whole() {
    let (site, token) = office().await;
    let refused = post(&site, &token, "create-template", json!({})).await;
    let expected = json!({
        "name": "礼品卡名称不能为空", "type": "礼品卡类型不能为空", "rewards": "奖励配置不能为空",
    });
    assert_eq!(told(&refused), expected);
    let whole = json!({"id": 1, "name": "N", "type": 1, "rewards": {"balance": 1}});
    for (field, value) in [
        ("name", json!("x".repeat(256))),
        ("name", json!(["x"])),
        ("type", json!(4)),
        ("type", json!("x")),
        ("rewards", json!({})),
        ("rewards", json!([])),
        ("rewards", Value::Null),
        ("rewards", json!([1])),
        ("rewards", json!("x")),
        ("rewards", json!({"balance": -1})),
        ("rewards", json!({"random_rewards": [{"weight": 0}]})),
        ("conditions", json!({"allowed_plans": "x"})),
        ("conditions", json!(7)),
        ("limits", json!({"cooldown_hours": "x"})),
        ("special_config", json!({"festival_bonus": []})),
        ("status", json!("perhaps")),
        ("description", json!("x".repeat(10_001))),
        ("icon", json!("x".repeat(256))),
        ("background_image", json!("no address")),
        ("theme_color", json!("red")),
        ("theme_color", json!("#12345")),
        ("sort", json!(-1)),
        ("sort", json!(1_i64 << 40)),
        ("sort", Value::Null),
    ] {
        let mut body = whole.clone();
        body[field] = value;
        for route in ["create-template", "update-template"] {
            let refused = post(&site, &token, route, body.clone()).await;
            let fields = told(&refused);
            let fields: Vec<&String> = fields.as_object().unwrap().keys().collect();
            assert_eq!(fields, [field], "{route} {body}");
        }
    }
    for none in [json!({}), json!([])] {
        let body = json!({"id": 1, "rewards": none});
        let refused = post(&site, &token, "update-template", body).await;
        assert_eq!(told(&refused), json!({"rewards": "奖励配置不能为空"}));
    }
    assert_eq!(changes(&site), 0);
}

#[actix_web::test]
async fn a_template_keeps_what_is_not_said() {
    let (site, token) = office().await;
    let body = json!({"id": 1, "name": "New", "description": null, "status": false});
    let changed = post(&site, &token, "update-template", body.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let data = changed.body()["data"].clone();
    assert_eq!(
        (&data["name"], &data["status"]),
        (&json!("New"), &json!(false))
    );
    assert_eq!(data["rewards"], json!({"balance": 1000}));
    assert_eq!(data["updated_at"], site.fakes.clock.now().get());
    assert_eq!(changes(&site), 1);
    // Nothing new is no change.
    let again = post(&site, &token, "update-template", body).await;
    assert_eq!((again.status.as_u16(), changes(&site)), (200, 1));
    let unknown = json!({"id": 9, "name": "New"});
    let unknown = post(&site, &token, "update-template", unknown).await;
    assert_eq!(told(&unknown), json!({"id": "礼品卡模板不存在"}));
}

#[actix_web::test]
async fn a_template_with_cards_stays() {
    let (site, token) = office().await;
    let delete = async |id: i64| post(&site, &token, "delete-template", json!({"id": id})).await;
    let refused = delete(1).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.message(), "该模板下存在兑换码，无法删除");
    let card = json!({"id": 1});
    let deleted = post(&site, &token, "delete-code", card.clone()).await;
    assert_eq!(deleted.body()["data"], json!({"message": "删除成功"}));
    assert_eq!(delete(1).await.body()["data"], true);
    assert!(told(&delete(1).await)["id"].is_string());
    assert!(told(&post(&site, &token, "delete-code", card).await)["id"].is_string());
    assert_eq!(changes(&site), 2);
}

#[actix_web::test]
async fn cards_are_made_in_batches() {
    let (site, token) = office().await;
    let body = json!({
        "template_id": 1, "count": 1_200, "prefix": "XX", "expires_hours": 24, "max_usage": 2,
    });
    let made = post(&site, &token, "generate-codes", body).await.body();
    let batch = made["data"]["batch_id"].as_str().unwrap().to_owned();
    assert_eq!(
        made["data"],
        json!({"batch_id": batch, "count": 1_200, "message": "生成成功"})
    );
    let end = site.fakes.clock.now().get() + 86_400;
    site.fakes.store.read(|tables| {
        let rows = tables.gift_cards.cards.values();
        let own = rows.filter(|row| row.batch.as_deref() == Some(batch.as_str()));
        let codes: Vec<&GiftCardRow> = own.collect();
        assert_eq!(codes.len(), 1_200);
        for row in codes {
            let code = row.card.code.strip_prefix("XX").unwrap();
            assert_eq!(code.len(), 12);
            assert_eq!(row.card.expires_at, Some(UnixSeconds::new(end)));
            assert_eq!(row.card.max_usage, 2);
        }
    });
    assert_eq!(changes(&site), 1);
    // An emptied field is as good as none.
    let body = json!({"template_id": 1, "count": 1, "prefix": "", "expires_hours": null});
    let made = post(&site, &token, "generate-codes", body).await;
    assert_eq!(made.status, 200, "{}", made.text);
    site.fakes.store.read(|tables| {
        let (_, last) = tables.gift_cards.cards.last_key_value().unwrap();
        assert!(last.card.code.starts_with("GC"), "{last:?}");
        assert_eq!(last.card.expires_at, None);
    });
}

#[actix_web::test]
async fn odd_batches_are_refused() {
    let (site, token) = office().await;
    let refused = post(&site, &token, "generate-codes", json!({})).await;
    let expected = json!({"template_id": "请选择礼品卡模板", "count": "请指定生成数量"});
    assert_eq!(told(&refused), expected);
    let whole = json!({"template_id": 1, "count": 1});
    for (field, value) in [
        ("template_id", json!("x")),
        ("template_id", json!(99)),
        ("count", json!(0)),
        ("count", json!(10_001)),
        ("count", json!([1])),
        ("prefix", json!("ab")),
        ("prefix", json!("ABCDEFGHIJK")),
        ("prefix", json!(["A"])),
        ("expires_hours", json!(0)),
        ("expires_hours", json!("x")),
        ("max_usage", json!(0)),
        ("max_usage", json!(1_001)),
        ("max_usage", Value::Null),
    ] {
        let mut body = whole.clone();
        body[field] = value;
        let refused = post(&site, &token, "generate-codes", body.clone()).await;
        let fields = told(&refused);
        let fields: Vec<&String> = fields.as_object().unwrap().keys().collect();
        assert_eq!(fields, [field], "{body}");
    }
    site.fakes.store.write(|tables| {
        let template = tables.gift_cards.templates.get_mut(&GiftTemplateId::new(1));
        template.unwrap().enabled = false;
    });
    let off = post(&site, &token, "generate-codes", whole).await;
    assert_eq!(
        (off.status.as_u16(), off.message()),
        (400, "模板已被禁用".into())
    );
    assert_eq!(changes(&site), 0);
}

#[actix_web::test]
async fn a_card_is_switched_off_and_on() {
    let (site, token) = office().await;
    let toggle = async |action: &str| {
        let body = json!({"id": 1, "action": action});
        let answer = post(&site, &token, "toggle-code", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        (
            answer.body()["data"]["message"].clone(),
            card(&site).card.status,
        )
    };
    assert_eq!(
        toggle("enable").await,
        (json!("已启用"), CardStatus::Unused)
    );
    assert_eq!(
        toggle("disable").await,
        (json!("已禁用"), CardStatus::Disabled)
    );
    let code = json!({"code": "GCFIRST001"});
    let redeem = "/api/v1/user/gift-card/redeem";
    assert_eq!(site.post_as(&token, redeem, code.clone()).await.status, 400);
    assert_eq!(toggle("disable").await.1, CardStatus::Disabled);
    assert_eq!(toggle("enable").await.1, CardStatus::Unused);
    assert_eq!(changes(&site), 2);
    assert_eq!(site.post_as(&token, redeem, code).await.status, 200);
    // A used one is not switched on, and stays.
    assert_eq!(toggle("enable").await.1, CardStatus::Used);
    let refused = post(&site, &token, "delete-code", json!({"id": 1})).await;
    assert_eq!(refused.message(), "该礼品卡已被使用，无法删除");
    assert_eq!(toggle("disable").await.1, CardStatus::Disabled);
    assert_eq!(toggle("enable").await.1, CardStatus::Unused);
    let refused = post(&site, &token, "delete-code", json!({"id": 1})).await;
    assert_eq!(refused.message(), "该礼品卡存在使用记录，无法删除");
    for (body, field) in [
        (json!({"id": 1, "action": "x"}), "action"),
        (json!({"id": 1}), "action"),
        (json!({"action": "enable"}), "id"),
        (json!({"id": 99, "action": "enable"}), "id"),
    ] {
        let refused = post(&site, &token, "toggle-code", body).await;
        assert!(told(&refused)[field].is_string(), "{}", refused.text);
    }
}

#[actix_web::test]
async fn a_card_is_changed() {
    let (site, token) = office().await;
    let body = json!({"id": 1, "max_usage": 5, "expires_at": 2_000_000_000, "status": 1});
    let changed = post(&site, &token, "update-code", body).await.body();
    let now = site.fakes.clock.now().get();
    let expected = json!({
        "id": 1, "template_id": 1, "code": "GCFIRST001", "batch_id": null, "status": 1, "user_id": null,
        "used_at": null, "expires_at": 2_000_000_000, "actual_rewards": null, "usage_count": 0, "max_usage": 5,
        "metadata": null, "created_at": 1, "updated_at": now,
    });
    assert_eq!(changed["data"], expected);
    let kept = json!({"id": 1, "expires_at": null});
    let kept = post(&site, &token, "update-code", kept).await.body();
    let shown = json!([kept["data"]["expires_at"], kept["data"]["max_usage"]]);
    assert_eq!(shown, json!([null, 5]));
    for (field, value) in [
        ("max_usage", json!(0)),
        ("max_usage", json!(1_001)),
        ("max_usage", Value::Null),
        ("status", json!(4)),
        ("status", json!("x")),
        ("expires_at", json!(-1)),
        ("expires_at", json!(1_i64 << 40)),
        ("expires_at", json!("soon")),
        ("id", json!(99)),
        ("id", json!({})),
    ] {
        let mut body = json!({"id": 1});
        body[field] = value;
        let refused = post(&site, &token, "update-code", body.clone()).await;
        assert!(told(&refused)[field].is_string(), "{body}");
    }
    assert_eq!(changes(&site), 2);
}

#[actix_web::test]
async fn odd_pages_are_refused() {
    let (site, token) = office().await;
    for (route, field, value) in [
        ("templates", "type", json!(11)),
        ("templates", "status", json!(2)),
        ("templates", "per_page", json!(1_001)),
        ("templates", "page", json!(0)),
        ("codes", "status", json!(9)),
        ("codes", "per_page", json!(501)),
        ("codes", "batch_id", json!([1])),
        ("codes", "template_id", json!("x")),
        ("usages", "user_id", json!("x")),
        ("usages", "page", Value::Null),
        ("statistics", "start_date", json!("2026-13-01")),
        ("statistics", "end_date", json!("2026-1-1")),
        ("statistics", "end_date", json!({})),
    ] {
        let refused = post(&site, &token, route, json!({field: value})).await;
        assert!(told(&refused)[field].is_string(), "{route} {field}");
    }
    let refused = site.get_as(&token, &at("export-codes")).await;
    assert!(told(&refused)["batch_id"].is_string());
    let kinds = site.get_as(&token, &at("types")).await.body();
    let expected = json!({"1": "通用礼品卡", "2": "套餐礼品卡", "3": "盲盒礼品卡"});
    assert_eq!(kinds["data"], expected);
}
