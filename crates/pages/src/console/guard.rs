//! What an operator does is recorded before it is done, and how it ended after.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest};
use ferroboard_application::{AdminRequest, Change};
use ferroboard_kernel::AuditId;
use ferroboard_web::{Input, Panel, address_of};
use serde_json::Map;

use crate::failure::Failure;
use crate::form::TOKEN;
use crate::visitor::Operator;

/// All that is recorded of what a look in the clear asks: what somebody looks for may itself be what is hidden.
const REVEALING: &str = "reveal=1";

/// What the guard leaves for the handler.
struct Recorded(Change);

/// What an operator's form may do: it is recorded, and ends with what it changed.
pub(crate) struct Changing(pub(crate) Change);

impl FromRequest for Changing {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let recorded = request.extensions_mut().remove::<Recorded>();
        let unrecorded = || Failure::internal("what changes something was not recorded");
        ready(
            recorded
                .map(|Recorded(change)| Self(change))
                .ok_or_else(unrecorded),
        )
    }
}

/// The middleware around the console: administrators alone, and a record of every form and every look in the
/// clear. It stands within what surrounds every page, so that a form that is not ours is not recorded.
pub(crate) async fn record<B: MessageBody + 'static>(
    panel: Data<Panel>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let record = match admit(&panel, &mut request).await {
        Ok(record) => record,
        Err(failure) => return Ok(request.error_response(failure)),
    };
    let answered = next.call(request).await;
    if let Some(record) = record {
        let status = match &answered {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        conclude(&panel, record, status).await;
    }
    Ok(answered?.map_into_boxed_body())
}

async fn admit(panel: &Panel, request: &mut ServiceRequest) -> Result<Option<AuditId>, Failure> {
    if is_door(request.path()) {
        return Ok(None);
    }
    let operator = request.extract::<Operator>().await?;
    let is_look = reveals(request.query_string());
    let (fields, query) = match *request.method() {
        Method::POST => {
            let input = request.extensions().get::<Input>().cloned();
            let mut fields = input.map(Input::into_fields).unwrap_or_default();
            fields.remove(TOKEN);
            (fields, request.query_string().to_owned())
        }
        Method::GET | Method::HEAD if is_look => (Map::new(), REVEALING.to_owned()),
        _ => return Ok(None),
    };
    let path = request.path().to_owned();
    let asked = AdminRequest {
        admin: operator.session.account.id,
        method: if is_look && request.method() != Method::POST {
            "GET"
        } else {
            "POST"
        },
        route: path
            .strip_prefix(&operator.to("/"))
            .unwrap_or_default()
            .to_owned(),
        path,
        query,
        fields,
        address: Some(address_of(request.request())),
    };
    let run = panel.run(move |app| async move { app.administration.audit.record(asked).await });
    let change = run.await?;
    let record = change.record();
    request.extensions_mut().insert(Recorded(change));
    Ok(Some(record))
}

/// Whether it is the way in, which stands open: `/{console}/login`.
fn is_door(path: &str) -> bool {
    let behind = path.trim_start_matches('/').split_once('/');
    behind.is_some_and(|(_, behind)| behind == "login")
}

/// Whether a page shows what is hidden otherwise.
fn reveals(query: &str) -> bool {
    let mut fields = form_urlencoded::parse(query.as_bytes());
    fields.any(|(name, value)| name == "reveal" && matches!(value.trim(), "1" | "true"))
}

/// Records how a request ended. Where that fails the answer is no other: what was done is done.
async fn conclude(panel: &Panel, record: AuditId, status: StatusCode) {
    // A form that is done leads on, which is how it succeeds.
    let status = if status == StatusCode::SEE_OTHER {
        200
    } else {
        status.as_u16()
    };
    let concluded = panel
        .run(move |app| async move { app.administration.audit.conclude(record, status).await });
    if let Err(fault) = concluded.await {
        let cause = fault.cause().unwrap_or_default();
        tracing::error!(%record, status, cause, "the outcome of a form was not recorded");
    }
}
