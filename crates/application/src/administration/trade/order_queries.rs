//! What administrators read of orders.

use async_trait::async_trait;
use ferroboard_kernel::{OrderId, StoreError};
use ferroboard_listing::{Found, ListRequest};

use crate::administration::trade::order_views::{ManagedOrder, OrderDossier};

/// The orders, as administrators manage them.
#[async_trait]
pub trait ManagedOrderQueries: Send + Sync {
    /// What is asked of [`MANAGED_ORDERS`](crate::MANAGED_ORDERS); with `of_commission` only orders that are
    /// paid and of which an inviter earns something.
    async fn list_managed_orders(
        &self,
        request: &ListRequest,
        of_commission: bool,
    ) -> Result<Found<ManagedOrder>, StoreError>;

    /// The order with all that belongs to it, in a fixed number of statements.
    async fn find_order_dossier(&self, id: OrderId) -> Result<Option<OrderDossier>, StoreError>;
}
