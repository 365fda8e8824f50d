use async_trait::async_trait;
use diesel::sql_types::Bool;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, QueryResult, SelectableHelper as _,
};
use ferroboard_billing::{
    CommissionStatus, DueOrder, DueOrders, NewOrder, Order, OrderRepository, OrderStatus,
    PastOrder, Period,
};
use ferroboard_kernel::{
    Cents, CouponId, OrderId, PaymentId, StoreError, TradeNo, UnixSeconds, UserId,
};

use super::super::sql::reading::RunQuery as _;
use super::super::{Conn, SqlTx, is_storable};
use super::order_ids::ids_to_json;
use super::order_rows::{EARNING, OrderRow, PastOrderRow, StoredOrder, UNPAID, earns};
use crate::failure::Failure;
use crate::fixed::fixed;
use crate::integer::{Amount, Int};
use crate::schema::{ferro_open_order, v2_order};

pub(in super::super) const PENDING: i64 = OrderStatus::Pending.code();
pub(in super::super) const PROCESSING: i64 = OrderStatus::Processing.code();

/// Makes the order its user's unfinished one, unless there is one.
async fn open(connection: &mut Conn, user: UserId, trade_no: &TradeNo) -> QueryResult<bool> {
    let row = (
        ferro_open_order::user_id.eq(user.get()),
        ferro_open_order::trade_no.eq(trade_no.as_str()),
    );
    let count = insert_or_ignore!(ferro_open_order::table, row)
        .execute(connection)
        .await?;
    Ok(count == 1)
}

/// The user's first unfinished order. One that cannot be read is left to the operator and counts for
/// nothing here: no request could finish it, and it would keep the user from ordering for ever.
async fn find_unfinished(connection: &mut Conn, user: UserId) -> QueryResult<Option<TradeNo>> {
    let rows: Vec<OrderRow> = v2_order::table
        .filter(v2_order::user_id.eq(user.get()))
        .filter(v2_order::status.between(PENDING, PROCESSING))
        .order(v2_order::id)
        .select(OrderRow::as_select())
        .load(connection)
        .await?;
    let mut orders = rows
        .into_iter()
        .filter_map(|row| OrderRow::order((row, None)).ok());
    Ok(orders.next().map(|order| order.trade_no))
}

/// Forgets the user's open order if the user has no unfinished one.
async fn close_finished(connection: &mut Conn, user: UserId) -> QueryResult<bool> {
    if find_unfinished(&mut *connection, user).await?.is_some() {
        return Ok(false);
    }
    let open = ferro_open_order::table.filter(ferro_open_order::user_id.eq(user.get()));
    let count = diesel::delete(open).execute(connection).await?;
    Ok(count == 1)
}

/// Forgets that the order is its user's unfinished one. The order is locked already, and the row is
/// found by its key: the values come from subqueries that are asked once.
async fn close(connection: &mut Conn, id: OrderId) -> QueryResult<()> {
    let order = v2_order::table.filter(v2_order::id.eq(id.get()));
    let open = ferro_open_order::table
        .filter(
            ferro_open_order::user_id
                .nullable()
                .eq(order.select(v2_order::user_id).single_value()),
        )
        .filter(
            ferro_open_order::trade_no
                .nullable()
                .eq(order.select(v2_order::trade_no).single_value()),
        );
    diesel::delete(open).execute(connection).await.map(drop)
}

/// What was read, unless the database takes another number for equal.
fn exactly(row: Option<StoredOrder>, trade_no: &TradeNo) -> Result<Option<Order>, StoreError> {
    let order = row.map(OrderRow::order).transpose()?;
    Ok(order.filter(|order| order.trade_no == *trade_no))
}

#[async_trait]
impl OrderRepository for SqlTx {
    async fn find_order(&mut self, trade_no: &TradeNo) -> Result<Option<Order>, StoreError> {
        if !is_storable(trade_no.as_str()) {
            return Ok(None);
        }
        let found: Result<Option<Order>, Failure> = async {
            let row = v2_order::table
                .filter(v2_order::trade_no.eq(trade_no.as_str()))
                .select((OrderRow::as_select(), self.refund.read()))
                .first(self.open()?)
                .await
                .optional()?;
            Ok(exactly(row, trade_no)?)
        }
        .await;
        self.settle(found)
    }

    async fn lock_order(&mut self, trade_no: &TradeNo) -> Result<Option<Order>, StoreError> {
        if !is_storable(trade_no.as_str()) {
            return Ok(None);
        }
        let found: Result<Option<Order>, Failure> = async {
            let query = v2_order::table
                .filter(v2_order::trade_no.eq(trade_no.as_str()))
                .select((OrderRow::as_select(), self.refund.read()));
            let row = lock!(query).first(self.open()?).await.optional()?;
            Ok(exactly(row, trade_no)?)
        }
        .await;
        self.settle(found)
    }

    async fn find_unfinished_order(&mut self, user: UserId) -> Result<Option<TradeNo>, StoreError> {
        let found = find_unfinished(self.open()?, user).await;
        self.settle(found)
    }

    async fn list_completed_orders(&mut self, user: UserId) -> Result<Vec<PastOrder>, StoreError> {
        let rows = v2_order::table
            .filter(v2_order::user_id.eq(user.get()))
            .filter(v2_order::status.eq(OrderStatus::Completed.code()))
            .order(v2_order::id)
            .select((PastOrderRow::as_select(), self.refund.read()))
            .load(self.open()?)
            .await;
        let rows: Vec<(PastOrderRow, Option<Amount>)> = self.settle(rows)?;
        Ok(rows.into_iter().filter_map(PastOrderRow::known).collect())
    }

    async fn list_sold_orders(&mut self, user: UserId) -> Result<Vec<Order>, StoreError> {
        let rows = v2_order::table
            .filter(v2_order::user_id.eq(user.get()))
            .filter(v2_order::status.eq_any(EARNING))
            .order(v2_order::id)
            .select((OrderRow::as_select(), self.refund.read()))
            .load(self.open()?)
            .await;
        let rows: Vec<StoredOrder> = self.settle(rows)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| OrderRow::order(row).ok())
            .collect())
    }

    async fn count_paid_orders(&mut self, user: UserId) -> Result<i64, StoreError> {
        let count = v2_order::table
            .filter(v2_order::user_id.eq(user.get()))
            .filter(v2_order::status.ne_all(UNPAID))
            .filter(
                v2_order::period
                    .ne(Period::Deposit.key())
                    .or(v2_order::commission_balance.gt(0_i64)),
            )
            .count()
            .get_result::<Int>(self.open()?)
            .await;
        self.settle(count).map(|count| count.0)
    }

    async fn insert_open_order(
        &mut self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<bool, StoreError> {
        let inserted: Result<bool, Failure> = async {
            let connection = self.open()?;
            if open(&mut *connection, user, trade_no).await? {
                return Ok(true);
            }
            // Another program may have finished that order, and then the row stands for nothing.
            Ok(close_finished(&mut *connection, user).await?
                && open(connection, user, trade_no).await?)
        }
        .await;
        self.settle(inserted)
    }

    async fn insert_order(&mut self, order: &NewOrder) -> Result<OrderId, StoreError> {
        let quote = &order.quote;
        let (refund, column) = (quote.refund.map(Cents::get), self.refund.name());
        let insert = diesel::insert_into(v2_order::table).values((
            v2_order::invite_user_id.eq(quote.inviter.map(UserId::get)),
            v2_order::user_id.eq(order.user_id.get()),
            v2_order::plan_id.eq(order.plan_id.get()),
            v2_order::coupon_id.eq(order.coupon_id.map(CouponId::get)),
            v2_order::type_.eq(quote.kind.code()),
            v2_order::period.eq(order.period.key()),
            v2_order::trade_no.eq(order.trade_no.as_str()),
            v2_order::total_amount.eq(quote.total.get()),
            v2_order::discount_amount.eq(quote.discount.map(Cents::get)),
            v2_order::surplus_amount.eq(quote.surplus.map(Cents::get)),
            v2_order::balance_amount.eq(quote.balance_used.map(Cents::get)),
            v2_order::surplus_order_ids.eq(ids_to_json(quote.surplus_orders.as_deref())),
            v2_order::status.eq(PENDING),
            v2_order::commission_status.eq(CommissionStatus::Unconfirmed.code()),
            v2_order::commission_balance.eq(quote.commission.get()),
            v2_order::created_at.eq(order.at.get()),
            v2_order::updated_at.eq(order.at.get()),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, v2_order::id, &mut *connection)?;
            if let Some(amount) = refund {
                let write = format!(
                    "UPDATE v2_order SET {column} = {amount} WHERE id = {}",
                    id.0
                );
                diesel::sql_query(write).execute(connection).await?;
            }
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| OrderId::new(id.0))
    }

    async fn move_order(
        &mut self,
        id: OrderId,
        from: OrderStatus,
        to: OrderStatus,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let moved: Result<bool, Failure> = async {
            let connection = self.open()?;
            let still = v2_order::table
                .filter(v2_order::id.eq(id.get()))
                .filter(v2_order::status.eq(from.code()));
            let changed = diesel::update(still)
                .set((
                    v2_order::status.eq(to.code()),
                    v2_order::updated_at.eq(at.get()),
                ))
                .execute(&mut *connection)
                .await?;
            if changed == 1 && from.is_unfinished() && !to.is_unfinished() {
                close(connection, id).await?;
            }
            Ok(changed == 1)
        }
        .await;
        self.settle(moved)
    }

    async fn update_order_payment(
        &mut self,
        id: OrderId,
        payment: PaymentId,
        handling: Option<Cents>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let pending = v2_order::table
            .filter(v2_order::id.eq(id.get()))
            .filter(v2_order::status.eq(PENDING));
        let updated = diesel::update(pending)
            .set((
                v2_order::payment_id.eq(payment.get()),
                v2_order::handling_amount.eq(handling.map(Cents::get)),
                v2_order::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(|count| count == 1)
    }

    async fn update_order_surplus(
        &mut self,
        id: OrderId,
        surplus: Cents,
        refund: Option<Cents>,
    ) -> Result<(), StoreError> {
        let column = self.refund.name();
        let refund = refund.map_or("NULL".to_owned(), |refund| refund.get().to_string());
        let write = format!(
            "UPDATE v2_order SET surplus_amount = {}, {column} = {refund} WHERE id = {id}",
            surplus.get()
        );
        let updated = diesel::sql_query(write).execute(self.open()?).await;
        self.settle(updated).map(drop)
    }

    async fn update_order_paid(
        &mut self,
        id: OrderId,
        callback_no: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let updated = diesel::update(v2_order::table.filter(v2_order::id.eq(id.get())))
            .set((
                v2_order::callback_no.eq(callback_no),
                v2_order::paid_at.eq(at.get()),
                v2_order::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn move_commission(
        &mut self,
        id: OrderId,
        from: CommissionStatus,
        to: CommissionStatus,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let still = v2_order::table
            .filter(v2_order::id.eq(id.get()))
            .filter(v2_order::commission_status.eq(from.code()));
        let moved = diesel::update(still)
            .set((
                v2_order::commission_status.eq(to.code()),
                v2_order::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn insert_commission(
        &mut self,
        id: OrderId,
        status: CommissionStatus,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let silent = v2_order::table
            .filter(v2_order::id.eq(id.get()))
            .filter(v2_order::commission_status.is_null());
        let written = diesel::update(silent)
            .set((
                v2_order::commission_status.eq(status.code()),
                v2_order::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(written).map(|count| count == 1)
    }

    async fn move_commission_amount(
        &mut self,
        id: OrderId,
        from: Cents,
        to: Cents,
    ) -> Result<bool, StoreError> {
        let still = v2_order::table
            .filter(v2_order::id.eq(id.get()))
            .filter(v2_order::commission_balance.eq(from.get()))
            .filter(fixed::<Bool>(format!(
                "COALESCE(v2_order.commission_status, 0) <> {}",
                CommissionStatus::Paid.code()
            )));
        if from == to {
            // MySQL counts only what it changes.
            let count = still.count().get_result::<Int>(self.open()?).await;
            return self.settle(count).map(|count| count.0 == 1);
        }
        let moved = diesel::update(still)
            .set(v2_order::commission_balance.eq(to.get()))
            .execute(self.open()?)
            .await;
        self.settle(moved).map(|count| count == 1)
    }

    async fn update_commission_paid(
        &mut self,
        id: OrderId,
        paid: Cents,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let updated = diesel::update(v2_order::table.filter(v2_order::id.eq(id.get())))
            .set((
                v2_order::actual_commission_balance.eq(paid.get()),
                v2_order::updated_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn list_due_orders(
        &mut self,
        due: DueOrders,
        after: Option<OrderId>,
        limit: u32,
    ) -> Result<Vec<DueOrder>, StoreError> {
        let orders = v2_order::table
            .filter(v2_order::id.gt(after.map_or(i64::MIN, OrderId::get)))
            .order(v2_order::id)
            .limit(i64::from(limit))
            .select((v2_order::id, v2_order::trade_no, v2_order::payment_id))
            .into_boxed();
        let orders = match due {
            DueOrders::ToExpire(until) => orders
                .filter(v2_order::status.eq(PENDING))
                .filter(v2_order::created_at.le(until.get())),
            DueOrders::ToOpen => orders.filter(v2_order::status.eq(PROCESSING)),
            DueOrders::ToReconcile(since) => orders
                .filter(v2_order::status.eq(PENDING))
                .filter(v2_order::payment_id.is_not_null())
                .filter(v2_order::updated_at.ge(since.get())),
            DueOrders::ToConfirmCommission(until) => orders
                .filter(v2_order::status.eq_any(EARNING))
                .filter(fixed::<Bool>(earns()))
                .filter(v2_order::commission_status.eq(CommissionStatus::Unconfirmed.code()))
                .filter(v2_order::invite_user_id.is_not_null())
                .filter(v2_order::updated_at.le(until.get())),
            DueOrders::ToPayCommission => orders
                .filter(v2_order::commission_status.eq(CommissionStatus::Payable.code()))
                .filter(v2_order::invite_user_id.is_not_null()),
        };
        let rows = orders
            .load::<(Int, String, Option<Int>)>(self.open()?)
            .await;
        let rows = self.settle(rows)?.into_iter();
        Ok(rows
            .map(|(id, trade_no, payment)| DueOrder {
                id: OrderId::new(id.0),
                trade_no: TradeNo::stored(trade_no),
                payment_id: payment.map(|id| PaymentId::new(id.0)),
            })
            .collect())
    }
}
