//! Databases that are not adopted, and what is said of them.

use ferroboard_persistence::{MigrateError, Problem, Refusal};
use ferroboard_testing::databases::{Backend, Sql};

use super::catalogue::{rows, schema};
use super::states::{PERIODS, STEPS};
use super::{adopted, surveyed, xboard};

fn problems(error: MigrateError) -> Vec<Problem> {
    match error {
        MigrateError::Refused(Refusal::Unfit(problems)) => problems,
        other => panic!("{other}"),
    }
}

/// All of it in one go, counted right, with a statement that shows the rows; and nothing is changed.
pub(crate) async fn everything_in_the_way_is_told_at_once(backend: Backend) {
    let Some(database) = xboard(backend, STEPS.len()).await else {
        return;
    };
    let sql = database.sql();
    spoil(sql).await;
    let before = (schema(sql).await, rows(sql).await);
    let told = problems(adopted(&database).await.0.unwrap_err());
    let checked = problems(surveyed(&database).await.0.unwrap_err());
    assert_eq!(told, checked, "{backend:?}");
    assert_eq!(before, (schema(sql).await, rows(sql).await), "{backend:?}");
    assert_all_told(&told);
    let shown = told.iter().find_map(|problem| match problem {
        Problem::Duplicates {
            table: "v2_user",
            column: "token",
            rows,
            show,
        } => Some((*rows, show)),
        _ => None,
    });
    let (count, show) = shown.unwrap();
    assert_eq!(
        count, 3,
        "users 3, 4 and 5, or others in their place, must change"
    );
    assert_eq!(sql.rows(show).await.len(), 5, "{show}");
    let engines = told.iter().filter(|problem| matches!(problem, Problem::NoTransactions { table, .. } if table == "v2_invite_code"));
    assert_eq!(
        engines.count(),
        usize::from(backend == Backend::Mysql),
        "{told:#?}"
    );
}

/// Puts everything in the way that can be.
async fn spoil(sql: &Sql) {
    let backend = sql.backend();
    let text = match backend {
        Backend::Postgres => "ALTER TABLE v2_user ALTER COLUMN telegram_id TYPE text",
        Backend::Mysql => "ALTER TABLE v2_user MODIFY telegram_id varchar(30)",
        Backend::Sqlite => {
            "ALTER TABLE v2_user DROP COLUMN telegram_id; \
             ALTER TABLE v2_user ADD COLUMN telegram_id varchar"
        }
    };
    let date = match backend {
        Backend::Sqlite => "UPDATE v2_server SET created_at = '2024-02-30 00:00:00' WHERE id = 1",
        Backend::Mysql => {
            "SET sql_mode = ''; UPDATE v2_server SET created_at = '0000-00-00 00:00:00' WHERE id = 1"
        }
        Backend::Postgres => "UPDATE v2_server SET created_at = 'infinity' WHERE id = 1",
    };
    // SQLite adds no required column without a default to a table that has rows.
    let required = match backend {
        Backend::Sqlite => {
            "CREATE TABLE kept AS SELECT * FROM v2_ticket_message; DROP TABLE v2_ticket_message; \
             CREATE TABLE v2_ticket_message (id integer primary key, user_id integer not null, \
             ticket_id integer not null, message text not null, created_at integer not null, \
             updated_at integer not null, wechat varchar not null); DROP TABLE kept"
        }
        Backend::Mysql => "ALTER TABLE v2_ticket_message ADD COLUMN wechat varchar(9) NOT NULL",
        Backend::Postgres => {
            "DELETE FROM v2_ticket_message; \
             ALTER TABLE v2_ticket_message ADD COLUMN wechat varchar(9) NOT NULL"
        }
    };
    for statement in [
        "INSERT INTO v2_user (id, email, password, uuid, token, created_at, updated_at) VALUES \
         (3, 'cat@demo.test', 'x', 'u3', 't2', 1, 1), (4, 'dan@demo.test', 'x', 'u4', 't2', 1, 1), \
         (5, 'eve@demo.test', 'x', 'u5', 't1', 1, 1)",
        "UPDATE v2_order SET period = 'year_price'",
        "UPDATE v2_plan SET prices = '{\"month_price\":990}'",
        "DROP TABLE v2_coupon",
        "DROP TABLE v2_mail_templates",
        text,
        date,
        required,
    ] {
        sql.execute(statement).await;
    }
    if backend == Backend::Mysql {
        sql.execute("ALTER TABLE v2_invite_code ENGINE=MyISAM")
            .await;
    }
}

/// Everything but duplicates and engines.
fn assert_all_told(told: &[Problem]) {
    let has = |wanted: &dyn Fn(&Problem) -> bool| told.iter().any(wanted);
    let list = format!("{told:#?}");
    assert!(
        has(&|it| matches!(it, Problem::Undone { items, .. } if *items == ["v2_mail_templates"])),
        "{list}"
    );
    assert!(
        has(
            &|it| matches!(it, Problem::UndoneRows { migration, rows: 1, .. } if *migration == PERIODS)
        ),
        "{list}"
    );
    assert!(
        has(&|it| matches!(it, Problem::Missing { items } if *items == ["v2_coupon"])),
        "{list}"
    );
    assert!(
        has(&|it| matches!(
            it,
            Problem::Interrupted {
                table: "v2_plan.prices",
                rows: 1,
                ..
            }
        )),
        "{list}"
    );
    assert!(
        has(
            &|it| matches!(it, Problem::WrongType { column, .. } if column == "v2_user.telegram_id")
        ),
        "{list}"
    );
    assert!(
        has(
            &|it| matches!(it, Problem::Unfillable { column } if column == "v2_ticket_message.wechat")
        ),
        "{list}"
    );
    assert!(
        has(
            &|it| matches!(it, Problem::ImpossibleDates { column, rows: 1, .. } if column == "v2_server.created_at")
        ),
        "{list}"
    );
}
