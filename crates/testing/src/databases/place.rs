//! Where databases of tests lie.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Durability;
use super::free_memory::available;

/// Memory that looks like a folder, on Linux.
const MEMORY: &str = "/dev/shm";

/// How much must be left of it, and of the machine's memory, for a server: three nodes of a cluster
/// and their neighbours fit.
const ROOM: u64 = 4 << 30;

/// A folder for a database. One that promises nothing about power cuts lies in memory where there is
/// room: MariaDB waits for the disk at every change of a table, whatever it is told.
pub(super) fn new_folder(purpose: &str, durability: Durability) -> TempDir {
    let mut name = tempfile::Builder::new();
    let prefix = format!("ferroboard-{purpose}-");
    name.prefix(&prefix);
    let made = match memory().filter(|_| durability == Durability::Fast) {
        Some(memory) => name.tempdir_in(memory),
        None => name.tempdir(),
    };
    match made {
        Ok(folder) => folder,
        Err(error) => panic!("no folder for {purpose}: {error}"),
    }
}

fn memory() -> Option<PathBuf> {
    let folder = Path::new(MEMORY);
    let there = rustix::fs::statvfs(folder).ok()?;
    let has_room = there.f_bavail.saturating_mul(there.f_frsize) >= ROOM;
    let said = std::fs::read_to_string("/proc/meminfo").ok()?;
    (has_room && available(&said)? >= ROOM).then(|| folder.to_owned())
}
