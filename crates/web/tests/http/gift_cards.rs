//! Gift cards.

use actix_web::test::TestRequest;
use ferroboard_billing::testing::{a_plan, a_subscription};
use ferroboard_giftcard::testing::{a_card, a_template};
use ferroboard_giftcard::{CardStatus, GiftCard, GiftTemplate, TemplateKind};
use ferroboard_kernel::{GiftTemplateId, UnixSeconds, UserId};
use serde_json::{Value, json};

use crate::harness::{Answer, Site};

const CHECK: &str = "/api/v1/user/gift-card/check";
const REDEEM: &str = "/api/v1/user/gift-card/redeem";
const HISTORY: &str = "/api/v1/user/gift-card/history";
const DETAIL: &str = "/api/v1/user/gift-card/detail";
const MYSTERY: &str = r#"{"device_limit":1,
    "random_rewards":[{"weight":70,"balance":777},{"weight":30,"balance":777}]}"#;

/// Templates 1 (money), 2 (traffic), 3 (plan), 4 (mystery) with a card `GCTEMPLATE0N` each, and
/// some cards that cannot be redeemed.
async fn site() -> Site {
    let site = Site::open().await;
    site.fakes.store.write(|tables| {
        tables.billing.plans.insert(a_plan(1).id, a_plan(1));
        for (id, kind, rewards) in [
            (
                1,
                TemplateKind::General,
                r#"{"balance":1000,"invite_reward_rate":0.2}"#,
            ),
            (2, TemplateKind::General, r#"{"transfer_enable":5}"#),
            (
                3,
                TemplateKind::Plan,
                r#"{"plan_id":1,"plan_validity_days":30}"#,
            ),
            (4, TemplateKind::Mystery, MYSTERY),
            (
                5,
                TemplateKind::Mystery,
                r#"{"random_rewards":[{"weight":0}]}"#,
            ),
        ] {
            let template = GiftTemplate {
                kind,
                rewards: Some(rewards.to_owned()),
                ..a_template(id)
            };
            tables.gift_cards.templates.insert(template.id, template);
            let card = a_card(id, id, &format!("GCTEMPLATE0{id}"));
            tables.gift_cards.push_card(card);
        }
        let special = [
            GiftCard {
                status: CardStatus::Disabled,
                ..a_card(11, 1, "GCDISABLED")
            },
            GiftCard {
                expires_at: Some(UnixSeconds::new(1)),
                ..a_card(12, 1, "GCEXPIRED1")
            },
            GiftCard {
                usage_count: 1,
                status: CardStatus::Used,
                ..a_card(13, 1, "GCUSEDUP01")
            },
            a_card(14, 99, "GCNOTEMPLATE"),
        ];
        for card in special {
            tables.gift_cards.push_card(card);
        }
    });
    site
}

async fn ask(site: &Site, token: &str, path: &str, code: &str) -> Answer {
    site.post_as(token, path, json!({ "code": code })).await
}

#[actix_web::test]
async fn a_card_is_looked_at_redeemed_and_remembered() {
    let site = site().await;
    let token = site.alice().await;
    let looked = ask(&site, &token, CHECK, " gctemplate01 ").await.body();
    let expected = json!({
        "code_info": {
            "code": "GCTEMPLATE01",
            "template": {
                "name": "Template 1", "description": null, "type": 1, "type_name": "通用礼品卡",
                "icon": null, "background_image": null, "theme_color": "#1890ff",
            },
            "status": 0, "status_name": "未使用", "expires_at": null,
            "usage_count": 0, "max_usage": 1,
        },
        "reward_preview": {"balance": 1000, "invite_reward_rate": 0.2},
        "can_redeem": true,
        "reason": null,
    });
    assert_eq!(looked["data"], expected);
    let redeemed = ask(&site, &token, REDEEM, "GCTEMPLATE01").await.body();
    let expected = json!({
        "message": "兑换成功！",
        "rewards": {"balance": 1000, "invite_reward_rate": 0.2},
        "invite_rewards": null,
        "template_name": "Template 1",
    });
    assert_eq!(redeemed["data"], expected);
    let info = site.get_as(&token, "/api/v1/user/info").await.body();
    assert_eq!(info["data"]["balance"], 1_000);

    let mut history = site.get_as(&token, HISTORY).await.body();
    let at = history["data"][0]["created_at"].take();
    assert!(at.as_i64().unwrap() > 0);
    let expected = json!({
        "data": [{
            "id": 1, "code": "GCTEMPLA****", "template_name": "Template 1", "template_type": 1,
            "template_type_name": "通用礼品卡",
            "rewards_given": {"balance": 1000, "invite_reward_rate": 0.2},
            "invite_rewards": null, "multiplier_applied": 1, "created_at": null,
        }],
        "pagination": {"current_page": 1, "last_page": 1, "per_page": 15, "total": 1},
    });
    assert_eq!(history, expected);

    let detail = site.get_as(&token, &format!("{DETAIL}?id=1")).await.body();
    let expected = json!({
        "id": 1, "code": "GCTEMPLATE01",
        "template": {
            "name": "Template 1", "description": "", "type": 1, "type_name": "通用礼品卡",
            "icon": "", "theme_color": "#1890ff",
        },
        "rewards_given": {"balance": 1000, "invite_reward_rate": 0.2},
        "invite_rewards": null, "invite_user": null, "user_level_at_use": null,
        "plan_id_at_use": null, "multiplier_applied": 1, "notes": null, "created_at": at,
    });
    assert_eq!(detail["data"], expected);
}

#[actix_web::test]
async fn a_card_may_be_redeemed_as_in_older_panels() {
    let site = site().await;
    let token = site.alice().await;
    let path = "/api/v1/user/redeemgiftcard";
    for (code, kind, value) in [
        ("GCTEMPLATE01", json!(1), json!(1_000)),
        ("GCTEMPLATE03", json!(5), json!(30)),
    ] {
        let answer = site.post_as(&token, path, json!({"giftcard": code})).await;
        let expected = json!({
            "status": "success", "message": "操作成功", "data": true, "error": null,
            "type": kind, "value": value,
        });
        assert_eq!(answer.body(), expected, "{code}");
    }
    let info = site.get_as(&token, "/api/v1/user/info").await.body();
    assert_eq!(info["data"]["balance"], 1_000);
    for (body, expected) in [
        (json!({"giftcard": "GCTEMPLATE01"}), 400),
        (json!({"code": "GCTEMPLATE04"}), 422),
    ] {
        let answer = site.post_as(&token, path, body.clone()).await;
        assert_eq!(answer.status, expected, "{body}");
        assert_eq!(
            answer.body()["errors"]["giftcard"].is_array(),
            expected == 422
        );
    }
}

#[actix_web::test]
async fn conditions_are_told_in_words_and_in_a_code() {
    let site = site().await;
    let token = site.alice().await;
    let looked = ask(&site, &token, CHECK, "GCTEMPLATE02").await.body();
    assert_eq!(looked["data"]["can_redeem"], false);
    assert_eq!(looked["data"]["reason"], "您不满足此礼品卡的使用条件");
    assert_eq!(looked["data"]["reason_code"], "plan_required");
    let refused = ask(&site, &token, REDEEM, "GCTEMPLATE02").await;
    assert_eq!(
        (refused.status.as_u16(), refused.message().as_str()),
        (400, "您不满足此礼品卡的使用条件")
    );
    site.fakes.store.write(|tables| {
        let row = &mut tables.user(UserId::new(1)).billing;
        row.subscribe(&a_subscription(UnixSeconds::new(4_070_880_000)));
    });
    let looked = ask(&site, &token, CHECK, "GCTEMPLATE03").await.body();
    assert_eq!(looked["data"]["reason_code"], "has_active_plan");
    assert_eq!(looked["data"]["code_info"]["plan_info"]["id"], 1);
    assert_eq!(looked["data"]["code_info"]["plan_info"]["month_price"], 990);
    assert_eq!(ask(&site, &token, REDEEM, "GCTEMPLATE02").await.status, 200);
    site.fakes.store.write(|tables| {
        let template = tables.gift_cards.templates.get_mut(&GiftTemplateId::new(1));
        template.unwrap().limits = Some(r#"{"max_use_per_user":0}"#.to_owned());
    });
    let looked = ask(&site, &token, CHECK, "GCTEMPLATE01").await.body();
    assert_eq!(looked["data"]["reason"], "您已达到此礼品卡的使用限制");
    assert_eq!(looked["data"]["reason_code"], "limit_reached");
}

#[actix_web::test]
async fn cards_that_cannot_be_redeemed_are_refused() {
    let site = site().await;
    let token = site.alice().await;
    for (code, message) in [
        ("GCDISABLED", "兑换码不可用：已禁用"),
        ("GCEXPIRED1", "兑换码不可用：已过期"),
        ("GCUSEDUP01", "兑换码不可用：已使用"),
        ("GCNOTEMPLATE", "该礼品卡类型已停用"),
        ("GCTEMPLATE05", "此礼品卡配置有误，请联系客服"),
        ("GCUNKNOWN1", "兑换码不存在"),
    ] {
        for path in [CHECK, REDEEM] {
            // Looking at a card without outcomes of weight draws nothing.
            if (code, path) == ("GCTEMPLATE05", CHECK) {
                continue;
            }
            let refused = ask(&site, &token, path, code).await;
            assert_eq!(refused.status, 400, "{path} {code}");
            assert_eq!(refused.message(), message, "{path} {code}");
        }
    }
    let request = TestRequest::post()
        .uri(REDEEM)
        .set_json(json!({"code": "GCDISABLED"}));
    let request = request.insert_header(("Authorization", format!("Bearer {token}")));
    let english = site
        .send(request.insert_header(("Content-Language", "en-US")))
        .await;
    assert_eq!(
        english.message(),
        "The gift card cannot be used, it is disabled"
    );
}

#[actix_web::test]
async fn the_odds_never_leave_the_server() {
    let site = site().await;
    let token = site.alice().await;
    // A record as the reference panel leaves it would hold the table; ours do not.
    let looked = ask(&site, &token, CHECK, "GCTEMPLATE04").await;
    let preview = looked.body()["data"]["reward_preview"].clone();
    let expected = json!({
        "device_limit": 1, "is_random": true,
        "possible_rewards": [{"balance": 777}, {"balance": 777}],
    });
    assert_eq!(preview, expected);
    let redeemed = ask(&site, &token, REDEEM, "GCTEMPLATE04").await;
    let given = json!({"balance": 777, "device_limit": 1});
    assert_eq!(redeemed.body()["data"]["rewards"], given);
    let history = site.get_as(&token, HISTORY).await;
    assert_eq!(history.body()["data"][0]["rewards_given"], given);
    let detail = site.get_as(&token, &format!("{DETAIL}?id=1")).await;
    assert_eq!(detail.body()["data"]["rewards_given"], given);
    for answer in [looked, redeemed, history, detail] {
        for secret in ["weight", "random_rewards", "70", "30"] {
            assert!(!answer.text.contains(secret), "{secret} in {}", answer.text);
        }
    }
    let stored = site.fakes.store.read(|tables| {
        let usage = tables.gift_cards.usages.values().next().unwrap();
        usage.rewards.to_json()
    });
    assert_eq!(stored, r#"{"balance":777,"device_limit":1}"#);
}

#[actix_web::test]
async fn codes_are_judged_before_they_are_looked_for() {
    let site = site().await;
    let token = site.alice().await;
    let longest = "G".repeat(33);
    for (body, message) in [
        (json!({}), "请输入兑换码"),
        (json!({"code": null}), "请输入兑换码"),
        (json!({"code": "  "}), "请输入兑换码"),
        (json!({"code": "GC1"}), "兑换码长度不能少于8位"),
        (json!({ "code": longest }), "兑换码长度不能超过32位"),
        (json!({"code": 12_345_678}), "兑换码必须是文本"),
        (json!({"code": ["GCTEMPLATE01"]}), "兑换码必须是文本"),
    ] {
        for path in [CHECK, REDEEM] {
            let refused = site.post_as(&token, path, body.clone()).await;
            assert_eq!(refused.status, 422, "{path} {body}");
            assert_eq!(refused.message(), message, "{path} {body}");
            assert_eq!(refused.body()["errors"]["code"][0], message);
        }
    }
    for odd in [
        "GC\u{1}00000001",
        "<script>alert(1)",
        "'; DROP TABLE --",
        "🎁🎁🎁🎁🎁🎁🎁🎁",
    ] {
        let refused = ask(&site, &token, REDEEM, odd).await;
        assert_eq!(refused.status, 400, "{odd:?}");
    }
    for path in [CHECK, REDEEM] {
        let anonymous = site.post(path, json!({"code": "GCTEMPLATE01"})).await;
        assert_eq!(anonymous.status, 403);
    }
}

#[actix_web::test]
async fn guessing_is_throttled() {
    let site = site().await;
    let token = site.alice().await;
    for number in 0..10 {
        let guess = ask(&site, &token, CHECK, &format!("GCWRONG0{number}")).await;
        assert_eq!(guess.status, 400);
    }
    for path in [CHECK, REDEEM] {
        let refused = ask(&site, &token, path, "GCTEMPLATE01").await;
        assert_eq!(refused.status, 429);
        assert_eq!(refused.header("Retry-After"), "600");
    }
}

#[actix_web::test]
async fn the_history_is_paged_and_what_is_gone_is_blank() {
    let site = site().await;
    let token = site.alice().await;
    for code in ["GCTEMPLATE01", "GCTEMPLATE04"] {
        assert_eq!(ask(&site, &token, REDEEM, code).await.status, 200);
    }
    site.fakes.store.write(|tables| {
        tables.gift_cards.templates.clear();
        tables.gift_cards.cards.clear();
    });
    let second = site
        .get_as(&token, &format!("{HISTORY}?page=2&per_page=1"))
        .await
        .body();
    let pages = json!({"current_page": 2, "last_page": 2, "per_page": 1, "total": 2});
    assert_eq!(second["pagination"], pages);
    let row = &second["data"][0];
    for member in [
        "code",
        "template_name",
        "template_type",
        "template_type_name",
    ] {
        assert_eq!(row[member], "", "{member}");
    }
    let detail = site.get_as(&token, &format!("{DETAIL}?id=1")).await.body();
    let blank = json!({
        "name": "", "description": "", "type": "", "type_name": "", "icon": "", "theme_color": "",
    });
    assert_eq!(
        (&detail["data"]["template"], &detail["data"]["code"]),
        (&blank, &json!(""))
    );
    let beyond = site
        .get_as(&token, &format!("{HISTORY}?page=9223372036854775807"))
        .await;
    assert_eq!(beyond.body()["data"], json!([]));
    for query in [
        "page=0",
        "page=-1",
        "page=",
        "page=x",
        "per_page=0",
        "per_page=101",
        "per_page=1.5",
    ] {
        let refused = site.get_as(&token, &format!("{HISTORY}?{query}")).await;
        assert_eq!(refused.status, 422, "{query}");
        let field = query.split('=').next().unwrap();
        assert!(refused.body()["errors"][field][0].is_string(), "{query}");
    }
    for (query, status) in [
        ("", 422),
        ("?id=", 422),
        ("?id=x", 422),
        ("?id=99", 404),
        ("?id=-1", 404),
    ] {
        let refused = site.get_as(&token, &format!("{DETAIL}{query}")).await;
        assert_eq!(refused.status, status, "{query}");
    }
}

#[actix_web::test]
async fn an_inviter_is_shown_masked_and_strangers_see_nothing() {
    let site = site().await;
    let token = site.alice().await;
    let body = json!({"email": "bo@demo.test", "password": "password-bob"});
    let other = site
        .post("/api/v1/passport/auth/register", body)
        .await
        .body();
    let other = other["data"]["token"].as_str().unwrap();
    site.fakes.store.write(|tables| {
        tables.user(UserId::new(1)).invite.inviter = Some(UserId::new(2));
    });
    let redeemed = ask(&site, &token, REDEEM, "GCTEMPLATE01").await.body();
    assert_eq!(redeemed["data"]["invite_rewards"], json!({"balance": 200}));
    let detail = site.get_as(&token, &format!("{DETAIL}?id=1")).await.body();
    assert_eq!(
        detail["data"]["invite_user"],
        json!({"id": 2, "email": "bo@***@***"})
    );
    assert_eq!(detail["data"]["invite_rewards"], json!({"balance": 200}));
    let stranger = site.get_as(other, &format!("{DETAIL}?id=1")).await;
    assert_eq!(
        (stranger.status.as_u16(), stranger.message().as_str()),
        (404, "记录不存在")
    );
    let info = site.get_as(other, "/api/v1/user/info").await.body();
    assert_eq!(info["data"]["balance"], 200);
}

#[actix_web::test]
async fn the_kinds_have_names() {
    let site = site().await;
    let token = site.alice().await;
    let types = site
        .get_as(&token, "/api/v1/user/gift-card/types")
        .await
        .body();
    let expected: Value =
        json!({"types": {"1": "通用礼品卡", "2": "套餐礼品卡", "3": "盲盒礼品卡"}});
    assert_eq!(types["data"], expected);
}
