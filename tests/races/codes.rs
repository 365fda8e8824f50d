//! Many tries of one mailed code at once.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::crowd::{CROWD, assert_statuses, count, crowd, post};
use crate::support::{PASSWORD, Panel, Rows, on_every_migrated_database};
use crate::{FORGET, REGISTER, ROUNDS, SEND_CODE};

on_every_migrated_database!(
    five_wrong_codes_void_a_code,
    fewer_wrong_codes_are_counted_exactly,
    three_wrong_codes_lock_recovery,
    one_code_resets_one_password,
    one_code_is_mailed_a_minute,
);

async fn five_wrong_codes_void_a_code(database: Database) {
    let panel = Panel::start_on_site(&database, &[("email_verify", "1")]).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        let code = panel.email_code(&email).await;
        let answers = crowd(&panel, "", |number| {
            let wrong = format!("{number:06}");
            post(
                REGISTER,
                json!({"email": email, "password": PASSWORD, "email_code": wrong}),
            )
        })
        .await;
        assert_statuses(&answers, &[(400, CROWD)]);
        assert_eq!(rows.count("ferro_email_code", "1 = 1").await, 0);
        let right = json!({"email": email, "password": PASSWORD, "email_code": code});
        panel.post(REGISTER, "", right).await.assert_refused(400);
        assert_eq!(
            rows.count("v2_user", &format!("email = '{email}'")).await,
            0
        );
    }
}

async fn fewer_wrong_codes_are_counted_exactly(database: Database) {
    let panel = Panel::start_on_site(&database, &[("email_verify", "1")]).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        // 64 at once: four wrong codes for each of sixteen addresses.
        let address = |number: usize| format!("round{round}-{}@demo.test", number % 16);
        let mut codes = Vec::new();
        for number in 0..16 {
            codes.push(panel.email_code(&address(number)).await);
        }
        let answers = crowd(&panel, "", |number| {
            let body =
                json!({"email": address(number), "password": PASSWORD, "email_code": "000000"});
            post(REGISTER, body)
        })
        .await;
        assert_statuses(&answers, &[(400, CROWD)]);
        assert_eq!(rows.count("ferro_email_code", "wrong_tries = 4").await, 16);
        for (number, code) in codes.iter().enumerate() {
            let right = json!({"email": address(number), "password": PASSWORD, "email_code": code});
            assert_eq!(panel.post(REGISTER, "", right).await.status, 200);
        }
    }
}

async fn three_wrong_codes_lock_recovery(database: Database) {
    let panel = Panel::start(&database).await;
    let sql = database.sql();
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        panel.register(&email).await;
        let code = panel.email_code(&email).await;
        let reset =
            |code: &str| json!({"email": email, "email_code": code, "password": "a new password"});
        let answers = crowd(&panel, "", |_| post(FORGET, reset("000000"))).await;
        assert_statuses(&answers, &[(400, 3), (429, CROWD - 3)]);
        let counter =
            format!("SELECT count FROM ferro_counter WHERE name = 'forget:{email}:127.0.0.1'");
        assert_eq!(sql.integer(&counter).await, 3);
        let tries = format!("SELECT wrong_tries FROM ferro_email_code WHERE email = '{email}'");
        assert_eq!(sql.integer(&tries).await, 3);
        panel
            .post(FORGET, "", reset(&code))
            .await
            .assert_refused(429);
    }
}

async fn one_code_resets_one_password(database: Database) {
    let panel = Panel::start(&database).await;
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        panel.register(&email).await;
        let code = panel.email_code(&email).await;
        let password = |number: usize| format!("new password {number}");
        let answers = crowd(&panel, "", |number| {
            post(
                FORGET,
                json!({"email": email, "email_code": code, "password": password(number)}),
            )
        })
        .await;
        // Who comes after the winner finds no code: three are told so, the rest must wait.
        assert_eq!(count(&answers, 200), 1);
        assert_eq!(count(&answers, 400) + count(&answers, 429), CROWD - 1);
        let winner = answers
            .iter()
            .position(|answer| answer.status == 200)
            .unwrap();
        assert_eq!(panel.login(&email, &password(winner)).await.status, 200);
    }
}

async fn one_code_is_mailed_a_minute(database: Database) {
    let panel = Panel::start(&database).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        let answers = crowd(&panel, "", |_| post(SEND_CODE, json!({"email": email}))).await;
        assert_statuses(&answers, &[(200, 1), (400, CROWD - 1)]);
        assert_eq!(
            rows.count("ferro_mail", &format!("email = '{email}'"))
                .await,
            1
        );
        let code = answers
            .iter()
            .find(|answer| answer.status == 200)
            .unwrap()
            .text_of("debug_code");
        let stored = format!("email = '{email}' AND code = '{code}'");
        assert_eq!(rows.count("ferro_email_code", &stored).await, 1);
    }
}
