//! Many administrators and customers about gift cards at once.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::crowd::{CROWD, assert_statuses, count, crowd, crowd_of, post};
use crate::support::{Panel, Rows, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(
    batches_at_one_moment_have_codes_of_their_own,
    a_card_is_redeemed_once_while_it_is_switched,
    a_template_goes_or_has_cards,
);
on_a_cluster!(
    a_card_is_redeemed_once_while_it_is_switched,
    a_template_goes_or_has_cards,
);

const REDEEM: &str = "/api/v1/user/gift-card/redeem";

/// A panel with an administrator's session, where gift cards are managed, and a template.
async fn managed(database: &Database) -> (Panel, String, String, i64) {
    let panel = Panel::start(database).await;
    let token = panel.register("chief@demo.test").await;
    let rows = Rows(database.sql());
    let chief = rows.user("chief@demo.test").await;
    rows.set_user(chief, "is_admin = 1").await;
    let cards = format!("{}/gift-card", rows.admin_path().await);
    let template = template(&panel, &token, &cards).await;
    (panel, token, cards, template)
}

async fn template(panel: &Panel, token: &str, cards: &str) -> i64 {
    let body = json!({"name": "Ten", "type": 1, "rewards": {"balance": 1000}});
    let route = format!("{cards}/create-template");
    let made = panel.post(&route, token, body).await;
    made.data()["id"].as_i64().unwrap()
}

async fn batches_at_one_moment_have_codes_of_their_own(database: Database) {
    let (panel, token, cards, template) = managed(&database).await;
    let answers = crowd(&panel, &token, |_| {
        let body = json!({"template_id": template, "count": 20});
        post(&format!("{cards}/generate-codes"), body)
    })
    .await;
    assert_statuses(&answers, &[(200, CROWD)]);
    let rows = Rows(database.sql());
    let made = i64::try_from(CROWD * 20).unwrap();
    assert_eq!(rows.count("v2_gift_card_code", "1 = 1").await, made);
    let sql = database.sql();
    let distinct = "SELECT COUNT(DISTINCT lower(code)) FROM v2_gift_card_code";
    assert_eq!(sql.integer(distinct).await, made);
    let batches = "SELECT COUNT(DISTINCT batch_id) FROM v2_gift_card_code";
    let told: std::collections::BTreeSet<String> = answers
        .iter()
        .map(|answer| answer.text_of("batch_id"))
        .collect();
    assert_eq!(told.len(), CROWD);
    assert_eq!(usize::try_from(sql.integer(batches).await).unwrap(), CROWD);
    // The largest batch that there may be, twice at once.
    let largest = json!({"template_id": template, "count": 10_000});
    let generate = format!("{cards}/generate-codes");
    let (one, other) = tokio::join!(
        panel.post(&generate, &token, largest.clone()),
        panel.post(&generate, &token, largest.clone()),
    );
    assert_ne!(one.text_of("batch_id"), other.text_of("batch_id"));
    for batch in [one, other] {
        let batch = format!("batch_id = '{}'", batch.text_of("batch_id"));
        assert_eq!(rows.count("v2_gift_card_code", &batch).await, 10_000);
    }
}

async fn a_card_is_redeemed_once_while_it_is_switched(database: Database) {
    let (panel, token, cards, template) = managed(&database).await;
    let mut customers = Vec::new();
    for number in 0..CROWD / 2 {
        customers.push(panel.register(&format!("ann{number}@demo.test")).await);
    }
    let rows = Rows(database.sql());
    for round in 1..=i64::try_from(crate::ROUNDS).unwrap() {
        let body = json!({"template_id": template, "count": 1});
        let route = format!("{cards}/generate-codes");
        let made = panel.post(&route, &token, body).await;
        let batch = made.text_of("batch_id");
        let of = |column: &str| {
            format!("SELECT {column} FROM v2_gift_card_code WHERE batch_id = '{batch}'")
        };
        let id = database.sql().integer(&of("id")).await;
        let code = database.sql().text(&of("code")).await.unwrap();
        let session = |number: usize| match number % 2 {
            0 => customers[number / 2].clone(),
            _ => token.clone(),
        };
        let answers = crowd_of(&panel, session, |number| match number % 4 {
            1 => post(
                &format!("{cards}/toggle-code"),
                json!({"id": id, "action": "disable"}),
            ),
            3 => post(
                &format!("{cards}/toggle-code"),
                json!({"id": id, "action": "enable"}),
            ),
            _ => post(REDEEM, json!({"code": code})),
        })
        .await;
        let other = answers
            .iter()
            .find(|answer| ![200, 400].contains(&answer.status));
        assert!(other.is_none(), "{other:?}");
        let redeemed = count(&answers, 200) - CROWD / 2;
        assert!(redeemed <= 1, "{redeemed}");
        let redeemed = i64::try_from(redeemed).unwrap();
        assert_eq!(database.sql().integer(&of("usage_count")).await, redeemed);
        let uses = format!("code_id = {id}");
        assert_eq!(rows.count("v2_gift_card_usage", &uses).await, redeemed);
        // Money was given for each use, once.
        let given = "SELECT COALESCE(SUM(balance), 0) FROM v2_user";
        let given = database.sql().integer(given).await;
        let uses = rows.count("v2_gift_card_usage", "1 = 1").await;
        assert_eq!(given, 1_000 * uses, "round {round}");
        let again = "usage_count > max_usage";
        assert_eq!(rows.count("v2_gift_card_code", again).await, 0);
    }
}

async fn a_template_goes_or_has_cards(database: Database) {
    let (panel, token, cards, first) = managed(&database).await;
    let rows = Rows(database.sql());
    for round in 0..crate::ROUNDS {
        let template = if round == 0 {
            first
        } else {
            template(&panel, &token, &cards).await
        };
        let answers = crowd(&panel, &token, |number| {
            if number % 8 == 0 {
                post(&format!("{cards}/delete-template"), json!({"id": template}))
            } else {
                let body = json!({"template_id": template, "count": 3});
                post(&format!("{cards}/generate-codes"), body)
            }
        })
        .await;
        let other = answers.iter();
        let other = other.filter(|answer| ![200, 400, 422].contains(&answer.status));
        assert_eq!(other.count(), 0);
        let there = rows
            .count("v2_gift_card_template", &format!("id = {template}"))
            .await;
        let made = rows
            .count("v2_gift_card_code", &format!("template_id = {template}"))
            .await;
        assert!((there == 0) == (made == 0), "{there} {made}");
    }
}
