use ferroboard_kernel::{Cents, LedgerEntry, LedgerKind, OrderId, Referral, TradeNo, UnixSeconds};

use super::orders::order_entry;
use super::{OrderService, must_happen};
use crate::order::top_up::bonus_left;
use crate::pricing::{LARGEST_AMOUNT, commission};
use crate::{
    BillingError, BillingPolicy, BillingTx, Buyer, NewOrder, Order, OrderEvent, OrderKind,
    OrderRefunds, Period, Quote, Refund, TopUpPolicy,
};

/// A top-up that a customer wants to place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceTopUp {
    /// What is paid in.
    pub amount: Cents,
    /// Who invited the buyer.
    pub referral: Option<Referral>,
    /// The order's number, drawn by the caller.
    pub trade_no: TradeNo,
    /// Now.
    pub now: UnixSeconds,
}

impl OrderService {
    /// Places an order for money on the balance. What comes on top is fixed now, whatever the site says when
    /// it is paid. The buyer is as [locked](Self::lock_buyer) in this transaction.
    ///
    /// # Errors
    ///
    /// [`BillingError::TopUpClosed`]; [`BillingError::AmountOutOfRange`] where the amount is none that may be paid
    /// in, or the balance would not hold what comes of it; [`BillingError::OrderUnfinished`], also to all but one
    /// of many who try at once.
    pub async fn place_top_up(
        self,
        tx: &mut dyn BillingTx,
        buyer: &Buyer,
        wanted: &PlaceTopUp,
        policy: &BillingPolicy,
    ) -> Result<OrderId, BillingError> {
        let (user, policy) = (buyer.id, &policy.top_ups);
        if !policy.enabled {
            return Err(BillingError::TopUpClosed);
        }
        if tx.find_unfinished_order(user).await?.is_some() {
            return Err(BillingError::OrderUnfinished);
        }
        let is_first_order = policy.earns_commission && tx.count_paid_orders(user).await? == 0;
        let referral = wanted.referral.as_ref();
        let (quote, bonus) = quote(
            policy,
            wanted.amount,
            buyer.balance,
            referral,
            is_first_order,
        )?;
        if !tx.insert_open_order(user, &wanted.trade_no).await? {
            return Err(BillingError::OrderUnfinished);
        }
        let order = NewOrder {
            user_id: user,
            plan_id: TopUpPolicy::NO_PLAN,
            period: Period::Deposit,
            trade_no: wanted.trade_no.clone(),
            coupon_id: None,
            quote,
            at: wanted.now,
        };
        let order = tx.insert_order(&order).await?;
        tx.insert_top_up(order, bonus).await?;
        Ok(order)
    }

    /// Puts a paid top-up, locked with its buyer, onto the balance: what was paid and what comes on top are
    /// an entry each.
    pub(super) async fn credit_top_up(
        self,
        tx: &mut dyn BillingTx,
        order: &Order,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        let bonus = tx.find_top_up(order.id).await?.unwrap_or_default();
        for (amount, kind) in [
            (order.total, LedgerKind::Deposit),
            (bonus, LedgerKind::DepositBonus),
        ] {
            let entry = order_entry(order.user_id, amount, kind, &order.trade_no, now);
            if amount > Cents::ZERO && !tx.move_balance(&entry).await? {
                return Err(BillingError::BalanceOutOfRange);
            }
        }
        must_happen(tx, order, OrderEvent::Open, now).await?;
        Ok(tx.delete_opening_failure(order.id).await?)
    }
}

/// Takes what is refunded of a top-up off the balance, with its share of what came on top, before the money
/// goes out: what was spent meanwhile cannot be refunded.
///
/// # Errors
///
/// [`BillingError::BalanceInsufficient`].
pub(super) async fn take_refunded(
    tx: &mut dyn BillingTx,
    order: &Order,
    moved: (OrderRefunds, OrderRefunds),
    refund: &Refund,
) -> Result<(), BillingError> {
    let amount = Cents::ZERO.checked_sub(refund.asked.amount)?;
    let bonus = bonus_moved(tx, order, moved).await?;
    for (amount, kind) in [
        (amount, LedgerKind::RefundPayout),
        (bonus, LedgerKind::DepositBonus),
    ] {
        let entry = refund.entry(kind, amount, refund.asked.at);
        if amount != Cents::ZERO && !tx.move_balance(&entry).await? {
            return Err(BillingError::BalanceInsufficient);
        }
    }
    Ok(())
}

/// Puts back onto the balance what was [taken](take_refunded) for a refund that the gateway refused.
///
/// # Errors
///
/// [`BillingError::BalanceOutOfRange`].
pub(super) async fn give_refused(
    tx: &mut dyn BillingTx,
    order: &Order,
    moved: (OrderRefunds, OrderRefunds),
    refund: &Refund,
    now: UnixSeconds,
) -> Result<(), BillingError> {
    let bonus = bonus_moved(tx, order, moved).await?;
    let bonus = LedgerEntry {
        // The refund's own name is taken by what took it.
        reference: format!("{}:refused", refund.reference()),
        ..refund.entry(LedgerKind::DepositBonus, bonus, now)
    };
    let amount = refund.entry(LedgerKind::Refund, refund.asked.amount, now);
    for entry in [amount, bonus] {
        if entry.amount != Cents::ZERO && !tx.move_balance(&entry).await? {
            return Err(BillingError::BalanceOutOfRange);
        }
    }
    Ok(())
}

/// What the bonus of a top-up gains when its refunds move so; negative for what it loses.
async fn bonus_moved(
    tx: &mut dyn BillingTx,
    order: &Order,
    (before, after): (OrderRefunds, OrderRefunds),
) -> Result<Cents, BillingError> {
    let bonus = tx.find_top_up(order.id).await?.unwrap_or_default();
    let left = |refunds: OrderRefunds| bonus_left(order.total, bonus, refunds.amount);
    Ok(left(after).checked_sub(left(before))?)
}

/// What a top-up of this amount costs where there are top-ups, and what comes on top. Coupon, member discount,
/// surplus and balance have no part in it; commission only where the site says so.
fn quote(
    policy: &TopUpPolicy,
    amount: Cents,
    balance: Cents,
    referral: Option<&Referral>,
    is_first_order: bool,
) -> Result<(Quote, Cents), BillingError> {
    let bonus = policy.bonus(amount);
    let after = balance.checked_add(amount)?.checked_add(bonus)?;
    let is_payable = (TopUpPolicy::LEAST..=TopUpPolicy::MOST).contains(&amount);
    if !is_payable || after > Cents::new(LARGEST_AMOUNT) {
        return Err(BillingError::AmountOutOfRange);
    }
    let referral = referral.filter(|_| policy.earns_commission);
    let (inviter, commission) = commission(referral, is_first_order, amount)?;
    let quote = Quote {
        kind: OrderKind::TopUp,
        price: amount,
        discount: None,
        surplus: None,
        surplus_orders: None,
        refund: None,
        inviter,
        commission,
        balance_used: None,
        total: amount,
    };
    Ok((quote, bonus))
}

#[cfg(test)]
mod tests {
    use ferroboard_kernel::{CommissionTerms, Percent, UserId};

    use super::*;
    use crate::BonusTier;

    /// Five cents on top of anything.
    fn policy() -> TopUpPolicy {
        TopUpPolicy {
            enabled: true,
            bonuses: vec![BonusTier {
                from: Cents::new(1),
                bonus: Cents::new(5),
            }],
            earns_commission: false,
        }
    }

    #[test]
    fn amounts_have_limits() {
        for (amount, balance, is_right) in [
            (0, 0, false),
            (-5, 0, false),
            (1, 0, true),
            (9_999_998, 0, true),
            (9_999_999, 0, false),
            (100, LARGEST_AMOUNT - 105, true),
            (100, LARGEST_AMOUNT - 104, false),
        ] {
            let quoted = quote(
                &policy(),
                Cents::new(amount),
                Cents::new(balance),
                None,
                true,
            );
            assert_eq!(quoted.is_ok(), is_right, "{amount} on {balance}");
        }
    }

    #[test]
    fn inviters_earn_only_where_the_site_says_so() {
        let inviter = UserId::new(3);
        let referral = Referral {
            inviter,
            terms: Some(CommissionTerms {
                rate: Percent::whole(10),
                first_order_only: false,
            }),
        };
        for (earns_commission, expected) in [(false, (None, 0)), (true, (Some(inviter), 100))] {
            let policy = TopUpPolicy {
                earns_commission,
                ..policy()
            };
            let amount = Cents::new(1_000);
            let quoted = quote(&policy, amount, Cents::ZERO, Some(&referral), true);
            let (quote, bonus) = quoted.unwrap();
            assert_eq!((quote.inviter, quote.commission.get()), expected);
            assert_eq!((quote.total, bonus), (amount, Cents::new(5)));
        }
    }
}
