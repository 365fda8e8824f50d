//! What the panel does by itself: mails, jobs, and work on many users with how far it is.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use ferroboard_application::{
    Application, JobState, LoggedMail, MAIL_LOG, USER_TASKS, UserTask, UserWork,
};
use ferroboard_kernel::UnixSeconds;
use ferroboard_listing::{Asked, AskedFilter, Given};
use ferroboard_web::list_refused;

use super::asked::{Filter, FilterKind};
use super::cell::Cell;
use super::frame::{Console, RowId};
use super::list_page::{AT_HAND, Column, Noun};
use super::lists::{self, Wanted};
use super::progress::TaskPage;
use crate::failure::{Failure, PageResult};
use crate::list::Tone;
use crate::page::{Page, show as answer};
use crate::routes::{at, page};

/// Where a mail stands.
const MAIL_STATES: &[(i64, &str, Tone)] = &[
    (0, "console.mail_waits", Tone::Warn),
    (1, "console.mail_under_way", Tone::Warn),
    (2, "console.mail_sent", Tone::Good),
    (3, "console.mail_given_up", Tone::Bad),
];

const MAILS: Noun<LoggedMail> = Noun {
    path: "mail-log",
    title: "console.mail_log",
    section: "/mail-log",
    listing: &MAIL_LOG,
    columns: &[
        Column::new("id", "console.id", |row: &LoggedMail| {
            Cell::Number(row.id.get())
        })
        .by("id"),
        Column::new("to", "console.email", |row: &LoggedMail| {
            Cell::Text(row.to.clone())
        })
        .by("email"),
        Column::new("subject", "console.subject", |row: &LoggedMail| {
            Cell::Text(row.subject.clone())
        })
        .by("subject"),
        Column::new("template", "console.template", |row: &LoggedMail| {
            Cell::Text(row.template.clone())
        })
        .by("template"),
        Column::new("state", "console.state", |row: &LoggedMail| {
            Cell::word(row.status, MAIL_STATES)
        })
        .by("status"),
        Column::new("tries", "console.tries", |row: &LoggedMail| {
            Cell::Number(row.attempts)
        })
        .by("attempts"),
        Column::new("error", "console.error", |row: &LoggedMail| {
            Cell::text(row.last_error.as_deref())
        }),
        Column::new("created", "console.created", |row: &LoggedMail| {
            Cell::time(Some(row.created_at.get()))
        })
        .by("created_at"),
        Column::new("changed", "console.changed", |row: &LoggedMail| {
            Cell::time(Some(row.updated_at.get()))
        })
        .by("updated_at"),
    ],
    filters: &[
        Filter::text("email", "console.email"),
        Filter::text("subject", "console.subject"),
        Filter::text("template", "console.template"),
        Filter::new(
            "status",
            "console.state",
            FilterKind::Choice(&[
                ("0", "console.mail_waits"),
                ("1", "console.mail_under_way"),
                ("2", "console.mail_sent"),
                ("3", "console.mail_given_up"),
            ]),
        ),
        Filter::text("last_error", "console.error"),
        Filter::new("created_at", "console.created", FilterKind::Time),
    ],
    key: |row: &LoggedMail| row.id.to_string(),
};

/// A job by its name.
type Job = (String, JobState);

const JOBS: Noun<Job> = Noun {
    path: "jobs",
    title: "console.jobs",
    section: "/jobs",
    listing: &AT_HAND,
    columns: &[
        Column::new("name", "console.name", |(name, _): &Job| {
            Cell::Text(name.clone())
        }),
        Column::new("state", "console.state", |(_, state): &Job| {
            match &state.last_error {
                Some(_) => Cell::Word("console.failed", Tone::Bad),
                None => Cell::Word("console.succeeded", Tone::Good),
            }
        }),
        Column::new("started", "console.started", |(_, state): &Job| {
            Cell::time(state.last_started_at.map(UnixSeconds::get))
        }),
        Column::new("finished", "console.finished", |(_, state): &Job| {
            Cell::time(state.last_finished_at.map(UnixSeconds::get))
        }),
        Column::new("error", "console.error", |(_, state): &Job| {
            Cell::text(state.last_error.as_deref())
        }),
    ],
    filters: lists::ANYTHING,
    key: |(name, _): &Job| name.clone(),
};

fn work(task: &UserTask) -> Cell {
    let text = match task.work {
        UserWork::Ban => "console.work_ban",
        UserWork::Mail { .. } => "console.work_mail",
        UserWork::Reset => "console.work_reset",
    };
    Cell::Word(text, Tone::Plain)
}

fn state(task: &UserTask) -> Cell {
    match task.finished_at {
        Some(_) => Cell::Word("console.task_done", Tone::Good),
        None => Cell::Word("console.task_goes_on", Tone::Warn),
    }
}

fn subject(task: &UserTask) -> Cell {
    match &task.work {
        UserWork::Mail { subject, .. } => Cell::Text(subject.clone()),
        UserWork::Ban | UserWork::Reset => Cell::Nothing,
    }
}

const TASKS: Noun<UserTask> = Noun {
    path: "tasks",
    title: "console.tasks",
    section: "/tasks",
    listing: &USER_TASKS,
    columns: &[
        Column::new("id", "console.id", |row: &UserTask| {
            Cell::link(format!("tasks/{}", row.id), format!("#{}", row.id))
        })
        .by("id"),
        Column::new("work", "console.do_what", work).by("work"),
        Column::new("subject", "console.subject", subject),
        Column::new("state", "console.state", state),
        Column::new("done", "console.done_with", |row: &UserTask| {
            Cell::Number(row.done)
        })
        .by("done"),
        Column::new("admin", "console.admin", |row: &UserTask| {
            let id = row.admin.get();
            Cell::link(format!("users/{id}"), format!("#{id}"))
        })
        .by("admin_id"),
        Column::new("created", "console.created", |row: &UserTask| {
            Cell::time(Some(row.created_at.get()))
        })
        .by("created_at"),
        Column::new("finished", "console.finished", |row: &UserTask| {
            Cell::time(row.finished_at.map(UnixSeconds::get))
        })
        .by("finished_at"),
    ],
    filters: &[
        Filter::new(
            "work",
            "console.do_what",
            FilterKind::Choice(&[
                ("mail", "console.work_mail"),
                ("ban", "console.work_ban"),
                ("reset", "console.work_reset"),
            ]),
        ),
        Filter::number("admin_id", "console.admin_id"),
        Filter::new("created_at", "console.created", FilterKind::Time),
    ],
    key: |row: &UserTask| row.id.to_string(),
};

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/mail-log").route(page().to(mails)))
        .service(at("/{console}/jobs").route(page().to(jobs)))
        .service(at("/{console}/tasks").route(page().to(tasks)))
        .service(at("/{console}/tasks/{id}").route(page().to(task)));
}

async fn mails(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        app.administration.status.mails(&wanted.request).await
    };
    lists::answer(&console, &MAILS, fetch, |_, _| {}, |_| Vec::new()).await
}

async fn jobs(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        Ok(wanted.cut(&JOBS, app.administration.status.jobs().await?))
    };
    let now = console.run(|app| async move { app.administration.status.work().await });
    let now = now.await?;
    lists::answer(
        &console,
        &JOBS,
        fetch,
        |shape, _| {
            shape
                .tools
                .push(console.link("console.mail_log", "mail-log"));
            shape.tools.push(console.link("console.tasks", "tasks"));
            let waiting = now.queues.iter().find(|queue| queue.name == "send_email");
            let waiting = waiting.map_or(0, |queue| queue.waiting);
            let hint = console.t("console.mails_waiting");
            shape.hint = hint.replace("{count}", &waiting.to_string());
            if !now.is_scheduled {
                shape.warning = console.t("console.no_schedule");
            }
        },
        |_| Vec::new(),
    )
    .await
}

async fn tasks(console: Console) -> PageResult {
    let fetch = |app: Arc<Application>, wanted: Wanted| async move {
        app.administration.user_tasks.list(&wanted.request).await
    };
    lists::answer(&console, &TASKS, fetch, |_, _| {}, |_| Vec::new()).await
}

/// How far one work is: a bar as long as it goes on, and what failed.
async fn task(console: Console, RowId(id): RowId) -> PageResult {
    let run = console.run(move |app| async move {
        let found = app.administration.user_tasks.find(id).await?;
        let Some(task) = found else { return Ok(None) };
        let total = app.administration.users.count(&task.scope).await?;
        Ok(Some((task, total)))
    });
    let (task, total) = run.await?.ok_or(Failure::Unknown)?;
    let failed = match task.work {
        UserWork::Mail { .. } => failed_since(&console, task.created_at).await?,
        UserWork::Ban | UserWork::Reset => 0,
    };
    let since = super::instant::written(task.created_at.get(), console.spelling.zone);
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("f_status", "3")
        .append_pair("f_created_at", &since)
        .append_pair("o_created_at", "gte")
        .finish();
    let facts = [
        ("console.do_what", work(&task)),
        ("console.subject", subject(&task)),
        ("console.state", state(&task)),
        ("console.done_with", Cell::Number(task.done)),
        ("console.created", Cell::time(Some(task.created_at.get()))),
        (
            "console.finished",
            Cell::time(task.finished_at.map(UnixSeconds::get)),
        ),
    ];
    let page = TaskPage {
        page: Page::console(&console.operator, "/tasks", "console.task")?,
        facts: facts
            .iter()
            .map(|(name, value)| console.fact(name, value))
            .collect(),
        done: task.done,
        // Whom it is about may have become fewer meanwhile.
        total: total.max(task.done).max(1),
        is_open: task.finished_at.is_none(),
        failed,
        failed_href: console.seen().query("mail-log", &query),
        here: console.to(&format!("tasks/{id}")),
    };
    answer(&page)
}

/// How many mails were given up that were queued since then.
async fn failed_since(console: &Console, since: UnixSeconds) -> Result<i64, Failure> {
    let condition = |column: &str, value: String| AskedFilter::new(column, Given::One(value));
    let asked = Asked {
        rows: Some(1),
        filters: vec![
            condition("status", "eq:3".to_owned()),
            condition("created_at", format!("gte:{}", since.get())),
        ],
        ..Asked::default()
    };
    let request = MAIL_LOG.judge(&asked);
    let request = request.map_err(|error| Failure::Fault(list_refused(error)))?;
    let run =
        console.run(move |app| async move { app.administration.status.mails(&request).await });
    Ok(run.await?.total)
}
