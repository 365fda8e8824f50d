//! The header that proves to an endpoint who wrote a body, and when.

use ferroboard_kernel::{UnixSeconds, lower_hex};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::EndpointSecret;

/// The value of `Ferroboard-Signature` for a body that is sent now: `t=<unix>,v1=<hex>` with
/// HMAC-SHA256 of `<t>.<body>` under the endpoint's secret.
pub fn signature(secret: &EndpointSecret, now: UnixSeconds, body: &str) -> String {
    let at = now.get();
    let signed = format!("{at}.{body}");
    // A key of any length is one: longer ones than a block are hashed first (RFC 2104).
    let digest = Hmac::<Sha256>::new_from_slice(secret.as_str().as_bytes()).map(|mut mac| {
        mac.update(signed.as_bytes());
        mac.finalize().into_bytes()
    });
    let digest = digest.map(lower_hex).unwrap_or_default();
    format!("t={at},v1={digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_hmac_of_the_time_and_the_body() {
        // printf '1767225600.{"id":1}' | openssl dgst -sha256 -hmac 0123456789abcdef
        let secret = EndpointSecret::parse("0123456789abcdef").unwrap();
        let header = signature(&secret, UnixSeconds::new(1_767_225_600), r#"{"id":1}"#);
        let expected =
            "t=1767225600,v1=96bc78ebf60f981dd9cb5ee972dbe168dc7bab4cd951d9a644ec33f9a6ad4510";
        assert_eq!(header, expected);
    }

    #[test]
    fn time_secret_and_body_all_count() {
        let secret = EndpointSecret::parse("0123456789abcdef").unwrap();
        let other = EndpointSecret::parse(&"f".repeat(100)).unwrap();
        let (now, later) = (UnixSeconds::new(1), UnixSeconds::new(2));
        let signed = signature(&secret, now, "{}");
        for changed in [
            signature(&other, now, "{}"),
            signature(&secret, later, "{}"),
            signature(&secret, now, "{ }"),
        ] {
            let digest = |header: &str| header.split_once(",v1=").unwrap().1.to_owned();
            assert_ne!(digest(&signed), digest(&changed));
            assert_eq!(digest(&changed).len(), 64);
        }
    }
}
