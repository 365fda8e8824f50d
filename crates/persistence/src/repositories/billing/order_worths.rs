use async_trait::async_trait;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use ferroboard_billing::{OrderWorth, WorthRepository};
use ferroboard_kernel::{Cents, OrderId, StoreError, UserId};

use super::super::sql::reading::RunQuery as _;
use super::super::sql::sums;
use super::super::{SqlTx, dialect};
use crate::integer::{Amount, Int};
use crate::schema::{ferro_cleared_traffic, ferro_order_worth};

#[async_trait]
impl WorthRepository for SqlTx {
    async fn find_cleared_traffic(&mut self, user: UserId) -> Result<i64, StoreError> {
        let bytes = ferro_cleared_traffic::table
            .filter(ferro_cleared_traffic::user_id.eq(user.get()))
            .select(ferro_cleared_traffic::bytes)
            .first::<Int>(self.open()?)
            .await
            .optional();
        Ok(self.settle(bytes)?.map_or(0, |bytes| bytes.0))
    }

    async fn insert_order_worth(
        &mut self,
        order: OrderId,
        user: UserId,
        present: i64,
    ) -> Result<(), StoreError> {
        let cleared = format!("(SELECT bytes FROM ferro_cleared_traffic WHERE user_id = {user})");
        // COALESCE also where the sum is no number.
        let used = sums::of_two(
            &format!("COALESCE({cleared}, 0)"),
            &present.max(0).to_string(),
        );
        let insert = dialect::insert_or_ignore(&format!(
            "INTO ferro_order_worth (order_id, used_before) VALUES ({order}, {used})"
        ));
        let inserted = diesel::sql_query(insert).execute(self.open()?).await;
        self.settle(inserted).map(drop)
    }

    async fn list_order_worths(
        &mut self,
        orders: &[OrderId],
    ) -> Result<Vec<(OrderId, OrderWorth)>, StoreError> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let known = ferro_order_worth::table
            .filter(ferro_order_worth::order_id.eq_any(orders.iter().map(|order| order.get())))
            .order(ferro_order_worth::order_id)
            .select((
                ferro_order_worth::order_id,
                ferro_order_worth::used_before,
                ferro_order_worth::credited,
                ferro_order_worth::settled,
                ferro_order_worth::commission,
            ))
            .load::<(Int, Int, Amount, Amount, Option<Amount>)>(self.open()?)
            .await;
        let known = self.settle(known)?.into_iter();
        let worth = |row: (Int, Int, Amount, Amount, Option<Amount>)| {
            let (order, used_before, credited, settled, commission) = row;
            let worth = OrderWorth {
                used_before: used_before.0,
                credited: Cents::new(credited.0),
                settled: Cents::new(settled.0),
                commission: commission.map(|commission| Cents::new(commission.0)),
            };
            (OrderId::new(order.0), worth)
        };
        Ok(known.map(worth).collect())
    }

    async fn update_order_credit(
        &mut self,
        order: OrderId,
        worth: &OrderWorth,
    ) -> Result<(), StoreError> {
        let (credited, commission) = (worth.credited.get(), worth.commission.map(Cents::get));
        let first = diesel::insert_into(ferro_order_worth::table).values((
            ferro_order_worth::order_id.eq(order.get()),
            ferro_order_worth::credited.eq(credited),
            ferro_order_worth::commission.eq(commission),
        ));
        let written = on_duplicate!(first, ferro_order_worth::order_id)
            .do_update()
            .set((
                ferro_order_worth::credited.eq(credited),
                ferro_order_worth::commission.eq(commission),
            ))
            .execute(self.open()?)
            .await;
        self.settle(written).map(drop)
    }

    async fn update_order_settled(&mut self, order: OrderId) -> Result<(), StoreError> {
        let known = ferro_order_worth::table
            .filter(ferro_order_worth::order_id.eq(order.get()))
            .filter(ferro_order_worth::credited.ne(ferro_order_worth::settled));
        let settled = diesel::update(known)
            .set(ferro_order_worth::settled.eq(ferro_order_worth::credited))
            .execute(self.open()?)
            .await;
        self.settle(settled).map(drop)
    }
}
