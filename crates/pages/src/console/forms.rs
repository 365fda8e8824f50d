//! How a form is judged: by the rules of the API, in the operator's units.

use std::sync::Arc;

use actix_web::HttpResponse;
use ferroboard_application::{Application, Error};
use ferroboard_web::{Body, Fault, Input, body_of};

use super::form_page::Form;
use super::frame::{Console, FormShape};
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;

/// What became of a form.
pub(crate) enum Outcome<R> {
    /// It was done.
    Done(R),
    /// It was not: the form comes back, with what is wrong.
    Again(HttpResponse),
}

/// Judges what was typed as this body, and does what it says. What is refused comes back beside the fields.
pub(crate) async fn submit<T, R, F, Fut>(
    console: &Console,
    shape: &FormShape,
    mut form: Form,
    act: F,
) -> Result<Outcome<R>, Failure>
where
    T: Body + Send + 'static,
    R: Send + 'static,
    F: FnOnce(Arc<Application>, T) -> Fut + Send + 'static,
    Fut: Future<Output = Result<R, Error>> + Send + 'static,
{
    let fields = form.fields(console.spelling);
    let judged: Result<T, Fault> = body_of(&Input::of_fields(fields));
    let body = match judged {
        Ok(body) if !form.is_odd() => body,
        Ok(_) => return console.unreadable(shape, &form).map(Outcome::Again),
        Err(fault) => {
            let again = console.again(shape, &mut form, fault.into());
            return again.map(Outcome::Again);
        }
    };
    match console.run(move |app| act(app, body)).await {
        Ok(done) => Ok(Outcome::Done(done)),
        Err(failure) => console.again(shape, &mut form, failure).map(Outcome::Again),
    }
}

/// The same for a form that leads back to where its shape says.
pub(crate) async fn save<T, R, F, Fut>(
    console: &Console,
    shape: &FormShape,
    form: Form,
    act: F,
) -> PageResult
where
    T: Body + Send + 'static,
    R: Send + 'static,
    F: FnOnce(Arc<Application>, T) -> Fut + Send + 'static,
    Fut: Future<Output = Result<R, Error>> + Send + 'static,
{
    match submit(console, shape, form, act).await? {
        Outcome::Done(_) => Ok(done(console, "layout.saved", &shape.back)),
        Outcome::Again(page) => Ok(page),
    }
}

/// Leads on to a page of the console that says once what is done.
pub(crate) fn done(console: &Console, text: &'static str, path: &str) -> HttpResponse {
    Flash::done(text).and_go(console.visitor(), &console.to(path))
}
