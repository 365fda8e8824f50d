use ferroboard_auth::{Claims, SessionName, TokenSigner};
use ferroboard_kernel::{UnixSeconds, UserId};

/// Writes the claims as three readable parts, `user.session.issued~expires`, and signs nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainSigner;

impl TokenSigner for PlainSigner {
    fn sign(&self, claims: &Claims) -> String {
        let (issued, expires) = (claims.issued_at.get(), claims.expires_at.get());
        format!(
            "{}.{}.{issued}~{expires}",
            claims.user_id,
            claims.session.as_str()
        )
    }

    fn verify(&self, token: &str, now: UnixSeconds) -> Option<Claims> {
        let (user, rest) = token.split_once('.')?;
        let (session, times) = rest.split_once('.')?;
        let (issued, expires) = times.split_once('~')?;
        let claims = Claims {
            user_id: UserId::new(user.parse().ok()?),
            session: SessionName::new(session.to_owned()),
            issued_at: UnixSeconds::new(issued.parse().ok()?),
            expires_at: UnixSeconds::new(expires.parse().ok()?),
        };
        claims.hold_at(now).then_some(claims)
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_auth::Credential;

    use super::*;

    #[test]
    fn tokens_round_trip_until_they_expire() {
        let claims = Claims {
            user_id: UserId::new(7),
            session: SessionName::new("00000002-1111-4111-8111-000000000002".into()),
            issued_at: UnixSeconds::new(100),
            expires_at: UnixSeconds::new(200),
        };
        let token = PlainSigner.sign(&claims);
        assert!(Credential::parse(&token).unwrap().looks_like_jwt());
        assert_eq!(
            PlainSigner.verify(&token, UnixSeconds::new(199)),
            Some(claims)
        );
        assert_eq!(PlainSigner.verify(&token, UnixSeconds::new(200)), None);
        assert_eq!(PlainSigner.verify("no token", UnixSeconds::new(0)), None);
    }
}
