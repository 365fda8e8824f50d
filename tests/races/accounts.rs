//! Many requests about one account at once.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::ROUNDS;
use crate::crowd::{CROWD, assert_statuses, count, crowd, post};
use crate::support::{PASSWORD, Panel, Rows, on_every_database};

on_every_database!(
    one_login_token_opens_one_session,
    no_more_commission_is_transferred_than_there_is,
    five_wrong_passwords_lock_an_account,
    one_password_change_wins,
);

async fn one_login_token_opens_one_session(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    for round in 0..ROUNDS {
        let before = rows.sessions(ann).await;
        let asked = panel
            .post("/api/v1/user/getQuickLoginUrl", &token, json!({}))
            .await
            .data();
        let address = asked.as_str().unwrap();
        let text = address
            .split("verify=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap();
        let path = format!("/api/v1/passport/auth/token2Login?verify={text}");
        let answers = crowd(&panel, "", |_| (path.clone(), Value::Null)).await;
        assert_statuses(&answers, &[(200, 1), (400, CROWD - 1)]);
        assert_eq!(rows.sessions(ann).await, before + 1, "round {round}");
        assert_eq!(rows.count("ferro_login_token", "1 = 1").await, 0);
    }
}

async fn no_more_commission_is_transferred_than_there_is(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    for round in 0..ROUNDS {
        rows.set_user(ann, "commission_balance = 1000, balance = 7")
            .await;
        let answers = crowd(&panel, &token, |_| {
            post("/api/v1/user/transfer", json!({"transfer_amount": 30}))
        })
        .await;
        assert_statuses(&answers, &[(200, 33), (400, CROWD - 33)]);
        let left = rows.of_user("commission_balance", ann).await;
        let balance = rows.of_user("balance", ann).await;
        assert_eq!((left, balance), (10, 997), "round {round}");
    }
}

async fn five_wrong_passwords_lock_an_account(database: Database) {
    let panel = Panel::start(&database).await;
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        panel.register(&email).await;
        let answers = crowd(&panel, "", |_| {
            let body = json!({"email": email, "password": "not the password"});
            post("/api/v1/passport/auth/login", body)
        })
        .await;
        assert_statuses(&answers, &[(400, 5), (429, CROWD - 5)]);
        let counter = format!("SELECT count FROM ferro_counter WHERE name = 'login:{email}'");
        assert_eq!(database.sql().integer(&counter).await, 5);
        panel.login(&email, PASSWORD).await.assert_refused(429);
    }
}

async fn one_password_change_wins(database: Database) {
    let panel = Panel::start(&database).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        let token = panel.register(&email).await;
        let password = |number: usize| format!("new password {number}");
        let answers = crowd(&panel, &token, |number| {
            let body = json!({"old_password": PASSWORD, "new_password": password(number)});
            post("/api/v1/user/changePassword", body)
        })
        .await;
        assert_eq!(count(&answers, 200), 1);
        assert_eq!(count(&answers, 400) + count(&answers, 429), CROWD - 1);
        let winner = answers
            .iter()
            .position(|answer| answer.status == 200)
            .unwrap();
        assert_eq!(panel.login(&email, &password(winner)).await.status, 200);
        assert_eq!(rows.sessions(rows.user(&email).await).await, 2);
    }
}
