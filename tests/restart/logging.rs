//! What lines of the log say; and that a log that cannot be written harms nothing but itself.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

use ferroboard_testing::databases::{Backend, Database};
use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::support::notice::{EPAY, UUID, notify};
use crate::support::seeds::epay;
use crate::support::{Notice, PASSWORD, Panel, Rows, Seeds, run, within};

/// Where every write fails for want of room.
fn full_disk() -> Stdio {
    File::options()
        .write(true)
        .open("/dev/full")
        .unwrap()
        .into()
}

/// Every request is answered, jobs run, and the lost lines are counted.
async fn serves(mut panel: Panel, requests: usize) {
    panel.wait_until_healthy().await;
    panel.register("ann@demo.test").await;
    for _ in 0..requests {
        assert_eq!(panel.get("/nowhere", "").await.status, 404);
    }
    assert_eq!(panel.login("ann@demo.test", PASSWORD).await.status, 200);
    let metrics = panel
        .client()
        .get(panel.url("/metrics"))
        .send()
        .await
        .unwrap();
    let metrics = metrics.text().await.unwrap();
    let lost = metrics
        .lines()
        .find_map(|line| line.strip_prefix("log_lines_lost_total "));
    assert!(lost.unwrap().parse::<u64>().unwrap() > 0, "{metrics}");
    assert!(
        metrics.contains("background_task_restarts_total{task=\"schedule\"} 0"),
        "{metrics}"
    );
    panel.signal("TERM");
    let ended = panel.wait_until_ended(20).await;
    assert!(ended.is_some_and(|status| status.success()), "{ended:?}");
}

const WITH_JOBS: &[(&str, &str)] = &[("FERROBOARD__JOBS__ENABLED", "true")];

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_lines_and_nothing_else() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let panel = Panel::launch_printing_to(&database, WITH_JOBS, full_disk(), full_disk());
    serves(panel, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_loses_lines_and_nothing_else() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    let panel = Panel::launch_printing_to(&database, WITH_JOBS, closed(), closed());
    serves(panel, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_that_nobody_reads_loses_lines_and_nothing_else() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    let settings = [WITH_JOBS, &[("FERROBOARD__LOG__FILTER", "trace")]].concat();
    let panel = Panel::launch_printing_to(&database, &settings, Stdio::null(), writer.into());
    serves(panel, 1_500).await;
    drop(reader);
}

/// The line that says so.
fn line_of(log: &str, says: &str) -> String {
    let mut lines = log.lines().filter(|line| line.contains(says));
    let found = lines.next().map(str::to_owned);
    found.unwrap_or_else(|| panic!("no line says {says:?}:\n{log}"))
}

/// A warning about a notice that the gateway did not sign, and the id in the answer to it.
async fn refused_notice(format: &str) -> (String, String) {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let settings = [
        ("FERROBOARD__LOG__FORMAT", format),
        // Whoever wants warnings alone gets their ids all the same.
        ("FERROBOARD__LOG__FILTER", "warn"),
    ];
    let panel = Panel::start_with(&database, &settings).await;
    let seeds = Seeds::of(&panel, &database).await;
    seeds.add_method(1, EPAY, UUID, epay()).await;
    let notice = Notice::of("none", 100, "E1").signed("not the key");
    let address = format!("{}?{notice}", notify(EPAY, UUID));
    let answer = panel.get(&address, "").await;
    let id = answer.header("x-request-id").to_owned();
    assert_eq!(id.len(), 16, "{answer:?}");
    let says = "a payment notice was refused";
    within(30, async || panel.log().contains(says)).await;
    (line_of(&panel.log(), says), id)
}

const NOTICES: &str = "/api/v1/guest/payment/notify/{method}/{uuid}";

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_a_use_case_names_its_request() {
    let (line, id) = refused_notice("text").await;
    let request = format!("request{{id={id} method=\"GET\" route=\"{NOTICES}\"}}");
    assert!(line.contains(&request), "{line}");
    assert!(!line.contains(UUID), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_a_use_case_names_its_request_in_json() {
    let (line, id) = refused_notice("json").await;
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["message"], "a payment notice was refused");
    let request = json!({"name": "request", "id": id, "method": "GET", "route": NOTICES});
    assert_eq!(line["span"], request, "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_behind_the_admin_path_names_its_request() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let panel = Panel::start_on_site(&database, &[("secure_path", "a-hidden-door")]).await;
    let token = panel.register("chief@demo.test").await;
    let rows = Rows(database.sql());
    let chief = rows.user("chief@demo.test").await;
    rows.set_user(chief, "is_admin = 1").await;
    let save = "/api/v2/a-hidden-door/config/save";
    let saved = panel.post(save, &token, json!({"app_name": "New"})).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let id = saved.header("x-request-id");
    let route = "/api/v2/{secure_path}/config/save";
    let request = format!("request{{id={id} method=\"POST\" route=\"{route}\"}}");
    let is_told = |line: &str| line.contains(&request) && line.ends_with("settings have changed");
    within(30, async || panel.log().lines().any(is_told)).await;
    let log = panel.log();
    assert!(log.lines().any(is_told), "{log}");
    // The first start shows the path and where it leads, and no line after it.
    let mut naming = log.lines().filter(|line| line.contains("a-hidden-door"));
    assert!(
        naming.all(|line| line.starts_with("  admin path ") || line.starts_with("  console ")),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_a_conversation_names_its_request() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    let secret = "server-token-0123456789";
    let panel = Panel::start_on_site(&database, &[("server_token", secret)]).await;
    let seeds = Seeds::of(&panel, &database).await;
    seeds.add_node(1, "shadowsocks", "Node").await;
    // Agents dial here as well.
    let url = format!("ws://{}/?token={secret}&node_id=1", panel.address());
    let (mut agent, _) = connect_async(url).await.unwrap();
    let message = r#"{"event": "\u0000"}"#;
    agent.send(Message::from(message)).await.unwrap();
    let says = "a message over a WebSocket holds what cannot be stored";
    within(30, async || panel.log().contains(says)).await;
    let line = line_of(&panel.log(), says);
    assert!(line.contains("method=\"GET\" route=\"/ws\"}"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_a_job_names_the_job() {
    let database = Database::fresh(Backend::Sqlite).await.unwrap();
    assert!(run(&database, &[], &["migrate"]).status.success());
    let paid = "INSERT INTO v2_order (user_id, plan_id, type, period, trade_no, total_amount, \
                status, created_at, updated_at) VALUES (9, 9, 1, 'monthly', 'orphan', 0, 1, 1, 1)";
    database.sql().execute(paid).await;
    let ended = run(&database, &[], &["jobs", "run", "check:order"]);
    let log = String::from_utf8(ended.stderr).unwrap();
    let line = line_of(&log, "a paid order was not opened");
    assert!(line.contains("job{name=\"check:order\"}"), "{line}");
}

/// Nobody wants to be woken by what strangers send that is no HTTP.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_is_no_error() {
    for (filter, is_told) in [("info", false), ("info,actix_http=debug", true)] {
        let database = Database::fresh(Backend::Sqlite).await.unwrap();
        let settings = [("FERROBOARD__LOG__FILTER", filter)];
        let panel = Panel::start_with(&database, &settings).await;
        let mut stranger = TcpStream::connect(panel.address()).unwrap();
        stranger.write_all(b"\x16\x03\x01 no HTTP\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stranger.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 400 "), "{answer:?}");
        let seconds = if is_told { 30 } else { 1 };
        let is_in_log = within(seconds, async || panel.log().contains("actix_http")).await;
        assert_eq!(is_in_log, is_told, "{}", panel.log());
    }
}
