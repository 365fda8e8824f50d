use async_trait::async_trait;
use ferroboard_kernel::{Cents, OrderId, StoreError};

use super::tables::HasBilling;
use crate::TopUpRepository;

#[async_trait]
impl<T: HasBilling> TopUpRepository for T {
    async fn insert_top_up(&mut self, order: OrderId, bonus: Cents) -> Result<(), StoreError> {
        if self.billing()?.top_ups.contains_key(&order) {
            let constraint = "ferro_top_up.order_id".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        self.billing()?.top_ups.insert(order, bonus);
        Ok(())
    }

    async fn find_top_up(&mut self, order: OrderId) -> Result<Option<Cents>, StoreError> {
        Ok(self.billing()?.top_ups.get(&order).copied())
    }
}
