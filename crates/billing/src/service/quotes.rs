//! What an order would cost, and whether it could be placed.

use std::collections::BTreeMap;

use ferroboard_kernel::{OrderId, PlanId, Referral, Seconds, UnixSeconds, UserId};

use super::OrderService;
use crate::{
    Basket, BillingError, BillingPolicy, BillingTx, Buyer, Coupon, CouponCode, CouponUse,
    Gigabytes, OrderKind, OrderRefunds, OrderWorth, PastOrder, Period, Places, Plan, Quote, quote,
};

/// What somebody wants to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// What is bought.
    pub plan_id: PlanId,
    /// For how long.
    pub period: Period,
    /// The code of a coupon.
    pub coupon: Option<CouponCode>,
    /// Who invited the buyer.
    pub referral: Option<Referral>,
    /// Whether the subscription renews itself: for the rules of sale it runs as long as that is tried, which may
    /// be after its end.
    pub is_automatic: bool,
    /// Now.
    pub now: UnixSeconds,
}

/// A purchase with what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedPurchase {
    /// The plan.
    pub plan: Plan,
    /// The coupon, where one is used.
    pub coupon: Option<Coupon>,
    /// What it costs.
    pub quote: Quote,
}

/// Whether what is read is to stay so until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// The order is placed by it.
    Locks,
    /// It is only shown.
    Looks,
}

impl OrderService {
    /// What the order would cost if it were placed now. Nothing is taken or kept for anybody, no row is
    /// locked: until the order is placed others may take the last place or the last use of the coupon.
    ///
    /// # Errors
    ///
    /// [`BillingError::AccountMissing`], [`BillingError::PlanMissing`], [`BillingError::OrderUnfinished`]; what
    /// [`Plan::check_sale`] and [`Coupon::check`] refuse; [`BillingError::PlanChangeClosed`];
    /// [`BillingError::AmountOutOfRange`].
    pub async fn quote(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        wanted: &Purchase,
        policy: &BillingPolicy,
    ) -> Result<QuotedPurchase, BillingError> {
        let buyer = tx.find_buyer(user).await?;
        let buyer = buyer.ok_or(BillingError::AccountMissing)?;
        quoted(tx, &buyer, wanted, policy, Reading::Looks).await
    }
}

/// What the purchase costs this buyer, unless it cannot be made.
pub(super) async fn quoted(
    tx: &mut dyn BillingTx,
    buyer: &Buyer,
    wanted: &Purchase,
    policy: &BillingPolicy,
    reading: Reading,
) -> Result<QuotedPurchase, BillingError> {
    let user = buyer.id;
    let now = wanted.now;
    let plan = tx.find_plan(wanted.plan_id).await?;
    let plan = plan.ok_or(BillingError::PlanMissing)?;
    if tx.find_unfinished_order(user).await?.is_some() {
        return Err(BillingError::OrderUnfinished);
    }
    let (plan, places) = places(tx, plan, buyer, wanted, reading).await?;
    let sold_at = match buyer.expired_at {
        Some(ends) if wanted.is_automatic => now.min(ends.minus(Seconds::new(1))),
        _ => now,
    };
    let price = plan.check_sale(buyer, wanted.period, places, sold_at)?;
    let coupon = usable_coupon(tx, user, wanted, reading).await?;
    let is_change = OrderKind::of(buyer, plan.id, wanted.period, now) == OrderKind::Change;
    let counts_surplus = is_change && policy.plan_change_allowed && policy.surplus_counts;
    let (completed, cleared) = if counts_surplus {
        let completed = completed_orders(tx, user).await?;
        (completed, tx.find_cleared_traffic(user).await?)
    } else {
        (Vec::new(), 0)
    };
    let is_first_order = is_first_order(tx, user, wanted.referral.as_ref()).await?;
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
    Ok(QuotedPurchase {
        plan,
        coupon,
        quote,
    })
}

/// Whether the order is the buyer's first, as far as somebody earns of it who earns of the first alone.
pub(super) async fn is_first_order(
    tx: &mut dyn BillingTx,
    user: UserId,
    referral: Option<&Referral>,
) -> Result<bool, BillingError> {
    match referral.and_then(|referral| referral.terms) {
        Some(terms) if terms.first_order_only => Ok(tx.count_paid_orders(user).await? == 0),
        _ => Ok(false),
    }
}

/// The plan, which nobody deletes until an order for it is placed, and how many places it has. Where they are
/// counted for an order the plan is locked first, so that two orders cannot both take the last one.
async fn places(
    tx: &mut dyn BillingTx,
    plan: Plan,
    buyer: &Buyer,
    wanted: &Purchase,
    reading: Reading,
) -> Result<(Plan, Places), BillingError> {
    let id = plan.id;
    let is_counted = plan.capacity_limit.is_some() && plan.needs_place(buyer, wanted.period);
    let plan = match (reading, is_counted) {
        (Reading::Looks, _) => Some(plan),
        (Reading::Locks, true) => tx.lock_plan(id).await?,
        (Reading::Locks, false) => tx.find_standing_plan(id).await?,
    };
    let plan = plan.ok_or(BillingError::PlanMissing)?;
    if !is_counted {
        return Ok((plan, Places::Unlimited));
    }
    let subscribers = tx.count_plan_subscribers(id, wanted.now).await?;
    let reserved = tx.count_plan_reservations(id, wanted.now).await?;
    let places = Places::of(plan.capacity_limit, subscribers.saturating_add(reserved));
    Ok((plan, places))
}

/// The completed orders with the traffic of their plans, what had been used before them, and what was
/// refunded of them.
pub(super) async fn completed_orders(
    tx: &mut dyn BillingTx,
    user: UserId,
) -> Result<Vec<PastOrder>, BillingError> {
    let mut completed = tx.list_completed_orders(user).await?;
    let ids: Vec<OrderId> = completed.iter().map(|order| order.id).collect();
    let worths: BTreeMap<OrderId, OrderWorth> =
        tx.list_order_worths(&ids).await?.into_iter().collect();
    let refunds: BTreeMap<OrderId, OrderRefunds> =
        tx.list_order_refunds(&ids).await?.into_iter().collect();
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
        order.refunds = refunds.get(&order.id).copied().unwrap_or_default();
    }
    Ok(completed)
}

async fn usable_coupon(
    tx: &mut dyn BillingTx,
    user: UserId,
    wanted: &Purchase,
    reading: Reading,
) -> Result<Option<Coupon>, BillingError> {
    let Some(code) = &wanted.coupon else {
        return Ok(None);
    };
    let coupon = match reading {
        Reading::Locks => tx.lock_coupon(code).await?,
        Reading::Looks => tx.find_coupon(code).await?,
    };
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
