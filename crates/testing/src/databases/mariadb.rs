use std::path::Path;
use std::process::Command;

use super::ports::free_port;
use super::server::{Durability, Server, new_folder, run};
use super::sql::Sql;
use super::{Backend, programs};

/// A MariaDB server of its own on the loopback address. It ends, and its data go, when it is
/// dropped or the test process ends, also by `kill -9`.
#[derive(Debug)]
pub struct PrivateMariaDb {
    url: String,
    admin: Sql,
    server: Server,
}

/// The kernel grants native asynchronous I/O to few servers at a time; one too many does not start.
const WITHOUT_NATIVE_IO: &str = "--innodb-use-native-aio=0";

/// How a folder of data is made: root needs no password.
const INSTALLED_BY: [&str; 5] = [
    "--no-defaults",
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    "--skip-name-resolve",
    WITHOUT_NATIVE_IO,
];

/// What every server is told.
pub(super) const ON_LOOPBACK: [&str; 6] = [
    "--no-defaults",
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    WITHOUT_NATIVE_IO,
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_unicode_ci",
];

/// What a server is told that never waits for the disk.
pub(super) const FAST: [&str; 4] = [
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--sync-frm=0",
    "--innodb-flush-method=nosync",
];

/// What makes the data in a folder. It has a place of its own for what it needs for the moment: a server that
/// starts deletes what others left in a folder that they share, and the accounts are copied from there.
pub(super) fn installer(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(INSTALLED_BY)
        .arg(format!("--datadir={}", folder.join("data").display()))
        .arg(format!("--tmpdir={}", folder.display()));
    command
}

impl PrivateMariaDb {
    /// Starts a server; `None` when MariaDB is not installed.
    pub async fn start(durability: Durability) -> Option<Self> {
        let program = programs::find("mariadb-install-db")?;
        let daemon = programs::find("mariadbd")?;
        let folder = new_folder("mariadb", durability);
        let data = folder.join("data");
        let user = if programs::is_root() {
            &["--user=root"][..]
        } else {
            &[]
        };
        run(installer(&program, &folder).args(user), &folder);
        let port = free_port();
        let mut command = Command::new(daemon);
        command
            .args(ON_LOOPBACK)
            .arg(format!("--datadir={}", data.display()))
            // A server that starts deletes what others left for the moment in a folder that they share.
            .arg(format!("--tmpdir={}", folder.display()))
            .arg(format!("--socket={}", folder.join("socket").display()))
            .arg(format!("--pid-file={}", folder.join("pid").display()))
            .arg(format!("--port={port}"))
            .args(["--max-connections=600", "--innodb-buffer-pool-size=128M"])
            .args(user);
        if durability == Durability::Fast {
            command.args(FAST);
        }
        let server = Server::start(folder, &command, "KILL");
        let url = format!("mysql://root@127.0.0.1:{port}");
        let admin = Sql::new(Backend::Mysql, &format!("{url}/mysql"));
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
