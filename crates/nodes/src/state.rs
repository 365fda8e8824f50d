use ferroboard_kernel::{NodeId, Seconds, UnixSeconds};
use serde_json::Value;

/// For how long a node counts as online after it was heard of.
const ONLINE: Seconds = Seconds::minutes(5);
/// For how long the reference panel remembers when a node was heard of.
const MEMORY: Seconds = Seconds::hours(1);

/// For how long nothing may be heard of a node before administrators hear of that.
pub const LONGEST_SILENCE: Seconds = Seconds::minutes(30);

/// What a node last reported (`ferro_node_state`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeState {
    /// When it last asked for its users.
    pub last_check_at: Option<UnixSeconds>,
    /// When it last reported traffic.
    pub last_push_at: Option<UnixSeconds>,
    /// How many users that report named.
    pub online_users: i64,
    /// Its load, and when it told it.
    pub load: Option<(Value, UnixSeconds)>,
    /// What its program counts, and when it told it.
    pub metrics: Option<(Value, UnixSeconds)>,
}

impl NodeState {
    /// Whether it asked for its users within five minutes.
    pub fn is_online(&self, now: UnixSeconds) -> bool {
        let silence = self.last_check_at.and_then(|at| now.elapsed_since(at));
        silence.is_some_and(|silence| silence <= ONLINE)
    }

    /// How far it is there: 0 not at all, 1 it was heard of, 2 it reported traffic as well, both within five
    /// minutes.
    pub fn availability(&self, now: UnixSeconds) -> u8 {
        let silence = self.last_push_at.and_then(|at| now.elapsed_since(at));
        let has_pushed = silence.is_some_and(|silence| silence <= ONLINE);
        match (self.is_online(now), has_pushed) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => 2,
        }
    }

    /// How many percent of its processors are busy by its load, and when it told that.
    pub fn reported_cpu(&self) -> Option<(f64, UnixSeconds)> {
        let (load, at) = self.load.as_ref()?;
        Some((load.get("cpu")?.as_f64()?, *at))
    }

    /// What is left of this state at `now`: times are forgotten after an hour, load and metrics
    /// after `load_lifetime`.
    #[must_use]
    pub fn at(self, now: UnixSeconds, load_lifetime: Seconds) -> Self {
        let is_young = |at: UnixSeconds, lifetime: Seconds| {
            let age = now.elapsed_since(at);
            age.is_some_and(|age| age < lifetime)
        };
        let last_push_at = self.last_push_at.filter(|at| is_young(*at, MEMORY));
        Self {
            last_check_at: self.last_check_at.filter(|at| is_young(*at, MEMORY)),
            last_push_at,
            online_users: last_push_at.map_or(0, |_| self.online_users),
            load: self.load.filter(|(_, at)| is_young(*at, load_lifetime)),
            metrics: self.metrics.filter(|(_, at)| is_young(*at, load_lifetime)),
        }
    }
}

/// A node of which nothing was heard for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentNode {
    /// The node.
    pub id: NodeId,
    /// Shown to customers.
    pub name: String,
    /// The address that customers connect to.
    pub host: String,
    /// When it was last heard of.
    pub last_check_at: UnixSeconds,
}

/// What a request of a node changes in its state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeStateChange {
    /// It was heard of.
    pub checked: bool,
    /// Its load.
    pub load: Option<Value>,
    /// What its program counts.
    pub metrics: Option<Value>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_told_ahead_was_not_told() {
        let now = UnixSeconds::new(1_735_660_800);
        for (ahead, is_there) in [(0, true), (60, true), (61, false), (30 * 86_400, false)] {
            let at = now.plus(Seconds::new(ahead));
            let state = NodeState {
                last_check_at: Some(at),
                last_push_at: Some(at),
                online_users: 5,
                load: Some((json!({}), at)),
                metrics: Some((json!({}), at)),
            };
            assert_eq!(state.is_online(now), is_there, "{ahead}");
            let shown = state.clone().at(now, Seconds::new(300));
            let expected = if is_there {
                state
            } else {
                NodeState::default()
            };
            assert_eq!(shown, expected, "{ahead}");
        }
    }

    #[test]
    fn a_node_is_there_when_it_is_heard_of_and_carries() {
        let now = UnixSeconds::new(10_000);
        let ago = |seconds: i64| now.minus(Seconds::new(seconds));
        for (checked, pushed, expected) in [
            (None, None, 0),
            (None, Some(1), 0),
            (Some(300), None, 1),
            (Some(300), Some(301), 1),
            (Some(300), Some(300), 2),
            (Some(301), Some(1), 0),
        ] {
            let state = NodeState {
                last_check_at: checked.map(ago),
                last_push_at: pushed.map(ago),
                ..NodeState::default()
            };
            assert_eq!(state.availability(now), expected, "{checked:?} {pushed:?}");
        }
    }

    #[test]
    fn the_load_says_how_busy_the_processors_are() {
        let at = UnixSeconds::new(77);
        for (load, expected) in [
            (None, None),
            (Some(json!({"cpu": 91.5})), Some((91.5, at))),
            (Some(json!({"cpu": 7})), Some((7.0, at))),
            (Some(json!({"cpu": "7"})), None),
            (Some(json!({})), None),
        ] {
            let state = NodeState {
                load: load.map(|load| (load, at)),
                ..NodeState::default()
            };
            assert_eq!(state.reported_cpu(), expected);
        }
    }

    #[test]
    fn a_state_is_forgotten_piece_by_piece() {
        let at = UnixSeconds::new(10_000);
        let state = NodeState {
            last_check_at: Some(at),
            last_push_at: Some(at),
            online_users: 5,
            load: Some((json!({}), at)),
            metrics: Some((json!({}), at)),
        };
        let lifetime = Seconds::new(300);
        let after = |seconds| at.plus(Seconds::new(seconds));
        assert_eq!(state.clone().at(after(299), lifetime), state);
        assert!(state.is_online(after(300)));
        assert!(!state.is_online(after(301)));
        let later = state.clone().at(after(300), lifetime);
        assert_eq!((later.load, later.metrics), (None, None));
        assert_eq!((later.last_check_at, later.online_users), (Some(at), 5));
        assert_eq!(state.at(after(3_600), lifetime), NodeState::default());
    }
}
