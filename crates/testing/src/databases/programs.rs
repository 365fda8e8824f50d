//! Finding what is installed.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The full path of a program: on `PATH`, or where distributions hide server programs.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let path = environment("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(name));
    let hidden = ["/usr/sbin", "/usr/local/sbin"].map(|folder| Path::new(folder).join(name));
    on_path
        .chain(hidden)
        .chain(of_postgres(name))
        .find(|program| program.is_file())
}

/// The library that gives a program another clock when it is loaded first; `None` where it is not installed.
pub fn faketime() -> Option<PathBuf> {
    let places = ["/usr/lib", "/usr/local/lib"].map(std::fs::read_dir);
    let folders = places.into_iter().flatten().flatten().flatten();
    let found = folders
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"))
        .chain([PathBuf::from("/usr/local/lib/faketime/libfaketime.so.1")])
        .find(|library| library.is_file());
    if found.is_none() {
        skip("libfaketime is not installed");
    }
    found
}

/// Debian keeps each major version of PostgreSQL in a folder of its own; the newest comes first.
fn of_postgres(name: &str) -> Vec<PathBuf> {
    let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = versions.flatten().map(|entry| entry.path()).collect();
    let version = |folder: &PathBuf| -> u32 {
        let name = folder.file_name().and_then(std::ffi::OsStr::to_str);
        name.and_then(|name| name.parse().ok()).unwrap_or(0)
    };
    folders.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    folders
        .into_iter()
        .map(|folder| folder.join("bin").join(name))
        .collect()
}

/// Whether this process may do everything, which servers do not like.
pub(super) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A variable of the environment.
#[allow(
    clippy::disallowed_methods,
    reason = "the environment says which servers tests may use; the panel does not run this"
)]
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Says aloud that a test did not run, or fails where the environment demands that all do.
pub(super) fn skip(reason: &str) {
    use std::io::Write as _;
    let demanded = environment("FERROBOARD_REQUIRE_DATABASES").is_some_and(|value| value == "1");
    assert!(
        !demanded,
        "{reason}, and FERROBOARD_REQUIRE_DATABASES=1 demands it"
    );
    // Written directly: the test runner swallows what a passing test prints.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}
