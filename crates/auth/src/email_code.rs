//! One-time codes that are mailed to prove that a mailbox is one's own.

use ferroboard_kernel::{Email, Random, Seconds, UnixSeconds, constant_time_eq};

/// The code that is good for one address (`ferro_email_code`). Its `Debug` form hides the digits.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailCode {
    /// Where it was mailed.
    pub email: Email,
    /// Six digits.
    pub code: String,
    /// How many wrong codes were tried since it was issued.
    pub wrong_tries: i64,
    /// When it stops being good.
    pub expires_at: UnixSeconds,
}

/// What is to be done with a presented code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailCodeVerdict {
    /// It is the code: the caller deletes it in the same transaction as what it permits.
    Right,
    /// It is wrong; the try is to be counted.
    Wrong,
    /// It is wrong and was the last try: the code is to be deleted.
    WrongAndVoid,
}

impl EmailCode {
    /// How long a code is good.
    pub const LIFETIME: Seconds = Seconds::new(300);
    /// How many wrong tries make a code void.
    pub const MAX_WRONG_TRIES: i64 = 5;

    /// Draws a code in 100000..=999999.
    pub fn issue(email: Email, random: &dyn Random, now: UnixSeconds) -> Self {
        let code = (100_000 + random.below(900_000)).to_string();
        Self {
            email,
            code,
            wrong_tries: 0,
            expires_at: now.plus(Self::LIFETIME),
        }
    }

    /// Judges a presented code. An expired code judges nothing: the caller treats it as absent.
    pub fn judge(&self, presented: &str) -> EmailCodeVerdict {
        if self.wrong_tries < Self::MAX_WRONG_TRIES && constant_time_eq(&self.code, presented) {
            EmailCodeVerdict::Right
        } else if self.wrong_tries + 1 < Self::MAX_WRONG_TRIES {
            EmailCodeVerdict::Wrong
        } else {
            EmailCodeVerdict::WrongAndVoid
        }
    }
}

impl std::fmt::Debug for EmailCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmailCode")
            .field("wrong_tries", &self.wrong_tries)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(wrong_tries: i64) -> EmailCode {
        EmailCode {
            email: Email::stored("a@demo.test"),
            code: "123456".into(),
            wrong_tries,
            expires_at: UnixSeconds::new(300),
        }
    }

    #[test]
    fn the_fifth_wrong_try_voids_the_code() {
        for (tries, expected) in [
            (0, EmailCodeVerdict::Wrong),
            (3, EmailCodeVerdict::Wrong),
            (4, EmailCodeVerdict::WrongAndVoid),
            (5, EmailCodeVerdict::WrongAndVoid),
        ] {
            assert_eq!(code(tries).judge("654321"), expected, "after {tries} tries");
        }
    }

    #[test]
    fn the_right_code_is_right_until_it_is_void() {
        assert_eq!(code(4).judge("123456"), EmailCodeVerdict::Right);
        assert_eq!(code(5).judge("123456"), EmailCodeVerdict::WrongAndVoid);
        assert!(!format!("{:?}", code(0)).contains("123456"));
    }
}
