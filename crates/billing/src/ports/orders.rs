use async_trait::async_trait;
use ferroboard_kernel::{Cents, OrderId, PaymentId, StoreError, TradeNo, UnixSeconds, UserId};

use crate::{CommissionStatus, NewOrder, Order, OrderStatus, PastOrder};

/// Orders (`v2_order`), and which of them is its user's unfinished one (`ferro_open_order`).
///
/// `ferro_open_order(user_id PRIMARY KEY, trade_no)` makes the database itself refuse a second
/// unfinished order, also where `v2_order` was adopted and cannot get a new index. A row is inserted
/// when an order is placed and deleted when it leaves the states pending and processing. Adopting a
/// database inserts a row for each user with unfinished orders (the newest of several).
#[async_trait]
pub trait OrderRepository: Send {
    /// The order, without a lock.
    async fn find_order(&mut self, trade_no: &TradeNo) -> Result<Option<Order>, StoreError>;

    /// The order, locked for the rest of the transaction.
    async fn lock_order(&mut self, trade_no: &TradeNo) -> Result<Option<Order>, StoreError>;

    /// An order of the user that is pending or processing, whether or not it has a row in
    /// `ferro_open_order`: other programs may have placed it.
    async fn find_unfinished_order(&mut self, user: UserId) -> Result<Option<TradeNo>, StoreError>;

    /// The completed orders of the user for something that a plan has a price for, by id.
    async fn list_completed_orders(&mut self, user: UserId) -> Result<Vec<PastOrder>, StoreError>;

    /// The orders of the user that were ever opened, completed or discounted, by id; none whose row
    /// cannot be read.
    async fn list_sold_orders(&mut self, user: UserId) -> Result<Vec<Order>, StoreError>;

    /// How many orders of the user are neither pending nor cancelled; top-ups of which nobody earns are
    /// none.
    async fn count_paid_orders(&mut self, user: UserId) -> Result<i64, StoreError>;

    /// Makes the order the user's unfinished one. MUST be one statement that does not end the
    /// transaction when there is one already (`ON CONFLICT DO NOTHING`): then `false`.
    async fn insert_open_order(
        &mut self,
        user: UserId,
        trade_no: &TradeNo,
    ) -> Result<bool, StoreError>;

    /// Inserts the order as pending, its commission unconfirmed, `callback_no`, `payment_id`,
    /// `handling_amount`, `actual_commission_balance` and `paid_at` null.
    async fn insert_order(&mut self, order: &NewOrder) -> Result<OrderId, StoreError>;

    /// Moves the order if it still stands at `from`; `false` means another request was first. When
    /// it leaves the unfinished states, MUST also delete its row of `ferro_open_order`.
    async fn move_order(
        &mut self,
        id: OrderId,
        from: OrderStatus,
        to: OrderStatus,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes the method and the fee of a checkout, if the order is still pending; otherwise
    /// `false`.
    async fn update_order_payment(
        &mut self,
        id: OrderId,
        payment: PaymentId,
        handling: Option<Cents>,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes another value of the replaced orders, and what it leaves over.
    async fn update_order_surplus(
        &mut self,
        id: OrderId,
        surplus: Cents,
        refund: Option<Cents>,
    ) -> Result<(), StoreError>;

    /// Writes the gateway's number of the payment and when it came.
    async fn update_order_paid(
        &mut self,
        id: OrderId,
        callback_no: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Moves the order's commission if it still stands at `from`; `false` otherwise.
    async fn move_commission(
        &mut self,
        id: OrderId,
        from: CommissionStatus,
        to: CommissionStatus,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes where the commission stands of an order that says nothing of it, as imported ones may;
    /// `false` when it says something.
    async fn insert_commission(
        &mut self,
        id: OrderId,
        status: CommissionStatus,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Writes another commission for the order if it still owes `from` and that is not paid; `false`
    /// otherwise. `updated_at` stays: the order itself is left alone.
    async fn move_commission_amount(
        &mut self,
        id: OrderId,
        from: Cents,
        to: Cents,
    ) -> Result<bool, StoreError>;

    /// Writes how much commission was paid.
    async fn update_commission_paid(
        &mut self,
        id: OrderId,
        paid: Cents,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// The first `limit` orders after the order `after` for which something is due, by id.
    async fn list_due_orders(
        &mut self,
        due: DueOrders,
        after: Option<OrderId>,
        limit: u32,
    ) -> Result<Vec<DueOrder>, StoreError>;
}

/// What may be due. The condition is checked again behind the order's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueOrders {
    /// Pending, placed at this time or before.
    ToExpire(UnixSeconds),
    /// Processing.
    ToOpen,
    /// Pending, sent to a payment method at this time or after (`payment_id` not null,
    /// `updated_at`).
    ToReconcile(UnixSeconds),
    /// Completed or discounted, with an inviter, commission unconfirmed, unchanged since this time
    /// (`updated_at` at it or before). Left out are discounted orders with a balance part that the
    /// ledger does not know (no `order_debit` of their number): another program placed them, whose
    /// commission counted the balance too and was never paid. An administrator may confirm those.
    ToConfirmCommission(UnixSeconds),
    /// With an inviter and commission payable, whatever its status.
    ToPayCommission,
}

/// An order for which something is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueOrder {
    /// The row, as cursor of the next batch.
    pub id: OrderId,
    /// Its number.
    pub trade_no: TradeNo,
    /// The method of its last checkout.
    pub payment_id: Option<PaymentId>,
}

/// Why paid orders could not be opened (`ferro_order_failure`, one row for each order).
#[async_trait]
pub trait OpeningFailureRepository: Send {
    /// Notes a failed attempt: inserts the order's row, or replaces reason and time and adds 1 to
    /// its attempts.
    async fn insert_opening_failure(
        &mut self,
        order: OrderId,
        reason: &str,
        at: UnixSeconds,
    ) -> Result<(), StoreError>;

    /// Forgets the failures of an order that was opened.
    async fn delete_opening_failure(&mut self, order: OrderId) -> Result<(), StoreError>;
}
