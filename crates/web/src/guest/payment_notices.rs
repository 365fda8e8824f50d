use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use ferroboard_application::NoticeAnswer;
use ferroboard_billing::RawNotice;
use serde_json::{Map, Value};

use crate::Panel;
use crate::answer::envelope::FailureBody;
use crate::answer::fault::Fault;
use crate::request::body_format::BodyFormat;
use crate::request::client_address::address_of;
use crate::request::input::read_raw_body_within;
use crate::request::{form, multipart, storable};

/// What gateways are told when a notice is not accepted.
const FAIL: &str = "fail";
/// The largest body of a notice. Those of all gateways have a few thousand bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A notice as it arrived. Nothing in it is trimmed or merged: signatures cover every byte.
pub(crate) struct Arrived(RawNotice);

impl FromRequest for Arrived {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let panel = request.app_data::<Data<Panel>>();
            let limit = panel.map_or(0, |panel| panel.options.max_body_bytes);
            // Kept as bytes: a gateway signs what it sends, in its own encoding.
            let body = read_raw_body_within(&request, payload, limit.min(MAX_BODY_BYTES)).await?;
            Ok(Self(raw_notice(&request, body).await))
        })
    }
}

async fn raw_notice(request: &HttpRequest, body: Bytes) -> RawNotice {
    let query = decode(request.query_string().as_bytes());
    let mut fields = query.clone();
    let body_fields = match BodyFormat::of(request.headers()) {
        BodyFormat::Form => decode(&body),
        BodyFormat::Json => {
            let object = serde_json::from_slice::<Map<String, Value>>(&body).unwrap_or_default();
            // A member of the body takes the place of a parameter, even one that is null.
            fields.retain(|(name, _)| !object.contains_key(name));
            form::flattened(&object)
        }
        // Of a body that cannot be read there is nothing to sign or to believe.
        BodyFormat::Multipart => {
            let parts = multipart::read(request.headers(), body.clone()).await;
            parts.map(|parts| parts.pairs).unwrap_or_default()
        }
        BodyFormat::Other => Vec::new(),
    };
    fields.extend(body_fields.iter().cloned());
    // Names of headers are kept in lower case by the server already.
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), storable::header_text(value)));
    RawNotice {
        method: request.method().as_str().to_owned(),
        query,
        headers: headers.collect(),
        body: body.to_vec(),
        body_fields,
        fields,
    }
}

fn decode(pairs: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(pairs).into_owned().collect()
}

/// Takes a gateway's notice of a payment. `method` is the gateway's code and `uuid` names the payment
/// method; what the gateway signed is checked by the code of that method alone.
#[utoipa::path(
    method(get, post),
    path = "/api/v1/guest/payment/notify/{method}/{uuid}",
    params(
        ("method" = String, Path, description = "The gateway's code, such as `EPay`"),
        ("uuid" = String, Path, description = "Names the payment method"),
    ),
    responses(
        (status = 200, description = "Accepted, in the gateway's words", body = String, content_type = "text/plain"),
        (status = 400, description = "Not believed, or it pays nothing: `fail`", body = String, content_type = "text/plain"),
        (status = 404, description = "No such payment method: `fail`", body = String, content_type = "text/plain"),
        (status = 413, description = "A body of more than 64 KiB", body = FailureBody),
        (status = 429, description = "Too many from this address that were not believed; see `Retry-After`", body = FailureBody),
        (status = 500, description = "To be sent again: `fail`", body = String, content_type = "text/plain"),
    )
)]
pub(crate) async fn receive(
    address: Path<(String, String)>,
    Arrived(notice): Arrived,
    request: HttpRequest,
    panel: Data<Panel>,
) -> Result<HttpResponse, Fault> {
    let (method, uuid) = address.into_inner();
    let client = address_of(&request);
    let run = panel.run(move |app| async move {
        let client_ip = client.to_string();
        let payments = &app.payments;
        Ok(payments.notice(&method, &uuid, notice, &client_ip).await)
    });
    let answer = run.await?;
    // Counted after they were judged: a notice that is believed is never one too many.
    if matches!(answer, NoticeAnswer::Refused | NoticeAnswer::Unknown) {
        panel.limits.admit_refused_notice(client)?;
    }
    Ok(match answer {
        NoticeAnswer::Accepted(reply) => text(StatusCode::OK, reply),
        NoticeAnswer::Refused => text(StatusCode::BAD_REQUEST, FAIL),
        NoticeAnswer::Unknown => text(StatusCode::NOT_FOUND, FAIL),
        NoticeAnswer::Again => text(StatusCode::INTERNAL_SERVER_ERROR, FAIL),
    })
}

fn text(status: StatusCode, body: impl Into<String>) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(ContentType::plaintext())
        .body(body.into())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = expected.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[actix_web::test]
    async fn nothing_of_a_notice_is_trimmed_merged_or_reordered() {
        let body = "b=2&sign=%20x%20&b=3&empty=";
        let request = TestRequest::post()
            .uri("/n?a=1%2B1&b=1&sign%5B%5D=y")
            .insert_header((
                "Content-Type",
                "application/x-www-form-urlencoded; charset=UTF-8",
            ))
            .insert_header(("HMAC", "abc"))
            .to_http_request();
        let notice = raw_notice(&request, Bytes::from_static(body.as_bytes())).await;
        assert_eq!(notice.method, "POST");
        assert_eq!(
            notice.query,
            pairs(&[("a", "1+1"), ("b", "1"), ("sign[]", "y")])
        );
        let fields = [
            ("a", "1+1"),
            ("b", "1"),
            ("sign[]", "y"),
            ("b", "2"),
            ("sign", " x "),
            ("b", "3"),
            ("empty", ""),
        ];
        assert_eq!(notice.fields, pairs(&fields));
        assert_eq!(notice.body, body.as_bytes());
        assert_eq!(notice.header("hmac"), Some("abc"));
    }

    async fn posted(kind: &'static str, body: &'static str) -> RawNotice {
        let request = TestRequest::post()
            .uri("/n?a=0&b=1")
            .insert_header(("Content-Type", kind))
            .to_http_request();
        raw_notice(&request, Bytes::from_static(body.as_bytes())).await
    }

    #[actix_web::test]
    async fn the_members_of_json_take_the_place_of_parameters() {
        let body = r#"{"b": null, "money": 45.00, "sign": " x ", "a": {"c": [true]}}"#;
        for kind in [
            "application/json",
            "application/vnd.epay+json; charset=utf-8",
        ] {
            let notice = posted(kind, body).await;
            let members = pairs(&[("a[c][0]", "1"), ("money", "45"), ("sign", " x ")]);
            assert_eq!(notice.body_fields, members, "{kind}");
            assert_eq!(notice.fields, members, "{kind}");
            assert_eq!(notice.body, body.as_bytes());
        }
    }

    #[actix_web::test]
    async fn parts_are_members_and_files_are_not() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n 2 \r\n\
            --x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nfile\r\n--x--\r\n";
        let notice = posted("multipart/form-data; boundary=x", body).await;
        assert_eq!(notice.body_fields, pairs(&[("b", " 2 ")]));
        assert_eq!(
            notice.fields,
            pairs(&[("a", "0"), ("b", "1"), ("b", " 2 ")])
        );
        assert_eq!(notice.field("b"), Some(" 2 "));
    }

    #[actix_web::test]
    async fn a_body_that_cannot_be_read_has_no_members() {
        let query = pairs(&[("a", "0"), ("b", "1")]);
        for (kind, body) in [
            ("application/json", "{\"a\": 1"),
            ("application/json", "[\"a\"]"),
            ("application/json", "\"text\""),
            ("text/plain", "a=1"),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disp"),
            ("multipart/form-data", "a=1"),
        ] {
            let notice = posted(kind, body).await;
            assert_eq!(notice.body_fields, [], "{kind} {body}");
            assert_eq!(notice.fields, query, "{kind} {body}");
            assert_eq!(notice.body, body.as_bytes());
        }
    }
}
