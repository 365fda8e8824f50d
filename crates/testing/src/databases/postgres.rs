use std::path::Path;
use std::process::Command;

use super::ports::free_port;
use super::server::{Durability, Server, new_folder, run};
use super::sql::Sql;
use super::{Backend, programs};

/// A PostgreSQL server of its own on the loopback address. It ends, and its data go, when it is
/// dropped or the test process ends, also by `kill -9`.
#[derive(Debug)]
pub struct PrivatePostgres {
    url: String,
    admin: Sql,
    server: Server,
}

impl PrivatePostgres {
    /// Starts a server; `None` when PostgreSQL is not installed.
    pub async fn start(durability: Durability) -> Option<Self> {
        let installer = programs::find("initdb")?;
        let daemon = programs::find("postgres")?;
        let folder = new_folder("postgres", durability);
        let data = folder.join("data");
        if programs::is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder), &folder);
        }
        run(
            as_somebody(&installer)
                .args(["--auth=trust", "--username=postgres", "--encoding=UTF8"])
                .args(["--locale=C", "--no-sync", "--pgdata"])
                .arg(&data),
            &folder,
        );
        let port = free_port();
        let mut command = as_somebody(&daemon);
        command
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .args([
                "-c",
                &format!("unix_socket_directories={}", folder.display()),
            ])
            .args(["-c", "max_connections=400", "-c", "shared_buffers=128MB"]);
        if durability == Durability::Fast {
            command.args(["-c", "fsync=off", "-c", "synchronous_commit=off"]);
            command.args(["-c", "full_page_writes=off"]);
        }
        let server = Server::start(folder, &command, "QUIT");
        let url = format!("postgres://postgres@127.0.0.1:{port}");
        let admin = Sql::new(Backend::Postgres, &format!("{url}/postgres"));
        server.wait_for(&admin).await;
        Some(Self { url, admin, server })
    }

    /// Sends a signal to the server: `KILL`, `TERM`, `STOP`, `CONT`, …
    pub fn signal(&mut self, signal: &str) {
        self.server.order(signal);
    }

    /// Starts the server again that a signal has ended, and waits until it answers.
    pub async fn start_again(&mut self) {
        self.server.order("start");
        self.server.wait_for(&self.admin).await;
    }

    /// Where the server is: a URL without a database.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// PostgreSQL refuses to run as root; its packages bring a user for it.
fn as_somebody(program: &Path) -> Command {
    if programs::is_root() {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
            .arg(program);
        command
    } else {
        Command::new(program)
    }
}
