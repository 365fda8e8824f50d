//! Agents that report traffic, and know what was acknowledged.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Crowd;
use super::crowd::node_path;

/// How many users one report names.
pub(crate) const ROWS: u64 = 1_000;

/// A report of traffic.
#[derive(Clone)]
pub(crate) struct Report {
    name: String,
    path: String,
    body: String,
    /// All bytes in it.
    pub(crate) bytes: i64,
}

impl Report {
    /// The report of this number: of [`ROWS`] users in a row, from another one on for each number.
    pub(crate) fn numbered(crowd: &Crowd<'_>, node: u64, number: u64) -> Self {
        let (mut body, mut bytes) = ("{".to_owned(), 0);
        for row in 0..ROWS.min(crowd.users()) {
            let user = (number * ROWS + row) % crowd.users() + 1;
            let (up, down) = (1 + user % 7, 1_000 + row);
            let comma = if row == 0 { "" } else { "," };
            write!(body, "{comma}\"{user}\":[{up},{down}]").unwrap();
            bytes += i64::try_from(up + down).unwrap();
        }
        body.push('}');
        Self {
            name: format!("report-{number}"),
            path: node_path("push", node),
            body,
            bytes,
        }
    }

    /// Sends it; whether it was acknowledged. An answer that is no acknowledgement ends the
    /// measurement, and one that never came is told.
    pub(crate) async fn send(&self, client: &reqwest::Client, root: &str) -> bool {
        let request = client
            .post(format!("{root}{}", self.path))
            .header("Idempotency-Key", &self.name)
            .header("Content-Type", "application/json");
        let Ok(answer) = request.body(self.body.clone()).send().await else {
            return false;
        };
        let status = answer.status();
        let Ok(text) = answer.text().await else {
            return false;
        };
        assert_eq!(status, 200, "{text}");
        true
    }
}

/// What came of many reports.
#[derive(Default)]
pub(crate) struct Pushed {
    /// How many were acknowledged.
    pub(crate) count: u64,
    /// The bytes in them.
    pub(crate) bytes: i64,
    /// How long each took, the shortest first.
    pub(crate) times: Vec<Duration>,
    /// For how long they were sent.
    pub(crate) elapsed: Duration,
    /// Those that nobody answered.
    pub(crate) unanswered: Vec<Report>,
}

impl Pushed {
    /// Users reported per second.
    pub(crate) fn rows_per_second(&self) -> u64 {
        let millis = u64::try_from(self.elapsed.as_millis()).unwrap().max(1);
        self.count * ROWS * 1_000 / millis
    }

    /// The time below which so many percent stay.
    pub(crate) fn below(&self, percent: usize) -> Duration {
        let last = self.times.len().saturating_sub(1);
        self.times
            .get(last * percent / 100)
            .copied()
            .unwrap_or_default()
    }

    /// The mean time.
    pub(crate) fn mean(&self) -> Duration {
        let count = u32::try_from(self.times.len()).unwrap().max(1);
        self.times.iter().sum::<Duration>() / count
    }
}

/// Sends reports for so long, each of the agents of another node and the next one as soon as the
/// last was answered. The numbers of the reports go on from those of earlier calls. An agent that
/// gets no answer stops.
pub(crate) async fn push(
    crowd: &Crowd<'_>,
    root: &str,
    agents: u64,
    length: Duration,
    numbers: &Arc<AtomicU64>,
) -> Pushed {
    let started = Instant::now();
    let agents = (1..=agents).map(|node| async move {
        // A client of its own, and so a connection of its own.
        let client = reqwest::Client::new();
        let mut pushed = Pushed::default();
        while started.elapsed() < length {
            let report = Report::numbered(crowd, node, numbers.fetch_add(1, Ordering::Relaxed));
            let sent = Instant::now();
            if !report.send(&client, root).await {
                pushed.unanswered.push(report);
                break;
            }
            pushed.times.push(sent.elapsed());
            pushed.count += 1;
            pushed.bytes += report.bytes;
        }
        pushed
    });
    let mut all = Pushed::default();
    for pushed in futures_util::future::join_all(agents).await {
        all.count += pushed.count;
        all.bytes += pushed.bytes;
        all.times.extend(pushed.times);
        all.unanswered.extend(pushed.unanswered);
    }
    all.elapsed = started.elapsed();
    all.times.sort();
    all
}
