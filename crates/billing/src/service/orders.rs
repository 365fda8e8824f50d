use ferroboard_kernel::{
    Cents, CouponId, LedgerEntry, LedgerKind, OrderId, PlanId, TradeNo, UnixSeconds, UserId,
};

use super::quotes::{Purchase, QuotedPurchase, Reading, quoted};
use super::{OrderService, happen, lock_with_buyer};
use crate::{
    BillingError, BillingPolicy, BillingTx, Buyer, NewOrder, Order, OrderEvent, OrderKind,
    OrderStatus, Period, Quote,
};

/// An order that a customer wants to place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// What is bought.
    pub purchase: Purchase,
    /// The order's number, drawn by the caller.
    pub trade_no: TradeNo,
}

impl OrderService {
    /// Locks the row of whoever buys, the first that is done: what an order rests on is decided behind it.
    ///
    /// # Errors
    ///
    /// [`BillingError::AccountMissing`].
    pub async fn lock_buyer(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
    ) -> Result<Buyer, BillingError> {
        let buyer = tx.lock_buyer(user).await?;
        buyer.ok_or(BillingError::AccountMissing)
    }

    /// Places an order: it holds a use of its coupon, a place of its plan and what the balance pays,
    /// until it is opened or cancelled. Of any number of orders that one user places at once, one
    /// is placed. The buyer is as [locked](Self::lock_buyer) in this transaction.
    ///
    /// # Errors
    ///
    /// What [`Self::quote`] refuses; [`BillingError::CouponExhausted`], [`BillingError::OrderUnfinished`] and
    /// [`BillingError::BalanceInsufficient`] where somebody was first.
    pub async fn place(
        self,
        tx: &mut dyn BillingTx,
        buyer: &Buyer,
        wanted: &PlaceOrder,
        policy: &BillingPolicy,
    ) -> Result<OrderId, BillingError> {
        let user = buyer.id;
        let now = wanted.purchase.now;
        let quoted = quoted(tx, buyer, &wanted.purchase, policy, Reading::Locks).await?;
        let QuotedPurchase {
            plan,
            coupon,
            quote,
        } = quoted;
        if let Some(coupon) = &coupon
            && coupon.limit_use.is_some()
            && !tx.move_coupon_use(coupon.id, now).await?
        {
            return Err(BillingError::CouponExhausted);
        }
        let placed = Placed {
            plan_id: plan.id,
            period: wanted.purchase.period,
            coupon_id: coupon.map(|coupon| coupon.id),
            quote,
            trade_no: &wanted.trade_no,
            now,
        };
        insert_placed(tx, user, placed).await
    }

    /// Cancels an order of the user that waits for payment: what the balance paid and the use of
    /// the coupon come back, once.
    ///
    /// # Errors
    ///
    /// [`BillingError::OrderMissing`] for one that is not the user's either,
    /// [`BillingError::OrderNotCancellable`] when it waits for payment no longer.
    pub async fn cancel(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        trade_no: &TradeNo,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        let found = lock_with_buyer(tx, trade_no).await?;
        let own = found.filter(|(order, _)| order.user_id == user);
        let (order, buyer) = own.ok_or(BillingError::OrderMissing)?;
        if give_up(tx, &order, buyer.is_some(), now).await? {
            Ok(())
        } else {
            Err(BillingError::OrderNotCancellable)
        }
    }

    /// Cancels an order that has waited for payment too long. `false` when it has not, or waits no
    /// longer.
    pub async fn expire(
        self,
        tx: &mut dyn BillingTx,
        trade_no: &TradeNo,
        now: UnixSeconds,
    ) -> Result<bool, BillingError> {
        let Some((order, buyer)) = lock_with_buyer(tx, trade_no).await? else {
            return Ok(false);
        };
        if order.created_at > now.minus(BillingPolicy::ORDER_LIFETIME) {
            return Ok(false);
        }
        give_up(tx, &order, buyer.is_some(), now).await
    }
}

/// An order that may be placed.
pub(super) struct Placed<'a> {
    /// The plan.
    pub(super) plan_id: PlanId,
    /// What is bought.
    pub(super) period: Period,
    /// The coupon of which it holds a use.
    pub(super) coupon_id: Option<CouponId>,
    /// Its amounts.
    pub(super) quote: Quote,
    /// Its number.
    pub(super) trade_no: &'a TradeNo,
    /// When it is placed.
    pub(super) now: UnixSeconds,
}

/// Takes what the balance pays of the order, and writes it as its buyer's unfinished one.
pub(super) async fn insert_placed(
    tx: &mut dyn BillingTx,
    user: UserId,
    placed: Placed<'_>,
) -> Result<OrderId, BillingError> {
    let (trade_no, now) = (placed.trade_no, placed.now);
    if let Some(used) = placed.quote.balance_used {
        let taken = Cents::ZERO.checked_sub(used)?;
        let entry = order_entry(user, taken, LedgerKind::OrderDebit, trade_no, now);
        if !tx.move_balance(&entry).await? {
            return Err(BillingError::BalanceInsufficient);
        }
    }
    if !tx.insert_open_order(user, trade_no).await? {
        return Err(BillingError::OrderUnfinished);
    }
    let order = NewOrder {
        user_id: user,
        plan_id: placed.plan_id,
        period: placed.period,
        trade_no: trade_no.clone(),
        coupon_id: placed.coupon_id,
        quote: placed.quote,
        at: now,
    };
    Ok(tx.insert_order(&order).await?)
}

/// Cancels a locked order and gives back what it held. `false` when it waits for payment no longer.
pub(super) async fn give_up(
    tx: &mut dyn BillingTx,
    order: &Order,
    has_buyer: bool,
    now: UnixSeconds,
) -> Result<bool, BillingError> {
    if order.status != OrderStatus::Pending || !happen(tx, order, OrderEvent::Cancel, now).await? {
        return Ok(false);
    }
    let used = order.balance_used.unwrap_or_default();
    if has_buyer && used > Cents::ZERO {
        let kind = LedgerKind::OrderRefund;
        let entry = order_entry(order.user_id, used, kind, &order.trade_no, now);
        if !tx.move_balance(&entry).await? {
            return Err(BillingError::BalanceOutOfRange);
        }
    }
    if let Some(coupon) = order.coupon_id {
        tx.update_coupon_use(coupon, now).await?;
    }
    if order.kind == OrderKind::TrafficPackage
        && let Some(bought) = tx.find_package_order(order.id).await?
    {
        tx.update_package_sold(bought.package).await?;
    }
    Ok(true)
}

/// The entry of an amount that an order moved.
pub(super) fn order_entry(
    user: UserId,
    amount: Cents,
    kind: LedgerKind,
    trade_no: &TradeNo,
    at: UnixSeconds,
) -> LedgerEntry {
    LedgerEntry {
        user,
        amount,
        kind,
        reference: trade_no.as_str().to_owned(),
        at,
    }
}
