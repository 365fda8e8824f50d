//! Tables that are saved as files.

use actix_web::body::{BodyStream, BoxBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};

use crate::answer::fault::Fault;

/// Answers 200 with a table of comma-separated values that is saved. What administrators export is a secret: no
/// cache keeps it.
pub struct CsvFile {
    name: String,
    body: BoxBody,
}

impl CsvFile {
    /// A table that is at hand.
    pub fn whole(name: String, text: String) -> Self {
        let body = BoxBody::new(text);
        Self { name, body }
    }

    /// A table that is written while it is read: however long it is, no more than a batch of it is at hand.
    /// Where reading fails the connection ends, so that nobody takes a part for the whole.
    pub fn streamed(
        name: String,
        head: Bytes,
        lines: impl Stream<Item = Result<Bytes, Fault>> + 'static,
    ) -> Self {
        let head = stream::once(async move { Ok(head) });
        let lines = head.chain(lines).map_err(|fault: Fault| {
            let cause = fault.cause().unwrap_or_default();
            std::io::Error::other(format!("a table was not read to its end: {fault} {cause}"))
        });
        let body = BodyStream::new(Box::pin(lines));
        Self {
            name,
            body: BoxBody::new(body),
        }
    }
}

impl Responder for CsvFile {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::with_body(StatusCode::OK, self.body);
        let headers = response.headers_mut();
        let media_type = HeaderValue::from_static("text/csv; charset=UTF-8");
        headers.insert(CONTENT_TYPE, media_type);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        let named = format!("attachment; filename={}", self.name);
        if let Ok(named) = HeaderValue::try_from(named) {
            headers.insert(CONTENT_DISPOSITION, named);
        }
        response
    }
}
