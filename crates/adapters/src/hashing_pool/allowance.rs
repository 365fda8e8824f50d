//! How many threads may hash at once. No threads and no clock: what they got, and what they may have.

use std::time::Duration;

/// What is shorter says little about who else wants the processors.
const SHORTEST: Duration = Duration::from_millis(10);

/// How many threads may hash at once: all of them while nobody else wants a processor, one when everybody
/// does.
///
/// A thread of low priority waits when others want its processor. So the share of the time of a hash in
/// which it really ran says how much others leave, and nobody else has to be asked. A hash that got less than half
/// takes a place away, one that got nearly everything gives one back.
#[derive(Debug)]
pub(super) struct Allowance {
    places: usize,
    most: usize,
}

impl Allowance {
    /// All of these threads, until others are noticed.
    pub(super) fn new(threads: usize) -> Self {
        Self {
            places: threads,
            most: threads,
        }
    }

    /// How many may hash at once.
    pub(super) fn places(&self) -> usize {
        self.places
    }

    /// Learns from a piece of work, begun and ended by the clock so long apart, and of how long the
    /// processor worked on it.
    pub(super) fn learn(&mut self, elapsed: Duration, worked: Duration) {
        if elapsed < SHORTEST {
            return;
        }
        if worked.saturating_mul(2) < elapsed {
            self.places = self.places.saturating_sub(1).max(1).min(self.most);
        } else if worked.saturating_mul(10) >= elapsed.saturating_mul(9) {
            self.places = self.places.saturating_add(1).min(self.most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(threads: usize, works: &[(u64, u64)]) -> usize {
        let mut allowance = Allowance::new(threads);
        for (elapsed, worked) in works {
            let [elapsed, worked] = [elapsed, worked].map(|millis| Duration::from_millis(*millis));
            allowance.learn(elapsed, worked);
        }
        allowance.places()
    }

    #[test]
    fn who_waits_half_of_the_time_makes_room() {
        assert_eq!(after(4, &[]), 4);
        assert_eq!(after(4, &[(60, 60), (60, 60)]), 4);
        assert_eq!(after(4, &[(121, 60)]), 3);
        assert_eq!(after(4, &[(120, 60)]), 4);
        assert_eq!(after(4, &[(600, 60); 9]), 1, "one goes on");
        assert_eq!(after(0, &[(600, 60)]), 0);
    }

    #[test]
    fn who_waits_for_nobody_takes_more() {
        assert_eq!(after(4, &[(600, 60), (600, 60), (60, 54)]), 3);
        assert_eq!(after(4, &[(600, 60), (60, 53)]), 3);
        assert_eq!(after(2, &[(600, 60), (60, 60), (60, 60)]), 2);
    }

    #[test]
    fn short_work_says_nothing() {
        assert_eq!(after(4, &[(9, 0), (0, 0)]), 4);
        assert_eq!(after(4, &[(600, 60), (9, 9)]), 3);
    }
}
