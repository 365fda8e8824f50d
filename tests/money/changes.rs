//! Changes of plan whose value becomes credit, while the commission of what they replace is paid and moved.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, count, storm};
use crate::support::shop::PRICE;
use crate::support::{Customer, Notice, PASSWORD, Shop, on_every_migrated_database, run};

on_every_migrated_database!(
    commission_of_what_became_credit_is_taken_back,
    what_was_used_before_a_bought_reset_is_worth_nothing,
);

impl Shop<'_> {
    /// Registers an account that the inviter invited.
    async fn invited(&self, inviter: &Customer, name: &str) -> Customer {
        let code = format!("CODE{name}");
        self.rows().add_invite_code(inviter.id, &code).await;
        let email = format!("{name}@demo.test");
        let body = json!({"email": email, "password": PASSWORD, "invite_code": code});
        let path = "/api/v1/passport/auth/register";
        let registered = self.panel.post(path, "", body).await;
        Customer {
            id: self.rows().user(&email).await,
            token: registered.text_of("auth_data"),
        }
    }
}

/// Whatever comes first, the inviter keeps the rate on what did not become credit, to the cent: less is
/// paid, or it is taken from the commission balance, or owed.
async fn commission_of_what_became_credit_is_taken_back(database: Database) {
    let shop = Shop::open(&database).await;
    shop.add_plan(2, None).await;
    let cheap = r#"UPDATE v2_plan SET prices = '{"monthly": 20}' WHERE id = 2"#;
    database.sql().execute(cheap).await;
    let ann = shop.customer("ann@demo.test").await;
    let mut kept = 0;
    for seed in SEEDS {
        let buyer = shop.invited(&ann, &format!("buyer{seed}")).await;
        let first = shop.place(&buyer).await;
        let notice = Notice::of(&first, PRICE, &format!("P{seed}"));
        assert_eq!(shop.notify(&notice).await.status, 200);
        // Three days later.
        let older = "UPDATE v2_order SET updated_at = updated_at - 300000";
        database.sql().execute(older).await;
        let changed = shop.save(&buyer, 2, None).await.data();
        let second = changed.as_str().unwrap().to_owned();
        let calls = (0..CROWD).map(|number| match number % 2 {
            0 => Call::check_out(&buyer, &second),
            _ => Call::transfer(&ann, 40),
        });
        let calls: Vec<Call> = calls.collect();
        let commission = || run(&database, &[], &["jobs", "run", "check:commission"]);
        let answers = tokio::task::block_in_place(|| {
            std::thread::scope(|scope| {
                let runners: Vec<_> = (0..3).map(|_| scope.spawn(commission)).collect();
                let runtime = tokio::runtime::Handle::current();
                let answers = runtime.block_on(storm(&shop.panel, seed, calls));
                for runner in runners {
                    runner.join().unwrap();
                }
                answers
            })
        });
        let other = answers
            .iter()
            .find(|answer| ![200, 400].contains(&answer.status));
        assert!(other.is_none(), "{other:?}");
        let transfers: Vec<_> = answers.iter().skip(1).step_by(2).cloned().collect();
        let transfers = count(&transfers, 200);
        // An order that was replaced before its commission was confirmed waits again.
        database.sql().execute(older).await;
        assert!(tokio::task::block_in_place(commission).status.success());
        assert_eq!(shop.of_order("status", &second).await, 3);
        let refund = shop.of_order("refund_amount", &second).await;
        assert!(
            (PRICE - 2_010..=PRICE - 2_000).contains(&refund),
            "{refund}"
        );
        assert_eq!(shop.balance(&buyer).await, refund);
        // 700 were earned with 7,000.
        kept += 700 - (700 * refund + PRICE - 1) / PRICE;
        let debt = format!(
            "(SELECT SUM(amount) FROM ferro_commission_debt WHERE user_id = {})",
            ann.id
        );
        let debt = format!("SELECT COALESCE({debt}, 0)");
        let debt = database.sql().integer(&debt).await;
        let commission = shop.rows().of_user("commission_balance", ann.id).await;
        let moved = shop.balance(&ann).await;
        println!(
            "seed {seed}: {transfers} transfers, {commission} kept, {moved} moved, {debt} owed"
        );
        assert_eq!(commission + moved - debt, kept, "seed {seed}");
        shop.assert_sound().await;
    }
}

/// Everything was used, the counters were cleared for a price, and the plan is changed: nothing comes back.
async fn what_was_used_before_a_bought_reset_is_worth_nothing(database: Database) {
    let shop = Shop::open(&database).await;
    shop.add_plan(2, None).await;
    let prices =
        r#"UPDATE v2_plan SET prices = '{"monthly": 10, "onetime": 600, "reset_traffic": 15}'"#;
    database.sql().execute(prices).await;
    let ann = shop.customer("ann@demo.test").await;
    let buy = async |plan: i64, period: &str, cents: i64| {
        let body = json!({"plan_id": plan, "period": period});
        let saved = shop
            .panel
            .post(crate::support::shop::SAVE, &ann.token, body)
            .await;
        let number = saved.data().as_str().unwrap().to_owned();
        let notice = Notice::of(&number, cents, &format!("P{plan}{period}"));
        assert_eq!(shop.notify(&notice).await.status, 200);
        number
    };
    buy(1, "onetime_price", 60_000).await;
    let everything = format!("d = {}", 100_i64 << 30);
    shop.rows().set_user(ann.id, &everything).await;
    buy(1, "reset_price", 1_500).await;
    assert_eq!(shop.rows().of_user("d", ann.id).await, 0);
    let changed = buy(2, "month_price", 1_000).await;
    assert_eq!(shop.of_order("surplus_amount", &changed).await, 0);
    assert_eq!(shop.balance(&ann).await, 0);
    shop.assert_sound().await;
}
