//! Database servers that go away and come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use ferroboard_testing::databases::{Backend, OwnServer};

use crate::support::{Panel, within};

/// Makes a test on a server of its own of each kind.
macro_rules! on_a_server_of_its_own {
    ($($story:ident),+ $(,)?) => {
        mod mysql { $(on_a_server_of_its_own!(@test $story, Mysql);)+ }
        mod postgres { $(on_a_server_of_its_own!(@test $story, Postgres);)+ }
    };
    (@test $story:ident, $backend:ident) => {
        #[tokio::test(flavor = "multi_thread")]
        async fn $story() {
            use ferroboard_testing::databases::{Backend, OwnServer};
            if let Some(server) = OwnServer::start(Backend::$backend).await {
                super::$story(server).await;
            }
        }
    };
}

on_a_server_of_its_own!(
    a_server_that_was_restarted_is_served_again,
    a_server_that_is_restarted_under_load_loses_only_what_it_did,
    a_connection_that_was_ended_fails_one_request_at_most,
    a_frozen_server_makes_nobody_wait_for_ever,
);

/// How a server is ended at once: `PostgreSQL` leaves children behind when its first process is killed.
fn at_once(server: &OwnServer) -> &'static str {
    match server.database().backend() {
        Backend::Postgres => "QUIT",
        _ => "KILL",
    }
}

/// How a server is ended in order, without waiting for its clients.
fn in_order(server: &OwnServer) -> &'static str {
    match server.database().backend() {
        Backend::Postgres => "INT",
        _ => "TERM",
    }
}

/// A panel on the server, and a session.
async fn serve(server: &OwnServer) -> (Panel, String) {
    let panel = Panel::start(server.database()).await;
    let token = panel.register("ann@demo.test").await;
    (panel, token)
}

async fn status(panel: &Panel, token: &str) -> u16 {
    let answer = panel
        .client()
        .get(panel.url("/api/v1/user/info"))
        .header("authorization", token)
        .send()
        .await
        .unwrap();
    if answer.status() == 503 {
        assert!(answer.headers().contains_key("retry-after"));
    }
    answer.status().as_u16()
}

/// A dead connection is handed out at most once: behind the first good answer there is no bad one.
async fn is_whole_again(panel: &Panel, token: &str) {
    assert!(within(30, || async { status(panel, token).await == 200 }).await);
    for _ in 0..40 {
        assert_eq!(status(panel, token).await, 200, "{}", panel.log());
    }
}

async fn a_server_that_was_restarted_is_served_again(mut server: OwnServer) {
    let (panel, token) = serve(&server).await;
    for signal in [at_once(&server), in_order(&server)] {
        server.signal(signal);
        assert!(within(20, || async { status(&panel, &token).await == 503 }).await);
        assert_eq!(
            panel
                .client()
                .get(panel.url("/healthz"))
                .send()
                .await
                .unwrap()
                .status(),
            503
        );
        server.start_again().await;
        is_whole_again(&panel, &token).await;
    }
}

async fn a_server_that_is_restarted_under_load_loses_only_what_it_did(mut server: OwnServer) {
    let (panel, token) = serve(&server).await;
    let panel = Arc::new(panel);
    let ended = Arc::new(AtomicBool::new(false));
    let refused = Arc::new(AtomicU32::new(0));
    let crowd: Vec<_> = (0..16)
        .map(|_| {
            let (panel, token) = (Arc::clone(&panel), token.clone());
            let (ended, refused) = (Arc::clone(&ended), Arc::clone(&refused));
            tokio::spawn(async move {
                while !ended.load(Ordering::Relaxed) {
                    match status(&panel, &token).await {
                        200 => {}
                        503 => _ = refused.fetch_add(1, Ordering::Relaxed),
                        other => panic!("{other}: {}", panel.log()),
                    }
                }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.signal(at_once(&server));
    assert!(within(20, || async { refused.load(Ordering::Relaxed) > 20 }).await);
    server.start_again().await;
    let served = within(30, || async { status(&panel, &token).await == 200 }).await;
    ended.store(true, Ordering::Relaxed);
    for client in crowd {
        client.await.unwrap();
    }
    assert!(served, "{}", panel.log());
    is_whole_again(&panel, &token).await;
}

async fn a_connection_that_was_ended_fails_one_request_at_most(server: OwnServer) {
    let (panel, token) = serve(&server).await;
    let sql = server.database().sql();
    match server.database().backend() {
        Backend::Postgres => {
            sql.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await;
        }
        _ => {
            let connections = sql
                .rows(
                    "SELECT id FROM information_schema.processlist \
                     WHERE db = DATABASE() AND id <> CONNECTION_ID()",
                )
                .await;
            for id in connections.into_iter().flatten().flatten() {
                // One that is closed already is as good as killed.
                sql.execute_if_possible(&format!("KILL {id}")).await;
            }
        }
    }
    is_whole_again(&panel, &token).await;
}

async fn a_frozen_server_makes_nobody_wait_for_ever(mut server: OwnServer) {
    let (panel, token) = serve(&server).await;
    server.signal("STOP");
    let is_told = within(30, || async { status(&panel, &token).await == 503 }).await;
    server.signal("CONT");
    assert!(is_told, "{}", panel.log());
    is_whole_again(&panel, &token).await;
}
