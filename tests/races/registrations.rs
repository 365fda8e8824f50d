//! Many registrations at once.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::crowd::{CROWD, assert_statuses, crowd, post};
use crate::support::{PASSWORD, Panel, Rows, on_a_cluster, on_every_migrated_database};
use crate::{REGISTER, ROUNDS};

on_every_migrated_database!(
    one_invitation_code_gives_one_inviter,
    a_required_invitation_code_admits_one,
    one_address_gets_one_account,
    registrations_of_one_client_stay_within_the_limit,
    views_of_an_invitation_are_counted_once_for_a_client,
    a_user_has_five_unused_codes,
);
on_a_cluster!(
    one_invitation_code_gives_one_inviter,
    one_address_gets_one_account,
    registrations_of_one_client_stay_within_the_limit,
    a_user_has_five_unused_codes,
);

async fn one_invitation_code_gives_one_inviter(database: Database) {
    let panel = Panel::start(&database).await;
    panel.register("owner@demo.test").await;
    let rows = Rows(database.sql());
    let owner = rows.user("owner@demo.test").await;
    for round in 0..ROUNDS {
        let code = format!("CODE000{round}");
        rows.add_invite_code(owner, &code).await;
        let answers = crowd(&panel, "", |number| {
            let email = format!("round{round}-{number}@demo.test");
            post(
                REGISTER,
                json!({"email": email, "password": PASSWORD, "invite_code": code}),
            )
        })
        .await;
        assert_statuses(&answers, &[(200, CROWD)]);
        let invited = format!("invite_user_id = {owner} AND email LIKE 'round{round}-%'");
        assert_eq!(rows.count("v2_user", &invited).await, 1);
        let everybody = rows
            .count("v2_user", &format!("email LIKE 'round{round}-%'"))
            .await;
        assert_eq!(everybody, i64::try_from(CROWD).unwrap());
        assert_eq!(
            rows.count("v2_invite_code", &format!("code = '{code}' AND status = 1"))
                .await,
            1
        );
    }
}

async fn a_required_invitation_code_admits_one(database: Database) {
    let panel = Panel::start_on_site(&database, &[("invite_force", "1")]).await;
    let rows = Rows(database.sql());
    let owner = rows.user("admin@demo.com").await;
    for round in 0..ROUNDS {
        let code = format!("CODE000{round}");
        rows.add_invite_code(owner, &code).await;
        let answers = crowd(&panel, "", |number| {
            let email = format!("round{round}-{number}@demo.test");
            post(
                REGISTER,
                json!({"email": email, "password": PASSWORD, "invite_code": code}),
            )
        })
        .await;
        assert_statuses(&answers, &[(200, 1), (400, CROWD - 1)]);
        assert_eq!(
            rows.count("v2_user", &format!("email LIKE 'round{round}-%'"))
                .await,
            1
        );
    }
}

async fn one_address_gets_one_account(database: Database) {
    let panel = Panel::start(&database).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        let answers = crowd(&panel, "", |number| {
            // Half of them write it in other letters.
            let typed = if number % 2 == 0 {
                email.clone()
            } else {
                email.to_uppercase()
            };
            post(REGISTER, json!({"email": typed, "password": PASSWORD}))
        })
        .await;
        assert_statuses(&answers, &[(200, 1), (400, CROWD - 1)]);
        let user = rows.user(&email).await;
        assert_eq!(
            rows.count("v2_user", &format!("LOWER(email) = '{email}'"))
                .await,
            1
        );
        assert_eq!(rows.sessions(user).await, 1);
    }
}

async fn registrations_of_one_client_stay_within_the_limit(database: Database) {
    let site = [
        ("register_limit_by_ip_enable", "1"),
        ("register_limit_count", "3"),
    ];
    let panel = Panel::start_on_site(&database, &site).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        database.sql().execute("DELETE FROM ferro_counter").await;
        let answers = crowd(&panel, "", |number| {
            let email = format!("round{round}-{number}@demo.test");
            post(REGISTER, json!({"email": email, "password": PASSWORD}))
        })
        .await;
        assert_statuses(&answers, &[(200, 3), (429, CROWD - 3)]);
        assert_eq!(
            rows.count("v2_user", &format!("email LIKE 'round{round}-%'"))
                .await,
            3
        );
    }
}

async fn views_of_an_invitation_are_counted_once_for_a_client(database: Database) {
    let panel = Panel::start(&database).await;
    let rows = Rows(database.sql());
    let owner = rows.user("admin@demo.com").await;
    for round in 0..ROUNDS {
        let code = format!("CODE000{round}");
        rows.add_invite_code(owner, &code).await;
        let answers = crowd(&panel, "", |_| {
            post("/api/v1/passport/comm/pv", json!({"invite_code": code}))
        })
        .await;
        assert_statuses(&answers, &[(200, CROWD)]);
        assert_eq!(
            rows.count("v2_invite_code", &format!("code = '{code}' AND pv = 1"))
                .await,
            1
        );
    }
}

async fn a_user_has_five_unused_codes(database: Database) {
    let panel = Panel::start(&database).await;
    let rows = Rows(database.sql());
    for round in 0..ROUNDS {
        let email = format!("round{round}@demo.test");
        let token = panel.register(&email).await;
        let user = rows.user(&email).await;
        let answers = crowd(&panel, &token, |_| {
            ("/api/v1/user/invite/save".to_owned(), Value::Null)
        })
        .await;
        assert_statuses(&answers, &[(200, 5), (400, CROWD - 5)]);
        let own = format!("user_id = {user} AND status = 0");
        assert_eq!(rows.count("v2_invite_code", &own).await, 5, "round {round}");
    }
}
