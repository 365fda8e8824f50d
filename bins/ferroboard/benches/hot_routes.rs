//! The routes that are asked all the time: how many a second, how long they take, and what each request costs
//! in processor time of the panel and of the database.
//!
//! `cargo bench -p ferroboard --bench hot_routes -- [--smoke] [--database sqlite|mysql|postgres]
//! [--baseline PATH] [--users N] [--more N] [--rounds N] [--seconds N] [--routes WORD,WORD,…]`
//!
//! Needs `wrk`. Without `--database` SQLite and private MariaDB and PostgreSQL servers are measured. With
//! `--baseline` every step is run with that program and with this build in turns, each on a database of its own,
//! and what is printed are both and the share of before. `--more 100000` adds so many users afterwards and measures
//! again what reads of all users could cost. A table of Markdown is printed, of medians over the rounds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "a measurement that meets something unexpected is to stop and say so"
)]

mod load;
#[path = "../../../tests/support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use ferroboard_testing::databases::{Backend, Database, Durability};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tempfile::TempDir;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use load::crowd::Crowd;
use load::crowd::NODE_TOKEN;
use load::market::{self, KEY, Reader};
use load::processor::{Server, used_by};
use load::pushes::push;
use load::requests::{Request, measure};
use load::wrk::{Load, link_script, post_script, wrk};
use load::{Arguments, Memory};
use support::{PASSWORD, Panel, run_other};

/// What is asked: its name, and how.
const STEPS: [(&str, Step); 20] = [
    ("user/info", Step::Read("user/info", 1)),
    ("user/info, 200 users", Step::Read("user/info", 200)),
    ("user/server/fetch", Step::Read("user/server/fetch", 1)),
    (
        "user/server/fetch, 200 users",
        Step::Read("user/server/fetch", 200),
    ),
    ("user/order/fetch", Step::Read("user/order/fetch", 1)),
    (
        "user/order/fetch, 200 users",
        Step::Read("user/order/fetch", 200),
    ),
    ("user/plan/fetch", Step::Read("user/plan/fetch", 1)),
    ("guest/plan/fetch", Step::Read("guest/plan/fetch", 0)),
    ("client/subscribe (Clash Meta)", Step::Link(1)),
    ("client/subscribe (Clash Meta), 200 users", Step::Link(200)),
    ("UniProxy/user, 304", Step::Nodes { unchanged: true }),
    ("UniProxy/user, 200", Step::Nodes { unchanged: false }),
    ("UniProxy/config, 304", Step::Config),
    ("UniProxy/push, 1,000 users", Step::Push),
    ("WebSocket report.devices, 20 users", Step::Socket),
    ("user/order/save", Step::Order),
    ("passport/auth/login, cost 10", Step::Login),
    ("the page /", Step::Page("/")),
    ("the page /my/plans", Step::Page("/my/plans")),
    ("the page /my/orders", Step::Page("/my/orders")),
];

/// Those whose cost could grow with the number of users.
const GROWING: [&str; 7] = [
    "user/info",
    "user/server/fetch",
    "user/order/fetch",
    "user/plan/fetch",
    "guest/plan/fetch",
    "client/subscribe (Clash Meta)",
    "UniProxy/user, 304",
];

#[derive(Clone, Copy)]
enum Step {
    /// GET below `/api/v1`, logged in as so many users in turn.
    Read(&'static str, usize),
    /// The subscription links of so many users in turn.
    Link(u64),
    /// The list of users that a node lets in.
    Nodes {
        unchanged: bool,
    },
    Config,
    Push,
    Socket,
    Order,
    Login,
    /// What a browser shows to one customer who is logged in.
    Page(&'static str),
}

const LOGIN: &str = "login@market.test";

/// What a step came to in one round.
#[derive(Clone, Default)]
struct Round {
    rate: f64,
    p50: Duration,
    p99: Duration,
    /// A request.
    panel: Duration,
    database: Duration,
}

/// One program on a database of its own.
struct Side {
    database: Database,
    panel: Panel,
    server: Server,
    readers: Vec<Reader>,
    folder: TempDir,
    /// The numbers of reports of traffic, and of the next customer who orders.
    numbers: Arc<AtomicU64>,
    buyer: usize,
}

struct Scale {
    users: u64,
    more: u64,
    rounds: usize,
    seconds: u64,
    orders: usize,
    routes: Vec<String>,
}

fn settings() -> [(&'static str, &'static str); 4] {
    [
        ("FERROBOARD__SECRETS__SIGNING_KEY", KEY),
        ("FERROBOARD__HASHING__COST", "10"),
        ("FERROBOARD__LIMITS__WRITE_ALLOWANCE", "1000000"),
        ("FERROBOARD__LOG__FORMAT", "json"),
    ]
}

impl Side {
    async fn open(backend: Backend, program: &Path, scale: &Scale) -> Option<Self> {
        let database = Database::fresh_on(backend, Durability::Durable).await?;
        let migrated = run_other(program, &database, &settings(), &["migrate"]);
        assert!(migrated.status.success(), "{migrated:?}");
        let readers = market::settle(&database, scale.users).await;
        let panel = Panel::start_other(program, &database, &settings()).await;
        panel.register(LOGIN).await;
        Some(Self {
            server: Server::of(&database).await,
            database,
            panel,
            readers,
            folder: TempDir::new().unwrap(),
            numbers: Arc::default(),
            buyer: 200,
        })
    }

    async fn run(&mut self, step: Step, scale: &Scale) -> Round {
        match step {
            Step::Read(route, users) => {
                let url = self.panel.url(&format!("/api/v1/{route}"));
                let readers = self.readers.get(..users.max(1)).unwrap();
                let script = market::reader_script(self.folder.path(), readers);
                let script = ["-s", script.as_str()];
                self.wrk(&url, if users == 0 { &[] } else { &script }, scale)
            }
            Step::Link(users) => {
                let script = link_script(self.folder.path(), users, "?flag=meta");
                self.wrk(&self.panel.url("/"), &["-s", &script], scale)
            }
            Step::Nodes { unchanged } => self.of_node("user", unchanged, scale).await,
            Step::Config => self.of_node("config", true, scale).await,
            Step::Push => self.push(scale).await,
            Step::Socket => self.report(scale).await,
            Step::Order => self.order(scale).await,
            Step::Page(path) => self.page(path, scale).await,
            Step::Login => {
                let body = json!({"email": LOGIN, "password": PASSWORD}).to_string();
                let script = post_script(self.folder.path(), &body);
                let url = self.panel.url("/api/v1/passport/auth/login");
                self.wrk(&url, &["-s", &script, "--timeout", "20s"], scale)
            }
        }
    }

    fn used(&self) -> [Duration; 2] {
        [used_by(self.panel.process_id()), self.server.used()]
    }

    /// What was used since, for each of so many requests.
    fn since(&self, before: [Duration; 2], requests: u64) -> [Duration; 2] {
        let count = u32::try_from(requests.max(1)).unwrap();
        let after = self.used();
        [0, 1].map(|which| after[which].saturating_sub(before[which]) / count)
    }

    fn wrk(&self, url: &str, more: &[&str], scale: &Scale) -> Round {
        // What is cached, or compiled at the first use, belongs to no request.
        Load::of(&mut wrk("4", "1", url, more));
        let before = self.used();
        let load = Load::of(&mut wrk("32", &scale.seconds.to_string(), url, more));
        let [panel, database] = self.since(before, load.requests);
        assert_eq!(load.refused, "0", "{url}");
        Round {
            rate: load.rate.parse().unwrap(),
            p50: time(&load.p50),
            p99: time(&load.p99),
            panel,
            database,
        }
    }

    async fn of_node(&self, route: &str, unchanged: bool, scale: &Scale) -> Round {
        let path = load::crowd::node_path(route, 1);
        let url = self.panel.url(&path);
        let answer = self.panel.client().get(&url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
        let header = format!("If-None-Match: {tag}");
        let header = ["-H", header.as_str()];
        self.wrk(&url, if unchanged { &header } else { &[] }, scale)
    }

    async fn page(&self, path: &str, scale: &Scale) -> Round {
        let reader = self.readers.get(1).unwrap();
        let session = reader.token.trim_start_matches("Bearer ");
        let (url, cookie) = (self.panel.url(path), format!("session={session}"));
        let shown = self.panel.client().get(&url).header("Cookie", &cookie);
        assert_eq!(shown.send().await.unwrap().status(), 200, "{path}");
        self.wrk(&url, &["-H", &format!("Cookie: {cookie}")], scale)
    }

    async fn push(&self, scale: &Scale) -> Round {
        let crowd = Crowd::of(&self.database, scale.users);
        let before = self.used();
        let lasting = Duration::from_secs(scale.seconds);
        let pushed = push(&crowd, &self.panel.url(""), 8, lasting, &self.numbers).await;
        let [panel, database] = self.since(before, pushed.count);
        Round {
            rate: rate(pushed.count, pushed.elapsed),
            p50: pushed.below(50),
            p99: pushed.below(99),
            panel,
            database,
        }
    }

    /// A report of devices and the list that it asks for, one after the other on each of eight sockets.
    async fn report(&self, scale: &Scale) -> Round {
        let before = self.used();
        let started = std::time::Instant::now();
        let agents = (1..=8).map(|node| async move {
            let url = format!(
                "ws://{}/ws?token={NODE_TOKEN}&node_id={node}",
                self.panel.address()
            );
            let mut socket = connect_async(url).await.unwrap().0;
            let mut times = Vec::new();
            for number in 0_u64.. {
                if started.elapsed() >= Duration::from_secs(scale.seconds) {
                    break;
                }
                let devices = (1..=20_u64).map(|user| {
                    let address = format!("10.{}.{}.{user}", node, number % 4);
                    (user.to_string(), json!([address]))
                });
                let devices: serde_json::Map<_, _> = devices.collect();
                let sent = std::time::Instant::now();
                for message in [
                    json!({"event": "report.devices", "data": devices}),
                    json!({"event": "request.devices"}),
                ] {
                    let message = Message::text(message.to_string());
                    socket.send(message).await.unwrap();
                }
                loop {
                    let heard = socket.next().await.unwrap().unwrap();
                    if heard.is_text() && heard.to_text().unwrap().contains("sync.devices") {
                        break;
                    }
                }
                times.push(sent.elapsed());
            }
            times
        });
        let times = futures_util::future::join_all(agents).await;
        let mut times: Vec<Duration> = times.into_iter().flatten().collect();
        times.sort();
        let count = u64::try_from(times.len()).unwrap();
        let [panel, database] = self.since(before, count);
        Round {
            rate: rate(count, started.elapsed()),
            p50: times[times.len() / 2],
            p99: times[(times.len() - 1) * 99 / 100],
            panel,
            database,
        }
    }

    /// Orders by customers who have none yet.
    async fn order(&mut self, scale: &Scale) -> Round {
        let buyers = self.readers.get(self.buyer..self.buyer + scale.orders);
        // More rounds need more --users.
        let buyers = buyers.unwrap().iter();
        self.buyer += scale.orders;
        let requests = buyers.map(|reader| {
            let token = reader.token.trim_start_matches("Bearer ");
            let body = json!({"plan_id": reader.plan, "period": "month_price"});
            Request::post("/api/v1/user/order/save", token, body)
        });
        let before = self.used();
        let measured = measure(&self.panel.url(""), 32, requests.collect()).await;
        let count = u64::try_from(measured.times.len()).unwrap();
        let [panel, database] = self.since(before, count);
        Round {
            rate: rate(count, measured.elapsed),
            p50: measured.times[measured.times.len() / 2],
            p99: measured.times[(measured.times.len() - 1) * 99 / 100],
            panel,
            database,
        }
    }
}

/// A second.
fn rate(count: u64, elapsed: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / elapsed.as_secs_f64()
}

/// `1.23ms` as `wrk` writes it.
fn time(text: &str) -> Duration {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number: f64 = text.trim_end_matches(unit).parse().unwrap_or(0.0);
    Duration::from_secs_f64(match unit {
        "us" => number / 1e6,
        "ms" => number / 1e3,
        "m" => number * 60.0,
        _ => number,
    })
}

/// The round in the middle, value by value.
fn median(rounds: &[Round]) -> Round {
    fn middle<T: Copy + PartialOrd>(rounds: &[Round], value: impl Fn(&Round) -> T) -> T {
        let mut values: Vec<T> = rounds.iter().map(value).collect();
        values.sort_by(|one, other| one.partial_cmp(other).unwrap());
        values[values.len() / 2]
    }
    Round {
        rate: middle(rounds, |round| round.rate),
        p50: middle(rounds, |round| round.p50),
        p99: middle(rounds, |round| round.p99),
        panel: middle(rounds, |round| round.panel),
        database: middle(rounds, |round| round.database),
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The cells of one program.
fn cells(round: &Round) -> String {
    format!(
        "{:.0} | {:.1} | {:.1} | {:.3} | {:.3}",
        round.rate,
        millis(round.p50),
        millis(round.p99),
        millis(round.panel),
        millis(round.database)
    )
}

async fn say(sides: &mut [Side], scale: &Scale, names: &[&str]) {
    let head = "requests/s | p50 ms | p99 ms | panel ms | database ms";
    let is_compared = sides.len() > 1;
    let more = if is_compared {
        format!(" {head} | of before |")
    } else {
        String::new()
    };
    println!("| route | {head} |{more}");
    println!("|{}", "---|".repeat(if is_compared { 12 } else { 6 }));
    for (name, step) in STEPS {
        let is_wanted = |word: &String| name.contains(word.as_str());
        if !names.contains(&name) || !scale.routes.is_empty() && !scale.routes.iter().any(is_wanted)
        {
            continue;
        }
        let mut rounds = vec![Vec::new(); sides.len()];
        for _ in 0..scale.rounds {
            for (side, rounds) in sides.iter_mut().zip(&mut rounds) {
                rounds.push(side.run(step, scale).await);
            }
        }
        let medians: Vec<Round> = rounds.iter().map(|rounds| median(rounds)).collect();
        let mut line = format!("| `{name}` |");
        for median in &medians {
            write!(line, " {} |", cells(median)).unwrap();
        }
        if let [before, now] = medians.as_slice() {
            let [before, now] = [before, now].map(|side| millis(side.panel + side.database));
            write!(line, " {:.2} |", now / before).unwrap();
        }
        println!("{line}");
    }
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let routes = arguments.value("--routes").unwrap_or_default().split(',');
    let scale = Scale {
        users: arguments.number("--users", market::BUYERS, 1_000),
        more: arguments.number("--more", 0, 0),
        rounds: usize::try_from(arguments.number("--rounds", 3, 1)).unwrap(),
        seconds: arguments.number("--seconds", 10, 1),
        orders: usize::try_from(arguments.number("--orders", 1_500, 200)).unwrap(),
        routes: routes
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
    };
    let baseline = arguments.value("--baseline");
    let programs = baseline
        .into_iter()
        .chain([env!("CARGO_BIN_EXE_ferroboard")]);
    let programs: Vec<&Path> = programs.map(Path::new).collect();
    for backend in arguments.backends(&Backend::ALL) {
        let mut sides = Vec::new();
        for program in &programs {
            sides.extend(Side::open(backend, program, &scale).await);
        }
        if sides.is_empty() {
            continue;
        }
        println!("\n### {backend:?}, {} users\n", scale.users);
        let idle = memory(&sides);
        let names: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        say(&mut sides, &scale, &names).await;
        println!("\nmemory idle: {idle}; after these: {}", memory(&sides));
        if scale.more > 0 {
            for side in &sides {
                // Between them is who logs in.
                let first = scale.users + 2;
                market::grow(&side.database, first, scale.users + scale.more + 1).await;
            }
            println!("\n### {backend:?}, {} users\n", scale.users + scale.more);
            say(&mut sides, &scale, &GROWING).await;
            println!("\nmemory after these: {}", memory(&sides));
        }
    }
}

fn memory(sides: &[Side]) -> String {
    let of = |side: &Side| Memory::of(side.panel.process_id()).to_string();
    sides.iter().map(of).collect::<Vec<_>>().join(" → ")
}
