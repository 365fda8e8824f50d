use std::collections::BTreeMap;

use ferroboard_kernel::{
    Cents, LedgerEntry, LedgerKind, OrderId, PlanId, Referral, TradeNo, UnixSeconds, UserId,
};

use super::{OrderService, happen, lock_with_buyer};
use crate::{
    Basket, BillingError, BillingPolicy, BillingTx, Buyer, Coupon, CouponCode, CouponUse,
    Gigabytes, NewOrder, Order, OrderEvent, OrderKind, OrderStatus, OrderWorth, PastOrder, Period,
    Places, Plan, quote,
};

/// An order that a customer wants to place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// What is bought.
    pub plan_id: PlanId,
    /// For how long.
    pub period: Period,
    /// The code of a coupon.
    pub coupon: Option<CouponCode>,
    /// Who invited the buyer.
    pub referral: Option<Referral>,
    /// The order's number, drawn by the caller.
    pub trade_no: TradeNo,
    /// Now.
    pub now: UnixSeconds,
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
    /// [`BillingError::PlanMissing`], [`BillingError::OrderUnfinished`]; what [`Plan::check_sale`] and
    /// [`Coupon::check`] refuse; [`BillingError::PlanChangeClosed`]; [`BillingError::CouponExhausted`] and
    /// [`BillingError::BalanceInsufficient`] where somebody was first; [`BillingError::AmountOutOfRange`].
    pub async fn place(
        self,
        tx: &mut dyn BillingTx,
        buyer: &Buyer,
        wanted: &PlaceOrder,
        policy: &BillingPolicy,
    ) -> Result<OrderId, BillingError> {
        let user = buyer.id;
        let now = wanted.now;
        let plan = tx.find_plan(wanted.plan_id).await?;
        let plan = plan.ok_or(BillingError::PlanMissing)?;
        if tx.find_unfinished_order(user).await?.is_some() {
            return Err(BillingError::OrderUnfinished);
        }
        let (plan, places) = places(tx, plan, buyer, wanted).await?;
        let price = plan.check_sale(buyer, wanted.period, places, now)?;
        let coupon = usable_coupon(tx, user, wanted).await?;
        let is_change = OrderKind::of(buyer, plan.id, wanted.period, now) == OrderKind::Change;
        let counts_surplus = is_change && policy.plan_change_allowed && policy.surplus_counts;
        let (completed, cleared) = if counts_surplus {
            let completed = completed_orders(tx, user).await?;
            (completed, tx.find_cleared_traffic(user).await?)
        } else {
            (Vec::new(), 0)
        };
        let terms = wanted.referral.and_then(|referral| referral.terms);
        let is_first_order = match terms {
            Some(terms) if terms.first_order_only => tx.count_paid_orders(user).await? == 0,
            _ => false,
        };
        let quote = quote(&Basket {
            buyer,
            plan_id: plan.id,
            period: wanted.period,
            price,
            coupon: coupon.as_ref().map(|coupon| coupon.discount),
            completed: &completed,
            cleared,
            referral: wanted.referral.as_ref(),
            is_first_order,
            policy,
            now,
        })?;
        if let Some(coupon) = &coupon
            && coupon.limit_use.is_some()
            && !tx.move_coupon_use(coupon.id, now).await?
        {
            return Err(BillingError::CouponExhausted);
        }
        if let Some(used) = quote.balance_used {
            let taken = Cents::ZERO.checked_sub(used)?;
            let entry = order_entry(user, taken, LedgerKind::OrderDebit, &wanted.trade_no, now);
            if !tx.move_balance(&entry).await? {
                return Err(BillingError::BalanceInsufficient);
            }
        }
        if !tx.insert_open_order(user, &wanted.trade_no).await? {
            return Err(BillingError::OrderUnfinished);
        }
        let order = NewOrder {
            user_id: user,
            plan_id: plan.id,
            period: wanted.period,
            trade_no: wanted.trade_no.clone(),
            coupon_id: coupon.map(|coupon| coupon.id),
            quote,
            at: now,
        };
        Ok(tx.insert_order(&order).await?)
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

/// The plan and how many places it has. Where they are counted the plan is locked first, so that
/// two orders cannot both take the last one.
async fn places(
    tx: &mut dyn BillingTx,
    plan: Plan,
    buyer: &Buyer,
    wanted: &PlaceOrder,
) -> Result<(Plan, Places), BillingError> {
    if plan.capacity_limit.is_none() || !plan.needs_place(buyer, wanted.period) {
        return Ok((plan, Places::Unlimited));
    }
    let plan = tx.lock_plan(plan.id).await?;
    let plan = plan.ok_or(BillingError::PlanMissing)?;
    let subscribers = tx.count_plan_subscribers(plan.id, wanted.now).await?;
    let reserved = tx.count_plan_reservations(plan.id, wanted.now).await?;
    let places = Places::of(plan.capacity_limit, subscribers.saturating_add(reserved));
    Ok((plan, places))
}

/// The completed orders with the traffic of their plans, and what had been used before them.
pub(super) async fn completed_orders(
    tx: &mut dyn BillingTx,
    user: UserId,
) -> Result<Vec<PastOrder>, BillingError> {
    let mut completed = tx.list_completed_orders(user).await?;
    let ids: Vec<OrderId> = completed.iter().map(|order| order.id).collect();
    let worths: BTreeMap<OrderId, OrderWorth> =
        tx.list_order_worths(&ids).await?.into_iter().collect();
    let mut plans: BTreeMap<PlanId, Option<Gigabytes>> = BTreeMap::new();
    for order in &mut completed {
        let traffic = match plans.get(&order.plan_id) {
            Some(known) => *known,
            None => tx.find_plan(order.plan_id).await?.map(|plan| plan.traffic),
        };
        plans.insert(order.plan_id, traffic);
        order.traffic = traffic;
        order.used_before = worths
            .get(&order.id)
            .copied()
            .unwrap_or_default()
            .used_before;
    }
    Ok(completed)
}

async fn usable_coupon(
    tx: &mut dyn BillingTx,
    user: UserId,
    wanted: &PlaceOrder,
) -> Result<Option<Coupon>, BillingError> {
    let Some(code) = &wanted.coupon else {
        return Ok(None);
    };
    let coupon = tx.lock_coupon(code).await?;
    let coupon = coupon.ok_or(BillingError::CouponInvalid)?;
    let used_by_user = match coupon.limit_use_with_user {
        Some(_) => tx.count_coupon_uses(user, coupon.id).await?,
        None => 0,
    };
    coupon.check(&CouponUse {
        plan: Some(wanted.plan_id),
        period: Some(wanted.period),
        used_by_user,
        now: wanted.now,
    })?;
    Ok(Some(coupon))
}

/// Cancels a locked order and gives back what it held. `false` when it waits for payment no longer.
async fn give_up(
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
