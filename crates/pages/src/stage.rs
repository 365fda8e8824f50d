//! What surrounds every page: who looks at it, whether a form is ours, and a page in place of a bare refusal.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpResponse, ResponseError as _};
use ferroboard_web::{Input, Panel, address_of};

use crate::error_page;
use crate::failure::Failure;
use crate::form::TOKEN;
use crate::visitor::Visitor;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// How many bytes an operator's form with a file may have: somewhat more than the file may, so that a file
/// that is a little too large is told so.
const LARGEST_UPLOAD: usize = 12 * 1024 * 1024;

/// The middleware around the pages.
pub(crate) async fn around<B: MessageBody + 'static>(
    panel: Data<Panel>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (visitor, failure) = match Visitor::of(request.request(), &panel).await {
        Ok(found) => found,
        // Without knowing how the visitor wants to see it, there is no page of it.
        Err(failure) => return Ok(request.into_response(bare(&failure)).map_into_boxed_body()),
    };
    request.extensions_mut().insert(visitor.clone());
    let judged = match failure {
        Some(failure) => Err(failure),
        None => judge(&panel, &visitor, &mut request).await,
    };
    let answered = match judged {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(failure) => request.error_response(failure),
    };
    Ok(finished(&visitor, answered))
}

/// The answer with a page in place of a refusal, and with the visitor's cookies.
fn finished(visitor: &Visitor, answered: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let error = answered.response().error();
    let page = error
        .and_then(|error| error.as_error::<Failure>())
        .and_then(|failure| error_page::of(visitor, failure));
    let page = page.or_else(|| other_method(visitor, answered.response()));
    let (request, response) = answered.into_parts();
    let mut response = page.unwrap_or(response);
    visitor.leave(&mut response);
    ServiceResponse::new(request, response)
}

/// The page in place of an answer that says nothing but that the address takes another method: a form's address
/// comes to be asked for from a bookmark, or by a browser that loads it again.
fn other_method(visitor: &Visitor, response: &HttpResponse) -> Option<HttpResponse> {
    let is_other = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    let failure = is_other.then_some(Failure::OtherMethod)?;
    error_page::of(visitor, &failure)
}

fn bare(failure: &Failure) -> HttpResponse {
    error_page::log(failure);
    failure.error_response()
}

/// Whether a form may do anything at all: it comes from a page of ours, carries its token, and does not come
/// too often from somebody without a login. What it says is kept for the handler.
async fn judge(
    panel: &Panel,
    visitor: &Visitor,
    request: &mut ServiceRequest,
) -> Result<(), Failure> {
    if request.method().is_safe() {
        return Ok(());
    }
    if !comes_from_us(visitor, request.headers()) {
        return Err(Failure::FormExpired);
    }
    if visitor.session().is_none() {
        panel.admit_address(address_of(request.request()))?;
    }
    let is_admin = visitor
        .session()
        .is_some_and(|session| session.account.is_admin);
    let usual = panel.max_body_bytes();
    let limit = if is_admin {
        usual.max(LARGEST_UPLOAD)
    } else {
        usual
    };
    let payload = request.take_payload();
    let input = Input::keep(request.request(), payload, limit).await?;
    let input = input.ok_or(Failure::FormExpired)?;
    let token = input.fields().get(TOKEN).and_then(|token| token.as_str());
    if !visitor.admits(token.unwrap_or_default()) {
        return Err(Failure::FormExpired);
    }
    request.extensions_mut().insert(input);
    Ok(())
}

/// What browsers say of where a form comes from; those that say nothing are old, and the token judges alone.
fn comes_from_us(visitor: &Visitor, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(FETCH_SITE) {
        return matches!(site, "same-origin" | "none");
    }
    let is_asked = |origin: &str| {
        let host = origin.split_once("://").map(|(_, host)| host);
        host.is_some() && host == text(HOST)
    };
    text(ORIGIN).is_none_or(|origin| is_asked(origin) || visitor.is_own_origin(origin))
}
