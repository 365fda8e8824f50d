//! Renewals from the balance and early periods, while the customer does other things with the same money.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_winners, storm};
use crate::support::clock::now;
use crate::support::shop::{PRICE, months_after};
use crate::support::{Customer, Notice, Panel, Shop, on_every_migrated_database, run};

on_every_migrated_database!(
    a_renewal_and_an_order_and_transfers_share_one_balance,
    the_next_period_begins_early_once,
);

const DAY: i64 = 86_400;
/// How many processes renew at once.
const PROCESSES: usize = 4;

impl Shop<'_> {
    /// Somebody who has paid for a month that ends so long from now; when.
    async fn about_to_end(&self, email: &str, left: i64) -> (Customer, i64) {
        let customer = self.customer(email).await;
        let trade_no = self.place(&customer).await;
        self.check_out(&customer, &trade_no).await;
        let notice = Notice::of(&trade_no, PRICE, &format!("P{trade_no}"));
        assert_eq!(self.notify(&notice).await.text, "success");
        let end = now() + left;
        let moved = format!("expired_at = {end}");
        self.rows().set_user(customer.id, &moved).await;
        (customer, end)
    }
}

/// Several processes run the job at once, as on a panel of several servers: one of them has it, the others say that it
/// is being run.
fn renew(database: &Database) {
    tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            for _ in 0..PROCESSES {
                scope.spawn(|| run(database, &[], &["jobs", "run", "renew:subscription"]));
            }
        });
    });
}

async fn a_renewal_and_an_order_and_transfers_share_one_balance(database: Database) {
    let shop = Shop::open(&database).await;
    for seed in SEEDS {
        let (ann, end) = shop
            .about_to_end(&format!("ann{seed}@demo.test"), DAY)
            .await;
        shop.give(&ann, PRICE, 6_400).await;
        let on = json!({"auto_renewal": 1});
        let path = "/api/v1/user/update";
        shop.panel.post(path, &ann.token, on).await.assert_true();
        let calls = (0..CROWD).map(|number| match number % 2 {
            0 => Call::save(&ann, 1, None),
            _ => Call::transfer(&ann, 200),
        });
        let storm = storm(&shop.panel, seed, calls.collect());
        let (answers, ()) = tokio::join!(storm, async { renew(&database) });
        let (orders, transfers) = (answers.iter().step_by(2), answers.iter().skip(1).step_by(2));
        let placed: Vec<_> = orders.filter(|answer| answer.status == 200).collect();
        assert_eq!(placed.len(), 1, "one order is unfinished");
        let moved = transfers.filter(|answer| answer.status == 200).count();
        assert_eq!(moved, 32, "there was commission for every transfer");
        // What the order holds is on the balance again; whoever could not renew before does it now.
        let trade_no = placed[0].data();
        shop.cancel(&ann, trade_no.as_str().unwrap())
            .await
            .assert_true();
        renew(&database);
        let rows = shop.rows();
        let renewed = format!("user_id = {} AND type = 2 AND status = 3", ann.id);
        assert_eq!(rows.count("v2_order", &renewed).await, 1);
        assert_eq!(
            rows.of_user("expired_at", ann.id).await,
            months_after(end, 1)
        );
        assert_eq!(shop.balance(&ann).await, 6_400);
        shop.assert_sound().await;
    }
}

async fn the_next_period_begins_early_once(database: Database) {
    drop(Panel::start_on_site(&database, &[("allow_new_period", "1")]).await);
    let shop = Shop::open(&database).await;
    // Traffic is counted anew each month from the end of the subscription on.
    let monthly = "UPDATE v2_plan SET reset_traffic_method = 1";
    database.sql().execute(monthly).await;
    for seed in SEEDS {
        let (ann, end) = shop
            .about_to_end(&format!("ann{seed}@demo.test"), 100 * DAY)
            .await;
        shop.rows().set_user(ann.id, "u = transfer_enable").await;
        let path = "/api/v1/user/newPeriod";
        let calls = (0..CROWD).map(|_| Call::post(path, &ann, json!({})));
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_winners(&answers, 1);
        let rows = shop.rows();
        assert_eq!(rows.of_user("expired_at", ann.id).await, end - 30 * DAY);
        assert_eq!(rows.of_user("u", ann.id).await, 0);
        let logged = format!("user_id = {} AND trigger_source = 'new_period'", ann.id);
        assert_eq!(rows.count("v2_traffic_reset_logs", &logged).await, 1);
        shop.assert_sound().await;
    }
}
