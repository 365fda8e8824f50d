use async_trait::async_trait;
use ferroboard_kernel::{OrderId, StoreError, UserId};

use super::tables::HasBilling;
use crate::{OrderWorth, WorthRepository};

#[async_trait]
impl<T: HasBilling> WorthRepository for T {
    async fn find_cleared_traffic(&mut self, user: UserId) -> Result<i64, StoreError> {
        Ok(self.billing()?.cleared.get(&user).copied().unwrap_or(0))
    }

    async fn insert_order_worth(
        &mut self,
        order: OrderId,
        user: UserId,
        present: i64,
    ) -> Result<(), StoreError> {
        let cleared = self.find_cleared_traffic(user).await?;
        let worth = OrderWorth {
            used_before: cleared.saturating_add(present),
            ..OrderWorth::default()
        };
        self.billing()?.worths.entry(order).or_insert(worth);
        Ok(())
    }

    async fn list_order_worths(
        &mut self,
        orders: &[OrderId],
    ) -> Result<Vec<(OrderId, OrderWorth)>, StoreError> {
        let worths = &self.billing()?.worths;
        let known = orders.iter();
        Ok(known
            .filter_map(|order| Some((*order, *worths.get(order)?)))
            .collect())
    }

    async fn update_order_credit(
        &mut self,
        order: OrderId,
        worth: &OrderWorth,
    ) -> Result<(), StoreError> {
        let row = self.billing()?.worths.entry(order).or_default();
        (row.credited, row.commission) = (worth.credited, worth.commission);
        Ok(())
    }

    async fn update_order_settled(&mut self, order: OrderId) -> Result<(), StoreError> {
        if let Some(row) = self.billing()?.worths.get_mut(&order) {
            row.settled = row.credited;
        }
        Ok(())
    }
}
