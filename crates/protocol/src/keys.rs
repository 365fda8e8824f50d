//! New keys for nodes: those of Reality, and of encrypted client hello.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ferroboard_kernel::{Random, lower_hex};
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

/// A pair of keys of X25519.
struct KeyPair {
    private: [u8; 32],
    public: [u8; 32],
}

impl KeyPair {
    fn draw(random: &dyn Random) -> Self {
        let mut private = random.bytes::<32>();
        // As cores write such keys: these bits have no choice.
        let [first, .., last] = &mut private;
        *first &= 0b1111_1000;
        *last = (*last & 127) | 64;
        let public = x25519(private, X25519_BASEPOINT_BYTES);
        Self { private, public }
    }
}

/// Keys of Reality, as cores and clients read them.
#[derive(Clone, PartialEq, Eq)]
pub struct RealityKeys {
    /// What the node keeps to itself.
    pub private_key: String,
    /// What clients are told.
    pub public_key: String,
    /// By which clients name themselves: 16 hexadecimal digits.
    pub short_id: String,
}

impl RealityKeys {
    /// Draws new ones.
    pub fn draw(random: &dyn Random) -> Self {
        let pair = KeyPair::draw(random);
        Self {
            private_key: URL_SAFE_NO_PAD.encode(pair.private),
            public_key: URL_SAFE_NO_PAD.encode(pair.public),
            short_id: lower_hex(random.bytes::<8>()),
        }
    }
}

// One of them is a secret.
impl std::fmt::Debug for RealityKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RealityKeys")
            .field("public_key", &self.public_key)
            .finish_non_exhaustive()
    }
}

/// The name that those see who only watch: a domain of at most 253 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicName(String);

impl PublicName {
    /// The name, where it can be one.
    pub fn new(name: &str) -> Option<Self> {
        let fits = (1..=253).contains(&name.len());
        (fits && name.is_ascii()).then(|| Self(name.to_owned()))
    }
}

impl Default for PublicName {
    fn default() -> Self {
        Self("ech.example.com".to_owned())
    }
}

/// Keys of encrypted client hello as texts in PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct EchKeys {
    /// What the node keeps to itself.
    pub key: String,
    /// What clients are told.
    pub config: String,
}

impl EchKeys {
    /// Draws new ones for this name.
    pub fn draw(name: &PublicName, random: &dyn Random) -> Self {
        let pair = KeyPair::draw(random);
        let [id] = random.bytes::<1>();
        let config = config(id, &pair.public, &name.0);
        let list = counted(&config);
        let mut keys = counted(&pair.private);
        keys.extend_from_slice(&list);
        Self {
            key: armoured("ECH KEYS", &keys),
            config: armoured("ECH CONFIGS", &list),
        }
    }
}

// One of them is a secret.
impl std::fmt::Debug for EchKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EchKeys")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// One configuration (RFC 9849, section 4): DHKEM(X25519), HKDF-SHA256 with AES-128-GCM or
/// `ChaCha20Poly1305`, no limit of names, no extensions.
fn config(id: u8, public: &[u8; 32], name: &str) -> Vec<u8> {
    let mut contents = vec![id, 0x00, 0x20];
    contents.extend(counted(public));
    contents.extend(counted(&[0x00, 0x01, 0x00, 0x01, 0x00, 0x01, 0x00, 0x03]));
    contents.push(0);
    contents.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
    contents.extend_from_slice(name.as_bytes());
    contents.extend_from_slice(&[0, 0]);
    let mut config = vec![0xfe, 0x0d];
    config.extend(counted(&contents));
    config
}

/// The bytes behind their number. All that are counted here are few.
fn counted(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let mut counted = length.to_be_bytes().to_vec();
    counted.extend_from_slice(bytes);
    counted
}

/// Bytes in lines of 64 characters.
fn armoured(label: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut body = String::new();
    for (place, character) in text.chars().enumerate() {
        if place > 0 && place.is_multiple_of(64) {
            body.push('\n');
        }
        body.push(character);
    }
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values;

    /// Counts on from a byte.
    struct Counting(std::sync::Mutex<u8>);

    impl Random for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            let mut next = self.0.lock().unwrap();
            for byte in buffer {
                *byte = *next;
                *next = next.wrapping_add(1);
            }
        }
    }

    fn counting(first: u8) -> Counting {
        Counting(std::sync::Mutex::new(first))
    }

    #[test]
    fn a_public_key_is_that_of_its_private_one() {
        // RFC 7748, section 6.1, Alice.
        let private: [u8; 32] = [
            0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2,
            0x66, 0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5,
            0x1d, 0xb9, 0x2c, 0x2a,
        ];
        let public = lower_hex(x25519(private, X25519_BASEPOINT_BYTES));
        assert_eq!(
            public,
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
        );
        let keys = RealityKeys::draw(&counting(1));
        assert!(values::is_reality_key(&keys.private_key));
        assert!(values::is_reality_key(&keys.public_key));
        assert_eq!(keys.short_id, "2122232425262728");
        let private = URL_SAFE_NO_PAD.decode(&keys.private_key).unwrap();
        let private: [u8; 32] = private.try_into().unwrap();
        assert_eq!((private[0], private[31]), (0, 96));
        let public = URL_SAFE_NO_PAD.encode(x25519(private, X25519_BASEPOINT_BYTES));
        assert_eq!(keys.public_key, public);
        assert!(!format!("{keys:?}").contains(&keys.private_key));
    }

    fn decoded(armoured: &str, label: &str) -> Vec<u8> {
        let body = armoured.strip_prefix(&format!("-----BEGIN {label}-----\n"));
        let body = body.and_then(|body| body.strip_suffix(&format!("\n-----END {label}-----")));
        let body = body.unwrap();
        assert!(body.lines().all(|line| line.len() <= 64), "{body}");
        STANDARD.decode(body.replace('\n', "")).unwrap()
    }

    #[test]
    fn a_client_hello_is_laid_out_as_the_standard_says() {
        let name = PublicName::new("x.test").unwrap();
        let keys = EchKeys::draw(&name, &counting(7));
        let list = decoded(&keys.config, "ECH CONFIGS");
        let key = decoded(&keys.key, "ECH KEYS");
        // As in the recorded answer for this name: 61 bytes and their number.
        assert_eq!(list.len(), 63);
        assert_eq!(list[..8], [0, 61, 0xfe, 0x0d, 0, 57, 39, 0]);
        assert_eq!(list[8..11], [0x20, 0, 32]);
        assert_eq!(list[43..53], [0, 8, 0, 1, 0, 1, 0, 1, 0, 3]);
        assert_eq!(list[53..], *b"\0\x06x.test\0\0");
        assert_eq!(key[..2], [0, 32]);
        assert_eq!(key[34..], list);
        let private: [u8; 32] = key[2..34].try_into().unwrap();
        let public: [u8; 32] = list[11..43].try_into().unwrap();
        assert_eq!(x25519(private, X25519_BASEPOINT_BYTES), public);
    }

    #[test]
    fn a_public_name_has_a_length() {
        let long = "a".repeat(253);
        assert!(PublicName::new(&long).is_some());
        for wrong in ["", &format!("{long}a"), "ü.test"] {
            assert_eq!(PublicName::new(wrong), None, "{wrong}");
        }
    }
}
