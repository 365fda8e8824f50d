//! Many requests about one account at once.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::ROUNDS;
use crate::crowd::{CROWD, assert_statuses, count, crowd, crowd_of, post};
use crate::support::{PASSWORD, Panel, Rows, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(
    one_login_token_opens_one_session,
    no_more_commission_is_transferred_than_there_is,
    five_wrong_passwords_lock_an_account,
    one_password_change_wins,
    ending_the_sessions_leaves_no_way_in,
);
on_a_cluster!(
    five_wrong_passwords_lock_an_account,
    ending_the_sessions_leaves_no_way_in,
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
        let counter =
            format!("SELECT count FROM ferro_counter WHERE name LIKE 'login:{email}:%127.0.0.1'");
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

/// A thief draws login links and redeems them at the very moment at which the owner sets a new password,
/// or ends the thief's session.
async fn ending_the_sessions_leaves_no_way_in(database: Database) {
    let panel = Panel::start(&database).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        let stolen = panel.register(&email).await;
        let thief = panel
            .get("/api/v1/user/getActiveSession", &stolen)
            .await
            .data();
        let stolen_name = thief[0]["session_id"].clone();
        let own = panel.login(&email, PASSWORD).await.text_of("auth_data");
        let draw = "/api/v1/user/getQuickLoginUrl";
        let mut kept = Vec::new();
        for _ in 0..31 {
            let address = panel.post(draw, &stolen, json!({})).await.data();
            let text = address.as_str().unwrap().split("verify=").nth(1).unwrap();
            kept.push(text.split('&').next().unwrap().to_owned());
        }
        let session = |number: usize| match number {
            0 => own.clone(),
            1..=32 => stolen.clone(),
            _ => String::new(),
        };
        let answers = crowd_of(&panel, session, |number| match number {
            0 if round % 2 == 0 => post(
                "/api/v1/user/changePassword",
                json!({"old_password": PASSWORD, "new_password": "another password"}),
            ),
            0 => post(
                "/api/v1/user/removeActiveSession",
                json!({"session_id": stolen_name}),
            ),
            1..=32 => post(draw, json!({})),
            _ => {
                let text = &kept[number - 33];
                let path = format!("/api/v1/passport/auth/token2Login?verify={text}");
                (path, Value::Null)
            }
        })
        .await;
        assert_eq!(answers[0].status, 200, "{answers:?}");
        let user = rows.user(&email).await;
        let left = rows
            .count("ferro_login_token", &format!("user_id = {user}"))
            .await;
        assert_eq!(left, 0, "round {round}");
        panel
            .get("/api/v1/user/info", &stolen)
            .await
            .assert_refused(403);
        if round % 2 == 0 {
            assert_eq!(rows.sessions(user).await, 1, "round {round}");
        }
    }
}
