//! Pages of front ends, and what these may do.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};

/// What pages and programs of front ends may do. They are the operator's own, written for a server that forbids
/// nothing: they configure themselves in the page, take icons, pictures and captchas from elsewhere, and some
/// translate their texts with `eval`. What nobody needs stays forbidden: plug-ins, another base, and being shown
/// within another page.
pub(super) const POLICY: (HeaderName, &str) = (
    CONTENT_SECURITY_POLICY,
    "default-src 'self' https:; script-src 'self' 'unsafe-inline' 'unsafe-eval' https:; \
     style-src 'self' 'unsafe-inline' https:; img-src 'self' https: http: data: blob:; \
     font-src 'self' https: data:; media-src 'self' https: data: blob:; connect-src 'self' https: wss:; \
     worker-src 'self' blob:; frame-src 'self' https:; form-action 'self' https:; object-src 'none'; \
     base-uri 'self'; frame-ancestors 'none'",
);

/// A page that is made for this request.
pub(super) fn page(html: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache, private"))
        .insert_header(POLICY)
        .body(html)
}
