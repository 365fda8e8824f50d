use ferroboard_kernel::{UnixSeconds, UserId};

use crate::{IdentityNumber, PersonName, Status};

/// A name and a number in the clear, while they are judged or revealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// The name.
    pub name: PersonName,
    /// The number.
    pub number: IdentityNumber,
}

/// A keyed hash of an identity number: 64 hexadecimal digits that find equal numbers and tell nothing
/// without the key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentityHash(String);

impl IdentityHash {
    /// Takes a hash as a cipher made it or the database holds it.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The hash's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which lock submissions of this number share: one of 256.
    pub fn lock(&self) -> i64 {
        let digits = self.0.get(..2).unwrap_or_default();
        i64::from_str_radix(digits, 16).unwrap_or(0)
    }
}

/// A name and a number as they are stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The name.
    pub name: String,
    /// The number.
    pub number: String,
    /// Finds equal numbers.
    pub hash: IdentityHash,
    /// Which key sealed them.
    pub key: i64,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealed")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Who or what decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewSource {
    /// The rules, at the submission.
    Auto,
    /// An administrator, about this one.
    Manual,
    /// An administrator, about everything pending.
    Bulk,
}

impl ReviewSource {
    /// The name in the database and in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Manual => "manual",
            Self::Bulk => "bulk",
        }
    }

    /// The source with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Auto, Self::Manual, Self::Bulk]
            .into_iter()
            .find(|source| source.name() == name)
    }
}

/// A decision that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    /// When.
    pub at: UnixSeconds,
    /// Which administrator; `None` for the rules.
    pub by: Option<UserId>,
    /// How.
    pub source: ReviewSource,
}

/// A submission (a row of `ferro_real_name`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealNameRecord {
    /// Whose.
    pub user: UserId,
    /// Where it stands; never [`Status::Unsubmitted`].
    pub status: Status,
    /// Name and number; `None` once they were erased.
    pub sealed: Option<Sealed>,
    /// What may be shown of the name.
    pub name_masked: String,
    /// What may be shown of the number.
    pub number_masked: String,
    /// Whether the check digit is right.
    pub checksum_valid: bool,
    /// When it was last submitted.
    pub submitted_at: UnixSeconds,
    /// How often the user submitted.
    pub submit_count: i64,
    /// The latest decision.
    pub review: Option<Review>,
    /// What the user is told about a rejection.
    pub reject_reason: Option<String>,
    /// When the row was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_spread_over_256_locks() {
        let lock = |text: &str| IdentityHash::new(text.to_owned()).lock();
        assert_eq!(lock("00ab"), 0);
        assert_eq!(lock("ff00"), 255);
        assert_eq!(lock(""), 0);
        assert_eq!(lock("zz"), 0);
    }

    #[test]
    fn sources_round_trip() {
        for source in [ReviewSource::Auto, ReviewSource::Manual, ReviewSource::Bulk] {
            assert_eq!(ReviewSource::named(source.name()), Some(source));
        }
        assert_eq!(ReviewSource::named("x"), None);
    }
}
