//! What agents of nodes ask for, and which nodes customers see.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ferroboard_kernel::{MachineId, NodeId, Seconds, UnixSeconds};
use ferroboard_nodes::{
    DEVICE_LIFETIME, Machine, Node, NodeConfig, NodeError, NodePolicy, NodeStateChange, NodeView,
    config,
};
use ferroboard_protocol::Protocol;

use crate::core::Core;
use crate::node_users::UserList;
use crate::transaction::{finish, retrying};
use crate::{AccountView, Error, policies};

/// How long this process keeps to itself that it heard of a node or machine again.
const SILENCE: Seconds = Seconds::new(5);

/// Nodes, as their agents and customers see them.
pub struct Nodes(pub(crate) Arc<Core>);

impl Nodes {
    /// What nodes should know of the site settings.
    pub fn policy(&self) -> NodePolicy {
        policies::node(&self.0.site.current(), self.0.options.zone)
    }

    /// The node that agents call so; refused when there is none.
    pub async fn find(&self, name: &str, protocol: Option<Protocol>) -> Result<Node, Error> {
        let found = self.0.ports.store.find_node(name, protocol).await?;
        Ok(found.ok_or(NodeError::NodeMissing)?)
    }

    /// The machine with this secret, of which is noted that it was heard of.
    pub async fn admit_machine(&self, id: MachineId, token: &str) -> Result<Machine, Error> {
        let found = self.0.ports.store.find_machine(id).await?;
        let machine = Machine::admit(found, token)?;
        let now = self.0.ports.clock.now();
        if self.0.nodes.machines.is_news(id, now) {
            retrying(|| async {
                let mut tx = self.0.ports.store.begin().await?;
                let outcome = tx.update_machine_seen(id, now).await;
                finish(tx, outcome.map_err(Error::from)).await
            })
            .await?;
        }
        Ok(machine)
    }

    /// The nodes that the machine is to run.
    pub async fn of_machine(&self, machine: &Machine) -> Result<Vec<Node>, Error> {
        Ok(self.0.ports.store.list_machine_nodes(machine.id).await?)
    }

    /// One of these; refused when it is none of them.
    pub async fn find_on_machine(&self, machine: &Machine, id: NodeId) -> Result<Node, Error> {
        let mut nodes = self.of_machine(machine).await?.into_iter();
        let found = nodes.find(|node| node.id == id);
        Ok(found.ok_or(NodeError::NotOnMachine)?)
    }

    /// What the node is told about itself.
    pub async fn config(&self, node: &Node) -> Result<NodeConfig, Error> {
        let routes = match node.routes.as_slice() {
            [] => Vec::new(),
            ids => self.0.ports.store.list_node_routes(ids).await?,
        };
        Ok(config(node, &routes))
    }

    /// The users that the node lets in. That it asked keeps it online.
    pub async fn users(&self, node: &Node) -> Result<Arc<UserList>, Error> {
        self.heard_of(node).await?;
        self.0.nodes.users.of(&self.0, &node.groups).await
    }

    /// Of those of its users who may have a limited number of devices, how many each has.
    pub async fn device_counts(&self, node: &Node) -> Result<Vec<(i64, i64)>, Error> {
        if node.groups.is_empty() {
            return Ok(Vec::new());
        }
        let users = self.0.nodes.users.of(&self.0, &node.groups).await?;
        let since = self.0.ports.clock.now().minus(DEVICE_LIFETIME);
        let store = &self.0.ports.store;
        let counts = store.list_device_counts(&node.groups, since).await?;
        let known = counts.into_iter().filter(|(user, _)| users.names(*user));
        Ok(known.map(|(user, count)| (user.get(), count)).collect())
    }

    /// The nodes that a customer sees, in their order: none while banned, without a quota or
    /// expired. Used-up traffic hides nothing.
    pub async fn visible_to(&self, account: &AccountView) -> Result<Vec<NodeView>, Error> {
        let now = self.0.ports.clock.now();
        let is_running = account.expired_at.is_none_or(|end| end > now);
        let is_available = !account.banned && account.transfer_enable != 0 && is_running;
        let Some(group) = account.group_id.filter(|_| is_available) else {
            return Ok(Vec::new());
        };
        let load_lifetime = self.policy().load_lifetime();
        let shown = self.0.ports.store.list_shown_nodes().await?.into_iter();
        let own = shown.filter(|view| view.node.is_shown_to(group));
        Ok(own
            .map(|view| NodeView {
                state: view.state.at(now, load_lifetime),
                ..view
            })
            .collect())
    }

    /// Keeps the node online.
    pub(crate) async fn heard_of(&self, node: &Node) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        if self.0.nodes.heard.is_news(node.id, now) {
            let change = NodeStateChange {
                checked: true,
                ..NodeStateChange::default()
            };
            let store = &self.0.ports.store;
            store.update_node_state(node.id, &change, now).await?;
        }
        Ok(())
    }

    /// Now, for answers that depend on it.
    pub fn now(&self) -> UnixSeconds {
        self.0.ports.clock.now()
    }
}

/// Whom this process heard of, and when it last wrote that down.
pub(crate) struct Heard<K>(Mutex<HashMap<K, UnixSeconds>>);

impl<K> Default for Heard<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: std::hash::Hash + Eq> Heard<K> {
    /// Whether it is time to write down that this one was heard of.
    pub(crate) fn is_news(&self, who: K, now: UnixSeconds) -> bool {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = times
            .get(&who)
            .is_none_or(|last| now.since(*last) >= SILENCE || now < *last);
        if is_news {
            times.insert(who, now);
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_come_every_few_seconds_for_each() {
        let heard = Heard::default();
        for (who, now, is_news) in [
            (1, 100, true),
            (1, 100, false),
            (2, 100, true),
            (1, 104, false),
            (1, 105, true),
            (1, 90, true),
        ] {
            assert_eq!(heard.is_news(who, UnixSeconds::new(now)), is_news, "{now}");
        }
    }
}
