//! Many messages of one user at once.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::ROUNDS;
use crate::crowd::{CROWD, assert_statuses, count, crowd, post};
use crate::support::{Panel, Rows, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(one_ticket_is_opened, replies_end_with_their_ticket);
on_a_cluster!(one_ticket_is_opened,);

const SAVE: &str = "/api/v1/user/ticket/save";
const REPLY: &str = "/api/v1/user/ticket/reply";
const CLOSE: &str = "/api/v1/user/ticket/close";

/// How many messages a user may write within two minutes of the clock: a race may begin in one and
/// end in the next.
const MESSAGES: usize = 20;

async fn one_ticket_is_opened(database: Database) {
    let panel = Panel::start(&database).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        let token = panel.register(&format!("round{round}@demo.test")).await;
        let answers = crowd(&panel, &token, |number| {
            let body = json!({"subject": "Help", "level": 1, "message": format!("m{number}")});
            post(SAVE, body)
        })
        .await;
        assert_statuses(&answers, &[(200, 1), (400, CROWD - 1)]);
        let opened = i64::try_from(round + 1).unwrap();
        assert_eq!(rows.count("v2_ticket", "status = 0").await, opened);
        assert_eq!(rows.count("v2_ticket_message", "1 = 1").await, opened);
    }
}

async fn replies_end_with_their_ticket(database: Database) {
    let panel = Panel::start(&database).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        let token = panel.register(&email).await;
        let user = rows.user(&email).await;
        let body = json!({"subject": "Help", "level": 1, "message": "first"});
        panel.post(SAVE, &token, body).await.assert_true();
        let newest = format!("SELECT MAX(id) FROM v2_ticket WHERE user_id = {user}");
        let id = database.sql().integer(&newest).await;
        let closing = [3, 31, 60][round % 3];
        let answers = crowd(&panel, &token, |number| {
            if number == closing {
                post(CLOSE, json!({"id": id}))
            } else {
                post(REPLY, json!({"id": id, "message": format!("m{number}")}))
            }
        })
        .await;
        answers[closing].assert_true();
        let written = count(&answers, 200) - 1;
        let refused = count(&answers, 400) + count(&answers, 429);
        assert_eq!(written + refused, CROWD - 1, "round {round}");
        assert!(written < MESSAGES, "{written} messages got through");
        let kept = rows
            .count("v2_ticket_message", &format!("ticket_id = {id}"))
            .await;
        assert_eq!(kept, i64::try_from(written + 1).unwrap(), "round {round}");
        let closed = format!("id = {id} AND status = 1");
        assert_eq!(rows.count("v2_ticket", &closed).await, 1);
        // Once it is closed it stays so.
        let late = json!({"id": id, "message": "late"});
        panel.post(REPLY, &token, late).await.assert_refused(400);
    }
}
