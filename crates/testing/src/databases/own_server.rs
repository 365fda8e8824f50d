use super::programs::skip;
use super::{Backend, Database, Durability, PrivateMariaDb, PrivatePostgres};

/// A database on a server that nobody else uses, so that a test may stop, freeze or end it.
#[derive(Debug)]
pub struct OwnServer {
    // Dropped first: it wants to drop its tables on the server.
    database: Database,
    server: Server,
}

#[derive(Debug)]
enum Server {
    MariaDb(PrivateMariaDb),
    Postgres(PrivatePostgres),
}

impl OwnServer {
    /// Starts a server with an empty database. `None`, said aloud, when it is not installed, or for
    /// SQLite, which has none; a panic where the environment demands it.
    pub async fn start(backend: Backend) -> Option<Self> {
        let server = match backend {
            Backend::Sqlite => return None,
            Backend::Mysql => PrivateMariaDb::start(Durability::Durable)
                .await
                .map(Server::MariaDb),
            Backend::Postgres => PrivatePostgres::start(Durability::Durable)
                .await
                .map(Server::Postgres),
        };
        let Some(server) = server else {
            skip(backend.missing());
            return None;
        };
        let url = match &server {
            Server::MariaDb(server) => server.url(),
            Server::Postgres(server) => server.url(),
        };
        let database = Database::create(backend, url).await;
        Some(Self { database, server })
    }

    /// The database on it.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Sends a signal to the server, by its name: `KILL`, `TERM`, `STOP`, `CONT`, …
    pub fn signal(&mut self, signal: &str) {
        match &mut self.server {
            Server::MariaDb(server) => server.signal(signal),
            Server::Postgres(server) => server.signal(signal),
        }
    }

    /// Starts the server again that a signal has ended, and waits until it answers.
    pub async fn start_again(&mut self) {
        match &mut self.server {
            Server::MariaDb(server) => server.start_again().await,
            Server::Postgres(server) => server.start_again().await,
        }
    }
}
