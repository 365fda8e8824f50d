//! Machines that run several nodes, as administrators manage them.

use ferroboard_audit::AuditChange;
use ferroboard_kernel::{MachineId, Seconds};
use ferroboard_nodes::{Machine, MachineChange, MachineReading, MachineTerms, NodeError};
use serde_json::{Value, json};

use crate::administration::audit::change::change;
use crate::administration::context::AdminContext;
use crate::administration::servers::machine_queries::{MachineNodeView, MachineView};
use crate::{Change, Error, RequestRoot, UnitOfWork, addresses};

/// The machines.
pub struct ManagedMachines(pub(crate) AdminContext);

impl ManagedMachines {
    /// Every machine.
    pub async fn list(&self) -> Result<Vec<MachineView>, Error> {
        Ok(self.0.ports.store.admin()?.list_managed_machines().await?)
    }

    /// Makes a machine with a secret of its own.
    pub async fn create(&self, terms: &MachineTerms, change: Change) -> Result<Machine, Error> {
        let made = change!(change, |tx| {
            let token = Machine::new_token(self.0.ports.random.as_ref());
            let now = self.0.ports.clock.now();
            let id = tx.insert_machine(terms, &token, now).await?;
            let machine = Machine {
                id,
                token,
                active: terms.active,
            };
            let made = AuditChange::between(&Value::Null, &shown(id, terms));
            (machine, made)
        })?;
        self.0.nodes_changed();
        Ok(made)
    }

    /// Changes what is said of a machine. One that is switched off is let in no longer.
    pub async fn change(
        &self,
        id: MachineId,
        told: &MachineChange,
        change: Change,
    ) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (_, before) = locked(tx, id).await?;
            tx.update_machine(id, told, now).await?;
            let after = before.clone().changed(told);
            AuditChange::between(&shown(id, &before), &shown(id, &after))
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Deletes a machine, which is told to run no node any more. Its nodes stay.
    pub async fn delete(&self, id: MachineId, change: Change) -> Result<(), Error> {
        change!(change, |tx| {
            let now = self.0.ports.clock.now();
            let (_, before) = locked(tx, id).await?;
            tx.delete_machine(id, now).await?;
            AuditChange::between(&shown(id, &before), &Value::Null)
        })?;
        self.0.nodes_changed();
        Ok(())
    }

    /// Gives a machine another secret: with the old one it is let in no longer.
    pub async fn reset_token(&self, id: MachineId, change: Change) -> Result<String, Error> {
        let token = change!(change, |tx| {
            let token = Machine::new_token(self.0.ports.random.as_ref());
            let now = self.0.ports.clock.now();
            let (machine, _) = locked(tx, id).await?;
            tx.update_machine_token(id, &token, now).await?;
            let (before, after) = (Value::from(machine.token), Value::from(token.as_str()));
            (token, AuditChange::of("token", before, after))
        })?;
        self.0.nodes_changed();
        Ok(token)
    }

    /// The machine's secret.
    pub async fn token(&self, id: MachineId) -> Result<String, Error> {
        Ok(self.find(id).await?.token)
    }

    /// What is typed on the machine to have it run its nodes.
    pub async fn install_command(
        &self,
        id: MachineId,
        root: &RequestRoot,
    ) -> Result<String, Error> {
        let machine = self.find(id).await?;
        Ok(self.command(&machine, root))
    }

    /// The same for a machine that is at hand.
    pub fn command(&self, machine: &Machine, root: &RequestRoot) -> String {
        let panel = addresses::panel(&self.0.site.current(), root.for_asker());
        machine.install_command(&panel)
    }

    /// The nodes of a machine.
    pub async fn nodes(&self, id: MachineId) -> Result<Vec<MachineNodeView>, Error> {
        self.find(id).await?;
        Ok(self.0.ports.store.admin()?.list_machine_nodes(id).await?)
    }

    /// The latest loads of a machine within this span, so many at most, the oldest first.
    pub async fn history(
        &self,
        id: MachineId,
        span: Option<Seconds>,
        limit: u32,
    ) -> Result<Vec<MachineReading>, Error> {
        self.find(id).await?;
        let now = self.0.ports.clock.now();
        let since = span.map(|span| now.minus(span));
        let store = self.0.ports.store.admin()?;
        Ok(store.list_machine_readings(id, since, limit).await?)
    }

    async fn find(&self, id: MachineId) -> Result<Machine, Error> {
        let machine = self.0.ports.store.find_machine(id).await?;
        Ok(machine.ok_or(NodeError::MachineMissing)?)
    }
}

async fn locked(tx: &mut dyn UnitOfWork, id: MachineId) -> Result<(Machine, MachineTerms), Error> {
    let machine = tx.lock_machine(id).await?;
    Ok(machine.ok_or(NodeError::MachineMissing)?)
}

/// What the record says of a machine.
fn shown(id: MachineId, terms: &MachineTerms) -> Value {
    json!({
        "id": id.get(), "name": terms.name, "notes": terms.notes, "is_active": terms.active,
    })
}
