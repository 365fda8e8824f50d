//! A log that cannot be written harms nothing but itself.

use std::fs::File;
use std::process::Stdio;

use ferroboard_testing::databases::{Backend, Database};

use crate::support::{PASSWORD, Panel};

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
