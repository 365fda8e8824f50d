//! Databases that the panel did not make.

use ferroboard_testing::databases::{Backend, Database, Sql};

use crate::support::{Panel, on_every_database, run};

on_every_database!(
    an_xboard_database_is_adopted,
    an_older_xboard_is_adopted_and_given_back_in_words,
    a_database_with_something_in_the_way_is_refused,
    a_database_of_something_else_is_refused,
);

/// Takes a migrated database back to what Xboard would have left.
async fn make_xboards(sql: &Sql) {
    let of_table = match sql.backend() {
        Backend::Mysql => |table: &str| format!(" ON {table}"),
        Backend::Sqlite | Backend::Postgres => |_: &str| String::new(),
    };
    for index in indexes(sql).await {
        let [table, name] = index.as_slice() else {
            panic!("{index:?}")
        };
        let (table, name) = (table.as_deref().unwrap(), name.as_deref().unwrap());
        sql.execute(&format!("DROP INDEX {name}{}", of_table(table)))
            .await;
    }
    for table in our_tables(sql).await {
        sql.execute(&format!("DROP TABLE {table}")).await;
    }
}

/// Our indexes on Xboard's tables, each with its table.
async fn indexes(sql: &Sql) -> Vec<Vec<Option<String>>> {
    let query = match sql.backend() {
        Backend::Sqlite => {
            "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' \
             AND name LIKE 'ferro|_%' ESCAPE '|' AND tbl_name NOT LIKE 'ferro|_%' ESCAPE '|'"
        }
        Backend::Mysql => {
            "SELECT DISTINCT table_name, index_name FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND index_name LIKE 'ferro|_%' ESCAPE '|' \
             AND table_name NOT LIKE 'ferro|_%' ESCAPE '|'"
        }
        Backend::Postgres => {
            "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' \
             AND indexname LIKE 'ferro|_%' ESCAPE '|' AND tablename NOT LIKE 'ferro|_%' ESCAPE '|'"
        }
    };
    sql.rows(query).await
}

async fn our_tables(sql: &Sql) -> Vec<String> {
    let query = match sql.backend() {
        Backend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'ferro|_%' ESCAPE '|'"
        }
        Backend::Mysql => {
            "SELECT table_name FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name LIKE 'ferro|_%' ESCAPE '|'"
        }
        Backend::Postgres => {
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' \
             AND tablename LIKE 'ferro|_%' ESCAPE '|'"
        }
    };
    sql.rows(query)
        .await
        .into_iter()
        .filter_map(|mut row| row.remove(0))
        .collect()
}

/// An Xboard database with an administrator and a customer, and a session of the customer.
async fn xboard(database: &Database) {
    assert!(run(database, &[], &["migrate"]).status.success());
    let sql = database.sql();
    make_xboards(sql).await;
    for (id, name, is_admin) in [(1, "boss", 1), (2, "alice", 0)] {
        sql.execute(&format!(
            "INSERT INTO v2_user (id, email, password, password_algo, uuid, token, is_admin, \
             expired_at, created_at, updated_at) VALUES ({id}, '{name}@demo.test', \
             '15b29ffdce66e10527a65bc6d71ad94d', 'md5', '0000000{id}-1111-4111-8111-000000000001', \
             '0000000000000000000000000000000{id}', {is_admin}, NULL, 1704038400, 1704038400)"
        ))
        .await;
    }
    sql.execute(&format!(
        "INSERT INTO personal_access_tokens (id, tokenable_type, tokenable_id, name, token, \
         abilities) VALUES (101, {}, 2, 'phone', '{}', '[\"*\"]')",
        sql.quoted(r"App\Models\User"),
        ferroboard_auth::TokenDigest::of("oracle-token-alice").as_str(),
    ))
    .await;
    if sql.backend() == Backend::Postgres {
        for table in ["v2_user", "personal_access_tokens"] {
            let sequence = format!("pg_get_serial_sequence('{table}', 'id')");
            sql.execute(&format!("SELECT setval({sequence}, 1000)"))
                .await;
        }
    }
}

async fn an_xboard_database_is_adopted(database: Database) {
    xboard(&database).await;
    let sql = database.sql();
    assert_eq!(our_tables(sql).await, Vec::<String>::new());
    let panel = Panel::start(&database).await;
    assert!(
        !panel.log().contains("password"),
        "there is an administrator already"
    );
    assert_eq!(
        panel.info("101|oracle-token-alice").await.data()["email"],
        "alice@demo.test"
    );
    let data = panel.login("alice@demo.test", "swordfish").await.data();
    assert_eq!(data["is_admin"], false);
    assert_eq!(
        panel.login("boss@demo.test", "swordfish").await.data()["is_admin"],
        true
    );
    panel.register("new@demo.test").await;
    assert!(!our_tables(sql).await.is_empty());
    drop(panel);
    let again = Panel::start(&database).await;
    assert_eq!(again.info("oracle-token-alice").await.status, 200);
}

/// Standard output of a command that must succeed, with the log off.
fn said(database: &Database, arguments: &[&str]) -> String {
    let done = run(database, &[("FERROBOARD__LOG__FILTER", "off")], arguments);
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{arguments:?}: {error}");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

async fn an_older_xboard_is_adopted_and_given_back_in_words(database: Database) {
    xboard(&database).await;
    let sql = database.sql();
    let step = "2026_04_22_000001_normalize_trojan_tls_settings";
    let names = format!("SELECT COUNT(*) FROM migrations WHERE migration = '{step}'");
    sql.execute(&format!(
        "DELETE FROM migrations WHERE migration = '{step}'"
    ))
    .await;
    let checked = said(&database, &["migrate", "--check"]);
    assert_eq!(our_tables(sql).await, Vec::<String>::new(), "{checked}");
    assert_eq!(sql.integer(&names).await, 0);
    let done = said(&database, &["migrate"]);
    for text in [&checked, &done] {
        for expected in ["is Xboard's; 2 users, 0 orders.", step] {
            assert!(text.contains(expected), "{expected:?} is not in {text}");
        }
    }
    assert!(checked.ends_with("Nothing was changed.\n"), "{checked}");
    assert_eq!(sql.integer(&names).await, 1);
    let tables = our_tables(sql).await;
    assert!(said(&database, &["unadopt", "--check"]).contains("table ferro_ledger"));
    assert_eq!(our_tables(sql).await, tables);
    said(&database, &["unadopt"]);
    assert_eq!(our_tables(sql).await, Vec::<String>::new());
    assert_eq!(indexes(sql).await, Vec::<Vec<_>>::new());
}

async fn a_database_with_something_in_the_way_is_refused(database: Database) {
    xboard(&database).await;
    let sql = database.sql();
    sql.execute("UPDATE v2_user SET token = 'the same'").await;
    for command in [&["migrate"][..], &["migrate", "--check"], &["serve"]] {
        let settings = &[("FERROBOARD__HTTP__BIND", "127.0.0.1:0")];
        let refused = run(&database, settings, command);
        assert!(!refused.status.success(), "{command:?} accepted it");
        let reason = String::from_utf8_lossy(&refused.stderr);
        assert!(reason.contains("1 rows of v2_user must change"), "{reason}");
        assert_eq!(
            our_tables(sql).await,
            Vec::<String>::new(),
            "{command:?} changed it"
        );
        assert_eq!(
            indexes(sql).await,
            Vec::<Vec<_>>::new(),
            "{command:?} changed it"
        );
    }
}

/// A folder of Xboard's with this `.env`.
fn folder_of_xboard(env: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    std::fs::write(&file, env).unwrap();
    let file = file.to_str().unwrap().to_owned();
    (folder, file)
}

#[tokio::test]
async fn no_database_is_made_where_an_installation_is_named() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    for (env, expected) in [
        (
            "DB_CONNECTION=sqlite\nDB_DATABASE=typo.sqlite\n",
            "typo.sqlite does not exist",
        ),
        ("APP_NAME=XBoard\n", "no entry names a database"),
    ] {
        let (folder, file) = folder_of_xboard(env);
        let settings = &[
            ("FERROBOARD__DATABASE__URL", ""),
            ("FERROBOARD__XBOARD__ENV_FILE", &*file),
        ];
        for command in [&["migrate"][..], &["migrate", "--check"], &["serve"]] {
            let refused = run(&database, settings, command);
            assert!(!refused.status.success(), "{command:?}");
            let reason = String::from_utf8_lossy(&refused.stderr);
            assert!(reason.contains(expected), "{reason}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn a_new_database_is_made_aloud_and_by_nothing_but_migrating() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.sqlite");
    let url = format!("sqlite://{}", path.display());
    for (url, command) in [
        (url.clone(), &["migrate", "--check"][..]),
        (url.clone(), &["unadopt"]),
        (format!("{url}?mode=ro"), &["migrate"]),
    ] {
        let refused = run(&database, &[("FERROBOARD__DATABASE__URL", &*url)], command);
        assert!(!refused.status.success(), "{command:?}");
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "{command:?}"
        );
    }
    let settings = &[
        ("FERROBOARD__DATABASE__URL", &*url),
        ("FERROBOARD__LOG__FILTER", "off"),
    ];
    let made = run(&database, settings, &["migrate"]);
    let said = String::from_utf8_lossy(&made.stdout);
    let first = said.lines().next().unwrap();
    assert_eq!(
        first,
        format!("A new, empty database was made: {}", path.display())
    );
}

async fn a_database_of_something_else_is_refused(database: Database) {
    let sql = database.sql();
    sql.execute("CREATE TABLE shopping_list (id integer)").await;
    assert!(!run(&database, &[], &["migrate"]).status.success());
    assert_eq!(our_tables(sql).await, Vec::<String>::new());
    assert_eq!(sql.integer("SELECT COUNT(*) FROM shopping_list").await, 0);
}
