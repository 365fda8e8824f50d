use crate::lower_hex;

/// Where chance comes from.
///
/// An implementation used in a running panel MUST be a cryptographically secure generator: sessions,
/// codes and keys are made of it. Tests use a seeded one.
pub trait Random: Send + Sync {
    /// Fills the whole buffer with uniform random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

impl dyn Random + '_ {
    /// `N` uniform random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// 128 random bits as 32 lower-case hexadecimal digits.
    pub fn hex32(&self) -> String {
        lower_hex(self.bytes::<16>())
    }

    /// A random UUID (version 4) with dashes, in lower case.
    pub fn uuid(&self) -> String {
        let mut bytes = self.bytes::<16>();
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
        *version = (*version & 0x0f) | 0x40;
        *variant = (*variant & 0x3f) | 0x80;
        let digits = lower_hex(bytes);
        [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
            .map(|(from, to)| digits.get(from..to).unwrap_or_default())
            .join("-")
    }

    /// A uniform number in `0..bound`; 0 when `bound` is 0.
    pub fn below(&self, bound: u64) -> u64 {
        // Numbers above the last whole multiple of the bound would favour the small remainders.
        let Some(remainder) = u64::MAX.checked_rem(bound) else {
            return 0;
        };
        loop {
            let drawn = u64::from_le_bytes(self.bytes());
            if drawn < u64::MAX - remainder {
                return drawn % bound;
            }
        }
    }

    /// `length` characters drawn from the 62 ASCII letters and digits.
    pub fn alphanumeric(&self, length: usize) -> String {
        const ALPHABET: &[u8; 62] =
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let bound = u64::try_from(ALPHABET.len()).unwrap_or(0);
        let draw = || usize::try_from(self.below(bound)).unwrap_or(0);
        (0..length)
            .filter_map(|_| ALPHABET.get(draw()))
            .map(|byte| char::from(*byte))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A weak generator that is good enough to look at shapes.
    struct Counting(AtomicU64);

    impl Random for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            for byte in buffer {
                let n = self
                    .0
                    .fetch_add(1, Ordering::Relaxed)
                    .wrapping_mul(0x9E37_79B9_7F4A_7C15);
                *byte = n.to_le_bytes()[5];
            }
        }
    }

    #[test]
    fn a_uuid_has_the_version_and_variant_of_a_random_one() {
        let random: &dyn Random = &Counting(AtomicU64::new(7));
        for _ in 0..100 {
            let uuid = random.uuid();
            assert_eq!(uuid.len(), 36);
            assert_eq!(&uuid[14..15], "4", "{uuid}");
            assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        }
    }

    #[test]
    fn numbers_stay_below_their_bound_and_texts_have_their_length() {
        let random: &dyn Random = &Counting(AtomicU64::new(1));
        assert_eq!(random.below(0), 0);
        assert_eq!(random.below(1), 0);
        assert!((0..1_000).all(|_| random.below(7) < 7));
        assert_eq!(random.hex32().len(), 32);
        assert_eq!(random.alphanumeric(40).len(), 40);
    }
}
