//! Every state that Xboard's schema passed through since January 2025, with and without what plugins and
//! forks leave behind: adopted or refused, on every database, and given back.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod catalogue;
mod refused;
mod states;

use std::sync::Mutex;

use ferroboard_billing::{NewOrder, OrderKind, Period, Quote};
use ferroboard_kernel::{Cents, PlanId, TradeNo, UnixSeconds, UserId, Zone};
use ferroboard_persistence::{
    ConnectOptions, MigrateError, Migrated, Origin, connect, migrate_aloud, survey, survey_return,
    unadopt,
};
use ferroboard_testing::databases::{Backend, Database};

use self::catalogue::{names, rows, schema};
use self::states::STEPS;

const NOW: UnixSeconds = UnixSeconds::new(1_750_000_000);

fn options(database: &Database) -> ConnectOptions {
    ConnectOptions {
        url: database.url().to_owned(),
        max_connections: 4,
        zone: Zone::default(),
    }
}

/// What a command said, as one text.
#[derive(Default)]
struct Said(Mutex<String>);

impl Said {
    fn tell(&self) -> impl Fn(&str) + Send + Sync {
        |line| {
            let mut said = self.0.lock().unwrap();
            said.push_str(line);
            said.push('\n');
        }
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

async fn adopted(database: &Database) -> (Result<Migrated, MigrateError>, String) {
    let said = Said::default();
    let outcome = migrate_aloud(&options(database), NOW, &said.tell()).await;
    (outcome, said.text())
}

async fn surveyed(database: &Database) -> (Result<(), MigrateError>, String) {
    let said = Said::default();
    let outcome = survey(&options(database), NOW, &said.tell()).await;
    (outcome, said.text())
}

async fn given_back(database: &Database) -> String {
    let said = Said::default();
    unadopt(&options(database), &said.tell()).await.unwrap();
    said.text()
}

/// A database in which so many of the steps were run.
async fn xboard(backend: Backend, done: usize) -> Option<Database> {
    let database = Database::fresh(backend).await?;
    states::make(database.sql(), done).await;
    Some(database)
}

/// An older database is brought over all steps that it lacks, with its rows, and is then as a newest one is.
async fn older_states_are_adopted(backend: Backend) {
    let Some(newest) = xboard(backend, STEPS.len()).await else {
        return;
    };
    let newest_schema = schema(newest.sql()).await;
    let newest_names = names(newest.sql()).await;
    for (done, step) in STEPS.iter().enumerate() {
        let database = xboard(backend, done).await.unwrap();
        let state = format!("{backend:?}, before {}", step.name);
        let before = (schema(database.sql()).await, rows(database.sql()).await);
        let (checked, said) = surveyed(&database).await;
        checked.unwrap_or_else(|error| panic!("{state}: {error}"));
        assert!(said.contains(step.name), "{state}: {said}");
        let after = (schema(database.sql()).await, rows(database.sql()).await);
        assert_eq!(before, after, "{state}: looked at and changed");

        let (outcome, said) = adopted(&database).await;
        let outcome = outcome.unwrap_or_else(|error| panic!("{state}: {error}\n{said}"));
        assert_eq!(outcome.origin, Origin::Xboard, "{state}");
        assert_eq!(names(database.sql()).await, newest_names, "{state}");
        assert_current_rows(&database, &state).await;
        connect(&options(&database)).await.unwrap();

        given_back(&database).await;
        let expected = newest_schema.iter().filter(|line| {
            // SQLite gives no column another definition, and the panel reads this one either way.
            backend != Backend::Sqlite || !line.contains("v2_order.commission_status")
        });
        let found = schema(database.sql()).await;
        for line in expected {
            assert!(found.contains(line), "{state}: {line} is not in {found:#?}");
        }
        assert_eq!(found.len(), newest_schema.len(), "{state}");
    }
}

/// The rows of every state mean the same once it is adopted.
async fn assert_current_rows(database: &Database, state: &str) {
    let sql = database.sql();
    for (query, expected) in [
        ("SELECT period FROM v2_order WHERE id = 1", "monthly"),
        ("SELECT commission_status FROM v2_order WHERE id = 1", "0"),
        ("SELECT reply_status FROM v2_ticket WHERE id = 1", "0"),
        ("SELECT reply_status FROM v2_ticket WHERE id = 2", "1"),
        (
            "SELECT content FROM v2_subscribe_templates WHERE name = 'clash'",
            "mine",
        ),
        ("SELECT COUNT(*) FROM v2_settings", "0"),
        ("SELECT amount FROM ferro_ledger WHERE user_id = 1", "500"),
    ] {
        assert_eq!(
            sql.text(query).await.as_deref(),
            Some(expected),
            "{state}: {query}"
        );
    }
    for (node, path, expected) in [
        (1, ["utls", "fingerprint"], "chrome"),
        (2, ["tls_settings", "server_name"], "a.test"),
    ] {
        let query = format!("SELECT protocol_settings FROM v2_server WHERE id = {node}");
        let settings: serde_json::Value =
            serde_json::from_str(&sql.text(&query).await.unwrap()).unwrap();
        assert_eq!(settings[path[0]][path[1]], expected, "{state}: {settings}");
    }
}

/// The newest database is given back exactly as it was found, to the last column and row.
async fn the_newest_state_is_given_back(backend: Backend) {
    let Some(database) = xboard(backend, STEPS.len()).await else {
        return;
    };
    let before = (schema(database.sql()).await, rows(database.sql()).await);
    for _ in 0..2 {
        adopted(&database).await.0.unwrap();
        let kept = rows(database.sql()).await;
        assert_eq!(before.1, kept, "{backend:?}: a row of Xboard's changed");
        let said = Said::default();
        survey_return(&options(&database), &said.tell())
            .await
            .unwrap();
        assert!(
            said.text().contains("ferro_ledger with 1 rows"),
            "{}",
            said.text()
        );
        assert_ne!(before.0, schema(database.sql()).await);
        given_back(&database).await;
        let after = (schema(database.sql()).await, rows(database.sql()).await);
        assert_eq!(before, after, "{backend:?}");
    }
    let nothing = unadopt(&options(&database), &|_| {}).await.unwrap_err();
    assert!(nothing.to_string().contains("nothing of ours"), "{nothing}");
}

/// An index that was not there is not made on the way back, and keys that money relies on are made for as
/// long as the database is ours: until March 2026 Xboard made none for the names of settings.
async fn what_was_missing_is_missing_again(backend: Backend) {
    let Some(database) = xboard(backend, STEPS.len()).await else {
        return;
    };
    let sql = database.sql();
    let (of_statistics, of_settings) = match backend {
        Backend::Sqlite => (
            "DROP INDEX v2_stat_user_u_index",
            "DROP INDEX v2_settings_name_unique",
        ),
        Backend::Mysql => (
            "DROP INDEX v2_stat_user_u_index ON v2_stat_user",
            "DROP INDEX v2_settings_name_unique ON v2_settings",
        ),
        Backend::Postgres => (
            "DROP INDEX v2_stat_user_u_index",
            "ALTER TABLE v2_settings DROP CONSTRAINT v2_settings_name_unique",
        ),
    };
    sql.execute(of_statistics).await;
    sql.execute(of_settings).await;
    let before = schema(sql).await;
    let (outcome, said) = adopted(&database).await;
    outcome.unwrap();
    assert!(said.contains("ferro_unique_settings_name"), "{said}");
    let ours = schema(sql).await;
    let key = "v2_settings ferro_unique_settings_name";
    assert!(ours.iter().any(|line| line.contains(key)), "{ours:#?}");
    given_back(&database).await;
    assert_eq!(before, schema(sql).await, "{backend:?}");
}

/// The column of two names is read and written by the one that there is, and keeps it.
async fn the_newer_name_of_refund_amount_stays(backend: Backend) {
    let Some(database) = xboard(backend, STEPS.len()).await else {
        return;
    };
    let sql = database.sql();
    sql.execute("ALTER TABLE v2_order RENAME COLUMN refund_amount TO surplus_credit")
        .await;
    let name = "2026_05_30_000000_rename_refund_amount_to_surplus_credit";
    sql.execute(&format!(
        "INSERT INTO migrations (migration, batch) VALUES ('{name}', 9)"
    ))
    .await;
    sql.execute("UPDATE v2_order SET surplus_credit = 77 WHERE id = 1")
        .await;
    let before = (schema(sql).await, rows(sql).await);
    adopted(&database).await.0.unwrap();
    let store = connect(&options(&database)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let found = tx.find_order(&TradeNo::stored("n1".into())).await.unwrap();
    assert_eq!(found.unwrap().refund, Some(Cents::new(77)));
    let past = tx.list_completed_orders(UserId::new(1)).await.unwrap();
    assert_eq!(past[0].refund, Cents::new(77));
    if backend == Backend::Postgres {
        let next = "SELECT setval(pg_get_serial_sequence('v2_order', 'id'), 100)";
        sql.execute(next).await;
    }
    let order = an_order_with_refund(Cents::new(31));
    tx.insert_order(&order).await.unwrap();
    let found = tx.lock_order(&order.trade_no).await.unwrap();
    assert_eq!(found.unwrap().refund, Some(Cents::new(31)));
    tx.rollback().await.unwrap();
    given_back(&database).await;
    assert_eq!(before, (schema(sql).await, rows(sql).await), "{backend:?}");
}

fn an_order_with_refund(refund: Cents) -> NewOrder {
    let quote = Quote {
        kind: OrderKind::Change,
        price: Cents::ZERO,
        discount: None,
        surplus: Some(refund),
        surplus_orders: None,
        refund: Some(refund),
        inviter: None,
        commission: Cents::ZERO,
        balance_used: None,
        total: Cents::ZERO,
    };
    NewOrder {
        user_id: UserId::new(2),
        plan_id: PlanId::new(1),
        period: Period::Monthly,
        trade_no: TradeNo::stored("n9".into()),
        coupon_id: None,
        quote,
        at: NOW,
    }
}

/// What plugins and forks leave is named and left alone.
async fn leftovers_are_named_and_stay(backend: Backend) {
    let Some(database) = xboard(backend, STEPS.len()).await else {
        return;
    };
    let sql = database.sql();
    let trigger = match backend {
        Backend::Sqlite => {
            "CREATE TRIGGER plugin_trigger AFTER UPDATE ON v2_plan BEGIN SELECT 1; END"
        }
        Backend::Mysql => {
            "CREATE TRIGGER plugin_trigger AFTER UPDATE ON v2_plan FOR EACH ROW SET @x = 1"
        }
        Backend::Postgres => {
            "CREATE FUNCTION plugin_function() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN RETURN NEW; END'; CREATE TRIGGER plugin_trigger AFTER UPDATE ON v2_plan \
             FOR EACH ROW EXECUTE FUNCTION plugin_function()"
        }
    };
    for statement in [
        "INSERT INTO migrations (migration, batch) VALUES ('2026_06_01_000000_my_plugin_table', 7), \
         ('2025_11_29_000000_add_server_id_to_stat_user', 7)",
        "CREATE TABLE plugin_points (id integer PRIMARY KEY, points integer)",
        "CREATE TABLE ferro_concrete (id integer PRIMARY KEY)",
        "INSERT INTO plugin_points (id, points) VALUES (1, 2)",
        "ALTER TABLE v2_stat_user ADD COLUMN server_id integer",
        "ALTER TABLE v2_user ADD COLUMN wechat varchar(20) NOT NULL DEFAULT ''",
        "CREATE VIEW plugin_view AS SELECT id FROM v2_user",
        trigger,
    ] {
        sql.execute(statement).await;
    }
    let before = (schema(sql).await, rows(sql).await);
    let (outcome, said) = adopted(&database).await;
    outcome.unwrap();
    for named in [
        "2026_06_01_000000_my_plugin_table",
        "2025_11_29_000000_add_server_id_to_stat_user",
        "plugin_points",
        "v2_stat_user.server_id",
        "v2_user.wechat",
        "view plugin_view",
        "trigger plugin_trigger",
    ] {
        assert!(said.contains(named), "{named} is not in {said}");
    }
    assert_eq!(before.1, rows(sql).await, "{backend:?}");
    given_back(&database).await;
    assert_eq!(before, (schema(sql).await, rows(sql).await), "{backend:?}");
}

/// The words say what was found and what the first start would do.
async fn the_survey_says_it_in_words(backend: Backend) {
    let Some(database) = xboard(backend, STEPS.len()).await else {
        return;
    };
    let sql = database.sql();
    sql.execute(
        "INSERT INTO v2_order (id, user_id, plan_id, type, period, trade_no, total_amount, status, \
         commission_status, commission_balance, invite_user_id, created_at, updated_at) VALUES \
         (2, 1, 1, 1, 'monthly', 'n2', 990, 0, 0, 0, NULL, 1, 1749000000), \
         (3, 1, 1, 1, 'monthly', 'n3', 990, 3, 1, 99, 2, 1, 1)",
    )
    .await;
    sql.execute("UPDATE v2_user SET plan_id = 1, expired_at = NULL WHERE id = 1")
        .await;
    let (outcome, said) = surveyed(&database).await;
    outcome.unwrap();
    for expected in [
        "is Xboard's; 2 users, 3 orders.",
        "last activity   2025-06-04",
        "newest step of Xboard's that it records is 2026_04_22",
        "first start     1 unpaid orders are cancelled",
        "first start     1 orders have their commission confirmed or paid",
        "first start     1 answered tickets are closed",
        "first start     1 users may get the time of their next traffic reset",
        "estimated by",
        "v2_stat_user_u_index",
    ] {
        assert!(said.contains(expected), "{expected:?} is not in {said}");
    }
    assert!(
        schema(sql)
            .await
            .iter()
            .all(|line| !line.contains("ferro_"))
    );
    adopted(&database).await.0.unwrap();
    let (outcome, said) = surveyed(&database).await;
    outcome.unwrap();
    assert!(said.contains("is ours and at this version"), "{said}");
}

/// Of several processes one adopts, and the others find it done.
async fn one_of_several_adopts(backend: Backend) {
    let Some(database) = xboard(backend, 0).await else {
        return;
    };
    let several = (0..4).map(|_| {
        let options = options(&database);
        tokio::spawn(async move { migrate_aloud(&options, NOW, &|_| {}).await })
    });
    let mut worked = 0;
    for one in several.collect::<Vec<_>>() {
        worked += usize::from(!one.await.unwrap().unwrap().applied.is_empty());
    }
    assert_eq!(worked, 1, "{backend:?}");
    assert_current_rows(&database, "several").await;
}

/// The lease of a process that died ends by itself, by the clock of the database; until then others wait.
#[cfg(feature = "mysql")]
#[tokio::test(flavor = "multi_thread")]
async fn the_lease_of_a_dead_process_ends() {
    let Some(database) = xboard(Backend::Mysql, STEPS.len()).await else {
        return;
    };
    let sql = database.sql();
    sql.execute(
        "CREATE TABLE ferro_migration_lock (id bigint PRIMARY KEY, holder varchar(64), \
         leased_until bigint NOT NULL); \
         INSERT INTO ferro_migration_lock VALUES (1, 'dead', UNIX_TIMESTAMP() + 3)",
    )
    .await;
    let began = std::time::Instant::now();
    adopted(&database).await.0.unwrap();
    assert!(began.elapsed().as_secs() >= 2, "{:?}", began.elapsed());
    let free =
        "SELECT COUNT(*) FROM ferro_migration_lock WHERE holder IS NULL AND leased_until = 0";
    assert_eq!(sql.integer(free).await, 1);
}

/// A clock that was ahead wrote it.
#[cfg(feature = "mysql")]
#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_lies_ahead_keeps_no_migration_waiting() {
    let Some(database) = xboard(Backend::Mysql, STEPS.len()).await else {
        return;
    };
    let lease = "CREATE TABLE ferro_migration_lock (id bigint PRIMARY KEY, holder varchar(64), \
         leased_until bigint NOT NULL); \
         INSERT INTO ferro_migration_lock VALUES (1, 'dead', UNIX_TIMESTAMP() + 2592000)";
    database.sql().execute(lease).await;
    let patience = std::time::Duration::from_secs(120);
    let adopted = tokio::time::timeout(patience, adopted(&database)).await;
    adopted.expect("it waited").0.unwrap();
}

macro_rules! on_each_database {
    ($($feature:literal $name:ident $backend:ident: $($test:ident)+;)+) => {$(
        #[cfg(feature = $feature)]
        mod $name {
            use super::Backend;

            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(Backend::$backend).await;
            })+
        }
    )+};
}

macro_rules! matrix {
    ($($tests:tt)+) => {
        on_each_database! {
            "sqlite" sqlite Sqlite: $($tests)+;
            "mysql" mysql Mysql: $($tests)+;
            "postgres" postgres Postgres: $($tests)+;
        }
    };
}

use self::refused::everything_in_the_way_is_told_at_once;

matrix! {
    older_states_are_adopted
    the_newest_state_is_given_back
    what_was_missing_is_missing_again
    the_newer_name_of_refund_amount_stays
    leftovers_are_named_and_stay
    the_survey_says_it_in_words
    one_of_several_adopts
    everything_in_the_way_is_told_at_once
}
