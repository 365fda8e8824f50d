//! What a viewer gets to see of a body.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Around a protected part.
const START: &str = "<!--access start-->";
const END: &str = "<!--access end-->";

/// What a form leaves as it is.
const FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b' ');

/// Whom a body is prepared for.
#[derive(Clone, PartialEq, Eq)]
pub struct Reader {
    /// May read protected parts: may use nodes now.
    pub may_read_protected: bool,
    /// What stands in place of protected parts, a plain text.
    pub refusal: String,
    /// The name of the site.
    pub site_name: String,
    /// Where the viewer's proxy clients fetch their configuration: a secret of the viewer's.
    pub subscribe_url: String,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("may_read_protected", &self.may_read_protected)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// The body for this viewer: protected parts hidden unless they may be read, placeholders filled
    /// in.
    pub fn read(&self, body: &str) -> String {
        let visible = if self.may_read_protected {
            Cow::Borrowed(body)
        } else {
            let refusal = format!(r#"<div class="v2board-no-access">{}</div>"#, self.refusal);
            without_protected(body, &refusal)
        };
        let url = &self.subscribe_url;
        let encoded = utf8_percent_encode(url, FORM).to_string().replace(' ', "+");
        visible
            .replace("{{siteName}}", &self.site_name)
            .replace("{{subscribeUrl}}", url)
            .replace("{{urlEncodeSubscribeUrl}}", &encoded)
            .replace(
                "{{safeBase64SubscribeUrl}}",
                &URL_SAFE_NO_PAD.encode(url.as_bytes()),
            )
    }
}

/// The body with `instead` in place of each protected part. A part ends at the first end marker; one
/// without an end goes on to the end of the body.
pub(crate) fn without_protected<'b>(body: &'b str, instead: &str) -> Cow<'b, str> {
    let Some((first, mut rest)) = body.split_once(START) else {
        return Cow::Borrowed(body);
    };
    let mut open = first.to_owned();
    loop {
        open.push_str(instead);
        let Some((_, behind)) = rest.split_once(END) else {
            return Cow::Owned(open);
        };
        match behind.split_once(START) {
            Some((between, protected)) => {
                open.push_str(between);
                rest = protected;
            }
            None => {
                open.push_str(behind);
                return Cow::Owned(open);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reader(may_read_protected: bool) -> Reader {
        Reader {
            may_read_protected,
            refusal: "no".to_owned(),
            site_name: "A & B".to_owned(),
            subscribe_url: "https://x.test/s/a b~*?ü>".to_owned(),
        }
    }

    #[test]
    fn protected_parts_are_hidden_from_those_who_may_not_read_them() {
        let div = r#"<div class="v2board-no-access">no</div>"#;
        for (body, expected) in [
            ("plain", "plain".to_owned()),
            ("", String::new()),
            (
                "a<!--access start-->s<!--access end-->b",
                format!("a{div}b"),
            ),
            (
                "<!--access start-->1\n2\r\n<!--access end-->b<!--access start-->3<!--access end-->",
                format!("{div}b{div}"),
            ),
            ("a<!--access start-->never closed", format!("a{div}")),
            ("a<!--access end-->b", "a<!--access end-->b".to_owned()),
            (
                "<!--access start-->a<!--access start-->b<!--access end-->c",
                format!("{div}c"),
            ),
            (
                "<!--ACCESS START-->a<!--access end-->",
                "<!--ACCESS START-->a<!--access end-->".to_owned(),
            ),
        ] {
            assert_eq!(reader(false).read(body), expected, "{body}");
            assert_eq!(reader(true).read(body), body, "{body}");
        }
    }

    #[test]
    fn placeholders_are_filled_in_inside_and_outside_of_protected_parts() {
        let body =
            "{{siteName}} {{ siteName }}<!--access start-->{{subscribeUrl}}<!--access end-->";
        assert_eq!(
            reader(true).read(body),
            "A & B {{ siteName }}<!--access start-->https://x.test/s/a b~*?ü><!--access end-->"
        );
        assert!(!reader(false).read(body).contains("x.test"));
        assert_eq!(
            reader(false).read("{{urlEncodeSubscribeUrl}}"),
            "https%3A%2F%2Fx.test%2Fs%2Fa+b%7E%2A%3F%C3%BC%3E"
        );
        assert_eq!(
            reader(false).read("{{safeBase64SubscribeUrl}}"),
            "aHR0cHM6Ly94LnRlc3Qvcy9hIGJ-Kj_DvD4"
        );
    }

    #[test]
    fn a_reader_does_not_show_the_address() {
        assert!(!format!("{:?}", reader(true)).contains("x.test"));
    }

    proptest! {
        #[test]
        fn no_hidden_text_is_seen(
            parts in prop::collection::vec(
                prop_oneof![Just(START), Just(END), Just("o"), Just("\n"), Just("😀")], 0..12,
            )
        ) {
            // Marks each plain piece by whether a part is open, and sees which are left.
            let mut body = String::new();
            let mut is_open = false;
            for part in parts {
                match part {
                    START => { is_open = true; body.push_str(START); }
                    END => { is_open = false; body.push_str(END); }
                    plain => {
                        body.push_str(plain);
                        body.push_str(if is_open { "HIDDEN" } else { "SEEN" });
                    }
                }
            }
            let seen = body.matches("SEEN").count();
            let read = reader(false).read(&body);
            prop_assert!(!read.contains("HIDDEN"), "{body:?} -> {read:?}");
            prop_assert_eq!(read.matches("SEEN").count(), seen);
        }
    }
}
