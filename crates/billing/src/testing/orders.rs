use async_trait::async_trait;
use ferroboard_kernel::{
    Cents, LedgerEntry, LedgerKind, OrderId, PaymentId, StoreError, TradeNo, UnixSeconds, UserId,
};

use super::tables::{HasBilling, MemoryBilling, OpeningFailure};
use crate::{
    CommissionStatus, DueOrder, DueOrders, NewOrder, OpeningFailureRepository, Order,
    OrderRepository, OrderStatus, PastOrder, Period,
};

impl MemoryBilling {
    /// Whether the commission of the order is confirmed by itself; what it stands at is not looked at.
    pub fn is_earned(&self, order: &Order) -> bool {
        let is_debit = |entry: &LedgerEntry| {
            entry.kind == LedgerKind::OrderDebit
                && entry.user == order.user_id
                && entry.reference == order.trade_no.as_str()
        };
        let has_credit = order.balance_used.unwrap_or_default() > Cents::ZERO;
        match order.status {
            OrderStatus::Discounted => !has_credit || self.ledger.iter().any(is_debit),
            status => status.earns_commission(),
        }
    }
}

impl DueOrders {
    fn include(self, order: &Order, tables: &MemoryBilling) -> bool {
        let commission = order.commission_status;
        match self {
            Self::ToExpire(until) => {
                order.status == OrderStatus::Pending && order.created_at <= until
            }
            Self::ToOpen => order.status == OrderStatus::Processing,
            Self::ToReconcile(since) => {
                order.status == OrderStatus::Pending
                    && order.payment_id.is_some()
                    && order.updated_at >= since
            }
            Self::ToConfirmCommission(until) => {
                tables.is_earned(order)
                    && order.inviter.is_some()
                    && commission == Some(CommissionStatus::Unconfirmed)
                    && order.updated_at <= until
            }
            Self::ToPayCommission => {
                order.inviter.is_some() && commission == Some(CommissionStatus::Payable)
            }
        }
    }
}

fn is_paid(order: &Order) -> bool {
    !matches!(order.status, OrderStatus::Pending | OrderStatus::Cancelled)
        && (order.period != Period::Deposit || order.commission > Cents::ZERO)
}

#[async_trait]
impl<T: HasBilling> OrderRepository for T {
    async fn find_order(&mut self, trade_no: &TradeNo) -> Result<Option<Order>, StoreError> {
        Ok(self.billing()?.order(trade_no).cloned())
    }

    async fn lock_order(&mut self, trade_no: &TradeNo) -> Result<Option<Order>, StoreError> {
        self.find_order(trade_no).await
    }

    async fn find_unfinished_order(&mut self, user: UserId) -> Result<Option<TradeNo>, StoreError> {
        let mut orders = self.billing()?.orders.values();
        let unfinished = |order: &&Order| order.user_id == user && order.status.is_unfinished();
        Ok(orders.find(unfinished).map(|order| order.trade_no.clone()))
    }

    async fn list_completed_orders(&mut self, user: UserId) -> Result<Vec<PastOrder>, StoreError> {
        let own = self
            .billing()?
            .orders
            .values()
            .filter(|order| order.user_id == user);
        let completed = own.filter(|order| {
            order.status == OrderStatus::Completed && !Period::WITHOUT_PLAN.contains(&order.period)
        });
        Ok(completed.map(PastOrder::from).collect())
    }

    async fn list_sold_orders(&mut self, user: UserId) -> Result<Vec<Order>, StoreError> {
        let orders = self.billing()?.orders.values();
        let sold = orders.filter(|order| order.user_id == user && order.status.earns_commission());
        Ok(sold.cloned().collect())
    }

    async fn count_paid_orders(&mut self, user: UserId) -> Result<i64, StoreError> {
        let own = self
            .billing()?
            .orders
            .values()
            .filter(|order| order.user_id == user);
        Ok(i64::try_from(own.filter(|order| is_paid(order)).count()).unwrap_or(i64::MAX))
    }

    async fn insert_open_order(
        &mut self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<bool, StoreError> {
        let open = &mut self.billing()?.open_orders;
        if open.contains_key(&user) {
            return Ok(false);
        }
        open.insert(user, trade_no.clone());
        Ok(true)
    }

    async fn insert_order(&mut self, order: &NewOrder) -> Result<OrderId, StoreError> {
        if self.billing()?.order(&order.trade_no).is_some() {
            let constraint = "v2_order.trade_no".to_owned();
            return Err(self.fail(StoreError::Duplicate { constraint }));
        }
        let orders = &mut self.billing()?.orders;
        let last = orders.last_key_value().map_or(0, |(id, _)| id.get());
        let id = OrderId::new(last + 1);
        orders.insert(id, inserted(id, order));
        Ok(id)
    }

    async fn move_order(
        &mut self,
        id: OrderId,
        from: OrderStatus,
        to: OrderStatus,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let tables = self.billing()?;
        let order = tables.orders.get_mut(&id);
        let Some(order) = order.filter(|order| order.status == from) else {
            return Ok(false);
        };
        order.status = to;
        order.updated_at = at;
        let is_finished = !to.is_unfinished();
        if is_finished && tables.open_orders.get(&order.user_id) == Some(&order.trade_no) {
            tables.open_orders.remove(&order.user_id);
        }
        Ok(true)
    }

    async fn update_order_payment(
        &mut self,
        id: OrderId,
        payment: PaymentId,
        handling: Option<Cents>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let order = self.billing()?.orders.get_mut(&id);
        let Some(order) = order.filter(|order| order.status == OrderStatus::Pending) else {
            return Ok(false);
        };
        order.payment_id = Some(payment);
        order.handling = handling;
        order.updated_at = at;
        Ok(true)
    }

    async fn update_order_surplus(
        &mut self,
        id: OrderId,
        surplus: Cents,
        refund: Option<Cents>,
    ) -> Result<(), StoreError> {
        if let Some(order) = self.billing()?.orders.get_mut(&id) {
            (order.surplus, order.refund) = (Some(surplus), refund);
        }
        Ok(())
    }

    async fn update_order_paid(
        &mut self,
        id: OrderId,
        callback_no: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        if let Some(order) = self.billing()?.orders.get_mut(&id) {
            order.callback_no = Some(callback_no.to_owned());
            order.paid_at = Some(at);
            order.updated_at = at;
        }
        Ok(())
    }

    async fn move_commission(
        &mut self,
        id: OrderId,
        from: CommissionStatus,
        to: CommissionStatus,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let order = self.billing()?.orders.get_mut(&id);
        let Some(order) = order.filter(|order| order.commission_status == Some(from)) else {
            return Ok(false);
        };
        order.commission_status = Some(to);
        order.updated_at = at;
        Ok(true)
    }

    async fn insert_commission(
        &mut self,
        id: OrderId,
        status: CommissionStatus,
        at: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let order = self.billing()?.orders.get_mut(&id);
        let Some(order) = order.filter(|order| order.commission_status.is_none()) else {
            return Ok(false);
        };
        order.commission_status = Some(status);
        order.updated_at = at;
        Ok(true)
    }

    async fn move_commission_amount(
        &mut self,
        id: OrderId,
        from: Cents,
        to: Cents,
    ) -> Result<bool, StoreError> {
        let order = self.billing()?.orders.get_mut(&id);
        let unpaid = |order: &&mut Order| {
            order.commission == from && order.commission_status != Some(CommissionStatus::Paid)
        };
        let Some(order) = order.filter(unpaid) else {
            return Ok(false);
        };
        order.commission = to;
        Ok(true)
    }

    async fn update_commission_paid(
        &mut self,
        id: OrderId,
        paid: Cents,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        if let Some(order) = self.billing()?.orders.get_mut(&id) {
            order.commission_paid = Some(paid);
            order.updated_at = at;
        }
        Ok(())
    }

    async fn list_due_orders(
        &mut self,
        due: DueOrders,
        after: Option<OrderId>,
        limit: u32,
    ) -> Result<Vec<DueOrder>, StoreError> {
        let tables = &*self.billing()?;
        let orders = tables.orders.values();
        let later = orders.filter(|order| after.is_none_or(|after| order.id > after));
        let found = later.filter(|order| due.include(order, tables));
        let rows = found.map(|order| DueOrder {
            id: order.id,
            trade_no: order.trade_no.clone(),
            payment_id: order.payment_id,
        });
        Ok(rows
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .collect())
    }
}

fn inserted(id: OrderId, order: &NewOrder) -> Order {
    let quote = order.quote.clone();
    Order {
        id,
        user_id: order.user_id,
        plan_id: order.plan_id,
        period: order.period,
        kind: quote.kind,
        trade_no: order.trade_no.clone(),
        callback_no: None,
        coupon_id: order.coupon_id,
        payment_id: None,
        total: quote.total,
        handling: None,
        discount: quote.discount,
        surplus: quote.surplus,
        refund: quote.refund,
        balance_used: quote.balance_used,
        surplus_orders: quote.surplus_orders,
        status: OrderStatus::Pending,
        inviter: quote.inviter,
        commission_status: Some(CommissionStatus::Unconfirmed),
        commission: quote.commission,
        commission_paid: None,
        paid_at: None,
        created_at: order.at,
        updated_at: order.at,
    }
}

#[async_trait]
impl<T: HasBilling> OpeningFailureRepository for T {
    async fn insert_opening_failure(
        &mut self,
        order: OrderId,
        reason: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError> {
        let failures = &mut self.billing()?.failures;
        let before = failures.get(&order).map_or(0, |failure| failure.attempts);
        let failure = OpeningFailure {
            reason: reason.to_owned(),
            attempts: before + 1,
            at,
        };
        failures.insert(order, failure);
        Ok(())
    }

    async fn delete_opening_failure(&mut self, order: OrderId) -> Result<(), StoreError> {
        self.billing()?.failures.remove(&order);
        Ok(())
    }
}
