//! Many requests about one balance at once.

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::SEEDS;
use crate::storm::{CROWD, Call, assert_winners, count, storm};
use crate::support::notice::{EPAY, KEY, UUID, notify};
use crate::support::shop::PRICE;
use crate::support::{
    Answer, Notice, PASSWORD, Shop, on_a_cluster, on_every_migrated_database, run,
};

on_every_migrated_database!(
    entries_without_a_sum_are_told_and_hide_no_others,
    a_balance_that_grows_is_spent_once,
    an_order_of_each_balance_survives_mixed_storms,
    commission_is_paid_once_by_many_runners,
);
on_a_cluster!(
    a_balance_that_grows_is_spent_once,
    commission_is_paid_once_by_many_runners,
);

/// The answers at every so many places, beginning with this one.
fn part(answers: &[Answer], first: usize, every: usize) -> Vec<Answer> {
    answers.iter().skip(first).step_by(every).cloned().collect()
}

async fn entries_without_a_sum_are_told_and_hide_no_others(database: Database) {
    let shop = Shop::open(&database).await;
    let (ann, bea) = (
        shop.customer("ann@demo.test").await,
        shop.customer("bea@demo.test").await,
    );
    let entry = |user: i64, amount: i64, cause: &str| {
        format!(
            "INSERT INTO ferro_ledger (user_id, account, amount, kind, reference, created_at) \
             VALUES ({user}, 0, {amount}, 'admin', '{cause}', 1)"
        )
    };
    for (amount, cause) in [(i64::MAX, "a"), (i64::MAX, "b"), (-i64::MAX, "c")] {
        database.sql().execute(&entry(ann.id, amount, cause)).await;
    }
    database.sql().execute(&entry(bea.id, 7, "a")).await;
    let checked = run(&database, &[], &["ledger", "check"]);
    let said = String::from_utf8_lossy(&checked.stdout);
    let failed = String::from_utf8_lossy(&checked.stderr);
    assert!(!checked.status.success());
    for told in [
        format!("user {}: balance holds 0.00, one of its entries is", ann.id),
        format!("user {}: balance holds 0.00, its entries say 0.07", bea.id),
    ] {
        assert!(said.contains(&told), "{said}\n{failed}");
    }
    assert!(failed.contains("2 accounts differ"), "{failed}");
}

async fn a_balance_that_grows_is_spent_once(database: Database) {
    let shop = Shop::open(&database).await;
    for seed in SEEDS {
        let ann = shop.customer(&format!("ann{seed}@demo.test")).await;
        shop.give(&ann, 10, 600).await;
        let calls = (0..CROWD).map(|number| match number % 2 {
            0 => Call::transfer(&ann, 30),
            _ => Call::save(&ann, 1, None),
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        let (transfers, saves) = (part(&answers, 0, 2), part(&answers, 1, 2));
        assert_winners(&transfers, 20);
        assert_winners(&saves, 1);
        let placed = saves
            .iter()
            .find(|answer| answer.status == 200)
            .unwrap()
            .data();
        let trade_no = placed.as_str().unwrap();
        let used = shop.of_order("balance_amount", trade_no).await;
        println!("seed {seed}: {used} cents of the balance were there in time");
        assert_eq!(shop.of_order("total_amount", trade_no).await, PRICE - used);
        assert_eq!(shop.rows().of_user("commission_balance", ann.id).await, 0);
        assert_eq!(shop.balance(&ann).await + used, 610);
        shop.assert_sound().await;
    }
}

async fn an_order_of_each_balance_survives_mixed_storms(database: Database) {
    let shop = Shop::open(&database).await;
    let ann = shop.customer("ann@demo.test").await;
    shop.give(&ann, 100, 10_000).await;
    let mut moved = 0;
    let mut paid = 0;
    for seed in SEEDS {
        let trade_no = shop.place(&ann).await;
        let rest = shop.of_order("total_amount", &trade_no).await;
        let notice = Notice::of(&trade_no, rest, &format!("P{seed}"));
        let calls = (0..CROWD).map(|number| match number % 4 {
            0 => Call::transfer(&ann, 10),
            1 => Call::cancel(&ann, &trade_no),
            2 => Call::save(&ann, 1, None),
            _ => Call::notify(format!("{}?{}", notify(EPAY, UUID), notice.signed(KEY))),
        });
        let answers = storm(&shop.panel, seed, calls.collect()).await;
        moved += 10 * i64::try_from(count(&part(&answers, 0, 4), 200)).unwrap();
        paid += rest;
        shop.assert_sound().await;
        // Every cent that came in is on the balance, in an unfinished order or in an opened one.
        let held = shop.balance(&ann).await;
        let sum = |column: &str, statuses: &str| {
            format!("SELECT SUM({column}) FROM v2_order WHERE status IN ({statuses})")
        };
        let used = database
            .sql()
            .integer(&sum("balance_amount", "0, 3, 4"))
            .await;
        let spent = database.sql().integer(&sum("total_amount", "3, 4")).await;
        assert_eq!(held + used + spent, 100 + moved + paid, "seed {seed}");
        let commission = shop.rows().of_user("commission_balance", ann.id).await;
        assert_eq!(commission, 10_000 - moved);
        let pending = format!(
            "SELECT trade_no FROM v2_order WHERE user_id = {} AND status = 0",
            ann.id
        );
        if let Some(left) = database.sql().text(&pending).await {
            shop.cancel(&ann, &left).await.assert_true();
        }
    }
}

async fn commission_is_paid_once_by_many_runners(database: Database) {
    let shop = Shop::open(&database).await;
    let inviter = shop.customer("inviter@demo.test").await;
    for seed in SEEDS {
        let code = format!("CODE{seed:04}");
        shop.rows().add_invite_code(inviter.id, &code).await;
        let email = format!("buyer{seed}@demo.test");
        let body = json!({"email": email, "password": PASSWORD, "invite_code": code});
        let registered = shop
            .panel
            .post("/api/v1/passport/auth/register", "", body)
            .await;
        let token = registered.text_of("auth_data");
        let buyer = crate::support::Customer {
            id: shop.rows().user(&email).await,
            token,
        };
        let trade_no = shop.place(&buyer).await;
        let notice = Notice::of(&trade_no, PRICE, &format!("P{seed}"));
        assert_eq!(shop.notify(&notice).await.status, 200);
        let earned = shop.of_order("commission_balance", &trade_no).await;
        assert_eq!(earned, 700);
    }
    // Three days later.
    let older = "UPDATE v2_order SET updated_at = updated_at - 300000";
    database.sql().execute(older).await;
    let ran = std::thread::scope(|scope| {
        let runners: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| run(&database, &[], &["jobs", "run", "check:commission"])))
            .collect();
        let ran = runners
            .into_iter()
            .map(|runner| runner.join().unwrap().status.success());
        ran.filter(|success| *success).count()
    });
    assert!(ran > 0, "no runner did the job");
    let held = shop.rows().of_user("commission_balance", inviter.id).await;
    let orders = i64::try_from(SEEDS.len()).unwrap();
    assert_eq!(held, orders * 700);
    assert_eq!(
        shop.rows()
            .count("v2_commission_log", "get_amount = 700")
            .await,
        orders
    );
    assert_eq!(
        shop.rows().count("v2_order", "commission_status = 2").await,
        orders
    );
    shop.assert_sound().await;
}
