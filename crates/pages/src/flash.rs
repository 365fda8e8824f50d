//! What the next page says once, after a form was done.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;

use crate::cookies::Kind;
use crate::local::local;
use crate::visitor::Visitor;

/// How many seconds a message waits for its page.
const WAITS: i64 = 60;

/// What the next page says once.
pub(crate) struct Flash {
    /// The name of a text of the catalogue.
    name: &'static str,
    /// What stands in the text for `{value}`.
    value: String,
    is_good: bool,
}

impl Flash {
    /// Something is done.
    pub(crate) const fn done(name: &'static str) -> Self {
        Self {
            name,
            value: String::new(),
            is_good: true,
        }
    }

    /// Something is not.
    pub(crate) const fn refused(name: &'static str) -> Self {
        Self {
            name,
            value: String::new(),
            is_good: false,
        }
    }

    /// The same with what stands in the text for `{value}`.
    pub(crate) fn with(mut self, value: impl ToString) -> Self {
        self.value = value.to_string();
        self
    }

    /// Leads the browser on to a path of ours, which says it.
    pub(crate) fn and_go(self, visitor: &Visitor, path: &str) -> HttpResponse {
        let mut response = go(path);
        let kind = if self.is_good { "good" } else { "bad" };
        let text = format!("{kind}:{}:{}", self.name, self.value);
        Kind::Flash.set(&mut response, visitor.is_secure(), &text, Some(WAITS));
        response
    }
}

/// Leads the browser on to a path of ours, by GET.
pub(crate) fn go(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, local(path).to_owned()))
        .finish()
}
