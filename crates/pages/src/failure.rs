//! Why there is no page.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, ResponseError};
use ferroboard_application::Error;
use ferroboard_web::Fault;

/// Why there is no page. What surrounds the pages makes a page of it, in the visitor's language.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing is at the address, or not for this visitor.
    Unknown,
    /// A page was wanted where forms alone are sent to, or the other way round.
    OtherMethod,
    /// The visitor may not go there.
    Forbidden,
    /// A form that was not ours, or is too old; nothing was done.
    FormExpired,
    /// Whoever wants the page logs in first, and comes back to this path of ours.
    LoginFirst(String),
    /// The same at a login of its own, whose address is this.
    LoginAt(String),
    /// A use case refused, or something failed.
    Fault(Fault),
}

/// What a handler gives.
pub(crate) type PageResult = Result<HttpResponse, Failure>;

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Failure {
    /// What went wrong inside, without any secret; for the log.
    pub(crate) fn internal(cause: impl fmt::Display) -> Self {
        Error::Internal(cause.to_string()).into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("no such page"),
            Self::OtherMethod => f.write_str("not in this way"),
            Self::Forbidden => f.write_str("not for this visitor"),
            Self::FormExpired => f.write_str("a form that is not ours"),
            Self::LoginFirst(_) | Self::LoginAt(_) => f.write_str("no login"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::OtherMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forbidden | Self::FormExpired => StatusCode::FORBIDDEN,
            Self::LoginFirst(_) | Self::LoginAt(_) => StatusCode::SEE_OTHER,
            Self::Fault(fault) => fault.status_code(),
        }
    }

    /// Without a page: for the way to the login there is none, and any other gets one around it.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Self::LoginFirst(back) = self {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("back", back)
                .finish();
            response.insert_header((LOCATION, format!("/my/login?{query}")));
        }
        if let Self::LoginAt(address) = self {
            response.insert_header((LOCATION, address.clone()));
        }
        response.finish()
    }
}
