//! Whether a node is there and copes, and what is news about that.

use ferroboard_kernel::{NodeId, UnixSeconds};

use crate::LONGEST_SILENCE;

/// From how many percent of its processors on a node is too busy.
const TOO_BUSY: f64 = 90.0;
/// Below how many an overloaded one copes again.
const COPES: f64 = 70.0;
/// How many reports of a busy node, each found by another look, make it overloaded.
const MOST_LOOKS: u8 = 3;

/// How a node was found at the last look (`ferro_node_watch`). Of one that was never heard of nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeWatch {
    /// Whether it was heard of within [`LONGEST_SILENCE`].
    pub is_online: bool,
    /// How it copes.
    pub strain: NodeStrain,
}

/// How a node copes with what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeStrain {
    /// As it should.
    Calm,
    /// So many reports in a row said that it is too busy, the last of this time.
    Busy {
        /// How many; 1 or 2.
        looks: u8,
        /// When the last one came.
        reported_at: UnixSeconds,
    },
    /// It does not, and that was told.
    Overloaded,
}

/// What is known of a node at a look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NodeSign {
    /// The node; one without a parent.
    pub node: NodeId,
    /// When it was last heard of.
    pub last_check_at: UnixSeconds,
    /// How many percent of its processors it last said to be busy, and when.
    pub cpu: Option<(f64, UnixSeconds)>,
    /// How it was found at the last look; `None` before the first.
    pub watch: Option<NodeWatch>,
}

/// What other programs are to be told of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeNews {
    /// It was silent and reports again.
    Online,
    /// Nothing was heard of it for a while.
    Offline,
    /// It is overloaded.
    Overloaded,
}

/// How a node is found otherwise than at the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeMove {
    /// The node.
    pub node: NodeId,
    /// How it was found then.
    pub from: Option<NodeWatch>,
    /// How it is found now.
    pub to: NodeWatch,
    /// What is to be told of it.
    pub news: Option<NodeNews>,
}

impl NodeStrain {
    /// How a node copes after a report of this time.
    fn after(self, cpu: f64, at: UnixSeconds) -> Self {
        let is_busy = cpu >= TOO_BUSY;
        match self {
            Self::Busy { reported_at, .. } if reported_at == at => self,
            Self::Calm if is_busy => Self::Busy {
                looks: 1,
                reported_at: at,
            },
            Self::Busy { looks, .. } if is_busy && looks + 1 < MOST_LOOKS => Self::Busy {
                looks: looks + 1,
                reported_at: at,
            },
            Self::Busy { .. } if is_busy => Self::Overloaded,
            Self::Overloaded if cpu >= COPES => Self::Overloaded,
            Self::Calm | Self::Busy { .. } | Self::Overloaded => Self::Calm,
        }
    }
}

impl NodeSign {
    /// How the node is found at `now`, and what is news about it; `None` where everything is as it was. A time that
    /// lies ahead says nothing.
    pub fn look(&self, now: UnixSeconds) -> Option<NodeMove> {
        let silence = now.elapsed_since(self.last_check_at)?;
        let is_online = silence <= LONGEST_SILENCE;
        let before = self.watch.map_or(NodeStrain::Calm, |watch| watch.strain);
        let report = self.cpu.and_then(|(cpu, at)| {
            let age = now.elapsed_since(at)?;
            Some((cpu, at, age))
        });
        let strain = match report {
            _ if !is_online => NodeStrain::Calm,
            // It says nothing of how it copes any more.
            Some((_, _, age)) if age > LONGEST_SILENCE => NodeStrain::Calm,
            Some((cpu, at, _)) => before.after(cpu, at),
            None => before,
        };
        let to = NodeWatch { is_online, strain };
        if self.watch == Some(to) {
            return None;
        }
        let was_online = self.watch.map(|watch| watch.is_online);
        let news = match (was_online, is_online) {
            (None | Some(true), false) => Some(NodeNews::Offline),
            (Some(false), true) => Some(NodeNews::Online),
            (None | Some(true), true) | (Some(false), false) => {
                let has_fallen = strain == NodeStrain::Overloaded && before != strain;
                has_fallen.then_some(NodeNews::Overloaded)
            }
        };
        Some(NodeMove {
            node: self.node,
            from: self.watch,
            to,
            news,
        })
    }
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::Seconds;
    use proptest::prelude::*;

    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_735_660_800);

    fn ago(seconds: i64) -> UnixSeconds {
        NOW.minus(Seconds::new(seconds))
    }

    fn watch(is_online: bool, strain: NodeStrain) -> NodeWatch {
        NodeWatch { is_online, strain }
    }

    fn sign(silent_for: i64, watch: Option<NodeWatch>) -> NodeSign {
        NodeSign {
            node: NodeId::new(1),
            last_check_at: ago(silent_for),
            cpu: None,
            watch,
        }
    }

    #[test]
    fn a_silence_is_news_once_and_so_is_its_end() {
        use NodeNews::{Offline, Online};
        let (there, gone) = (
            watch(true, NodeStrain::Calm),
            watch(false, NodeStrain::Calm),
        );
        for (silent_for, before, expected) in [
            (0, None, Some((there, None))),
            (0, Some(there), None),
            (1_800, Some(there), None),
            (1_801, Some(there), Some((gone, Some(Offline)))),
            (1_801, None, Some((gone, Some(Offline)))),
            (1_801, Some(gone), None),
            (90_000, Some(gone), None),
            (10, Some(gone), Some((there, Some(Online)))),
            (-60, Some(gone), Some((there, Some(Online)))),
            // That lies ahead.
            (-61, Some(gone), None),
            (-61, None, None),
        ] {
            let found = sign(silent_for, before).look(NOW);
            let found = found.map(|found| (found.to, found.news));
            assert_eq!(found, expected, "{silent_for} {before:?}");
        }
    }

    #[test]
    fn three_busy_reports_in_a_row_are_an_overload_and_70_percent_its_end() {
        use NodeStrain::{Busy, Calm, Overloaded};
        let busy = |looks, seconds| Busy {
            looks,
            reported_at: ago(seconds),
        };
        for (before, cpu, seconds, expected) in [
            (Calm, 89.9, 5, Calm),
            (Calm, 90.0, 5, busy(1, 5)),
            (busy(1, 65), 100.0, 5, busy(2, 5)),
            (busy(1, 65), 89.0, 5, Calm),
            (busy(1, 5), 95.0, 5, busy(1, 5)),
            (busy(2, 5), 95.0, 5, busy(2, 5)),
            (busy(2, 65), 95.0, 5, Overloaded),
            (busy(2, 65), 12.0, 5, Calm),
            (Overloaded, 100.0, 5, Overloaded),
            (Overloaded, 70.0, 5, Overloaded),
            (Overloaded, 69.9, 5, Calm),
            (Overloaded, 100.0, 1_801, Calm),
            (busy(2, 1_801), 100.0, 1_801, Calm),
            // That lies ahead.
            (Calm, 100.0, -61, Calm),
            (Overloaded, 1.0, -61, Overloaded),
        ] {
            let given = NodeSign {
                cpu: Some((cpu, ago(seconds))),
                ..sign(0, Some(watch(true, before)))
            };
            let found = given.look(NOW);
            let to = found.map_or(before, |found| found.to.strain);
            assert_eq!(to, expected, "{before:?} {cpu} {seconds}");
            let news = found.and_then(|found| found.news);
            let is_new = expected == Overloaded && before != Overloaded;
            assert_eq!(news, is_new.then_some(NodeNews::Overloaded), "{before:?}");
        }
    }

    #[test]
    fn a_silent_node_is_no_longer_overloaded() {
        let given = NodeSign {
            cpu: Some((100.0, ago(2_000))),
            ..sign(2_000, Some(watch(true, NodeStrain::Overloaded)))
        };
        let found = given.look(NOW).unwrap();
        assert_eq!(found.to, watch(false, NodeStrain::Calm));
        assert_eq!(found.news, Some(NodeNews::Offline));
    }

    proptest! {
        /// Whoever looks again at the same signs finds nothing, so however many look, it is told once.
        #[test]
        fn a_second_look_finds_nothing(
            silent_for in -100_i64..4_000,
            cpu in 0.0_f64..101.0,
            age in -100_i64..400,
            was_online in proptest::option::of(any::<bool>()),
            looks in 0_u8..4,
        ) {
            let strain = match looks {
                0 => NodeStrain::Calm,
                3 => NodeStrain::Overloaded,
                looks => NodeStrain::Busy { looks, reported_at: ago(500) },
            };
            let given = NodeSign {
                cpu: Some((cpu, ago(age))),
                ..sign(silent_for, was_online.map(|online| watch(online, strain)))
            };
            if let Some(found) = given.look(NOW) {
                prop_assert_ne!(found.from, Some(found.to));
                let again = NodeSign { watch: Some(found.to), ..given };
                prop_assert_eq!(again.look(NOW), None);
            }
        }
    }
}
