//! Requests that no client of ours sends, from a fixed seed: none may break anything, on any database.
//!
//! `FERROBOARD_FUZZ_SECONDS` says for how long each database is asked (20), `FERROBOARD_FUZZ_REQUESTS` how often at most
//! (200,000), `FERROBOARD_FUZZ_SEED` what is asked, and `FERROBOARD_FUZZ_ONLY` is the number of the only request that is sent.
//! Who asks for two minutes and more, as CI does, has the administration of three databases answer 51,000 requests.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

mod bodies;
mod judge;
mod operations;
mod requests;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod values;
mod wire;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ferroboard_testing::databases::Database;

use crate::requests::{Request, shown};
use crate::stage::Stage;
use crate::support::on_every_database;

on_every_database!(nothing_that_is_asked_breaks_the_panel);

const SEED: u64 = 20_260_101;
/// A run of so many seconds is a whole one.
const WHOLE_RUN: u64 = 120;
/// How many requests for addresses of the administration each database answers in a whole run, which takes longer
/// where they are not answered in its time.
const TO_ADMINISTRATION: u64 = 17_000;
/// So many times as long as it should a run may take; then it fails.
const LONGEST: u32 = 5;
/// How many requests are under way at once.
const CLIENTS: u64 = 6;
/// How long an answer may take: a debug build on a busy machine, where logins wait for their turn.
const LIMIT: Duration = Duration::from_secs(25);
/// After how many requests of a client the panel is put back into the state in which most is possible.
const RESTORED_EVERY: u64 = 150;
/// After how many faults no more is asked.
const FAULTS: usize = 8;
/// What the process may hold in memory, in MiB: 1 MiB bodies of six clients, hashes, pools, a debug build.
const MEMORY: u64 = 400;

/// A number from the environment.
#[allow(
    clippy::disallowed_methods,
    reason = "this test is told how long to take by who runs it, not by the panel's configuration"
)]
fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
    )
}

struct Run<'a> {
    stage: Stage<'a>,
    seed: u64,
    ends: Instant,
    /// When no more is asked, although too little was.
    gives_up: Instant,
    most: u64,
    /// How many requests the administration has to answer.
    least: u64,
    to_administration: AtomicU64,
    next: AtomicU64,
    faults: Mutex<Vec<String>>,
    statuses: Mutex<BTreeMap<u16, u64>>,
}

impl Run<'_> {
    fn is_over(&self) -> bool {
        let now = Instant::now();
        let is_enough = self.to_administration.load(Ordering::Relaxed) >= self.least;
        (now > self.ends && is_enough) || now > self.gives_up
    }

    async fn client(&self, number: u64) {
        let mut asked = 0;
        loop {
            let request = self.next.fetch_add(1, Ordering::Relaxed);
            let is_over = request >= self.most || self.is_over();
            if is_over || self.faults.lock().unwrap().len() >= FAULTS {
                return;
            }
            self.ask(request).await;
            asked += 1;
            if number == 0 && asked % RESTORED_EVERY == 0 {
                self.stage.restore().await;
            }
        }
    }

    async fn ask(&self, number: u64) {
        let request = Request::of(self.seed, number, &self.stage.operations);
        let bytes = request.bytes(&self.stage.token(request.who).await);
        let address = self.stage.shop.panel.address();
        let is_head = request.method == b"HEAD";
        let sent = wire::exchange(
            address,
            bytes.clone(),
            request.frames.as_deref(),
            is_head,
            LIMIT,
        );
        let answered = sent.await;
        let fault = match &answered {
            Ok(reply) => judge::fault(&request, reply),
            Err(problem) => Some(problem.clone()),
        };
        if let Ok(reply) = &answered {
            let is_to_administration = request.asks_administration();
            self.to_administration
                .fetch_add(u64::from(is_to_administration), Ordering::Relaxed);
            *self
                .statuses
                .lock()
                .unwrap()
                .entry(reply.status)
                .or_default() += 1;
        }
        if let Some(fault) = fault {
            let answer = answered.map(|reply| (reply.status, reply.headers, shown(&reply.body)));
            let report = format!(
                "request {number} of seed {} as {:?}: {fault}\n{}\n--> {answer:?}\nrepeat: FERROBOARD_FUZZ_SEED={} FERROBOARD_FUZZ_ONLY={number}",
                self.seed,
                request.who,
                shown(&bytes),
                self.seed,
            );
            self.faults.lock().unwrap().push(report);
        }
    }
}

/// How much of the machine's memory the process holds at most, in MiB.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}

/// What the log says that it should not.
fn complaints(log: &str) -> Vec<&str> {
    let lines = log
        .lines()
        .filter(|line| line.contains("panicked") || line.contains("ERROR"));
    // What cannot be read as HTTP is told by the server library itself.
    lines
        .filter(|line| !line.contains("actix_http"))
        .take(10)
        .collect()
}

async fn nothing_that_is_asked_breaks_the_panel(database: Database) {
    let stage = Stage::set(&database).await;
    let only = from_environment("FERROBOARD_FUZZ_ONLY");
    let seconds = from_environment("FERROBOARD_FUZZ_SECONDS").unwrap_or(20);
    let most = from_environment("FERROBOARD_FUZZ_REQUESTS").unwrap_or(200_000);
    let is_whole = seconds >= WHOLE_RUN && only.is_none();
    let (now, time) = (Instant::now(), Duration::from_secs(seconds));
    let run = Run {
        stage,
        seed: from_environment("FERROBOARD_FUZZ_SEED").unwrap_or(SEED),
        ends: now + time,
        gives_up: now + time * LONGEST,
        most: only.map_or(most, |only| only + 1),
        least: if is_whole { TO_ADMINISTRATION } else { 0 },
        to_administration: AtomicU64::new(0),
        next: AtomicU64::new(only.unwrap_or(0)),
        faults: Mutex::default(),
        statuses: Mutex::default(),
    };
    let started = Instant::now();
    futures_util::future::join_all((0..CLIENTS).map(|number| run.client(number))).await;
    let took = started.elapsed();

    let panel = &run.stage.shop.panel;
    let statuses = std::mem::take(&mut *run.statuses.lock().unwrap());
    let faults = std::mem::take(&mut *run.faults.lock().unwrap());
    let asked: u64 = statuses.values().sum();
    let to_administration = run.to_administration.load(Ordering::Relaxed);
    let memory = memory(panel.process_id());
    println!(
        "seed {}: {asked} answers in {took:?}, {to_administration} of the administration, {memory} MiB, {statuses:?}",
        run.seed
    );
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert_eq!(
        complaints(&panel.log()),
        Vec::<&str>::new(),
        "seed {}",
        run.seed
    );
    assert_eq!(panel.get("/healthz", "").await.status, 200);
    assert!(memory < MEMORY, "{memory} MiB");
    assert!(
        to_administration >= run.least,
        "the administration answered only {to_administration} in {took:?}"
    );
    if only.is_none() {
        // A run in which everything is refused finds nothing.
        let successes = statuses.get(&200).copied().unwrap_or_default();
        assert!(successes > asked / 10, "{statuses:?}");
    }
    run.stage.shop.assert_sound().await;
}
