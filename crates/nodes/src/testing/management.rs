use async_trait::async_trait;
use ferroboard_kernel::{GroupId, MachineId, RouteId, StoreError, UnixSeconds};

use super::{HasNodes, MachineRow};
use crate::{
    KeptRoute, Machine, MachineChange, MachineTerms, ManagedMachineRepository, NodeGroup,
    NodeGroupRepository, NodeRoute, NodeRouteRepository, RouteTerms,
};

#[async_trait]
impl<T: HasNodes> NodeGroupRepository for T {
    async fn lock_node_group(&mut self, id: GroupId) -> Result<Option<NodeGroup>, StoreError> {
        Ok(self.nodes()?.groups.get(&id).cloned())
    }

    async fn has_node_of_group(&mut self, id: GroupId) -> Result<bool, StoreError> {
        Ok(self.nodes()?.nodes.values().any(|node| node.serves(id)))
    }

    async fn insert_node_group(
        &mut self,
        name: &str,
        at: UnixSeconds,
    ) -> Result<GroupId, StoreError> {
        let groups = &mut self.nodes()?.groups;
        let id = GroupId::new(groups.keys().last().map_or(0, |id| id.get()) + 1);
        let group = NodeGroup {
            id,
            name: name.to_owned(),
            created_at: at,
            updated_at: at,
        };
        groups.insert(id, group);
        Ok(id)
    }

    async fn update_node_group(
        &mut self,
        id: GroupId,
        name: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        if let Some(group) = self.nodes()?.groups.get_mut(&id) {
            name.clone_into(&mut group.name);
            group.updated_at = at;
        }
        Ok(())
    }

    async fn delete_node_group(&mut self, id: GroupId) -> Result<(), StoreError> {
        self.nodes()?.groups.remove(&id);
        Ok(())
    }
}

fn route(id: RouteId, terms: &RouteTerms) -> NodeRoute {
    NodeRoute {
        id,
        matches: terms.matches.clone(),
        action: terms.action.name().to_owned(),
        action_value: terms.action_value.clone(),
    }
}

#[async_trait]
impl<T: HasNodes> NodeRouteRepository for T {
    async fn lock_node_route(&mut self, id: RouteId) -> Result<Option<KeptRoute>, StoreError> {
        let tables = self.nodes()?;
        let route = tables.routes.get(&id).cloned();
        let remarks = tables.remarks.get(&id).cloned().unwrap_or_default();
        Ok(route.map(|route| KeptRoute { route, remarks }))
    }

    async fn insert_node_route(
        &mut self,
        terms: &RouteTerms,
        at: UnixSeconds,
    ) -> Result<RouteId, StoreError> {
        let last = self.nodes()?.routes.keys().last().map_or(0, |id| id.get());
        let id = RouteId::new(last + 1);
        self.update_node_route(id, terms, at).await?;
        Ok(id)
    }

    async fn update_node_route(
        &mut self,
        id: RouteId,
        terms: &RouteTerms,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let tables = self.nodes()?;
        tables.routes.insert(id, route(id, terms));
        tables.remarks.insert(id, terms.remarks.clone());
        Ok(())
    }

    async fn delete_node_route(&mut self, id: RouteId) -> Result<(), StoreError> {
        let tables = self.nodes()?;
        tables.routes.remove(&id);
        tables.remarks.remove(&id);
        Ok(())
    }
}

#[async_trait]
impl<T: HasNodes> ManagedMachineRepository for T {
    async fn lock_machine(
        &mut self,
        id: MachineId,
    ) -> Result<Option<(Machine, MachineTerms)>, StoreError> {
        let tables = self.nodes()?;
        let Some(row) = tables.machines.get(&id) else {
            return Ok(None);
        };
        let terms = tables.machine_terms.get(&id).cloned().unwrap_or_default();
        let terms = MachineTerms {
            active: row.machine.active,
            ..terms
        };
        Ok(Some((row.machine.clone(), terms)))
    }

    async fn insert_machine(
        &mut self,
        terms: &MachineTerms,
        token: &str,
        _at: UnixSeconds,
    ) -> Result<MachineId, StoreError> {
        let tables = self.nodes()?;
        if tables
            .machines
            .values()
            .any(|row| row.machine.token == token)
        {
            let constraint = "v2_server_machine_token_unique".to_owned();
            return Err(StoreError::Duplicate { constraint });
        }
        let id = MachineId::new(tables.machines.keys().last().map_or(0, |id| id.get()) + 1);
        let machine = Machine {
            id,
            token: token.to_owned(),
            active: terms.active,
        };
        let row = MachineRow {
            machine,
            last_seen_at: None,
            load: None,
        };
        tables.machines.insert(id, row);
        tables.machine_terms.insert(id, terms.clone());
        Ok(id)
    }

    async fn update_machine(
        &mut self,
        id: MachineId,
        change: &MachineChange,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let tables = self.nodes()?;
        if let Some(row) = tables.machines.get_mut(&id) {
            let terms = tables.machine_terms.remove(&id).unwrap_or_default();
            row.machine.active = change.active.unwrap_or(row.machine.active);
            tables.machine_terms.insert(id, terms.changed(change));
        }
        Ok(())
    }

    async fn update_machine_token(
        &mut self,
        id: MachineId,
        token: &str,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        if let Some(row) = self.nodes()?.machines.get_mut(&id) {
            token.clone_into(&mut row.machine.token);
        }
        Ok(())
    }

    async fn delete_machine(&mut self, id: MachineId, at: UnixSeconds) -> Result<(), StoreError> {
        let tables = self.nodes()?;
        let nodes = tables.nodes.values_mut();
        for node in nodes.filter(|node| node.machine == Some(id)) {
            node.machine = None;
            node.updated_at = at;
        }
        tables.machines.remove(&id);
        tables.machine_terms.remove(&id);
        tables.readings.retain(|reading| reading.machine != id);
        Ok(())
    }
}
