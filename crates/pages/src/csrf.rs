//! What proves that a form was ours: a secret in a cookie, of which every form carries a trace.

use base16ct::lower;
use ferroboard_kernel::constant_time_eq;
use sha2::{Digest as _, Sha256};

/// How many bytes the secret, a trace of it and a mask have.
const BYTES: usize = 32;

/// The secret of one browser.
pub(crate) struct Secret {
    text: String,
    is_new: bool,
}

impl Secret {
    /// The secret that a cookie holds; a new one where it holds none of ours.
    pub(crate) fn kept(cookie: Option<String>) -> Result<Self, getrandom::Error> {
        let is_ours = |text: &String| {
            text.len() == 2 * BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        match cookie.filter(is_ours) {
            Some(text) => Ok(Self {
                text,
                is_new: false,
            }),
            None => Ok(Self {
                text: lower::encode_string(&drawn()?),
                is_new: true,
            }),
        }
    }

    /// What the cookie is to hold.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the browser does not have it yet.
    pub(crate) fn is_new(&self) -> bool {
        self.is_new
    }

    /// What a form carries. It is another one each time, so that compressed pages do not give it away piece
    /// by piece; it is good as long as the secret and the session are.
    pub(crate) fn token(&self, session: Option<&str>) -> Result<String, getrandom::Error> {
        let mask = drawn()?;
        let masked = xor(&self.trace(session), &mask);
        Ok(lower::encode_string(&[mask, masked].concat()))
    }

    /// Whether a form carries what it must.
    pub(crate) fn admits(&self, session: Option<&str>, token: &str) -> bool {
        let mut bytes = [0; 2 * BYTES];
        let decoded = lower::decode(token, &mut bytes);
        let Some((mask, masked)) = decoded.ok().and_then(|all| all.split_at_checked(BYTES)) else {
            return false;
        };
        let (Ok(mask), Ok(masked)) = (mask.try_into(), masked.try_into()) else {
            return false;
        };
        let shown = lower::encode_string(&xor(mask, masked));
        constant_time_eq(&shown, &lower::encode_string(&self.trace(session)))
    }

    /// The secret within a session: what one session was shown is worth nothing in another.
    fn trace(&self, session: Option<&str>) -> [u8; BYTES] {
        let mut digest = Sha256::new();
        digest.update(b"form\0");
        digest.update(self.text.as_bytes());
        digest.update(b"\0");
        digest.update(session.unwrap_or_default().as_bytes());
        digest.finalize().into()
    }
}

fn drawn() -> Result<[u8; BYTES], getrandom::Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn xor(left: &[u8; BYTES], right: &[u8; BYTES]) -> [u8; BYTES] {
    let mut mixed = *left;
    for (byte, other) in mixed.iter_mut().zip(right) {
        *byte ^= other;
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_secret_and_session_alone() {
        let (own, other) = (Secret::kept(None).unwrap(), Secret::kept(None).unwrap());
        let token = own.token(Some("session")).unwrap();
        assert!(own.admits(Some("session"), &token));
        assert_ne!(token, own.token(Some("session")).unwrap());
        assert!(!own.admits(None, &token));
        assert!(!own.admits(Some("another"), &token));
        assert!(!other.admits(Some("session"), &token));
        for nonsense in [
            "",
            "00",
            "zz",
            &"0".repeat(128),
            &token[..64],
            &token.to_uppercase(),
        ] {
            assert!(!own.admits(Some("session"), nonsense), "{nonsense}");
        }
    }

    #[test]
    fn a_cookie_of_ours_is_kept_and_no_other() {
        let first = Secret::kept(None).unwrap();
        assert!(first.is_new());
        let again = Secret::kept(Some(first.text().to_owned())).unwrap();
        assert!(!again.is_new() && again.text() == first.text());
        assert!(Secret::kept(Some("x".repeat(64))).unwrap().is_new());
    }
}
