//! Gift cards.

use ferroboard_giftcard::testing::{a_card, a_template};
use ferroboard_giftcard::{GiftTemplate, TemplateKind};

use super::{ALICE, alice, balance, has, has_not, page, refused, shop};
use crate::browser::Site;

const PATH: &str = "/my/gift-cards";

/// Cards `GCMONEY01` for money, `GCPLAN001` for plan 1 and `GCMYSTERY` for what is drawn.
async fn site() -> Site {
    let site = shop(&[]).await;
    site.fakes.store.write(|tables| {
        for (id, kind, rewards, code) in [
            (1, TemplateKind::General, r#"{"balance":1000}"#, "GCMONEY01"),
            (2, TemplateKind::Plan, r#"{"plan_id":1,"plan_validity_days":30}"#, "GCPLAN001"),
            (
                3,
                TemplateKind::Mystery,
                r#"{"device_limit":1,"random_rewards":[{"weight":70,"balance":777},{"weight":30,"transfer_enable":1073741824}]}"#,
                "GCMYSTERY",
            ),
        ] {
            let template = GiftTemplate {
                kind,
                rewards: Some(rewards.to_owned()),
                ..a_template(id)
            };
            tables.gift_cards.templates.insert(template.id, template);
            tables.gift_cards.push_card(a_card(id, id, code));
        }
    });
    site
}

#[actix_web::test]
async fn a_card_is_looked_at_redeemed_and_remembered() {
    let site = site().await;
    let browser = alice(&site).await;
    has(&page(&browser, PATH).await, &["No card was redeemed yet."]);
    let fields = [("code", " gcmoney01 "), ("do", "check")];
    let looked = browser.fill(PATH, PATH, &fields).await;
    has(
        &looked.text,
        &[
            "Template 1",
            "¥10.00 for the balance",
            "Uses left",
            "General gift card",
        ],
    );
    assert_eq!(balance(&site, ALICE), 0);
    let fields = [("code", "GCMONEY01"), ("do", "redeem")];
    let redeemed = browser.fill(PATH, PATH, &fields).await;
    assert_eq!(redeemed.leads_to(), PATH);
    assert_eq!(balance(&site, ALICE), 1_000);
    let after = page(&browser, PATH).await;
    has(
        &after,
        &[
            "The card is redeemed: ¥10.00 for the balance",
            "GCMON****",
            "Template 1",
        ],
    );
    let again = browser.fill(PATH, PATH, &fields).await;
    refused(&again, 400, &["value=\"GCMONEY01\"", "id=\"code-error\""]);
    assert_eq!(balance(&site, ALICE), 1_000);
}

#[actix_web::test]
async fn plans_and_surprises_are_told_before() {
    let site = site().await;
    let browser = alice(&site).await;
    let plan = browser
        .fill(PATH, PATH, &[("code", "GCPLAN001"), ("do", "check")])
        .await;
    has(&plan.text, &["Plan: Plan 1", "Plan for 30 days"]);
    let surprise = browser
        .fill(PATH, PATH, &[("code", "GCMYSTERY"), ("do", "check")])
        .await;
    has(
        &surprise.text,
        &[
            "One of these is drawn:",
            "¥7.77",
            "1.00 GB of traffic",
            "1 more devices",
        ],
    );
    has_not(&surprise.text, &["weight"]);
    super::subscribe(&site, ALICE);
    let refused_plan = browser
        .fill(PATH, PATH, &[("code", "GCPLAN001"), ("do", "check")])
        .await;
    assert_eq!(refused_plan.status.as_u16(), 200);
    has(&refused_plan.text, &["role=\"alert\""]);
}

#[actix_web::test]
async fn what_is_no_code_is_told_beside_the_field() {
    let site = site().await;
    let browser = alice(&site).await;
    for (code, status) in [("short", 422), ("", 422), ("GCUNKNOWN", 400)] {
        let answer = browser
            .fill(PATH, PATH, &[("code", code), ("do", "redeem")])
            .await;
        refused(
            &answer,
            status,
            &[&format!("value=\"{code}\""), "id=\"code-error\""],
        );
    }
}
