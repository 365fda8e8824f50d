use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult};
use ferroboard_billing::TopUpRepository;
use ferroboard_kernel::{Cents, OrderId, StoreError};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx};
use crate::integer::Amount;
use crate::schema::ferro_top_up;

/// What comes on top of the order.
pub(super) async fn find(connection: &mut Conn, order: OrderId) -> QueryResult<Option<Cents>> {
    let bonus = ferro_top_up::table
        .filter(ferro_top_up::order_id.eq(order.get()))
        .select(ferro_top_up::bonus)
        .first::<Amount>(connection)
        .await
        .optional()?;
    Ok(bonus.map(|bonus| Cents::new(bonus.0)))
}

#[async_trait]
impl TopUpRepository for SqlTx {
    async fn insert_top_up(&mut self, order: OrderId, bonus: Cents) -> Result<(), StoreError> {
        let inserted = diesel::insert_into(ferro_top_up::table)
            .values((
                ferro_top_up::order_id.eq(order.get()),
                ferro_top_up::bonus.eq(bonus.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(inserted).map(drop)
    }

    async fn find_top_up(&mut self, order: OrderId) -> Result<Option<Cents>, StoreError> {
        let found = find(self.open()?, order).await;
        self.settle(found)
    }
}
