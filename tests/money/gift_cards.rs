//! Many clients about one gift card, and one client with many, at once.

use ferroboard_testing::databases::Database;
use serde_json::{Value, json};

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_winners, storm};
use crate::support::{Customer, Shop, on_a_cluster, on_every_migrated_database, run};

on_every_migrated_database!(
    one_code_with_one_use_is_redeemed_once,
    a_code_with_three_uses_is_redeemed_by_three,
    the_same_user_redeems_a_code_once,
    a_limit_of_one_holds_over_many_codes,
    users_who_invited_each_other_get_everything,
    a_demo_has_a_card_to_redeem,
);
on_a_cluster!(
    one_code_with_one_use_is_redeemed_once,
    a_code_with_three_uses_is_redeemed_by_three,
);

const REDEEM: &str = "/api/v1/user/gift-card/redeem";

impl Shop<'_> {
    /// Asserts that counters, records and the ledger tell of the same number of redemptions.
    async fn assert_redeemed(&self, codes: &str, times: i64) {
        let rows = self.rows();
        let counted =
            format!("SELECT SUM(usage_count) FROM v2_gift_card_code WHERE code LIKE '{codes}'");
        assert_eq!(self.database.sql().integer(&counted).await, times);
        let of_codes =
            format!("code_id IN (SELECT id FROM v2_gift_card_code WHERE code LIKE '{codes}')");
        assert_eq!(rows.count("v2_gift_card_usage", &of_codes).await, times);
        let too_often = "usage_count > max_usage";
        assert_eq!(rows.count("v2_gift_card_code", too_often).await, 0);
        self.assert_sound().await;
    }

    async fn total_balance(&self) -> i64 {
        let total = "SELECT SUM(balance) FROM v2_user";
        self.database.sql().integer(total).await
    }
}

/// What a card of 10.00 gives.
fn ten() -> Value {
    json!({"balance": 1_000})
}

fn redeem(by: &Customer, code: &str) -> Call {
    Call::post(REDEEM, by, json!({ "code": code }))
}

async fn one_code_with_one_use_is_redeemed_once(database: Database) {
    let shop = Shop::open(&database).await;
    let seeds = shop.seeds().await;
    seeds.add_template(1, ten(), json!({})).await;
    let crowd = shop.customers(CROWD).await;
    for (round, seed) in (1_i64..).zip(SEEDS) {
        let code = format!("GCONCE{seed:04}");
        seeds.add_card(1, &code, 1).await;
        let calls = crowd.iter().map(|customer| redeem(customer, &code));
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_winners(&answers, 1);
        shop.assert_redeemed(&code, 1).await;
        assert_eq!(shop.total_balance().await, 1_000 * round);
    }
}

async fn a_code_with_three_uses_is_redeemed_by_three(database: Database) {
    let shop = Shop::open(&database).await;
    let seeds = shop.seeds().await;
    seeds.add_template(1, ten(), json!({})).await;
    let crowd = shop.customers(CROWD).await;
    for (round, seed) in (1_i64..).zip(SEEDS) {
        let code = format!("GCTHRICE{seed:04}");
        seeds.add_card(1, &code, 3).await;
        let calls = crowd.iter().map(|customer| redeem(customer, &code));
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_winners(&answers, 3);
        shop.assert_redeemed(&code, 3).await;
        assert_eq!(shop.total_balance().await, 3_000 * round);
    }
}

async fn the_same_user_redeems_a_code_once(database: Database) {
    let shop = Shop::open(&database).await;
    let seeds = shop.seeds().await;
    seeds.add_template(1, ten(), json!({})).await;
    let ann = shop.customer("ann@demo.test").await;
    for (round, seed) in (1_i64..).zip(SEEDS) {
        let code = format!("GCMANY{seed:04}");
        seeds.add_card(1, &code, 100).await;
        let calls = (0..CROWD).map(|_| redeem(&ann, &code));
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_winners(&answers, 1);
        shop.assert_redeemed(&code, 1).await;
        assert_eq!(shop.balance(&ann).await, 1_000 * round);
    }
}

async fn a_limit_of_one_holds_over_many_codes(database: Database) {
    let shop = Shop::open(&database).await;
    for (template, seed) in (1_i64..).zip(SEEDS) {
        let limits = json!({"max_use_per_user": 1});
        let seeds = shop.seeds().await;
        seeds
            .add_template(template, json!({"balance": 10}), limits)
            .await;
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        let mut calls = Vec::with_capacity(CROWD);
        for number in 0..CROWD {
            let code = format!("GC{seed:04}N{number:04}");
            seeds.add_card(template, &code, 1).await;
            calls.push(redeem(&ann, &code));
        }
        let answers = storm(&shop.panel, seed, calls).await;
        assert_winners(&answers, 1);
        shop.assert_redeemed(&format!("GC{seed:04}N%"), 1).await;
        assert_eq!(shop.balance(&ann).await, 10);
    }
}

async fn users_who_invited_each_other_get_everything(database: Database) {
    let shop = Shop::open(&database).await;
    let rewards = json!({"balance": 1_000, "invite_reward_rate": 0.2});
    let seeds = shop.seeds().await;
    seeds.add_template(1, rewards, json!({})).await;
    let ann = shop.customer("ann@demo.test").await;
    let bea = shop.customer("bea@demo.test").await;
    for (user, inviter) in [(&ann, &bea), (&bea, &ann)] {
        let assignment = format!("invite_user_id = {}", inviter.id);
        shop.rows().set_user(user.id, &assignment).await;
    }
    for (round, seed) in (1_i64..).zip(SEEDS) {
        let mut calls = Vec::with_capacity(CROWD);
        for number in 0..CROWD {
            let code = format!("GC{seed:04}N{number:04}");
            seeds.add_card(1, &code, 1).await;
            calls.push(redeem(if number % 2 == 0 { &ann } else { &bea }, &code));
        }
        let answers = storm(&shop.panel, seed, calls).await;
        assert_winners(&answers, CROWD);
        shop.assert_redeemed(&format!("GC{seed:04}N%"), 64).await;
        for user in [&ann, &bea] {
            assert_eq!(shop.balance(user).await, round * 32 * 1_200, "seed {seed}");
        }
    }
}

async fn a_demo_has_a_card_to_redeem(database: Database) {
    let filled = run(&database, &[], &["demo"]);
    let said = String::from_utf8_lossy(&filled.stdout).into_owned();
    assert!(filled.status.success(), "{said}");
    // A shell reads it: what is said of the new database stands elsewhere.
    assert!(said.starts_with('#'), "{said}");
    let told = |name: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {said}"))
            .to_owned()
    };
    let shop = Shop::reopen(&database).await;
    let login = shop.panel.login(&told("EMAIL="), &told("PASSWORD=")).await;
    let token = login.text_of("auth_data");
    let body = json!({"code": told("GIFT_CARD=")});
    let redeemed = shop.panel.post(REDEEM, &token, body).await.data();
    assert_eq!(redeemed["rewards"], json!({"balance": 1_000}));
    shop.assert_sound().await;
}
