use std::fmt;

/// What a process has in memory, in MiB.
pub(crate) struct Memory {
    /// At this moment.
    pub(crate) now: u64,
    /// At most so far.
    pub(crate) peak: u64,
}

impl Memory {
    /// Asks the kernel about the process with this number.
    pub(crate) fn of(process: u32) -> Self {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
            kib / 1024
        };
        Self {
            now: field("VmRSS"),
            peak: field("VmHWM"),
        }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB, {} MiB at most", self.now, self.peak)
    }
}
