use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use ferroboard_billing::OpeningFailureRepository;
use ferroboard_kernel::{OrderId, StoreError, UnixSeconds};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, line};
use crate::schema::ferro_order_failure;

#[async_trait]
impl OpeningFailureRepository for SqlTx {
    async fn insert_opening_failure(
        &mut self,
        order: OrderId,
        reason: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let reason = line(reason);
        let insert = diesel::insert_into(ferro_order_failure::table).values((
            ferro_order_failure::order_id.eq(order.get()),
            ferro_order_failure::reason.eq(&reason),
            ferro_order_failure::attempts.eq(1_i64),
            ferro_order_failure::failed_at.eq(at.get()),
        ));
        let stored = on_duplicate!(insert, ferro_order_failure::order_id)
            .do_update()
            .set((
                ferro_order_failure::reason.eq(&reason),
                ferro_order_failure::attempts.eq(ferro_order_failure::attempts + 1),
                ferro_order_failure::failed_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(stored).map(drop)
    }

    async fn delete_opening_failure(&mut self, order: OrderId) -> Result<(), StoreError> {
        let failure =
            ferro_order_failure::table.filter(ferro_order_failure::order_id.eq(order.get()));
        let deleted = diesel::delete(failure).execute(self.open()?).await;
        self.settle(deleted).map(drop)
    }
}
