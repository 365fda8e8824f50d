//! What this process keeps in memory about nodes, so that what they ask costs no database work.
//!
//! [`Nodes::keep_current`](crate::Nodes::keep_current) looks several times a second what changed, and
//! writes down whom this process heard of. While it does, requests find everything here. Without it,
//! a request that finds something out of date does the work itself.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ferroboard_kernel::{MachineId, NodeId, Seconds, UnixSeconds};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Error;
use crate::context::Context;
use crate::nodes::directory::NodeDirectory;
use crate::nodes::shown::ShownNodes;
use crate::nodes::sockets::open::OpenSockets;
use crate::nodes::users::NodeUsers;
use crate::transaction::transact;

/// How long this process keeps to itself that it heard of a node or machine again.
const SILENCE: Seconds = Seconds::new(5);
/// Who was silent for so long was shown as gone, and is to be shown as back at once.
const ABSENCE: Seconds = Seconds::minutes(5);
/// After what time without a look nobody seems to be looking.
const UNTENDED: Duration = Duration::from_secs(2);
/// For how long it is looked for news after a node last asked.
const INTEREST: Duration = Duration::from_secs(600);

/// What this process keeps in memory about nodes.
#[derive(Default)]
pub(crate) struct NodeMemory {
    /// The users that nodes let in.
    pub(crate) users: NodeUsers,
    /// Nodes, rules and machines.
    pub(crate) directory: NodeDirectory,
    /// Nodes as customers see them.
    pub(crate) shown: ShownNodes,
    /// The sockets that agents have open here.
    pub(crate) sockets: Arc<OpenSockets>,
    nodes: Heard<NodeId>,
    machines: Heard<MachineId>,
    /// Counts the looks that found something.
    news: watch::Sender<u64>,
    times: Mutex<Times>,
}

#[derive(Debug, Default)]
struct Times {
    looked: Option<Instant>,
    asked: Option<Instant>,
}

impl NodeMemory {
    /// Notes that a node asks for something.
    pub(crate) fn asked(&self) {
        self.times().asked = Some(Instant::now());
    }

    /// Keeps the node online.
    pub(crate) async fn heard_of_node(&self, context: &Context, node: NodeId) -> Result<(), Error> {
        let is_back = self.nodes.note(node, context.ports.clock.now());
        self.write_down_when(is_back, context).await
    }

    /// The same for a node that was heard of a moment ago, which the next look writes down; `false`, and nothing is
    /// noted, for one that must be written down now.
    pub(crate) fn heard_of_known_node(&self, context: &Context, node: NodeId) -> bool {
        let now = context.ports.clock.now();
        let is_known = self.is_tended() && !self.nodes.is_absent(node, now);
        if is_known {
            self.nodes.note(node, now);
        }
        is_known
    }

    /// Notes that the machine was heard of.
    pub(crate) async fn heard_of_machine(
        &self,
        context: &Context,
        machine: MachineId,
    ) -> Result<(), Error> {
        let is_back = self.machines.note(machine, context.ports.clock.now());
        self.write_down_when(is_back, context).await
    }

    /// Rings when a look has found something.
    pub(crate) fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Writes down whom this process heard of, and reads what changed, unless no node has asked for a
    /// while.
    pub(crate) async fn look(&self, context: &Context) -> Result<(), Error> {
        self.times().looked = Some(Instant::now());
        self.write_down(context).await?;
        if self.is_idle() {
            return Ok(());
        }
        let has_new_nodes = self.directory.look(context).await?;
        let has_new_users = self.users.look(context).await?;
        if has_new_nodes || has_new_users {
            self.news
                .send_modify(|count| *count = count.wrapping_add(1));
        }
        Ok(())
    }

    fn is_idle(&self) -> bool {
        let asked = self.times().asked;
        let is_wanted = asked.is_some_and(|asked| asked.elapsed() < INTEREST);
        !is_wanted && self.sockets.is_empty()
    }

    /// The next look does it otherwise, if there is one.
    async fn write_down_when(&self, is_urgent: bool, context: &Context) -> Result<(), Error> {
        if self.is_tended() && !is_urgent {
            return Ok(());
        }
        self.write_down(context).await
    }

    fn is_tended(&self) -> bool {
        let looked = self.times().looked;
        looked.is_some_and(|looked| looked.elapsed() < UNTENDED)
    }

    async fn write_down(&self, context: &Context) -> Result<(), Error> {
        let (store, now) = (&context.ports.store, context.ports.clock.now());
        let nodes = self.nodes.take();
        if !nodes.is_empty() {
            let written = store.update_nodes_checked(&nodes, now).await;
            self.nodes.put_back_unless(written.is_ok(), nodes);
            written?;
        }
        let machines = self.machines.take();
        if !machines.is_empty() {
            let written = transact!(store, |tx| tx.update_machines_seen(&machines, now).await?);
            self.machines.put_back_unless(written.is_ok(), machines);
            written?;
        }
        Ok(())
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whom this process heard of, and when that was last to be written down.
struct Heard<K>(Mutex<Notes<K>>);

struct Notes<K> {
    times: HashMap<K, UnixSeconds>,
    unwritten: BTreeSet<K>,
}

impl<K> Default for Heard<K> {
    fn default() -> Self {
        Self(Mutex::new(Notes {
            times: HashMap::new(),
            unwritten: BTreeSet::new(),
        }))
    }
}

impl<K: Hash + Ord + Copy> Heard<K> {
    /// Has it written down that this one was heard of, unless that was a moment ago; whether it was
    /// absent before.
    fn note(&self, who: K, now: UnixSeconds) -> bool {
        let mut notes = self.notes();
        let last = notes.times.get(&who).copied();
        let silence = last.and_then(|last| now.elapsed_since(last));
        let is_later = |span| silence.is_none_or(|silence| silence >= span);
        if is_later(SILENCE) {
            notes.times.insert(who, now);
            notes.unwritten.insert(who);
        }
        is_later(ABSENCE)
    }

    /// Whether this one is to be shown as back when it is heard of now.
    fn is_absent(&self, who: K, now: UnixSeconds) -> bool {
        let last = self.notes().times.get(&who).copied();
        let silence = last.and_then(|last| now.elapsed_since(last));
        silence.is_none_or(|silence| silence >= ABSENCE)
    }

    /// Who is to be written down.
    fn take(&self) -> Vec<K> {
        std::mem::take(&mut self.notes().unwritten)
            .into_iter()
            .collect()
    }

    fn put_back_unless(&self, is_written: bool, who: Vec<K>) {
        if !is_written {
            self.notes().unwritten.extend(who);
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_come_every_few_seconds_for_each() {
        let heard = Heard::default();
        assert!(heard.is_absent(1, UnixSeconds::new(100)));
        for (who, now, expected, is_back) in [
            (1, 100, vec![1], true),
            (1, 100, vec![], false),
            (2, 100, vec![2], true),
            (1, 104, vec![], false),
            (1, 105, vec![1], false),
            (1, 405, vec![1], true),
            (1, 90, vec![1], true),
        ] {
            let at = UnixSeconds::new(now);
            assert_eq!(heard.is_absent(who, at), is_back, "{now}");
            assert_eq!(heard.note(who, at), is_back, "{now}");
            assert!(!heard.is_absent(who, at), "{now}");
            let unwritten = heard.take();
            assert_eq!(unwritten, expected, "{now}");
            heard.put_back_unless(true, unwritten);
        }
    }

    #[test]
    fn what_could_not_be_written_is_written_later() {
        let heard = Heard::default();
        heard.note(1, UnixSeconds::new(100));
        let unwritten = heard.take();
        heard.put_back_unless(false, unwritten);
        heard.note(2, UnixSeconds::new(101));
        assert_eq!(heard.take(), [1, 2]);
    }
}
