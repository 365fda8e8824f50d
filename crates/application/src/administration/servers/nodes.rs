//! Nodes, as administrators manage them.

use std::collections::HashMap;

use ferroboard_audit::AuditChange;
use ferroboard_kernel::{MachineId, NodeId, UnixSeconds};
use ferroboard_nodes::{ManagedNodeService, NodeError, NodeRecord, NodeSwitches, NodeTerms};
use ferroboard_protocol::keys::{EchKeys, PublicName, RealityKeys};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::servers::node_queries::ManagedNodeView;
use crate::{Change, Error, policies};

/// A node with what was reported for it, and its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedNode {
    /// The node.
    pub view: ManagedNodeView,
    /// Its parent, while there is one.
    pub parent: Option<NodeRecord>,
}

/// The nodes.
pub struct ManagedNodes(pub(crate) AdminContext);

impl ManagedNodes {
    /// Every node, and now.
    pub async fn list(&self) -> Result<(Vec<ManagedNode>, UnixSeconds), Error> {
        let now = self.0.ports.clock.now();
        let policy = policies::node(&self.0.site.current(), self.0.options.zone);
        let nodes = self.0.ports.store.admin()?.list_managed_nodes().await?;
        let named = nodes.iter().map(|view| (view.record.id, &view.record));
        let named: HashMap<NodeId, &NodeRecord> = named.collect();
        let parent = |view: &ManagedNodeView| {
            let parent = named.get(&view.record.parent?)?;
            Some((*parent).clone())
        };
        let parents: Vec<Option<NodeRecord>> = nodes.iter().map(parent).collect();
        let lifetime = policy.load_lifetime();
        let nodes = nodes.into_iter().zip(parents).map(|(view, parent)| {
            let state = view.state.at(now, lifetime);
            let view = ManagedNodeView { state, ..view };
            ManagedNode { view, parent }
        });
        Ok((nodes.collect(), now))
    }

    /// Makes a node, or changes the one with this number.
    pub async fn save(
        &self,
        id: Option<NodeId>,
        terms: NodeTerms,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let (terms, now) = (terms.clone(), self.0.ports.clock.now());
            match id {
                None => made(&ManagedNodeService.create(tx, terms, now).await?),
                Some(id) => {
                    let changed = ManagedNodeService.change(tx, id, terms, now);
                    let (before, after) = changed.await?;
                    AuditChange::between(&shown(&before), &shown(&after))
                }
            }
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Makes another node like one, which is hidden.
    pub async fn copy(&self, id: NodeId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            made(&ManagedNodeService.copy(tx, id, now).await?)
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Turns switches of a node.
    pub async fn switch(
        &self,
        id: NodeId,
        switches: NodeSwitches,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let switched = ManagedNodeService.switch(tx, id, &switches, now);
            let (before, after) = switched.await?;
            AuditChange::between(&shown(&before), &shown(&after))
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Turns switches of many nodes.
    pub async fn switch_all(
        &self,
        ids: Vec<NodeId>,
        switches: NodeSwitches,
        change: Change,
    ) -> Result<(), Error> {
        if switches.are_empty() {
            return Err(NodeError::NothingToChange.into());
        }
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let switched = ManagedNodeService.switch_all(tx, &ids, &switches, now);
            let mut change = AuditChange::default();
            for (before, after) in switched.await? {
                let name = format!("node {}", after.id);
                change.note(name, turned(&before), turned(&after));
            }
            change
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Deletes a node.
    pub async fn delete(&self, id: NodeId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let gone = ManagedNodeService.delete(tx, id, now).await?;
            AuditChange::between(&shown(&gone), &Value::Null)
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Deletes those of these nodes that there are.
    pub async fn delete_all(&self, ids: Vec<NodeId>, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let mut change = AuditChange::default();
            for gone in ManagedNodeService.delete_all(tx, &ids, now).await? {
                change.note(format!("node {}", gone.id), named(&gone), Value::Null);
            }
            change
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Sets what a node carried to nothing.
    pub async fn reset_traffic(&self, id: NodeId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let before = ManagedNodeService.reset_traffic(tx, id, now).await?;
            AuditChange::of("traffic", carried(&before), json!({"u": 0, "d": 0}))
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Sets what those of these nodes carried that there are to nothing.
    pub async fn reset_all_traffic(&self, ids: Vec<NodeId>, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let mut change = AuditChange::default();
            for node in ManagedNodeService.reset_all_traffic(tx, &ids, now).await? {
                let name = format!("node {}", node.id);
                change.note(name, carried(&node), json!({"u": 0, "d": 0}));
            }
            change
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Gives nodes their places.
    pub async fn place(&self, wanted: Vec<(NodeId, i64)>, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let mut change = AuditChange::default();
            for (node, before, after) in ManagedNodeService.place(tx, &wanted).await? {
                change.note(
                    format!("node {node}"),
                    Value::from(before),
                    Value::from(after),
                );
            }
            change
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// New keys of Reality.
    pub fn draw_reality_keys(&self) -> RealityKeys {
        RealityKeys::draw(self.0.ports.random.as_ref())
    }

    /// New keys of encrypted client hello.
    pub fn draw_ech_keys(&self, name: &PublicName) -> EchKeys {
        EchKeys::draw(name, self.0.ports.random.as_ref())
    }
}

fn made(node: &NodeRecord) -> AuditChange {
    AuditChange::between(&Value::Null, &shown(node))
}

fn named(node: &NodeRecord) -> Value {
    json!({"type": node.protocol.name(), "name": node.name, "host": node.host})
}

fn turned(node: &NodeRecord) -> Value {
    let machine = node.machine.map(MachineId::get);
    json!({"show": node.show, "enabled": node.enabled, "machine_id": machine})
}

fn carried(node: &NodeRecord) -> Value {
    json!({"u": node.upload, "d": node.download})
}

/// What the record says of a node.
fn shown(node: &NodeRecord) -> Value {
    json!({
        "id": node.id.get(),
        "type": node.protocol.name(),
        "code": node.code,
        "parent_id": node.parent.map(NodeId::get),
        "machine_id": node.machine.map(MachineId::get),
        "group_ids": node.group_ids(),
        "route_ids": node.route_ids,
        "name": node.name,
        "rate": node.rate.to_string(),
        "rate_time_enable": node.rate_time_enable,
        "rate_time_ranges": node.rate_time_ranges,
        "transfer_enable": node.traffic_limit,
        "tags": node.tags,
        "host": node.host,
        "port": node.port,
        "server_port": node.server_port,
        "protocol_settings": node.settings.as_value(),
        "custom_outbounds": node.custom_outbounds,
        "custom_routes": node.custom_routes,
        "cert_config": node.cert_config,
        "show": node.show,
        "enabled": node.enabled,
    })
}
