use std::sync::Arc;

use async_trait::async_trait;
use ferroboard_application::{SubscriberView, SubscriptionQueries};
use ferroboard_auth::SubscribeToken;
use ferroboard_kernel::{GroupId, StoreError};
use ferroboard_nodes::Node;
use ferroboard_subscription::StoredNode;

use super::MemoryStore;

#[async_trait]
impl SubscriptionQueries for MemoryStore {
    async fn find_subscriber(
        &self,
        token: &SubscribeToken,
    ) -> Result<Option<SubscriberView>, StoreError> {
        Ok(self.read(|tables| {
            let mut users = tables.users.values();
            let row = users.find(|row| row.auth.account.subscribe_token == *token)?;
            Some(tables.subscriber_view(row))
        }))
    }

    async fn list_nodes_shown_to(&self, group: GroupId) -> Result<Vec<StoredNode>, StoreError> {
        Ok(self.read(|tables| {
            let nodes = &tables.nodes.nodes;
            let mut shown: Vec<&Node> = nodes
                .values()
                .filter(|node| node.is_shown_to(group))
                .collect();
            shown.sort_by_key(|node| node.sort);
            let parent = |node: &Node| node.parent.and_then(|id| nodes.get(&id));
            let stored = shown.into_iter().map(|node| StoredNode {
                id: node.id,
                protocol: node.protocol,
                name: node.name.clone(),
                host: node.host.clone(),
                port: node.port.clone(),
                tags: node.tags.clone().unwrap_or_default(),
                settings: Arc::new(node.settings.clone()),
                keyed_at: parent(node).unwrap_or(node).created_at,
            });
            stored.collect()
        }))
    }
}
