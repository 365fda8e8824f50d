//! Permission groups, as administrators manage them.

use std::collections::HashMap;
use std::sync::Arc;

use ferroboard_audit::AuditChange;
use ferroboard_billing::GroupReference;
use ferroboard_kernel::GroupId;
use ferroboard_nodes::{NodeError, NodeGroup};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::remembered::{Figure, Remembered};
use crate::administration::servers::group_queries::NodeGroupRow;
use crate::{Change, Error, UnitOfWork};

/// A group with who is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeGroupView {
    /// The group.
    pub group: NodeGroup,
    /// How many nodes serve it.
    pub nodes: i64,
    /// How many users are in it.
    pub users: i64,
}

/// The groups.
pub struct NodeGroups {
    context: AdminContext,
    users: Remembered<(), Arc<HashMap<GroupId, i64>>>,
}

impl NodeGroups {
    pub(crate) fn new(context: AdminContext) -> Self {
        Self {
            context,
            users: Remembered::default(),
        }
    }

    /// Every group, the latest first.
    pub async fn list(&self) -> Result<Vec<NodeGroupView>, Error> {
        let store = self.context.ports.store.admin()?;
        let rows = store.list_node_groups().await?;
        let users = self.users.get((), async {
            let counts = store.count_users_of_groups().await?;
            let rows = counts.iter().map(|(_, count)| count).sum();
            let value = Arc::new(counts.into_iter().collect());
            Ok(Figure { value, rows })
        });
        let users: Arc<HashMap<GroupId, i64>> = users.await?;
        let view = |NodeGroupRow { group, nodes }| NodeGroupView {
            users: users.get(&group.id).copied().unwrap_or(0),
            group,
            nodes,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Makes a group.
    pub async fn create(&self, name: &str, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.context.ports.clock.now();
            let id = tx.insert_node_group(name, now).await?;
            AuditChange::between(&Value::Null, &shown(id, name))
        })
    }

    /// Calls a group otherwise.
    pub async fn rename(&self, id: GroupId, name: &str, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.context.ports.clock.now();
            let before = locked(tx, id).await?;
            tx.update_node_group(id, name, now).await?;
            AuditChange::between(&shown(id, &before.name), &shown(id, name))
        })
    }

    /// Deletes a group that no node, plan or user has.
    pub async fn delete(&self, id: GroupId, change: Change) -> Result<(), Error> {
        change!(change, |tx| delete_within(tx, id).await?)
    }
}

async fn locked(tx: &mut dyn UnitOfWork, id: GroupId) -> Result<NodeGroup, Error> {
    let group = tx.lock_node_group(id).await?;
    Ok(group.ok_or(NodeError::GroupMissing)?)
}

async fn delete_within(tx: &mut dyn UnitOfWork, id: GroupId) -> Result<AuditChange, Error> {
    let group = locked(tx, id).await?;
    if tx.has_node_of_group(id).await? {
        return Err(NodeError::GroupHasNodes.into());
    }
    match tx.find_group_reference(id).await? {
        Some(GroupReference::Plan) => return Err(NodeError::GroupHasPlans.into()),
        Some(GroupReference::User) => return Err(NodeError::GroupHasUsers.into()),
        None => {}
    }
    tx.delete_node_group(id).await?;
    Ok(AuditChange::between(&shown(id, &group.name), &Value::Null))
}

/// What the record says of a group.
fn shown(id: GroupId, name: &str) -> Value {
    json!({"id": id.get(), "name": name})
}
