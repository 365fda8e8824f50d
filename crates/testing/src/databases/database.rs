use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::programs::{environment, skip};
use super::{Durability, PrivateMariaDb, PrivatePostgres, Sql};

/// The databases that the panel runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file.
    Sqlite,
    /// MariaDB or MySQL.
    Mysql,
    /// PostgreSQL.
    Postgres,
}

/// One empty database, which goes when this is dropped.
#[derive(Debug)]
pub struct Database {
    backend: Backend,
    url: String,
    sql: Sql,
    cleanup: Cleanup,
}

#[derive(Debug)]
enum Cleanup {
    Folder(#[allow(dead_code, reason = "dropping it removes the folder")] TempDir),
    Statement { admin: Sql, statement: String },
}

static MARIADB: [OnceCell<Option<PrivateMariaDb>>; 2] =
    [OnceCell::const_new(), OnceCell::const_new()];
static POSTGRES: [OnceCell<Option<PrivatePostgres>>; 2] =
    [OnceCell::const_new(), OnceCell::const_new()];
static LAST: AtomicU64 = AtomicU64::new(0);

impl Backend {
    /// What is said where its server is not installed.
    pub(super) fn missing(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL is not installed (initdb, postgres)",
            _ => "MariaDB is not installed (mariadb-install-db, mariadbd)",
        }
    }

    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Mysql, Self::Postgres];

    /// The URL of a server for databases: the one that the environment names, or a private one that
    /// this process shares. `None` when there is none.
    async fn server(self, durability: Durability) -> Option<String> {
        let slot = usize::from(durability == Durability::Durable);
        match self {
            Self::Sqlite => None,
            Self::Mysql => match environment("TEST_MYSQL_URL") {
                Some(url) => Some(without_database(&url)),
                None => {
                    let server = MARIADB
                        .get(slot)?
                        .get_or_init(|| PrivateMariaDb::start(durability))
                        .await;
                    Some(server.as_ref()?.url().to_owned())
                }
            },
            Self::Postgres => match environment("TEST_POSTGRES_URL") {
                Some(url) => Some(without_database(&url)),
                None => {
                    let server = POSTGRES
                        .get(slot)?
                        .get_or_init(|| PrivatePostgres::start(durability))
                        .await;
                    Some(server.as_ref()?.url().to_owned())
                }
            },
        }
    }
}

impl Database {
    /// An empty database. `None`, said aloud, when the server is not installed; a panic where the
    /// environment demands it (`FERROBOARD_REQUIRE_DATABASES=1`).
    pub async fn fresh(backend: Backend) -> Option<Self> {
        Self::fresh_on(backend, Durability::Fast).await
    }

    /// An empty database on a server that keeps this promise.
    pub async fn fresh_on(backend: Backend, durability: Durability) -> Option<Self> {
        if backend == Backend::Sqlite {
            return Some(Self::file());
        }
        let Some(server) = backend.server(durability).await else {
            skip(backend.missing());
            return None;
        };
        Some(Self::create(backend, &server).await)
    }

    /// An empty database on the server with this URL.
    pub(super) async fn create(backend: Backend, server: &str) -> Self {
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let name = format!("ferroboard_{}_{number}", std::process::id());
        let (admin, create, delete) = match backend {
            Backend::Postgres => ("postgres", String::new(), " WITH (FORCE)"),
            _ => (
                "mysql",
                " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci".to_owned(),
                "",
            ),
        };
        let admin = Sql::new(backend, &format!("{server}/{admin}"));
        admin
            .execute(&format!("CREATE DATABASE {name}{create}"))
            .await;
        let url = format!("{server}/{name}");
        let statement = format!("DROP DATABASE IF EXISTS {name}{delete}");
        let cleanup = Cleanup::Statement { admin, statement };
        Self {
            backend,
            sql: Sql::new(backend, &url),
            url,
            cleanup,
        }
    }

    fn file() -> Self {
        let folder = match tempfile::Builder::new()
            .prefix("ferroboard-sqlite-")
            .tempdir()
        {
            Ok(folder) => folder,
            Err(error) => panic!("no folder for a database: {error}"),
        };
        let url = format!("sqlite://{}", folder.path().join("panel.sqlite").display());
        let sql = Sql::new(Backend::Sqlite, &url);
        Self {
            backend: Backend::Sqlite,
            sql,
            url,
            cleanup: Cleanup::Folder(folder),
        }
    }

    /// Which kind it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Where it is, as the panel's configuration names it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Raw SQL to it.
    pub fn sql(&self) -> &Sql {
        &self.sql
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Cleanup::Statement { admin, statement } = &self.cleanup else {
            return;
        };
        let (admin, statement) = (admin.clone(), statement.clone());
        // A runtime of its own: this may be dropped inside another, or while its test panics.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                runtime.block_on(admin.execute_if_possible(&statement));
            }
        });
        let _ = dropping.join();
    }
}

/// The URL up to the host and port.
fn without_database(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let server = rest.split(['/', '?']).next().unwrap_or(rest);
    format!("{scheme}://{server}")
}
