//! What agents of nodes ask for, and which nodes customers see.

use std::sync::Arc;
use std::time::Duration;

use ferroboard_kernel::{GroupId, MachineId, NodeId, UnixSeconds, Zone};
use ferroboard_nodes::{
    DEVICE_LIFETIME, Machine, Node, NodeConfig, NodeError, NodePolicy, NodeView, config,
};
use ferroboard_protocol::Protocol;

use crate::nodes::shown::Views;
use crate::nodes::users::{RenderedList, UserList};
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

    /// The same as it was a moment ago, if it is known without asking the database.
    pub fn known(&self, name: &str, protocol: Option<Protocol>) -> Option<Arc<Node>> {
        let memory = &self.0.nodes;
        let known = memory.directory.young(self.0.options.node_list_age)?;
        let node = Arc::clone(known.find(name, protocol)?);
        memory.asked();
        Some(node)
    }

    /// The same as it was a moment ago, for an agent that has an answer already and asks whether it is
    /// still true: that costs no database work.
    pub async fn recall(&self, name: &str, protocol: Option<Protocol>) -> Result<Node, Error> {
        let known = self.0.nodes.directory.current(&self.0).await?;
        match known.find(name, protocol) {
            Some(node) => {
                self.0.nodes.asked();
                Ok(Node::clone(node))
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

    /// The same in the form that most nodes ask for, made once for all nodes of these groups.
    pub async fn rendered_users(
        &self,
        node: &Node,
        render: fn(&UserList) -> RenderedList,
    ) -> Result<Arc<RenderedList>, Error> {
        self.0.nodes.heard_of_node(&self.0, node.id).await?;
        let users = &self.0.nodes.users;
        users.rendered(&self.0, &node.groups, render).await
    }

    /// The same, if it has been made already and nothing need be read or written for it.
    pub fn known_users(&self, node: &Node) -> Option<Arc<RenderedList>> {
        let memory = &self.0.nodes;
        let list = memory.users.known_rendering(&self.0, &node.groups)?;
        let is_heard = memory.heard_of_known_node(&self.0, node.id);
        is_heard.then_some(list)
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

    /// Now, for answers that depend on it.
    pub fn now(&self) -> UnixSeconds {
        self.0.ports.clock.now()
    }

    /// The list of nodes that a customer sees, in their order: none while banned, without a quota or
    /// expired. Used-up traffic hides nothing. `write` is given what they are at this second, and called once
    /// for all of a group.
    pub async fn list_for(
        &self,
        account: &AccountView,
        write: fn(&[NodeView], UnixSeconds, Zone) -> RenderedList,
    ) -> Result<Arc<RenderedList>, Error> {
        let now = self.0.ports.clock.now();
        let Some(group) = group_of(account, now) else {
            return Ok(Arc::new(write(&[], now, self.0.options.zone)));
        };
        let views = self.0.nodes.shown.views(&self.0).await?;
        Ok(self.written(&views, group, now, write))
    }

    /// The same, if nothing need be read for it.
    pub fn known_list_for(
        &self,
        account: &AccountView,
        write: fn(&[NodeView], UnixSeconds, Zone) -> RenderedList,
    ) -> Option<Arc<RenderedList>> {
        let now = self.0.ports.clock.now();
        let group = group_of(account, now)?;
        let views = self.0.nodes.shown.known_views(&self.0)?;
        Some(self.written(&views, group, now, write))
    }

    /// The nodes that a customer sees at this moment, in their order.
    pub async fn visible_to(&self, account: &AccountView) -> Result<Vec<NodeView>, Error> {
        let now = self.0.ports.clock.now();
        let Some(group) = group_of(account, now) else {
            return Ok(Vec::new());
        };
        let views = self.0.nodes.shown.views(&self.0).await?;
        Ok(self.of_group(&views, group, now))
    }

    /// The nodes of a group as they are at this second.
    fn of_group(&self, views: &Views, group: GroupId, now: UnixSeconds) -> Vec<NodeView> {
        let load_lifetime = self.policy().load_lifetime();
        let own = views.of(group).map(|view| NodeView {
            node: view.node.clone(),
            state: view.state.clone().at(now, load_lifetime),
        });
        own.collect()
    }

    fn written(
        &self,
        views: &Views,
        group: GroupId,
        now: UnixSeconds,
        write: fn(&[NodeView], UnixSeconds, Zone) -> RenderedList,
    ) -> Arc<RenderedList> {
        views.written(group, now, || {
            write(&self.of_group(views, group, now), now, self.0.options.zone)
        })
    }
}

/// The group whose nodes the account may use at this moment.
fn group_of(account: &AccountView, now: UnixSeconds) -> Option<GroupId> {
    let is_running = account.expired_at.is_none_or(|end| end > now);
    let is_available = !account.banned && account.transfer_enable != 0 && is_running;
    account.group_id.filter(|_| is_available)
}
