//! From where users are online.

use std::collections::{BTreeMap, BTreeSet};

use ferroboard_kernel::{Seconds, UserId, ip_address};
use serde_json::Value;

/// For how long an address counts after it was seen.
pub const DEVICE_LIFETIME: Seconds = Seconds::minutes(5);

/// The longest address that is kept; longer ones are no addresses.
const LONGEST: usize = 64;
/// How many addresses of one user one report may name.
const MOST_OF_A_USER: usize = 1_000;

/// A node's users with the addresses from which each is connected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceReport(BTreeMap<UserId, BTreeSet<String>>);

impl DeviceReport {
    /// Reads `{"<user>": ["<address>", …]}`, or a list, whose places are the numbers of users. A
    /// single address may stand for a list of one, and null for an empty one. What is none of these is
    /// passed over; `None` when the whole is neither object nor list.
    pub fn parse(given: &Value) -> Option<Self> {
        let mut users: BTreeMap<UserId, BTreeSet<String>> = BTreeMap::new();
        for (user, addresses) in crate::traffic::by_user(given)? {
            let addresses = match addresses {
                Value::Array(items) => items.iter().collect(),
                Value::Object(members) => members.values().collect(),
                Value::String(_) => vec![addresses],
                // How some programs write an empty list.
                Value::Null => Vec::new(),
                _ => continue,
            };
            let texts = addresses.into_iter().filter_map(Value::as_str);
            let known = texts.filter(|text| is_address(text)).map(canonical);
            users
                .entry(user)
                .or_default()
                .extend(known.take(MOST_OF_A_USER));
        }
        Some(Self(users))
    }

    /// Each user with the addresses, none of them twice.
    pub fn users(&self) -> impl Iterator<Item = (UserId, &BTreeSet<String>)> {
        self.0.iter().map(|(user, addresses)| (*user, addresses))
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What addresses are written with; agents add `_` and the number of their node.
fn is_address(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".:_-%[]@/".contains(&byte);
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_plain)
}

/// An address in the one spelling that it has, without the number of the node: the same phone behind
/// four nodes is one device. What is no address stays as it is.
fn canonical(text: &str) -> String {
    let text = normalised(without_node(text));
    ip_address(text).map_or_else(|| text.to_owned(), |ip| ip.to_string())
}

/// `[v6]:port` without brackets and port, `a.b.c.d:port` without port, anything else as it stands.
fn normalised(text: &str) -> &str {
    let Some((address, port)) = text.rsplit_once(':') else {
        return text;
    };
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return text;
    }
    let bracketed = address
        .strip_prefix('[')
        .and_then(|address| address.strip_suffix(']'));
    match bracketed {
        Some(inner) if !inner.is_empty() => inner,
        _ if is_dotted(address) => address,
        _ => text,
    }
}

fn is_dotted(address: &str) -> bool {
    let parts = address.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    address.split('.').count() == 4 && parts.into_iter().all(is_number)
}

/// The address itself: some agents add `_` and the number of the node.
pub fn without_node(address: &str) -> &str {
    match address.split_once('_') {
        Some((own, _)) if !own.is_empty() => own,
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parsed(given: &Value) -> Option<Vec<(i64, Vec<String>)>> {
        let report = DeviceReport::parse(given)?;
        let users = report.users();
        Some(
            users
                .map(|(user, addresses)| (user.get(), addresses.iter().cloned().collect()))
                .collect(),
        )
    }

    fn of(user: i64, addresses: &[&str]) -> (i64, Vec<String>) {
        let addresses = addresses.iter();
        (
            user,
            addresses.map(|address| (*address).to_owned()).collect(),
        )
    }

    #[test]
    fn addresses_lose_their_ports() {
        for (given, expected) in [
            ("1.2.3.4:5", "1.2.3.4"),
            ("1.2.3.4", "1.2.3.4"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("2001:db8::1", "2001:db8::1"),
            ("::1", "::1"),
            ("1.2.3.4_7", "1.2.3.4_7"),
            ("1.2.3.4:", "1.2.3.4:"),
            ("1.2.3:5", "1.2.3:5"),
            ("host:80", "host:80"),
            ("[]:5", "[]:5"),
        ] {
            assert_eq!(normalised(given), expected);
        }
        for (given, expected) in [
            ("[2001:DB8:0::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("::ffff:1.2.3.4", "1.2.3.4"),
            ("1.2.3.4:5", "1.2.3.4"),
            ("1.2.3.4_7", "1.2.3.4"),
            ("1.2.3.4:5_7", "1.2.3.4"),
            ("2001:DB8::1_7", "2001:db8::1"),
            ("_7", "_7"),
            ("Host", "Host"),
        ] {
            assert_eq!(canonical(given), expected);
        }
        assert_eq!(without_node("1.2.3.4_7"), "1.2.3.4");
        assert_eq!(without_node("::1"), "::1");
    }

    #[test]
    fn reports_have_several_shapes() {
        assert_eq!(
            parsed(&json!({"2": ["1.1.1.1", "1.1.1.1:5", "2.2.2.2"], "13": [], "x": ["3.3.3.3"]})),
            Some(vec![of(2, &["1.1.1.1", "2.2.2.2"]), of(13, &[])])
        );
        assert_eq!(
            parsed(&json!({"2": ["1.1.1.1_3", "1.1.1.1_4", "1.1.1.1", "2.2.2.2_3"]})),
            Some(vec![of(2, &["1.1.1.1", "2.2.2.2"])])
        );
        assert_eq!(
            parsed(&json!([["1.1.1.1"], "2.2.2.2"])),
            Some(vec![of(0, &["1.1.1.1"]), of(1, &["2.2.2.2"])])
        );
        assert_eq!(
            parsed(&json!({"2": {"1": "1.1.1.1"}, "3": 5, "4": [1, null, ""], "5": null})),
            Some(vec![of(2, &["1.1.1.1"]), of(4, &[]), of(5, &[])])
        );
        let long = "1".repeat(65);
        assert_eq!(
            parsed(&json!({"2": [long, "a\u{0}b", "x'y", "ü"]})),
            Some(vec![of(2, &[])])
        );
        assert_eq!(parsed(&json!({})), Some(vec![]));
        for neither in [json!(null), json!(5), json!("x"), json!(true)] {
            assert_eq!(parsed(&neither), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,40}") {
            let report = DeviceReport::parse(&json!({"1": [text]})).unwrap();
            prop_assert!(!report.is_empty());
        }
    }
}
