use async_trait::async_trait;
use ferroboard_application::{DemoObstacle, DemoRepository};
use ferroboard_kernel::StoreError;

use super::MemoryTx;

#[async_trait]
impl DemoRepository for MemoryTx {
    async fn find_demo_obstacle(&mut self) -> Result<Option<DemoObstacle>, StoreError> {
        let tables = self.open()?;
        let billing = &tables.billing;
        let filled = [
            (!billing.plans.is_empty(), DemoObstacle::Plans),
            (!billing.orders.is_empty(), DemoObstacle::Orders),
            (!billing.payments.is_empty(), DemoObstacle::PaymentMethods),
            (!billing.coupons.is_empty(), DemoObstacle::Coupons),
            (!tables.nodes.nodes.is_empty(), DemoObstacle::Nodes),
            (
                !tables.knowledge.articles.is_empty(),
                DemoObstacle::Articles,
            ),
        ];
        let found = filled.into_iter().find(|(is_filled, _)| *is_filled);
        Ok(found.map(|(_, obstacle)| obstacle))
    }
}
