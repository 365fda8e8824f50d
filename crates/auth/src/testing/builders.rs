use ferroboard_kernel::{Email, Seconds, UnixSeconds, UserId};

use crate::{
    ClientInfo, EmailCode, NewAccount, NewLoginToken, NewSession, Reminders, SessionName,
    SubscribeToken, TokenDigest,
};

/// An account with this address; everything that must be unique is made from the address.
pub fn an_account(email: &str, now: UnixSeconds) -> NewAccount {
    let digest = TokenDigest::of(email);
    let token = digest.as_str().chars().take(32).collect();
    NewAccount {
        email: Email::stored(email),
        password_hash: "$2y$04$of-nothing".to_owned(),
        uuid: dashed(&digest),
        subscribe_token: SubscribeToken::new(token),
        is_admin: false,
        reminders: Reminders::default(),
        now,
        logged_in: false,
    }
}

/// A session of the user that a token with this text opens; it lasts a day.
pub fn a_session(user_id: UserId, token: &str, now: UnixSeconds) -> NewSession {
    let digest = TokenDigest::of(token);
    NewSession {
        name: SessionName::new(dashed(&digest)),
        user_id,
        digest,
        client: a_client(),
        now,
        expires_at: now.plus(Seconds::days(1)),
    }
}

/// A client with an address for documentation.
pub fn a_client() -> ClientInfo {
    ClientInfo {
        ip: "192.0.2.7".to_owned(),
        user_agent: Some("Browser/1".to_owned()),
    }
}

/// The code for the address, untried, good for five minutes.
pub fn an_email_code(email: &str, code: &str, now: UnixSeconds) -> EmailCode {
    EmailCode {
        email: Email::stored(email),
        code: code.to_owned(),
        wrong_tries: 0,
        expires_at: now.plus(EmailCode::LIFETIME),
    }
}

/// The one-time token with this text, good for a minute.
pub fn a_login_token(user_id: UserId, text: &str, now: UnixSeconds) -> NewLoginToken {
    NewLoginToken {
        digest: TokenDigest::of(text),
        user_id,
        expires_at: now.plus(NewLoginToken::QUICK_LOGIN),
    }
}

/// 32 digits of the digest, written like a UUID.
fn dashed(digest: &TokenDigest) -> String {
    [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
        .map(|(from, to)| digest.as_str().get(from..to).unwrap_or_default())
        .join("-")
}
