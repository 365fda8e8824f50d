//! What the private servers and raw SQL promise.
#![cfg(feature = "databases")]

use ferroboard_testing::databases::{Backend, Database};

#[tokio::test(flavor = "multi_thread")]
async fn texts_and_nulls_survive_on_every_database() {
    for backend in Backend::ALL {
        let Some(database) = Database::fresh(backend).await else {
            continue;
        };
        let sql = database.sql();
        let text = "it's “quoted”; \\ and \"double\"";
        sql.execute(&format!(
            "CREATE TABLE t (id integer, `show` varchar(64)); \
             INSERT INTO t VALUES (1, {}), (2, NULL); UPDATE t SET id = id + 1;",
            sql.quoted(text)
        ))
        .await;
        let expected = [
            vec![Some("2".into()), Some(text.into())],
            vec![Some("3".into()), None],
        ];
        assert_eq!(
            sql.rows("SELECT id, `show` FROM t ORDER BY id").await,
            expected,
            "{backend:?}"
        );
        assert_eq!(sql.integer("SELECT MAX(id) FROM t").await, 3);
        assert_eq!(sql.text("SELECT `show` FROM t WHERE id = 99").await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_are_apart_and_go_with_their_test() {
    for backend in [Backend::Mysql, Backend::Postgres] {
        let Some(first) = Database::fresh(backend).await else {
            continue;
        };
        let second = Database::fresh(backend).await.unwrap();
        first.sql().execute("CREATE TABLE t (id integer)").await;
        second.sql().execute("CREATE TABLE t (id integer)").await;
        let gone = first.sql().clone();
        drop(first);
        assert!(!gone.answers().await);
        assert!(second.sql().answers().await);
    }
}
