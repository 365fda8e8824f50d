use async_trait::async_trait;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use ferroboard_billing::{
    GatewayPayment, NewRefund, OrderRefunds, Refund, RefundDestination, RefundRepository,
    RefundResult, RefundStatus,
};
use ferroboard_kernel::{
    Cents, OrderId, PaymentId, RefundId, StoreError, TradeNo, UnixSeconds, UserId,
};

use super::super::sql::reading::RunQuery as _;
use super::super::{SqlTx, line};
use crate::failure::Failure;
use crate::integer::{Amount, Int, instant};
use crate::odd_values;
use crate::schema::{ferro_order_refund, ferro_refund};

/// A row of `ferro_refund` as far as something is decided by it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = ferro_refund)]
struct RefundRow {
    id: Int,
    refund_key: String,
    order_id: Int,
    trade_no: String,
    user_id: Int,
    amount: Amount,
    destination: String,
    status: String,
    reason: String,
    takes_back: Int,
    admin_id: Int,
    payment_id: Option<Int>,
    callback_no: Option<String>,
    asked_amount: Option<Amount>,
    attempts: Int,
    due_at: Option<Int>,
    created_at: Int,
}

impl RefundRow {
    fn refund(self) -> Result<Refund, StoreError> {
        let impossible = |column| odd_values::corrupt("ferro_refund", &self.id.0, column);
        let through = match (self.payment_id, self.callback_no, self.asked_amount) {
            (Some(payment), Some(callback_no), Some(asked)) => Some(GatewayPayment {
                payment: PaymentId::new(payment.0),
                callback_no,
                asked: Cents::new(asked.0),
            }),
            _ => None,
        };
        let to = RefundDestination::parse(&self.destination);
        let status = RefundStatus::parse(&self.status);
        Ok(Refund {
            id: RefundId::new(self.id.0),
            asked: NewRefund {
                key: self.refund_key,
                order: OrderId::new(self.order_id.0),
                trade_no: TradeNo::stored(self.trade_no),
                user: UserId::new(self.user_id.0),
                amount: Cents::new(self.amount.0),
                to: to.ok_or_else(|| impossible("destination"))?,
                reason: self.reason,
                takes_back: self.takes_back.is_set(),
                admin: UserId::new(self.admin_id.0),
                through,
                due_at: instant(self.due_at),
                at: UnixSeconds::new(self.created_at.0),
            },
            status: status.ok_or_else(|| impossible("status"))?,
            attempts: self.attempts.0,
        })
    }
}

#[async_trait]
impl RefundRepository for SqlTx {
    async fn list_order_refunds(
        &mut self,
        orders: &[OrderId],
    ) -> Result<Vec<(OrderId, OrderRefunds)>, StoreError> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let known = ferro_order_refund::table
            .filter(ferro_order_refund::order_id.eq_any(orders.iter().map(|order| order.get())))
            .order(ferro_order_refund::order_id)
            .select((
                ferro_order_refund::order_id,
                ferro_order_refund::amount,
                ferro_order_refund::by_gateway,
                ferro_order_refund::taken_back,
            ))
            .load::<(Int, Amount, Amount, Int)>(self.open()?)
            .await;
        let known = self.settle(known)?.into_iter();
        let refunds = |row: (Int, Amount, Amount, Int)| {
            let refunds = OrderRefunds {
                amount: Cents::new(row.1.0),
                by_gateway: Cents::new(row.2.0),
                taken_back: row.3.is_set(),
            };
            (OrderId::new(row.0.0), refunds)
        };
        Ok(known.map(refunds).collect())
    }

    async fn move_order_refunds(
        &mut self,
        order: OrderId,
        from: OrderRefunds,
        to: OrderRefunds,
    ) -> Result<bool, StoreError> {
        let moved: Result<bool, Failure> = async {
            let connection = self.open()?;
            let nothing = (
                ferro_order_refund::order_id.eq(order.get()),
                ferro_order_refund::amount.eq(0),
                ferro_order_refund::by_gateway.eq(0),
                ferro_order_refund::taken_back.eq(0),
            );
            if from == OrderRefunds::default() {
                insert_or_ignore!(ferro_order_refund::table, nothing)
                    .execute(&mut *connection)
                    .await?;
            }
            let known = ferro_order_refund::table
                .filter(ferro_order_refund::order_id.eq(order.get()))
                .filter(ferro_order_refund::amount.eq(from.amount.get()))
                .filter(ferro_order_refund::by_gateway.eq(from.by_gateway.get()))
                .filter(ferro_order_refund::taken_back.eq(i64::from(from.taken_back)));
            let changed = diesel::update(known)
                .set((
                    ferro_order_refund::amount.eq(to.amount.get()),
                    ferro_order_refund::by_gateway.eq(to.by_gateway.get()),
                    ferro_order_refund::taken_back.eq(i64::from(to.taken_back)),
                ))
                .execute(&mut *connection)
                .await?;
            Ok(changed == 1)
        }
        .await;
        self.settle(moved)
    }

    async fn insert_refund(&mut self, refund: &NewRefund) -> Result<RefundId, StoreError> {
        let through = refund.through.as_ref();
        let insert = diesel::insert_into(ferro_refund::table).values((
            ferro_refund::refund_key.eq(refund.key.as_str()),
            ferro_refund::order_id.eq(refund.order.get()),
            ferro_refund::trade_no.eq(refund.trade_no.as_str()),
            ferro_refund::user_id.eq(refund.user.get()),
            ferro_refund::amount.eq(refund.amount.get()),
            ferro_refund::destination.eq(refund.to.as_str()),
            ferro_refund::status.eq(RefundStatus::Requested.as_str()),
            ferro_refund::reason.eq(refund.reason.as_str()),
            ferro_refund::takes_back.eq(i64::from(refund.takes_back)),
            ferro_refund::admin_id.eq(refund.admin.get()),
            ferro_refund::payment_id.eq(through.map(|through| through.payment.get())),
            ferro_refund::callback_no.eq(through.map(|through| through.callback_no.as_str())),
            ferro_refund::asked_amount.eq(through.map(|through| through.asked.get())),
            ferro_refund::due_at.eq(refund.due_at.map(UnixSeconds::get)),
            ferro_refund::created_at.eq(refund.at.get()),
        ));
        let id: Result<Int, Failure> = async {
            let connection = self.open()?;
            let id = insert_returning!(insert, ferro_refund::id, connection)?;
            Ok(id)
        }
        .await;
        self.settle(id).map(|id| RefundId::new(id.0))
    }

    async fn find_refund(&mut self, id: RefundId) -> Result<Option<Refund>, StoreError> {
        let row = ferro_refund::table
            .filter(ferro_refund::id.eq(id.get()))
            .select(RefundRow::as_select())
            .first::<RefundRow>(self.open()?)
            .await
            .optional();
        self.settle(row)?.map(RefundRow::refund).transpose()
    }

    async fn move_refund_attempt(
        &mut self,
        id: RefundId,
        attempts: i64,
        due_at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let known = ferro_refund::table
            .filter(ferro_refund::id.eq(id.get()))
            .filter(ferro_refund::status.eq(RefundStatus::Requested.as_str()))
            .filter(ferro_refund::attempts.eq(attempts));
        let changed = diesel::update(known)
            .set((
                ferro_refund::attempts.eq(attempts.saturating_add(1)),
                ferro_refund::due_at.eq(due_at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(changed).map(|changed| changed == 1)
    }

    async fn update_refund_failure(
        &mut self,
        id: RefundId,
        failure: &str,
    ) -> Result<(), StoreError> {
        let known = ferro_refund::table
            .filter(ferro_refund::id.eq(id.get()))
            .filter(ferro_refund::status.eq(RefundStatus::Requested.as_str()));
        let updated = diesel::update(known)
            .set(ferro_refund::failure.eq(line(failure)))
            .execute(self.open()?)
            .await;
        self.settle(updated).map(drop)
    }

    async fn update_refund_destination(
        &mut self,
        id: RefundId,
        to: RefundDestination,
    ) -> Result<bool, StoreError> {
        let known = ferro_refund::table
            .filter(ferro_refund::id.eq(id.get()))
            .filter(ferro_refund::status.eq(RefundStatus::Requested.as_str()));
        let changed = diesel::update(known)
            .set(ferro_refund::destination.eq(to.as_str()))
            .execute(self.open()?)
            .await;
        self.settle(changed).map(|changed| changed == 1)
    }

    async fn move_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        to: RefundStatus,
        result: &RefundResult,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let known = ferro_refund::table
            .filter(ferro_refund::id.eq(id.get()))
            .filter(ferro_refund::status.eq(from.as_str()));
        let changed = diesel::update(known)
            .set((
                ferro_refund::status.eq(to.as_str()),
                ferro_refund::gateway_no.eq(result.gateway_no.as_deref().map(line)),
                ferro_refund::failure.eq(result.failure.as_deref().map(line)),
                ferro_refund::commission_returned.eq(result.commission_returned.get()),
                ferro_refund::commission_owed.eq(result.commission_owed.get()),
                ferro_refund::due_at.eq(None::<i64>),
                ferro_refund::finished_at.eq(at.get()),
            ))
            .execute(self.open()?)
            .await;
        self.settle(changed).map(|changed| changed == 1)
    }

    async fn list_due_refunds(
        &mut self,
        now: UnixSeconds,
        after: Option<RefundId>,
        limit: u32,
    ) -> Result<Vec<RefundId>, StoreError> {
        let due = ferro_refund::table
            .filter(ferro_refund::status.eq(RefundStatus::Requested.as_str()))
            .filter(ferro_refund::due_at.le(now.get()))
            .filter(ferro_refund::id.gt(after.map_or(i64::MIN, RefundId::get)))
            .order(ferro_refund::id)
            .limit(i64::from(limit))
            .select(ferro_refund::id)
            .load::<Int>(self.open()?)
            .await;
        let due = self.settle(due)?.into_iter();
        Ok(due.map(|id| RefundId::new(id.0)).collect())
    }
}
