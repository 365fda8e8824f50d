//! Users whom administrators change while they act themselves.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, count, storm};
use crate::support::shop::PRICE;
use crate::support::{Answer, Customer, PASSWORD, Shop, on_a_cluster, on_every_migrated_database};

on_every_migrated_database!(
    a_balance_that_is_set_loses_no_movement,
    who_is_deleted_neither_buys_nor_logs_in,
);
on_a_cluster!(a_balance_that_is_set_loses_no_movement);

/// An administrator, and where users are managed.
async fn chief(shop: &Shop<'_>) -> (Customer, String) {
    let chief = shop.customer("chief@demo.test").await;
    shop.rows().set_user(chief.id, "is_admin = 1").await;
    let users = format!("{}/user", shop.rows().admin_path().await);
    (chief, users)
}

fn part(answers: &[Answer], first: usize) -> Vec<Answer> {
    answers.iter().skip(first).step_by(4).cloned().collect()
}

/// Whatever comes first: each balance is explained by its entries, and whatever was bought was paid for.
async fn a_balance_that_is_set_loses_no_movement(database: Database) {
    let shop = Shop::open(&database).await;
    let (chief, users) = chief(&shop).await;
    let update = format!("{users}/update");
    for seed in SEEDS {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        shop.give(&ann, 1_000, 5_000).await;
        let calls = (0..CROWD).map(|number| match number % 4 {
            0 => {
                let money = json!({"id": ann.id, "balance": 10 + number, "commission_balance": 50});
                Call::post(&update, &chief, money)
            }
            1 => Call::save(&ann, 1, None),
            2 => Call::transfer(&ann, 100),
            // A form without money moves none.
            _ => Call::post(
                &update,
                &chief,
                json!({"id": ann.id, "remarks": format!("{number}")}),
            ),
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        for first in [0, 3] {
            let forms = part(&answers, first);
            assert_eq!(count(&forms, 200), forms.len(), "{forms:?}");
        }
        assert!(count(&part(&answers, 1), 200) <= 1);
        shop.assert_sound().await;
        // Saved as it stands now, nothing moves.
        let balance = shop.balance(&ann).await;
        let entries = || async { shop.rows().count("ferro_ledger", "kind = 'admin'").await };
        let before = entries().await;
        let same =
            json!({"id": ann.id, "balance": format!("{}.{:02}", balance / 100, balance % 100)});
        let saved = storm(&shop.panel, seed, vec![Call::post(&update, &chief, same)]).await;
        saved[0].assert_true();
        assert_eq!(
            (shop.balance(&ann).await, entries().await),
            (balance, before)
        );
        let paid = format!(
            "user_id = {} AND status IN (0, 3) AND balance_amount > {PRICE}",
            ann.id
        );
        assert_eq!(shop.rows().count("v2_order", &paid).await, 0);
    }
}

/// Nothing of a user is left, in whichever order they came.
async fn who_is_deleted_neither_buys_nor_logs_in(database: Database) {
    let shop = Shop::open(&database).await;
    let (chief, users) = chief(&shop).await;
    let destroy = format!("{users}/destroy");
    for seed in SEEDS {
        let email = format!("ann{seed}@demo.test");
        let ann = shop.customer(&email).await;
        shop.give(&ann, 1_000, 0).await;
        let calls = (0..CROWD).map(|number| match number % 4 {
            0 => Call::post(&destroy, &chief, json!({"id": ann.id})),
            1 | 2 => Call::save(&ann, 1, None),
            _ => {
                let login = json!({"email": email, "password": PASSWORD});
                Call::post("/api/v1/passport/auth/login", &ann, login)
            }
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        let deletions = part(&answers, 0);
        assert_eq!(count(&deletions, 200), 1, "{deletions:?}");
        assert_eq!(count(&deletions, 422), deletions.len() - 1);
        let odd = answers.iter().find(|answer| answer.status >= 500);
        assert!(odd.is_none(), "{odd:?}");
        let rows = shop.rows();
        let id = ann.id;
        for (table, condition) in [
            ("v2_user", format!("id = {id}")),
            ("v2_order", format!("user_id = {id}")),
            ("ferro_open_order", format!("user_id = {id}")),
            ("personal_access_tokens", format!("tokenable_id = {id}")),
            ("ferro_session", format!("user_id = {id}")),
        ] {
            assert_eq!(rows.count(table, &condition).await, 0, "{table}");
        }
        let login = json!({"email": email, "password": PASSWORD});
        let again = Call::post("/api/v1/passport/auth/login", &ann, login);
        storm(&shop.panel, seed, vec![again]).await[0].assert_refused(400);
        shop.assert_sound().await;
    }
}
