//! Files that a browser keeps.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ContentDisposition, DispositionParam,
    DispositionType, HeaderValue, TryIntoHeaderValue as _,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};

/// Answers 200 with a file. What administrators export is a secret: no cache keeps it.
pub(crate) struct Download {
    /// What the browser calls it.
    pub(crate) name: String,
    pub(crate) media_type: &'static str,
    pub(crate) content: Bytes,
}

impl Responder for Download {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = file(self.media_type, self.content);
        let disposition = ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(safe_name(&self.name))],
        };
        if let Ok(disposition) = disposition.try_into_value() {
            let headers = response.headers_mut();
            headers.insert(CONTENT_DISPOSITION, disposition);
        }
        response
    }
}

/// These bytes, which are this and nothing else.
pub(super) fn file(media_type: &'static str, content: Bytes) -> HttpResponse {
    let mut response = HttpResponse::with_body(StatusCode::OK, BoxBody::new(content));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// The name with what file systems and headers have no other meaning for.
fn safe_name(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '_'
        }
    };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_file_has_a_name_a_type_and_its_bytes() {
        let download = Download {
            name: "gift_cards_batch_1.txt".into(),
            media_type: "text/plain; charset=utf-8",
            content: Bytes::from_static(b"A\nB"),
        };
        let answer = download.respond_to(&TestRequest::default().to_http_request());
        let header = |name| answer.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(header(CONTENT_TYPE), "text/plain; charset=utf-8");
        let expected = "attachment; filename=\"gift_cards_batch_1.txt\"";
        assert_eq!(header(CONTENT_DISPOSITION), expected);
        assert_eq!(header(CACHE_CONTROL), "private, no-store");
        assert_eq!(answer.into_body().try_into_bytes().unwrap(), "A\nB");
    }

    #[test]
    fn names_hold_nothing_that_means_something() {
        assert_eq!(safe_name("../a\"b\r\nc 中.csv"), ".._a_b__c__.csv");
    }
}
