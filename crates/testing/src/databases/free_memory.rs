//! What the kernel says of its memory.

/// The bytes of memory that the kernel says are to be had.
pub(super) fn available(said: &str) -> Option<u64> {
    let line = said
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::available;

    #[test]
    fn what_the_kernel_says_is_read() {
        let said = "MemTotal:       24689764 kB\nMemAvailable:   23068672 kB\n";
        assert_eq!(available(said), Some(22 << 30));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
    }
}
