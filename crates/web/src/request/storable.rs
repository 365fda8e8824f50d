//! What no database takes, NUL and bytes that are no UTF-8, and the one place where it is refused: addresses
//! before they reach a route, bodies before anything reads them.

use actix_web::http::Uri;
use actix_web::http::header::HeaderValue;
use percent_encoding::percent_decode;

use crate::answer::fault::Fault;
use crate::answer::messages::Message;
use crate::request::body_format::BodyFormat;

/// Where the query is signed in whatever encoding a gateway has, and is kept as it came.
const NOTICES: &str = "/api/v1/guest/payment/notify/";

/// Refuses an address with such bytes in its path or its query.
pub(crate) fn judge_address(uri: &Uri) -> Result<(), Fault> {
    let query = uri.query().filter(|_| !uri.path().starts_with(NOTICES));
    let query = query.unwrap_or_default();
    if is_text(uri.path().as_bytes()) && is_text(query.as_bytes()) {
        Ok(())
    } else {
        Err(Fault::refused(Message::TextUnstorable))
    }
}

/// Refuses a body with such bytes in it, in its encoding or as an escape. The parts of a multipart body are
/// judged one by one: a file may hold anything.
pub(crate) fn judge_body(format: BodyFormat, body: &[u8]) -> Result<(), Fault> {
    let is_storable = match format {
        BodyFormat::Form => is_text(body),
        // Agents do not always say that they send JSON.
        BodyFormat::Json | BodyFormat::Other => is_json(body),
        BodyFormat::Multipart => true,
    };
    if is_storable {
        Ok(())
    } else {
        Err(Fault::unprocessable(Message::TextUnstorable))
    }
}

/// The text of a part of a body.
pub(crate) fn part(bytes: Vec<u8>) -> Result<String, Fault> {
    let text = String::from_utf8(bytes).ok();
    let text = text.filter(|text| !text.contains('\0'));
    text.ok_or_else(|| Fault::unprocessable(Message::TextUnstorable))
}

/// Whether a JSON text holds no NUL.
pub(crate) fn is_json(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok() && !text.contains(&0) && !escapes_nul(text)
}

/// A header as a text. Programs name themselves in whatever encoding their system has, and are served all the
/// same: what is no UTF-8 is replaced.
pub(crate) fn header_text(value: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes());
    text.replace('\0', "")
}

/// Whether percent-encoded bytes are a text without NUL.
fn is_text(encoded: &[u8]) -> bool {
    let decoded = percent_decode(encoded).decode_utf8();
    decoded.is_ok_and(|text| !text.contains('\0'))
}

/// Whether JSON has the escape of NUL. A backslash stands in strings alone, before what it escapes.
fn escapes_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escaped = rest.get(at + 1..).unwrap_or_default();
        if escaped.starts_with(b"u0000") {
            return true;
        }
        rest = escaped.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_text() {
        for (address, expected) in [
            ("/a/b?c=d%20e&f=%E4%B8%AD", true),
            ("/%E4%B8%AD", true),
            ("/a?b=%", true),
            ("/a%00", false),
            ("/a?b=%00", false),
            ("/a?%00=b", false),
            ("/%ff", false),
            ("/a?b=%E4%B8", false),
            ("/api/v1/guest/payment/notify/EPay/x?name=%B2%E2", true),
            ("/api/v1/guest/payment/notify/EPay/%B2?name=x", false),
        ] {
            let judged = judge_address(&address.parse().unwrap());
            assert_eq!(judged.is_ok(), expected, "{address}");
        }
    }

    #[test]
    fn bodies_hold_text() {
        for (format, body, expected) in [
            (BodyFormat::Form, &b"a=b%20c&d=%E4%B8%AD"[..], true),
            (BodyFormat::Form, b"a=%00", false),
            (BodyFormat::Form, b"a=\0", false),
            (BodyFormat::Form, b"a=\xff", false),
            (BodyFormat::Form, b"a%5B%FF%5D=1", false),
            (BodyFormat::Json, br#"{"a":"b\n\u0001\u00e9"}"#, true),
            (BodyFormat::Json, br#"{"a":"b\u0000"}"#, false),
            (BodyFormat::Json, br#"{"a\u0000":1}"#, false),
            (BodyFormat::Json, br#"{"a":"\\u0000"}"#, true),
            (BodyFormat::Json, br#"{"a":"\\\u0000"}"#, false),
            (BodyFormat::Json, br#"{"a":"\"#, true),
            (BodyFormat::Json, b"{\"a\":\"\xff\"}", false),
            (BodyFormat::Json, b"{\"a\":\"\0\"}", false),
            (BodyFormat::Other, br#"{"a":"\u0000"}"#, false),
            (BodyFormat::Other, b"PK\x03\x04\xff", false),
            (BodyFormat::Multipart, b"\0\xff", true),
        ] {
            let judged = judge_body(format, body);
            assert_eq!(judged.is_ok(), expected, "{format:?} {body:?}");
        }
        assert_eq!(part("中".into()).ok().as_deref(), Some("中"));
        assert!(part(vec![0xff]).is_err() && part(vec![b'a', 0]).is_err());
    }
}
