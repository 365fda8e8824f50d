//! What administrators wait for on a large panel, over the real binary: lists, filters, dashboards and the
//! table of all users, at eight connections.
//!
//! `cargo bench -p ferroboard --bench operator -- [--smoke] [--database sqlite|mysql|postgres] [--users N]
//! [--seconds N]`
//!
//! Needs `wrk`. Without `--database` SQLite and a private PostgreSQL server are measured. There are ten
//! rows of traffic and a tenth of an order for each user, and a ticket for each order.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement that meets something unexpected is to stop and say so"
)]

mod load;
#[path = "../../../tests/support/mod.rs"]
mod support;

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use ferroboard_testing::databases::{Backend, Database, Durability};

use load::wrk::{Load, wrk};
use load::{Arguments, Crowd, Memory};
use support::Panel;

const PATH: &str = "measured-door";
const TOKEN: &str = "a-session-for-measurements";
/// The SHA-256 of [`TOKEN`], as sessions are kept.
const TOKEN_HASH: &str = "6705323fd0edbb9d7e0a1fbc30fb805166d92fc3878dc31d9bfa1e0188eb7d8e";
const DAY: u64 = 86_400;

/// What is asked: lists by an indexed column, dashboards, and the worst filters that there are.
const ASKED: [(&str, &str); 24] = [
    ("users, the newest", "user/fetch?pageSize=20"),
    (
        "users, of a plan",
        "user/fetch?pageSize=20&filter[0][id]=plan_id&filter[0][value]=eq:1",
    ),
    (
        "users, by mail",
        "user/fetch?filter[0][id]=email&filter[0][value]=eq:user4711@crowd.test",
    ),
    ("users, page 1,000", "user/fetch?pageSize=20&current=1000"),
    (
        "users, by end",
        "user/fetch?pageSize=20&sort[0][id]=expired_at&sort[0][desc]=1",
    ),
    (
        "users, part of a mail",
        "user/fetch?filter[0][id]=email&filter[0][value]=4711",
    ),
    (
        "users, most used",
        "user/fetch?sort[0][id]=total_used&sort[0][desc]=1",
    ),
    ("orders, the newest", "order/fetch?pageSize=20"),
    (
        "orders, of a status",
        "order/fetch?filter[0][id]=status&filter[0][value]=eq:3",
    ),
    (
        "orders, part of a number",
        "order/fetch?filter[0][id]=trade_no&filter[0][value]=4711",
    ),
    (
        "orders, by amount",
        "order/fetch?sort[0][id]=total_amount&sort[0][desc]=1",
    ),
    ("tickets, open", "ticket/fetch?status=0"),
    ("coupons", "coupon/fetch"),
    ("gift card codes", "gift-card/codes"),
    ("plans", "plan/fetch"),
    ("groups", "server/group/fetch"),
    ("nodes", "server/manage/getNodes"),
    ("stat/getStats", "stat/getStats"),
    ("stat/getOverride", "stat/getOverride"),
    ("stat/getOrder", "stat/getOrder"),
    (
        "stat/getTrafficRank, users",
        "stat/getTrafficRank?type=user",
    ),
    (
        "stat/getTrafficRank, nodes",
        "stat/getTrafficRank?type=node",
    ),
    (
        "stat/getStatUser",
        "stat/getStatUser?user_id=4711&pageSize=10",
    ),
    ("traffic-reset/logs", "traffic-reset/logs"),
];

/// Numbers from 0 below ten to the power of `digits`, in words that the databases share.
fn numbers(digits: u32) -> String {
    let digit: Vec<String> = (0..10).map(|n| format!("SELECT {n}")).collect();
    let places: Vec<String> = (0..digits)
        .map(|place| format!("{} * d{place}.n", 10_u64.pow(place)))
        .collect();
    let tables: Vec<String> = (0..digits).map(|place| format!("digit d{place}")).collect();
    format!(
        "WITH digit(n) AS ({}), number(i) AS (SELECT {} FROM {})",
        digit.join(" UNION ALL "),
        places.join(" + "),
        tables.join(", ")
    )
}

/// How many digits numbers below this one have.
fn digits(below: u64) -> u32 {
    below.saturating_sub(1).max(1).ilog10() + 1
}

/// Writes what a panel of so many users has after ten days.
async fn fill(database: &Database, users: u64) {
    let sql = database.sql();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    // Midnight in Shanghai.
    let today = (now + 8 * 3_600) / DAY * DAY - 8 * 3_600;
    let (orders, rows) = (users / 10, users * 10);
    // Eight plans; every fourth user has none, every fifth subscription no end. Nobody came in the same second.
    sql.execute(
        "INSERT INTO v2_plan (id, group_id, transfer_enable, name, created_at, updated_at) VALUES \
         (2, 1, 1, 'b', 1, 1), (3, 1, 1, 'c', 1, 1), (4, 1, 1, 'd', 1, 1), (5, 1, 1, 'e', 1, 1), \
         (6, 1, 1, 'f', 1, 1), (7, 1, 1, 'g', 1, 1), (8, 1, 1, 'h', 1, 1)",
    )
    .await;
    sql.execute(&format!(
        "UPDATE v2_user SET plan_id = CASE WHEN id % 4 = 0 THEN NULL ELSE id % 8 + 1 END, \
         expired_at = CASE WHEN id % 5 = 0 THEN NULL ELSE {today} - 100 * {DAY} + id * 40 END, \
         u = id * 1009 % 1000003, d = id % 100000 * 10007 % 10000019, created_at = {today} - 20000000 + id * 10 - {DAY}"
    ))
    .await;
    let class = sql.quoted("App\\Models\\User");
    sql.execute(&format!(
        "INSERT INTO v2_settings (name, value) VALUES ('secure_path', '{PATH}'); \
         INSERT INTO personal_access_tokens (tokenable_type, tokenable_id, name, token, abilities) \
         VALUES ({class}, 1, 'measured', '{TOKEN_HASH}', '[\"*\"]')"
    ))
    .await;
    let order = numbers(digits(orders));
    sql.execute(&format!(
        "INSERT INTO v2_order (id, user_id, plan_id, type, period, trade_no, total_amount, status, \
         commission_status, commission_balance, created_at, updated_at) {order} \
         SELECT i + 1, i % {users} + 1, 1, 1, 'monthly', concat('order', 10000000 + i), 1000 + i % 997, \
         CASE WHEN i % 10 = 0 THEN 2 ELSE 3 END, 0, 0, {today} - i % 10 * {DAY} - (i - i % 10) / 10, {today} \
         FROM number WHERE i < {orders} ORDER BY i"
    ))
    .await;
    sql.execute(&format!(
        "INSERT INTO v2_ticket (id, user_id, subject, level, status, reply_status, created_at, updated_at) \
         {order} SELECT i + 1, i % {users} + 1, 'Slow', 1, CASE WHEN i % 10 = 0 THEN 0 ELSE 1 END, 0, \
         {today} - i, {today} - i FROM number WHERE i < {orders} ORDER BY i"
    ))
    .await;
    let row = numbers(digits(rows));
    sql.execute(&format!(
        "INSERT INTO v2_stat_user (user_id, server_rate, u, d, record_type, record_at, created_at, updated_at) \
         {row} SELECT i % {users} + 1, 1, 1000 + i % 991, 2000 + i % 9973, 'd', \
         {today} - (i - i % {users}) / {users} * {DAY}, {today}, {today} FROM number WHERE i < {rows} ORDER BY i"
    ))
    .await;
    sql.execute(&format!(
        "INSERT INTO v2_stat_server (server_id, server_type, u, d, record_type, record_at, created_at, updated_at) \
         {} SELECT i % 10 + 1, 'trojan', 1000, 2000, 'd', {today} - (i - i % 10) / 10 * {DAY}, {today}, {today} \
         FROM number WHERE i < 1000 ORDER BY i",
        numbers(3)
    ))
    .await;
    if database.backend() == Backend::Postgres {
        // What its own service would do within minutes.
        sql.execute("ANALYZE").await;
    }
}

/// Lets the most memory of a process be counted from now on.
fn forget_peak(process: u32) {
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
}

async fn measure(database: &Database, users: u64, seconds: u64) {
    let panel = Panel::start(database).await;
    let idle = Memory::of(panel.process_id());
    let (header, length) = (format!("Authorization: {TOKEN}"), seconds.to_string());
    println!(
        "| asked | first | requests/s | p50 | p99 | refused | memory at most |\n|---|---|---|---|---|---|---|"
    );
    let routes = ASKED.map(|(name, route)| (name, format!("/api/v2/{PATH}/{route}")));
    let pages = [("the console's list of users", format!("/{PATH}/users"))];
    let cookie = format!("Cookie: session={TOKEN}");
    for (name, path) in routes.into_iter().chain(pages) {
        let url = panel.url(&path);
        forget_peak(panel.process_id());
        let first = Instant::now();
        let answer = panel.client().get(&url).header("Authorization", TOKEN);
        let answer = answer.header("Cookie", format!("session={TOKEN}"));
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{name}");
        answer.bytes().await.unwrap();
        let first = first.elapsed().as_millis();
        let asked = ["-H", &header, "-H", &cookie];
        let load = Load::of(&mut wrk("8", &length, &url, &asked));
        println!(
            "| {name} | {first} ms | {} | {} | {} | {} | {} MiB |",
            load.rate,
            load.p50,
            load.p99,
            load.refused,
            Memory::of(panel.process_id()).peak
        );
    }
    forget_peak(panel.process_id());
    let asked = Instant::now();
    let url = panel.url(&format!("/api/v2/{PATH}/user/dumpCSV"));
    let request = panel.client().post(url).header("Authorization", TOKEN);
    let mut table = request
        .json(&serde_json::json!({"scope": "all"}))
        .send()
        .await
        .unwrap();
    assert_eq!(table.status(), 200);
    let mut bytes = 0;
    while let Some(part) = table.chunk().await.unwrap() {
        bytes += part.len();
    }
    println!(
        "dumpCSV of {users} users: {bytes} bytes in {:.1} s; memory idle {idle}, meanwhile {}",
        asked.elapsed().as_secs_f64(),
        Memory::of(panel.process_id())
    );
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let users = arguments.number("--users", 1_000_000, 1_000);
    let seconds = arguments.number("--seconds", 5, 1);
    for backend in arguments.backends(&[Backend::Sqlite, Backend::Postgres]) {
        let Some(database) = Database::fresh_on(backend, Durability::Durable).await else {
            continue;
        };
        let mut crowd = Crowd::settle(&database, 10).await;
        crowd.grow(users).await;
        fill(&database, users).await;
        println!("\n{backend:?}, {users} users, eight connections");
        measure(&database, users, seconds).await;
    }
}
