//! Tables that spreadsheets open.

use actix_web::body::BoxBody;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use ferroboard_kernel::Decimal;

use crate::answer::download::{Download, file};

/// Answers 200 with a table of comma-separated values.
///
/// No library writes them as the reference does, whose downloads are PHP's `fputcsv`: quotes also around
/// what has a blank in it, and lines that end with a line feed alone.
pub(crate) struct Csv {
    /// The name of the file; a table without one is shown as a page.
    name: Option<String>,
    text: String,
}

/// Tells spreadsheets that the text is UTF-8.
const MARK: char = '\u{feff}';

impl Csv {
    /// A file of this name.
    pub(crate) fn file(name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            text: String::new(),
        }
    }

    /// A table that is shown and not kept: its lines end as RFC 4180 has it, and its cells are quoted only
    /// where they must be.
    pub(crate) fn shown() -> Self {
        Self {
            name: None,
            text: String::new(),
        }
    }

    /// Begins it with the mark of UTF-8, without which some spreadsheets take it for another encoding.
    pub(crate) fn marked(mut self) -> Self {
        self.text.insert(0, MARK);
        self
    }

    pub(crate) fn line<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let is_file = self.name.is_some();
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.cell(cell.as_ref(), is_file);
        }
        self.text.push_str(if is_file { "\n" } else { "\r\n" });
    }

    fn cell(&mut self, cell: &str, quotes_blanks: bool) {
        let is_quoted = cell.contains([',', '"', '\r', '\n'])
            || (quotes_blanks && cell.contains([' ', '\t', '\\']));
        if is_quoted {
            self.text.push('"');
        }
        if is_formula(cell) {
            self.text.push('\'');
        }
        self.text.push_str(&cell.replace('"', "\"\""));
        if is_quoted {
            self.text.push('"');
        }
    }
}

/// Whether a spreadsheet would compute it: what users write is shown, and never run.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && Decimal::parse(cell).is_none()
}

impl Responder for Csv {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let content = Bytes::from(self.text);
        match self.name {
            Some(name) => Download {
                name,
                media_type: "text/csv; charset=UTF-8",
                content,
            }
            .respond_to(request),
            // What the reference calls it. No script of it runs: pages may run none of their own.
            None => file("text/html; charset=UTF-8", content),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
    use actix_web::test::TestRequest;

    use super::*;

    fn text(csv: Csv) -> (String, bool, String) {
        let answer = csv.respond_to(&TestRequest::default().to_http_request());
        let kind = answer.headers().get(CONTENT_TYPE).unwrap();
        let kind = kind.to_str().unwrap().to_owned();
        let is_file = answer.headers().contains_key(CONTENT_DISPOSITION);
        let bytes = answer.into_body().try_into_bytes().unwrap();
        (kind, is_file, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn files_are_written_as_the_reference_writes_them() {
        let mut csv = Csv::file("users.csv").marked();
        csv.line(["邮箱", "余额", "到期"]);
        csv.line(["a@demo.test", "123.45", "2099-01-01 00:00:00"]);
        csv.line(["say \"hi\"", "{\"a\":1}", ""]);
        let expected = "\u{feff}邮箱,余额,到期\na@demo.test,123.45,\"2099-01-01 00:00:00\"\n\
            \"say \"\"hi\"\"\",\"{\"\"a\"\":1}\",\n";
        let kind = "text/csv; charset=UTF-8".to_owned();
        assert_eq!(text(csv), (kind, true, expected.to_owned()));
    }

    #[test]
    fn shown_tables_quote_what_they_must() {
        let mut csv = Csv::shown();
        csv.line(["C", "2024-01-01 00:00:00", "1/2"]);
        csv.line(["a,b", "line\nbreak", "\"q\""]);
        let expected = "C,2024-01-01 00:00:00,1/2\r\n\"a,b\",\"line\nbreak\",\"\"\"q\"\"\"\r\n";
        let kind = "text/html; charset=UTF-8".to_owned();
        assert_eq!(text(csv), (kind, false, expected.to_owned()));
    }

    #[test]
    fn no_cell_is_a_formula() {
        let mut csv = Csv::file("x.csv");
        csv.line(["=1+1", "+CMD", "-1+2", "@SUM(A1)", "-12.50", "+7", "a=b"]);
        let (_, _, text) = text(csv);
        assert_eq!(text, "'=1+1,'+CMD,'-1+2,'@SUM(A1),-12.50,+7,a=b\n");
    }
}
