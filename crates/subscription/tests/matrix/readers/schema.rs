//! What a manual says of the members of an object, and whether an object keeps to it.

use serde_json::Value;

/// What a member may be.
pub(super) enum Kind {
    /// Any text.
    Text,
    /// A text that is not empty.
    Filled,
    Uuid,
    Flag,
    /// A whole number between two.
    Whole(i64, i64),
    /// A whole number between two, as a text.
    Digits(i64, i64),
    /// One of these texts.
    Word(&'static [&'static str]),
    /// Texts that are not empty, at least one.
    Texts,
    /// An object of its own.
    Table(&'static [Field]),
    /// Names with a text each.
    Headers,
    /// Names with a list of texts each.
    HeaderLists,
    /// A text that the manual describes so.
    Such(&'static str, fn(&str) -> bool),
    /// An object that the core hands on.
    Open,
}

/// A member: its name, whether it must be there, and what it may be.
pub(super) struct Field(&'static str, bool, Kind);

pub(super) const fn must(name: &'static str, kind: Kind) -> Field {
    Field(name, true, kind)
}

pub(super) const fn may(name: &'static str, kind: Kind) -> Field {
    Field(name, false, kind)
}

/// A switch where every value is a text.
pub(super) const SWITCH: Kind = Kind::Word(&["true", "false"]);
pub(super) const PORT: Kind = Kind::Whole(1, 65_535);
/// The path of a request.
pub(super) const PATH: Kind = Kind::Such("a path from the root", |path| path.starts_with('/'));
/// `443,20000-50000`
pub(super) const PORTS: Kind = Kind::Such("ports and ranges", |ports| {
    ports.split(',').all(|range| {
        let mut ends = range.split('-').map(str::parse::<u16>);
        let (first, last) = (ends.next(), ends.next());
        let is_port = |end: Option<Result<u16, _>>| end.is_none_or(|end| end.is_ok_and(|p| p > 0));
        is_port(first) && is_port(last) && ends.next().is_none()
    })
});
pub(super) const REALITY_KEY: Kind = Kind::Such("43 letters of base64 for addresses", |key| {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    key.len() == 43 && key.bytes().all(is_digit)
});
pub(super) const SHORT_ID: Kind = Kind::Such("at most 8 bytes in hexadecimal", |id| {
    id.len() <= 16 && id.len() % 2 == 0 && id.bytes().all(|digit| digit.is_ascii_hexdigit())
});

pub(super) fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let is_digit = |byte: u8| byte == b'-' || byte.is_ascii_hexdigit();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(is_digit)
}

/// Whether the value is an object with all that must be in it, and nothing else than what may.
pub(super) fn check(value: &Value, fields: &[&[Field]]) -> Result<(), String> {
    let members = value.as_object().ok_or("no object")?;
    let known = || fields.iter().copied().flatten();
    for (name, member) in members {
        let field = known().find(|Field(known, ..)| known == name);
        let Field(_, _, kind) = field.ok_or_else(|| format!("{name} is in no manual"))?;
        fits(member, kind).map_err(|why| format!("{name}: {why}"))?;
    }
    let missing =
        known().find(|Field(name, is_needed, _)| *is_needed && !members.contains_key(*name));
    missing.map_or(Ok(()), |Field(name, ..)| Err(format!("{name} is missing")))
}

fn fits(value: &Value, kind: &Kind) -> Result<(), String> {
    let text = value.as_str();
    let texts = |value: &Value| {
        let items = value.as_array();
        items.is_some_and(|items| {
            !items.is_empty()
                && items
                    .iter()
                    .all(|item| item.as_str().is_some_and(|text| !text.is_empty()))
        })
    };
    let between = |number: Option<i64>, first: i64, last: i64| {
        number.is_some_and(|number| (first..=last).contains(&number))
    };
    let is_fit = match kind {
        Kind::Text => text.is_some(),
        Kind::Filled => text.is_some_and(|text| !text.trim().is_empty()),
        Kind::Uuid => text.is_some_and(is_uuid),
        Kind::Flag => value.is_boolean(),
        Kind::Whole(first, last) => between(value.as_i64(), *first, *last),
        Kind::Digits(first, last) => {
            between(text.and_then(|text| text.parse().ok()), *first, *last)
        }
        Kind::Word(words) => text.is_some_and(|text| words.contains(&text)),
        Kind::Texts => texts(value),
        Kind::Table(fields) => return check(value, &[fields]),
        Kind::Headers => value
            .as_object()
            .is_some_and(|headers| headers.values().all(Value::is_string)),
        Kind::HeaderLists => value
            .as_object()
            .is_some_and(|headers| headers.values().all(texts)),
        Kind::Such(_, is_such) => text.is_some_and(is_such),
        Kind::Open => value.is_object(),
    };
    let wanted = || match kind {
        Kind::Such(what, _) => format!("no {what}: {value}"),
        Kind::Word(words) => format!("{value} is none of {words:?}"),
        _ => format!("{value} is of another kind"),
    };
    if is_fit { Ok(()) } else { Err(wanted()) }
}

/// The member is there only where another says so.
pub(super) fn only_with(value: &Value, name: &str, is_on: bool) -> Result<(), String> {
    if value.get(name).is_some() && !is_on {
        return Err(format!("{name} stands where nothing reads it"));
    }
    Ok(())
}
