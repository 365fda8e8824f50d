//! Databases that begin as copies: to migrate one takes seconds, to copy it a moment.

use std::path::Path;

use tokio::sync::OnceCell;

use super::{Backend, Database};

/// What every copy in this process begins as.
#[derive(Debug)]
enum Template {
    /// The bytes of the file.
    File(Vec<u8>),
    /// The statements that make tables and rows.
    Statements(String),
    /// The name of the database, which stays until its server ends.
    Named(String),
}

static TEMPLATES: [OnceCell<Option<Template>>; 3] = [const { OnceCell::const_new() }; 3];

impl Database {
    /// A database that `prepare` was run on: on the first of its kind in this process, of which every
    /// other is a copy. `None` as from [`Database::fresh`].
    pub async fn prepared<F: Future<Output = ()>>(
        backend: Backend,
        prepare: impl FnOnce(String) -> F,
    ) -> Option<Self> {
        let slot = match backend {
            Backend::Sqlite => &TEMPLATES[0],
            Backend::Mysql => &TEMPLATES[1],
            Backend::Postgres => &TEMPLATES[2],
        };
        let template = slot
            .get_or_init(|| async {
                let first = Self::fresh(backend).await?;
                prepare(first.url().to_owned()).await;
                Some(Template::of(first).await)
            })
            .await;
        match template.as_ref()? {
            Template::Named(name) => Self::copied(backend, name).await,
            Template::File(bytes) => {
                let copy = Self::fresh(backend).await?;
                if let Err(error) = std::fs::write(copy.path(), bytes) {
                    panic!("{}: {error}", copy.url());
                }
                Some(copy)
            }
            Template::Statements(statements) => {
                let copy = Self::fresh(backend).await?;
                copy.sql().execute(statements).await;
                Some(copy)
            }
        }
    }

    fn path(&self) -> &Path {
        Path::new(self.url().trim_start_matches("sqlite://"))
    }
}

impl Template {
    async fn of(database: Database) -> Self {
        match database.backend() {
            Backend::Sqlite => match std::fs::read(database.path()) {
                Ok(bytes) => Self::File(bytes),
                Err(error) => panic!("{}: {error}", database.url()),
            },
            Backend::Mysql => {
                let statements = statements_of(&database).await;
                // Its rows are copied from it.
                database.keep();
                Self::Statements(statements)
            }
            Backend::Postgres => Self::Named(database.keep()),
        }
    }
}

/// MariaDB copies no database, but says how each table is made.
async fn statements_of(database: &Database) -> String {
    let (sql, name) = (database.sql(), database.name());
    let mut statements = "SET foreign_key_checks = 0".to_owned();
    for row in sql.rows("SHOW TABLES").await {
        let Some(Some(table)) = row.into_iter().next() else {
            continue;
        };
        let made = sql.rows(&format!("SHOW CREATE TABLE `{table}`")).await;
        let made = made.into_iter().flatten().nth(1).flatten();
        let made = made.unwrap_or_else(|| panic!("nothing says how {table} is made"));
        statements = format!("{statements};\n{made}");
        if sql
            .integer(&format!("SELECT COUNT(*) FROM `{table}`"))
            .await
            > 0
        {
            statements =
                format!("{statements};\nINSERT INTO `{table}` SELECT * FROM `{name}`.`{table}`");
        }
    }
    statements
}
