//! What there is to ask for, by the panel's own description.

use serde_json::{Map, Value};

/// One operation of the description.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names of the fields of its query and of its body.
    pub(crate) fields: Vec<String>,
    /// Examples of what its path and its query need.
    pub(crate) parameters: Vec<Parameter>,
    /// An example of its body.
    pub(crate) body: Option<Value>,
    /// A success is in no envelope.
    pub(crate) is_bare: bool,
}

/// Something that a path or a query needs.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) in_path: bool,
    pub(crate) example: String,
}

/// All of the document.
pub(crate) fn read(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (verb, about) in item.as_object().unwrap() {
            operations.push(operation(document, path, verb, about));
        }
    }
    assert!(operations.len() > 100, "{}", operations.len());
    operations
}

fn operation(document: &Value, path: &str, verb: &str, about: &Value) -> Operation {
    let parameters = about["parameters"].as_array();
    let parameters = parameters.map(Vec::as_slice).unwrap_or_default();
    let named = parameters.iter().filter_map(|one| one["name"].as_str());
    let mut fields: Vec<String> = named.map(str::to_owned).collect();
    let media = about.pointer("/requestBody/content/application~1json");
    let schema = media.map(|media| match media["schema"]["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => &media["schema"],
    });
    let members = schema.and_then(|schema| schema["properties"].as_object());
    fields.extend(members.into_iter().flat_map(Map::keys).cloned());
    let example = |media: &Value| media.get("example").cloned();
    let description = about.pointer("/responses/200/description");
    let description = description.and_then(Value::as_str).unwrap_or_default();
    Operation {
        method: verb.to_uppercase(),
        path: path.to_owned(),
        fields,
        parameters: parameters.iter().filter_map(parameter).collect(),
        body: media.and_then(|media| example(media).or_else(|| example(schema?))),
        is_bare: description.contains("without the envelope"),
    }
}

fn parameter(about: &Value) -> Option<Parameter> {
    let example = match about.get("example")? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(Parameter {
        name: about["name"].as_str()?.to_owned(),
        in_path: about["in"] == "path",
        example,
    })
}
