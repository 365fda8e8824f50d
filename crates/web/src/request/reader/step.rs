//! The way to a field, and what complaints call it.

use std::borrow::Cow;
use std::fmt::Write as _;

/// What every item of a list is called where its rules are named.
pub(super) const ANY: &str = "*";

/// One step of the way to a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    /// A field that rules name.
    Name(&'static str),
    /// A member of an object that nobody knew before.
    Key(&'a str),
    /// An item of a list.
    Index(usize),
}

/// A field as complaints name it: `filter.0.id`.
pub(super) fn name_of(path: &[Step<'_>], last: Step<'_>) -> Cow<'static, str> {
    if let ([], Step::Name(name)) = (path, last) {
        return Cow::Borrowed(name);
    }
    let mut name = String::new();
    for step in path.iter().copied().chain([last]) {
        if !name.is_empty() {
            name.push('.');
        }
        match step {
            Step::Name(part) => name.push_str(part),
            Step::Key(part) => name.push_str(shortened(part)),
            // A text takes whatever is written to it.
            Step::Index(index) => drop(write!(name, "{index}")),
        }
    }
    Cow::Owned(name)
}

/// The beginning of a name that clients made up.
fn shortened(name: &str) -> &str {
    const LONGEST: usize = 64;
    let end = name.char_indices().nth(LONGEST).map(|(end, _)| end);
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}
