//! Ports, as administrators may write them.

/// Whether this is a port, a range of them, or a list of both: `443`, `20000-50000`, `443,20000-50000`. A
/// range begins with its smaller end. What parts them is what exporters read.
pub fn is_list(text: &str) -> bool {
    let mut parts = text.split([',', ';', '/', '，', '；', '、']).map(str::trim);
    parts.all(is_range)
}

fn is_range(text: &str) -> bool {
    match text.split_once(['-', ':', '~', '–']) {
        None => port(text).is_some(),
        Some((first, last)) => port(first.trim())
            .zip(port(last.trim()))
            .is_some_and(|(first, last)| first <= last),
    }
}

/// The port that a text is, and nothing else.
fn port(text: &str) -> Option<u16> {
    let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let port = is_number.then(|| text.parse().ok()).flatten();
    port.filter(|port| *port != 0)
}

/// Whether a node can listen there.
pub fn is_port(number: i64) -> bool {
    (1..=65_535).contains(&number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_single_ranges_or_lists() {
        for (text, expected) in [
            ("443", true),
            ("65535", true),
            ("20000-50000", true),
            ("443-443", true),
            ("443,20000-50000", true),
            ("443; 8443 / 9000:9010", true),
            ("0", false),
            ("65536", false),
            ("50000-20000", false),
            ("443,50000-20000", false),
            ("0-10", false),
            ("443,", false),
            ("", false),
            ("-443", false),
            ("443-", false),
            ("1-2-3", false),
            ("+443", false),
            ("443abc", false),
            ("https", false),
        ] {
            assert_eq!(is_list(text), expected, "{text}");
        }
        assert_eq!(
            [0, 1, 65_535, 65_536].map(is_port),
            [false, true, true, false]
        );
    }
}
