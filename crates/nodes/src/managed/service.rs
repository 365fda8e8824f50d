//! What administrators do with nodes.

use std::collections::BTreeMap;

use ferroboard_kernel::{NodeId, UnixSeconds};

use crate::managed::terms::flaws_of;
use crate::{NodeError, NodeRecord, NodeSwitches, NodeTerms, NodesTx, placed};

/// A node before and after a change.
type Changed = (NodeRecord, NodeRecord);

/// What administrators do with nodes.
#[derive(Debug, Clone, Copy, Default)]
pub struct ManagedNodeService;

impl ManagedNodeService {
    /// Makes a node, which stands at the end.
    ///
    /// # Errors
    ///
    /// [`NodeError::CodeTaken`], [`NodeError::ParentMissing`], [`NodeError::RunnerMissing`],
    /// [`NodeError::Useless`].
    pub async fn create(
        self,
        tx: &mut dyn NodesTx,
        terms: NodeTerms,
        at: UnixSeconds,
    ) -> Result<NodeRecord, NodeError> {
        tx.lock_nodes().await?;
        let blank = NodeRecord::blank(terms.protocol, at);
        let mut node = terms.written_to(blank.clone(), at);
        admit(tx, &blank, &node).await?;
        node.id = tx.insert_node(&node).await?;
        Ok(node)
    }

    /// Changes what is said about a node.
    ///
    /// # Errors
    ///
    /// [`NodeError::NodeMissing`], and those of [`Self::create`].
    pub async fn change(
        self,
        tx: &mut dyn NodesTx,
        id: NodeId,
        terms: NodeTerms,
        at: UnixSeconds,
    ) -> Result<(NodeRecord, NodeRecord), NodeError> {
        let before = lock(tx, id).await?;
        let after = terms.written_to(before.clone(), at);
        admit(tx, &before, &after).await?;
        tx.update_node(&after).await?;
        Ok((before, after))
    }

    /// Makes another node like one. It is hidden, has no code, and has carried nothing.
    ///
    /// # Errors
    ///
    /// [`NodeError::NodeMissing`].
    pub async fn copy(
        self,
        tx: &mut dyn NodesTx,
        id: NodeId,
        at: UnixSeconds,
    ) -> Result<NodeRecord, NodeError> {
        let mut copy = lock(tx, id).await?.copied(at);
        copy.id = tx.insert_node(&copy).await?;
        Ok(copy)
    }

    /// Turns switches of one node.
    ///
    /// # Errors
    ///
    /// [`NodeError::NodeMissing`], [`NodeError::RunnerMissing`], [`NodeError::Useless`].
    pub async fn switch(
        self,
        tx: &mut dyn NodesTx,
        id: NodeId,
        switches: &NodeSwitches,
        at: UnixSeconds,
    ) -> Result<Changed, NodeError> {
        let mut changed = self.switch_all(tx, &[id], switches, at).await?;
        changed.pop().ok_or(NodeError::NodeMissing)
    }

    /// Turns switches of those of these nodes that there are.
    ///
    /// # Errors
    ///
    /// [`NodeError::RunnerMissing`], [`NodeError::Useless`].
    pub async fn switch_all(
        self,
        tx: &mut dyn NodesTx,
        ids: &[NodeId],
        switches: &NodeSwitches,
        at: UnixSeconds,
    ) -> Result<Vec<Changed>, NodeError> {
        let nodes = lock_all(tx, ids).await?.into_iter();
        let both = nodes.map(|node| (switches.written_to(&node, at), node));
        let changed: Vec<Changed> = both.map(|(after, before)| (before, after)).collect();
        if switches.are_empty() {
            return Ok(changed);
        }
        let newly_shown = changed
            .iter()
            .filter(|(before, after)| after.show && !before.show);
        for (_, after) in newly_shown {
            refuse_useless(after)?;
        }
        let moved = changed
            .iter()
            .find(|(before, after)| before.machine != after.machine);
        if let Some((before, after)) = moved {
            find_runner(tx, before, after).await?;
        }
        let found: Vec<NodeId> = changed.iter().map(|(_, after)| after.id).collect();
        tx.update_node_switches(&found, switches, at).await?;
        Ok(changed)
    }

    /// Sets what a node carried to nothing. The node before.
    ///
    /// # Errors
    ///
    /// [`NodeError::NodeMissing`].
    pub async fn reset_traffic(
        self,
        tx: &mut dyn NodesTx,
        id: NodeId,
        at: UnixSeconds,
    ) -> Result<NodeRecord, NodeError> {
        let mut before = self.reset_all_traffic(tx, &[id], at).await?;
        before.pop().ok_or(NodeError::NodeMissing)
    }

    /// Sets what those of these nodes carried that there are to nothing. The nodes before.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn reset_all_traffic(
        self,
        tx: &mut dyn NodesTx,
        ids: &[NodeId],
        at: UnixSeconds,
    ) -> Result<Vec<NodeRecord>, NodeError> {
        let before = lock_all(tx, ids).await?;
        tx.update_node_counters(&numbers(&before), at).await?;
        Ok(before)
    }

    /// Gives nodes their places; with what each that moved had before, and has now.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn place(
        self,
        tx: &mut dyn NodesTx,
        wanted: &[(NodeId, i64)],
    ) -> Result<Vec<(NodeId, Option<i64>, i64)>, NodeError> {
        tx.lock_nodes().await?;
        let before = tx.list_node_places().await?;
        let after = placed(&before, wanted);
        tx.update_node_places(&after).await?;
        let before: BTreeMap<NodeId, Option<i64>> = before.into_iter().collect();
        let place = |node: &NodeId| before.get(node).copied().flatten();
        let moved = after.into_iter();
        Ok(moved.map(|(node, now)| (node, place(&node), now)).collect())
    }

    /// Deletes a node, whose children have no parent any more.
    ///
    /// # Errors
    ///
    /// [`NodeError::NodeMissing`].
    pub async fn delete(
        self,
        tx: &mut dyn NodesTx,
        id: NodeId,
        at: UnixSeconds,
    ) -> Result<NodeRecord, NodeError> {
        let mut deleted = self.delete_all(tx, &[id], at).await?;
        deleted.pop().ok_or(NodeError::NodeMissing)
    }

    /// Deletes those of these nodes that there are.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn delete_all(
        self,
        tx: &mut dyn NodesTx,
        ids: &[NodeId],
        at: UnixSeconds,
    ) -> Result<Vec<NodeRecord>, NodeError> {
        let deleted = lock_all(tx, ids).await?;
        tx.delete_nodes(&numbers(&deleted), at).await?;
        Ok(deleted)
    }
}

fn numbers(nodes: &[NodeRecord]) -> Vec<NodeId> {
    nodes.iter().map(|node| node.id).collect()
}

async fn lock_all(tx: &mut dyn NodesTx, ids: &[NodeId]) -> Result<Vec<NodeRecord>, NodeError> {
    tx.lock_nodes().await?;
    Ok(tx.list_node_records(ids).await?)
}

async fn lock(tx: &mut dyn NodesTx, id: NodeId) -> Result<NodeRecord, NodeError> {
    let found = lock_all(tx, &[id]).await?.into_iter().next();
    found.ok_or(NodeError::NodeMissing)
}

/// Refuses a node that another one excludes, or that nobody could use. What an older panel left behind may
/// stay as it is.
async fn admit(
    tx: &mut dyn NodesTx,
    before: &NodeRecord,
    after: &NodeRecord,
) -> Result<(), NodeError> {
    if let Some(code) = &after.code {
        let holder = tx.find_coded_node(after.protocol, code).await?;
        if holder.is_some_and(|holder| holder != after.id) {
            return Err(NodeError::CodeTaken);
        }
    }
    if let Some(parent) = after.parent.filter(|_| after.parent != before.parent) {
        let is_other = parent != after.id;
        if !is_other || tx.list_node_records(&[parent]).await?.is_empty() {
            return Err(NodeError::ParentMissing);
        }
    }
    find_runner(tx, before, after).await?;
    refuse_useless(after)
}

/// Refuses a new machine that there is not.
async fn find_runner(
    tx: &mut dyn NodesTx,
    before: &NodeRecord,
    after: &NodeRecord,
) -> Result<(), NodeError> {
    match after.machine.filter(|_| after.machine != before.machine) {
        Some(machine) if !tx.find_node_machine(machine).await? => Err(NodeError::RunnerMissing),
        _ => Ok(()),
    }
}

fn refuse_useless(node: &NodeRecord) -> Result<(), NodeError> {
    let flaws = flaws_of(node);
    if flaws.is_empty() {
        Ok(())
    } else {
        Err(NodeError::Useless(flaws))
    }
}
