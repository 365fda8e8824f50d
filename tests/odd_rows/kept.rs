//! Whether an answer still says what it said before rows were added.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// Members that count or sum rows, planted ones as well, and the time of day.
const ASIDE: [&str; 9] = [
    "last_updated",
    "counts",
    "summary",
    "total",
    "last_page",
    "users_count",
    "active_users_count",
    "server_count",
    "servers_count",
];

/// Whether everything that was said is still said, in its order. Lists may have grown between.
pub(crate) fn is_kept(was: &str, is: &str) -> bool {
    match (serde_json::from_str(was), serde_json::from_str(is)) {
        (Ok(was), Ok(is)) => holds(&is, &was),
        _ => is_kept_in_order(&pieces(was), &pieces(is)),
    }
}

fn holds(is: &Value, was: &Value) -> bool {
    match (is, was) {
        (Value::Object(is), Value::Object(was)) => was.iter().all(|(name, was)| {
            ASIDE.contains(&name.as_str()) || is.get(name).is_some_and(|is| holds(is, was))
        }),
        (Value::Array(is), Value::Array(was)) => {
            let mut rest = is.iter();
            was.iter().all(|was| rest.any(|is| holds(is, was)))
        }
        _ => is == was,
    }
}

/// Lines, and what commas part in them: groups of lines name their nodes so. A document in Base64 is
/// taken by what it means.
fn pieces(text: &str) -> Vec<String> {
    let decoded = BASE64_STANDARD.decode(text.trim());
    let decoded = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = decoded.as_deref().unwrap_or(text);
    let pieces = text.lines().flat_map(|line| line.split(','));
    pieces.map(|piece| piece.trim().to_owned()).collect()
}

fn is_kept_in_order(was: &[String], is: &[String]) -> bool {
    let mut rest = is.iter();
    was.iter().all(|was| rest.any(|is| is == was))
}
