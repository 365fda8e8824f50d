//! A clock that jumps by a month and back.

use ferroboard_testing::databases::Database;

use crate::support::clock::now;
use crate::support::{Clock, PASSWORD, Panel, Rows, on_every_database, within};

on_every_database!(
    everything_goes_on_behind_a_clock_that_was_ahead,
    everything_goes_on_with_a_clock_that_is_behind
);

const MONTH: i64 = 30 * 86_400;

/// Jobs that the schedule does not run by a pause.
const OTHERS: &str = "'reset:log', 'xboard:statistics', 'send:remindMail', 'clear:user', \
     'reset:traffic --fix-null', 'reset:traffic --force'";

/// A panel with this clock and the schedule.
async fn serve(clock: &Clock, database: &Database) -> Panel {
    let mut settings = vec![("FERROBOARD__JOBS__ENABLED", "true")];
    settings.extend(clock.environment());
    Panel::start_with(database, &settings).await
}

/// How many jobs with a pause there are that began between these times and are not held.
async fn began(database: &Database, from: i64, until: i64) -> i64 {
    let condition = format!(
        "name NOT IN ({OTHERS}) AND holder IS NULL AND last_started_at BETWEEN {from} AND {until}"
    );
    Rows(database.sql()).count("ferro_job", &condition).await
}

async fn lock_out(panel: &Panel, email: &str) {
    for _ in 0..5 {
        assert_ne!(panel.login(email, "wrong-password").await.status, 200);
    }
    assert_eq!(panel.login(email, PASSWORD).await.status, 429);
}

async fn everything_goes_on_behind_a_clock_that_was_ahead(database: Database) {
    let Some(clock) = Clock::right() else { return };
    let panel = serve(&clock, &database).await;
    panel.register("ann@demo.test").await;
    clock.set("+30d");
    lock_out(&panel, "ann@demo.test").await;
    let ahead = panel.register("bea@demo.test").await;
    assert_eq!(panel.info(&ahead).await.status, 200);
    panel.email_code("cat@demo.test").await;
    // A server keeps its own time: what one leaves behind that was ahead as well, and a process that died.
    let sql = database.sql();
    let later = now() + MONTH;
    let job = format!(
        "UPDATE ferro_job SET holder = 'elsewhere', leased_until = {}, last_started_at = {later}",
        later + 60
    );
    let mail = format!(
        "UPDATE ferro_mail SET status = 1, leased_until = {}",
        later + 120
    );
    let ran = || async { began(&database, 0, later + 900).await };
    assert!(within(30, || async { ran().await >= 10 }).await);
    let all = ran().await;
    sql.execute(&job).await;
    sql.execute(&mail).await;

    clock.set("+0");
    let from = now() - 60;
    let login = panel.login("ann@demo.test", PASSWORD).await;
    let token = login.text_of("auth_data");
    assert_eq!(panel.info(&token).await.status, 200);
    assert_eq!(panel.info(&ahead).await.status, 403);
    // There is a pause of a minute between two codes; it was drawn ahead.
    panel.email_code("cat@demo.test").await;
    let is_sent = || async { Rows(sql).count("ferro_mail", "status <> 2").await == 0 };
    assert!(within(20, is_sent).await, "mail waits");
    let run_again = || async { began(&database, from, from + 600).await >= all };
    assert!(within(45, run_again).await, "jobs do not run");
    assert!(!panel.log().contains("panicked"), "{}", panel.log());
}

async fn everything_goes_on_with_a_clock_that_is_behind(database: Database) {
    let Some(clock) = Clock::right() else { return };
    let panel = serve(&clock, &database).await;
    let token = panel.register("ann@demo.test").await;
    lock_out(&panel, "ann@demo.test").await;
    let sql = database.sql();
    let ran = || async { began(&database, 0, now() + 900).await };
    assert!(within(30, || async { ran().await >= 10 }).await);
    let all = ran().await;

    clock.set("-30d");
    let login = panel.login("ann@demo.test", PASSWORD).await;
    assert_eq!(login.status, 200, "locked out for longer than an hour");
    panel.email_code("cat@demo.test").await;
    let is_sent = || async { Rows(sql).count("ferro_mail", "status <> 2").await == 0 };
    assert!(within(20, is_sent).await, "mail waits");
    // A server keeps its own time, and its jobs run on by that.
    if database.backend() == ferroboard_testing::databases::Backend::Sqlite {
        let from = now() - MONTH - 60;
        let run_again = || async { began(&database, from, from + 600).await >= all };
        assert!(within(45, run_again).await, "jobs do not run");
    }

    clock.set("+0");
    let from = now() - 60;
    assert_eq!(panel.info(&token).await.status, 200);
    let sooner = format!("UPDATE ferro_job SET last_started_at = {}", from - MONTH);
    sql.execute(&sooner).await;
    let run_again = || async { began(&database, from, from + 600).await >= all };
    assert!(within(45, run_again).await, "jobs do not run");
}
