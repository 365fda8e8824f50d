//! The notice of a review as administrators read it.

use ferroboard_audit::{masked, masked_query};
use serde_json::Value;

use crate::administration::trade::review_queries::KeptRawNotice;

/// A kept notice with what is secret in it hidden: passwords, tokens and keys by their names, as in the record
/// of what administrators do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedNotice {
    /// `GET` or `POST`.
    pub method: String,
    /// Names and values of the query, in their order.
    pub query: Vec<(String, String)>,
    /// Names and values of the headers.
    pub headers: Vec<(String, String)>,
    /// The body; of one that is no text how long it is.
    pub body: String,
}

impl From<&KeptRawNotice> for ReviewedNotice {
    fn from(kept: &KeptRawNotice) -> Self {
        Self {
            method: kept.method.clone(),
            query: pairs(&kept.query),
            headers: pairs(&kept.headers),
            body: body(&kept.body),
        }
    }
}

/// The pairs of a column, none where it holds something else.
fn pairs(stored: &str) -> Vec<(String, String)> {
    let pairs: Vec<(String, String)> = serde_json::from_str(stored).unwrap_or_default();
    let shown = |(name, value): (String, String)| {
        let value = match masked(&name, Value::from(value)) {
            Value::String(text) => text,
            other => other.to_string(),
        };
        (name, value)
    };
    pairs.into_iter().map(shown).collect()
}

fn body(bytes: &[u8]) -> String {
    match (
        serde_json::from_slice::<Value>(bytes),
        std::str::from_utf8(bytes),
    ) {
        (Ok(value), _) => masked("", value).to_string(),
        (Err(_), Ok(text)) => masked_query(text),
        (Err(_), Err(_)) => format!("({} bytes)", bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(body: &[u8]) -> KeptRawNotice {
        KeptRawNotice {
            id: 1,
            method: "POST".to_owned(),
            query: r#"[["pid","1"],["key","epay-secret"]]"#.to_owned(),
            headers: r#"[["host","demo.test"],["authorization","Bearer x"],["cookie","a=b"]]"#
                .to_owned(),
            body: body.to_vec(),
        }
    }

    #[test]
    fn what_is_secret_is_hidden_wherever_it_stands() {
        let shown = ReviewedNotice::from(&kept(br#"{"trade_no":"T1","api_key":"k"}"#));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(shown.query, [pair("pid", "1"), pair("key", "***")]);
        assert_eq!(
            shown.headers,
            [
                pair("host", "demo.test"),
                pair("authorization", "***"),
                pair("cookie", "***"),
            ]
        );
        assert_eq!(shown.body, r#"{"api_key":"***","trade_no":"T1"}"#);
        let form = ReviewedNotice::from(&kept(b"money=9.90&secret=x"));
        assert!(form.body.starts_with("money=9.90&secret="), "{}", form.body);
        assert!(!form.body.ends_with('x'), "{}", form.body);
    }

    #[test]
    fn odd_rows_are_shown_as_far_as_they_can_be_read() {
        let odd = KeptRawNotice {
            query: "{".to_owned(),
            headers: "5".to_owned(),
            ..kept(&[0xff, 0x00])
        };
        let shown = ReviewedNotice::from(&odd);
        assert!(shown.query.is_empty() && shown.headers.is_empty());
        assert_eq!(shown.body, "(2 bytes)");
    }
}
