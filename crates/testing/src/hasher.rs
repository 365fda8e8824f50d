use async_trait::async_trait;
use ferroboard_auth::{
    HashingFailed, Password, PasswordHasher, PasswordScheme, PasswordVerdict, Requester,
    StoredPassword,
};

/// "Hashes" a password by writing it behind a prefix: readable and instant.
///
/// A stored password whose `password_algo` names a digest is taken as the plain text followed by
/// the salt, and is outdated; so is one with the prefix of [`FastHasher::outdated`].
#[derive(Debug, Clone, Copy, Default)]
pub struct FastHasher;

const CURRENT: &str = "$2y$10$";
const OUTDATED: &str = "$2y$04$";

impl FastHasher {
    /// What an up-to-date row holds for this password.
    pub fn current(password: &str) -> StoredPassword {
        StoredPassword {
            hash: format!("{CURRENT}{password}"),
            algo: None,
            salt: None,
        }
    }

    /// What a row holds that is to be rehashed at the next login.
    pub fn outdated(password: &str) -> StoredPassword {
        StoredPassword {
            hash: format!("{OUTDATED}{password}"),
            algo: None,
            salt: None,
        }
    }

    fn judge(password: &str, stored: &StoredPassword) -> PasswordVerdict {
        let is_right = match stored.scheme() {
            PasswordScheme::Crypt => match stored.hash.strip_prefix(CURRENT) {
                Some(text) if text == password => return PasswordVerdict::Right,
                _ => stored.hash.strip_prefix(OUTDATED) == Some(password),
            },
            PasswordScheme::Md5 | PasswordScheme::Sha256 => stored.hash == password,
            PasswordScheme::Md5Salt | PasswordScheme::Sha256Salt => {
                let salt = stored.salt.as_deref().unwrap_or_default();
                stored.hash.strip_suffix(salt) == Some(password)
            }
        };
        if is_right {
            PasswordVerdict::RightButOutdated
        } else {
            PasswordVerdict::Wrong
        }
    }
}

#[async_trait]
impl PasswordHasher for FastHasher {
    async fn hash(&self, password: &Password, _: &Requester) -> Result<String, HashingFailed> {
        Ok(Self::current(password.expose()).hash)
    }

    async fn hash_drawn(
        &self,
        password: &Password,
        _: &Requester,
    ) -> Result<String, HashingFailed> {
        Ok(Self::outdated(password.expose()).hash)
    }

    async fn verify(
        &self,
        password: &Password,
        stored: Option<&StoredPassword>,
        _: &Requester,
    ) -> Result<PasswordVerdict, HashingFailed> {
        Ok(stored.map_or(PasswordVerdict::Wrong, |stored| {
            Self::judge(password.expose(), stored)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stored_form_gets_its_verdict() {
        let salted = StoredPassword {
            hash: "swordfish-pepper".into(),
            algo: Some("md5salt".into()),
            salt: Some("-pepper".into()),
        };
        for (stored, expected) in [
            (FastHasher::current("swordfish"), PasswordVerdict::Right),
            (
                FastHasher::outdated("swordfish"),
                PasswordVerdict::RightButOutdated,
            ),
            (salted, PasswordVerdict::RightButOutdated),
            (FastHasher::current("sword"), PasswordVerdict::Wrong),
        ] {
            assert_eq!(
                FastHasher::judge("swordfish", &stored),
                expected,
                "{}",
                stored.hash
            );
        }
    }
}
