//! What the fields of a form hold: what was typed, or what is edited.

use ferroboard_web::Input;
use serde_json::{Map, Value};

use crate::form::Form;

/// What the fields of a form hold, by name. A member of a member is named as in `prices.monthly`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Typed(Value);

impl Typed {
    /// What was typed.
    pub(crate) fn of(form: &Form) -> Self {
        Self(Value::Object(form.input().fields().clone()))
    }

    /// What is edited, as the API would answer it.
    pub(crate) const fn edited(value: Value) -> Self {
        Self(value)
    }

    /// What is at this name; null where nothing is.
    pub(crate) fn at(&self, name: &str) -> &Value {
        static NOTHING: Value = Value::Null;
        let mut parts = name.split('.');
        let found = parts.try_fold(&self.0, |value, part| match value {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            value => value.get(part),
        });
        found.unwrap_or(&NOTHING)
    }

    /// A text, a number, or a switch as 1 or 0; empty for anything else.
    pub(crate) fn text(&self, name: &str) -> String {
        scalar(self.at(name)).unwrap_or_default()
    }

    /// Whether a box is ticked.
    pub(crate) fn has(&self, name: &str) -> bool {
        matches!(self.text(name).as_str(), "1" | "true" | "on")
    }

    /// The items of a list, each in a line; a text as it was typed.
    pub(crate) fn lines(&self, name: &str) -> String {
        match self.at(name) {
            Value::Array(_) | Value::Object(_) => self.many(name).join("\n"),
            value => scalar(value).unwrap_or_default(),
        }
    }

    /// The items of a list; one text alone is one of them.
    pub(crate) fn many(&self, name: &str) -> Vec<String> {
        match self.at(name) {
            Value::Array(items) => items.iter().filter_map(scalar).collect(),
            Value::Object(members) => members.values().filter_map(scalar).collect(),
            value => scalar(value).into_iter().collect(),
        }
    }

    /// A list or an object as people read it; a text as it was typed.
    pub(crate) fn json(&self, name: &str) -> String {
        match self.at(name) {
            value @ (Value::Array(_) | Value::Object(_)) => {
                serde_json::to_string_pretty(value).unwrap_or_default()
            }
            value => scalar(value).unwrap_or_default(),
        }
    }

    /// Puts something in the place of what is at this name.
    pub(crate) fn put(&mut self, name: &str, value: impl Into<Value>) {
        let mut place = &mut self.0;
        for part in name.split('.') {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let Some(members) = place.as_object_mut() else {
                return;
            };
            place = members.entry(part).or_insert(Value::Null);
        }
        *place = value.into();
    }

    /// All of it, as the fields of a request.
    pub(crate) fn into_fields(self) -> Map<String, Value> {
        match self.0 {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    /// The same as a body of the API reads it.
    pub(crate) fn into_input(self) -> Input {
        Input::of_fields(self.into_fields())
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// One object with the members of another over it; what the other leaves out stays.
pub(crate) fn over(below: &Value, above: Value) -> Value {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            let mut members = below.clone();
            for (name, value) in above {
                let value = match members.get(&name) {
                    Some(known) => over(known, value),
                    None => value,
                };
                members.insert(name, value);
            }
            Value::Object(members)
        }
        (_, above) => above,
    }
}

/// The same without members that hold nothing, at any depth; null where nothing is left.
pub(crate) fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members
                .into_iter()
                .map(|(name, value)| (name, without_nothing(value)))
                .filter(|(_, value)| !value.is_null());
            let kept: Map<String, Value> = kept.collect();
            if kept.is_empty() {
                Value::Null
            } else {
                Value::Object(kept)
            }
        }
        Value::Array(items) if items.is_empty() => Value::Null,
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_found_by_the_way_to_them() {
        let mut typed = Typed::edited(json!({
            "name": "n", "on": true, "ids": [1, "2"], "a": {"b": {"c": 3}}, "free": {"x": [1]},
        }));
        assert_eq!(typed.text("a.b.c"), "3");
        assert!(typed.has("on") && !typed.has("name"));
        assert_eq!(typed.many("ids"), ["1", "2"]);
        assert_eq!(
            (typed.lines("ids"), typed.lines("name")),
            ("1\n2".into(), "n".into())
        );
        assert_eq!(typed.text("ids"), "");
        assert_eq!(typed.text("ids.1"), "2");
        assert!(typed.json("free").contains("\"x\""));
        typed.put("a.b.d", "new");
        typed.put("name.deep", 1);
        assert_eq!(
            (typed.text("a.b.d"), typed.text("a.b.c")),
            ("new".into(), "3".into())
        );
        assert_eq!(typed.text("name.deep"), "1");
    }

    #[test]
    fn what_a_form_does_not_show_stays() {
        let stored = json!({"path": "/a", "extra": {"x": 1}, "headers": {"Host": "h"}});
        let typed = json!({"path": "/b", "headers": {"Host": null}});
        let expected = json!({"path": "/b", "extra": {"x": 1}, "headers": {"Host": null}});
        let merged = over(&stored, typed);
        assert_eq!(merged, expected);
        assert_eq!(
            without_nothing(merged),
            json!({"path": "/b", "extra": {"x": 1}})
        );
        assert_eq!(
            without_nothing(json!({"a": {"b": null}, "c": []})),
            Value::Null
        );
        assert_eq!(over(&json!(null), json!({"a": 1})), json!({"a": 1}));
    }
}
