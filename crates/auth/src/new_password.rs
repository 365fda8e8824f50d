//! What a password must be that is to be set. Those that are there keep working.

use ferroboard_kernel::Email;

use crate::{AuthError, Password};

/// What bcrypt reads of a password; whatever follows would not be checked.
const MAX_BYTES: usize = 72;

/// Lower case, sorted: the passwords that are tried first everywhere, as far as they are long enough.
const COMMON: &str = include_str!("common_passwords.txt");

impl Password {
    /// Refuses a password that is to be set for this address: one that bcrypt would cut off, one that
    /// everybody tries first, one of one or two characters over and over, and the address itself.
    pub fn refuse_as_new(&self, email: &Email) -> Result<(), AuthError> {
        let text = self.expose();
        if text.len() > MAX_BYTES {
            return Err(AuthError::PasswordTooLong);
        }
        let text = text.to_lowercase();
        if is_common(&text)
            || is_monotonous(&text)
            || text == email.as_str()
            || text == email.local_part()
        {
            return Err(AuthError::PasswordTooCommon);
        }
        Ok(())
    }
}

fn is_common(text: &str) -> bool {
    COMMON.lines().any(|common| common == text)
}

fn is_monotonous(text: &str) -> bool {
    let mut characters: Vec<char> = text.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    characters.len() < 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Result<(), AuthError> {
        let email = Email::parse("somebody.long@demo.test").unwrap();
        Password::parse(text).unwrap().refuse_as_new(&email)
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for text in [
            "12345678",
            "password",
            "PassWord123",
            "aaaaaaaa",
            "xyxyxyxyxyxy",
            "somebody.long@demo.test",
            "SomeBody.long",
        ] {
            assert_eq!(judged(text), Err(AuthError::PasswordTooCommon), "{text}");
        }
        for text in [
            "correct-horse",
            "password-x",
            "密码密码密码好的",
            "somebody.long2",
        ] {
            assert_eq!(judged(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn nothing_is_cut_off() {
        let good = format!("{}xyz", "ab".repeat(34));
        assert_eq!(good.len(), 71);
        assert_eq!(judged(&format!("{good}1")), Ok(()));
        assert_eq!(
            judged(&format!("{good}12")),
            Err(AuthError::PasswordTooLong)
        );
        assert_eq!(judged(&"密码好".repeat(8)), Ok(()));
        assert_eq!(
            judged(&"密码好的".repeat(7)),
            Err(AuthError::PasswordTooLong)
        );
    }

    #[test]
    fn the_list_holds_only_what_could_be_chosen() {
        let mut before = "";
        for common in COMMON.lines() {
            assert!(Password::parse(common).is_ok(), "{common}");
            assert_eq!(common, common.to_lowercase());
            assert!(!common.is_empty() && before != common);
            before = common;
        }
    }
}
