use async_trait::async_trait;
use ferroboard_kernel::{OrderId, StoreError, UserId};

use crate::OrderWorth;

/// What was used and credited of what orders were worth (`ferro_order_worth`, `ferro_cleared_traffic`).
#[async_trait]
pub trait WorthRepository: Send {
    /// Bytes of the user's that resets ever cleared; 0 where none is known. See
    /// [`ResetRepository::insert_traffic_resets`](crate::ResetRepository).
    async fn find_cleared_traffic(&mut self, user: UserId) -> Result<i64, StoreError>;

    /// Notes for an order of the user that is opened how much the user has used in all: what resets
    /// ever cleared, and `present` bytes since the last. An order that has a row keeps it.
    async fn insert_order_worth(
        &mut self,
        order: OrderId,
        user: UserId,
        present: i64,
    ) -> Result<(), StoreError>;

    /// What is known of those of the orders about which something is.
    async fn list_order_worths(
        &mut self,
        orders: &[OrderId],
    ) -> Result<Vec<(OrderId, OrderWorth)>, StoreError>;

    /// Writes what became credit of the order's worth, and the commission that it owed at first; makes
    /// the row where there is none. The caller holds the buyer's lock.
    async fn update_order_credit(
        &mut self,
        order: OrderId,
        worth: &OrderWorth,
    ) -> Result<(), StoreError>;

    /// Notes that the order's commission is paid now, for what has not become credit of its worth.
    async fn update_order_settled(&mut self, order: OrderId) -> Result<(), StoreError>;
}
