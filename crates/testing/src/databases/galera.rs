use std::path::{Path, PathBuf};
use std::process::Command;

use super::mariadb::{FAST, ON_LOOPBACK, installer};
use super::ports::free_port;
use super::server::{Durability, Server, new_folder, run};
use super::sql::Sql;
use super::{Backend, programs};

/// How many nodes a cluster has.
const NODES: usize = 3;

/// The user that Debian's packages bring for the server. As root the state transfer fails: its
/// rsync then gives up all rights.
const USER: &str = "mysql";

/// Where distributions put Galera's library.
const LIBRARIES: [&str; 4] = [
    "/usr/lib/galera/libgalera_smm.so",
    "/usr/lib/galera-4/libgalera_smm.so",
    "/usr/lib64/galera-4/libgalera_smm.so",
    "/usr/lib64/galera/libgalera_smm.so",
];

/// Three MariaDB servers of their own on the loopback address that are one Galera cluster: each takes
/// writes, and what one commits the others have a moment later. They end as [`PrivateMariaDb`] does.
///
/// [`PrivateMariaDb`]: super::PrivateMariaDb
#[derive(Debug)]
pub struct PrivateGalera {
    urls: Vec<String>,
    _servers: Vec<Server>,
}

/// What has to be installed.
struct Programs {
    installer: PathBuf,
    daemon: PathBuf,
    library: &'static str,
}

impl Programs {
    fn find() -> Option<Self> {
        programs::find("wsrep_sst_rsync")?;
        programs::find("rsync")?;
        Some(Self {
            installer: programs::find("mariadb-install-db")?,
            daemon: programs::find("mariadbd")?,
            library: LIBRARIES
                .into_iter()
                .find(|library| Path::new(library).is_file())?,
        })
    }
}

/// The ports of one node.
struct Node {
    number: usize,
    sql: u16,
    group: u16,
    catch_up: u16,
    transfer: u16,
}

impl Node {
    fn new(number: usize) -> Self {
        Self {
            number,
            sql: free_port(),
            group: free_port(),
            catch_up: free_port(),
            transfer: free_port(),
        }
    }

    fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}", self.sql)
    }

    fn command(&self, programs: &Programs, folder: &Path, peers: &str) -> Command {
        let mut command = as_somebody(&programs.daemon);
        command
            .args(ON_LOOPBACK)
            .args(FAST)
            .arg(format!("--datadir={}", folder.join("data").display()))
            // A server that starts deletes what others left for the moment in a folder that they share.
            .arg(format!("--tmpdir={}", folder.display()))
            .arg(format!("--socket={}", folder.join("socket").display()))
            .arg(format!("--pid-file={}", folder.join("pid").display()))
            .arg(format!("--port={}", self.sql))
            .args(["--max-connections=300", "--innodb-buffer-pool-size=64M"])
            .args([SMALL_LOG, "--binlog-format=ROW"])
            .args(["--innodb-autoinc-lock-mode=2", "--wsrep-on=ON"])
            .arg(format!("--wsrep-provider={}", programs.library))
            .arg("--wsrep-cluster-name=ferroboard")
            .arg(format!("--wsrep-cluster-address=gcomm://{peers}"))
            .arg(format!("--wsrep-node-name=node{}", self.number))
            .arg(format!("--wsrep-node-address=127.0.0.1:{}", self.group))
            .arg("--wsrep-sst-method=rsync")
            .arg(format!(
                "--wsrep-sst-receive-address=127.0.0.1:{}",
                self.transfer
            ))
            .arg(format!(
                "--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{};\
                 ist.recv_addr=127.0.0.1:{};gcache.size=16M;{PATIENT}",
                self.group, self.catch_up
            ));
        if self.number == 0 {
            command.arg("--wsrep-new-cluster");
        }
        command
    }
}

/// On a loaded machine a node may be silent for longer than the five seconds after which the others would
/// go on without it, and a database that is made then would be missing there.
const PATIENT: &str = "evs.suspect_timeout=PT60S;evs.inactive_timeout=PT90S";

/// How many nodes are together, and whether this one takes part, in one text.
const TOGETHER: &str = "SELECT GROUP_CONCAT(VARIABLE_VALUE ORDER BY VARIABLE_NAME) \
    FROM information_schema.GLOBAL_STATUS \
    WHERE VARIABLE_NAME IN ('WSREP_CLUSTER_SIZE', 'WSREP_LOCAL_STATE_COMMENT', 'WSREP_READY')";

/// What is transferred to a new node is mostly the server's own log.
const SMALL_LOG: &str = "--innodb-log-file-size=8M";

impl PrivateGalera {
    /// Starts a cluster; `None` when MariaDB, Galera or rsync is not installed.
    pub async fn start() -> Option<Self> {
        let programs = Programs::find()?;
        let nodes: Vec<Node> = (0..NODES).map(Node::new).collect();
        let peers = nodes.iter().map(|node| format!("127.0.0.1:{}", node.group));
        let peers = peers.collect::<Vec<_>>().join(",");
        let mut servers = Vec::with_capacity(NODES);
        for node in &nodes {
            // On the disk, as in production: nodes that never wait for it meet each other in other moments.
            let folder = new_folder("galera", Durability::Durable);
            if node.number == 0 {
                run(
                    installer(&programs.installer, &folder)
                        .arg(SMALL_LOG)
                        .args(programs::is_root().then_some("--user=root")),
                    &folder,
                );
            } else {
                // The first node fills it.
                run(Command::new("mkdir").arg("data"), &folder);
            }
            if programs::is_root() {
                run(
                    Command::new("chown").args(["-R", USER]).arg(&folder),
                    &folder,
                );
            }
            let command = node.command(&programs, &folder, &peers);
            let mut server = Server::start(folder, &command, "KILL");
            // A node answers once it has what the others have.
            let admin = Sql::new(Backend::Mysql, &format!("{}/mysql", node.url()));
            if let Err(reason) = server.wait_until_asked(&admin).await {
                // A transfer that fails ends the node; it asks for another one when it starts again.
                println!("{reason}");
                server.order("start");
                server.wait_for(&admin).await;
            }
            let whole = format!("{},Synced,ON", node.number + 1);
            server.wait_for_answer(&admin, TOGETHER, &whole).await;
            servers.push(server);
        }
        Some(Self {
            urls: nodes.iter().map(Node::url).collect(),
            _servers: servers,
        })
    }

    /// Where the nodes are: URLs without a database.
    pub fn urls(&self) -> &[String] {
        &self.urls
    }
}

fn as_somebody(program: &Path) -> Command {
    if !programs::is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", USER, "--regid", USER, "--clear-groups"])
        .arg(program);
    command
}
