//! JSON that is written as a text inside JSON: what old imports made of settings.

use std::borrow::Cow;

use serde_json::Value;

/// The list or the map that the value is, or is the text of; any other value as it stands. However
/// deep texts lie in one another: each layer doubles the escapes of the one inside, so there are few.
pub(crate) fn read(given: &Value) -> Cow<'_, Value> {
    unfolded(given).map_or(Cow::Borrowed(given), Cow::Owned)
}

/// The same for the members of a map too, for settings whose members have no shape of their own.
pub(crate) fn read_throughout(given: &Value) -> Cow<'_, Value> {
    let mut read = read(given);
    if let Value::Object(members) = read.as_ref() {
        let changed = |member: &Value| matches!(read_throughout(member), Cow::Owned(_));
        if members.values().any(changed) {
            let members = members.iter();
            let members =
                members.map(|(name, member)| (name.clone(), read_throughout(member).into_owned()));
            read = Cow::Owned(Value::Object(members.collect()));
        }
    }
    read
}

/// What the value becomes, where that is anything else.
fn unfolded(given: &Value) -> Option<Value> {
    match given {
        Value::String(text) => parsed(text),
        // A text that was taken for a list of one.
        Value::Array(items) => match items.as_slice() {
            [Value::String(text)] => parsed(text).filter(Value::is_object),
            _ => None,
        },
        _ => None,
    }
}

fn parsed(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[', '"']) {
        return None;
    }
    let value = serde_json::from_str(text).ok()?;
    unfolded(&value).or_else(|| (value.is_object() || value.is_array()).then_some(value))
}
