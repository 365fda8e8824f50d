//! What surrounds every request: the spelling of its address, its id, its line in the log, its counters, CORS, the language of
//! refusals, and the last net under a panic.

mod address;

use std::panic::AssertUnwindSafe;
use std::sync::Once;
use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest};
use futures_util::FutureExt as _;
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::answer::fault::Fault;
use crate::answer::messages::Locale;
use crate::request::pattern::Pattern;
use crate::{Panel, guards::cors, operation::counters, request::client_address, request::storable};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What the log and the counters call the path of a request that no route has: the path itself may
/// hold a token.
const NO_ROUTE: &str = "unmatched";

/// What `CONNECT` and `TRACE` are told.
const KNOWN_METHODS: &str = "GET, HEAD, POST, OPTIONS";
/// What every answer says to browsers: it is what it claims to be, nobody shows it inside another page, and
/// no other site learns an address of ours, which may hold a token.
const PROTECTION: [(HeaderName, &str); 3] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
];
/// What a page may load and do: what comes from here, with the styles that the description's own program
/// makes and the pictures that its style sheet holds.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'none'";
/// What anything else may, should a browser be led to it: nothing.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// What pages may say for themselves.
const OF_PAGES: [HeaderName; 2] = [CONTENT_SECURITY_POLICY, REFERRER_POLICY];

/// The headers that protect an answer of this type.
fn protection(headers: &HeaderMap) -> [(HeaderName, HeaderValue); 4] {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let policy = match kind {
        Some(kind) if kind.starts_with(b"text/html") => PAGE_POLICY,
        _ => DATA_POLICY,
    };
    let [kind, frames, referrer] = PROTECTION;
    let lines = [kind, frames, referrer, (CONTENT_SECURITY_POLICY, policy)];
    lines.map(|(name, value)| (name, HeaderValue::from_static(value)))
}

/// One request on its way through.
struct Passage {
    panel: Data<Panel>,
    id: String,
    method: Method,
    locale: Locale,
    is_shared: bool,
    started: Instant,
}

/// The middleware around the whole application.
pub(crate) async fn around<B: MessageBody>(
    panel: Data<Panel>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    address::straighten(&panel, &mut request);
    let _in_flight = panel.metrics.enter();
    let passage = Passage {
        id: panel.request_ids.next(),
        method: request.method().clone(),
        locale: Locale::of(request.headers()),
        is_shared: cors::covers(request.path()),
        started: Instant::now(),
        panel,
    };
    if cors::is_preflight(&request) {
        let allowed = cors::preflight(request.headers());
        return Ok(passage.leave(request.into_response(allowed).map_into_right_body()));
    }
    if matches!(passage.method, Method::CONNECT | Method::TRACE) {
        // At once: what follows such a head has no end that could be waited for.
        let fault = Fault::method_refused(HeaderValue::from_static(KNOWN_METHODS));
        let refusal = fault.respond(passage.locale);
        return Ok(passage.leave(request.into_response(refusal).map_into_right_body()));
    }
    if let Err(fault) = storable::judge_address(request.uri()) {
        let refusal = fault.respond(passage.locale);
        return Ok(passage.leave(request.into_response(refusal).map_into_right_body()));
    }
    warn_of_proxy(request.request());
    let span = passage.span();
    let answered = span.in_scope(|| next.call(request)).instrument(span);
    match AssertUnwindSafe(answered).catch_unwind().await {
        Ok(Ok(response)) => Ok(passage.leave(passage.translate(response))),
        Ok(Err(error)) => Err(passage.fail(error.to_string())),
        Err(_) => Err(passage.fail("a handler panicked".to_owned())),
    }
}

/// Says once that a proxy is not believed, which an operator may have forgotten to name: all who come through
/// it count as one client.
fn warn_of_proxy(request: &HttpRequest) {
    static SAID: Once = Once::new();
    if let Some(peer) = client_address::is_from_unknown_proxy(request) {
        SAID.call_once(|| {
            tracing::warn!(
                %peer,
                "X-Forwarded-For came from a peer that http.trusted_proxies does not name; \
                 everybody behind it counts as one client"
            );
        });
    }
}

impl Passage {
    /// What every line of the log says that is written on the way, wherever it is. The route comes when its
    /// row is found ([`Pattern::found`]). Of the level that every filter lets through that lets a line through.
    fn span(&self) -> tracing::Span {
        let method = counters::name_of(&self.method);
        tracing::error_span!("request", id = %self.id, method, route = Empty)
    }

    /// Logs what went wrong inside, and renders a refusal again for a client that speaks another
    /// language.
    fn translate<B: MessageBody>(
        &self,
        response: ServiceResponse<B>,
    ) -> ServiceResponse<EitherBody<B, BoxBody>> {
        let fault = response
            .response()
            .error()
            .and_then(|error| error.as_error::<Fault>());
        let Some(fault) = fault else {
            return response.map_into_left_body();
        };
        if let Some(cause) = fault.cause() {
            tracing::error!(request_id = %self.id, cause, "a request failed");
        }
        if self.locale == Locale::DEFAULT {
            return response.map_into_left_body();
        }
        let translated = fault.respond(self.locale);
        response.into_response(translated).map_into_right_body()
    }

    fn leave<B>(&self, mut response: ServiceResponse<B>) -> ServiceResponse<B> {
        let pattern = response.request().app_data::<Pattern>();
        let route = pattern.map_or(NO_ROUTE, |pattern| pattern.0);
        let status = response.status();
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            headers.insert(REQUEST_ID, id);
        }
        if self.is_shared {
            cors::open(headers);
        }
        for (name, value) in protection(headers) {
            // Pages know better than this what they may load, and to whom they name themselves.
            let is_own = OF_PAGES.contains(&name) && headers.contains_key(&name);
            if !is_own {
                headers.insert(name, value);
            }
        }
        self.record(route, status);
        response
    }

    /// The request itself is lost here, so the answer is made outside, from the fault alone.
    fn fail(&self, cause: String) -> Error {
        tracing::error!(request_id = %self.id, cause, "a request failed");
        self.record(NO_ROUTE, StatusCode::INTERNAL_SERVER_ERROR);
        let mut fault = Fault::internal(cause);
        let mut headers = HeaderMap::new();
        if self.is_shared {
            cors::open(&mut headers);
        }
        for (name, value) in headers {
            fault = fault.with(name, value);
        }
        for (name, value) in protection(&HeaderMap::new()) {
            fault = fault.with(name, value);
        }
        match HeaderValue::from_str(&self.id) {
            Ok(id) => fault.with(REQUEST_ID, id).into(),
            Err(_) => fault.into(),
        }
    }

    fn record(&self, route: &'static str, status: StatusCode) {
        let took = self.started.elapsed();
        self.panel
            .metrics
            .answered(route, &self.method, status, took);
        tracing::info!(
            target: "ferroboard::http",
            request_id = %self.id,
            method = counters::name_of(&self.method),
            route,
            status = status.as_u16(),
            micros = took.as_micros(),
            "answered"
        );
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::http::StatusCode;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::web::{self, Data};
    use actix_web::{App, HttpResponse};
    use ferroboard_application::{Application, Options};
    use ferroboard_testing::Fakes;
    use tokio::runtime::Handle;

    use super::{Panel, REQUEST_ID, around};
    use crate::WebOptions;

    async fn broken(panel: Data<Panel>) -> HttpResponse {
        assert!(panel.options.max_body_bytes == 0, "a secret");
        HttpResponse::Ok().finish()
    }

    #[actix_web::test]
    async fn a_panic_in_a_handler_is_a_500_with_an_id() {
        let fakes = Fakes::default();
        let application = Application::new(fakes.ports(), Options::new("test".into()));
        let application = Arc::new(application.await.unwrap());
        let options = WebOptions::default();
        let panel = Panel::new(
            application,
            Handle::current(),
            options,
            fakes.random.as_ref(),
        );
        let service = init_service(
            App::new()
                .app_data(Data::new(panel))
                .route("/api/break", web::get().to(broken))
                .wrap(from_fn(around)),
        )
        .await;
        let request = TestRequest::get().uri("/api/break").to_request();
        let Err(error) = try_call_service(&service, request).await else {
            panic!("the panic was answered inside");
        };
        let answer = error.error_response();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.headers().contains_key(REQUEST_ID));
        assert!(answer.headers().contains_key("access-control-allow-origin"));
        assert!(answer.headers().contains_key("content-security-policy"));
        assert!(answer.headers().contains_key("x-content-type-options"));
    }
}
