use async_trait::async_trait;
use ferroboard_kernel::{OrderId, RefundId, StoreError, UnixSeconds};

use crate::{NewRefund, OrderRefunds, Refund, RefundDestination, RefundResult, RefundStatus};

/// Refunds (`ferro_refund`), and what they took of their orders (`ferro_order_refund`).
#[async_trait]
pub trait RefundRepository: Send {
    /// What was refunded of those of the orders of which something was.
    async fn list_order_refunds(
        &mut self,
        orders: &[OrderId],
    ) -> Result<Vec<(OrderId, OrderRefunds)>, StoreError>;

    /// Writes what is refunded of the order if it still is `from`, which nothing is as well as no row;
    /// `false` means that another request was first. MUST be one conditional statement for what decides.
    async fn move_order_refunds(
        &mut self,
        order: OrderId,
        from: OrderRefunds,
        to: OrderRefunds,
    ) -> Result<bool, StoreError>;

    /// Inserts the refund as requested, never tried. Its key is unique.
    async fn insert_refund(&mut self, refund: &NewRefund) -> Result<RefundId, StoreError>;

    /// The refund.
    async fn find_refund(&mut self, id: RefundId) -> Result<Option<Refund>, StoreError>;

    /// Counts one more attempt if the refund is requested and has had so many, and writes when the next one
    /// is due; `false` means that somebody else is at it, or it is over.
    async fn move_refund_attempt(
        &mut self,
        id: RefundId,
        attempts: i64,
        due_at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes why nobody has the gateway's answer to a refund that is still requested.
    async fn update_refund_failure(
        &mut self,
        id: RefundId,
        failure: &str,
    ) -> Result<(), StoreError>;

    /// Lets a refund that is still requested go elsewhere; `false` means that another request was first.
    async fn update_refund_destination(
        &mut self,
        id: RefundId,
        to: RefundDestination,
    ) -> Result<bool, StoreError>;

    /// Ends the refund if it still stands at `from`; `false` means that another request was first.
    async fn move_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        to: RefundStatus,
        result: &RefundResult,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// The first `limit` refunds after the refund `after` that are requested and due at this time, by id.
    async fn list_due_refunds(
        &mut self,
        now: UnixSeconds,
        after: Option<RefundId>,
        limit: u32,
    ) -> Result<Vec<RefundId>, StoreError>;
}
