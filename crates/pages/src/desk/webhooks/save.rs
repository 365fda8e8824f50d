//! Making an endpoint, and changing one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use ferroboard_application::Error;
use ferroboard_events::{EventsError, SavedEndpoint};
use ferroboard_kernel::WebhookId;
use ferroboard_web::forms::SaveEndpoint;
use ferroboard_web::{Fault, Panel, body_of};
use serde_json::Value;

use super::SECTION;
use super::form::{EVERY, KINDS, SENT, URL, blank, edited, made, page};
use crate::catalogue;
use crate::console::guard::Changing;
use crate::desk::fields::sent;
use crate::desk::typed::Typed;
use crate::failure::{Failure, PageResult};
use crate::flash::Flash;
use crate::form::Form;
use crate::visitor::Operator;

/// The form for a new endpoint.
pub(in crate::desk) async fn new(operator: Operator, form: Form) -> PageResult {
    page(&operator, None, &blank(), &form)?.answer(StatusCode::OK)
}

/// The form of an endpoint that there is.
pub(in crate::desk) async fn show(
    operator: Operator,
    path: Path<(String, i64)>,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = WebhookId::new(path.1);
    let run = panel.run(|app| async move { app.administration.endpoints.list().await });
    let endpoints = run.await?;
    let endpoint = endpoints.iter().find(|endpoint| endpoint.id == id);
    let typed = edited(endpoint.ok_or(Failure::Unknown)?);
    page(&operator, Some(id), &typed, &form)?.answer(StatusCode::OK)
}

/// Makes an endpoint, and shows its secret this once: no address leads to it again.
pub(in crate::desk) async fn create(
    operator: Operator,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    match save(&operator, None, changing, form, &panel).await? {
        Saved::Done(saved) => made(&operator, &saved.after)?.answer(StatusCode::OK),
        Saved::Again(answer) => Ok(answer),
    }
}

/// Changes an endpoint, which keeps its secret where none is typed.
pub(in crate::desk) async fn change(
    operator: Operator,
    path: Path<(String, i64)>,
    changing: Changing,
    form: Form,
    panel: Data<Panel>,
) -> PageResult {
    let id = WebhookId::new(path.1);
    match save(&operator, Some(id), changing, form, &panel).await? {
        Saved::Done(_) => {
            let done = Flash::done("layout.saved");
            Ok(done.and_go(&operator.visitor, &operator.to(SECTION)))
        }
        Saved::Again(answer) => Ok(answer),
    }
}

/// What became of the form.
enum Saved {
    Done(Box<SavedEndpoint>),
    /// It comes back, with what is wrong.
    Again(HttpResponse),
}

/// What the form says in the fields of the API. What is ticked counts only where not every kind is wanted.
fn fields(id: Option<WebhookId>, typed: &Typed, form: &mut Form) -> Typed {
    let mut fields = sent(SENT, typed, form, "");
    fields.put("id", id.map(WebhookId::get));
    let kinds = if typed.has(EVERY) {
        Value::Null
    } else {
        Value::from(typed.many(KINDS))
    };
    fields.put(KINDS, kinds);
    fields
}

async fn save(
    operator: &Operator,
    id: Option<WebhookId>,
    Changing(change): Changing,
    mut form: Form,
    panel: &Panel,
) -> Result<Saved, Failure> {
    let typed = Typed::of(&form);
    let visitor = &operator.visitor;
    let fields = fields(id, &typed, &mut form);
    let again = |form: &Form, status| -> Result<Saved, Failure> {
        let shown = page(operator, id, &typed, form)?;
        shown.answer(status).map(Saved::Again)
    };
    // An endpoint that wants nothing is one that is switched off.
    if fields.at(KINDS).as_array().is_some_and(Vec::is_empty) {
        let text = catalogue::text(visitor.lang(), "console.webhook_no_kind");
        form.complain(KINDS, text);
    }
    let body = match body_of::<SaveEndpoint>(&fields.into_input()) {
        Ok(body) if form.is_good() => body,
        Ok(_) => return again(&form, StatusCode::UNPROCESSABLE_ENTITY),
        Err(fault) => {
            let status = form.refused(visitor, fault)?;
            return again(&form, status);
        }
    };
    let run = panel.run(move |app| async move {
        let endpoints = &app.administration.endpoints;
        match endpoints.save(body.into_wanted(), change).await {
            // It is told beside the address.
            Err(Error::Events(EventsError::AddressRefused)) => Ok(None),
            saved => saved.map(Some),
        }
    });
    match run.await {
        Ok(Some(saved)) => Ok(Saved::Done(Box::new(saved))),
        Ok(None) => {
            let refused = Fault::from(Error::Events(EventsError::AddressRefused));
            form.complain(URL, refused.told(visitor.lang().locale()).message);
            again(&form, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(fault) => {
            let status = form.refused(visitor, fault)?;
            again(&form, status)
        }
    }
}
