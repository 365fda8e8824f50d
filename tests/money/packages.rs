//! Traffic packages, while traffic is reported and counted anew.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_winners, count, storm};
use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::shop::SAVE;
use crate::support::{Customer, Notice, Panel, Shop, on_every_migrated_database};

on_every_migrated_database!(
    the_last_package_is_sold_once,
    no_byte_of_a_package_is_lost_or_doubled,
);

const GB: i64 = 1_073_741_824;
const PLAN: i64 = 100 * GB;
const NODE_TOKEN: &str = "the-server-token";

impl Shop<'_> {
    /// A customer whose plan 1 ends in 2033.
    async fn subscriber(&self, email: &str) -> Customer {
        let customer = self.customer(email).await;
        let plan = format!(
            "plan_id = 1, group_id = 1, transfer_enable = {PLAN}, expired_at = 2000000000, u = 0, d = 0"
        );
        self.rows().set_user(customer.id, &plan).await;
        customer
    }

    /// Orders the package.
    async fn order_package(&self, by: &Customer, package: i64) -> String {
        let body = json!({"package_id": package});
        let saved = self.panel.post(SAVE, &by.token, body).await.data();
        saved.as_str().unwrap().to_owned()
    }

    /// What is left of the package that the order bought.
    async fn left_of(&self, trade_no: &str) -> i64 {
        let query = format!(
            "SELECT left_bytes FROM ferro_package_order WHERE order_id = \
             (SELECT id FROM v2_order WHERE trade_no = '{trade_no}')"
        );
        self.database.sql().integer(&query).await
    }
}

async fn the_last_package_is_sold_once(database: Database) {
    let shop = Shop::open(&database).await;
    let mut customers = Vec::with_capacity(CROWD);
    for number in 0..CROWD {
        customers.push(shop.subscriber(&format!("c{number}@demo.test")).await);
    }
    for (package, seed) in (1..).zip(SEEDS) {
        shop.seeds().await.add_package(package, 10, Some(3)).await;
        let body = json!({"package_id": package});
        let calls = customers.iter();
        let calls = calls.map(|by| Call::post(SAVE, by, body.clone()));
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_winners(&answers, 3);
        let sold = format!("id = {package} AND sold = 3");
        assert_eq!(shop.rows().count("ferro_traffic_package", &sold).await, 1);
        for (answer, by) in answers.iter().zip(&customers) {
            if answer.status == 200 {
                let number = answer.data();
                shop.cancel(by, number.as_str().unwrap())
                    .await
                    .assert_true();
            }
        }
        let sold = format!("id = {package} AND sold = 0");
        assert_eq!(shop.rows().count("ferro_traffic_package", &sold).await, 1);
        shop.assert_sound().await;
    }
}

/// One customer's package is paid while nodes report what is used and an administrator counts it anew.
async fn no_byte_of_a_package_is_lost_or_doubled(database: Database) {
    let panel = Panel::start_on_site(&database, &[("server_token", NODE_TOKEN)]).await;
    let shop = Shop::around(panel, &database);
    shop.stock().await;
    let rows = shop.rows();
    let seeds = shop.seeds().await;
    seeds.add_node(1, "shadowsocks", "Node").await;
    let chief = shop.customer("chief@demo.test").await;
    rows.set_user(chief.id, "is_admin = 1").await;
    let reset = format!("{}/traffic-reset/reset-user", rows.admin_path().await);
    let push =
        format!("/api/v1/server/UniProxy/push?token={NODE_TOKEN}&node_id=1&node_type=shadowsocks");
    seeds.add_package(1, 10_000, None).await;
    for seed in SEEDS {
        let ann = shop.subscriber(&format!("ann{seed}@demo.test")).await;
        let older = shop.order_package(&ann, 1).await;
        shop.notify(&Notice::of(&older, 500, &format!("A{seed}")))
            .await;
        let newer = shop.order_package(&ann, 1).await;
        let notice = Notice::of(&newer, 500, &format!("B{seed}"));
        let mut reported = 0;
        let calls = (0..CROWD)
            .zip(1_i64..)
            .map(|(number, more)| match number % 3 {
                0 => Call::notify(format!("{}?{}", notify(EPAY, UUID), notice.signed(KEY))),
                1 => Call::post(&reset, &chief, json!({"user_id": ann.id, "reason": "race"})),
                _ => {
                    // Alike reports of one minute are one.
                    let bytes = 60 * GB + more;
                    reported += bytes;
                    Call::post(&push, &chief, json!({ann.id.to_string(): [bytes, 0]}))
                }
            });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        assert_eq!(count(&answers, 200), CROWD, "{answers:?}");
        let quota = rows.of_user("transfer_enable", ann.id).await;
        let (older, newer) = (shop.left_of(&older).await, shop.left_of(&newer).await);
        assert_eq!(quota, PLAN + older + newer);
        // The older one covers whatever was used, so that nothing is used of the newer one.
        assert_eq!(newer, 10_000 * GB);
        let of_resets = |sum: &str| {
            format!(
                "SELECT COALESCE(SUM({sum}), 0) FROM v2_traffic_reset_logs WHERE user_id = {}",
                ann.id
            )
        };
        let cleared = database.sql().integer(&of_resets("old_total")).await;
        let over = format!("CASE WHEN old_total > {PLAN} THEN old_total - {PLAN} ELSE 0 END");
        assert_eq!(
            older,
            10_000 * GB - database.sql().integer(&of_resets(&over)).await
        );
        let present = rows.of_user("u + d", ann.id).await;
        assert_eq!(cleared + present, reported, "seed {seed}");
        shop.assert_sound().await;
    }
}
