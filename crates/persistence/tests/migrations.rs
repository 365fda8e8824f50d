//! What `migrate` makes of SQLite databases, and what it leaves alone.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::PathBuf;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection};
use ferroboard_kernel::{UnixSeconds, Zone};
use ferroboard_persistence::{
    ConnectError, ConnectOptions, MigrateError, Migrated, Origin, Problem, Refusal, connect,
    migrate,
};
use tempfile::TempDir;

/// Where the steps lie.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");

const NOW: UnixSeconds = UnixSeconds::new(1_750_000_000);

/// A database file of its own.
struct Database {
    _folder: TempDir,
    path: PathBuf,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The names of all steps, in order.
fn steps() -> Vec<String> {
    let folders = std::fs::read_dir(FOLDER).unwrap();
    let names = folders.map(|folder| folder.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

impl Database {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("panel.sqlite");
        Self {
            _folder: folder,
            path,
        }
    }

    /// A database as Xboard leaves it: ours without what is ours.
    async fn made_by_xboard() -> Self {
        let database = Self::new();
        database.migrate().await.unwrap();
        let ours = database.lines(
            "SELECT 'DROP ' || type || ' ' || name AS line FROM sqlite_master \
             WHERE name LIKE 'ferro\\_%' ESCAPE '\\' ORDER BY type",
        );
        for statement in ours {
            database.run(&statement);
        }
        database
    }

    fn options(&self) -> ConnectOptions {
        ConnectOptions {
            url: format!("sqlite://{}", self.path.display()),
            max_connections: 4,
            zone: Zone::default(),
        }
    }

    async fn migrate(&self) -> Result<Migrated, MigrateError> {
        migrate(&self.options(), NOW).await
    }

    fn connection(&self) -> SqliteConnection {
        SqliteConnection::establish(self.path.to_str().unwrap()).unwrap()
    }

    fn run(&self, sql: &str) {
        self.connection().batch_execute(sql).unwrap();
    }

    fn lines(&self, sql: &str) -> Vec<String> {
        let lines: Vec<Line> = diesel::sql_query(sql).load(&mut self.connection()).unwrap();
        lines.into_iter().map(|line| line.line).collect()
    }

    fn number(&self, sql: &str) -> i64 {
        let number: Number = diesel::sql_query(sql)
            .get_result(&mut self.connection())
            .unwrap();
        number.number
    }

    fn schema(&self) -> Vec<String> {
        self.lines("SELECT COALESCE(sql, name) AS line FROM sqlite_master ORDER BY name")
    }

    /// That it is refused, and left as it was.
    async fn refusal(&self) -> Refusal {
        let before = std::fs::read(&self.path).unwrap();
        let error = self.migrate().await.unwrap_err();
        assert_eq!(std::fs::read(&self.path).unwrap(), before, "{error}");
        match error {
            MigrateError::Refused(refusal) => refusal,
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn an_empty_database_gets_everything_and_no_rows() {
    let database = Database::new();
    let migrated = database.migrate().await.unwrap();
    assert_eq!(migrated.origin, Origin::Empty);
    assert_eq!(migrated.applied, steps());
    for table in database.lines(
        "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name LIKE 'v2\\_%' ESCAPE '\\'",
    ) {
        let count = database.number(&format!("SELECT count(*) AS number FROM {table}"));
        assert_eq!(count, 0, "{table}");
    }
    assert_eq!(
        database.number("SELECT count(*) AS number FROM migrations"),
        42
    );
    connect(&database.options()).await.unwrap();
}

#[tokio::test]
async fn migrating_again_does_nothing() {
    let database = Database::new();
    database.migrate().await.unwrap();
    let before = std::fs::read(&database.path).unwrap();
    let again = database.migrate().await.unwrap();
    assert_eq!((again.origin, again.applied.len()), (Origin::Ferroboard, 0));
    assert_eq!(std::fs::read(&database.path).unwrap(), before);
}

#[tokio::test]
async fn an_xboard_database_is_adopted() {
    let database = Database::made_by_xboard().await;
    database.run(
        "INSERT INTO v2_user (email, password, uuid, token, created_at, updated_at) \
         VALUES ('a@demo.test', 'x', 'u', 't', 1, 1)",
    );
    let migrated = database.migrate().await.unwrap();
    assert_eq!(migrated.origin, Origin::Xboard);
    assert_eq!(migrated.applied, steps()[1..]);
    let fresh = Database::new();
    fresh.migrate().await.unwrap();
    assert_eq!(database.schema(), fresh.schema());
    assert_eq!(database.number("SELECT count(*) AS number FROM v2_user"), 1);
    connect(&database.options()).await.unwrap();
}

#[tokio::test]
async fn a_database_without_a_record_of_migrations_is_refused() {
    let database = Database::made_by_xboard().await;
    database.run("DROP TABLE migrations");
    assert_eq!(database.refusal().await, Refusal::Unrecorded);
}

#[tokio::test]
async fn an_incomplete_or_foreign_database_is_refused() {
    let database = Database::made_by_xboard().await;
    database.run("DROP TABLE v2_coupon; ALTER TABLE v2_user DROP COLUMN telegram_id;");
    let items = vec!["v2_coupon".into(), "v2_user.telegram_id".into()];
    assert_eq!(
        database.refusal().await,
        Refusal::Unfit(vec![Problem::Missing { items }])
    );
    let foreign = Database::new();
    foreign.run("CREATE TABLE wp_posts (id integer)");
    assert_eq!(
        foreign.refusal().await,
        Refusal::Foreign {
            found: "wp_posts".into()
        }
    );
}

#[tokio::test]
async fn rows_that_a_unique_index_would_not_allow_are_shown_without_a_secret() {
    let database = Database::made_by_xboard().await;
    let user = |email: &str, token: &str| {
        format!(
            "INSERT INTO v2_user (email, password, uuid, token, created_at, updated_at) \
             VALUES ('{email}', 'x', 'u', '{token}', 1, 1);"
        )
    };
    database.run(&(user("a@demo.test", "t1") + &user("A@demo.test", "t1")));
    let refusal = database.refusal().await;
    let Refusal::Unfit(problems) = &refusal else {
        panic!("{refusal}")
    };
    let columns = problems.iter().map(|problem| match problem {
        Problem::Duplicates {
            column, rows: 1, ..
        } => *column,
        other => panic!("{other}"),
    });
    assert!(columns.eq(["token", "email (in any letter case)"]));
    assert!(!refusal.to_string().contains("t1"), "{refusal}");
}

#[tokio::test]
async fn a_newer_version_of_ours_is_refused() {
    let database = Database::new();
    database.migrate().await.unwrap();
    database.run("INSERT INTO ferro_migration (version, run_at) VALUES (9000, 1)");
    assert!(matches!(
        database.refusal().await,
        Refusal::NewerFerroboard { version: 9000, .. }
    ));
    assert!(matches!(
        connect(&database.options()).await.err(),
        Some(ConnectError::Refused(_))
    ));
}

#[tokio::test]
async fn a_database_that_is_not_current_is_not_served_from() {
    let database = Database::new();
    let error = connect(&database.options()).await.err().unwrap();
    assert!(error.to_string().contains("ferroboard migrate"), "{error}");
    assert!(!database.path.exists());
    let adopted = Database::made_by_xboard().await;
    assert!(matches!(
        connect(&adopted.options()).await.err(),
        Some(ConnectError::NotCurrent(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_migrate_at_once() {
    let database = Database::new();
    let options = database.options();
    let all = (0..4).map(|_| {
        let options = options.clone();
        tokio::spawn(async move { migrate(&options, NOW).await })
    });
    let mut worked = 0;
    for one in all.collect::<Vec<_>>() {
        worked += usize::from(!one.await.unwrap().unwrap().applied.is_empty());
    }
    assert_eq!(worked, 1);
}

#[tokio::test]
async fn every_step_can_be_undone_by_hand() {
    let database = Database::new();
    database.migrate().await.unwrap();
    for step in steps().into_iter().rev() {
        database.run(&std::fs::read_to_string(format!("{FOLDER}/{step}/down.sql")).unwrap());
    }
    database.run("DROP TABLE ferro_migration");
    let rest = database
        .lines("SELECT name AS line FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'");
    assert!(rest.is_empty(), "{rest:?}");
}
