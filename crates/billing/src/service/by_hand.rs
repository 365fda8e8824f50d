use ferroboard_kernel::{
    Cents, OrderId, PaymentId, PlanId, Referral, TradeNo, UnixSeconds, UserId,
};

use super::orders::give_up;
use super::quotes::is_first_order;
use super::{OrderService, lock_with_buyer, must_happen};
use crate::pricing::assigned;
use crate::{
    BillingError, BillingTx, Buyer, CommissionStatus, NewNotice, NewOrder, NoticeOutcome, Order,
    OrderEvent, OrderStatus, Period, RawNotice,
};

/// An order that an administrator gives somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignOrder {
    /// What.
    pub plan_id: PlanId,
    /// For how long.
    pub period: Period,
    /// What is to be paid for it.
    pub total: Cents,
    /// Who invited the buyer.
    pub referral: Option<Referral>,
    /// The order's number, drawn by the caller.
    pub trade_no: TradeNo,
    /// Now.
    pub now: UnixSeconds,
}

/// What the number of a payment is that an administrator vouches for, and the method of its notice.
pub const MANUAL_OPERATION: &str = "manual_operation";

impl OrderService {
    /// Gives somebody an order that waits for payment, without any rule of sale, coupon or balance. The
    /// buyer is as [locked](Self::lock_buyer) in this transaction.
    ///
    /// # Errors
    ///
    /// [`BillingError::PlanMissing`]; [`BillingError::BuyerHasOrder`], also to all but one of many who try at
    /// once; [`BillingError::AmountOutOfRange`].
    pub async fn assign(
        self,
        tx: &mut dyn BillingTx,
        buyer: &Buyer,
        wanted: &AssignOrder,
    ) -> Result<OrderId, BillingError> {
        let (user, now) = (buyer.id, wanted.now);
        let plan = tx.find_standing_plan(wanted.plan_id).await?;
        let plan = plan.ok_or(BillingError::PlanMissing)?;
        if tx.find_unfinished_order(user).await?.is_some() {
            return Err(BillingError::BuyerHasOrder);
        }
        let is_first_order = is_first_order(tx, user, wanted.referral.as_ref()).await?;
        let quote = assigned(
            buyer,
            plan.id,
            wanted.period,
            wanted.total,
            wanted.referral.as_ref(),
            is_first_order,
            now,
        )?;
        if !tx.insert_open_order(user, &wanted.trade_no).await? {
            return Err(BillingError::BuyerHasOrder);
        }
        let order = NewOrder {
            user_id: user,
            plan_id: plan.id,
            period: wanted.period,
            trade_no: wanted.trade_no.clone(),
            coupon_id: None,
            quote,
            at: now,
        };
        Ok(tx.insert_order(&order).await?)
    }

    /// Receives a payment that an administrator vouches for: as one that a gateway reports, it pays its
    /// order once, and is kept as a notice with who said so. The order is to be opened then.
    ///
    /// # Errors
    ///
    /// [`BillingError::OrderMissing`], [`BillingError::OrderNotPending`].
    pub async fn receive_by_hand(
        self,
        tx: &mut dyn BillingTx,
        trade_no: &TradeNo,
        admin: UserId,
        now: UnixSeconds,
    ) -> Result<Order, BillingError> {
        let order = lock_pending(tx, trade_no).await?.0;
        let said = [
            ("trade_no", trade_no.to_string()),
            ("admin_id", admin.to_string()),
        ];
        let notice = NewNotice {
            payment: order.payment_id.unwrap_or(PaymentId::new(0)),
            raw: RawNotice {
                method: MANUAL_OPERATION.to_owned(),
                query: said.map(|(name, value)| (name.to_owned(), value)).into(),
                ..RawNotice::default()
            },
            received_at: now,
        };
        let notice = tx.insert_raw_notice(&notice).await?;
        must_happen(tx, &order, OrderEvent::Pay, now).await?;
        tx.update_order_paid(order.id, MANUAL_OPERATION, now)
            .await?;
        tx.update_raw_notice(notice, &NoticeOutcome::Paid).await?;
        Ok(order)
    }

    /// Cancels an order of anybody that waits for payment: what it held comes back, once.
    ///
    /// # Errors
    ///
    /// [`BillingError::OrderMissing`], [`BillingError::OrderNotPending`]; [`BillingError::BalanceOutOfRange`]
    /// where the balance cannot take back what it paid.
    pub async fn cancel_by_hand(
        self,
        tx: &mut dyn BillingTx,
        trade_no: &TradeNo,
        now: UnixSeconds,
    ) -> Result<Order, BillingError> {
        let (order, buyer) = lock_pending(tx, trade_no).await?;
        if give_up(tx, &order, buyer.is_some(), now).await? {
            Ok(order)
        } else {
            Err(BillingError::OrderNotPending)
        }
    }

    /// Writes what an administrator decided about the commission of an order. What is paid is never paid
    /// again, so that nothing can be decided about it. The order as it was before.
    ///
    /// # Errors
    ///
    /// [`BillingError::OrderMissing`], [`BillingError::CommissionPaid`].
    pub async fn decide_commission(
        self,
        tx: &mut dyn BillingTx,
        trade_no: &TradeNo,
        decision: Option<CommissionStatus>,
        now: UnixSeconds,
    ) -> Result<Order, BillingError> {
        let order = tx.lock_order(trade_no).await?;
        let order = order.ok_or(BillingError::OrderMissing)?;
        let Some(to) = decision.filter(|to| order.commission_status != Some(*to)) else {
            return Ok(order);
        };
        let written = match order.commission_status {
            Some(CommissionStatus::Paid) => false,
            Some(from) => tx.move_commission(order.id, from, to, now).await?,
            None => tx.insert_commission(order.id, to, now).await?,
        };
        if written {
            Ok(order)
        } else {
            Err(BillingError::CommissionPaid)
        }
    }
}

/// An order that waits for payment, and its buyer, both locked.
async fn lock_pending(
    tx: &mut dyn BillingTx,
    trade_no: &TradeNo,
) -> Result<(Order, Option<Buyer>), BillingError> {
    let found = lock_with_buyer(tx, trade_no).await?;
    let found = found.ok_or(BillingError::OrderMissing)?;
    if found.0.status == OrderStatus::Pending {
        Ok(found)
    } else {
        Err(BillingError::OrderNotPending)
    }
}
