//! Forms and query strings, as the PHP programs on the other side write and sign them.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What PHP's `urlencode` leaves alone; a space becomes `+` afterwards.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Parameters in the byte order of their names. A name that came twice has its last value, for the
/// signature as for the meaning.
pub(super) type Fields<'a> = BTreeMap<&'a str, &'a str>;

/// The parameters of a notice or a request.
pub(super) fn fields(pairs: &[(String, String)]) -> Fields<'_> {
    let borrowed = pairs.iter().map(|(name, value)| (&**name, &**value));
    borrowed.collect()
}

/// One segment of a path, escaped. `None` for what would not stay one: nothing, and the dots that
/// mean another folder, which escaping does not disarm.
pub(super) fn segment(text: &str) -> Option<String> {
    let stays = !matches!(text, "" | "." | "..");
    stays.then(|| escaped(text))
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// `name=value&…`, character for character as PHP's `http_build_query` writes it: `MGate` and
/// CoinPayments sign this text.
pub(super) fn encoded<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let encode = |text| escaped(text).replace("%20", "+");
    let pairs = pairs.into_iter();
    let parts: Vec<_> = pairs
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    parts.join("&")
}

/// `name=value&…` without any escapes and without empty values: EPay and Alipay sign this text.
pub(super) fn raw(fields: &Fields<'_>) -> String {
    let filled = fields.iter().filter(|(_, value)| !value.is_empty());
    let parts: Vec<_> = filled
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parts.join("&")
}

/// An address of the configuration, followed by a path that begins with `/`.
pub(super) fn address(base: &str, path: &str) -> String {
    format!("{}{path}", base.trim().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_those_of_php() {
        // php -r 'echo http_build_query(["a b" => "1 + 2*3~/é", "c" => "", "d_-." => "=&?#%"]);'
        let pairs = [("a b", "1 + 2*3~/é"), ("c", ""), ("d_-.", "=&?#%")];
        assert_eq!(
            encoded(pairs),
            "a+b=1+%2B+2%2A3%7E%2F%C3%A9&c=&d_-.=%3D%26%3F%23%25"
        );
    }

    #[test]
    fn raw_texts_are_sorted_and_leave_out_what_is_empty() {
        let fields = Fields::from([("b", "x y"), ("a", "http://h/?q=1&r"), ("c", "")]);
        assert_eq!(raw(&fields), "a=http://h/?q=1&r&b=x y");
    }

    #[test]
    fn the_last_of_two_values_counts() {
        let twice = [("a", "1"), ("a", "2")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(fields(&twice), Fields::from([("a", "2")]));
    }

    #[test]
    fn segments_stay_segments() {
        for (text, expected) in [
            ("AbC123", Some("AbC123")),
            ("../users?x#y", Some("..%2Fusers%3Fx%23y")),
            ("a/b", Some("a%2Fb")),
            ("", None),
            (".", None),
            ("..", None),
        ] {
            assert_eq!(segment(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn addresses_have_one_slash_before_the_path() {
        for base in ["https://h/p", "https://h/p/", " https://h/p// "] {
            assert_eq!(address(base, "/x"), "https://h/p/x");
        }
    }
}
