use async_trait::async_trait;
use ferroboard_kernel::{MachineId, NodeId, StoreError, UnixSeconds};
use ferroboard_protocol::Protocol;

use super::HasNodes;
use crate::{ManagedNodeRepository, Node, NodeRecord, NodeSwitches};

#[async_trait]
impl<T: HasNodes> ManagedNodeRepository for T {
    async fn lock_nodes(&mut self) -> Result<(), StoreError> {
        self.nodes()?;
        Ok(())
    }

    async fn list_node_records(&mut self, ids: &[NodeId]) -> Result<Vec<NodeRecord>, StoreError> {
        let nodes = self.nodes()?.nodes.values();
        let named = nodes.filter(|node| ids.contains(&node.id)).cloned();
        Ok(named.map(NodeRecord::from).collect())
    }

    async fn find_coded_node(
        &mut self,
        protocol: Protocol,
        code: &str,
    ) -> Result<Option<NodeId>, StoreError> {
        let mut nodes = self.nodes()?.nodes.values();
        let found = nodes
            .find(|node| node.protocol == protocol && node.code.as_deref() == Some(code))
            .map(|node| node.id);
        Ok(found)
    }

    async fn find_node_machine(&mut self, machine: MachineId) -> Result<bool, StoreError> {
        Ok(self.nodes()?.machines.contains_key(&machine))
    }

    async fn list_node_places(&mut self) -> Result<Vec<(NodeId, Option<i64>)>, StoreError> {
        let nodes = self.nodes()?.nodes.values();
        Ok(nodes.map(|node| (node.id, node.sort)).collect())
    }

    async fn insert_node(&mut self, node: &NodeRecord) -> Result<NodeId, StoreError> {
        let nodes = &mut self.nodes()?.nodes;
        let last = nodes.keys().next_back().map_or(0, |id| id.get());
        let id = NodeId::new(last.saturating_add(1));
        let node = Node::from(node.clone());
        nodes.insert(id, Node { id, ..node });
        Ok(id)
    }

    async fn update_node(&mut self, node: &NodeRecord) -> Result<(), StoreError> {
        if let Some(row) = self.nodes()?.nodes.get_mut(&node.id) {
            *row = Node {
                upload: row.upload,
                download: row.download,
                sort: row.sort,
                created_at: row.created_at,
                ..Node::from(node.clone())
            };
        }
        Ok(())
    }

    async fn update_node_switches(
        &mut self,
        nodes: &[NodeId],
        switches: &NodeSwitches,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let rows = self.nodes()?.nodes.values_mut();
        for row in rows.filter(|row| nodes.contains(&row.id)) {
            let before = NodeRecord::from(row.clone());
            *row = switches.written_to(&before, at).into();
        }
        Ok(())
    }

    async fn update_node_places(&mut self, places: &[(NodeId, i64)]) -> Result<(), StoreError> {
        let rows = &mut self.nodes()?.nodes;
        for (node, place) in places {
            if let Some(row) = rows.get_mut(node) {
                row.sort = Some(*place);
            }
        }
        Ok(())
    }

    async fn update_node_counters(
        &mut self,
        nodes: &[NodeId],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let rows = self.nodes()?.nodes.values_mut();
        for row in rows.filter(|row| nodes.contains(&row.id)) {
            (row.upload, row.download, row.updated_at) = (0, 0, at);
        }
        Ok(())
    }

    async fn delete_nodes(&mut self, nodes: &[NodeId], at: UnixSeconds) -> Result<(), StoreError> {
        let tables = self.nodes()?;
        for node in nodes {
            tables.nodes.remove(node);
            tables.states.remove(node);
            tables.alerts.remove(node);
            tables.watches.remove(node);
        }
        let rows = tables.nodes.values_mut();
        let is_gone = |row: &Node| row.parent.is_some_and(|parent| nodes.contains(&parent));
        for row in rows.filter(|row| is_gone(row)) {
            (row.parent, row.updated_at) = (None, at);
        }
        Ok(())
    }
}
