//! The fields of a request: its query merged with its body, whatever the body's format.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING, UPGRADE};
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use serde_json::{Map, Value};

use crate::Panel;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body_format::BodyFormat;
use crate::request::{form, storable};

/// What is never trimmed: blanks may belong to a password, and a signature covers every byte.
const UNTRIMMED: [&str; 6] = [
    "password",
    "password_confirmation",
    "old_password",
    "new_password",
    "encrypted_data",
    "signature",
];
/// How long a whole body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// How much of a body that is too large is read and thrown away, as a multiple of the limit: a client
/// that is still writing would not see the answer otherwise.
const DISCARDED_LIMITS: usize = 8;

/// The fields of a request, by name. The body wins over the query, the last one of equal names over
/// the others. Texts are trimmed at any depth, and an empty text is null.
#[derive(Clone, Default)]
pub(crate) struct Input(Map<String, Value>);

impl Input {
    /// The fields by name.
    pub(crate) fn into_fields(self) -> Map<String, Value> {
        self.0
    }

    /// The fields as one JSON object.
    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// The fields of a query.
    pub(crate) fn of_query(query: &str) -> Self {
        let mut input = Self::default();
        input.take_query(query);
        input
    }

    /// The same with the fields of a body; one that cannot be read has none.
    pub(crate) fn merged_leniently(mut self, headers: &HeaderMap, body: &[u8]) -> Self {
        match BodyFormat::of(headers) {
            BodyFormat::Form => self.take_form(body),
            // Agents do not always say that they send JSON.
            BodyFormat::Json | BodyFormat::Other => drop(self.take_json(body)),
            BodyFormat::Multipart => {}
        }
        self
    }

    fn take_query(&mut self, query: &str) {
        self.take_all(form::fields(form_urlencoded::parse(query.as_bytes())));
    }

    fn take_all(&mut self, fields: Map<String, Value>) {
        for (name, value) in fields {
            self.take(name, value);
        }
    }

    fn take(&mut self, name: String, value: Value) {
        let trims = !UNTRIMMED.contains(&name.as_str());
        self.0.insert(name, tidied(value, trims));
    }

    /// A JSON text that is not an object has no fields.
    fn take_json(&mut self, body: &[u8]) -> Result<(), Fault> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let parsed = serde_json::from_slice(body);
        let parsed: Value = parsed.map_err(|_| Fault::refused(Message::JsonInvalid))?;
        if let Value::Object(fields) = parsed {
            self.take_all(fields);
        }
        Ok(())
    }

    fn take_form(&mut self, body: &[u8]) {
        self.take_all(form::fields(form_urlencoded::parse(body)));
    }

    async fn take_multipart(&mut self, headers: &HeaderMap, body: Bytes) -> Result<(), Fault> {
        self.take_all(form::fields(multipart_pairs(headers, body).await?));
        Ok(())
    }

    async fn read(request: HttpRequest, payload: Payload) -> Result<Self, Fault> {
        let body = read_body(&request, payload).await?;
        Self::of(&request, body).await
    }

    /// The fields of a request whose body has been read.
    pub(crate) async fn of(request: &HttpRequest, body: Bytes) -> Result<Self, Fault> {
        let mut input = Self::default();
        input.take_query(request.query_string());
        if body.is_empty() {
            return Ok(input);
        }
        match BodyFormat::of(request.headers()) {
            BodyFormat::Json => input.take_json(&body)?,
            BodyFormat::Form => input.take_form(&body),
            BodyFormat::Multipart => input.take_multipart(request.headers(), body).await?,
            BodyFormat::Other => {}
        }
        Ok(input)
    }
}

impl FromRequest for Input {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(Self::read(request.clone(), payload.take()))
    }
}

/// The texts of a multipart body with their names, in its order. Files are ignored: no route takes one.
pub(crate) async fn multipart_pairs(
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Vec<(String, String)>, Fault> {
    let unreadable = || Fault::refused(Message::BodyUnreadable);
    let length = body.len();
    let whole = futures_util::stream::once(std::future::ready(Ok(body)));
    let mut parts = Multipart::new(headers, whole);
    let mut pairs = Vec::new();
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| unreadable())?;
        let disposition = part.content_disposition();
        let is_file = disposition.is_some_and(|about| about.get_filename().is_some());
        let name = part.name().map(str::to_owned);
        let content = part.bytes(length).await.map_err(|_| unreadable())?;
        let content = content.map_err(|_| unreadable())?;
        if let (Some(name), false) = (name, is_file) {
            let name = storable::part(name.into_bytes())?;
            pairs.push((name, storable::part(content.into())?));
        }
    }
    Ok(pairs)
}

/// The body, if it is not larger than the operator allows and holds nothing that cannot be stored.
pub(crate) async fn read_body(request: &HttpRequest, payload: Payload) -> Result<Bytes, Fault> {
    let panel = request.app_data::<Data<Panel>>();
    let limit = panel.map_or(0, |panel| panel.options.max_body_bytes);
    read_body_within(request, payload, limit).await
}

/// The same with another limit.
pub(crate) async fn read_body_within(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Bytes, Fault> {
    let body = read_raw_body_within(request, payload, limit).await?;
    storable::judge_body(BodyFormat::of(request.headers()), &body)?;
    Ok(body)
}

/// The body byte for byte, whatever it holds.
pub(crate) async fn read_raw_body_within(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Bytes, Fault> {
    let collecting = collect(request.headers(), payload, limit);
    let collected = tokio::time::timeout(BODY_TIMEOUT, collecting).await;
    collected.unwrap_or_else(|_| {
        Err(Fault::new(
            StatusCode::REQUEST_TIMEOUT,
            Message::BodyTooSlow,
        ))
    })
}

/// How long the body of a request is that asks for a WebSocket: as long as it says, and nothing when it says
/// nothing. The server library gives such a body no end. `None` where bodies end by themselves.
fn end_of_upgrade(headers: &HeaderMap, announced: Option<usize>) -> Option<usize> {
    let wanted = headers.get(UPGRADE)?.as_bytes().trim_ascii();
    let is_endless =
        wanted.eq_ignore_ascii_case(b"websocket") && !headers.contains_key(TRANSFER_ENCODING);
    is_endless.then_some(announced.unwrap_or(0))
}

async fn collect(headers: &HeaderMap, mut payload: Payload, limit: usize) -> Result<Bytes, Fault> {
    let too_large = || Fault::new(StatusCode::PAYLOAD_TOO_LARGE, Message::BodyTooLarge);
    let discard_limit = limit.saturating_mul(DISCARDED_LIMITS);
    let announced = headers.get(CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|announced| announced > discard_limit) {
        return Err(too_large());
    }
    let end = end_of_upgrade(headers, announced);
    let mut body = BytesMut::new();
    let mut arrived = 0_usize;
    while end.is_none_or(|end| arrived < end)
        && let Some(chunk) = payload.next().await
    {
        let chunk = chunk.map_err(|_| Fault::refused(Message::BodyUnreadable))?;
        arrived = arrived.saturating_add(chunk.len());
        if arrived > discard_limit {
            return Err(too_large());
        }
        if arrived <= limit {
            body.extend_from_slice(&chunk);
        } else {
            body.clear();
        }
    }
    if let Some(end) = end {
        arrived = arrived.min(end);
        body.truncate(end);
    }
    if arrived > limit {
        Err(too_large())
    } else {
        Ok(body.freeze())
    }
}

/// Texts without the space around them, and null instead of empty ones, at any depth.
fn tidied(value: Value, trims: bool) -> Value {
    match value {
        Value::String(text) => {
            let kept = if trims { text.trim() } else { text.as_str() };
            match kept.len() {
                0 => Value::Null,
                length if length == text.len() => Value::String(text),
                _ => Value::String(kept.to_owned()),
            }
        }
        Value::Array(items) => {
            let items = items.into_iter();
            Value::Array(items.map(|item| tidied(item, true)).collect())
        }
        Value::Object(members) => {
            let members = members.into_iter();
            let tidy = |(name, member)| (name, tidied(member, true));
            Value::Object(members.map(tidy).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
    use serde_json::json;

    use super::*;

    fn parsed(fill: impl FnOnce(&mut Input)) -> Value {
        let mut input = Input::default();
        fill(&mut input);
        input.into_value()
    }

    #[test]
    fn the_body_wins_over_the_query_and_the_last_over_the_first() {
        let fields = parsed(|input| {
            input.take_query("a=1&a=2&b=3&t=%20x%20");
            input.take_json(br#"{"b":4,"b":5}"#).unwrap();
        });
        assert_eq!(fields, json!({"a": "2", "b": 5, "t": "x"}));
    }

    #[test]
    fn texts_are_trimmed_unless_every_blank_counts() {
        let fields = parsed(|input| {
            let body = r#"{"email":"  a@b.c ","password":"  x ","old_password":" ","code":"   ","new_password":""}"#;
            input.take_json(body.as_bytes()).unwrap();
        });
        let expected = json!({
            "email": "a@b.c", "password": "  x ", "old_password": " ", "code": null, "new_password": null,
        });
        assert_eq!(fields, expected);
    }

    #[test]
    fn texts_within_are_trimmed_too() {
        let fields = parsed(|input| {
            let body = r#"{"swap":{"total":""," a ":[" b ",[" "],1]},"password":{"x":" y "}}"#;
            input.take_json(body.as_bytes()).unwrap();
        });
        let expected = json!({
            "swap": {"total": null, " a ": ["b", [null], 1]}, "password": {"x": "y"},
        });
        assert_eq!(fields, expected);
    }

    #[test]
    fn a_list_of_the_body_takes_the_place_of_one_in_the_query() {
        let fields = parsed(|input| {
            input.take_query("email[]=a&email[]=c&x[y]=%201&b=%00");
            input.take_form(b"email[]=d");
        });
        let expected = json!({"email": ["d"], "x": {"y": "1"}, "b": "\0"});
        assert_eq!(fields, expected);
    }

    #[test]
    fn json_that_is_broken_or_too_deep_is_refused_and_any_other_json_is_nothing() {
        let deep = "[".repeat(100_000);
        for broken in ["{\"email\":", "nope", deep.as_str(), "{} x"] {
            assert!(Input::default().take_json(broken.as_bytes()).is_err());
        }
        for nothing in ["", "  \n", "[1,2]", "\"text\"", "null", "7"] {
            let mut input = Input::default();
            assert!(input.take_json(nothing.as_bytes()).is_ok(), "{nothing}");
            assert!(input.0.is_empty());
        }
    }

    #[actix_web::test]
    async fn a_request_for_a_socket_has_the_body_that_it_announces_and_no_other() {
        let endless = || -> Payload {
            let some =
                futures_util::stream::once(std::future::ready(Ok(Bytes::from_static(b"a=1&b=2"))));
            Payload::Stream {
                payload: Box::pin(some.chain(futures_util::stream::pending())),
            }
        };
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static(" WebSocket");
        headers.insert(UPGRADE, kind);
        let read = collect(&headers, endless(), 1_000).await;
        assert!(read.unwrap().is_empty());
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("3"));
        let read = collect(&headers, endless(), 1_000).await;
        assert_eq!(read.unwrap(), "a=1");
    }

    #[actix_web::test]
    async fn parts_are_fields_and_files_are_nothing() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n a@b.c \r\n\
            --x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\
            Content-Type: text/plain\r\n\r\nfile\r\n--x--\r\n";
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("multipart/form-data; boundary=x");
        headers.insert(CONTENT_TYPE, kind);
        let mut input = Input::default();
        let whole = Bytes::from_static(body.as_bytes());
        assert!(input.take_multipart(&headers, whole).await.is_ok());
        assert_eq!(input.into_value(), json!({"email": "a@b.c"}));
        let broken = Bytes::from_static(b"--x\r\nContent-Disp");
        assert!(
            Input::default()
                .take_multipart(&headers, broken)
                .await
                .is_err()
        );
    }
}
