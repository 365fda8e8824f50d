//! Passwords, codes, links and sessions.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Panel, Rows, on_every_database, within};
use crate::{FORGET, SEND_CODE};

on_every_database!(
    a_password_change_ends_the_other_sessions,
    a_forgotten_password_is_replaced_by_mail,
    links_log_in_once,
    mailed_links_are_queued,
    wrong_passwords_lock_the_account,
    imported_passwords_work_and_are_replaced,
    sessions_of_the_reference_panel_work,
);

async fn a_password_change_ends_the_other_sessions(database: Database) {
    let panel = Panel::start(&database).await;
    let other = panel.register("ann@demo.test").await;
    let token = panel
        .login("ann@demo.test", PASSWORD)
        .await
        .text_of("auth_data");
    let change = |old: &str, new: &str| json!({"old_password": old, "new_password": new});
    let path = "/api/v1/user/changePassword";
    panel
        .post(path, &token, change("not the password", "a new password"))
        .await
        .assert_refused(400);
    panel
        .post(path, &token, change(PASSWORD, "short"))
        .await
        .assert_refused(422);
    panel
        .post(path, &token, change(PASSWORD, "a new password"))
        .await
        .assert_true();
    assert_eq!(panel.info(&token).await.status, 200);
    panel.info(&other).await.assert_refused(403);
    panel
        .login("ann@demo.test", PASSWORD)
        .await
        .assert_refused(400);
    assert_eq!(
        panel.login("ann@demo.test", "a new password").await.status,
        200
    );
}

async fn a_forgotten_password_is_replaced_by_mail(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let code = panel.email_code("Ann@demo.test").await;
    panel
        .post(SEND_CODE, "", json!({"email": "ANN@demo.test"}))
        .await
        .assert_refused(400);
    let reset = |code: &str| json!({"email": "ann@demo.test", "email_code": code, "password": "a new password"});
    panel
        .post(FORGET, "", reset("000000"))
        .await
        .assert_refused(400);
    panel.post(FORGET, "", reset(&code)).await.assert_true();
    panel
        .post(FORGET, "", reset(&code))
        .await
        .assert_refused(400);
    panel.info(&token).await.assert_refused(403);
    assert_eq!(
        panel.login("ann@demo.test", "a new password").await.status,
        200
    );
    let rows = Rows(database.sql());
    assert_eq!(rows.count("ferro_email_code", "1 = 1").await, 0);
    // The code, and the word that the password is another one. Without a mail server the development
    // profile counts messages as sent.
    assert!(
        within(30, || async {
            rows.count("ferro_mail", "status = 2").await == 2
        })
        .await
    );
    assert_eq!(
        rows.count("v2_mail_log", "email = 'ann@demo.test' AND error IS NULL")
            .await,
        2
    );
}

async fn links_log_in_once(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let asked = panel.post(
        "/api/v1/user/getQuickLoginUrl",
        &token,
        json!({"redirect": "order"}),
    );
    let address = asked.await.data().as_str().unwrap().to_owned();
    assert!(address.ends_with("&redirect=order"), "{address}");
    let text = address
        .split("verify=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();

    let landing = panel
        .get(
            &format!("/api/v1/passport/auth/token2Login?token={text}"),
            "",
        )
        .await;
    assert_eq!(landing.status, 302);
    assert!(
        landing
            .header("location")
            .contains(&format!("/#/login?verify={text}"))
    );
    let path = format!("/api/v1/passport/auth/token2Login?verify={text}");
    let second = panel.get(&path, "").await.text_of("auth_data");
    assert_ne!(second, token);
    assert_eq!(panel.info(&second).await.status, 200);
    panel.get(&path, "").await.assert_refused(400);
    panel
        .get("/api/v1/passport/auth/token2Login?verify=unknown", "")
        .await
        .assert_refused(400);

    let path = "/api/v1/passport/auth/getQuickLoginUrl";
    panel.post(path, "", json!({})).await.assert_refused(401);
    panel
        .post(path, "", json!({"auth_data": "Bearer nothing"}))
        .await
        .assert_refused(401);
    assert_eq!(
        panel
            .post(path, "", json!({"auth_data": token}))
            .await
            .status,
        200
    );
}

async fn mailed_links_are_queued(database: Database) {
    let panel = Panel::start_on_site(&database, &[("login_with_mail_link_enable", "1")]).await;
    panel.register("ann@demo.test").await;
    let path = "/api/v1/passport/auth/loginWithMailLink";
    for email in ["ann@demo.test", "nobody@demo.test"] {
        panel
            .post(path, "", json!({"email": email}))
            .await
            .assert_true();
        let again = panel
            .post(path, "", json!({"email": email.to_uppercase()}))
            .await;
        again.assert_refused(429);
        assert!(
            again
                .header("retry-after")
                .parse::<u32>()
                .is_ok_and(|wait| wait <= 60)
        );
    }
    let rows = Rows(database.sql());
    assert_eq!(rows.count("ferro_mail", "template = 'mailLogin'").await, 1);
    assert_eq!(rows.count("ferro_login_token", "1 = 1").await, 1);
}

async fn wrong_passwords_lock_the_account(database: Database) {
    let panel = Panel::start(&database).await;
    panel.register("ann@demo.test").await;
    for email in ["ann@demo.test", "nobody@demo.test"] {
        for attempt in 0..5 {
            // Other letters are not another account.
            let typed = if attempt % 2 == 0 {
                email.to_uppercase()
            } else {
                email.to_owned()
            };
            panel
                .login(&typed, "not the password")
                .await
                .assert_refused(400);
        }
        let locked = panel.login(email, PASSWORD).await;
        locked.assert_refused(429);
        assert!(
            locked
                .header("retry-after")
                .parse::<u32>()
                .is_ok_and(|wait| wait <= 3_600)
        );
    }
}

async fn imported_passwords_work_and_are_replaced(database: Database) {
    let panel = Panel::start(&database).await;
    panel.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    // Digests of "swordfish", and with the salt of "swordfishpepper".
    for (algo, salt, digest) in [
        ("md5", "NULL", "15b29ffdce66e10527a65bc6d71ad94d"),
        (
            "sha256",
            "NULL",
            "b9f195c5cc7ef6afadbfbc42892ad47d3b24c6bc94bb510c4564a90a14e8b799",
        ),
        ("md5salt", "'pepper'", "6de2a31340e2cf714f2dd8ece3868cdc"),
        (
            "sha256salt",
            "'pepper'",
            "c5640421b650a10c6fb0a5557852ba2139c00cc5d2a9d0dda28f138069a3bbc0",
        ),
    ] {
        let stored =
            format!("password = '{digest}', password_algo = '{algo}', password_salt = {salt}");
        rows.set_user(ann, &stored).await;
        panel
            .login("ann@demo.test", "swordfisH")
            .await
            .assert_refused(400);
        assert_eq!(
            panel.login("ann@demo.test", "swordfish").await.status,
            200,
            "{algo}"
        );
        let current = "password LIKE '$2y$%' AND password_algo IS NULL AND password_salt IS NULL";
        assert_eq!(
            rows.count("v2_user", &format!("id = {ann} AND {current}"))
                .await,
            1,
            "{algo}"
        );
        assert_eq!(
            panel.login("ann@demo.test", "swordfish").await.status,
            200,
            "{algo}"
        );
    }
}

async fn sessions_of_the_reference_panel_work(database: Database) {
    let panel = Panel::start(&database).await;
    panel.register("ann@demo.test").await;
    let sql = database.sql();
    let ann = Rows(sql).user("ann@demo.test").await;
    // The SHA-256 of "oracle-token-alice".
    let statement = format!(
        "INSERT INTO personal_access_tokens (id, tokenable_type, tokenable_id, name, token, abilities) \
         VALUES (4711, {}, {ann}, 'phone', '{}', '[\"*\"]')",
        sql.quoted(r"App\Models\User"),
        ferroboard_auth::TokenDigest::of("oracle-token-alice").as_str(),
    );
    sql.execute(&statement).await;
    for token in ["oracle-token-alice", "4711|oracle-token-alice"] {
        assert_eq!(
            panel.info(token).await.data()["email"],
            "ann@demo.test",
            "{token}"
        );
    }
    for token in [
        "4712|oracle-token-alice",
        "x|oracle-token-alice",
        "oracle-token-bob",
        "a.b.c",
    ] {
        panel.info(token).await.assert_refused(403);
    }
    let sessions = panel
        .get("/api/v1/user/getActiveSession", "oracle-token-alice")
        .await
        .data();
    let names: Vec<&Value> = sessions
        .as_array()
        .unwrap()
        .iter()
        .map(|session| &session["session_id"])
        .collect();
    assert!(names.contains(&&json!("phone")), "{sessions}");
    let by_number = json!({"session_id": "4711"});
    let path = "/api/v1/user/removeActiveSession";
    panel
        .post(path, "oracle-token-alice", by_number)
        .await
        .assert_true();
    panel.info("oracle-token-alice").await.assert_refused(403);
}
