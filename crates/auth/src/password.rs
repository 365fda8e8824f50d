//! Passwords: the length rule, and how the stored form is recognised. The hashing itself is a port.

use crate::TokenDigest;

/// A password as the user typed it: 8 to 128 characters, no NUL, never trimmed. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a text is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer than [`Password::MIN_CHARACTERS`] characters.
    #[error("the password is too short")]
    TooShort,
    /// More than [`Password::MAX_CHARACTERS`] characters.
    #[error("the password is too long")]
    TooLong,
    /// A NUL byte, at which a crypt-style function would stop reading.
    #[error("the password contains a NUL byte")]
    ContainsNul,
}

impl Password {
    /// The fewest Unicode code points.
    pub const MIN_CHARACTERS: usize = 8;
    /// The most Unicode code points.
    pub const MAX_CHARACTERS: usize = 128;

    /// Judges a password that is to be set or tried.
    pub fn parse(text: &str) -> Result<Self, PasswordRefused> {
        let characters = text.chars().count();
        if characters < Self::MIN_CHARACTERS {
            Err(PasswordRefused::TooShort)
        } else if characters > Self::MAX_CHARACTERS {
            Err(PasswordRefused::TooLong)
        } else if text.contains('\0') {
            Err(PasswordRefused::ContainsNul)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// Takes any text that was typed as the present password: an old one may be shorter than
    /// today's rule.
    pub fn typed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The password itself. Only a hasher needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// How a stored password was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordScheme {
    /// `md5(password)`.
    Md5,
    /// `sha256(password)`.
    Sha256,
    /// `md5(password ‖ salt)`.
    Md5Salt,
    /// `sha256(password ‖ salt)`.
    Sha256Salt,
    /// A self-describing crypt string: bcrypt, or Argon2 from an import.
    Crypt,
}

/// The three password columns of `v2_user`. Its `Debug` form hides the hash.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword {
    /// `password`: a crypt string or a lower-case hexadecimal digest.
    pub hash: String,
    /// `password_algo`: NULL for crypt strings.
    pub algo: Option<String>,
    /// `password_salt`: appended to the password before digesting.
    pub salt: Option<String>,
}

impl StoredPassword {
    /// What a password is told apart from others by, where nothing of it may show. That of an account
    /// which is not there looks like any other.
    pub fn tag(stored: Option<&Self>) -> String {
        let digest = TokenDigest::of(stored.map_or("", |stored| stored.hash.as_str()));
        digest.as_str().chars().take(8).collect()
    }

    /// How [`Self::hash`] was made. An unknown `password_algo` counts as crypt, as in the reference.
    pub fn scheme(&self) -> PasswordScheme {
        match self.algo.as_deref() {
            Some("md5") => PasswordScheme::Md5,
            Some("sha256") => PasswordScheme::Sha256,
            Some("md5salt") => PasswordScheme::Md5Salt,
            Some("sha256salt") => PasswordScheme::Sha256Salt,
            _ => PasswordScheme::Crypt,
        }
    }
}

impl std::fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredPassword")
            .field("algo", &self.algo)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_password_has_another_tag() {
        let tag = |hash: &str| {
            let stored = StoredPassword {
                hash: hash.to_owned(),
                algo: None,
                salt: None,
            };
            StoredPassword::tag(Some(&stored))
        };
        assert_eq!(tag("$2y$10$one"), tag("$2y$10$one"));
        assert_ne!(tag("$2y$10$one"), tag("$2y$10$two"));
        assert_eq!(StoredPassword::tag(None).len(), tag("$2y$10$one").len());
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(Password::parse("1234567"), Err(PasswordRefused::TooShort));
        assert!(Password::parse("密码密码密码密码").is_ok());
        assert!(Password::parse(&"x".repeat(128)).is_ok());
        assert_eq!(
            Password::parse(&"x".repeat(129)),
            Err(PasswordRefused::TooLong)
        );
        assert_eq!(
            Password::parse("1234567\0"),
            Err(PasswordRefused::ContainsNul)
        );
    }

    #[test]
    fn nothing_prints_a_password() {
        let stored = StoredPassword {
            hash: "hash-text".into(),
            algo: None,
            salt: None,
        };
        let shown = format!("{:?} {stored:?}", Password::parse("swordfish").unwrap());
        assert!(
            !shown.contains("swordfish") && !shown.contains("hash-text"),
            "{shown}"
        );
    }

    #[test]
    fn the_algorithm_column_names_the_scheme() {
        let scheme = |algo: Option<&str>| {
            StoredPassword {
                hash: String::new(),
                algo: algo.map(Into::into),
                salt: None,
            }
            .scheme()
        };
        assert_eq!(scheme(None), PasswordScheme::Crypt);
        assert_eq!(scheme(Some("md5")), PasswordScheme::Md5);
        assert_eq!(scheme(Some("sha256")), PasswordScheme::Sha256);
        assert_eq!(scheme(Some("md5salt")), PasswordScheme::Md5Salt);
        assert_eq!(scheme(Some("sha256salt")), PasswordScheme::Sha256Salt);
        assert_eq!(scheme(Some("whirlpool")), PasswordScheme::Crypt);
    }
}
