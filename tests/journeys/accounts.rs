//! An account from its registration to its end.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::REGISTER;
use crate::support::{PASSWORD, Panel, Rows, Seeds, on_every_database, run};

on_every_database!(
    a_customer_uses_an_account,
    an_invitation_gives_an_inviter,
    a_trial_is_granted_and_shown,
    commission_becomes_balance,
    suspended_accounts_are_shut_out,
    an_administrator_is_made_once,
);

async fn a_customer_uses_an_account(database: Database) {
    let panel = Panel::start(&database).await;
    let body = json!({"email": " Ann@Demo.Test ", "password": PASSWORD});
    let registered = panel.post(REGISTER, "", body).await;
    let token = registered.text_of("auth_data");
    assert_eq!(registered.text_of("token"), token);
    assert_eq!(registered.data()["is_admin"], false);
    let link = registered.text_of("subscribe_token");
    assert!(
        link.len() == 32 && link.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{link}"
    );

    let info = panel.info(&token).await.data();
    assert_eq!(info["email"], "ann@demo.test");
    assert_eq!(
        (&info["balance"], &info["banned"]),
        (&json!(0), &json!(false))
    );
    assert_eq!(
        (&info["plan_id"], &info["expired_at"]),
        (&Value::Null, &Value::Null)
    );
    // As clients send it that store `auth_data` and put the scheme before it once more.
    assert_eq!(panel.info(&format!("Bearer {token}")).await.status, 200);

    let subscription = panel.get("/api/v1/user/getSubscribe", &token).await.data();
    let address = subscription["subscribe_url"].as_str().unwrap();
    assert!(address.ends_with(&format!("/s/{link}")), "{address}");
    assert_eq!(
        panel.get("/api/v1/user/getStat", &token).await.data(),
        json!([0, 0, 0])
    );
    let login = panel.get("/api/v1/user/checkLogin", &token).await.data();
    assert_eq!(login, json!({"is_login": true, "is_admin": false}));
    assert_eq!(
        panel.get("/api/v1/user/comm/config", &token).await.data()["currency"],
        "CNY"
    );

    let off = json!({"remind_expire": 0, "remind_traffic": 1});
    panel
        .post("/api/v1/user/update", &token, off)
        .await
        .assert_true();
    let info = panel.info(&token).await.data();
    assert_eq!(
        (&info["remind_expire"], &info["remind_traffic"]),
        (&json!(false), &json!(true))
    );

    let fresh = panel.get("/api/v1/user/resetSecurity", &token).await.data();
    let fresh = fresh.as_str().unwrap().to_owned();
    assert!(
        !fresh.ends_with(&link),
        "the old subscription address is still good"
    );
    let after = panel.info(&token).await.data();
    assert_ne!(after["uuid"], info["uuid"]);
    panel
        .post("/api/v1/user/removeActiveSession", &token, json!({}))
        .await
        .assert_refused(422);
    let sessions = panel
        .get("/api/v1/user/getActiveSession", &token)
        .await
        .data();
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    let mine = json!({"session_id": sessions[0]["session_id"]});
    panel
        .post("/api/v1/user/removeActiveSession", &token, mine)
        .await
        .assert_true();
    panel.info(&token).await.assert_refused(403);
    panel
        .post(
            REGISTER,
            "",
            json!({"email": "ANN@demo.test", "password": PASSWORD}),
        )
        .await
        .assert_refused(400);
}

async fn an_invitation_gives_an_inviter(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    rows.add_invite_code(ann, "Ab3dE9xZ").await;
    panel
        .post(
            "/api/v1/passport/comm/pv",
            "",
            json!({"invite_code": "Ab3dE9xZ"}),
        )
        .await
        .assert_true();
    for email in ["bea@demo.test", "cat@demo.test"] {
        let body = json!({"email": email, "password": PASSWORD, "invite_code": "ab3de9xz"});
        assert_eq!(panel.post(REGISTER, "", body).await.status, 200);
    }
    let bea = rows.user("bea@demo.test").await;
    assert_eq!(rows.of_user("invite_user_id", bea).await, ann);
    assert_eq!(
        rows.count("v2_user", &format!("invite_user_id = {ann}"))
            .await,
        1
    );
    assert_eq!(
        rows.count("v2_invite_code", "status = 1 AND pv = 1").await,
        1
    );
    assert_eq!(
        panel.get("/api/v1/user/getStat", &token).await.data(),
        json!([0, 0, 1])
    );
}

async fn a_trial_is_granted_and_shown(database: Database) {
    let site = [
        ("try_out_plan_id", "1"),
        ("try_out_hour", "2"),
        ("app_url", "https://panel.test/"),
    ];
    let panel = Panel::start_on_site(&database, &site).await;
    let seeds = Seeds::of(&panel, &database).await;
    seeds.add_group(4).await;
    let plan = json!({
        "name": "Trial", "group_id": 4, "transfer_enable": 100, "prices": {"monthly": 9.9},
        "device_limit": 3, "reset_traffic_method": 0,
    });
    seeds.post("plan/save", plan).await;
    let token = panel.register("ann@demo.test").await;
    let shown = panel.get("/api/v1/user/getSubscribe", &token).await.data();
    assert_eq!(shown["transfer_enable"], 107_374_182_400_i64);
    assert_eq!(
        (&shown["plan_id"], &shown["device_limit"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(shown["plan"]["name"], "Trial");
    assert!(
        shown["reset_day"]
            .as_i64()
            .is_some_and(|days| (1..=31).contains(&days)),
        "{shown}"
    );
    assert!(
        shown["subscribe_url"]
            .as_str()
            .unwrap()
            .starts_with("https://panel.test/s/")
    );
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    let lasts = rows.of_user("expired_at - created_at", ann).await;
    // The account is made a moment before its trial.
    assert!((7_200..=7_205).contains(&lasts), "{lasts}");
    assert_eq!(rows.of_user("group_id", ann).await, 4);
}

async fn commission_becomes_balance(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    rows.set_user(ann, "commission_balance = 1000, balance = 5")
        .await;
    let transfer = async |amount: Value| {
        panel
            .post(
                "/api/v1/user/transfer",
                &token,
                json!({"transfer_amount": amount}),
            )
            .await
    };
    transfer(json!(400)).await.assert_true();
    transfer(json!("100")).await.assert_true();
    transfer(json!(501)).await.assert_refused(400);
    for amount in [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("abc"),
        Value::Null,
        json!(1e30),
    ] {
        transfer(amount).await.assert_refused(422);
    }
    let info = panel.info(&token).await.data();
    assert_eq!(
        (&info["commission_balance"], &info["balance"]),
        (&json!(500), &json!(505))
    );
}

async fn suspended_accounts_are_shut_out(database: Database) {
    let panel = Panel::start(&database).await;
    let token = panel.register("ann@demo.test").await;
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    rows.set_user(ann, "banned = 1").await;
    panel.info(&token).await.assert_refused(403);
    panel
        .login("ann@demo.test", PASSWORD)
        .await
        .assert_refused(400);
    rows.set_user(ann, "banned = 0").await;
    assert_eq!(panel.info(&token).await.status, 200);
    database
        .sql()
        .execute(&format!("DELETE FROM v2_user WHERE id = {ann}"))
        .await;
    panel.info(&token).await.assert_refused(403);
}

async fn an_administrator_is_made_once(database: Database) {
    let panel = Panel::start(&database).await;
    let shown = panel.log();
    let password = shown
        .split("password")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    let data = panel.login("admin@demo.com", password).await.data();
    assert_eq!(data["is_admin"], true);
    let path = database
        .sql()
        .text("SELECT value FROM v2_settings WHERE name = 'secure_path'")
        .await;
    assert!(path.is_some_and(|path| path.len() >= 22 && shown.contains(&path)));

    // Commands beside the running panel.
    let made = run(
        &database,
        &[],
        &["admin", "create", "--email", "Root@demo.test"],
    );
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let text = String::from_utf8(made.stdout).unwrap();
    let password = text
        .split("password")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    assert_eq!(
        panel.login("root@demo.test", password).await.data()["is_admin"],
        true
    );
    assert!(
        !run(
            &database,
            &[],
            &["admin", "create", "--email", "root@demo.test"]
        )
        .status
        .success()
    );
    assert!(
        !run(&database, &[], &["jobs", "run", "no:such"])
            .status
            .success()
    );
    assert!(
        run(&database, &[], &["jobs", "run", "cleanup:expired"])
            .status
            .success()
    );
    assert!(run(&database, &[], &["migrate"]).status.success());
    assert!(run(&database, &[], &["config", "check"]).status.success());

    drop(panel);
    let second = Panel::start(&database).await;
    assert!(
        !second.log().contains("password"),
        "the password was shown twice"
    );
    assert_eq!(
        Rows(database.sql()).count("v2_user", "is_admin = 1").await,
        2
    );
}
