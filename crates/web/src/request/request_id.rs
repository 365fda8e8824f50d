use std::sync::atomic::{AtomicU64, Ordering};

use ferroboard_kernel::Random;

/// Makes the ids that tie an answer to its line in the log.
pub(crate) struct RequestIds {
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(random: &dyn Random) -> Self {
        let start = u64::from_le_bytes(random.bytes());
        Self {
            next: AtomicU64::new(start),
        }
    }

    /// A fresh id of 16 hexadecimal digits. Ids of one process never repeat; they say nothing about
    /// how many came before.
    pub(crate) fn next(&self) -> String {
        // The steps of SplitMix64 map different numbers to different numbers.
        let mut mixed = self
            .next
            .fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        format!("{:016x}", mixed ^ (mixed >> 31))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[test]
    fn ids_are_fresh_and_of_one_length() {
        let ids = RequestIds::new(&Sevens);
        let drawn: HashSet<String> = (0..10_000).map(|_| ids.next()).collect();
        assert_eq!(drawn.len(), 10_000);
        assert!(drawn.iter().all(|id| id.len() == 16));
    }
}
