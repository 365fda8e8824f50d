//! `kill -9` in the middle of purchases: every payment that was acknowledged has opened its order,
//! once, and the ledger explains every balance.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

mod buyer;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use ferroboard_kernel::Random;
use ferroboard_testing::SeededRandom;
use ferroboard_testing::databases::{Backend, Database};

use buyer::Buyer;
use support::shop::{PRICE, months_after};
use support::{Shop, run};

/// How many clients buy at the moment of the kill.
const BUYERS: usize = 24;
/// What everybody's balance has to begin with: some orders are paid from it in part.
const BALANCE: i64 = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_purchases_survive_kills_on_sqlite() {
    survive_kills(Backend::Sqlite, 1_000, 21).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_survive_kills_on_mysql() {
    survive_kills(Backend::Mysql, 200, 22).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_survive_kills_on_postgres() {
    survive_kills(Backend::Postgres, 200, 23).await;
}

async fn survive_kills(backend: Backend, purchases: usize, seed: u64) {
    // What was written outlives the program without a disk: only the program is killed.
    let Some(database) = Database::fresh(backend).await else {
        return;
    };
    let random: &dyn Random = &SeededRandom::new(seed);
    let mut shop = Shop::open(&database).await;
    let mut buyers = Vec::new();
    for customer in shop.customers(BUYERS).await {
        shop.give(&customer, BALANCE, 0).await;
        buyers.push(Buyer::new(customer, random.below(u64::MAX)));
    }
    let mut kills = 0;
    let mut done = 0;
    while done < purchases {
        let pause = 20 + random.below(700);
        let work: Vec<_> = buyers
            .drain(..)
            .map(|buyer| {
                let caller = (shop.panel.client(), shop.panel.url(""));
                tokio::spawn(buyer.buy_until_the_end(caller))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(pause)).await;
        shop.panel.kill();
        for buyer in work {
            buyers.push(buyer.await.unwrap());
        }
        kills += 1;
        shop = Shop::reopen(&database).await;
        let opened = run(&database, &[], &["jobs", "run", "check:order"]);
        assert!(
            opened.status.success(),
            "{}",
            String::from_utf8_lossy(&opened.stderr)
        );
        print!(
            "killed after {pause} ms; {}",
            String::from_utf8_lossy(&opened.stdout)
        );
        for buyer in &buyers {
            assert_kept(&shop, buyer).await;
        }
        // What the gateway was not told is done it reports again.
        for buyer in &mut buyers {
            if let Some(notice) = buyer.under_way.take() {
                let answer = shop.notify(&notice.report).await;
                assert_eq!((answer.status, answer.text.as_str()), (200, "success"));
                buyer.paid.push(notice.trade_no);
            }
            assert_kept(&shop, buyer).await;
        }
        assert_judged(&shop).await;
        done = buyers.iter().map(|buyer| buyer.paid.len()).sum();
    }
    println!("{done} purchases, {kills} kills");
}

/// Notices whose judging was cut off stay without outcome; all others have one.
async fn assert_judged(shop: &Shop<'_>) {
    let forget = "DELETE FROM ferro_raw_notice WHERE outcome IS NULL";
    shop.database.sql().execute(forget).await;
    shop.assert_sound().await;
}

/// Asserts that the customer has exactly what was paid for.
async fn assert_kept(shop: &Shop<'_>, buyer: &Buyer) {
    let id = buyer.customer.id;
    let query = format!(
        "SELECT trade_no, status, updated_at, total_amount, balance_amount FROM v2_order \
         WHERE user_id = {id} ORDER BY id"
    );
    let number = |cell: &Option<String>| cell.as_ref().map_or(0, |text| text.parse().unwrap());
    let mut opened: Vec<(String, i64)> = Vec::new();
    let mut balance = BALANCE;
    let mut cancelled = Vec::new();
    for row in shop.database.sql().rows(&query).await {
        let trade_no = row[0].clone().unwrap();
        let [status, updated_at, total, used] = [1, 2, 3, 4].map(|cell| number(&row[cell]));
        if status != 2 {
            balance -= used;
        }
        match status {
            0 => assert_eq!(total + used, PRICE),
            2 => cancelled.push(trade_no),
            3 => opened.push((trade_no, updated_at)),
            other => panic!("order {trade_no} of user {id} stands at {other}"),
        }
    }
    for trade_no in &buyer.paid {
        assert!(
            opened.iter().any(|(known, _)| known == trade_no),
            "{trade_no} is not opened"
        );
    }
    for trade_no in &buyer.cancelled {
        assert!(cancelled.contains(trade_no), "{trade_no} is not cancelled");
    }
    for (trade_no, _) in &opened {
        assert!(
            buyer.attempted.contains(trade_no),
            "{trade_no} was opened for nothing"
        );
    }
    assert_eq!(shop.balance(&buyer.customer).await, balance, "user {id}");
    let expired_at = shop.rows().of_user("expired_at", id).await;
    let months = u32::try_from(opened.len()).unwrap();
    let expected = opened
        .first()
        .map(|(_, first)| months_after(*first, months));
    assert_eq!(
        expired_at,
        expected.unwrap_or(0),
        "user {id}, {} months",
        opened.len()
    );
}
