use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use ferroboard_testing::databases::faketime;
use tempfile::TempDir;

/// The clock of programs, which can be set while they run; their timers go on undisturbed.
pub(crate) struct Clock {
    library: PathBuf,
    file: PathBuf,
    _folder: TempDir,
}

impl Clock {
    /// A clock that is right; `None` where there is no library for it.
    pub(crate) fn right() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let clock = Self {
            library: faketime()?,
            file: folder.path().join("offset"),
            _folder: folder,
        };
        clock.set("+0");
        Some(clock)
    }

    /// How far it is from the true time, such as `+30d` or `-20` for seconds.
    pub(crate) fn set(&self, offset: &str) {
        // In one step: a program reads the file each time it asks for the time.
        let next = self.file.with_extension("next");
        std::fs::write(&next, offset).unwrap();
        std::fs::rename(next, &self.file).unwrap();
    }

    /// What gives a program this clock.
    pub(crate) fn environment(&self) -> [(&str, &str); 5] {
        [
            ("LD_PRELOAD", self.library.to_str().unwrap()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
        ]
    }
}

/// The true time.
#[allow(
    clippy::disallowed_methods,
    reason = "the clock of programs is what is changed here"
)]
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
