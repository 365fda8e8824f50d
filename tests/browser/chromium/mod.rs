//! Chromium, driven over the protocol of its developer tools.
//!
//! One browser serves all tests of this program. Each opens tabs, which share nothing: a tab has cookies of its
//! own. The browser hears us over a pipe and ends when that is closed, however this program ends.

pub(crate) mod look;
mod tab;
mod wire;

use std::env::var_os;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use tempfile::TempDir;

pub(crate) use self::tab::Tab;
use self::wire::Wire;

/// Where Debian has it.
const PROGRAM: &str = "/usr/bin/chromium";

/// The browser hears on 3 and speaks on 4. Its profile goes when it has ended.
const LAUNCH: &str = "\"$@\" 3<&0 4>&1 </dev/null >&2; rm -rf \"$HOME\"";

const ARGUMENTS: [&str; 18] = [
    "--remote-debugging-pipe",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    // Tabs that are not in front are as quick as the one that is.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--force-color-profile=srgb",
    "--disable-lcd-text",
    "--window-size=1280,800",
];

static BROWSER: OnceLock<Option<Browser>> = OnceLock::new();

/// A running browser.
pub(crate) struct Browser {
    wire: Arc<Wire>,
}

impl Browser {
    /// The browser of this program, which the first test starts. `None`, and a line that says so, where chromium
    /// is not installed, unless the environment demands it (`FERROBOARD_REQUIRE_BROWSER=1`).
    pub(crate) fn running() -> Option<&'static Self> {
        let browser = BROWSER.get_or_init(|| Path::new(PROGRAM).exists().then(Self::start));
        if browser.is_none() {
            let is_demanded =
                var_os("FERROBOARD_REQUIRE_BROWSER").is_some_and(|value| value == "1");
            assert!(
                !is_demanded,
                "there is no {PROGRAM}, and FERROBOARD_REQUIRE_BROWSER=1 demands it"
            );
            // Written directly: the test runner swallows what a passing test prints.
            let _ = writeln!(std::io::stderr(), "SKIPPED: there is no {PROGRAM}");
        }
        browser.as_ref()
    }

    fn start() -> Self {
        let profile = TempDir::new().unwrap().keep();
        let mut process = Command::new("sh")
            .args(["-c", LAUNCH, "sh", PROGRAM])
            .args(ARGUMENTS)
            .arg(format!("--user-data-dir={}", profile.display()))
            .env("HOME", &profile)
            // What a terminal tells this program is not for the browser, which ends by itself.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let into = process.stdin.take().unwrap();
        let out = process.stdout.take().unwrap();
        // It ends with this program, so that nobody is left to wait for it.
        drop(process);
        Self {
            wire: Wire::between(into, out),
        }
    }

    /// Opens an empty tab.
    pub(crate) async fn tab(&self) -> Tab {
        Tab::open(Arc::clone(&self.wire)).await
    }
}
