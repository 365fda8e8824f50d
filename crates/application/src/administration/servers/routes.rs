//! Rules that nodes apply to traffic, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_kernel::RouteId;
use ferroboard_nodes::{KeptRoute, NodeError, NodeRoute, RouteTerms};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::servers::route_queries::NodeRouteView;
use crate::{Change, Error, UnitOfWork};

/// The rules.
pub struct NodeRoutes(pub(crate) AdminContext);

impl NodeRoutes {
    /// Every rule.
    pub async fn list(&self) -> Result<Vec<NodeRouteView>, Error> {
        Ok(self.0.ports.store.admin()?.list_kept_routes().await?)
    }

    /// Makes a rule.
    pub async fn create(&self, terms: &RouteTerms, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let id = tx.insert_node_route(terms, now).await?;
            AuditChange::between(&Value::Null, &said(id, terms))
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Changes a rule, of which the nodes that name it are told at once.
    pub async fn change(
        &self,
        id: RouteId,
        terms: &RouteTerms,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let before = locked(tx, id).await?;
            tx.update_node_route(id, terms, now).await?;
            AuditChange::between(&shown(&before), &said(id, terms))
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Deletes a rule, of which the nodes that name it are told at once.
    pub async fn delete(&self, id: RouteId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let before = locked(tx, id).await?;
            tx.delete_node_route(id).await?;
            AuditChange::between(&shown(&before), &Value::Null)
        })?;
        self.0.nodes_changed();
        Ok(())
    }
}

async fn locked(tx: &mut dyn UnitOfWork, id: RouteId) -> Result<KeptRoute, Error> {
    let route = tx.lock_node_route(id).await?;
    Ok(route.ok_or(NodeError::RouteMissing)?)
}

/// What the record says of a rule.
fn shown(kept: &KeptRoute) -> Value {
    let NodeRoute {
        id,
        matches,
        action,
        action_value,
    } = &kept.route;
    json!({
        "id": id.get(), "remarks": kept.remarks, "match": matches, "action": action,
        "action_value": action_value,
    })
}

fn said(id: RouteId, terms: &RouteTerms) -> Value {
    json!({
        "id": id.get(), "remarks": terms.remarks, "match": terms.matches,
        "action": terms.action.name(), "action_value": terms.action_value,
    })
}
