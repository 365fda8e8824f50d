//! Disks without room: a small file system in memory, which only root may make.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use ferroboard_testing::databases::{Backend, OwnServer};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Answer, PASSWORD, Panel, within};

const REGISTER: &str = "/api/v1/passport/auth/register";

/// A file system of a few megabytes. It goes when this is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts it over a folder, which belongs to its owner afterwards as before. `None`, said aloud, where
    /// that is not allowed.
    fn mount(at: &Path, megabytes: u32) -> Option<Self> {
        let owner = std::fs::metadata(at).unwrap();
        let options = format!(
            "size={megabytes}m,mode=0700,uid={},gid={}",
            owner.uid(),
            owner.gid()
        );
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(at)
            .output()
            .unwrap();
        if mounted.status.success() {
            return Some(Self(at.to_owned()));
        }
        // Written directly: the test runner swallows what a passing test prints.
        let said = String::from_utf8_lossy(&mounted.stderr);
        let _ = writeln!(std::io::stderr(), "SKIPPED: no small disk: {}", said.trim());
        None
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Takes all the room that there is.
    fn fill(&self) {
        let mut filler: File = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.filler())
            .unwrap();
        for piece in [65_536, 4_096, 1] {
            while filler.write_all(&vec![b'x'; piece]).is_ok() {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

async fn register(panel: &Panel, name: &str) -> Answer {
    let body = json!({"email": format!("{name}@demo.test"), "password": PASSWORD});
    panel.post(REGISTER, "", body).await
}

async fn is_healthy(panel: &Panel) -> bool {
    panel.get("/healthz", "").await.status == 200
}

/// Writes until there is no room, and looks at how that is told and whether it is over with the room.
async fn is_told_and_passes(panel: &Panel, disk: &SmallDisk, is_told_while_it_lasts: bool) {
    let token = panel.register("ann@demo.test").await;
    disk.fill();
    let mut refused = 0;
    for number in 0..4_000 {
        let answer = register(panel, &format!("u{number}")).await;
        match answer.status {
            200 => {}
            503 => {
                answer.assert_refused(503);
                assert!(!answer.header("retry-after").is_empty());
                refused += 1;
            }
            other => panic!("{other}: {}", answer.text),
        }
        if refused > 4 {
            break;
        }
    }
    assert!(refused > 0, "there was room for everything");
    let health = panel.get("/healthz", "").await;
    health.assert_refused(503);
    assert_eq!(health.body()["code"], "disk_full");
    assert_eq!(
        panel.info(&token).await.status,
        200,
        "reading needs no room"
    );
    if is_told_while_it_lasts {
        // Long after the last refusal it is still so, and nobody has to write something to find out.
        tokio::time::sleep(std::time::Duration::from_secs(6)).await;
        assert!(!is_healthy(panel).await);
    }
    disk.make_room();
    assert!(
        within(30, || is_healthy(panel)).await,
        "there is room again: {}",
        panel.log()
    );
    for number in 0..20 {
        let answer = register(panel, &format!("late{number}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert!(is_healthy(panel).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_503_while_its_disk_is_full() {
    let folder = TempDir::new().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path(), 24) else {
        return;
    };
    let url = format!("sqlite://{}/panel.sqlite", folder.path().display());
    let mut panel = Panel::launch_at(&url, &[]);
    panel.wait_until_healthy().await;
    is_told_and_passes(&panel, &disk, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb_is_503_while_its_disk_is_full() {
    let Some(server) = OwnServer::start(Backend::Mysql).await else {
        return;
    };
    let sql = server.database().sql();
    let folder = sql.text("SELECT CONCAT(@@datadir, DATABASE())").await;
    let Some(disk) = SmallDisk::mount(Path::new(&folder.unwrap()), 64) else {
        return;
    };
    let panel = Panel::start(server.database()).await;
    is_told_and_passes(&panel, &disk, false).await;
    drop(panel);
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_503_while_its_disk_is_full() {
    let Some(server) = OwnServer::start(Backend::Postgres).await else {
        return;
    };
    let sql = server.database().sql();
    let data = sql.text("SHOW data_directory").await.unwrap();
    let folder = Path::new(&data).parent().unwrap().join("small");
    std::fs::create_dir(&folder).unwrap();
    let owner = std::fs::metadata(&data).unwrap();
    std::os::unix::fs::chown(&folder, Some(owner.uid()), Some(owner.gid())).unwrap();
    let Some(disk) = SmallDisk::mount(&folder, 48) else {
        return;
    };
    let place = format!("CREATE TABLESPACE small LOCATION '{}'", folder.display());
    sql.execute(&place).await;
    let name = sql.text("SELECT current_database()").await.unwrap();
    let usual = format!("ALTER DATABASE \"{name}\" SET default_tablespace = 'small'");
    sql.execute(&usual).await;
    let panel = Panel::start(server.database()).await;
    is_told_and_passes(&panel, &disk, false).await;
    drop(panel);
    drop(server);
}
