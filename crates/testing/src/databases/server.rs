//! Running a server that cannot outlive the tests.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::place;
use super::sql::Sql;

/// What a private server promises about power cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: it never waits for the disk.
    Fast,
    /// What a server in production promises.
    Durable,
}

/// Starts the server, does what its standard input says (`start` once more, or the name of a signal to
/// send; a server is stopped and continued with its children), and ends the server when nobody holds the
/// other end any longer: the pipe closes when the test process ends, however it ends.
const GUARD: &str = r#"
trap '' INT TERM HUP
"$@" >"$FOLDER/log" 2>&1 </dev/null &
server=$!
while read -r order; do
  if [ "$order" = start ]; then
    wait "$server"
    "$@" >>"$FOLDER/log" 2>&1 </dev/null &
    server=$!
  else
    kill -s "$order" "$server"
    case $order in STOP | CONT) pkill -"$order" -P "$server" ;; esac
  fi
done
kill -s "$SIGNAL" "$server" 2>/dev/null
wait "$server" 2>/dev/null
rm -rf "$FOLDER"
"#;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server and the folder that it lives in; both go when this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    guard: Child,
    folder: PathBuf,
}

impl Server {
    /// Runs the command in the background. `signal` ends it at once together with its children.
    pub(super) fn start(folder: PathBuf, command: &Command, signal: &str) -> Self {
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(command.get_program())
            .args(command.get_args())
            .env("FOLDER", &folder)
            .env("SIGNAL", signal)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match guard {
            Ok(guard) => Self { guard, folder },
            Err(error) => panic!("no shell to run a server in: {error}"),
        }
    }

    /// Tells the guard what to do: `start`, or the name of a signal for the server.
    pub(super) fn order(&mut self, order: &str) {
        use std::io::Write as _;
        let told = match self.guard.stdin.as_mut() {
            Some(pipe) => writeln!(pipe, "{order}"),
            None => panic!("the guard of the server is gone"),
        };
        if let Err(error) = told {
            panic!("the guard of the server cannot be told {order}: {error}");
        }
    }

    /// Waits until it can be asked.
    pub(super) async fn wait_for(&self, sql: &Sql) {
        if let Err(reason) = self.wait_until_asked(sql).await {
            panic!("{reason}");
        }
    }

    /// The same; why it cannot be asked, with the end of its log, in place of a panic.
    pub(super) async fn wait_until_asked(&self, sql: &Sql) -> Result<(), String> {
        let started = Instant::now();
        while let Some(refusal) = sql.refusal().await {
            if started.elapsed() >= PATIENCE {
                let log = self.end_of_log();
                return Err(format!(
                    "the server did not answer ({refusal}); its log ends with\n{log}"
                ));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Waits until this question has this answer. Panics with the end of the server's log when it does not come.
    pub(super) async fn wait_for_answer(&self, sql: &Sql, question: &str, wanted: &str) {
        let started = Instant::now();
        loop {
            let answer = sql.answer(question).await;
            if answer.as_deref() == Ok(wanted) {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "the server says {answer:?} where {wanted} was waited for; its log ends with\n{}",
                self.end_of_log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn end_of_log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(20).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// A folder that the guard will remove.
pub(super) fn new_folder(purpose: &str, durability: Durability) -> PathBuf {
    place::new_folder(purpose, durability).keep()
}

/// Runs a program to its end. One that fails is tried once more: installing a server takes much
/// memory for a moment, and there may be too little just then.
pub(super) fn run(command: &mut Command, folder: &Path) {
    let mut attempt = || command.current_dir(folder).stdin(Stdio::null()).output();
    let done = match attempt() {
        Ok(done) if !done.status.success() => attempt(),
        done => done,
    };
    match done {
        Ok(done) if done.status.success() => {}
        Ok(done) => panic!(
            "{command:?} failed: {}{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        ),
        Err(error) => panic!("{command:?} could not be run: {error}"),
    }
}
