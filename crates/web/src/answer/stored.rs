//! What is stored as JSON and shown as it is.

use serde_json::Value;

/// A JSON column; null where it is empty or broken.
pub(crate) fn stored_json(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}
