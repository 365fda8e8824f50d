use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::place;
use super::programs::{environment, skip};
use super::{Durability, PrivateGalera, PrivateMariaDb, PrivatePostgres, Sql};

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
    /// The same database at the other nodes of its cluster.
    peers: Vec<String>,
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
static GALERA: OnceCell<Option<PrivateGalera>> = OnceCell::const_new();
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
            return Some(Self::file(durability));
        }
        let Some(server) = backend.server(durability).await else {
            skip(backend.missing());
            return None;
        };
        Some(Self::create(backend, &server).await)
    }

    /// An empty database on the server with this URL.
    pub(super) async fn create(backend: Backend, server: &str) -> Self {
        Self::create_like(backend, server, None).await
    }

    /// A copy of the database of this name on the private PostgreSQL server.
    pub(super) async fn copied(backend: Backend, name: &str) -> Option<Self> {
        let server = backend.server(Durability::Fast).await?;
        Some(Self::create_like(backend, &server, Some(name)).await)
    }

    async fn create_like(backend: Backend, server: &str, template: Option<&str>) -> Self {
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let name = format!("ferroboard_{}_{number}", std::process::id());
        let (admin, create, delete) = match backend {
            Backend::Postgres => (
                "postgres",
                template.map_or_else(String::new, |name| format!(" TEMPLATE {name}")),
                " WITH (FORCE)",
            ),
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
            peers: Vec::new(),
            cleanup,
        }
    }

    /// An empty database on a Galera cluster of three nodes, where it can be written at each. `None`,
    /// said aloud, when Galera is not installed; a panic where the environment demands it.
    pub async fn fresh_on_a_cluster() -> Option<Self> {
        let Some(cluster) = GALERA.get_or_init(PrivateGalera::start).await else {
            skip("MariaDB, Galera or rsync is not installed (libgalera_smm.so, wsrep_sst_rsync)");
            return None;
        };
        let (first, others) = cluster.urls().split_first()?;
        let mut database = Self::create(Backend::Mysql, first).await;
        let at = |server: &String| database.url.replacen(first, server, 1);
        database.peers = others.iter().map(at).collect();
        Some(database)
    }

    fn file(durability: Durability) -> Self {
        let folder = place::new_folder("sqlite", durability);
        let url = format!("sqlite://{}", folder.path().join("panel.sqlite").display());
        let sql = Sql::new(Backend::Sqlite, &url);
        Self {
            backend: Backend::Sqlite,
            sql,
            url,
            peers: Vec::new(),
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

    /// Where else it is the same database, to read and to write: at the other nodes of a cluster.
    pub fn peers(&self) -> &[String] {
        &self.peers
    }

    /// What its server calls it.
    pub(super) fn name(&self) -> &str {
        self.url.rsplit('/').next().unwrap_or_default()
    }

    /// Keeps it until its server ends; its name there.
    pub(super) fn keep(self) -> String {
        let name = self.name().to_owned();
        std::mem::forget(self);
        name
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
