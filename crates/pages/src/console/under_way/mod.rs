//! What an operator waits for: a bar as long as it goes on, then what was made, or what failed. What is done with
//! many users goes on without anybody, and stands in a table (`console/progress.rs`); this is the rest.

mod known;
mod shown;
mod table;

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::ServiceConfig;
use ferroboard_application::{Application, Error, Progress};
use ferroboard_web::{Body, Fault, Input, body_of};

use self::known::Work;
use self::shown::{End, Ending, UnderWayPage, WORKS};
pub(super) use self::table::{Meter, WORD, offer};
use super::form_page::Form;
use super::frame::{Console, FormShape, Story};
use crate::failure::{Failure, PageResult};
use crate::page::show as answer;
use crate::routes::{at, page};

/// How long a form waits for what it began before it leads to the page with the bar.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often a form that waits looks.
const GLANCE: Duration = Duration::from_millis(20);

/// Mounts the pages.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/{console}/under-way/{key}").route(page().to(show)))
        .service(at("/{console}/under-way/{key}/made").route(page().to(made)));
}

/// Judges what was typed as this body, and does what it says, which may take long: `total` is how many there are to
/// do, and `told` what is shown of what was made. What is soon done is shown at once.
pub(super) async fn submit<T, R, F, Fut>(
    console: &Console,
    shape: &FormShape,
    mut form: Form,
    total: impl FnOnce(&T) -> u64,
    act: F,
    told: fn(&Console, &R) -> Story,
) -> PageResult
where
    T: Body + Send + 'static,
    R: Send + 'static,
    F: FnOnce(Arc<Application>, T, Arc<Progress>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<R, Error>> + Send + 'static,
{
    let fields = form.fields(console.spelling);
    let judged: Result<T, Fault> = body_of(&Input::of_fields(fields));
    let body = match judged {
        Ok(body) if !form.is_odd() => body,
        Ok(_) => return console.unreadable(shape, &form),
        Err(fault) => return console.again(shape, &mut form, fault.into()),
    };
    let admin = console.operator.session.account.id;
    let begun = WORKS.begin(admin, total(&body));
    let (key, work) = begun.map_err(Failure::internal)?;
    let (ending, progress) = (Ending(Arc::clone(&work)), Arc::clone(&work.progress));
    console.panel.begin(move |app| async move {
        let end = match act(app, body, progress).await {
            Ok(made) => End::Made(Box::new(move |console: &Console| told(console, &made))),
            Err(error) => End::Refused(error.into()),
        };
        ending.0.ends(end);
    });
    let until = Instant::now() + PATIENCE;
    while !work.has_ended() && Instant::now() < until {
        actix_web::rt::time::sleep(GLANCE).await;
    }
    let Some(end) = work.take() else {
        let mut response = HttpResponse::build(StatusCode::SEE_OTHER);
        response.insert_header((LOCATION, console.to(&format!("under-way/{key}"))));
        return Ok(response.finish());
    };
    WORKS.forget(&key);
    match end {
        End::Made(told) => console.show_story(told(console)),
        End::Refused(fault) => console.again(shape, &mut form, fault.into()),
        End::Written | End::Broken => Err(Failure::internal("a work ended early")),
    }
}

/// What the path names, where this process knows it.
fn named(console: &Console) -> Result<(String, Arc<Work<End>>), Failure> {
    let key = console.request().match_info().get("key");
    let key = key.unwrap_or_default().to_owned();
    let found = WORKS.find(console.operator.session.account.id, &key);
    Ok((key, found.ok_or(Failure::Unknown)?))
}

/// How far a work is.
async fn show(console: Console) -> PageResult {
    let (key, work) = named(&console)?;
    answer(&UnderWayPage::of(&console, &key, &work)?)
}

/// What was made. It can be read again for a while: a page that was lost on its way is not lost.
async fn made(console: Console) -> PageResult {
    let (_, work) = named(&console)?;
    let story = work.look(|end| match end {
        End::Made(told) => Some(told(&console)),
        End::Written | End::Refused(_) | End::Broken => None,
    });
    console.show_story(story.flatten().ok_or(Failure::Unknown)?)
}
