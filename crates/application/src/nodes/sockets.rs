//! Sockets of agents: who may open one, what it is told, and what is heard over it.

pub(crate) mod message;
pub(crate) mod open;
mod told;

use std::sync::Arc;
use std::time::Duration;

use ferroboard_kernel::{MachineId, NodeId, UnixSeconds, UserId};
use ferroboard_nodes::{
    AgentMessage, DEVICE_LIFETIME, DeviceReport, DeviceService, Machine, Node, NodeError,
    NodeMetrics, NodeStateChange,
};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Error;
use crate::nodes::full_devices::tell_full;
use crate::nodes::node::Nodes;
use crate::nodes::sockets::message::{PanelMessage, SocketPeer};
use crate::process::Core;
use crate::transaction::{retrying, transact};

use open::Place;
use told::Told;

/// How long the addresses that agents report are gathered before they are told to them.
const DEVICE_PAUSE: Duration = Duration::from_secs(10);

/// Why a WebSocket is to be looked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stirred {
    /// There may be something to tell.
    News,
    /// Another one has taken its place.
    Replaced,
}

/// An open WebSocket, and what its agent was told.
pub struct NodeSocket {
    place: Place,
    token: String,
    told: Vec<Told>,
    news: watch::Receiver<u64>,
}

impl NodeSocket {
    /// Whose it is.
    pub fn peer(&self) -> SocketPeer {
        self.place.peer()
    }

    /// Waits until it is to be looked after.
    pub async fn stirred(&mut self) -> Stirred {
        let due = self.told.iter().filter_map(|told| told.devices_due).min();
        let devices = async {
            match due {
                Some(due) => tokio::time::sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.place.taken() => Stirred::Replaced,
            _ = self.news.changed() => Stirred::News,
            () = devices => Stirred::News,
        }
    }
}

/// Sockets of nodes and machines.
pub struct NodeSockets(pub(crate) Arc<Core>);

impl NodeSockets {
    /// Lets in a node by the secret of all nodes; with what it is told first.
    pub async fn open_node(
        &self,
        name: &str,
        token: &str,
    ) -> Result<(NodeSocket, Vec<PanelMessage>), Error> {
        let nodes = Nodes(Arc::clone(&self.0));
        if !nodes.admits(token) {
            return Err(NodeError::TokenWrong.into());
        }
        let node = nodes.find(name, None).await?;
        self.open(SocketPeer::Node(node.id), token, vec![node])
            .await
    }

    /// Lets in a machine by its own secret; with what it is told first.
    pub async fn open_machine(
        &self,
        id: MachineId,
        token: &str,
    ) -> Result<(NodeSocket, Vec<PanelMessage>), Error> {
        let nodes = Nodes(Arc::clone(&self.0));
        let machine = nodes.admit_machine(id, token).await?;
        let own = nodes.of_machine(&machine).await?;
        self.open(SocketPeer::Machine(id), token, own).await
    }

    async fn open(
        &self,
        peer: SocketPeer,
        token: &str,
        nodes: Vec<Node>,
    ) -> Result<(NodeSocket, Vec<PanelMessage>), Error> {
        let mut socket = NodeSocket {
            place: self.0.nodes.sockets.enter(peer),
            token: token.to_owned(),
            told: Vec::new(),
            news: self.0.nodes.news(),
        };
        let mut messages = vec![PanelMessage::Admitted(
            nodes.iter().map(|node| node.id).collect(),
        )];
        for node in nodes {
            self.introduce(&mut socket, node, &mut messages).await?;
        }
        Ok((socket, messages))
    }

    /// What has changed since the agent was last told. Refused when it may no longer know.
    pub async fn news(&self, socket: &mut NodeSocket) -> Result<Vec<PanelMessage>, Error> {
        let nodes = match self.nodes_of(socket).await {
            // Of a machine that is gone: it runs nothing any more, and is let in no longer.
            Err(Error::Nodes(NodeError::MachineUnknown)) if self.is_left_over(socket).await? => {
                Vec::new()
            }
            nodes => nodes?,
        };
        let mut messages = Vec::new();
        let is_same = |told: &Told, node: &Node| {
            (told.node.id, told.node.protocol, &told.node.name)
                == (node.id, node.protocol, &node.name)
        };
        let are_same = socket.told.len() == nodes.len()
            && socket
                .told
                .iter()
                .zip(&nodes)
                .all(|(told, node)| is_same(told, node));
        if !are_same && matches!(socket.peer(), SocketPeer::Machine(_)) {
            messages.push(PanelMessage::Nodes(nodes.clone()));
        }
        let mut before = std::mem::take(&mut socket.told);
        for node in nodes {
            match before.iter().position(|told| told.node.id == node.id) {
                Some(place) => {
                    let mut told = before.swap_remove(place);
                    let updated = self.update(&mut told, node, &mut messages).await;
                    socket.told.push(told);
                    updated?;
                }
                None => self.introduce(socket, node, &mut messages).await?,
            }
        }
        for gone in before {
            self.forget_devices(&gone).await?;
        }
        Ok(messages)
    }

    /// Takes what the agent says; with what it is to be answered.
    pub async fn hear(
        &self,
        socket: &mut NodeSocket,
        text: &str,
    ) -> Result<Vec<PanelMessage>, Error> {
        let Some((named, message)) = AgentMessage::parse(text) else {
            return Ok(Vec::new());
        };
        let meant = match socket.peer() {
            SocketPeer::Node(id) => Some(id),
            SocketPeer::Machine(_) => named,
        };
        let told = socket.told.iter_mut();
        let Some(told) = told.into_iter().find(|told| Some(told.node.id) == meant) else {
            return Ok(Vec::new());
        };
        match message {
            AgentMessage::Pong => {}
            AgentMessage::Status(metrics) => self.take_status(told.node.id, &metrics).await?,
            AgentMessage::Devices(report) => self.take_devices(told, &report).await?,
            AgentMessage::AskDevices => return Ok(vec![self.devices(told).await?]),
        }
        Ok(Vec::new())
    }

    /// Forgets from where users were online through the nodes of the socket: nobody tells it any
    /// more. What was told since, over another socket, stays.
    pub async fn close(&self, socket: NodeSocket) -> Result<(), Error> {
        for told in &socket.told {
            self.forget_devices(told).await?;
        }
        Ok(())
    }

    /// The nodes that the socket is for.
    async fn nodes_of(&self, socket: &NodeSocket) -> Result<Vec<Node>, Error> {
        let nodes = Nodes(Arc::clone(&self.0));
        if !nodes.policy().socket_enabled {
            return Err(NodeError::SocketsOff.into());
        }
        let known = self.0.nodes.directory.current(&self.0).await?;
        match socket.peer() {
            SocketPeer::Node(_) if !nodes.admits(&socket.token) => {
                Err(NodeError::TokenWrong.into())
            }
            SocketPeer::Node(id) => {
                let node = known.node(id).ok_or(NodeError::NodeMissing)?;
                Ok(vec![Node::clone(node)])
            }
            SocketPeer::Machine(id) => {
                Machine::admit(known.machine(id).cloned(), &socket.token)?;
                Ok(known.of_machine(id).cloned().collect())
            }
        }
    }

    /// Whether the socket is that of a machine that is gone, and was not told so yet.
    async fn is_left_over(&self, socket: &NodeSocket) -> Result<bool, Error> {
        let SocketPeer::Machine(id) = socket.peer() else {
            return Ok(false);
        };
        let known = self.0.nodes.directory.current(&self.0).await?;
        Ok(!socket.told.is_empty() && known.machine(id).is_none())
    }

    /// Tells everything about a node that the agent did not serve before.
    async fn introduce(
        &self,
        socket: &mut NodeSocket,
        node: Node,
        messages: &mut Vec<PanelMessage>,
    ) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        self.forget_devices_until(node.id, now).await?;
        let config = Nodes(Arc::clone(&self.0)).config(&node).await?;
        let users = self.0.nodes.users.of(&self.0, &node.groups).await?;
        messages.push(PanelMessage::Config(node.id, config.clone()));
        messages.push(PanelMessage::Users(node.id, Arc::clone(&users)));
        socket.told.push(Told::new(node, config, users));
        Ok(())
    }

    /// Tells what is new about a node.
    async fn update(
        &self,
        told: &mut Told,
        node: Node,
        messages: &mut Vec<PanelMessage>,
    ) -> Result<(), Error> {
        let config = Nodes(Arc::clone(&self.0)).config(&node).await?;
        let users = self.0.nodes.users.of(&self.0, &node.groups).await?;
        told.update(node, config, users, messages);
        if told.devices_due.is_some_and(|due| due <= Instant::now()) {
            told.devices_due = None;
            messages.push(self.devices(told).await?);
        }
        Ok(())
    }

    async fn take_status(&self, node: NodeId, metrics: &NodeMetrics) -> Result<(), Error> {
        let now = self.0.ports.clock.now();
        let change = NodeStateChange {
            checked: true,
            load: None,
            metrics: Some(metrics.to_json(now)),
        };
        // One statement needs no transaction.
        let store = &self.0.ports.store;
        retrying(|| async { Ok(store.update_node_state(node, &change, now).await?) }).await
    }

    async fn take_devices(&self, told: &mut Told, report: &DeviceReport) -> Result<(), Error> {
        let node = told.node.id;
        let at = transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            let full = DeviceService.replace_all(tx, node, report, now).await?;
            tell_full(tx, &full, now).await?;
            now
        })?;
        told.devices_at = Some(at);
        let due = Instant::now() + DEVICE_PAUSE;
        told.devices_due.get_or_insert(due);
        Ok(())
    }

    /// From where users of the node are online.
    async fn devices(&self, told: &Told) -> Result<PanelMessage, Error> {
        let since = self.0.ports.clock.now().minus(DEVICE_LIFETIME);
        let groups = &told.node.groups;
        let seen = self.0.ports.store.list_devices(groups, since).await?;
        let mut users: Vec<(UserId, Vec<String>)> = Vec::new();
        for (user, address) in seen {
            match users.last_mut() {
                Some((last, addresses)) if *last == user => addresses.push(address),
                _ if told.users.names(user) => users.push((user, vec![address])),
                _ => {}
            }
        }
        Ok(PanelMessage::Devices(told.node.id, users))
    }

    async fn forget_devices(&self, told: &Told) -> Result<(), Error> {
        match told.devices_at {
            Some(at) => self.forget_devices_until(told.node.id, at).await,
            None => Ok(()),
        }
    }

    async fn forget_devices_until(&self, node: NodeId, until: UnixSeconds) -> Result<(), Error> {
        transact!(self.0.ports.store, |tx| {
            let now = self.0.ports.clock.now();
            DeviceService.clear(tx, node, until, now).await?;
        })
    }
}
