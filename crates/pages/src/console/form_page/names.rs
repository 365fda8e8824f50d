//! What fields are called where they are sent, and which text was typed into which.

use serde_json::{Map, Value};

/// What is typed into a form, by field; several values of a field are several.
pub(crate) type Typed = Vec<(String, String)>;

/// A name with points as forms send it, `config[key]`; of a list with `[]` behind it.
pub(super) fn sent_as(name: &str, is_list: bool) -> String {
    let mut parts = name.split('.');
    let mut sent = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        sent.push('[');
        sent.push_str(part);
        sent.push(']');
    }
    if is_list {
        sent.push_str("[]");
    }
    sent
}

/// What was sent of a field: one text, several, or none.
pub(super) fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts_of).collect(),
        Value::Number(number) => vec![number.to_string()],
        _ => Vec::new(),
    }
}

/// Whether a complaint is about a field: it names the field, something in it, or the object that it is in.
pub(super) fn is_about(complaint: &str, field: &str) -> bool {
    let within = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    within(field, complaint) || within(complaint, field)
}

/// Browsers send line ends of their own.
pub(super) fn comparable(texts: &[&str]) -> Vec<String> {
    let texts = texts.iter().map(|text| text.replace("\r\n", "\n"));
    texts.filter(|text| !text.is_empty()).collect()
}

pub(super) fn values_of<'a>(typed: &'a Typed, name: &str) -> Vec<&'a str> {
    let values = typed.iter().filter(|(known, _)| known == name);
    values.map(|(_, value)| value.as_str()).collect()
}

/// The member of an object that a name with points leads to.
pub(super) fn member<'a>(values: &'a Value, name: &str) -> &'a Value {
    name.split('.').fold(values, |value, part| {
        value.get(part).unwrap_or(&Value::Null)
    })
}

/// Puts a value to where its name leads; nothing is left out within an object.
pub(super) fn put(all: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            all.insert(name.to_owned(), value);
        }
        Some((outer, inner)) => {
            let object = all
                .entry(outer)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Some(object) = object.as_object_mut().filter(|_| !value.is_null()) {
                put(object, inner, value);
            }
        }
    }
}
