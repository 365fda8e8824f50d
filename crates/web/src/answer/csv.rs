//! Tables that spreadsheets open.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use ferroboard_kernel::Decimal;

/// Answers 200 with a table of comma-separated values, as RFC 4180 has them, that is shown as a page. What
/// administrators export is a secret: no cache keeps it.
pub struct Csv(String);

impl Csv {
    /// A table without lines.
    pub const fn shown() -> Self {
        Self(String::new())
    }

    /// Its lines, for a table that is answered in parts.
    pub fn into_text(self) -> String {
        self.0
    }

    /// Adds a line. What a spreadsheet would compute is shown as it was written.
    pub fn line<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.0.push_str("\r\n");
    }

    fn cell(&mut self, cell: &str) {
        let is_quoted = cell.contains([',', '"', '\r', '\n']);
        if is_quoted {
            self.0.push('"');
        }
        if is_formula(cell) {
            self.0.push('\'');
        }
        self.0.push_str(&cell.replace('"', "\"\""));
        if is_quoted {
            self.0.push('"');
        }
    }
}

/// Whether a spreadsheet would compute it: what users write is shown, and never run.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && Decimal::parse(cell).is_none()
}

impl Responder for Csv {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::with_body(StatusCode::OK, BoxBody::new(self.0));
        let headers = response.headers_mut();
        // What the reference calls it. No script of it runs: pages may run none of their own.
        let media_type = HeaderValue::from_static("text/html; charset=UTF-8");
        headers.insert(CONTENT_TYPE, media_type);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        response
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use actix_web::test::TestRequest;

    use super::*;

    fn text(csv: Csv) -> (String, String) {
        let answer = csv.respond_to(&TestRequest::default().to_http_request());
        let kind = answer.headers().get(CONTENT_TYPE).unwrap();
        let kind = kind.to_str().unwrap().to_owned();
        assert_eq!(
            answer.headers().get(CACHE_CONTROL).unwrap(),
            "private, no-store"
        );
        let bytes = answer.into_body().try_into_bytes().unwrap();
        (kind, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn shown_tables_quote_what_they_must() {
        let mut csv = Csv::shown();
        csv.line(["C", "2024-01-01 00:00:00", "1/2"]);
        csv.line(["a,b", "line\nbreak", "\"q\""]);
        let expected = "C,2024-01-01 00:00:00,1/2\r\n\"a,b\",\"line\nbreak\",\"\"\"q\"\"\"\r\n";
        let kind = "text/html; charset=UTF-8".to_owned();
        assert_eq!(text(csv), (kind, expected.to_owned()));
    }

    #[test]
    fn no_cell_is_a_formula() {
        let mut csv = Csv::shown();
        csv.line(["=1+1", "+CMD", "-1+2", "@SUM(A1)", "-12.50", "+7", "a=b"]);
        let (_, text) = text(csv);
        assert_eq!(text, "'=1+1,'+CMD,'-1+2,'@SUM(A1),-12.50,+7,a=b\r\n");
    }
}
