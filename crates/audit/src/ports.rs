//! What this domain needs from outside, inside one open transaction.

use async_trait::async_trait;
use ferroboard_kernel::{AuditId, StoreError, UnixSeconds};

use crate::{AuditChange, NewAuditEntry};

/// `v2_admin_audit_log`, `ferro_audit_change` and `ferro_audit_outcome`.
#[async_trait]
pub trait AuditRepository: Send {
    /// Writes a row for a request.
    async fn insert_audit_entry(&mut self, entry: &NewAuditEntry) -> Result<AuditId, StoreError>;

    /// Adds what the request of this row changed. MUST return [`StoreError::Duplicate`] when that was
    /// added before.
    async fn insert_audit_change(
        &mut self,
        entry: AuditId,
        change: &AuditChange,
    ) -> Result<(), StoreError>;

    /// Adds the status with which the request of this row was answered.
    async fn insert_audit_outcome(
        &mut self,
        entry: AuditId,
        status: u16,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Deletes what was asked before this time, with its changes and outcomes, at most `limit` rows; how many.
    async fn delete_audit_entries(
        &mut self,
        before: UnixSeconds,
        limit: i64,
    ) -> Result<u64, StoreError>;
}

/// All that this domain may touch inside one transaction.
pub trait AuditTx: AuditRepository {}
impl<T: AuditRepository + ?Sized> AuditTx for T {}
