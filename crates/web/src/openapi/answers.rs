//! What is said of every answer: whether it is in the envelope, and how refusals look.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Completes the answers of all operations.
pub(super) fn complete(document: &mut Value) {
    let envelopes = envelopes(document);
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let operations = item.as_object_mut().into_iter().flat_map(Map::values_mut);
        for operation in operations {
            let answers = operation.get_mut("responses");
            if let Some(answers) = answers.and_then(Value::as_object_mut) {
                name_shape(answers, &envelopes);
                add_refusal(path, answers);
            }
        }
    }
}

/// Says of a success that is JSON and not in the envelope that it is not.
fn name_shape(answers: &mut Map<String, Value>, envelopes: &BTreeSet<String>) {
    let Some(success) = answers.get_mut("200") else {
        return;
    };
    let Some(schema) = success.pointer("/content/application~1json/schema") else {
        return;
    };
    let name = schema.get("$ref").and_then(Value::as_str);
    let name = name.and_then(|name| name.rsplit('/').next());
    let is_envelope = name.is_some_and(|name| envelopes.contains(name));
    if let (false, Some(Value::String(text))) = (is_envelope, success.get_mut("description")) {
        text.push_str(" (the whole answer, without the envelope)");
    }
}

/// The names of the schemas that have all members of the envelope.
fn envelopes(document: &Value) -> BTreeSet<String> {
    let schemas = document.pointer("/components/schemas");
    let schemas = schemas.and_then(Value::as_object).into_iter().flatten();
    let is_envelope = |schema: &Value| {
        let members = ["status", "message", "data", "error"];
        members
            .iter()
            .all(|name| schema.pointer(&format!("/properties/{name}")).is_some())
    };
    let envelopes = schemas.filter(|(_, schema)| is_envelope(schema));
    envelopes.map(|(name, _)| name.clone()).collect()
}

/// Every other status is a refusal: those that any route may give are not listed at each.
fn add_refusal(path: &str, answers: &mut Map<String, Value>) {
    let content = if path.contains("/payment/notify/") {
        json!({"text/plain": {"schema": {"type": "string"}}})
    } else {
        json!({"application/json": {"schema": {"$ref": "#/components/schemas/FailureBody"}}})
    };
    let refusal = json!({"description": "Refused, or failed", "content": content});
    answers.entry("default").or_insert(refusal);
}
