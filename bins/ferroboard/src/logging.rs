//! Where the log goes: one line an event on standard error. Losing lines is all that a full disk, a
//! closed pipe or a terminal that nobody reads can do.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::Level;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{ParseError, Targets};

use crate::config::{ConfigError, Log, LogFormat};

/// How many lines wait for a slow reader before further ones are lost.
const WAITING_LINES: usize = 8_192;

/// The running log. Dropped, it writes what still waits.
pub(crate) struct Logging {
    _writer: WorkerGuard,
    crowded_out: ErrorCounter,
    unwritten: Arc<AtomicU64>,
}

impl Logging {
    /// How many lines were lost.
    pub(crate) fn lost_lines(&self) -> impl Fn() -> u64 + Send + Sync + 'static {
        let (crowded_out, unwritten) = (self.crowded_out.clone(), Arc::clone(&self.unwritten));
        move || {
            let crowded_out = u64::try_from(crowded_out.dropped_lines()).unwrap_or(u64::MAX);
            crowded_out.saturating_add(unwritten.load(Ordering::Relaxed))
        }
    }
}

/// Where actix-web tells about each connection what it takes for an error: for the most part that strangers
/// send something that is no HTTP.
const CONNECTIONS: &str = "actix_http::h1";

/// Which events are written.
pub(crate) fn filter(log: &Log) -> Result<EnvFilter, ConfigError> {
    let wrong = |error: ParseError| ConfigError::key("log.filter", &error);
    let filter = EnvFilter::builder().parse(&log.filter).map_err(wrong)?;
    // It is worth no more than a line for those who look for something.
    let levels: Result<Targets, _> = log.filter.parse();
    if levels.is_ok_and(|levels| levels.would_enable(CONNECTIONS, &Level::DEBUG)) {
        return Ok(filter);
    }
    let quiet = format!("{CONNECTIONS}=off").parse().map_err(wrong)?;
    Ok(filter.add_directive(quiet))
}

pub(crate) fn start(log: &Log) -> Result<Logging, String> {
    let filter = filter(log).map_err(|error| error.to_string())?;
    let unwritten = Arc::new(AtomicU64::new(0));
    let lines = Lines {
        unwritten: Arc::clone(&unwritten),
    };
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING_LINES)
        .lossy(true)
        .thread_name("log")
        .finish(lines);
    let crowded_out = writer.error_counter();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_writer(writer);
    let installed = match log.format {
        // Of the spans the innermost: it says all, for none lies in another.
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .try_init(),
        LogFormat::Text => {
            let is_terminal = io::IsTerminal::is_terminal(&io::stderr());
            builder.with_ansi(is_terminal).try_init()
        }
    };
    installed.map_err(|error| error.to_string())?;
    Ok(Logging {
        _writer: guard,
        crowded_out,
        unwritten,
    })
}

/// Standard error, as the log's own thread writes to it: a line that cannot be written is counted and
/// forgotten.
struct Lines {
    unwritten: Arc<AtomicU64>,
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if io::stderr().write_all(line).is_err() {
            self.unwritten.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
