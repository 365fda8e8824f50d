//! The fields of forms and queries, with their names as PHP reads them: `a[]` is the next entry of the
//! list `a`, and `a[b][c]` a member of a member of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::request::reader::digits;

/// How many brackets a name may have; a field with more is nothing.
const DEEPEST: usize = 64;
/// How many fields and brackets the names of one form may have together: what they become is larger than
/// they are.
const MOST_NAMES: usize = 100_000;
/// How many bytes the name of a flattened value may have; one with more is nothing. Every item of a long
/// list repeats the list's name.
const LONGEST: usize = 128;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Name(String),
}

impl Key {
    fn of(text: &str) -> Self {
        match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Self::Number(number),
            _ => Self::Name(text.to_owned()),
        }
    }
}

/// A text, or members.
#[derive(Default)]
struct Part {
    text: Option<String>,
    members: BTreeMap<Key, Self>,
}

impl Part {
    fn set(&mut self, text: String) {
        self.members.clear();
        self.text = Some(text);
    }

    /// The member of this key; without one, the next of the list.
    fn member(&mut self, key: Option<Key>) -> &mut Self {
        self.text = None;
        let next = || {
            let mut numbers = self.members.range(..=Key::Number(i64::MAX));
            Key::Number(match numbers.next_back() {
                Some((Key::Number(last), _)) => last.saturating_add(1),
                _ => 0,
            })
        };
        let key = key.unwrap_or_else(next);
        self.members.entry(key).or_default()
    }

    fn into_fields(self) -> Map<String, Value> {
        let members = self.members.into_iter();
        let fields = members.map(|(key, part)| match key {
            Key::Number(number) => (number.to_string(), part.into_value()),
            Key::Name(name) => (name, part.into_value()),
        });
        fields.collect()
    }

    fn into_value(self) -> Value {
        if let Some(text) = self.text {
            return text.into();
        }
        let mut numbers = (0..).map(Key::Number);
        if self
            .members
            .keys()
            .all(|key| Some(key) == numbers.next().as_ref())
        {
            let members = self.members.into_values();
            return members.map(Self::into_value).collect();
        }
        Value::Object(self.into_fields())
    }
}

/// A form has more fields than anybody fills in.
#[derive(Debug)]
pub(crate) struct TooManyFields;

/// The fields that these names and texts make together; the last text of one name counts.
pub(crate) fn fields<N: AsRef<str>, T: Into<String>>(
    pairs: impl IntoIterator<Item = (N, T)>,
) -> Result<Map<String, Value>, TooManyFields> {
    let mut all = Part::default();
    let mut names = 0_usize;
    for (name, text) in pairs {
        if let Some((name, keys)) = path_of(name.as_ref()) {
            names = names.saturating_add(1).saturating_add(keys.len());
            if names > MOST_NAMES {
                return Err(TooManyFields);
            }
            let field = all.member(Some(Key::Name(name)));
            let part = keys.into_iter().fold(field, Part::member);
            part.set(text.into());
        }
    }
    Ok(all.into_fields())
}

/// The texts of these fields under the names that PHP's `http_build_query` gives them; what is null has
/// none.
pub(crate) fn flattened(fields: &Map<String, Value>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, value) in fields {
        flatten(name, value, &mut pairs);
    }
    pairs
}

fn flatten(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    if name.len() > LONGEST {
        return;
    }
    let text = match value {
        Value::Null => return,
        Value::Bool(value) => u8::from(*value).to_string(),
        Value::Number(number) => digits(number),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{name}[{index}]"), item, pairs);
            }
            return;
        }
        Value::Object(members) => {
            for (key, member) in members {
                flatten(&format!("{name}[{key}]"), member, pairs);
            }
            return;
        }
    };
    pairs.push((name.to_owned(), text));
}

/// The name of a field, and the keys in its brackets.
fn path_of(written: &str) -> Option<(String, Vec<Option<Key>>)> {
    let written = written.trim_start_matches(' ');
    let (name, mut rest) = written.split_at(written.find('[').unwrap_or(written.len()));
    let mut name = name.replace([' ', '.'], "_");
    if name.is_empty() {
        return None;
    }
    let mut keys = Vec::new();
    while let Some(opened) = rest.strip_prefix('[') {
        let Some((key, after)) = opened.split_once(']') else {
            if keys.is_empty() {
                // A bracket that nothing closes belongs to the name.
                name = format!("{name}_{opened}");
            }
            break;
        };
        keys.push((!key.is_empty()).then(|| Key::of(key)));
        rest = after;
    }
    (keys.len() <= DEEPEST).then_some((name, keys))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(form: &str) -> Value {
        Value::Object(fields(form_urlencoded::parse(form.as_bytes())).unwrap())
    }

    #[test]
    fn brackets_make_lists_and_objects() {
        let cases = [
            ("a[]=1&a[]=2", json!({"a": ["1", "2"]})),
            ("a%5B0%5D=x&a[1]=y", json!({"a": ["x", "y"]})),
            ("a[1]=y&a[]=z", json!({"a": {"1": "y", "2": "z"}})),
            ("a[01]=y", json!({"a": {"01": "y"}})),
            (
                "mem[total]=1&mem[used]=2&cpu=3",
                json!({"mem": {"total": "1", "used": "2"}, "cpu": "3"}),
            ),
            (
                "f[0][id]=a&f[0][value][]=1&f[1][id]=b",
                json!({"f": [{"id": "a", "value": ["1"]}, {"id": "b"}]}),
            ),
            ("a[b]=1&a[b]=2", json!({"a": {"b": "2"}})),
        ];
        for (form, expected) in cases {
            assert_eq!(read(form), expected, "{form}");
        }
    }

    #[test]
    fn nested_values_have_the_names_of_phps_queries() {
        let fields = json!({
            "money": 45.10, "whole": 45.0, "count": 3, "yes": true, "no": false, "none": null, "empty": "",
            "list": ["a", null, {"b": "c d"}],
        });
        let Value::Object(fields) = fields else {
            panic!()
        };
        let pairs = flattened(&fields);
        let written: Vec<String> = pairs.iter().map(|(a, b)| format!("{a}={b}")).collect();
        // php -r 'echo urldecode(http_build_query(json_decode(…, true)));', sorted
        let expected = [
            "count=3",
            "empty=",
            "list[0]=a",
            "list[2][b]=c d",
            "money=45.1",
            "no=0",
            "whole=45",
            "yes=1",
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn values_with_long_names_are_left_out() {
        let fields = |length: usize| {
            let list = ("x".repeat(length), json!([1, 2]));
            flattened(&[list, ("a".to_owned(), json!(1))].into_iter().collect())
        };
        assert_eq!(fields(LONGEST - 3).len(), 3);
        assert_eq!(fields(LONGEST - 2), [("a".to_owned(), "1".to_owned())]);
        assert_eq!(fields(500_000), [("a".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn forms_without_end_are_refused() {
        let form = |pairs: usize, name: &str| vec![(name.to_owned(), "1"); pairs];
        assert!(fields(form(MOST_NAMES, "a")).is_ok());
        assert!(fields(form(MOST_NAMES + 1, "a")).is_err());
        assert!(fields(form(MOST_NAMES / 4, "a[b][c][]")).is_ok());
        assert!(fields(form(MOST_NAMES / 4 + 1, "a[b][c][]")).is_err());
    }

    #[test]
    fn the_last_of_a_text_and_a_list_counts() {
        assert_eq!(read("a=1&a[]=2"), json!({"a": ["2"]}));
        assert_eq!(read("a[]=2&a[]=3&a=1"), json!({"a": "1"}));
    }

    #[test]
    fn odd_names_are_read_as_php_does() {
        let cases = [
            ("[z]=2&=3", json!({})),
            ("a[b=1", json!({"a_b": "1"})),
            ("a[b]c=1", json!({"a": {"b": "1"}})),
            ("a[b][c=1", json!({"a": {"b": "1"}})),
            ("+a.b+c=1", json!({"a_b_c": "1"})),
            ("a]=1", json!({"a]": "1"})),
            ("a[x.y]=1", json!({"a": {"x.y": "1"}})),
            (
                "a[9223372036854775807]=1&a[]=2",
                json!({"a": {"9223372036854775807": "2"}}),
            ),
        ];
        for (form, expected) in cases {
            assert_eq!(read(form), expected, "{form}");
        }
        let deep = |depth: usize| format!("a{}=1", "[b]".repeat(depth));
        assert_ne!(read(&deep(DEEPEST)), json!({}));
        assert_eq!(read(&deep(DEEPEST + 1)), json!({}));
        assert_eq!(read(&deep(100_000)), json!({}));
    }
}
