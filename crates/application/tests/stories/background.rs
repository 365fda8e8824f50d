use std::sync::Arc;
use std::time::Duration;

use ferroboard_application::Task;

use crate::Panel;

/// Waits until the condition holds.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..10_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

#[tokio::test(start_paused = true)]
async fn every_task_that_ends_is_started_again() {
    let panel = Panel::new().await;
    let app = Arc::clone(&panel.app);
    let running = tokio::spawn(async move { app.run_in_background(true).await });
    let background = panel.app.background();
    for task in Task::ALL {
        until("the task ends", || {
            background.interrupt(task);
            background.restarts(task) == 1
        })
        .await;
        assert_eq!(background.down().collect::<Vec<_>>(), [task]);
        until("the task runs again", || background.down().next().is_none()).await;
    }
    panel.code_for("a@demo.test").await;
    until("the outbox sends", || panel.fakes.mailer.sent().len() == 1).await;
    running.abort();
}
