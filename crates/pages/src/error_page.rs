//! Pages in place of refusals.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, ResponseError as _};
use askama::Template;

use crate::failure::Failure;
use crate::page::{Page, show_as};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    message: String,
}

/// The page of a refusal; `None` where the answer leads on by itself.
pub(crate) fn of(visitor: &Visitor, failure: &Failure) -> Option<HttpResponse> {
    log(failure);
    if matches!(failure, Failure::LoginFirst(_) | Failure::LoginAt(_)) {
        return None;
    }
    let status = failure.status_code();
    let page = Page::new(visitor, "", title(status)).ok()?;
    let message = match failure {
        Failure::Fault(fault) => fault.told(visitor.lang().locale()).message,
        Failure::FormExpired => page.t("layout.form_expired").to_owned(),
        Failure::OtherMethod => page.t("layout.other_method_hint").to_owned(),
        Failure::Forbidden => page.t("layout.forbidden_hint").to_owned(),
        Failure::Unknown | Failure::LoginFirst(_) | Failure::LoginAt(_) => {
            page.t("layout.unknown_hint").to_owned()
        }
    };
    let template = ErrorPage {
        page,
        status: status.as_u16(),
        message,
    };
    let mut response = show_as(status, &template).ok()?;
    if let Failure::Fault(fault) = failure
        && let Some(wait) = fault.retry_after()
    {
        response.headers_mut().insert(RETRY_AFTER, wait.clone());
    }
    Some(response)
}

/// Tells the log what went wrong inside.
pub(crate) fn log(failure: &Failure) {
    if let Failure::Fault(fault) = failure
        && let Some(cause) = fault.cause()
    {
        tracing::error!(cause, "a page failed");
    }
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "layout.unknown",
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => "layout.forbidden",
        StatusCode::SERVICE_UNAVAILABLE => "layout.unavailable",
        status if status.is_server_error() => "layout.failed",
        _ => "layout.refused",
    }
}
