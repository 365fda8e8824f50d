//! The one shape of every JSON answer.

use std::borrow::Cow;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// What every success carries as its message, in every language: clients of the reference compare it.
pub(crate) const SUCCESS_MESSAGE: &str = "操作成功";
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache, private");

/// Answers 200 with this as `data`.
pub(crate) struct Success<T>(pub(crate) T);

/// Answers 200 with this as the whole body: for the few answers whose members clients look for beside,
/// or instead of, `data`.
pub(crate) struct Bare<T>(pub(crate) T);

/// Answers 200 with the literal `true`, which clients compare strictly.
pub(crate) const DONE: Success<bool> = Success(true);

/// Answers 200 with a code that would otherwise only be mailed, where old and new clients look for
/// it. Development profile only.
pub(crate) struct DebugCode(pub(crate) String);

/// A success as it is written.
#[derive(Serialize, ToSchema)]
pub(crate) struct SuccessBody<T> {
    /// `success`
    status: &'static str,
    /// A fixed text.
    message: &'static str,
    data: T,
    /// Always null.
    #[schema(value_type = Option<String>)]
    error: Option<()>,
}

/// A refusal as it is written.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailureBody {
    /// `fail`
    status: &'static str,
    /// The reason, in the language of the request's `Content-Language`.
    message: String,
    /// Null, or false where pages look for that.
    data: Option<bool>,
    /// The reason once more, where clients look for it here.
    error: Option<String>,
    /// A name of the reason that programs can tell it by, where they may want to.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// Texts for each refused field (422 only).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, Vec<String>>>)]
    errors: Option<FieldTexts>,
}

/// Texts for each refused field, in the order in which the body declares its fields.
pub(crate) struct FieldTexts(pub(crate) Vec<(Cow<'static, str>, Vec<String>)>);

impl Serialize for FieldTexts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, texts)| (field, texts)))
    }
}

impl<T: Serialize> Success<T> {
    fn body(self) -> SuccessBody<T> {
        SuccessBody {
            status: "success",
            message: SUCCESS_MESSAGE,
            data: self.0,
            error: None,
        }
    }
}

impl<T: Serialize> Responder for Success<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        json(StatusCode::OK, &self.body())
    }
}

impl<T: Serialize> Responder for Bare<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        json(StatusCode::OK, &self.0)
    }
}

/// What a route answers that mails a code.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum CodeSent {
    /// It is on its way: always true.
    Mailed(bool),
    /// The development profile answers with the code itself.
    Shown {
        /// Where the envelope has it as well.
        debug_code: String,
    },
}

impl Responder for DebugCode {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        #[derive(Serialize)]
        struct Body<'a> {
            #[serde(flatten)]
            envelope: SuccessBody<CodeSent>,
            debug_code: &'a str,
        }
        let debug_code = self.0.clone();
        let body = Body {
            envelope: Success(CodeSent::Shown { debug_code }).body(),
            debug_code: &self.0,
        };
        json(StatusCode::OK, &body)
    }
}

impl FailureBody {
    /// A refusal with its code and the texts of refused fields, if any.
    pub(crate) fn new(
        message: String,
        data: Option<bool>,
        error: Option<String>,
        code: Option<&'static str>,
        errors: Option<FieldTexts>,
    ) -> Self {
        Self {
            status: "fail",
            message,
            data,
            error,
            code,
            errors,
        }
    }

    /// The answer with this status.
    pub(crate) fn answer(&self, status: StatusCode) -> HttpResponse {
        json(status, self)
    }
}

/// A success as a JSON text.
pub(crate) fn success<T: Serialize>(data: T) -> Vec<u8> {
    serde_json::to_vec(&Success(data).body()).unwrap_or_default()
}

/// Answers 200 with a JSON text.
pub(crate) fn written(body: Bytes) -> HttpResponse {
    of_bytes(StatusCode::OK, body)
}

fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    // Our own structs have text keys and no failing `Serialize`.
    of_bytes(status, serde_json::to_vec(body).unwrap_or_default().into())
}

fn of_bytes(status: StatusCode, bytes: Bytes) -> HttpResponse {
    let mut response = HttpResponse::with_body(status, BoxBody::new(bytes));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response.headers_mut().insert(CACHE_CONTROL, NO_CACHE);
    response
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody as _;
    use actix_web::test::TestRequest;
    use serde_json::Value;

    use super::*;

    fn text(response: HttpResponse) -> String {
        let bytes = response.into_body().try_into_bytes();
        String::from_utf8(bytes.unwrap_or_default().to_vec()).unwrap()
    }

    #[test]
    fn a_success_has_four_members_in_their_order() {
        let response = DONE.respond_to(&TestRequest::default().to_http_request());
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers().get(CACHE_CONTROL), Some(&NO_CACHE));
        assert_eq!(response.headers().get(CONTENT_TYPE), Some(&JSON));
        let expected = r#"{"status":"success","message":"操作成功","data":true,"error":null}"#;
        assert_eq!(text(response), expected);
    }

    #[test]
    fn a_debug_code_stands_in_both_places() {
        let response =
            DebugCode("123456".into()).respond_to(&TestRequest::default().to_http_request());
        let body: Value = serde_json::from_str(&text(response)).unwrap();
        assert_eq!(body["data"]["debug_code"], "123456");
        assert_eq!(body["debug_code"], "123456");
        assert_eq!(body["status"], "success");
    }

    #[test]
    fn a_refusal_names_fields_only_when_there_are_some() {
        let answer = |data, code, errors| {
            let body = FailureBody::new("no".into(), data, None, code, errors);
            text(body.answer(StatusCode::BAD_REQUEST))
        };
        let expected = r#"{"status":"fail","message":"no","data":null,"error":null}"#;
        assert_eq!(answer(None, None, None), expected);
        let expected = r#"{"status":"fail","message":"no","data":false,"error":null}"#;
        assert_eq!(answer(Some(false), None, None), expected);
        let errors = ["z", "a"].map(|field| (field.into(), vec!["no".to_owned()]));
        let body = answer(None, Some("no_way"), Some(FieldTexts(errors.into())));
        assert!(
            body.ends_with(r#","error":null,"code":"no_way","errors":{"z":["no"],"a":["no"]}}"#),
            "{body}"
        );
    }
}
