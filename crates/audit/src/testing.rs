//! The in-memory tables of this domain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ferroboard_kernel::testing::MemoryTransaction;
use ferroboard_kernel::{AuditId, StoreError, UnixSeconds};

use crate::{AuditChange, AuditRepository, NewAuditEntry};

/// The tables of this domain.
#[derive(Debug, Clone, Default)]
pub struct MemoryAudit {
    /// `v2_admin_audit_log`.
    pub entries: BTreeMap<AuditId, NewAuditEntry>,
    /// `ferro_audit_change`.
    pub changes: BTreeMap<AuditId, AuditChange>,
    /// `ferro_audit_outcome`: the status of each answer.
    pub outcomes: BTreeMap<AuditId, u16>,
    last: i64,
}

/// A transaction that holds this domain's tables.
pub trait HasAudit: Send {
    /// The tables as the transaction sees them; an error once the transaction is over.
    fn audit(&mut self) -> Result<&mut MemoryAudit, StoreError>;

    /// Ends the transaction because of this error, as a real database would, and gives it back.
    fn fail(&mut self, error: StoreError) -> StoreError;
}

impl HasAudit for MemoryTransaction<'_, MemoryAudit> {
    fn audit(&mut self) -> Result<&mut MemoryAudit, StoreError> {
        self.open()
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.end(error)
    }
}

#[async_trait]
impl<T: HasAudit> AuditRepository for T {
    async fn insert_audit_entry(&mut self, entry: &NewAuditEntry) -> Result<AuditId, StoreError> {
        let tables = self.audit()?;
        tables.last += 1;
        let id = AuditId::new(tables.last);
        tables.entries.insert(id, entry.clone());
        Ok(id)
    }

    async fn insert_audit_change(
        &mut self,
        entry: AuditId,
        change: &AuditChange,
    ) -> Result<(), StoreError> {
        let changes = &mut self.audit()?.changes;
        if changes.contains_key(&entry) {
            return Err(self.fail(StoreError::Duplicate {
                constraint: "ferro_audit_change.audit_id".to_owned(),
            }));
        }
        changes.insert(entry, change.clone());
        Ok(())
    }

    async fn insert_audit_outcome(
        &mut self,
        entry: AuditId,
        status: u16,
        _at: UnixSeconds,
    ) -> Result<(), StoreError> {
        self.audit()?.outcomes.insert(entry, status);
        Ok(())
    }

    async fn delete_audit_entries(
        &mut self,
        before: UnixSeconds,
        limit: i64,
    ) -> Result<u64, StoreError> {
        let tables = self.audit()?;
        let limit = usize::try_from(limit).unwrap_or(0);
        let old = tables.entries.iter().filter(|(_, entry)| entry.at < before);
        let old: Vec<AuditId> = old.map(|(id, _)| *id).take(limit).collect();
        for id in &old {
            tables.entries.remove(id);
            tables.changes.remove(id);
            tables.outcomes.remove(id);
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }
}
