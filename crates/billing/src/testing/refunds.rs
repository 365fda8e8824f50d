use async_trait::async_trait;
use ferroboard_kernel::{OrderId, RefundId, StoreError, UnixSeconds};

use super::tables::{HasBilling, RefundRow};
use crate::{
    NewRefund, OrderRefunds, Refund, RefundDestination, RefundRepository, RefundResult,
    RefundStatus,
};

#[async_trait]
impl<T: HasBilling> RefundRepository for T {
    async fn list_order_refunds(
        &mut self,
        orders: &[OrderId],
    ) -> Result<Vec<(OrderId, OrderRefunds)>, StoreError> {
        let known = &self.billing()?.order_refunds;
        let found = orders.iter();
        Ok(found
            .filter_map(|order| Some((*order, *known.get(order)?)))
            .collect())
    }

    async fn move_order_refunds(
        &mut self,
        order: OrderId,
        from: OrderRefunds,
        to: OrderRefunds,
    ) -> Result<bool, StoreError> {
        let row = self.billing()?.order_refunds.entry(order).or_default();
        let is_first = *row == from;
        if is_first {
            *row = to;
        }
        Ok(is_first)
    }

    async fn insert_refund(&mut self, refund: &NewRefund) -> Result<RefundId, StoreError> {
        let refunds = &mut self.billing()?.refunds;
        if refunds.values().any(|row| row.asked.key == refund.key) {
            let constraint = "ferro_refund_key".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        let last = refunds.last_key_value().map_or(0, |(id, _)| id.get());
        let id = RefundId::new(last + 1);
        let row = RefundRow {
            asked: refund.clone(),
            status: RefundStatus::Requested,
            attempts: 0,
            result: RefundResult::default(),
            ended_at: None,
        };
        refunds.insert(id, row);
        Ok(id)
    }

    async fn find_refund(&mut self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        let row = self.billing()?.refunds.get(&id);
        Ok(row.map(|row| Refund {
            id,
            asked: row.asked.clone(),
            status: row.status,
            attempts: row.attempts,
        }))
    }

    async fn move_refund_attempt(
        &mut self,
        id: RefundId,
        attempts: i64,
        due_at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.billing()?.refunds.get_mut(&id);
        let row =
            row.filter(|row| row.status == RefundStatus::Requested && row.attempts == attempts);
        let is_first = row.is_some();
        if let Some(row) = row {
            row.attempts += 1;
            row.asked.due_at = Some(due_at);
        }
        Ok(is_first)
    }

    async fn update_refund_failure(
        &mut self,
        id: RefundId,
        failure: &str,
    ) -> Result<(), StoreError> {
        let row = self.billing()?.refunds.get_mut(&id);
        if let Some(row) = row.filter(|row| row.status == RefundStatus::Requested) {
            row.result.failure = Some(failure.to_owned());
        }
        Ok(())
    }

    async fn update_refund_destination(
        &mut self,
        id: RefundId,
        to: RefundDestination,
    ) -> Result<bool, StoreError> {
        let row = self.billing()?.refunds.get_mut(&id);
        let row = row.filter(|row| row.status == RefundStatus::Requested);
        let is_first = row.is_some();
        if let Some(row) = row {
            row.asked.to = to;
        }
        Ok(is_first)
    }

    async fn move_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        to: RefundStatus,
        result: &RefundResult,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let row = self.billing()?.refunds.get_mut(&id);
        let row = row.filter(|row| row.status == from);
        let is_first = row.is_some();
        if let Some(row) = row {
            row.status = to;
            row.result = result.clone();
            row.asked.due_at = None;
            row.ended_at = Some(at);
        }
        Ok(is_first)
    }

    async fn list_due_refunds(
        &mut self,
        now: UnixSeconds,
        after: Option<RefundId>,
        limit: u32,
    ) -> Result<Vec<RefundId>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_due = |row: &RefundRow| {
            row.status == RefundStatus::Requested && row.asked.due_at.is_some_and(|due| due <= now)
        };
        let refunds = self.billing()?.refunds.iter();
        let due = refunds
            .filter(|(id, row)| after.is_none_or(|after| **id > after) && is_due(row))
            .map(|(id, _)| *id);
        Ok(due.take(limit).collect())
    }
}
