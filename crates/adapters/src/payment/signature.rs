//! Digests and keyed digests in lower-case hexadecimal, as the gateways send them.

use ferroboard_kernel::lower_hex;
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest as _, Md5};
use sha2::{Sha256, Sha512};

/// The MD5 digest of the text.
pub(super) fn md5_hex(text: &str) -> String {
    lower_hex(Md5::digest(text.as_bytes()))
}

/// HMAC-SHA256 of the parts, one after the other.
pub(super) fn hmac_sha256_hex(key: &str, parts: &[&[u8]]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(lower_hex(mac.finalize().into_bytes()))
}

/// HMAC-SHA512 of the message.
pub(super) fn hmac_sha512_hex(key: &str, message: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha512>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(message);
    Some(lower_hex(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        // RFC 1321 A.5, RFC 4231 test case 2.
        assert_eq!(md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
        let parts: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        assert_eq!(
            hmac_sha256_hex("Jefe", &parts).unwrap(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hmac_sha512_hex("Jefe", &parts.concat()).unwrap(),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
             9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        );
    }
}
