//! `GET /metrics`: the counters as text.

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use ferroboard_kernel::constant_time_eq;

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::{MetricsAccess, Panel};

const CONTENT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The counters as text.
#[utoipa::path(
    get,
    path = "/metrics",
    responses(
        (status = 200, description = "Counters in the Prometheus text format", body = String, content_type = "application/openmetrics-text"),
        (status = 404, description = "The operator has not opened the page", body = crate::answer::envelope::FailureBody),
        (status = 401, description = "The operator set a token and the request lacks it", body = crate::answer::envelope::FailureBody),
    )
)]
pub(crate) async fn show(request: HttpRequest, panel: Data<Panel>) -> Result<HttpResponse, Fault> {
    if let MetricsAccess::Token(token) = &panel.options.metrics {
        let presented = request.headers().get(AUTHORIZATION);
        let presented = presented.and_then(|value| value.to_str().ok());
        let expected = format!("Bearer {token}");
        if !presented.is_some_and(|presented| constant_time_eq(presented, &expected)) {
            return Err(Fault::new(StatusCode::UNAUTHORIZED, Message::LoginFirst));
        }
    }
    let background = panel.application().background();
    let lost = panel.options.lost_log_lines.count();
    panel.metrics.read(background, lost);
    let text = panel
        .metrics
        .text()
        .map_err(|error| Fault::internal(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, CONTENT))
        .body(text))
}
