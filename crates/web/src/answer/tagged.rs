//! Answers that a client need not get twice.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use ferroboard_kernel::lower_hex;
use sha1::{Digest as _, Sha1};

/// What names a body: the SHA-1 of it, which is also what the reference panel answers.
pub(crate) fn tag_of(body: &[u8]) -> String {
    lower_hex(Sha1::digest(body))
}

/// Whether the client has what this tag names; quotes, lists and `W/` do not matter.
fn has(request: &HttpRequest, tag: &str) -> bool {
    let known = request.headers().get_all(IF_NONE_MATCH);
    let mut known = known.filter_map(|value| value.to_str().ok());
    known.any(|value| value.contains(tag))
}

/// The JSON text that this tag names, or 304 when the client has it.
pub(crate) fn answer<B: Into<Bytes>>(
    request: &HttpRequest,
    tag: &str,
    body: impl FnOnce() -> B,
) -> HttpResponse {
    if has(request, tag) {
        unchanged(tag)
    } else {
        json(body(), tag)
    }
}

/// 304 without a body.
fn unchanged(tag: &str) -> HttpResponse {
    tagged(HttpResponse::new(StatusCode::NOT_MODIFIED), tag)
}

/// How much of a body is copied for a connection at once.
const PIECE: usize = 64 * 1024;

/// A body that is sent piece by piece. One that is given as a whole is copied as a whole for each connection
/// that it is sent over.
struct Pieces(Bytes);

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let rest = &mut self.get_mut().0;
        if rest.is_empty() {
            return Poll::Ready(None);
        }
        let piece = rest.split_to(PIECE.min(rest.len()));
        Poll::Ready(Some(Ok(piece)))
    }

    fn try_into_bytes(self) -> Result<Bytes, Self> {
        Ok(self.0)
    }
}

/// 200 with this JSON text.
fn json(body: impl Into<Bytes>, tag: &str) -> HttpResponse {
    let body = Pieces(body.into());
    let mut response = HttpResponse::with_body(StatusCode::OK, body).map_into_boxed_body();
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    tagged(response, tag)
}

fn tagged(mut response: HttpResponse, tag: &str) -> HttpResponse {
    let headers = response.headers_mut();
    let private = HeaderValue::from_static("no-cache, private");
    headers.insert(CACHE_CONTROL, private);
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        headers.insert(ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_tag_is_found_wherever_it_stands() {
        let tag = tag_of(b"[]");
        assert_eq!(tag, "97d170e1550eee4afc0af065b78cda302a97674c");
        for (header, expected) in [
            (tag.clone(), true),
            (format!("\"{tag}\""), true),
            (format!("W/\"{tag}\", \"x\""), true),
            ("*".to_owned(), false),
            (String::new(), false),
        ] {
            let request = TestRequest::get().insert_header((IF_NONE_MATCH, header.clone()));
            assert_eq!(has(&request.to_http_request(), &tag), expected, "{header}");
        }
    }
}
