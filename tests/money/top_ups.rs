//! Top-ups that gateways report while administrators refund them.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_acknowledged, count, storm};
use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::shop::SAVE;
use crate::support::{Notice, Panel, Shop, on_every_migrated_database};

on_every_migrated_database!(a_top_up_is_reported_and_refunded_at_the_same_moment);

async fn a_top_up_is_reported_and_refunded_at_the_same_moment(database: Database) {
    let site = [("deposit_enable", "1"), ("deposit_bounus", r#"["50:4"]"#)];
    drop(Panel::start_on_site(&database, &site).await);
    let shop = Shop::open(&database).await;
    let (chief, refund) = shop.desk("order/refund").await;
    let mut refunds = 0;
    for seed in SEEDS.iter().flat_map(|seed| [*seed, seed + 1]) {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        let body = json!({"plan_id": 0, "period": "deposit", "deposit_amount": 5_000});
        let saved = shop.panel.post(SAVE, &ann.token, body).await.data();
        let trade_no = saved.as_str().unwrap();
        shop.check_out(&ann, trade_no).await;
        let notice = Notice::of(trade_no, 5_000, &format!("P{seed}"));
        let calls = (0..CROWD).map(|number| match number % 2 {
            0 => Call::notify(format!("{}?{}", notify(EPAY, UUID), notice.signed(KEY))),
            _ => {
                let wanted = json!({"trade_no": trade_no, "amount": 1_000, "to": "outside",
                    "reason": "race", "take_back": false});
                Call::post(&refund, &chief, wanted)
            }
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        let notices: Vec<_> = answers.iter().step_by(2).cloned().collect();
        assert_acknowledged(&notices);
        let refunded: Vec<_> = answers.iter().skip(1).step_by(2).cloned().collect();
        let refunded = count(&refunded, 200);
        assert!(refunded <= 5, "{refunded} times a fifth");
        refunds += refunded;
        let left = 5_400 - 1_080 * i64::try_from(refunded).unwrap();
        assert_eq!(shop.balance(&ann).await, left);
        shop.assert_sound().await;
    }
    println!("{refunds} refunds");
}
