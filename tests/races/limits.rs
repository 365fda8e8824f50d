//! Limits hold for those who come at one moment.

use std::time::Duration;

use ferroboard_adapters::SystemClock;
use ferroboard_kernel::Clock as _;
use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::REGISTER;
use crate::crowd::{CROWD, assert_statuses, crowd, post};
use crate::support::notice::{EPAY, UUID, notify};
use crate::support::{Notice, PASSWORD, Panel, Rows, Shop, on_every_migrated_database};

on_every_migrated_database!(
    sixty_login_links_are_drawn_an_hour,
    sixty_forged_notices_of_a_client_are_kept,
);

/// Waits for an hour of the clock to begin that is about to, so that none does meanwhile.
async fn away_from_the_hour() {
    let rest = 3_600 - SystemClock.now().get().rem_euclid(3_600);
    if rest < 60 {
        tokio::time::sleep(Duration::from_secs(rest.unsigned_abs() + 1)).await;
    }
}

async fn sixty_login_links_are_drawn_an_hour(database: Database) {
    let settings = [("FERROBOARD__LIMITS__WRITE_ALLOWANCE", "1")];
    let panel = Panel::start_with(&database, &settings).await;
    let body = json!({"email": "ann@demo.test", "password": PASSWORD});
    let session = panel.post(REGISTER, "", body).await;
    let token = session.data()["token"].as_str().unwrap().to_owned();
    away_from_the_hour().await;
    let path = "/api/v1/user/getQuickLoginUrl";
    let answers = crowd(&panel, &token, |_| post(path, json!({}))).await;
    assert_statuses(&answers, &[(200, 60), (429, CROWD - 60)]);
    let rows = Rows(database.sql());
    assert_eq!(rows.count("ferro_login_token", "1 = 1").await, 60);
}

async fn sixty_forged_notices_of_a_client_are_kept(database: Database) {
    let shop = Shop::open(&database).await;
    away_from_the_hour().await;
    let forged = Notice::of("T1", 1, "P1").signed("another-key");
    let path = format!("{}?{forged}", notify(EPAY, UUID));
    let answers = crowd(&shop.panel, "", |_| (path.clone(), Value::Null)).await;
    assert_statuses(&answers, &[(400, CROWD)]);
    let kept = || async {
        shop.rows()
            .count("ferro_raw_notice", "outcome = 'refused'")
            .await
    };
    assert_eq!(kept().await, 60);
    assert_eq!(shop.rows().count("ferro_raw_notice", "1 = 1").await, 60);
}
