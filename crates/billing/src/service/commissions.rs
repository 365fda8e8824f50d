use ferroboard_kernel::{Cents, CommissionDue, OrderId, TradeNo, UnixSeconds};

use super::OrderService;
use crate::{BillingError, BillingPolicy, BillingTx, CommissionStatus};

impl OrderService {
    /// Confirms the commission of an order that was completed, whether or not its value went into a
    /// later one, and has been left alone for three days. `false` when it was not, or is confirmed
    /// already.
    pub async fn confirm_commission(
        self,
        tx: &mut dyn BillingTx,
        trade_no: &TradeNo,
        now: UnixSeconds,
    ) -> Result<bool, BillingError> {
        let Some(order) = tx.lock_order(trade_no).await? else {
            return Ok(false);
        };
        let is_ripe = order.status.earns_commission()
            && order.inviter.is_some()
            && order.commission_status == Some(CommissionStatus::Unconfirmed)
            && order.updated_at <= now.minus(BillingPolicy::COMMISSION_DELAY);
        let (from, to) = (CommissionStatus::Unconfirmed, CommissionStatus::Payable);
        Ok(is_ripe && tx.move_commission(order.id, from, to, now).await?)
    }

    /// Takes the commission of an order to pay it in the same transaction: it is paid from now on,
    /// whatever happens. `None` when there is nothing to pay, or another request was first.
    pub async fn take_commission(
        self,
        tx: &mut dyn BillingTx,
        trade_no: &TradeNo,
        now: UnixSeconds,
    ) -> Result<Option<CommissionDue>, BillingError> {
        let Some(order) = tx.lock_order(trade_no).await? else {
            return Ok(None);
        };
        let Some(inviter) = order.inviter else {
            return Ok(None);
        };
        let (from, to) = (CommissionStatus::Payable, CommissionStatus::Paid);
        let is_due = order.commission_status == Some(from);
        if !is_due || !tx.move_commission(order.id, from, to, now).await? {
            return Ok(None);
        }
        tx.update_order_settled(order.id).await?;
        Ok(Some(CommissionDue {
            order: order.id,
            trade_no: order.trade_no,
            buyer: order.user_id,
            inviter,
            amount: order.commission.max(Cents::ZERO),
            order_amount: order.total,
        }))
    }

    /// Writes how much of a taken commission reached inviters; nothing is written for nothing.
    pub async fn note_commission(
        self,
        tx: &mut dyn BillingTx,
        order: OrderId,
        paid: Cents,
        now: UnixSeconds,
    ) -> Result<(), BillingError> {
        if paid > Cents::ZERO {
            tx.update_commission_paid(order, paid, now).await?;
        }
        Ok(())
    }
}
