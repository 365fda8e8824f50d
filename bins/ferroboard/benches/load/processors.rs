//! Who uses the processors.

use std::path::Path;

/// What the processors had done at a moment, in the kernel's ticks.
pub(crate) struct Processors {
    /// In all, idle times left out.
    busy: u64,
    /// With idle times.
    all: u64,
    /// For the processes that are measured, and for the load generators.
    own: u64,
}

impl Processors {
    /// Asks the kernel; `own` are the processes that are measured.
    pub(crate) fn now(own: &[u32]) -> Self {
        let stat = std::fs::read_to_string("/proc/stat").unwrap();
        let line = stat.lines().next().unwrap();
        let ticks: Vec<u64> = line.split_whitespace().skip(1).map(parsed).collect();
        let all = ticks.iter().take(8).sum();
        // The fourth are idle, the fifth wait for disks.
        let busy = all - ticks[3] - ticks[4];
        let own = own.iter().map(|process| ticks_of(*process)).sum::<u64>();
        let own = own + ticks_of(std::process::id());
        Self { busy, all, own }
    }

    /// Which share of the processors, in percent, other programs have taken since.
    pub(crate) fn taken_by_others(&self, own: &[u32]) -> u64 {
        let now = Self::now(own);
        let busy = now.busy - self.busy;
        let others = busy.saturating_sub(now.own - self.own);
        others * 100 / (now.all - self.all).max(1)
    }
}

fn parsed(text: &str) -> u64 {
    text.parse().unwrap()
}

/// What a process, and children of it that have ended, used.
fn ticks_of(process: u32) -> u64 {
    let path = format!("/proc/{process}/stat");
    let stat = std::fs::read_to_string(Path::new(&path)).unwrap();
    // The name in parentheses may hold spaces.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    fields.split_whitespace().skip(11).take(4).map(parsed).sum()
}
