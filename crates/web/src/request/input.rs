//! The fields of a request: its query merged with its body, whatever the body's format.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING, UPGRADE};
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::StreamExt as _;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::Panel;
use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body_format::BodyFormat;
use crate::request::multipart::UploadedFile;
use crate::request::reader::Given;
use crate::request::{form, multipart, storable};

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

/// What a request says: the fields of its query and its body, by name. The body wins over the query, the last
/// one of equal names over the others. Texts are trimmed at any depth, and an empty text is null.
///
/// It is read once a request and kept with it, for guards, the record of what administrators do, and the handler.
#[derive(Clone, Default)]
pub struct Input(Rc<Parts>);

#[derive(Clone, Default)]
struct Parts {
    fields: Map<String, Value>,
    /// The items of a JSON body that is a list.
    list: Vec<Value>,
    /// What came with a multipart body.
    files: Vec<UploadedFile>,
}

/// What was read of a request, or why it could not be.
struct Kept(Result<Input, Fault>);

/// Whose turn it is to read a request, where several want what it says: the first of them has the body, and the
/// others wait until it has come.
#[derive(Clone, Default)]
struct Turn(Rc<Mutex<()>>);

impl Turn {
    fn of(request: &HttpRequest) -> Self {
        let mut extensions = request.extensions_mut();
        let turn = extensions.get::<Self>().cloned().unwrap_or_default();
        extensions.insert(turn.clone());
        turn
    }
}

impl Input {
    /// The fields by name.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.0.fields
    }

    /// The same for keeping.
    pub fn into_fields(self) -> Map<String, Value> {
        Rc::unwrap_or_clone(self.0).fields
    }

    /// The fields as one JSON object.
    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.into_fields())
    }

    /// The items of a body that is a list.
    pub(crate) fn list(&self) -> &[Value] {
        &self.0.list
    }

    /// The file that came in a field.
    pub fn file(&self, field: &str) -> Option<&UploadedFile> {
        let mut files = self.0.files.iter();
        files.find(|file| file.field == field)
    }

    /// What the request says of a field.
    pub(crate) fn given(&self, name: &str) -> Given<'_> {
        Given::of(self.0.fields.get(name))
    }

    /// The fields of a query; one without end has none.
    pub fn of_query(query: &str) -> Self {
        let mut parts = Parts::default();
        // Who asks learns what is missing.
        drop(parts.take_query(query));
        Self(Rc::new(parts))
    }

    /// These fields, as if a body had sent them.
    pub fn of_fields(fields: Map<String, Value>) -> Self {
        let mut parts = Parts::default();
        parts.take_all(fields);
        Self(Rc::new(parts))
    }

    /// The same with the fields of a body; one that cannot be read has none.
    pub(crate) fn merged_leniently(self, headers: &HeaderMap, body: &[u8]) -> Self {
        let mut parts = Rc::unwrap_or_clone(self.0);
        drop(match BodyFormat::of(headers) {
            BodyFormat::Form => parts.take_form(body),
            // Agents do not always say that they send JSON.
            BodyFormat::Json | BodyFormat::Other => parts.take_json(body),
            BodyFormat::Multipart => Ok(()),
        });
        Self(Rc::new(parts))
    }

    /// Reads a request before its handler does, which then gets the same; its body has at most so many bytes.
    /// `None` for a body that cannot be read: the handler says so, if it wants one.
    pub async fn keep(
        request: &HttpRequest,
        payload: Payload,
        limit: usize,
    ) -> Result<Option<Self>, Fault> {
        let body = read_body_within(request, payload, limit).await?;
        let read = Self::of(request, body).await;
        let input = read.as_ref().ok().cloned();
        request.extensions_mut().insert(Kept(read));
        Ok(input)
    }

    async fn read(request: HttpRequest, payload: Payload) -> Result<Self, Fault> {
        let turn = Turn::of(&request);
        let _turn = turn.0.lock().await;
        let kept = request.extensions_mut().remove::<Kept>();
        let read = match kept {
            Some(Kept(read)) => read,
            None => Self::of(&request, read_body(&request, payload).await?).await,
        }?;
        request.extensions_mut().insert(Kept(Ok(read.clone())));
        Ok(read)
    }

    /// What a request says whose body has been read.
    async fn of(request: &HttpRequest, body: Bytes) -> Result<Self, Fault> {
        let mut parts = Parts::default();
        parts.take_query(request.query_string())?;
        if !body.is_empty() {
            let headers = request.headers();
            match BodyFormat::of(headers) {
                BodyFormat::Json => parts.take_json(&body)?,
                BodyFormat::Form => parts.take_form(&body)?,
                BodyFormat::Multipart => parts.take_multipart(headers, body).await?,
                BodyFormat::Other => {}
            }
        }
        Ok(Self(Rc::new(parts)))
    }
}

#[cfg(test)]
impl Input {
    /// The fields of a JSON body.
    pub(crate) fn of_json(body: &Value) -> Self {
        let mut parts = Parts::default();
        parts.take_json(body.to_string().as_bytes()).unwrap();
        Self(Rc::new(parts))
    }

    /// The fields of a form.
    pub(crate) fn of_form(body: &str) -> Self {
        let mut parts = Parts::default();
        parts.take_form(body.as_bytes()).unwrap();
        Self(Rc::new(parts))
    }
}

impl Parts {
    fn take_query(&mut self, query: &str) -> Result<(), Fault> {
        self.take_form(query.as_bytes())
    }

    fn take_all(&mut self, fields: Map<String, Value>) {
        for (name, value) in fields {
            let trims = !UNTRIMMED.contains(&name.as_str());
            self.fields.insert(name, tidied(value, trims));
        }
    }

    /// A JSON text that is neither an object nor a list has no fields.
    fn take_json(&mut self, body: &[u8]) -> Result<(), Fault> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let parsed = serde_json::from_slice(body);
        let parsed: Value = parsed.map_err(|_| Fault::refused(Message::JsonInvalid))?;
        match parsed {
            Value::Object(fields) => self.take_all(fields),
            Value::Array(items) => {
                let items = items.into_iter();
                self.list = items.map(|item| tidied(item, true)).collect();
            }
            _ => {}
        }
        Ok(())
    }

    fn take_form(&mut self, body: &[u8]) -> Result<(), Fault> {
        self.take_pairs(form_urlencoded::parse(body))
    }

    fn take_pairs<N: AsRef<str>, T: Into<String>>(
        &mut self,
        pairs: impl IntoIterator<Item = (N, T)>,
    ) -> Result<(), Fault> {
        let fields = form::fields(pairs);
        self.take_all(fields.map_err(|_| Fault::refused(Message::FieldsTooMany))?);
        Ok(())
    }

    async fn take_multipart(&mut self, headers: &HeaderMap, body: Bytes) -> Result<(), Fault> {
        let parts = multipart::read(headers, body).await?;
        self.files = parts.files;
        self.take_pairs(parts.pairs)
    }
}

impl FromRequest for Input {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(Self::read(request.clone(), payload.take()))
    }
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
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;
    use serde_json::json;

    use super::*;

    fn parsed(fill: impl FnOnce(&mut Parts)) -> Value {
        let mut parts = Parts::default();
        fill(&mut parts);
        parts.fields.into()
    }

    #[test]
    fn the_body_wins_over_the_query_and_the_last_over_the_first() {
        let fields = parsed(|input| {
            input.take_query("a=1&a=2&b=3&t=%20x%20").unwrap();
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
            input
                .take_query("email[]=a&email[]=c&x[y]=%201&b=%00")
                .unwrap();
            input.take_form(b"email[]=d").unwrap();
        });
        let expected = json!({"email": ["d"], "x": {"y": "1"}, "b": "\0"});
        assert_eq!(fields, expected);
    }

    #[test]
    fn json_that_is_broken_or_too_deep_is_refused_and_any_other_json_is_nothing() {
        let deep = "[".repeat(100_000);
        for broken in ["{\"email\":", "nope", deep.as_str(), "{} x"] {
            assert!(Parts::default().take_json(broken.as_bytes()).is_err());
        }
        for nothing in ["", "  \n", "[1,2]", "\"text\"", "null", "7"] {
            let mut parts = Parts::default();
            assert!(parts.take_json(nothing.as_bytes()).is_ok(), "{nothing}");
            assert!(parts.fields.is_empty());
        }
    }

    #[test]
    fn a_body_may_be_a_list() {
        let input = Input::of_json(&json!([{"id": " 1 ", "order": ""}, 2]));
        assert_eq!(input.list(), [json!({"id": "1", "order": null}), json!(2)]);
        assert!(input.fields().is_empty());
    }

    #[actix_web::test]
    async fn a_request_is_read_once_for_all_who_ask() {
        let request = TestRequest::post().uri("/?a=1").to_http_request();
        let payload = |body: &'static [u8]| -> Payload {
            let some = futures_util::stream::once(std::future::ready(Ok(Bytes::from(body))));
            Payload::Stream {
                payload: Box::pin(some),
            }
        };
        // The limit of a request without a panel is zero bytes.
        let kept = Input::keep(&request, payload(b""), 0).await;
        assert_eq!(kept.unwrap().unwrap().fields().get("a"), Some(&json!("1")));
        for _ in 0..2 {
            let again = Input::read(request.clone(), payload(b"too large")).await;
            assert_eq!(again.unwrap().into_value(), json!({"a": "1"}));
        }
        let fresh = TestRequest::post().to_http_request();
        assert!(
            Input::read(fresh.clone(), payload(b"too large"))
                .await
                .is_err()
        );
        fresh
            .extensions_mut()
            .insert(Kept(Err(Fault::refused(Message::JsonInvalid))));
        assert!(Input::read(fresh, payload(b"")).await.is_err());
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
}
