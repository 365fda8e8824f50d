//! What the form of a node says, as the API takes it.

use ferroboard_kernel::Decimal;
use ferroboard_nodes::NodeRecord;
use ferroboard_protocol::Protocol;
use serde_json::{Map, Value};

use super::form::{GIGABYTE, HOURS, LIMIT, gigabytes, specs};
use crate::desk::fields::sent;
use crate::desk::typed::{Typed, over, without_nothing};
use crate::form::Form;

/// What is said where a text is not what its field holds.
pub(super) struct Complaints<'a> {
    /// It is no JSON.
    pub(super) json: &'a str,
    /// These are no hours with a rate.
    pub(super) hours: &'a str,
    /// It is no number.
    pub(super) number: &'a str,
}

/// The fields of a request that makes the node, or changes `before`. Members of its settings that the form does not
/// show stay, but for those of another transport.
pub(super) fn fields_of(
    protocol: Protocol,
    before: Option<&NodeRecord>,
    typed: &Typed,
    form: &mut Form,
    complaints: &Complaints<'_>,
) -> Typed {
    let mut fields = sent(&specs(protocol), typed, form, complaints.json);
    fields.put("type", protocol.name());
    fields.put("id", before.map(|node| node.id.get()));
    limit(before, typed, &mut fields, form, complaints);
    match hours(&typed.lines(HOURS.name)) {
        Some(hours) => fields.put(HOURS.name, hours),
        None => {
            form.complain(HOURS.name, complaints.hours);
        }
    }
    fields.put("protocol_settings", settings(before, &fields));
    fields
}

/// Bytes for gigabytes. What shows as it was is as it was.
fn limit(
    before: Option<&NodeRecord>,
    typed: &Typed,
    fields: &mut Typed,
    form: &mut Form,
    complaints: &Complaints<'_>,
) {
    let text = typed.text(LIMIT.name);
    let kept = before.and_then(|node| node.traffic_limit);
    let kept = kept.filter(|bytes| gigabytes(*bytes) == text);
    let bytes = match (text.as_str(), kept) {
        ("", _) => Value::Null,
        (_, Some(bytes)) => Value::from(bytes),
        (text, None) => match Decimal::parse(text).and_then(|number| number.times(GIGABYTE)) {
            Some(bytes) => Value::from(bytes),
            None => {
                form.complain(LIMIT.name, complaints.number);
                return;
            }
        },
    };
    fields.put(LIMIT.name, bytes);
}

/// The hours of lines such as `00:00-06:00 0.5`; `None` where one is none.
fn hours(lines: &str) -> Option<Value> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let ranges = lines.map(|line| {
        let (span, rate) = line.split_once(char::is_whitespace)?;
        let (start, end) = span.split_once('-')?;
        let rate = rate.trim();
        let number = serde_json::from_str(rate).map(Value::Number);
        let members = [
            ("start", Value::from(start.trim())),
            ("end", Value::from(end.trim())),
            ("rate", number.unwrap_or_else(|_| Value::from(rate))),
        ];
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Some(Value::Object(Map::from_iter(members)))
    });
    let ranges: Vec<Value> = ranges.collect::<Option<_>>()?;
    Some(if ranges.is_empty() {
        Value::Null
    } else {
        Value::from(ranges)
    })
}

/// The settings of its protocol.
fn settings(before: Option<&NodeRecord>, fields: &Typed) -> Value {
    const NETWORK: &str = "network_settings";
    let typed = fields.at("protocol_settings").clone();
    let stored = before.map(|node| node.settings.as_value().clone());
    let mut stored = Typed::edited(stored.unwrap_or_default());
    if stored.text("network") != fields.text("protocol_settings.network") {
        stored.put(NETWORK, Value::Null);
    }
    let has_network = !stored.at("network").is_null() || typed.get("network").is_some();
    let merged = over(&Value::Object(stored.into_fields()), typed);
    let mut merged = Typed::edited(merged);
    if has_network {
        let network = without_nothing(merged.at(NETWORK).clone());
        merged.put(NETWORK, network);
    }
    Value::Object(merged.into_fields())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hours_are_lines() {
        let expected = json!([
            {"start": "00:00", "end": "06:00", "rate": 0.5},
            {"start": "22:00", "end": "23:59", "rate": 2},
        ]);
        assert_eq!(hours("00:00-06:00 0.5\n\n 22:00-23:59  2 "), Some(expected));
        assert_eq!(hours(""), Some(Value::Null));
        for odd in ["night 2", "00:00 1", "00:00-06:00"] {
            assert_eq!(hours(odd), None, "{odd}");
        }
    }

    #[test]
    fn limits_are_shown_in_gigabytes() {
        for (bytes, text) in [(GIGABYTE, "1"), (3 * GIGABYTE / 2, "1.5"), (1, "0")] {
            assert_eq!(gigabytes(bytes), text);
        }
    }
}
