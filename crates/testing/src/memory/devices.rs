use async_trait::async_trait;
use ferroboard_application::{DeviceQueries, NodeLabel};
use ferroboard_devices::Sighting;
use ferroboard_kernel::{StoreError, UnixSeconds, UserId};

use super::MemoryStore;

#[async_trait]
impl DeviceQueries for MemoryStore {
    async fn list_sightings(
        &self,
        users: &[UserId],
        since: UnixSeconds,
    ) -> Result<Vec<Sighting>, StoreError> {
        Ok(self.read(|tables| {
            let rows = tables.nodes.devices.iter();
            let live = rows.filter(|((user, ..), seen)| users.contains(user) && **seen >= since);
            live.map(|((user, node, address), seen)| Sighting {
                user: *user,
                node: node.get(),
                address: address.clone(),
                last_seen: *seen,
            })
            .collect()
        }))
    }

    async fn list_node_labels(&self, nodes: &[i64]) -> Result<Vec<NodeLabel>, StoreError> {
        Ok(self.read(|tables| {
            let rows = tables.nodes.nodes.values();
            rows.filter(|node| nodes.contains(&node.id.get()))
                .map(|node| NodeLabel {
                    id: node.id.get(),
                    name: node.name.clone(),
                    groups: node.groups.clone(),
                })
                .collect()
        }))
    }
}
