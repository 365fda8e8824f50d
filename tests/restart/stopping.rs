//! Panels and clients that leave.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use ferroboard_testing::databases::Database;
use serde_json::json;

use crate::support::{PASSWORD, Panel, Rows, on_every_database, within};

on_every_database!(
    a_stopping_panel_finishes_what_it_began,
    clients_that_hang_up_lose_nothing_and_stop_nothing,
);

async fn a_stopping_panel_finishes_what_it_began(database: Database) {
    // A login takes long enough to be under way when the signal comes.
    let mut panel = Panel::start_with(&database, &[("FERROBOARD__HASHING__COST", "12")]).await;
    panel.register("ann@demo.test").await;
    let (client, url) = (panel.client(), panel.url("/api/v1/passport/auth/login"));
    let logins: Vec<_> = (0..4)
        .map(|_| {
            let body = json!({"email": "ann@demo.test", "password": PASSWORD});
            tokio::spawn(client.post(&url).json(&body).send())
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(150)).await;
    panel.signal("TERM");
    for login in logins {
        let answer = login.await.unwrap().unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap();
    }
    let status = panel.wait_until_ended(15).await;
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    assert!(TcpStream::connect(panel.address()).is_err());
    let rows = Rows(database.sql());
    let ann = rows.user("ann@demo.test").await;
    assert_eq!(rows.sessions(ann).await, 5);
}

async fn clients_that_hang_up_lose_nothing_and_stop_nothing(database: Database) {
    const CLIENTS: i64 = 60;
    let panel = Panel::start(&database).await;
    for number in 0..CLIENTS {
        let body = format!("{{\"email\":\"h{number}@demo.test\",\"password\":\"{PASSWORD}\"}}");
        let request = format!(
            "POST /api/v1/passport/auth/register HTTP/1.1\r\nHost: demo.test\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(panel.address()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        // At every stage of the work: while parsing, hashing, writing.
        std::thread::sleep(Duration::from_millis(u64::try_from(number % 12).unwrap()));
        drop(stream);
    }
    let rows = Rows(database.sql());
    let is_done = || async { rows.count("v2_user", "email LIKE 'h%'").await == CLIENTS };
    // A request that was never read in full was never begun; those are few, and none is half done.
    within(30, is_done).await;
    let accounts = rows.count("v2_user", "email LIKE 'h%'").await;
    let sessions = rows.count("personal_access_tokens", "1 = 1").await;
    assert!(
        accounts * 2 > CLIENTS,
        "only {accounts} of {CLIENTS} were carried out"
    );
    assert_eq!(accounts, sessions);
    let log = panel.log();
    assert!(!log.contains("panicked"), "{log}");
    // Beside a lock that was left behind this would be given up.
    panel.register("ann@demo.test").await;
}
