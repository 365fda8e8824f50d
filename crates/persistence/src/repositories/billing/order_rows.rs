use diesel::{Queryable, Selectable};
use ferroboard_billing::{
    CommissionStatus, Order, OrderKind, OrderRefunds, OrderStatus, PastOrder, Period,
};
use ferroboard_kernel::{
    Cents, CouponId, OrderId, PaymentId, PlanId, StoreError, TradeNo, UnixSeconds, UserId,
};

use super::ledger::debited;
use super::order_ids::ids_from_json;
use crate::integer::{Amount, Int};
use crate::odd_values;
use crate::schema::v2_order;

/// The statuses of orders whose inviter has earned the commission.
pub(in super::super) const EARNING: [i64; 2] = [
    OrderStatus::Completed.code(),
    OrderStatus::Discounted.code(),
];

/// The statuses of orders that nobody paid: pending and cancelled.
pub(in super::super) const UNPAID: [i64; 2] =
    [OrderStatus::Pending.code(), OrderStatus::Cancelled.code()];

/// A row of `v2_order`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_order)]
pub(in super::super) struct OrderRow {
    id: Int,
    invite_user_id: Option<Int>,
    user_id: Int,
    plan_id: Int,
    coupon_id: Option<Int>,
    payment_id: Option<Int>,
    type_: Int,
    period: String,
    trade_no: String,
    callback_no: Option<String>,
    total_amount: Amount,
    handling_amount: Option<Amount>,
    discount_amount: Option<Amount>,
    surplus_amount: Option<Amount>,
    balance_amount: Option<Amount>,
    surplus_order_ids: Option<String>,
    status: Int,
    commission_status: Option<Int>,
    commission_balance: Amount,
    actual_commission_balance: Option<Amount>,
    paid_at: Option<Int>,
    created_at: Int,
    updated_at: Int,
}

/// A row of `v2_order`, and its value of [`RefundColumn`].
pub(in super::super) type StoredOrder = (OrderRow, Option<Amount>);

impl OrderRow {
    pub(in super::super) fn order((row, refund): StoredOrder) -> Result<Order, StoreError> {
        let id = row.id.0;
        let surplus = row.surplus_order_ids.as_deref();
        odd_values::tell_no_json("v2_order", id, &[("surplus_order_ids", surplus)]);
        let impossible = |column| odd_values::corrupt("v2_order", &id, column);
        let cents = |amount: Option<Amount>| amount.map(|amount| Cents::new(amount.0));
        let commission_status = row
            .commission_status
            .map(|code| CommissionStatus::from_code(code.0).ok_or("commission_status"))
            .transpose()
            .map_err(impossible)?;
        Ok(Order {
            id: OrderId::new(id),
            user_id: UserId::new(row.user_id.0),
            plan_id: PlanId::new(row.plan_id.0),
            period: Period::of_order(&row.period).ok_or_else(|| impossible("period"))?,
            kind: OrderKind::from_code(row.type_.0).ok_or_else(|| impossible("type"))?,
            trade_no: TradeNo::stored(row.trade_no),
            callback_no: row.callback_no,
            coupon_id: row.coupon_id.map(|id| CouponId::new(id.0)),
            payment_id: row.payment_id.map(|id| PaymentId::new(id.0)),
            total: Cents::new(row.total_amount.0),
            handling: cents(row.handling_amount),
            discount: cents(row.discount_amount),
            surplus: cents(row.surplus_amount),
            refund: cents(refund),
            balance_used: cents(row.balance_amount),
            surplus_orders: ids_from_json(row.surplus_order_ids.as_deref()),
            status: OrderStatus::from_code(row.status.0).ok_or_else(|| impossible("status"))?,
            inviter: row.invite_user_id.map(|id| UserId::new(id.0)),
            commission_status,
            commission: Cents::new(row.commission_balance.0),
            commission_paid: cents(row.actual_commission_balance),
            paid_at: row.paid_at.map(|at| UnixSeconds::new(at.0)),
            created_at: UnixSeconds::new(row.created_at.0),
            updated_at: UnixSeconds::new(row.updated_at.0),
        })
    }
}

/// The condition that the commission of a row of `v2_order` is confirmed by itself, whatever it stands
/// at: see [`DueOrders::ToConfirmCommission`](ferroboard_billing::DueOrders).
pub(in super::super) fn earns() -> String {
    let [completed, discounted] = EARNING;
    format!(
        "(v2_order.status = {completed} OR (v2_order.status = {discounted} \
         AND (COALESCE(v2_order.balance_amount, 0) <= 0 OR {})))",
        debited("v2_order.user_id", "v2_order.trade_no")
    )
}

/// The columns of a [`PastOrder`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = v2_order)]
pub(in super::super) struct PastOrderRow {
    id: Int,
    plan_id: Int,
    period: String,
    total_amount: Amount,
    balance_amount: Option<Amount>,
    surplus_amount: Option<Amount>,
    paid_at: Option<Int>,
    created_at: Int,
}

impl PastOrderRow {
    /// The order; `None` for a period that no plan has a price for, which has no value that could be asked for.
    pub(in super::super) fn known((row, refund): (Self, Option<Amount>)) -> Option<PastOrder> {
        let cents = |amount: Option<Amount>| Cents::new(amount.map_or(0, |amount| amount.0));
        Some(PastOrder {
            id: OrderId::new(row.id.0),
            plan_id: PlanId::new(row.plan_id.0),
            period: Period::parse(&row.period)?,
            total: Cents::new(row.total_amount.0),
            balance_used: cents(row.balance_amount),
            surplus: cents(row.surplus_amount),
            refund: cents(refund),
            paid_at: row.paid_at.map(|at| UnixSeconds::new(at.0)),
            created_at: UnixSeconds::new(row.created_at.0),
            traffic: None,
            used_before: 0,
            refunds: OrderRefunds::default(),
        })
    }
}
