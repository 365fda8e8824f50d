//! A value that cannot be read affects its own row, and no other.
//!
//! Every column of every table gets every odd value that the database lets in, each in a row of its
//! own; the columns come from the schema, so that new ones are tried without a word here.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything here is a test, where a panic is the report"
)]

mod columns;
mod house;
mod kept;
mod questions;
#[path = "../support/mod.rs"]
mod support;
mod values;

use std::collections::BTreeMap;

use ferroboard_testing::databases::Database;

use crate::house::House;
use crate::support::{Rows, on_every_database, run};

on_every_database!(
    an_odd_value_stays_in_its_row,
    jobs_pass_over_odd_values,
    an_order_that_cannot_be_read_does_not_block,
);

/// Routes that answer nothing but sums over all rows, planted ones as well.
const SUMS: [&str; 5] = [
    "/gift-card/statistics",
    "/v1/a-hidden-door/plan/fetch",
    "/system/getQueue",
    "/system/getSystemStatus",
    "/traffic-reset/stats",
];

/// How many answers there must be to compare: fewer would mean that the comparison left most of
/// them out.
const COMPARED: usize = 60;

async fn an_odd_value_stays_in_its_row(database: Database) {
    let house = House::build(&database).await;
    let before = house.ask_everything().await;
    let again = house.ask_everything().await;
    let stable = |path: &&String| before[*path].1 == again[*path].1;
    let tells_of_rows = |path: &&String| !SUMS.iter().any(|sum| path.contains(sum));
    let stable = before.keys().filter(stable).filter(tells_of_rows);
    let stable: Vec<&String> = stable.collect();
    assert!(stable.len() >= COMPARED, "only {} are stable", stable.len());
    let planted = values::plant(&database).await;
    // Settings and nodes are read again within seconds.
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    let after = house.ask_everything().await;
    let mut faults = Vec::new();
    for (path, (status, text)) in &after {
        if *status >= 500 {
            faults.push(format!("{path}: {status} {text}"));
        }
    }
    for path in stable {
        let (was, is) = (&before[path], &after[path]);
        if was.0 != is.0 || !kept::is_kept(&was.1, &is.1) {
            faults.push(format!("{path} changed:\n  {was:?}\n  {is:?}"));
        }
    }
    faults.extend(house.ask_about(&planted).await);
    assert!(faults.is_empty(), "{}", report(&faults, &house.panel.log()));
    assert_told_once(&house.panel.log());
}

/// The faults, and what the log says about requests that failed.
fn report(faults: &[String], log: &str) -> String {
    let failed = log.lines().filter(|line| line.contains("ERROR"));
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    for line in failed {
        let cause = line.split_once("cause=").map_or(line, |(_, cause)| cause);
        *causes.entry(cause.to_owned()).or_default() += 1;
    }
    format!("{}\n{causes:#?}", faults.join("\n"))
}

/// Asserts that some values were told to the log, and none of them twice.
fn assert_told_once(log: &str) {
    let told = log
        .lines()
        .filter_map(|line| line.split_once("a stored value cannot be read"));
    let mut places: Vec<&str> = told.map(|(_, place)| place.trim()).collect();
    let count = places.len();
    assert!(count > 5, "{count} values were told");
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), count, "a value was told twice");
}

async fn jobs_pass_over_odd_values(database: Database) {
    let house = House::build(&database).await;
    values::plant(&database).await;
    let alice = house.alice.id;
    let sql = database.sql();
    sql.execute(&format!(
        "INSERT INTO v2_order (user_id, plan_id, type, period, trade_no, total_amount, status, \
         created_at, updated_at) VALUES ({alice}, 1, 1, 'monthly', 'alice-paid', 0, 1, 1, 1)"
    ))
    .await;
    let unknown = run(&database, &[], &["jobs", "run", "?"]);
    let unknown = String::from_utf8_lossy(&unknown.stderr).into_owned();
    let (_, names) = unknown.split_once("there are: ").unwrap();
    let mut faults = Vec::new();
    for name in names.trim().split(", ") {
        if name == "reset:password" {
            continue;
        }
        let arguments = ["jobs", "run"].into_iter().chain(name.split(' '));
        let ran = run(&database, &[], &arguments.collect::<Vec<_>>());
        let log = String::from_utf8_lossy(&ran.stderr);
        // What is said about a planted order itself is as it should be: nobody can ask its gateway.
        let fails = |line: &str| line.contains("ERROR") && !line.contains("victim-");
        if !ran.status.success() || log.lines().any(fails) {
            let errors = log.lines().filter(|line| !line.contains("WARN"));
            let errors: Vec<&str> = errors.take(5).collect();
            faults.push(format!("{name}: {}\n  {}", ran.status, errors.join("\n  ")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let rows = Rows(sql);
    let opened = rows.count("v2_order", "trade_no = 'alice-paid' AND status = 3");
    assert_eq!(
        opened.await,
        1,
        "the order behind the odd ones was not opened"
    );
}

async fn an_order_that_cannot_be_read_does_not_block(database: Database) {
    let house = House::build(&database).await;
    let alice = house.alice.id;
    for (number, status) in [("odd-paid", 1), ("odd-pending", 0)] {
        let insert = format!(
            "INSERT INTO v2_order (user_id, plan_id, type, period, trade_no, total_amount, status, \
             created_at, updated_at) VALUES ({alice}, 1, 1, 'fortnight', '{number}', 100, {status}, 1, 1)"
        );
        database.sql().execute(&insert).await;
    }
    let body = crate::support::shop::month_of(1, None);
    let token = &house.alice.token;
    let placed = house
        .panel
        .post("/api/v1/user/order/save", token, body.clone());
    let trade_no = placed.await.data();
    let next = house.panel.post("/api/v1/user/order/save", token, body);
    next.await.assert_refused(400);
    let detail = house
        .panel
        .get("/api/v1/user/order/detail?trade_no=odd-paid", token);
    detail.await.assert_refused(409);
    for _ in 0..2 {
        let ran = run(&database, &[], &["jobs", "run", "check:order"]);
        let log = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.success() && !log.contains("ERROR"), "{log}");
        assert_eq!(log.matches("column=\"period\"").count(), 2, "{log}");
    }
    let rows = Rows(database.sql());
    let untouched = "trade_no LIKE 'odd-%' AND updated_at = 1";
    assert_eq!(rows.count("v2_order", untouched).await, 2);
    let own = format!("trade_no = '{}' AND status = 0", trade_no.as_str().unwrap());
    assert_eq!(rows.count("v2_order", &own).await, 1);
}
