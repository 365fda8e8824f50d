//! What the derived schemas of requests cannot say: which fields stand for one another.

use serde_json::{Value, json};

/// Bodies that need all fields of one of these lists.
const ALTERNATIVES: [(&str, &[&[&str]]); 2] = [
    ("ReviewBody", &[&["action"], &["status"]]),
    (
        "WithdrawBody",
        &[&["id"], &["withdraw_method", "withdraw_account"]],
    ),
];

/// Completes the schemas of these bodies.
pub(super) fn complete(document: &mut Value) {
    for (body, lists) in ALTERNATIVES {
        let schema = document.pointer_mut(&format!("/components/schemas/{body}"));
        if let Some(schema) = schema.and_then(Value::as_object_mut) {
            let lists = lists.iter().map(|fields| json!({"required": fields}));
            schema.insert("anyOf".to_owned(), lists.collect());
        }
    }
}
