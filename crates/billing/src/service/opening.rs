use ferroboard_kernel::{Cents, LedgerKind, TradeNo, UnixSeconds, UserId};

use super::orders::order_entry;
use super::packages::{holder_of, move_packages};
use super::quotes::completed_orders;
use super::{OrderService, lock_with_buyer, must_happen};
use crate::{
    BillingError, BillingPolicy, BillingTx, Buyer, EarnedCommission, Opening, Order, OrderEvent,
    OrderKind, OrderStatus, PastOrder, Plan, QuotaEvent, ResetSource, TrafficReset, surplus,
};

/// What opening an order found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It was opened now, for this buyer, and earned this.
    Now(UserId, Option<EarnedCommission>),
    /// It had been opened before.
    Before,
    /// It is not paid.
    Unpaid,
}

impl OrderService {
    /// Opens a paid order: the subscription is what was bought, the orders that it replaces are
    /// discounted, what their value left over goes to the balance. What packages still give stays on top. Once, however often it is tried.
    ///
    /// A refusal leaves the order paid and unopened: the job tries again, and
    /// [`Self::note_failure`] makes it visible.
    ///
    /// # Errors
    ///
    /// [`BillingError::OrderMissing`]; [`BillingError::PlanMissing`] and [`BillingError::AccountMissing`] where
    /// they are gone by now; [`BillingError::SurplusChanged`] where a replaced order is no longer what it was;
    /// [`BillingError::TrafficResetRefused`], [`BillingError::BalanceOutOfRange`]; [`BillingError::PackageMissing`] where
    /// nothing is known of the package, [`BillingError::AmountOutOfRange`].
    pub async fn open(
        self,
        tx: &mut dyn BillingTx,
        trade_no: &TradeNo,
        policy: &BillingPolicy,
        now: UnixSeconds,
    ) -> Result<Opened, BillingError> {
        let found = lock_with_buyer(tx, trade_no).await?;
        let (order, buyer) = found.ok_or(BillingError::OrderMissing)?;
        match order.status {
            OrderStatus::Processing => {}
            OrderStatus::Completed | OrderStatus::Discounted => return Ok(Opened::Before),
            OrderStatus::Pending | OrderStatus::Cancelled => return Ok(Opened::Unpaid),
        }
        let buyer = buyer.ok_or(BillingError::AccountMissing)?;
        if order.kind == OrderKind::TopUp {
            self.credit_top_up(tx, &order, now).await?;
            return Ok(Opened::Now(order.user_id, order.earned()));
        }
        if order.kind == OrderKind::TrafficPackage {
            self.open_package(tx, &order, &buyer, now).await?;
            return Ok(Opened::Now(order.user_id, order.earned()));
        }
        let plan = tx.find_standing_plan(order.plan_id).await?;
        let plan = plan.ok_or(BillingError::PlanMissing)?;
        let completed = tx.list_completed_orders(order.user_id).await?;
        let holder = holder_of(tx, &buyer).await?;
        // What packages give is not of the plan, and comes on top of what the order gives.
        let without_packages = Buyer {
            transfer_enable: holder.plan_quota(),
            ..buyer.clone()
        };
        let opening = Opening::of(&order, &plan, &without_packages, &completed, policy, now)?;
        let refund = count_again(tx, &order, &buyer, policy).await?;
        supersede(tx, &order, &completed, now).await?;
        if refund > Cents::ZERO {
            let kind = LedgerKind::SurplusRefund;
            let entry = order_entry(order.user_id, refund, kind, trade_no, now);
            if !tx.move_balance(&entry).await? {
                return Err(BillingError::BalanceOutOfRange);
            }
        }
        if opening.resets_traffic {
            let reset = traffic_reset(&order, &plan, policy, now);
            tx.insert_traffic_reset(&reset).await?;
        }
        let held = holder.after(QuotaEvent {
            resets: opening.resets_traffic,
            ended: !buyer.is_running(now),
        });
        move_packages(tx, &held.moves).await?;
        let subscription = opening.subscription.on_top(held.given)?;
        if !tx
            .update_subscription(order.user_id, &subscription, now)
            .await?
        {
            return Err(BillingError::AccountMissing);
        }
        let present = if opening.resets_traffic {
            0
        } else {
            buyer.upload.saturating_add(buyer.download)
        };
        tx.insert_order_worth(order.id, order.user_id, present)
            .await?;
        must_happen(tx, &order, OrderEvent::Open, now).await?;
        tx.delete_opening_failure(order.id).await?;
        Ok(Opened::Now(order.user_id, order.earned()))
    }

    /// Notes why a paid order could not be opened, in a transaction of its own. Nothing happens to
    /// an order that is not waiting to be opened: `false`.
    pub async fn note_failure(
        self,
        tx: &mut dyn BillingTx,
        trade_no: &TradeNo,
        reason: &str,
        now: UnixSeconds,
    ) -> Result<bool, BillingError> {
        // With the buyer, as an opening locks them: it would not see this note, which changes no order.
        let found = lock_with_buyer(tx, trade_no).await?;
        let order = found.map(|(order, _)| order);
        let waiting = order.filter(|order| order.status == OrderStatus::Processing);
        if let Some(order) = &waiting {
            tx.insert_opening_failure(order.id, reason, now).await?;
        }
        Ok(waiting.is_some())
    }
}

/// Counts again what the replaced orders were worth when the order was placed, by the traffic that is
/// used by now, and writes it where that is less. What was used meanwhile is taken from what their
/// value leaves over, as far as that reaches; by the rest less was paid for this order. Says what is
/// left over.
async fn count_again(
    tx: &mut dyn BillingTx,
    order: &Order,
    buyer: &Buyer,
    policy: &BillingPolicy,
) -> Result<Cents, BillingError> {
    let (stored, refund) = (order.surplus, order.refund.unwrap_or_default());
    let Some(stored) = stored.filter(|surplus| *surplus > Cents::ZERO) else {
        return Ok(refund);
    };
    let completed = completed_orders(tx, order.user_id).await?;
    let cleared = tx.find_cleared_traffic(order.user_id).await?;
    let worth = surplus::of(buyer, &completed, cleared, order.created_at, policy.zone)?;
    let worth = worth.map_or(Cents::ZERO, |found| found.amount);
    if worth >= stored {
        return Ok(refund);
    }
    let used = stored.checked_sub(worth)?;
    let left = refund.checked_sub(used)?.max(Cents::ZERO);
    tx.update_order_surplus(order.id, worth, order.refund.map(|_| left))
        .await?;
    Ok(left)
}

/// Discounts the orders whose value this one was paid with. Each must be a completed one of the
/// same buyer: otherwise the value would be spent twice.
async fn supersede(
    tx: &mut dyn BillingTx,
    order: &Order,
    own: &[PastOrder],
    now: UnixSeconds,
) -> Result<(), BillingError> {
    let replaced = order.surplus_orders.as_deref().unwrap_or_default();
    let from = OrderStatus::Completed;
    let to = from
        .after(OrderEvent::Supersede)
        .map_err(|_| BillingError::SurplusChanged)?;
    for id in replaced {
        let is_own = own.iter().any(|order| order.id == *id);
        if !is_own || !tx.move_order(*id, from, to, now).await? {
            return Err(BillingError::SurplusChanged);
        }
    }
    Ok(())
}

fn traffic_reset(
    order: &Order,
    plan: &Plan,
    policy: &BillingPolicy,
    at: UnixSeconds,
) -> TrafficReset {
    TrafficReset {
        user: order.user_id,
        method: policy.method_of(plan),
        source: ResetSource::Order,
        at,
    }
}
