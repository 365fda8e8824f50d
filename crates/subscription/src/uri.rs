//! Addresses in which clients read nodes.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What RFC 3986 encodes.
const RAW: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What forms encode; a space becomes a plus.
const FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b' ');

/// Encoded as RFC 3986 asks.
pub(crate) fn raw(text: &str) -> String {
    utf8_percent_encode(text, RAW).to_string()
}

/// Encoded as forms are.
pub(crate) fn form(text: &str) -> String {
    utf8_percent_encode(text, FORM)
        .to_string()
        .replace(' ', "+")
}

/// JSON as PHP writes it: nothing but ASCII, and slashes escaped.
pub(crate) fn json(value: &Value) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for c in value.to_string().chars() {
        match c {
            '/' => text.push_str("\\/"),
            c if c.is_ascii() => text.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a `String` cannot fail.
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text
}

/// The host as an address writes it: an IPv6 address in brackets.
pub(crate) fn host(host: &str) -> String {
    if host.parse::<std::net::Ipv6Addr>().is_ok() {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

/// The part of an address behind the question mark.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(String);

impl Query {
    pub(crate) fn put(&mut self, key: &str, value: impl std::fmt::Display) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(&form(key));
        self.0.push('=');
        self.0.push_str(&form(&value.to_string()));
    }

    /// Puts nothing when there is nothing.
    pub(crate) fn put_some(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    pub(crate) fn put_flag(&mut self, key: &str, value: bool) {
        self.put(key, u8::from(value));
    }

    /// Null is nothing, a boolean is 0 or 1, and each item of a list has its number.
    pub(crate) fn put_value(&mut self, key: &str, value: &Value) {
        match value {
            Value::Null | Value::Object(_) => {}
            Value::Bool(value) => self.put_flag(key, *value),
            Value::Number(number) => self.put(key, number),
            Value::String(text) => self.put(key, text),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.put_value(&format!("{key}[{index}]"), item);
                }
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// With spaces as forms write them.
    pub(crate) fn as_form(&self) -> &str {
        &self.0
    }

    /// With spaces as RFC 3986 writes them.
    pub(crate) fn as_raw(&self) -> String {
        // A plus that was in a value is encoded, so every other one is a space.
        self.0.replace('+', "%20").replace("%7E", "~")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_encode_as_php_does() {
        assert_eq!(raw("a b+c~d/é"), "a%20b%2Bc~d%2F%C3%A9");
        assert_eq!(form("a b+c~d/é*"), "a+b%2Bc%7Ed%2F%C3%A9%2A");
        assert_eq!(host("2001:db8::9"), "[2001:db8::9]");
        assert_eq!(host("demo.test"), "demo.test");
        assert_eq!(host("[::1]"), "[::1]");
    }

    #[test]
    fn json_is_written_as_php_does() {
        let value = json!({"a": "/é", "b": ["😀\n\"", 1, null]});
        assert_eq!(
            json(&value),
            r#"{"a":"\/\u00e9","b":["\ud83d\ude00\n\"",1,null]}"#
        );
    }

    #[test]
    fn values_of_every_kind_have_their_form() {
        let mut query = Query::default();
        assert!(query.is_empty());
        for (key, value) in [
            ("null", json!(null)),
            ("yes", json!(true)),
            ("no", json!(false)),
            ("n", json!(12)),
            ("text", json!("a b~")),
            ("list", json!(["h3", null, "h2"])),
            ("object", json!({"a": 1})),
        ] {
            query.put_value(key, &value);
        }
        query.put_some("none", None::<&str>);
        assert_eq!(
            query.as_form(),
            "yes=1&no=0&n=12&text=a+b%7E&list%5B0%5D=h3&list%5B2%5D=h2"
        );
        assert_eq!(
            query.as_raw(),
            "yes=1&no=0&n=12&text=a%20b~&list%5B0%5D=h3&list%5B2%5D=h2"
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "\\PC*") {
            let mut query = Query::default();
            query.put("k", &text);
            for query in [query.as_form().to_owned(), query.as_raw()] {
                let url = url::Url::parse(&format!("x://h/?{query}")).unwrap();
                let pairs: Vec<_> = url.query_pairs().collect();
                prop_assert_eq!(&pairs, &[("k".into(), text.as_str().into())]);
            }
        }
    }
}
