//! What the derived schemas of requests cannot say: which fields are required, and that nothing has a
//! default of null.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Fields that may be left out although null is refused.
const OPTIONAL: [(&str, &str); 2] = [
    ("UpdateBody", "remind_expire"),
    ("UpdateBody", "remind_traffic"),
];

/// Bodies that need all fields of one of these lists.
const ALTERNATIVES: [(&str, &[&[&str]]); 2] = [
    ("ReviewBody", &[&["action"], &["status"]]),
    (
        "WithdrawBody",
        &[&["id"], &["withdraw_method", "withdraw_account"]],
    ),
];

/// Completes the schemas of all request bodies. Bodies are read from any JSON, so their types are those
/// that their fields name: whatever may not be null is required.
pub(super) fn complete(document: &mut Value) {
    drop_null_defaults(document);
    let bodies = bodies(document);
    let schemas = document.pointer_mut("/components/schemas");
    let Some(schemas) = schemas.and_then(Value::as_object_mut) else {
        return;
    };
    for body in bodies {
        if let Some(schema) = schemas.get_mut(&body).and_then(Value::as_object_mut) {
            let required = required(&body, schema);
            if !required.is_empty() {
                schema.insert("required".to_owned(), required.into());
            }
            if let Some((_, lists)) = ALTERNATIVES.iter().find(|(name, _)| *name == body) {
                let lists = lists.iter().map(|fields| json!({"required": fields}));
                schema.insert("anyOf".to_owned(), lists.collect());
            }
        }
    }
}

fn required(body: &str, schema: &Map<String, Value>) -> Vec<String> {
    let fields = schema.get("properties").and_then(Value::as_object);
    let fields = fields.into_iter().flatten();
    fields
        .filter(|(name, field)| !may_be_null(field) && !OPTIONAL.contains(&(body, name.as_str())))
        .map(|(name, _)| name.clone())
        .collect()
}

fn may_be_null(field: &Value) -> bool {
    let kinds = field.get("type").and_then(Value::as_array);
    kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))
}

/// The names of the schemas that stand for request bodies.
fn bodies(document: &Value) -> BTreeSet<String> {
    let paths = document.get("paths").and_then(Value::as_object);
    let operations = paths.into_iter().flat_map(Map::values);
    let operations = operations
        .filter_map(Value::as_object)
        .flat_map(Map::values);
    let references = operations.filter_map(|operation| {
        let schema = "/requestBody/content/application~1json/schema/$ref";
        operation.pointer(schema)?.as_str()?.rsplit('/').next()
    });
    references.map(str::to_owned).collect()
}

/// A default of null is what a field is while nothing was sent, and no value that clients should send.
fn drop_null_defaults(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, member| name != "default" || !member.is_null());
            members.values_mut().for_each(drop_null_defaults);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_null_defaults),
        _ => {}
    }
}
