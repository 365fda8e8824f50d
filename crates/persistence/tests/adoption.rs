//! What becomes of the money and the orders of a database that another program filled, on every
//! database.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use ferroboard_kernel::{TradeNo, UnixSeconds, UserId, Zone};
use ferroboard_persistence::{ConnectOptions, Migrated, connect, migrate};
use ferroboard_testing::databases::{Backend, Database};

const NOW: UnixSeconds = UnixSeconds::new(1_750_000_000);

/// The migrations that know of money, as a number of the newest one before them.
const BEFORE_MONEY: i64 = 3;

/// Users with this balance and commission balance.
const USERS: &str = "INSERT INTO v2_user (id, email, password, uuid, token, balance, \
     commission_balance, created_at, updated_at) VALUES \
     (1, 'ann@demo.test', 'x', 'u1', 't1', 12345, 20000, 1, 1), \
     (2, 'bea@demo.test', 'x', 'u2', 't2', 0, 0, 1, 1), \
     (3, 'cat@demo.test', 'x', 'u3', 't3', -50, 7, 1, 1)";

/// Orders at every status; the first user has two that are unfinished.
const ORDERS: &str = "INSERT INTO v2_order (id, user_id, plan_id, type, period, trade_no, \
     total_amount, status, created_at, updated_at) VALUES \
     (1, 1, 1, 1, 'monthly', 'older', 990, 0, 1, 1), \
     (2, 1, 1, 1, 'monthly', 'newest', 990, 1, 1, 1), \
     (3, 1, 1, 1, 'monthly', 'completed', 990, 3, 1, 1), \
     (4, 2, 1, 1, 'monthly', 'cancelled', 990, 2, 1, 1), \
     (5, 3, 1, 1, 'monthly', 'only', 990, 0, 1, 1)";

const LEDGER: &str = "SELECT user_id, account, amount, kind, reference FROM ferro_ledger \
     ORDER BY user_id, account";

const OPEN: &str = "SELECT user_id, trade_no FROM ferro_open_order ORDER BY user_id";

fn options(database: &Database) -> ConnectOptions {
    ConnectOptions {
        url: database.url().to_owned(),
        max_connections: 4,
        zone: Zone::default(),
    }
}

async fn migrated(database: &Database) -> Migrated {
    migrate(&options(database), NOW).await.unwrap()
}

/// The rows of a query, each as one text.
async fn lines(database: &Database, query: &str) -> Vec<String> {
    let rows = database.sql().rows(query).await.into_iter();
    let line = |row: Vec<Option<String>>| {
        let cells = row.into_iter().map(Option::unwrap_or_default);
        cells.collect::<Vec<_>>().join(" ")
    };
    rows.map(line).collect()
}

/// Takes back what the migrations about money made, as far as `tables` says, so that they are run
/// again over a database that holds rows.
async fn before_money(database: &Database, tables: &[&str]) {
    for table in tables {
        let statement = format!("DROP TABLE {table}");
        database.sql().execute(&statement).await;
    }
    let on = |table: &str| match database.backend() {
        Backend::Mysql => format!(" ON {table}"),
        Backend::Sqlite | Backend::Postgres => String::new(),
    };
    let code = match database.backend() {
        Backend::Mysql => "ferro_coupon_code",
        Backend::Sqlite | Backend::Postgres => "ferro_coupon_lower_code",
    };
    for (index, table) in [
        ("ferro_order_coupon_id_user_id", "v2_order"),
        ("ferro_user_plan_id_expired_at", "v2_user"),
        ("ferro_commission_log_invite_user_id", "v2_commission_log"),
        (code, "v2_coupon"),
    ] {
        let statement = format!("DROP INDEX {index}{}", on(table));
        database.sql().execute(&statement).await;
    }
    let forget =
        format!("DELETE FROM ferro_migration WHERE version > {BEFORE_MONEY} AND version <= 6");
    database.sql().execute(&forget).await;
}

const TABLES: [&str; 6] = [
    "ferro_ledger",
    "ferro_open_order",
    "ferro_order_failure",
    "ferro_raw_notice",
    "ferro_payment_notice",
    "ferro_payment_review",
];

async fn assert_opened(database: &Database) {
    assert_eq!(
        lines(database, LEDGER).await,
        [
            "1 0 12345 opening ",
            "1 1 20000 opening ",
            "3 0 -50 opening ",
            "3 1 7 opening ",
        ]
    );
    assert_eq!(lines(database, OPEN).await, ["1 newest", "3 only"]);
}

/// A panel of ours from before there was a ledger, and with it every database that is adopted.
async fn accounts_and_orders_are_opened_once(backend: Backend) {
    let Some(database) = Database::fresh(backend).await else {
        return;
    };
    migrated(&database).await;
    database.sql().execute(USERS).await;
    database.sql().execute(ORDERS).await;
    before_money(&database, &TABLES).await;
    assert_eq!(migrated(&database).await.applied.len(), 3);
    assert_opened(&database).await;

    // Once more over what is there, as after an interruption on MySQL.
    let forget = "DELETE FROM ferro_migration WHERE version = 6";
    database.sql().execute(forget).await;
    assert_eq!(migrated(&database).await.applied.len(), 1);
    assert_opened(&database).await;

    let store = connect(&options(&database)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let none = tx.insert_ledger_openings(None, 500, NOW).await.unwrap();
    assert_eq!(none, None);
    let books = tx.list_ledger_balances(None, 500).await.unwrap();
    assert_eq!(books.len(), 6);
    assert!(books.iter().all(ferroboard_kernel::LedgerBalance::agrees));
    tx.commit().await.unwrap();
}

/// An order that another program finished keeps nobody from the next one.
async fn an_order_finished_elsewhere_makes_room(backend: Backend) {
    let Some(database) = Database::fresh(backend).await else {
        return;
    };
    migrated(&database).await;
    database.sql().execute(USERS).await;
    database.sql().execute(ORDERS).await;
    let open = "INSERT INTO ferro_open_order (user_id, trade_no) VALUES (1, 'newest'), (3, 'only')";
    database.sql().execute(open).await;
    let finish = "UPDATE v2_order SET status = 2 WHERE user_id = 3";
    database.sql().execute(finish).await;
    let store = connect(&options(&database)).await.unwrap();
    let next = TradeNo::stored("next".into());
    let mut tx = store.begin().await.unwrap();
    for (user, expected) in [(1, false), (3, true)] {
        let opened = tx.insert_open_order(UserId::new(user), &next).await;
        assert_eq!(opened.unwrap(), expected, "user {user}");
    }
    tx.commit().await.unwrap();
    assert_eq!(lines(&database, OPEN).await, ["1 newest", "3 next"]);
}

macro_rules! on_each_database {
    ($($feature:literal $name:ident $backend:ident)+) => {$(
        #[cfg(feature = $feature)]
        mod $name {
            use super::Backend;

            #[tokio::test(flavor = "multi_thread")]
            async fn accounts_and_orders_are_opened_once() {
                super::accounts_and_orders_are_opened_once(Backend::$backend).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn an_order_finished_elsewhere_makes_room() {
                super::an_order_finished_elsewhere_makes_room(Backend::$backend).await;
            }
        }
    )+};
}

on_each_database! {
    "sqlite" sqlite Sqlite
    "mysql" mysql Mysql
    "postgres" postgres Postgres
}
