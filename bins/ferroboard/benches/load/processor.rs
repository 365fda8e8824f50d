//! Processor time, as the kernel counts it.

use std::path::Path;
use std::time::Duration;

use ferroboard_testing::databases::{Backend, Database};

/// What a tick of the kernel's counters is; Linux has shown user space this one for decades.
const TICK: Duration = Duration::from_millis(10);

/// The processor time that a process has used so far, without its children.
pub(crate) fn used_by(process: u32) -> Duration {
    let [own, _] = counters(process).unwrap_or_default();
    own
}

/// The server of a database on this machine.
pub(crate) struct Server {
    /// `None` where the database is none, or elsewhere.
    process: Option<u32>,
}

impl Server {
    /// Asks the database where its server says which process it is.
    pub(crate) async fn of(database: &Database) -> Self {
        let sql = database.sql();
        let file = match database.backend() {
            Backend::Sqlite => None,
            Backend::Mysql => sql.text("SELECT @@pid_file").await,
            Backend::Postgres => {
                let folder = sql.text("SHOW data_directory").await;
                folder.map(|folder| format!("{folder}/postmaster.pid"))
            }
        };
        let text = file.and_then(|file| std::fs::read_to_string(file).ok());
        let process = text.and_then(|text| text.lines().next()?.trim().parse().ok());
        Self { process }
    }

    /// The processor time that the server and its processes, ended ones included, have used so far.
    pub(crate) fn used(&self) -> Duration {
        let Some(server) = self.process else {
            return Duration::ZERO;
        };
        let [own, ended] = counters(server).unwrap_or_default();
        let entries = std::fs::read_dir("/proc").unwrap().flatten();
        let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let children = numbers.filter(|process| parent(*process) == Some(server));
        own + ended + children.map(used_by).sum::<Duration>()
    }
}

/// The fields of `/proc/N/stat` behind the name, which may have blanks in it.
fn fields(process: u32) -> Option<Vec<u64>> {
    let path = Path::new("/proc").join(process.to_string()).join("stat");
    let text = std::fs::read_to_string(path).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    let numbers = rest.split_whitespace().skip(1);
    Some(numbers.map(|field| field.parse().unwrap_or(0)).collect())
}

fn parent(process: u32) -> Option<u32> {
    u32::try_from(*fields(process)?.first()?).ok()
}

/// What the process used itself, and what its children did that have ended.
fn counters(process: u32) -> Option<[Duration; 2]> {
    let fields = fields(process)?;
    // Fields 14 to 17 of the page proc(5), which counts from 1.
    let ticks = |at: usize| u32::try_from(fields.get(at).copied().unwrap_or(0)).unwrap_or(0);
    Some([
        TICK * (ticks(10) + ticks(11)),
        TICK * (ticks(12) + ticks(13)),
    ])
}
