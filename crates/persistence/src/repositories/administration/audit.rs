use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_audit::{AuditChange, AuditRepository, NewAuditEntry};
use ferroboard_kernel::{AuditId, StoreError, UnixSeconds};
use serde_json::{Map, Value};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, rows};
use crate::failure::Failure;
use crate::integer::Int;
use crate::schema::{
    ferro_audit_change as change_row, ferro_audit_outcome as outcome, v2_admin_audit_log as log,
};

fn json(values: &Map<String, Value>) -> String {
    Value::Object(values.clone())
        .to_string()
        .replace("\\u0000", "")
}

#[async_trait]
impl AuditRepository for SqlTx {
    async fn insert_audit_entry(&mut self, entry: &NewAuditEntry) -> Result<AuditId, StoreError> {
        let insert = diesel::insert_into(log::table).values((
            log::admin_id.eq(entry.admin.get()),
            log::action.eq(&entry.action),
            log::method.eq(&entry.method),
            log::uri.eq(&entry.uri),
            log::request_data.eq(&entry.input),
            log::ip.eq(entry.address.map(|address| address.to_string())),
            log::created_at.eq(entry.at.get()),
            log::updated_at.eq(entry.at.get()),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, log::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| AuditId::new(id.0))
    }

    async fn insert_audit_change(
        &mut self,
        entry: AuditId,
        change: &AuditChange,
    ) -> Result<(), StoreError> {
        let written = diesel::insert_into(change_row::table)
            .values((
                change_row::audit_id.eq(entry.get()),
                change_row::before_values.eq(json(&change.before)),
                change_row::after_values.eq(json(&change.after)),
            ))
            .execute(self.open()?)
            .await;
        self.settle(written).map(drop)
    }

    async fn insert_audit_outcome(
        &mut self,
        entry: AuditId,
        status: u16,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let written = diesel::insert_into(outcome::table)
            .values((
                outcome::audit_id.eq(entry.get()),
                outcome::status.eq(i64::from(status)),
                outcome::answered_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(written).map(drop)
    }

    async fn delete_audit_entries(
        &mut self,
        before: UnixSeconds,
        limit: i64,
    ) -> Result<u64, StoreError> {
        let deleted: Result<usize, Failure> = async {
            let connection = self.open()?;
            // Rows are numbered in the order of their times, so that the primary key finds them.
            let old: Vec<Int> = log::table
                .filter(log::created_at.lt(before.get()))
                .order(log::id)
                .limit(limit)
                .select(log::id)
                .load(&mut *connection)
                .await?;
            let old: Vec<i64> = old.into_iter().map(|id| id.0).collect();
            let changes = change_row::table.filter(change_row::audit_id.eq_any(&old));
            diesel::delete(changes).execute(&mut *connection).await?;
            let outcomes = outcome::table.filter(outcome::audit_id.eq_any(&old));
            diesel::delete(outcomes).execute(&mut *connection).await?;
            let entries = log::table.filter(log::id.eq_any(&old));
            Ok(diesel::delete(entries).execute(connection).await?)
        }
        .await;
        self.settle(deleted).map(rows)
    }
}
