//! What is said of every answer: whether it is in the envelope, which headers it has, and which refusals are
//! the same for many routes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::routes::{self, Guard, Refusal};

/// Completes the answers of all operations.
pub(super) fn complete(document: &mut Value) {
    describe_headers(document);
    let envelopes = envelopes(document);
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let operations = item.as_object_mut().into_iter().flat_map(Map::values_mut);
        for operation in operations {
            let takes = Takes::of(path, operation);
            let answers = operation.get_mut("responses");
            if let Some(answers) = answers.and_then(Value::as_object_mut) {
                name_shape(answers, &envelopes);
                add_refusals(path, takes, answers);
                add_headers(answers);
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

/// What any route may answer, whatever it does.
const ANYWHERE: [Refusal; 3] = [
    ("400", "What was sent cannot be read, or is refused"),
    (
        "500",
        "Failed inside: the log has the cause under the request's id",
    ),
    (
        "503",
        "Overloaded, or the database is away; see `Retry-After`",
    ),
];
/// What any route that takes a body may answer.
const BODIES: [Refusal; 3] = [
    ("408", "The body came too slowly"),
    ("413", "The body is too large"),
    UNREADABLE,
];
/// What any route that takes fields may answer.
const UNREADABLE: Refusal = (
    "422",
    "A field is wrong, or has characters that cannot be stored",
);

/// Where an operation takes its fields from.
#[derive(Clone, Copy)]
enum Takes {
    Nothing,
    Query,
    Body,
}

impl Takes {
    fn of(path: &str, operation: &Value) -> Self {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let mut parameters = parameters.into_iter().flatten();
        // What anybody may ask is judged by its handler, which says all that it answers.
        let is_open = matches!(routes::guard_of(path), Guard::Open | Guard::Link);
        let in_query = |parameter: &Value| parameter.get("in") == Some(&Value::from("query"));
        if operation.get("requestBody").is_some() {
            Self::Body
        } else if !is_open && parameters.any(in_query) {
            Self::Query
        } else {
            Self::Nothing
        }
    }

    const fn refusals(self) -> &'static [Refusal] {
        match self {
            Self::Nothing => &[],
            Self::Query => &[UNREADABLE],
            Self::Body => &BODIES,
        }
    }
}

/// Adds the refusals of the guard, and those that any route may give. What the handler says of a status
/// is more exact and stays.
fn add_refusals(path: &str, takes: Takes, answers: &mut Map<String, Value>) {
    let common = routes::guard_of(path)
        .refusals()
        .iter()
        .chain(takes.refusals())
        .chain(&ANYWHERE);
    for (status, text) in common {
        let refusal = || {
            let schema = json!({"$ref": "#/components/schemas/FailureBody"});
            json!({"description": text, "content": {"application/json": {"schema": schema}}})
        };
        answers.entry(*status).or_insert_with(refusal);
    }
}

/// Says which headers the answers have.
fn add_headers(answers: &mut Map<String, Value>) {
    for (status, answer) in answers {
        let Some(answer) = answer.as_object_mut() else {
            continue;
        };
        let headers = answer.entry("headers").or_insert_with(|| json!({}));
        if let Some(headers) = headers.as_object_mut() {
            let mut add = |name: &str| {
                let reference = json!({"$ref": format!("#/components/headers/{name}")});
                headers.entry(name).or_insert(reference);
            };
            add("X-Request-Id");
            if matches!(status.as_str(), "429" | "503") {
                add("Retry-After");
            }
        }
    }
}

fn describe_headers(document: &mut Value) {
    let headers = json!({
        "X-Request-Id": {
            "description": "Names the request in the log",
            "required": true,
            "schema": {"type": "string"},
        },
        "Retry-After": {
            "description": "After how many seconds to ask again",
            "schema": {"type": "integer", "minimum": 1},
        },
    });
    let components = document
        .get_mut("components")
        .and_then(Value::as_object_mut);
    if let Some(components) = components {
        components.insert("headers".to_owned(), headers);
    }
}
