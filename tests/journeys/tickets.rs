//! A customer who needs help, and one who wants to be paid.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::support::{Panel, Rows, on_every_database, run};

on_every_database!(
    a_customer_gets_help,
    commission_waits_for_its_payment,
    odd_texts_come_back_as_they_were,
);

const FETCH: &str = "/api/v1/user/ticket/fetch";
const SAVE: &str = "/api/v1/user/ticket/save";
const REPLY: &str = "/api/v1/user/ticket/reply";
const CLOSE: &str = "/api/v1/user/ticket/close";
const WITHDRAW: &str = "/api/v1/user/ticket/withdraw";
const TRANSFER: &str = "/api/v1/user/transfer";

async fn a_customer_gets_help(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let stranger = panel.register("bea@demo.test").await;
    let body = json!({"subject": "Help", "level": 2, "message": "It does not work"});
    panel.post(SAVE, &token, body.clone()).await.assert_true();
    panel.post(SAVE, &token, body).await.assert_refused(400);
    let stat = panel.get("/api/v1/user/getStat", &token).await.data();
    assert_eq!(stat, json!([0, 1, 0]));
    let id = panel.get(FETCH, &token).await.data()[0]["id"].clone();
    let own = format!("{FETCH}?id={id}");
    panel.get(&own, &stranger).await.assert_refused(400);
    let reply = json!({"id": id, "message": "Hello?"});
    panel
        .post(REPLY, &stranger, reply.clone())
        .await
        .assert_refused(400);
    panel.post(REPLY, &token, reply.clone()).await.assert_true();

    // Staff answers a day ago, as the reference panel writes it.
    let sql = database.sql();
    for statement in [
        format!(
            "INSERT INTO v2_ticket_message (user_id, ticket_id, message, created_at, updated_at) \
             VALUES (900, {id}, 'Try again', 1, 1)"
        ),
        format!(
            "UPDATE v2_ticket SET reply_status = 1, last_reply_user_id = 900, \
             updated_at = updated_at - 86400 WHERE id = {id}"
        ),
    ] {
        sql.execute(&statement).await;
    }
    let shown = panel.get(&own, &token).await.data();
    let messages = shown["message"].as_array().unwrap();
    let said: Vec<_> = messages
        .iter()
        .map(|one| (one["is_me"].as_bool(), one["message"].as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Some(true), Some("It does not work")),
            (Some(true), Some("Hello?")),
            (Some(false), Some("Try again")),
        ]
    );
    let ran = run(&database, &[], &["jobs", "run", "check:ticket"]);
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(panel.get(FETCH, &token).await.data()[0]["status"], 1);
    panel.post(REPLY, &token, reply).await.assert_refused(400);
    let close = json!({"id": id});
    panel.post(CLOSE, &token, close.clone()).await.assert_true();
    panel
        .post(CLOSE, &stranger, close)
        .await
        .assert_refused(400);
}

async fn commission_waits_for_its_payment(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    rows.set_user(ann, "commission_balance = 20000").await;
    let body = json!({"withdraw_method": "USDT", "withdraw_account": "addr"});
    panel
        .post(WITHDRAW, &token, body.clone())
        .await
        .assert_true();
    let all = json!({"transfer_amount": 20_000});
    panel
        .post(TRANSFER, &token, all.clone())
        .await
        .assert_refused(400);
    let one_cent = json!({"transfer_amount": 1});
    panel
        .post(TRANSFER, &token, one_cent)
        .await
        .assert_refused(400);
    // Another program closes the ticket: what it reserved is free again.
    let close = "UPDATE v2_ticket SET status = 1";
    database.sql().execute(close).await;
    panel
        .post(WITHDRAW, &token, body.clone())
        .await
        .assert_true();
    let id = panel.get(FETCH, &token).await.data()[0]["id"].clone();
    // The second meaning of the path takes the ticket back.
    panel
        .post(WITHDRAW, &token, json!({"id": id}))
        .await
        .assert_true();
    panel.post(TRANSFER, &token, all).await.assert_true();
    panel.post(WITHDRAW, &token, body).await.assert_refused(422);
    let balances = (
        rows.of_user("commission_balance", ann).await,
        rows.of_user("balance", ann).await,
    );
    assert_eq!(balances, (0, 20_000));
}

async fn odd_texts_come_back_as_they_were(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let odd = "<script>alert('1')</script>\r\n\u{202e}שלום 👩‍👩‍👧‍👦 \\ \u{1} %_ \u{7f}";
    let body = json!({"subject": odd, "level": 0, "message": odd});
    panel.post(SAVE, &token, body).await.assert_true();
    let ticket = panel.get(FETCH, &token).await.data()[0].clone();
    assert_eq!(ticket["subject"], odd);
    let id = ticket["id"].clone();
    let largest = "🦀".repeat(16_383);
    let longest = "界".repeat(20_000);
    for (text, status) in [
        (largest.as_str(), 200),
        (longest.as_str(), 200),
        ("a\u{0}b", 422),
        (&"x".repeat(20_001), 422),
        (&"🦀".repeat(16_384), 422),
        (&"x".repeat(1024 * 1024), 413),
    ] {
        let reply = json!({"id": id, "message": text});
        let answer = panel.post(REPLY, &token, reply).await;
        assert_eq!(answer.status, status, "{:.80}", answer.text);
    }
    let shown = panel.get(&format!("{FETCH}?id={id}"), &token).await.data();
    let messages = shown["message"].as_array().unwrap();
    assert_eq!(messages[0]["message"], odd);
    assert!(messages[1]["message"] == largest && messages[2]["message"] == longest);
    assert_eq!(messages.len(), 3);
}
