use ferroboard_kernel::{Cents, LedgerKind, RefundId, TradeNo, UnixSeconds, UserId};

use super::gifts::next_reset;
use super::packages;
use super::top_ups::{give_refused, take_refunded};
use super::{lock_with_buyer, moved_behind_lock};
use crate::refund::end_without;
use crate::{
    BillingError, BillingPolicy, BillingTx, Buyer, GatewayPayment, NewRefund, Order, OrderKind,
    OrderRefunds, OrderStatus, Refund, RefundDestination, RefundEvent, RefundResult, RefundStatus,
};

/// A refund that an administrator asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRefund {
    /// Names the refund to the gateway, drawn by the caller.
    pub key: String,
    /// Of which order.
    pub trade_no: TradeNo,
    /// How much.
    pub amount: Cents,
    /// Where to.
    pub to: RefundDestination,
    /// Why.
    pub reason: String,
    /// Whether what the order gave is taken back with it.
    pub takes_back: bool,
    /// Who asks for it.
    pub admin: UserId,
    /// When the gateway is asked where nobody has its answer.
    pub due_at: UnixSeconds,
    /// Now.
    pub now: UnixSeconds,
}

/// A refund with what it is about, all locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedRefund {
    /// The refund.
    pub refund: Refund,
    /// The order; `None` once it is deleted.
    pub order: Option<Order>,
    /// The buyer; `None` once the account is gone.
    pub buyer: Option<Buyer>,
}

/// What may be done with refunds.
///
/// A refund is requested, which takes its amount from what may be refunded of the order, and then either
/// paid or refused. To the balance and outside both happen in one transaction.
///
/// What a top-up put onto the balance is taken off it when the refund is requested, so that it cannot be spent
/// while a gateway gives it back.
#[derive(Debug, Clone, Copy, Default)]
pub struct RefundService;

impl RefundService {
    /// Takes the amount of a refund from what may be refunded of the order. Of any number that are asked for
    /// at once, all together take no more than was paid.
    ///
    /// # Errors
    ///
    /// [`BillingError::OrderMissing`]; [`BillingError::OrderNotRefundable`] for an order that was not opened or
    /// whose value went into a later one, be that finished or not, and for a top-up whose money is to go to the
    /// balance, where it is; [`BillingError::BalanceInsufficient`] where the money of a top-up is spent;
    /// [`BillingError::RefundExceedsPaid`];
    /// [`BillingError::GatewayCannotRefund`] where no gateway reported the payment;
    /// [`BillingError::NothingToTakeBack`]; [`BillingError::AccountMissing`] where there is no account to
    /// refund to or to take back from.
    pub async fn request(
        self,
        tx: &mut dyn BillingTx,
        wanted: &RequestRefund,
        policy: &BillingPolicy,
    ) -> Result<LockedRefund, BillingError> {
        let (to, takes_back) = (wanted.to, wanted.takes_back);
        let found = lock_with_buyer(tx, &wanted.trade_no).await?;
        let (order, buyer) = found.ok_or(BillingError::OrderMissing)?;
        if order.status != OrderStatus::Completed || is_being_replaced(tx, &order).await? {
            return Err(BillingError::OrderNotRefundable);
        }
        let is_top_up = order.kind == OrderKind::TopUp;
        let is_to_balance = to == RefundDestination::Balance;
        if is_top_up && is_to_balance {
            return Err(BillingError::OrderNotRefundable);
        }
        if buyer.is_none() && (is_top_up || is_to_balance) {
            return Err(BillingError::AccountMissing);
        }
        if takes_back {
            let buyer = buyer.as_ref().ok_or(BillingError::AccountMissing)?;
            check_take_back(tx, &order, buyer, policy, wanted.now).await?;
        }
        let through = match to {
            RefundDestination::Gateway => {
                let payment = GatewayPayment::of(&order)?;
                Some(payment.ok_or(BillingError::GatewayCannotRefund)?)
            }
            RefundDestination::Balance | RefundDestination::Outside => None,
        };
        let before = refunds_of(tx, &order).await?;
        let after = before.with(&order, wanted.amount, to, takes_back)?;
        must_move(tx, &order, before, after).await?;
        let asked = NewRefund {
            key: wanted.key.clone(),
            order: order.id,
            trade_no: order.trade_no.clone(),
            user: order.user_id,
            amount: wanted.amount,
            to,
            reason: wanted.reason.clone(),
            takes_back,
            admin: wanted.admin,
            due_at: through.as_ref().map(|_| wanted.due_at),
            through,
            at: wanted.now,
        };
        let refund = Refund {
            id: tx.insert_refund(&asked).await?,
            asked,
            status: RefundStatus::Requested,
            attempts: 0,
        };
        if is_top_up {
            take_refunded(tx, &order, (before, after), &refund).await?;
        }
        Ok(LockedRefund {
            refund,
            order: Some(order),
            buyer,
        })
    }

    /// The refund with its buyer and its order, all locked, to end it in the same transaction. `None` where
    /// there is none, or it has ended.
    pub async fn lock(
        self,
        tx: &mut dyn BillingTx,
        id: RefundId,
    ) -> Result<Option<LockedRefund>, BillingError> {
        let Some(seen) = tx.find_refund(id).await? else {
            return Ok(None);
        };
        let found = lock_with_buyer(tx, &seen.asked.trade_no).await?;
        let (order, buyer) = match found {
            Some((order, buyer)) => (Some(order), buyer),
            None => (None, tx.lock_buyer(seen.asked.user).await?),
        };
        let refund = tx.find_refund(id).await?;
        let open = refund.filter(|refund| refund.status.after(RefundEvent::Pay).is_some());
        Ok(open.map(|refund| LockedRefund {
            refund,
            order,
            buyer,
        }))
    }

    /// Ends a refund whose money went out: the ledger says so, and what the order gave is taken back where
    /// that was asked for and it still is there.
    ///
    /// # Errors
    ///
    /// [`BillingError::BalanceOutOfRange`].
    pub async fn pay(
        self,
        tx: &mut dyn BillingTx,
        locked: &LockedRefund,
        result: &RefundResult,
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        end(tx, &locked.refund, RefundEvent::Pay, result, now).await?;
        let Some(buyer) = &locked.buyer else {
            return Ok(());
        };
        let order = locked.order.as_ref();
        if order.is_none_or(|order| order.kind != OrderKind::TopUp) {
            write_entries(tx, &locked.refund, now).await?;
        }
        let taken_back = order.filter(|_| locked.refund.asked.takes_back);
        if let Some(order) = taken_back.filter(|order| order.kind == OrderKind::TrafficPackage) {
            packages::take_back(tx, order, now).await?;
        } else if let Some(order) = taken_back
            && let Ok(until) = end_without(order, buyer, now, policy.zone)
            && Some(until) != buyer.expired_at
        {
            let plan = tx.find_plan(order.plan_id).await?;
            let next = next_reset(plan.as_ref(), Some(until), policy, now);
            tx.update_subscription_end(buyer.id, Some(until), next, now)
                .await?;
        }
        Ok(())
    }

    /// Sends a refund that the gateway refused to the buyer's balance, where its order cannot be refunded any more:
    /// a change of plan counted on the order without the amount, which nobody else could give back. To be
    /// [paid](Self::pay) then. `None` where the amount can simply be refunded again.
    pub async fn redirect(
        self,
        tx: &mut dyn BillingTx,
        locked: &LockedRefund,
    ) -> Result<Option<LockedRefund>, BillingError> {
        let Some(order) = &locked.order else {
            return Ok(None);
        };
        let is_over =
            order.status == OrderStatus::Discounted || is_being_replaced(tx, order).await?;
        if !is_over || locked.buyer.is_none() {
            return Ok(None);
        }
        let to = RefundDestination::Balance;
        let before = refunds_of(tx, order).await?;
        let after = before.redirected(locked.refund.asked.amount)?;
        must_move(tx, order, before, after).await?;
        let refund = &locked.refund;
        let is_moved = tx.update_refund_destination(refund.id, to).await?;
        moved_behind_lock(is_moved, format_args!("refund {}", refund.id))?;
        let mut redirected = locked.clone();
        redirected.refund.asked.to = to;
        Ok(Some(redirected))
    }

    /// Ends a refund that the gateway refused: its amount may be refunded again.
    ///
    /// # Errors
    ///
    /// [`BillingError::BalanceOutOfRange`] where the balance cannot hold again what a top-up had put there.
    pub async fn refuse(
        self,
        tx: &mut dyn BillingTx,
        locked: &LockedRefund,
        failure: &str,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        let result = RefundResult {
            failure: Some(failure.to_owned()),
            ..RefundResult::default()
        };
        end(tx, &locked.refund, RefundEvent::Refuse, &result, now).await?;
        let Some(order) = &locked.order else {
            return Ok(());
        };
        let asked = &locked.refund.asked;
        let before = refunds_of(tx, order).await?;
        let after = before.without(asked.amount, asked.takes_back)?;
        must_move(tx, order, before, after).await?;
        if order.kind == OrderKind::TopUp && locked.buyer.is_some() {
            give_refused(tx, order, (before, after), &locked.refund, now).await?;
        }
        Ok(())
    }
}

/// Refuses to take back what the order gave where nothing of it is left.
async fn check_take_back(
    tx: &mut dyn BillingTx,
    order: &Order,
    buyer: &Buyer,
    policy: &BillingPolicy,
    now: UnixSeconds,
) -> Result<(), BillingError> {
    if order.kind != OrderKind::TrafficPackage {
        return end_without(order, buyer, now, policy.zone).map(drop);
    }
    let holder = packages::holder_of(tx, buyer).await?;
    let left = holder.remaining().into_iter();
    let mut left = left.filter(|share| share.order == order.id && share.left > 0);
    match left.next() {
        Some(_) => Ok(()),
        None => Err(BillingError::NothingToTakeBack),
    }
}

/// Whether the user's unfinished order counts on the value of this one: its price was made with it.
async fn is_being_replaced(tx: &mut dyn BillingTx, order: &Order) -> Result<bool, BillingError> {
    let Some(unfinished) = tx.find_unfinished_order(order.user_id).await? else {
        return Ok(false);
    };
    let unfinished = tx.find_order(&unfinished).await?;
    let replaced = unfinished.and_then(|unfinished| unfinished.surplus_orders);
    Ok(replaced.is_some_and(|replaced| replaced.contains(&order.id)))
}

async fn refunds_of(tx: &mut dyn BillingTx, order: &Order) -> Result<OrderRefunds, BillingError> {
    let known = tx.list_order_refunds(&[order.id]).await?;
    Ok(known
        .into_iter()
        .next()
        .map_or_else(OrderRefunds::default, |(_, refunds)| refunds))
}

/// Writes what is refunded of a locked order.
async fn must_move(
    tx: &mut dyn BillingTx,
    order: &Order,
    before: OrderRefunds,
    after: OrderRefunds,
) -> Result<(), BillingError> {
    let is_moved = tx.move_order_refunds(order.id, before, after).await?;
    moved_behind_lock(
        is_moved,
        format_args!("what is refunded of order {}", order.id),
    )
}

/// Moves a locked refund to its end.
async fn end(
    tx: &mut dyn BillingTx,
    refund: &Refund,
    event: RefundEvent,
    result: &RefundResult,
    now: UnixSeconds,
) -> Result<(), BillingError> {
    let (id, from) = (refund.id, refund.status);
    let is_first = match from.after(event) {
        Some(to) => tx.move_refund(id, from, to, result, now).await?,
        None => false,
    };
    moved_behind_lock(is_first, format_args!("refund {id}"))
}

/// The refund as the buyer's statement shows it: it comes to the balance, and leaves it again where the money
/// goes elsewhere.
async fn write_entries(
    tx: &mut dyn BillingTx,
    refund: &Refund,
    at: UnixSeconds,
) -> Result<(), BillingError> {
    let amount = refund.asked.amount;
    let comes = refund.entry(LedgerKind::Refund, amount, at);
    let leaves = Cents::ZERO.checked_sub(amount)?;
    let leaves = refund.entry(LedgerKind::RefundPayout, leaves, at);
    let is_written = match refund.asked.to {
        RefundDestination::Balance => tx.move_balance(&comes).await?,
        RefundDestination::Gateway | RefundDestination::Outside => {
            if tx.move_balance(&comes).await? {
                tx.move_balance(&leaves).await?
            } else {
                // A balance without room for it has enough to go first.
                tx.move_balance(&leaves).await? && tx.move_balance(&comes).await?
            }
        }
    };
    if is_written {
        Ok(())
    } else {
        Err(BillingError::BalanceOutOfRange)
    }
}
