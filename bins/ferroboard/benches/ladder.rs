//! A ladder of load runs, measured in one go: what a request to `GET /user/info` costs, rung by rung.
//!
//! `cargo bench -p ferroboard --bench ladder -- [--database URL] [--seconds N] [--connections N]`
//!
//! 1. constant JSON;
//! 2. and the check of the token's signature;
//! 3. and the one SELECT of the same row, in a bare handler;
//! 4. the real route of the real binary;
//! 5. the same beside a storm of 16 logins.
//!
//! Needs `wrk`. The database must be empty; without `--database` it is a temporary SQLite file.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that meets something unexpected is to stop and say so"
)]

#[path = "load/memory.rs"]
mod memory;
#[allow(dead_code, reason = "each load run uses a part of this")]
#[path = "load/wrk.rs"]
mod wrk;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Data, get};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use ferroboard_adapters::{JwtSigner, SystemClock};
use ferroboard_application::{SessionView, Store};
use ferroboard_auth::{Credential, TokenSigner as _};
use ferroboard_kernel::{Clock as _, PlanId, UnixSeconds, Zone};
use ferroboard_persistence::ConnectOptions;
use serde::Serialize;

use memory::Memory;
use wrk::{Load, post_script, started, wrk};

const KEY: &str = "a-key-for-measurements-only-0123456789";
/// Whose page is asked for.
const READER: &str = r#"{"email":"reader@demo.test","password":"correct-horse"}"#;
/// Who logs in over and over: somebody else, since a user keeps 50 sessions only.
const LOGIN: &str = r#"{"email":"storm@demo.test","password":"correct-horse"}"#;

struct Arguments {
    database: String,
    seconds: String,
    connections: String,
    /// Holds the temporary database until the end.
    _folder: tempfile::TempDir,
}

impl Arguments {
    fn read() -> Self {
        let given: Vec<String> = std::env::args().skip(1).collect();
        let value = |name: &str| {
            let at = given.iter().position(|argument| argument == name)?;
            given.get(at + 1).cloned()
        };
        let folder = tempfile::tempdir().unwrap();
        let sqlite = format!("sqlite://{}", folder.path().join("ladder.sqlite").display());
        Self {
            database: value("--database").unwrap_or(sqlite),
            seconds: value("--seconds").unwrap_or_else(|| "10".into()),
            connections: value("--connections").unwrap_or_else(|| "32".into()),
            _folder: folder,
        }
    }
}

/// The real binary, killed at the end.
struct Panel {
    process: Child,
    port: u16,
}

impl Drop for Panel {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Panel {
    fn start(database: &str) -> Self {
        let port = free_port();
        let process = Command::new(env!("CARGO_BIN_EXE_ferroboard"))
            .arg("serve")
            .env("FERROBOARD__DATABASE__URL", database)
            .env("FERROBOARD__HTTP__BIND", format!("127.0.0.1:{port}"))
            .env("FERROBOARD__SECRETS__SIGNING_KEY", KEY)
            .env("FERROBOARD__LIMITS__PASSPORT_PER_ADDRESS_PER_MINUTE", "0")
            .env("FERROBOARD__LIMITS__PASSPORT_PER_ACCOUNT_PER_MINUTE", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let panel = Self { process, port };
        for _ in 0..600 {
            if answer(port, "GET", "/healthz", "").is_some_and(|text| text.contains(" 200 ")) {
                return panel;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the panel did not start; is the database there and empty?");
    }

    fn memory(&self) -> u64 {
        Memory::of(self.process.id()).now
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn answer(port: u16, method: &str, path: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    Some(text)
}

#[derive(Clone)]
struct Bare {
    store: Arc<dyn Store>,
    signer: Arc<JwtSigner>,
    constant: String,
}

/// The row as a bare handler would answer it.
#[derive(Serialize)]
struct Row<'a> {
    email: &'a str,
    transfer_enable: i64,
    u: i64,
    d: i64,
    last_login_at: Option<i64>,
    created_at: i64,
    banned: bool,
    remind_expire: bool,
    remind_traffic: bool,
    expired_at: Option<i64>,
    balance: i64,
    commission_balance: i64,
    plan_id: Option<i64>,
    uuid: &'a str,
}

impl<'a> From<&'a SessionView> for Row<'a> {
    fn from(session: &'a SessionView) -> Self {
        let account = &session.account;
        Row {
            email: account.email.as_str(),
            transfer_enable: account.transfer_enable,
            u: account.upload,
            d: account.download,
            last_login_at: account.last_login_at.map(UnixSeconds::get),
            created_at: account.created_at.get(),
            banned: account.banned,
            remind_expire: account.remind_expire,
            remind_traffic: account.remind_traffic,
            expired_at: account.expired_at.map(UnixSeconds::get),
            balance: account.balance.get(),
            commission_balance: account.commission_balance.get(),
            plan_id: account.plan_id.map(PlanId::get),
            uuid: &account.uuid,
        }
    }
}

fn credential(request: &HttpRequest, bare: &Bare) -> Option<Credential> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let credential = Credential::parse(header)?;
    bare.signer.verify(credential.secret(), SystemClock.now())?;
    Some(credential)
}

fn json(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(body)
}

async fn constant(bare: Data<Bare>) -> HttpResponse {
    json(bare.constant.clone())
}

async fn token(request: HttpRequest, bare: Data<Bare>) -> HttpResponse {
    match credential(&request, &bare) {
        Some(_) => json(bare.constant.clone()),
        None => HttpResponse::Forbidden().finish(),
    }
}

async fn select(request: HttpRequest, bare: Data<Bare>) -> HttpResponse {
    let Some(credential) = credential(&request, &bare) else {
        return HttpResponse::Forbidden().finish();
    };
    let store = Arc::clone(&bare.store);
    // A query must run to its end on a multi-threaded runtime, in a bare handler too.
    let read = tokio::spawn(async move {
        store
            .find_session(&credential.digest(), SystemClock.now())
            .await
    });
    let session = read.await.unwrap().unwrap().unwrap();
    json(serde_json::to_string(&Row::from(&session)).unwrap())
}

fn serve_bare(bare: Bare) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let data = Data::new(bare);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .route("/constant", get().to(constant))
            .route("/token", get().to(token))
            .route("/select", get().to(select))
    });
    tokio::spawn(server.listen(listener).unwrap().run());
    port
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let panel = Panel::start(&arguments.database);
    let idle = panel.memory();
    let register = |body| answer(panel.port, "POST", "/api/v1/passport/auth/register", body);
    register(LOGIN).unwrap();
    let registered = register(READER).unwrap();
    let token = registered
        .split("\"token\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let authorization = format!("Authorization: {token}");
    let options = ConnectOptions {
        url: arguments.database.clone(),
        max_connections: 8,
        zone: Zone::default(),
    };
    let bare = Bare {
        store: ferroboard_persistence::connect(&options).await.unwrap(),
        signer: Arc::new(JwtSigner::new(KEY)),
        constant: format!("{{\"data\":\"{}\"}}", "x".repeat(600)),
    };
    let port = serve_bare(bare);
    let (seconds, connections) = (arguments.seconds.as_str(), arguments.connections.as_str());
    println!(
        "database {}",
        arguments.database.split(':').next().unwrap_or_default()
    );
    println!(
        "{:<34}{:>12}{:>12}{:>10}",
        "rung", "requests/s", "p99", "refused"
    );
    let say = |rung: &str, load: &Load| {
        println!(
            "{rung:<34}{:>12}{:>12}{:>10}",
            load.rate, load.p99, load.refused
        );
    };
    let info = format!("http://127.0.0.1:{}/api/v1/user/info", panel.port);
    let rungs = [
        ("constant JSON", format!("http://127.0.0.1:{port}/constant")),
        ("+ token check", format!("http://127.0.0.1:{port}/token")),
        (
            "+ SELECT, bare handler",
            format!("http://127.0.0.1:{port}/select"),
        ),
        ("GET /api/v1/user/info", info.clone()),
    ];
    let header = ["-H", authorization.as_str()];
    for (rung, url) in &rungs {
        say(
            rung,
            &Load::of(&mut wrk(connections, seconds, url, &header)),
        );
    }
    println!(
        "resident memory: {idle} MiB idle, {} MiB after the load",
        panel.memory()
    );
    let folder = tempfile::tempdir().unwrap();
    let script = post_script(folder.path(), LOGIN);
    let login = format!("http://127.0.0.1:{}/api/v1/passport/auth/login", panel.port);
    let mut storm = wrk("16", seconds, &login, &["-s", &script, "--timeout", "10s"]);
    let storm = started(storm.stdout(Stdio::piped()));
    say(
        "user/info beside 16 logins",
        &Load::of(&mut wrk(connections, seconds, &info, &header)),
    );
    let storm = String::from_utf8(storm.wait_with_output().unwrap().stdout).unwrap();
    let rate = storm
        .lines()
        .find(|line| line.starts_with("Requests/sec"))
        .unwrap_or("no login");
    println!("the logins: {rate}");
    println!("resident memory after the storm: {} MiB", panel.memory());
}
