use std::sync::Arc;

use ferroboard_kernel::UnixSeconds;
use ferroboard_nodes::{Node, NodeConfig};
use tokio::time::Instant;

use super::message::PanelMessage;
use crate::UserList;

/// What an agent was told about one node.
pub(super) struct Told {
    pub(super) node: Node,
    pub(super) config: NodeConfig,
    pub(super) users: Arc<UserList>,
    /// When the agent last reported from where users are online.
    pub(super) devices_at: Option<UnixSeconds>,
    /// When it is to be told the same of all nodes.
    pub(super) devices_due: Option<Instant>,
}

impl Told {
    pub(super) fn new(node: Node, config: NodeConfig, users: Arc<UserList>) -> Self {
        Self {
            node,
            config,
            users,
            devices_at: None,
            devices_due: None,
        }
    }

    /// Adds what is new to the messages.
    pub(super) fn update(
        &mut self,
        node: Node,
        config: NodeConfig,
        users: Arc<UserList>,
        messages: &mut Vec<PanelMessage>,
    ) {
        let has_other_groups = node.groups != self.node.groups;
        if has_other_groups || config != self.config {
            messages.push(PanelMessage::Config(node.id, config.clone()));
        }
        if has_other_groups {
            messages.push(PanelMessage::Users(node.id, Arc::clone(&users)));
        } else if !Arc::ptr_eq(&users, &self.users) {
            let changes = users.changes_since(&self.users);
            if !changes.is_empty() {
                messages.push(PanelMessage::Changes(node.id, changes));
            }
        }
        self.node = node;
        self.config = config;
        self.users = users;
    }
}
