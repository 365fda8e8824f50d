//! Why a request got no success, and how that is answered.

use std::borrow::Cow;

use actix_web::body::{BoxBody, EitherBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use ferroboard_kernel::Seconds;

use crate::answer::envelope::{FailureBody, FieldTexts};
use crate::answer::messages::{Locale, Message};

/// How many seconds a client is asked to wait when the panel is overloaded or its database away.
const RETRY_SOON: i64 = 1;

/// A field and what is wrong with it.
pub(crate) type RefusedField = (Cow<'static, str>, Vec<Message>);

/// What a [`Fault`] says in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The refusal as a whole.
    pub message: String,
    /// Fields and what is wrong with each, in the order of their declaration. Members of lists are named with
    /// points, as in `prices.0`.
    pub fields: Vec<(String, Vec<String>)>,
}

/// Why a request got no success: a status, and texts that are taken from the catalogue.
#[derive(Debug)]
pub struct Fault {
    status: StatusCode,
    message: Message,
    code: Option<&'static str>,
    fields: Vec<RefusedField>,
    /// How many messages about further fields are left out.
    untold: u32,
    /// `data` is false instead of null.
    is_false: bool,
    /// The message stands in `error` as well.
    is_detailed: bool,
    /// What others say of it, in their own words; behind the message.
    quoted: Option<Box<str>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Box<str>>,
}

impl Fault {
    pub(crate) const fn new(status: StatusCode, message: Message) -> Self {
        Self {
            status,
            message,
            code: None,
            fields: Vec::new(),
            untold: 0,
            is_false: false,
            is_detailed: false,
            quoted: None,
            headers: Vec::new(),
            cause: None,
        }
    }

    /// 400 with this message.
    pub(crate) const fn refused(message: Message) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 422 with this message.
    pub(crate) const fn unprocessable(message: Message) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// The same with its message in `error` as well, where old clients look for it.
    pub(crate) const fn detailed(mut self) -> Self {
        self.is_detailed = true;
        self
    }

    /// The same with what others say of it, in their own words.
    pub(crate) fn quoting(mut self, words: impl Into<String>) -> Self {
        self.quoted = Some(words.into().into_boxed_str());
        self
    }

    /// A refusal (and no failure) in other words.
    pub(crate) fn replaced(self, status: StatusCode, message: Message) -> Self {
        if self.status.is_client_error() {
            Self::new(status, message)
        } else {
            self
        }
    }

    /// The same with `data` false, where pages look for it.
    pub(crate) const fn with_false(mut self) -> Self {
        self.is_false = true;
        self
    }

    /// 422 for these fields, in the order of their declaration.
    pub(crate) fn invalid(fields: Vec<(&'static str, Vec<Message>)>) -> Self {
        let fields = fields.into_iter();
        let fields = fields.map(|(field, messages)| (Cow::Borrowed(field), messages));
        Self::complaining(fields.collect(), 0)
    }

    /// The same where so many messages more are not told.
    pub(crate) fn complaining(fields: Vec<RefusedField>, untold: u32) -> Self {
        let first = fields.iter().flat_map(|(_, messages)| messages).next();
        let message = first.copied().unwrap_or(Message::RequestInvalid);
        Self {
            fields,
            untold,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
        }
    }

    /// What was read, unless these fields are wrong as well, which are complained of beside the others.
    pub(crate) fn beside<T>(
        read: Result<T, Self>,
        fields: Vec<(&'static str, Vec<Message>)>,
    ) -> Result<T, Self> {
        if fields.is_empty() {
            return read;
        }
        let mut wrong = Self::invalid(fields);
        match read {
            Err(fault) if fault.fields.is_empty() => return Err(fault),
            Err(fault) => {
                wrong.fields.extend(fault.fields);
                wrong.untold = fault.untold;
            }
            Ok(_) => {}
        }
        Err(wrong)
    }

    /// The same with what went wrong inside, which goes to the log alone.
    pub(super) fn because(mut self, cause: String) -> Self {
        self.cause = Some(cause.into_boxed_str());
        self
    }

    /// 500; the cause goes to the log alone.
    pub(crate) fn internal(cause: String) -> Self {
        Self {
            cause: Some(cause.into_boxed_str()),
            ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, Message::Internal)
        }
    }

    /// 404 of a path that is none of ours.
    pub(crate) const fn unknown_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, Message::RouteUnknown)
    }

    /// 405, naming what the path does support.
    pub(crate) fn method_refused(allowed: HeaderValue) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, Message::MethodRefused).with(ALLOW, allowed)
    }

    /// 429 with the seconds to wait.
    pub(crate) fn throttled(message: Message, wait: Seconds) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
            .with(RETRY_AFTER, HeaderValue::from(wait.get().max(1)))
    }

    /// 403 for a shadow account.
    pub(crate) const fn of_shadow() -> Self {
        Self::new(StatusCode::FORBIDDEN, Message::ShadowRefused).coded("shadow_account")
    }

    /// Names the reason for programs.
    pub(crate) const fn coded(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds a header to the answer.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// 503; the cause goes to the log alone.
    pub(crate) fn out_of_service(cause: String) -> Self {
        Self::unavailable(Message::Unavailable, Some(cause.into_boxed_str()))
    }

    /// 503 that says that the database has no room left.
    pub(crate) fn disk_full(cause: String) -> Self {
        Self::unavailable(Message::DiskFull, Some(cause.into_boxed_str())).coded("disk_full")
    }

    /// 503; a cause goes to the log alone.
    pub(super) fn unavailable(message: Message, cause: Option<Box<str>>) -> Self {
        Self {
            cause,
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
        }
        .with(RETRY_AFTER, HeaderValue::from(RETRY_SOON))
    }

    /// Whether it says this.
    pub(crate) fn is(&self, message: Message) -> bool {
        self.message == message
    }

    /// The fields and what is wrong with them.
    #[cfg(test)]
    pub(crate) fn complaints(&self) -> &[RefusedField] {
        &self.fields
    }

    /// What went wrong inside, for the log.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// How many seconds to wait before another try, where it says so.
    pub fn retry_after(&self) -> Option<&HeaderValue> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| *name == RETRY_AFTER);
        found.map(|(_, value)| value)
    }

    /// What it says, for a page: as a whole, and of each field.
    pub fn told(&self, locale: Locale) -> Told {
        let texts = |messages: &[Message]| {
            let texts = messages.iter().map(|message| message.text(locale));
            texts.map(Cow::into_owned).collect()
        };
        let fields = self.fields.iter();
        Told {
            message: match &self.quoted {
                Some(words) => format!("{}: {words}", self.message.text(locale)),
                None => self.message.text(locale).into_owned(),
            },
            fields: fields
                .map(|(field, messages)| (field.to_string(), texts(messages)))
                .collect(),
        }
    }

    /// The answer in this language.
    pub(crate) fn respond(&self, locale: Locale) -> HttpResponse {
        let (message, texts) = (self.headline(locale), self.field_texts(locale));
        let detail = self.is_detailed.then(|| message.clone());
        let data = self.is_false.then_some(false);
        let body = FailureBody::new(message, data, detail, self.code, texts);
        let mut response = body.answer(self.status);
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response
    }

    /// The answer of a guard. The fault stays with it, so that it is logged with its cause and told in the
    /// request's language as a handler's is.
    pub(crate) fn refuse<B>(self, request: HttpRequest) -> ServiceResponse<EitherBody<B, BoxBody>> {
        ServiceResponse::new(request, HttpResponse::from_error(self)).map_into_right_body()
    }

    fn headline(&self, locale: Locale) -> String {
        let mut text = self.message.text(locale);
        if let Some(words) = &self.quoted {
            text = Cow::Owned(format!("{text}: {words}"));
        }
        let told: usize = self.fields.iter().map(|(_, messages)| messages.len()).sum();
        let untold = usize::try_from(self.untold).unwrap_or(usize::MAX);
        match told.saturating_add(untold) {
            // Pages that look for false show the message as it is.
            _ if self.is_false => text.into_owned(),
            0 | 1 => text.into_owned(),
            2 => format!("{text} (and 1 more error)"),
            more => format!("{text} (and {} more errors)", more - 1),
        }
    }

    fn field_texts(&self, locale: Locale) -> Option<FieldTexts> {
        let texts = |messages: &[Message]| {
            let texts = messages.iter().map(|message| message.text(locale));
            texts.map(Cow::into_owned).collect()
        };
        let fields = self.fields.iter();
        let fields = fields.map(|(field, messages)| (field.clone(), texts(messages)));
        (!self.fields.is_empty()).then(|| FieldTexts(fields.collect()))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message.key())
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// In the default language; what surrounds every request renders it again for another one.
    fn error_response(&self) -> HttpResponse {
        self.respond(Locale::DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use ferroboard_application::Error;
    use ferroboard_attempts::{Attempt, Throttled};
    use ferroboard_kernel::StoreError;
    use serde_json::Value;

    use super::*;

    fn body(fault: &Fault, locale: Locale) -> Value {
        let bytes = fault.respond(locale).into_body().try_into_bytes();
        serde_json::from_slice(&bytes.unwrap_or_default()).unwrap()
    }

    #[test]
    fn waits_are_told_in_minutes_and_in_seconds() {
        let refusal = Throttled {
            what: Attempt::Login,
            wait: Seconds::new(61),
        };
        let fault = Fault::from(Error::from(refusal));
        let response = fault.respond(Locale::EnUs);
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "61");
        assert!(
            body(&fault, Locale::EnUs)["message"]
                .as_str()
                .unwrap()
                .contains('2')
        );
    }

    #[test]
    fn the_headline_counts_the_other_errors() {
        let field = |name, count| (name, vec![Message::EmailRequired; count]);
        for (fields, expected) in [
            (vec![field("a", 1)], "Email can not be empty"),
            (
                vec![field("a", 1), field("b", 1)],
                "Email can not be empty (and 1 more error)",
            ),
            (
                vec![field("a", 2), field("b", 1)],
                "Email can not be empty (and 2 more errors)",
            ),
        ] {
            let body = body(&Fault::invalid(fields), Locale::EnUs);
            assert_eq!(body["message"], expected);
            assert_eq!(body["errors"]["a"][0], "Email can not be empty");
        }
    }

    #[test]
    fn pages_that_look_for_false_get_it_beside_the_first_message_alone() {
        let field = |name: &'static str| (Cow::Borrowed(name), vec![Message::EmailRequired]);
        let fault = Fault::complaining(vec![field("a"), field("b")], 3);
        let told = body(&fault, Locale::EnUs);
        assert_eq!(
            told["message"],
            "Email can not be empty (and 4 more errors)"
        );
        assert!(told["data"].is_null());
        let told = body(&fault.with_false(), Locale::EnUs);
        assert_eq!(told["message"], "Email can not be empty");
        assert_eq!(told["data"], false);
        assert_eq!(told["errors"]["b"][0], "Email can not be empty");
    }

    #[test]
    fn inner_causes_stay_inside() {
        let secret = "the database reported: syntax error near users";
        for error in [
            StoreError::Backend("syntax error near users".into()),
            StoreError::Unavailable("postgres://user:password@host".into()),
        ] {
            let fault = Fault::from(Error::Store(error));
            assert!(fault.cause().is_some());
            let text = body(&fault, Locale::EnUs).to_string();
            assert!(
                !text.contains("users") && !text.contains("password"),
                "{text}"
            );
        }
        let fault = Fault::from(Error::Store(StoreError::Backend(
            "syntax error near users".into(),
        )));
        assert_eq!(fault.cause(), Some(secret));
    }
}
