//! What agents of nodes ask for, and which nodes customers see.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_kernel::{MachineId, NodeId, UnixSeconds};
use ferroboard_nodes::{
    DEVICE_LIFETIME, Machine, Node, NodeConfig, NodeError, NodePolicy, NodeView, config,
};
use ferroboard_protocol::Protocol;

use crate::nodes::users::UserList;
use crate::process::Core;
use crate::{AccountView, Error, policies};

/// The shortest pause between two looks for what nodes should know.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);

/// Nodes, as their agents and customers see them.
pub struct Nodes(pub(crate) Arc<Core>);

impl Nodes {
    /// What nodes should know of the site settings.
    pub fn policy(&self) -> NodePolicy {
        policies::node(&self.0.site.current(), self.0.options.zone)
    }

    /// Whether this is the secret that all nodes share.
    pub fn admits(&self, token: &str) -> bool {
        policies::node_secret(&self.0.site.current()).admits(token)
    }

    /// Keeps what nodes are told up to date in memory, for as long as it is polled.
    pub async fn keep_current(&self) {
        let pause = (self.0.options.user_list_age / 2).max(SHORTEST_PAUSE);
        let mut ticks = tokio::time::interval(pause);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut is_well = true;
        loop {
            ticks.tick().await;
            let looked = self.0.nodes.look(&self.0).await;
            if let Err(error) = &looked
                && is_well
            {
                tracing::warn!(%error, "what nodes should know could not be read");
            }
            is_well = looked.is_ok();
        }
    }

    /// The node that agents call so; refused when there is none.
    pub async fn find(&self, name: &str, protocol: Option<Protocol>) -> Result<Node, Error> {
        self.0.nodes.asked();
        let found = self.0.ports.store.find_node(name, protocol).await?;
        Ok(found.ok_or(NodeError::NodeMissing)?)
    }

    /// The same as it was a moment ago, for an agent that has an answer already and asks whether it is
    /// still true: that costs no database work.
    pub async fn recall(&self, name: &str, protocol: Option<Protocol>) -> Result<Node, Error> {
        let known = self.0.nodes.directory.current(&self.0).await?;
        match known.find(name, protocol) {
            Some(node) => {
                self.0.nodes.asked();
                Ok(node.clone())
            }
            None => self.find(name, protocol).await,
        }
    }

    /// The machine with this secret, of which is noted that it was heard of.
    pub async fn admit_machine(&self, id: MachineId, token: &str) -> Result<Machine, Error> {
        let memory = &self.0.nodes;
        memory.asked();
        let known = memory.directory.current(&self.0).await?;
        let machine = match Machine::admit(known.machine(id).cloned(), token) {
            Ok(machine) => machine,
            // Perhaps it was made, or got its secret, a moment ago.
            Err(_) => Machine::admit(self.0.ports.store.find_machine(id).await?, token)?,
        };
        memory.heard_of_machine(&self.0, id).await?;
        Ok(machine)
    }

    /// The nodes that the machine is to run.
    pub async fn of_machine(&self, machine: &Machine) -> Result<Vec<Node>, Error> {
        let known = self.0.nodes.directory.current(&self.0).await?;
        Ok(known.of_machine(machine.id).cloned().collect())
    }

    /// One of these; refused when it is none of them.
    pub async fn find_on_machine(&self, machine: &Machine, id: NodeId) -> Result<Node, Error> {
        let known = self.0.nodes.directory.current(&self.0).await?;
        let found = known.of_machine(machine.id).find(|node| node.id == id);
        Ok(found.cloned().ok_or(NodeError::NotOnMachine)?)
    }

    /// What the node is told about itself.
    pub async fn config(&self, node: &Node) -> Result<NodeConfig, Error> {
        let known = self.0.nodes.directory.current(&self.0).await?;
        let routes = match known.routes(&node.routes) {
            Some(routes) => routes,
            None => self.0.ports.store.list_node_routes(&node.routes).await?,
        };
        Ok(config(node, &routes))
    }

    /// The users that the node lets in. That it asked keeps it online.
    pub async fn users(&self, node: &Node) -> Result<Arc<UserList>, Error> {
        self.0.nodes.heard_of_node(&self.0, node.id).await?;
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

    /// Now, for answers that depend on it.
    pub fn now(&self) -> UnixSeconds {
        self.0.ports.clock.now()
    }
}
