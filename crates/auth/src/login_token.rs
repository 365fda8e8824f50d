use ferroboard_kernel::{Random, Seconds, UnixSeconds, UserId};

use crate::TokenDigest;

/// What the database knows a one-time login token by.
pub type LoginTokenDigest = TokenDigest;

/// A one-time token that logs its bearer in (quick-login addresses and mailed links); only its
/// digest is stored (`ferro_login_token`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLoginToken {
    /// The digest of the 32 hexadecimal digits in the link.
    pub digest: LoginTokenDigest,
    /// Whom it logs in.
    pub user_id: UserId,
    /// When it stops being good.
    pub expires_at: UnixSeconds,
}

impl NewLoginToken {
    /// How long a token of a quick-login address is good.
    pub const QUICK_LOGIN: Seconds = Seconds::new(60);
    /// How long a mailed token is good.
    pub const MAIL_LINK: Seconds = Seconds::new(300);
    /// The longest that any token is good.
    pub const LONGEST: Seconds = Self::MAIL_LINK;

    /// Draws a token; the text goes into the link, the rest into the database.
    pub fn issue(
        user_id: UserId,
        lifetime: Seconds,
        random: &dyn Random,
        now: UnixSeconds,
    ) -> (String, Self) {
        let text = random.hex32();
        let digest = TokenDigest::of(&text);
        (
            text,
            Self {
                digest,
                user_id,
                expires_at: now.plus(lifetime),
            },
        )
    }
}
