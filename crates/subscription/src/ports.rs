//! Lists of ports and of ranges of ports, as operators type them.

use std::fmt;

/// A port, or those from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PortRange {
    pub(crate) first: u16,
    pub(crate) last: u16,
    pub(crate) is_written_as_range: bool,
}

impl PortRange {
    /// The ranges of `443,20000-50000`. Commas, semicolons and slashes part them; a colon may stand
    /// for the hyphen, blanks anywhere. What is no port is left out; `None` when the first is none, for
    /// that is the one that is meant.
    pub(crate) fn list(text: &str) -> Option<Vec<Self>> {
        let parts = text.split([',', ';', '/', '，', '；', '、']).map(str::trim);
        let mut parts = parts.filter(|part| !part.is_empty());
        let first = Self::read(parts.next()?)?;
        Some(
            std::iter::once(first)
                .chain(parts.filter_map(Self::read))
                .collect(),
        )
    }

    fn read(text: &str) -> Option<Self> {
        let Some((from, to)) = text.split_once(['-', ':', '~', '–']) else {
            let port = port(text)?;
            return Some(Self {
                first: port,
                last: port,
                is_written_as_range: false,
            });
        };
        let (from, to) = (port(from)?, port(to)?);
        Some(Self {
            first: from.min(to),
            last: from.max(to),
            is_written_as_range: true,
        })
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_written_as_range {
            write!(f, "{}-{}", self.first, self.last)
        } else {
            write!(f, "{}", self.first)
        }
    }
}

/// The number that the text begins with.
fn port(text: &str) -> Option<u16> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end)?.parse().ok().filter(|port| *port != 0)
}
