//! What an order costs: a pure function of the basket.

use ferroboard_kernel::{Cents, OrderId, Percent, PlanId, Referral, UnixSeconds, UserId};

use crate::{BillingError, BillingPolicy, Buyer, Discount, OrderKind, PastOrder, Period, surplus};

/// The largest amount that the columns of `v2_order` and `v2_user` hold.
pub(crate) const LARGEST_AMOUNT: i64 = 2_147_483_647;

/// Everything that the cost of an order depends on.
#[derive(Debug, Clone, Copy)]
pub struct Basket<'a> {
    /// Who buys.
    pub buyer: &'a Buyer,
    /// What is bought.
    pub plan_id: PlanId,
    /// For how long.
    pub period: Period,
    /// The plan's price for that; never negative.
    pub price: Cents,
    /// What the coupon takes off, when there is one.
    pub coupon: Option<Discount>,
    /// The buyer's completed orders, by id, with what is known of their traffic.
    pub completed: &'a [PastOrder],
    /// Bytes of the buyer's that resets ever cleared.
    pub cleared: i64,
    /// Who invited the buyer.
    pub referral: Option<&'a Referral>,
    /// Whether the buyer has paid no order yet.
    pub is_first_order: bool,
    /// The site settings.
    pub policy: &'a BillingPolicy,
    /// Now.
    pub now: UnixSeconds,
}

/// What an order costs and how it is paid.
///
/// `discount + surplus + balance_used + total = price + refund`, and none of them is negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// What the order does to the subscription.
    pub kind: OrderKind,
    /// The plan's price.
    pub price: Cents,
    /// Taken off by coupon and member discount; `None` with neither.
    pub discount: Option<Cents>,
    /// The value of the subscription that is replaced; `None` where none was looked for.
    pub surplus: Option<Cents>,
    /// The orders that are replaced with it.
    pub surplus_orders: Option<Vec<OrderId>>,
    /// What that value leaves over; `None` where it did not cover the price.
    pub refund: Option<Cents>,
    /// Who invited the buyer; `None` too where there is nothing to earn from.
    pub inviter: Option<UserId>,
    /// What the inviters will earn: a share of [`Self::total`].
    pub commission: Cents,
    /// Paid from the balance; `None` when nothing is.
    pub balance_used: Option<Cents>,
    /// Left to pay through a gateway, without its fee.
    pub total: Cents,
}

/// Says what the basket costs. The order of the steps is part of the promise: both discounts are
/// shares of the full price, and commission is a share of what is left to pay when coupon, member
/// discount, surplus and balance are taken off. Credit was money once, and earned its commission then.
///
/// # Errors
///
/// [`BillingError::PlanChangeClosed`] where the site allows no change of plan, and
/// [`BillingError::AmountOutOfRange`] where an amount does not fit into its column.
pub fn quote(basket: &Basket<'_>) -> Result<Quote, BillingError> {
    let discount = discount(basket)?;
    let after_discount = basket.price.checked_sub(discount.unwrap_or_default())?;
    let kind = OrderKind::of(basket.buyer, basket.plan_id, basket.period, basket.now);
    let replaced = if kind == OrderKind::Change {
        if !basket.policy.plan_change_allowed {
            return Err(BillingError::PlanChangeClosed);
        }
        Some(replaced(basket)?.unwrap_or_default())
    } else {
        None
    };
    let (mut to_pay, mut refund) = (after_discount, None);
    if let Some(replaced) = &replaced {
        let worth = replaced.worth.unwrap_or_default();
        if worth >= after_discount {
            refund = Some(worth.checked_sub(after_discount)?);
            to_pay = Cents::ZERO;
        } else {
            to_pay = after_discount.checked_sub(worth)?;
        }
    }
    let balance_used = basket.buyer.balance.min(to_pay);
    let balance_used = (balance_used > Cents::ZERO).then_some(balance_used);
    let total = to_pay.checked_sub(balance_used.unwrap_or_default())?;
    let (inviter, commission) = commission(basket.referral, basket.is_first_order, total)?;
    let replaced = replaced.unwrap_or_default();
    let largest = [Some(basket.price), replaced.worth, refund]
        .into_iter()
        .flatten()
        .max();
    if largest.is_some_and(|amount| amount > Cents::new(LARGEST_AMOUNT)) {
        return Err(BillingError::AmountOutOfRange);
    }
    Ok(Quote {
        kind,
        price: basket.price,
        discount,
        surplus: replaced.worth,
        surplus_orders: replaced.orders,
        refund,
        inviter,
        commission,
        balance_used,
        total,
    })
}

fn discount(basket: &Basket<'_>) -> Result<Option<Cents>, BillingError> {
    let price = basket.price;
    let coupon = basket.coupon.map(|coupon| coupon.of(price)).transpose()?;
    let member_rate = basket.buyer.discount.unwrap_or(0).clamp(0, 100);
    if member_rate == 0 {
        return Ok(coupon);
    }
    let member = price.percent_half_up(Percent::hundredths(member_rate * 100))?;
    let both = coupon.unwrap_or_default().checked_add(member)?;
    Ok(Some(both.min(price)))
}

impl OrderKind {
    /// What an order of this buyer would do.
    pub fn of(buyer: &Buyer, plan: PlanId, period: Period, now: UnixSeconds) -> Self {
        if period == Period::ResetTraffic {
            return Self::TrafficReset;
        }
        if period == Period::Traffic {
            return Self::TrafficPackage;
        }
        match buyer.plan_id {
            Some(present) if buyer.is_running(now) && present == plan => Self::Renewal,
            Some(_) if buyer.is_running(now) => Self::Change,
            _ => Self::New,
        }
    }
}

/// What a change of plan replaces. Both are `None` where no value was looked for or none was found.
#[derive(Default)]
struct Replaced {
    worth: Option<Cents>,
    orders: Option<Vec<OrderId>>,
}

fn replaced(basket: &Basket<'_>) -> Result<Option<Replaced>, BillingError> {
    if !basket.policy.surplus_counts {
        return Ok(None);
    }
    let (now, zone) = (basket.now, basket.policy.zone);
    let found = surplus::of(basket.buyer, basket.completed, basket.cleared, now, zone)?;
    Ok(found.map(|surplus| Replaced {
        worth: Some(surplus.amount),
        orders: Some(surplus.orders),
    }))
}

/// What an order costs that an administrator gives somebody: the amount that is named, whatever the plan
/// costs and the buyer has. It may change the plan although that has ended.
///
/// # Errors
///
/// [`BillingError::AmountOutOfRange`] where the amount does not fit into its column.
pub(crate) fn assigned(
    buyer: &Buyer,
    plan: PlanId,
    period: Period,
    total: Cents,
    referral: Option<&Referral>,
    is_first_order: bool,
    now: UnixSeconds,
) -> Result<Quote, BillingError> {
    if !(Cents::ZERO..=Cents::new(LARGEST_AMOUNT)).contains(&total) {
        return Err(BillingError::AmountOutOfRange);
    }
    let kind = match buyer.plan_id {
        _ if period == Period::ResetTraffic => OrderKind::TrafficReset,
        Some(present) if present != plan => OrderKind::Change,
        Some(_) if buyer.expired_at.is_some_and(|end| end > now) => OrderKind::Renewal,
        _ => OrderKind::New,
    };
    let (inviter, commission) = commission(referral, is_first_order, total)?;
    Ok(Quote {
        kind,
        price: total,
        discount: None,
        surplus: None,
        surplus_orders: None,
        refund: None,
        inviter,
        commission,
        balance_used: None,
        total,
    })
}

/// Who earns something of an order, and how much.
pub(crate) fn commission(
    referral: Option<&Referral>,
    is_first_order: bool,
    total: Cents,
) -> Result<(Option<UserId>, Cents), BillingError> {
    let Some(referral) = referral.filter(|_| total > Cents::ZERO) else {
        return Ok((None, Cents::ZERO));
    };
    let earns = |first_only: bool| !first_only || is_first_order;
    let terms = referral.terms.filter(|terms| earns(terms.first_order_only));
    let earned = match terms {
        Some(terms) => total.percent_half_up(terms.rate)?,
        None => Cents::ZERO,
    };
    // A rate above 100 % would make money out of orders.
    let earned = earned.min(total).max(Cents::ZERO);
    Ok((Some(referral.inviter), earned))
}
