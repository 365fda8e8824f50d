//! What is wrong with the settings that somebody sends for a node.

/// What is wrong with one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It must be there.
    Missing,
    /// It is no text.
    NotText,
    /// It is no whole number.
    NotInteger,
    /// It is neither true nor false.
    NotFlag,
    /// It is neither a list nor an object.
    NotList,
    /// It is none of those that there are.
    NotOneOf,
    /// It lies too many levels deep.
    TooDeep,
    /// It is no key of X25519: 32 bytes as base64 for addresses, without padding.
    NotKey,
    /// It is no short id: an even number of hexadecimal digits, at most 16.
    NotShortId,
    /// It is nothing that a core can use.
    Unusable,
}

/// A member and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The way to the member within the settings: `reality_settings.short_id`.
    pub path: String,
    /// What is wrong.
    pub what: Wrong,
}

impl Flaw {
    pub(crate) fn new(path: impl Into<String>, what: Wrong) -> Self {
        let path = path.into();
        Self { path, what }
    }
}
