//! What an administrator may send as a node's settings, member by member. What they become is the normal
//! form (`shape.rs`), which drops everything that no rule names.

mod fields;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::{Flaw, Protocol, Settings, Wrong};

use fields::Rule::{self, Choice, Flag, Integer, List, Object, Text, Texts, Word};
use fields::{Field, fields};

/// Lists and objects that are kept as they are may be so many levels deep: MySQL stores 100.
const DEEPEST: usize = 32;

/// The normal form of what was sent as the settings of a node of this protocol; null stands for nothing
/// sent.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn offered(protocol: Protocol, given: &Value) -> Result<Settings, Vec<Flaw>> {
    let found = complaints(protocol, given);
    if !found.is_empty() {
        return Err(found);
    }
    let is_none = given.get("plugin").and_then(Value::as_str) == Some("none");
    if protocol == Protocol::Shadowsocks && is_none {
        let mut without = given.clone();
        if let Some(members) = without.as_object_mut() {
            members.remove("plugin");
        }
        return Ok(Settings::normalised(protocol, &without));
    }
    Ok(Settings::normalised(protocol, given))
}

fn complaints(protocol: Protocol, given: &Value) -> Vec<Flaw> {
    let mut found = Vec::new();
    judge_object(fields(protocol), given, "", &mut found);
    found
}

fn judge_object(fields: &[Field], given: &Value, path: &str, found: &mut Vec<Flaw>) {
    // How PHP writes an object without members.
    let is_object = match given {
        Value::Null | Value::Object(_) => true,
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if !is_object {
        found.push(Flaw::new(path, Wrong::NotList));
        return;
    }
    for field in fields {
        let name = field.name;
        let path = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        match given.get(name).unwrap_or(&Value::Null) {
            Value::Null if field.is_required => found.push(Flaw::new(path, Wrong::Missing)),
            Value::Null => {}
            member => judge(&field.rule, member, path, found),
        }
    }
}

fn judge(rule: &Rule, given: &Value, path: String, found: &mut Vec<Flaw>) {
    let wrong = match rule {
        Text => (!is_text(given)).then_some(Wrong::NotText),
        Integer => integer(given).is_none().then_some(Wrong::NotInteger),
        Flag => (!is_flag(given)).then_some(Wrong::NotFlag),
        Choice(choices) => match integer(given) {
            None => Some(Wrong::NotInteger),
            Some(number) => (!choices.contains(&number)).then_some(Wrong::NotOneOf),
        },
        Word(words) => {
            let word = given.as_str();
            let is_one = word.is_some_and(|word| words.contains(&word));
            (!is_one).then_some(Wrong::NotOneOf)
        }
        List => kept_as_it_is(given).err(),
        Texts => return judge_texts(given, &path, found),
        Object(fields) => return judge_object(fields, given, &path, found),
    };
    found.extend(wrong.map(|wrong| Flaw::new(path, wrong)));
}

fn judge_texts(given: &Value, path: &str, found: &mut Vec<Flaw>) {
    let items: Vec<(String, &Value)> = match given {
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(place, item)| (place.to_string(), item))
                .collect()
        }
        // How PHP writes a list with gaps.
        Value::Object(members) => {
            let members = members.iter();
            members.map(|(name, item)| (name.clone(), item)).collect()
        }
        _ => return found.push(Flaw::new(path, Wrong::NotList)),
    };
    let wrong = items.iter().filter(|(_, item)| !is_text(item));
    found.extend(wrong.map(|(name, _)| Flaw::new(format!("{path}.{name}"), Wrong::NotText)));
}

/// Whether it is a list or an object that any database can keep.
///
/// # Errors
///
/// [`Wrong::NotList`]; [`Wrong::TooDeep`].
pub fn kept_as_it_is(given: &Value) -> Result<(), Wrong> {
    if !given.is_array() && !given.is_object() {
        return Err(Wrong::NotList);
    }
    if depth(given) > DEEPEST {
        return Err(Wrong::TooDeep);
    }
    Ok(())
}

/// How many levels of lists and objects there are; the reader of JSON allows few enough for this.
fn depth(given: &Value) -> usize {
    let inner = match given {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        _ => return 0,
    };
    inner.unwrap_or_default().saturating_add(1)
}

fn is_text(given: &Value) -> bool {
    given.is_string() || given.is_number()
}

fn is_flag(given: &Value) -> bool {
    match given {
        Value::Bool(_) => true,
        Value::Number(number) => matches!(number.as_i64(), Some(0 | 1)),
        Value::String(text) => matches!(text.as_str(), "0" | "1" | "true" | "false"),
        _ => false,
    }
}

fn integer(given: &Value) -> Option<i64> {
    match given {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
