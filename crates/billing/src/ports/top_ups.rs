use async_trait::async_trait;
use ferroboard_kernel::{Cents, OrderId, StoreError};

/// What comes on top of top-ups (`ferro_top_up`).
#[async_trait]
pub trait TopUpRepository: Send {
    /// Keeps what comes on top of this order.
    async fn insert_top_up(&mut self, order: OrderId, bonus: Cents) -> Result<(), StoreError>;

    /// What comes on top of the order; `None` where nothing was said when it was placed.
    async fn find_top_up(&mut self, order: OrderId) -> Result<Option<Cents>, StoreError>;
}
