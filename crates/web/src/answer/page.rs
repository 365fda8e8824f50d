//! One page of a list.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::envelope::json;

/// Answers 200 with a page as the tables of administrators want it, without the usual envelope.
#[derive(Debug, Serialize, ToSchema)]
#[allow(clippy::struct_field_names, reason = "the members are the wire's")]
pub(crate) struct Page<T> {
    /// Rows on all pages.
    total: i64,
    /// From 1.
    current_page: i64,
    per_page: i64,
    /// At least 1.
    last_page: i64,
    data: Vec<T>,
}

impl<T> Page<T> {
    /// These rows of so many in all. The page and its size are at least 1.
    pub(crate) fn new(page: i64, size: i64, total: i64, rows: Vec<T>) -> Self {
        let size = size.max(1);
        let full = total.max(0).saturating_add(size - 1) / size;
        Self {
            total,
            current_page: page.max(1),
            per_page: size,
            last_page: full.max(1),
            data: rows,
        }
    }
}

impl<T: Serialize> Responder for Page<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        json(StatusCode::OK, &self)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_page_has_five_members_and_no_status() {
        let page = Page::new(2, 10, 12, vec!["a", "b"]);
        let answer = page.respond_to(&TestRequest::default().to_http_request());
        assert_eq!(answer.status(), StatusCode::OK);
        let body = answer.into_body().try_into_bytes().unwrap();
        let expected =
            r#"{"total":12,"current_page":2,"per_page":10,"last_page":2,"data":["a","b"]}"#;
        assert_eq!(body, expected);
    }

    #[test]
    fn there_is_a_last_page_also_where_there_is_nothing() {
        for (total, size, last) in [(0, 10, 1), (10, 10, 1), (11, 10, 2), (-1, 0, 1), (3, 0, 3)] {
            let page = Page::new(1, size, total, Vec::<()>::new());
            assert_eq!(page.last_page, last, "{total} {size}");
        }
        let page = Page::new(i64::MAX, i64::MAX, i64::MAX, Vec::<()>::new());
        assert_eq!(page.last_page, 1);
    }
}
