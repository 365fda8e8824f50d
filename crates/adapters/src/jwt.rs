use ferroboard_auth::{Claims, SessionName, TokenSigner};
use ferroboard_kernel::{UnixSeconds, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::hs256;

/// Signs tokens with HS256 and accepts nothing else.
pub struct JwtSigner {
    header: Header,
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

impl JwtSigner {
    /// Signs with this key. Whoever knows it can make tokens, so it should be at least 32 random
    /// characters; whether it is, the program's configuration judges.
    pub fn new(key: &str) -> Self {
        hs256::install();
        let mut validation = Validation::new(Algorithm::HS256);
        // The library would ask the system's clock.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        Self {
            header: Header::new(Algorithm::HS256),
            signing: EncodingKey::from_secret(key.as_bytes()),
            verifying: DecodingKey::from_secret(key.as_bytes()),
            validation,
        }
    }
}

impl TokenSigner for JwtSigner {
    fn sign(&self, claims: &Claims) -> String {
        let claims = WireClaims {
            sub: claims.user_id.get(),
            jti: claims.session.as_str().to_owned(),
            iat: claims.issued_at.get(),
            exp: claims.expires_at.get(),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.signing).unwrap_or_else(|error| {
            // Texts and numbers can always be written as JSON and signed. An empty token would
            // open nothing.
            tracing::error!(%error, "a token could not be signed");
            String::new()
        })
    }

    fn verify(&self, token: &str, now: UnixSeconds) -> Option<Claims> {
        let decoded = jsonwebtoken::decode(token, &self.verifying, &self.validation);
        let claims: WireClaims = decoded.ok()?.claims;
        let claims = Claims {
            user_id: UserId::new(claims.sub),
            session: SessionName::new(claims.jti),
            issued_at: UnixSeconds::new(claims.iat),
            expires_at: UnixSeconds::new(claims.exp),
        };
        claims.hold_at(now).then_some(claims)
    }
}

/// The claims as RFC 7519 names them.
#[derive(Serialize, Deserialize)]
struct WireClaims {
    #[serde(with = "subject")]
    sub: i64,
    jti: String,
    iat: i64,
    exp: i64,
}

/// RFC 7519 makes `sub` a text. Numbers, which some issuers write, are read, too.
mod subject {
    use serde::de::{Error, Unexpected, Visitor};
    use serde::{Deserializer, Serializer};

    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes fields by reference"
    )]
    pub(super) fn serialize<S: Serializer>(sub: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(sub)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<i64, D::Error> {
        d.deserialize_any(Subject)
    }

    struct Subject;

    impl Visitor<'_> for Subject {
        type Value = i64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the number of a user, as a text or as a number")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
            let unexpected = |_| E::invalid_value(Unexpected::Str(text), &self);
            text.parse().map_err(unexpected)
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
            Ok(number)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
            let unexpected = |_| E::invalid_value(Unexpected::Unsigned(number), &self);
            number.try_into().map_err(unexpected)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const NOW: UnixSeconds = UnixSeconds::new(1_700_000_000);
    const EXPIRY: i64 = 1_731_536_000;

    // Made by another implementation with the same key and claims.
    const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiIsImp0aSI6IjVmMGMwZDFlLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzMxNTM2MDAwfQ.w9QUVOJVXX6Xb9V9DYpzR7bsbw1DnxCknnjEoaF0wXI";
    const WITH_ANOTHER_HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImp0aSI6IjVmMGMwZDFlLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzMxNTM2MDAwfQ.s5Ff_X_eHpDq_sRQiXR7F7NlpajApj-r4SjFyW2Mzfc";
    const WITH_NUMERIC_SUB: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOjQyLCJqdGkiOiI1ZjBjMGQxZS0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEiLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTczMTUzNjAwMH0.0SU4P-A1_iJvSE9aeRXnAtlHB_4UP_kSdORYXgluW1I";
    const WITHOUT_SIGNATURE: &str = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiI0MiIsImp0aSI6IjVmMGMwZDFlLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzMxNTM2MDAwfQ.";
    const HS512: &str = "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImp0aSI6IjVmMGMwZDFlLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzMxNTM2MDAwfQ.Mh5fp5xgkKZTWcdU_LuqoroPEvbpqtBqqtsZUyZo-FjHvpluqZasTmPxmM0Xi8AI-I3KmTRvA6oPkfXmLirYUw";
    const HS256_CALLED_HS512: &str = "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImp0aSI6IjVmMGMwZDFlLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzMxNTM2MDAwfQ.xHYSrSKFKdv6PZX6PAqGXpyas4dkdMwPuujmjWu-M0s";
    const WITHOUT_JTI: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzMxNTM2MDAwfQ.vRAm75MYr3QPDpbdMTEZM3tvCo1T36POwSnSAHobuZk";
    const WITH_WORDY_SUB: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ4IiwianRpIjoiNWYwYzBkMWUtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MzE1MzYwMDB9.BUBTOC3lJIcd43Ka0IEhr44xd2jIBsom9Ijf1eQEiMs";

    fn claims() -> Claims {
        Claims {
            user_id: UserId::new(42),
            session: SessionName::new("5f0c0d1e-0000-4000-8000-000000000001".to_owned()),
            issued_at: NOW,
            expires_at: UnixSeconds::new(EXPIRY),
        }
    }

    #[test]
    fn a_token_that_was_issued_ahead_is_refused() {
        let signer = JwtSigner::new(KEY);
        for (ahead, good) in [(0, true), (60, true), (61, false), (30 * 86_400, false)] {
            let now = NOW.minus(ferroboard_kernel::Seconds::new(ahead));
            assert_eq!(signer.verify(TOKEN, now).is_some(), good, "{ahead}");
        }
    }

    #[test]
    fn tokens_are_those_of_the_standard() {
        let signer = JwtSigner::new(KEY);
        assert_eq!(signer.sign(&claims()), TOKEN);
        for token in [TOKEN, WITH_ANOTHER_HEADER, WITH_NUMERIC_SUB] {
            assert_eq!(signer.verify(token, NOW), Some(claims()));
        }
    }

    #[test]
    fn expiry_is_judged_by_the_given_instant() {
        let signer = JwtSigner::new(KEY);
        for (now, good) in [
            (NOW.get(), true),
            (EXPIRY - 1, true),
            (EXPIRY, false),
            (i64::MAX, false),
        ] {
            let verified = signer.verify(TOKEN, UnixSeconds::new(now));
            assert_eq!(verified.is_some(), good, "at {now}");
        }
    }

    #[test]
    fn other_algorithms_and_claims_are_refused() {
        let signer = JwtSigner::new(KEY);
        for token in [
            WITHOUT_SIGNATURE,
            HS512,
            HS256_CALLED_HS512,
            WITHOUT_JTI,
            WITH_WORDY_SUB,
            "",
            "..",
            "a.b.c",
            "oracle-token-alice",
        ] {
            assert_eq!(signer.verify(token, NOW), None, "{token}");
        }
        assert_eq!(JwtSigner::new("another key").verify(TOKEN, NOW), None);
    }

    #[test]
    fn a_changed_token_is_refused_wherever_it_was_changed() {
        let signer = JwtSigner::new(KEY);
        for index in 0..TOKEN.len() {
            let mut bytes = TOKEN.as_bytes().to_vec();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(signer.verify(&changed, NOW), None, "byte {index}");
        }
    }
}
