//! Databases that the panel did not make.

use ferroboard_testing::databases::{Backend, Database, Sql};

use crate::support::{Panel, on_every_database, run};

on_every_database!(
    an_xboard_database_is_adopted,
    a_database_of_an_older_xboard_is_refused,
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

async fn a_database_of_an_older_xboard_is_refused(database: Database) {
    xboard(&database).await;
    let sql = database.sql();
    sql.execute("DELETE FROM migrations WHERE migration LIKE '2026_04_22%'")
        .await;
    for command in ["migrate", "serve"] {
        let refused = run(
            &database,
            &[("FERROBOARD__HTTP__BIND", "127.0.0.1:0")],
            &[command],
        );
        assert!(!refused.status.success(), "{command} accepted it");
        assert!(!refused.stderr.is_empty());
        assert_eq!(
            our_tables(sql).await,
            Vec::<String>::new(),
            "{command} changed it"
        );
        assert_eq!(
            indexes(sql).await,
            Vec::<Vec<_>>::new(),
            "{command} changed it"
        );
    }
}

async fn a_database_of_something_else_is_refused(database: Database) {
    let sql = database.sql();
    sql.execute("CREATE TABLE shopping_list (id integer)").await;
    assert!(!run(&database, &[], &["migrate"]).status.success());
    assert_eq!(our_tables(sql).await, Vec::<String>::new());
    assert_eq!(sql.integer("SELECT COUNT(*) FROM shopping_list").await, 0);
}
