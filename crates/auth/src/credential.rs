//! What a client presents to prove that it is logged in.

use ferroboard_kernel::{SessionNumber, lower_hex};
use sha2::{Digest as _, Sha256};

/// A bearer text, cleaned of the prefixes that clients put before it. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    secret: String,
    row: Option<SessionNumber>,
}

impl Credential {
    /// Reads the value of an `Authorization` header or of an `auth_data` field: the bare token, or
    /// the token after one or more `Bearer ` prefixes in any case.
    ///
    /// A token of the form `12|secret` was issued by the reference panel for row 12; it is only
    /// good for that row. `None` when nothing is left, or the number before `|` is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut secret = text.trim();
        while let Some(rest) = strip_scheme(secret) {
            secret = rest;
        }
        let row = match secret.split_once('|') {
            Some((number, rest)) => {
                secret = rest;
                Some(SessionNumber::new(number.parse().ok()?))
            }
            None => None,
        };
        (!secret.is_empty()).then(|| Self {
            secret: secret.to_owned(),
            row,
        })
    }

    /// The token itself.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The only row that the token is good for, where it names one.
    pub fn row(&self) -> Option<SessionNumber> {
        self.row
    }

    /// Whether the token has the three parts of a JWT; the reference's tokens never do.
    pub fn looks_like_jwt(&self) -> bool {
        self.secret.bytes().filter(|byte| *byte == b'.').count() == 2
    }

    /// What the database knows the token by.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest::of(&self.secret)
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credential(…)")
    }
}

fn strip_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_at_checked(6)?;
    let blank = rest.starts_with(char::is_whitespace);
    (scheme.eq_ignore_ascii_case("bearer") && blank).then(|| rest.trim_start())
}

/// The SHA-256 of a secret as 64 lower-case hexadecimal digits: what is stored in its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenDigest(String);

impl TokenDigest {
    /// Digests a secret.
    pub fn of(secret: &str) -> Self {
        Self(lower_hex(Sha256::digest(secret.as_bytes())))
    }

    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_stripped() {
        for text in [
            "abc",
            "Bearer abc",
            "bearer  abc",
            "Bearer Bearer abc",
            "  BEARER abc ",
        ] {
            let credential = Credential::parse(text).unwrap();
            assert_eq!(
                (credential.secret(), credential.row()),
                ("abc", None),
                "{text:?}"
            );
        }
        for text in ["", "  ", "x|abc", "7|"] {
            assert_eq!(Credential::parse(text), None, "{text:?}");
        }
        assert_eq!(Credential::parse("Bearer").unwrap().secret(), "Bearer");
        assert_eq!(Credential::parse("密").unwrap().secret(), "密");
    }

    #[test]
    fn a_number_before_the_bar_is_the_row() {
        let credential = Credential::parse("Bearer 12|abc").unwrap();
        assert_eq!(
            (credential.secret(), credential.row()),
            ("abc", Some(SessionNumber::new(12)))
        );
    }

    #[test]
    fn the_digest_is_sha256_in_hexadecimal() {
        assert_eq!(
            TokenDigest::of("abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn three_parts_make_a_jwt() {
        assert!(Credential::parse("a.b.c").unwrap().looks_like_jwt());
        assert!(
            !Credential::parse("oracle-token-alice")
                .unwrap()
                .looks_like_jwt()
        );
    }
}
