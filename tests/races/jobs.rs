//! Panels that start at one moment, each with the schedule.

use ferroboard_testing::databases::Database;

use crate::support::{Panel, Rows, migrate, on_a_cluster, on_every_migrated_database, within};

on_every_migrated_database!(a_job_that_is_due_runs_once);
on_a_cluster!(a_job_that_is_due_runs_once);

async fn a_job_that_is_due_runs_once(database: Database) {
    migrate(database.url());
    let jobs = [("FERROBOARD__JOBS__ENABLED", "true")];
    let mut panels: Vec<Panel> = Panel::urls(&database, 3)
        .iter()
        .map(|url| Panel::launch_at(url, &jobs))
        .collect();
    for panel in &mut panels {
        panel.wait_until_healthy().await;
    }
    let ran = || -> usize {
        let logs = panels.iter().map(Panel::log);
        logs.map(|log| log.matches("a job is done").count()).sum()
    };
    // Most are due, and none is due again within this time.
    let most_ran = || async { ran() >= 15 };
    assert!(within(30, most_ran).await, "{} jobs ran", ran());
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let rows = Rows(database.sql());
    let started = "last_started_at IS NOT NULL";
    let started = rows.count("ferro_job", started).await;
    assert_eq!(i64::try_from(ran()).unwrap(), started);
    let held = rows.count("ferro_job", "holder IS NOT NULL").await;
    assert_eq!(held, 0);
}
