use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use ferroboard_kernel::{Random, UserId, lower_hex};
use ferroboard_realname::{
    IdentityCipher, IdentityHash, IdentityNumber, SealedField, SealingFailed,
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Seals with XChaCha20-Poly1305 under a key derived from the panel's signing key. The form is `v1:`
/// and the Base64 of nonce, ciphertext and tag; what is authenticated beside the text names field and
/// user.
pub struct XChaChaIdentityCipher {
    current: Keys,
    earlier: Vec<Keys>,
    random: Arc<dyn Random>,
}

const VERSION: &str = "v1:";
const NONCE_BYTES: usize = 24;

/// What one signing key gives.
struct Keys {
    id: i64,
    data: Zeroizing<[u8; 32]>,
    index: Zeroizing<[u8; 32]>,
}

impl Keys {
    fn derived(secret: &str) -> Self {
        let id: [u8; 2] = expanded(secret, b"realname-key-id-v1");
        Self {
            // 15 bits, as the column holds them.
            id: i64::from(u16::from_be_bytes(id) >> 1),
            data: Zeroizing::new(expanded(secret, b"realname-data-v1")),
            index: Zeroizing::new(expanded(secret, b"realname-index-v1")),
        }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.data).into())
    }
}

fn expanded<const N: usize>(secret: &str, purpose: &[u8]) -> [u8; N] {
    let mut key = [0; N];
    // Refused only for more than 255 blocks.
    let _ = Hkdf::<Sha256>::new(None, secret.as_bytes()).expand(purpose, &mut key);
    key
}

impl XChaChaIdentityCipher {
    /// Seals under a key of `secret`, and opens what was sealed under that or one of `earlier`.
    pub fn new(secret: &str, earlier: &[String], random: Arc<dyn Random>) -> Self {
        Self {
            current: Keys::derived(secret),
            earlier: earlier.iter().map(|secret| Keys::derived(secret)).collect(),
            random,
        }
    }
}

fn bound_to(field: SealedField, user: UserId) -> String {
    format!("realname|{}|{user}", field.name())
}

impl IdentityCipher for XChaChaIdentityCipher {
    fn key(&self) -> i64 {
        self.current.id
    }

    fn seal(&self, field: SealedField, user: UserId, plain: &str) -> Result<String, SealingFailed> {
        let nonce = self.random.bytes::<NONCE_BYTES>();
        let bound = bound_to(field, user);
        let payload = Payload {
            msg: plain.as_bytes(),
            aad: bound.as_bytes(),
        };
        let encrypted = self.current.cipher().encrypt(&XNonce::from(nonce), payload);
        let mut sealed = nonce.to_vec();
        sealed.extend(encrypted.map_err(|_| SealingFailed)?);
        Ok(format!("{VERSION}{}", STANDARD.encode(sealed)))
    }

    fn open(
        &self,
        field: SealedField,
        user: UserId,
        key: i64,
        sealed: &str,
    ) -> Option<Zeroizing<String>> {
        let bytes = STANDARD.decode(sealed.strip_prefix(VERSION)?).ok()?;
        let (nonce, encrypted) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let bound = bound_to(field, user);
        let mut known = std::iter::once(&self.current).chain(&self.earlier);
        known.find_map(|keys| {
            if keys.id != key {
                return None;
            }
            let payload = Payload {
                msg: encrypted,
                aad: bound.as_bytes(),
            };
            let plain = keys.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
            match String::from_utf8(plain) {
                Ok(text) => Some(Zeroizing::new(text)),
                Err(error) => {
                    drop(Zeroizing::new(error.into_bytes()));
                    None
                }
            }
        })
    }

    fn hash(&self, number: &IdentityNumber) -> IdentityHash {
        let Ok(keyed) = Hmac::<Sha256>::new_from_slice(&*self.current.index) else {
            // HMAC takes keys of any length.
            return IdentityHash::new(String::new());
        };
        let tag = keyed.chain_update(number.expose()).finalize().into_bytes();
        IdentityHash::new(lower_hex(tag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OsRandom;

    const ALICE: UserId = UserId::new(1);
    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn cipher(secret: &str, earlier: &[&str]) -> XChaChaIdentityCipher {
        let earlier: Vec<String> = earlier.iter().map(|key| (*key).to_owned()).collect();
        XChaChaIdentityCipher::new(secret, &earlier, Arc::new(OsRandom))
    }

    fn number(text: &str) -> IdentityNumber {
        IdentityNumber::stored(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn what_is_sealed_is_opened_for_its_field_and_user_alone() {
        let cipher = cipher(SECRET, &[]);
        let sealed = cipher.seal(SealedField::Name, ALICE, "张三").unwrap();
        assert!(sealed.starts_with("v1:"));
        let open = |field, user, key, text: &str| {
            let opened = cipher.open(field, user, key, text);
            opened.map(|text| text.as_str().to_owned())
        };
        let key = cipher.key();
        assert_eq!(
            open(SealedField::Name, ALICE, key, &sealed).as_deref(),
            Some("张三")
        );
        assert_eq!(open(SealedField::Number, ALICE, key, &sealed), None);
        assert_eq!(open(SealedField::Name, UserId::new(2), key, &sealed), None);
        assert_eq!(open(SealedField::Name, ALICE, key + 1, &sealed), None);
        for broken in ["", "v1:", "v2:AAAA", "v1:AAAA", "v1:%", &sealed[3..]] {
            assert_eq!(
                open(SealedField::Name, ALICE, key, broken),
                None,
                "{broken}"
            );
        }
        let mut changed = sealed.clone().into_bytes();
        changed[40] = if changed[40] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(open(SealedField::Name, ALICE, key, &changed), None);
    }

    #[test]
    fn equal_texts_are_sealed_differently_and_hashed_alike() {
        let cipher = cipher(SECRET, &[]);
        let seal = || {
            cipher
                .seal(SealedField::Number, ALICE, "11010519491231002X")
                .unwrap()
        };
        assert_ne!(seal(), seal());
        let hash = cipher.hash(&number("11010519491231002X"));
        assert_eq!(hash, cipher.hash(&number("11010519491231002X")));
        assert_ne!(hash, cipher.hash(&number("110101199001011237")));
        assert_eq!(hash.as_str().len(), 64);
    }

    #[test]
    fn earlier_keys_open_and_no_longer_seal() {
        let old = cipher("an earlier key of the panel", &[]);
        let sealed = old.seal(SealedField::Name, ALICE, "张三").unwrap();
        let new = cipher(SECRET, &["an earlier key of the panel"]);
        assert_ne!(old.key(), new.key());
        let opened = new.open(SealedField::Name, ALICE, old.key(), &sealed);
        assert_eq!(opened.as_ref().map(|text| text.as_str()), Some("张三"));
        let lost = cipher(SECRET, &[]);
        assert!(
            lost.open(SealedField::Name, ALICE, old.key(), &sealed)
                .is_none()
        );
        let person = number("11010519491231002X");
        assert_ne!(old.hash(&person), new.hash(&person));
    }

    #[test]
    fn keys_are_those_of_the_standard() {
        // HKDF-SHA256 without salt, info "realname-data-v1", computed by another implementation.
        let keys = Keys::derived(SECRET);
        let expected: [u8; 32] = [
            0x7f, 0xc4, 0xc0, 0x85, 0xf4, 0x51, 0xe2, 0xfb, 0xdc, 0x50, 0xa9, 0x02, 0xc5, 0x63,
            0x5c, 0xc6, 0xeb, 0x39, 0xbd, 0x3a, 0xa6, 0x2f, 0x77, 0xe4, 0x67, 0x3a, 0x8f, 0x29,
            0x89, 0x1d, 0xdd, 0x2a,
        ];
        assert_eq!(*keys.data, expected);
    }
}
