use ferroboard_kernel::Random;

/// The random numbers of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    /// # Panics
    ///
    /// When the operating system gives no random numbers: everything secret is made of them, and
    /// going on without would be worse than failing the request.
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(error) = getrandom::fill(buffer) {
            panic!("the operating system gives no random numbers: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_differ_and_fill_the_buffer() {
        let random: &dyn Random = &OsRandom;
        let draws: Vec<[u8; 16]> = (0..100).map(|_| random.bytes()).collect();
        for (index, draw) in draws.iter().enumerate() {
            assert!(!draws[..index].contains(draw));
        }
        let mut seen = [false; 64];
        for _ in 0..100 {
            for (byte, seen) in random.bytes::<64>().iter().zip(&mut seen) {
                *seen |= *byte != 0;
            }
        }
        assert!(seen.iter().all(|seen| *seen), "a byte is never written");
    }
}
