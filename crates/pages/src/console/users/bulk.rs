//! What is done with many users: those that are ticked, or all that a list shows. How many they are is said
//! before anything is done.

use actix_web::HttpRequest;
use ferroboard_application::{UserScope, UserWork};
use ferroboard_kernel::UserId;
use ferroboard_web::forms::SendMail;
use ferroboard_web::list_refused;
use serde_json::json;

use super::list::{self, NOUN, WORKS};
use crate::console::asked::ListQuery;
use crate::console::form_page::{Field, FieldKind, Form};
use crate::console::forms::{Outcome, done, submit};
use crate::console::frame::{Console, FormShape, Sent};
use crate::console::guard::Changing;
use crate::console::under_way;
use crate::failure::{Failure, PageResult};

/// The most users that are ticked.
const MOST: usize = 500;

/// Whom it is about: the numbers that are ticked, or what a list is filtered by.
fn scope(console: &Console, scope: &str, query: &str, ids: Vec<i64>) -> Result<UserScope, Failure> {
    if scope != "filtered" {
        let ids = ids.into_iter().take(MOST).map(UserId::new);
        return Ok(UserScope::selected(ids.collect()));
    }
    let query = ListQuery::parse(query);
    let (filters, odd) = query.conditions(NOUN.filters, true, console.spelling.zone);
    // A condition that cannot be read must not become none at all.
    if !odd.is_empty() {
        return Err(Failure::Unknown);
    }
    UserScope::filtered(filters).map_err(|error| Failure::Fault(list_refused(error)))
}

fn fields(console: &Console, work: &str) -> Vec<Field> {
    let spelling = console.spelling;
    let hidden = |name: &str| Field::called(name, String::new(), FieldKind::Hidden);
    let mut fields = ["work", "scope", "query", "ids_text"].map(hidden).to_vec();
    if work == "mail" {
        let subject = Field::new("subject", "console.subject", FieldKind::Line, spelling);
        let content = Field::new("content", "console.content", FieldKind::Area(10), spelling);
        fields.push(subject.required());
        fields.push(content.required().hinted("console.mail_hint", spelling));
    }
    fields
}

fn shape(console: &Console, work: &str, count: i64) -> FormShape {
    let text = WORKS.iter().find(|(known, _)| *known == work);
    let text = text.map_or("console.go_on", |(_, text)| text);
    let hint = console.t("console.about_to");
    FormShape {
        submit: text,
        hint: hint.replace("{count}", &count.to_string()),
        is_danger: true,
        ..FormShape::new("/users", text, "users/bulk", "users")
    }
}

async fn count(console: &Console, scope: &UserScope) -> Result<i64, Failure> {
    let scope = scope.clone();
    let run = console.run(move |app| async move { app.administration.users.count(&scope).await });
    run.await
}

/// Says how many users it is about, and asks once more; a table is offered.
pub(super) async fn preview(console: Console, request: HttpRequest) -> PageResult {
    let query = console.query();
    let text = |name: &str| query.get(name).unwrap_or_default().to_owned();
    let ids = query.all("ids[]").filter_map(|id| id.parse().ok());
    let ids: Vec<i64> = ids.collect();
    let (work, kind) = (text("work"), text("scope"));
    let scope = scope(&console, &kind, &text("query"), ids.clone())?;
    if work == "export" {
        if query.get(under_way::WORD).is_none() {
            let own = console.visitor().query();
            return list::offer(&console, "users/bulk", own, scope).await;
        }
        return list::export(&console, &request, scope).await;
    }
    let count = count(&console, &scope).await?;
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let values = json!({
        "work": work, "scope": kind, "query": text("query"), "ids_text": ids.join(","),
    });
    let form = Form::filled(fields(&console, &work), &values, console.spelling);
    console.show_form(&shape(&console, &work, count), &form)
}

/// Does it. What takes long goes on by itself, and the list of tasks shows how far it is.
pub(super) async fn run(console: Console, Changing(change): Changing, sent: Sent) -> PageResult {
    let work = sent.text("work").to_owned();
    let ids = sent.text("ids_text").split(',');
    let ids = ids.filter_map(|id| id.parse().ok()).collect();
    let scope = scope(&console, sent.text("scope"), sent.text("query"), ids)?;
    let plain = match work.as_str() {
        "ban" => Some(UserWork::Ban),
        "reset" => Some(UserWork::Reset),
        "mail" => None,
        _ => return Err(Failure::Unknown),
    };
    if let Some(work) = plain {
        let run = console.run(move |app| async move {
            app.administration.user_tasks.run(work, scope, change).await
        });
        run.await?;
        return Ok(done(&console, "console.begun", "tasks"));
    }
    let shape = shape(&console, &work, count(&console, &scope).await?);
    let form = Form::typed(fields(&console, &work), &sent.0);
    let outcome = submit(
        &console,
        &shape,
        form,
        move |app, body: SendMail| async move {
            let tasks = &app.administration.user_tasks;
            tasks.run(body.into_work(), scope, change).await
        },
    );
    match outcome.await? {
        Outcome::Done(()) => Ok(done(&console, "console.begun", "tasks")),
        Outcome::Again(page) => Ok(page),
    }
}
