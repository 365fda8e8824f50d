use async_trait::async_trait;
use ferroboard_application::NodeQueries;
use ferroboard_kernel::{GroupId, MachineId, NodeId, RouteId, StoreError, UnixSeconds, UserId};
use ferroboard_nodes::{
    Machine, Node, NodeRoute, NodeStateChange, NodeView, SilentNode, UserAccess,
};
use ferroboard_protocol::Protocol;

use super::{MemoryStore, MemoryTables};

fn in_order<'a>(nodes: impl Iterator<Item = &'a Node>) -> Vec<Node> {
    let mut nodes: Vec<Node> = nodes.cloned().collect();
    nodes.sort_by_key(Node::place);
    nodes
}

fn view(tables: &MemoryTables, node: Node) -> NodeView {
    let tables = &tables.nodes;
    let reporter = tables.nodes.get(&node.reporter());
    let reporter = reporter.filter(|reporter| reporter.protocol == node.protocol);
    let state = reporter.and_then(|reporter| tables.states.get(&reporter.id));
    let state = state.cloned().unwrap_or_default();
    NodeView { node, state }
}

#[async_trait]
impl NodeQueries for MemoryStore {
    async fn find_node(
        &self,
        name: &str,
        protocol: Option<Protocol>,
    ) -> Result<Option<Node>, StoreError> {
        Ok(self.read(|tables| {
            let of_protocol = |node: &&Node| protocol.is_none_or(|asked| node.protocol == asked);
            let nodes = || tables.nodes.nodes.values().filter(of_protocol);
            let coded = nodes().find(|node| node.code.as_deref() == Some(name));
            let numbered = || nodes().find(|node| node.id.to_string() == name);
            coded.or_else(numbered).cloned()
        }))
    }

    async fn list_shown_nodes(&self) -> Result<Vec<NodeView>, StoreError> {
        Ok(self.read(|tables| {
            let shown = tables.nodes.nodes.values().filter(|node| node.show);
            let nodes = in_order(shown).into_iter();
            nodes.map(|node| view(tables, node)).collect()
        }))
    }

    async fn list_nodes(&self) -> Result<Vec<Node>, StoreError> {
        Ok(self.read(|tables| in_order(tables.nodes.nodes.values())))
    }

    async fn list_node_routes(&self, ids: &[RouteId]) -> Result<Vec<NodeRoute>, StoreError> {
        Ok(self.read(|tables| {
            let routes = tables.nodes.routes.values();
            routes
                .filter(|route| ids.contains(&route.id))
                .cloned()
                .collect()
        }))
    }

    async fn list_machines(&self) -> Result<Vec<Machine>, StoreError> {
        Ok(self.read(|tables| {
            let rows = tables.nodes.machines.values();
            rows.map(|row| row.machine.clone()).collect()
        }))
    }

    async fn find_machine(&self, id: MachineId) -> Result<Option<Machine>, StoreError> {
        Ok(self.read(|tables| Some(tables.nodes.machines.get(&id)?.machine.clone())))
    }

    async fn update_node_state(
        &self,
        node: NodeId,
        change: &NodeStateChange,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        // Outside any transaction, but not during one: its commit would undo the change.
        let _turn = self.writer.lock().await;
        self.write(|tables| {
            let state = tables.nodes.states.entry(node).or_default();
            if change.checked {
                state.last_check_at = Some(at);
            }
            if let Some(load) = &change.load {
                state.load = Some((load.clone(), at));
            }
            if let Some(metrics) = &change.metrics {
                state.metrics = Some((metrics.clone(), at));
            }
        });
        Ok(())
    }

    async fn update_nodes_checked(
        &self,
        nodes: &[NodeId],
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let _turn = self.writer.lock().await;
        self.write(|tables| {
            for node in nodes {
                let state = tables.nodes.states.entry(*node).or_default();
                state.last_check_at = Some(at);
            }
        });
        Ok(())
    }

    async fn list_silent_nodes(
        &self,
        before: UnixSeconds,
        limit: u32,
    ) -> Result<Vec<SilentNode>, StoreError> {
        Ok(self.read(|tables| {
            let tables = &tables.nodes;
            let nodes = tables.nodes.values().filter(|node| node.parent.is_none());
            let silent = nodes.filter_map(|node| {
                let last_check_at = tables.states.get(&node.id)?.last_check_at?;
                let is_reported = tables.alerts.get(&node.id) == Some(&last_check_at);
                (last_check_at < before && !is_reported).then(|| SilentNode {
                    id: node.id,
                    name: node.name.clone(),
                    host: node.host.clone(),
                    last_check_at,
                })
            });
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            silent.take(limit).collect()
        }))
    }

    async fn list_devices(
        &self,
        groups: &[GroupId],
        since: UnixSeconds,
    ) -> Result<Vec<(UserId, String)>, StoreError> {
        Ok(self.read(|tables| {
            let rows = tables.users.values();
            let users = rows.map(|row| tables.user_access(row));
            let users = users.filter(|user| user.group.is_some_and(|own| groups.contains(&own)));
            let seen = users.flat_map(|access| {
                let id = access.user.id;
                let addresses = tables.nodes.addresses(id, since).into_iter();
                addresses.map(move |address| (id, address.to_owned()))
            });
            seen.collect()
        }))
    }

    async fn list_device_counts(
        &self,
        groups: &[GroupId],
        since: UnixSeconds,
    ) -> Result<Vec<(UserId, i64)>, StoreError> {
        Ok(self.read(|tables| {
            let rows = tables.users.values();
            let users = rows.map(|row| tables.user_access(row)).filter(|access| {
                let limited = access.user.device_limit.is_some_and(|limit| limit > 0);
                limited && access.group.is_some_and(|group| groups.contains(&group))
            });
            let counts = users.map(|access| {
                let id = access.user.id;
                let count = tables.nodes.addresses(id, since).len();
                (id, i64::try_from(count).unwrap_or(i64::MAX))
            });
            counts.filter(|(_, count)| *count > 0).collect()
        }))
    }

    async fn list_admitted_users(
        &self,
        after: Option<UserId>,
        limit: u32,
        now: UnixSeconds,
    ) -> Result<Vec<UserAccess>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.read(|tables| {
            let rows = tables.users.values();
            let users = rows.map(|row| tables.user_access(row));
            users
                .filter(|access| after.is_none_or(|after| access.user.id > after))
                .filter(|access| access.group.is_some() && access.is_admitted(now))
                .take(limit)
                .collect()
        }))
    }

    async fn list_user_access(&self, users: &[UserId]) -> Result<Vec<UserAccess>, StoreError> {
        Ok(self.read(|tables| {
            let rows = users.iter().filter_map(|user| tables.users.get(user));
            rows.map(|row| tables.user_access(row)).collect()
        }))
    }
}
