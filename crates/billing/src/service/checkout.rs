use ferroboard_kernel::{Cents, PaymentId, TradeNo, UnixSeconds, UserId};

use super::{OrderService, happen};
use crate::{BillingError, BillingTx, GatewayCode, OrderEvent, PaymentMethod};

/// How an order goes on after its checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checkout {
    /// There was nothing to pay: it is paid, and to be opened.
    Free,
    /// A payment is to be started at a gateway, after the transaction.
    Start(Box<StartedCheckout>),
}

/// A payment to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedCheckout {
    /// What the customer pays, the fee included.
    pub amount: Cents,
    /// The method.
    pub method: PaymentMethod,
    /// Its gateway.
    pub gateway: GatewayCode,
}

impl OrderService {
    /// Checks out an order of the user that waits for payment: writes the method and its fee. It
    /// may be repeated, with another method too; the last one counts. An order with nothing to pay
    /// needs no method and is paid at once.
    ///
    /// # Errors
    ///
    /// [`BillingError::OrderNotPayable`] for one that is not the user's either,
    /// [`BillingError::PaymentMethodUnavailable`], [`BillingError::AmountOutOfRange`].
    pub async fn check_out(
        self,
        tx: &mut dyn BillingTx,
        user: UserId,
        trade_no: &TradeNo,
        method: Option<PaymentId>,
        now: UnixSeconds,
    ) -> Result<Checkout, BillingError> {
        let order = tx.lock_order(trade_no).await?;
        let payable = order
            .filter(|order| order.user_id == user && order.status.after(OrderEvent::Pay).is_ok());
        let order = payable.ok_or(BillingError::OrderNotPayable)?;
        if order.total <= Cents::ZERO {
            if !happen(tx, &order, OrderEvent::Pay, now).await? {
                return Err(BillingError::OrderNotPayable);
            }
            tx.update_order_paid(order.id, trade_no.as_str(), now)
                .await?;
            return Ok(Checkout::Free);
        }
        let found = match method {
            Some(id) => tx.find_standing_payment(id).await?,
            None => None,
        };
        let method = found.filter(|method| method.enabled);
        let method = method.ok_or(BillingError::PaymentMethodUnavailable)?;
        let gateway = method
            .code()
            .ok_or(BillingError::PaymentMethodUnavailable)?;
        let fee = method.fee(order.total)?;
        let amount = order.total.checked_add(fee.unwrap_or_default())?;
        if amount > Cents::new(crate::pricing::LARGEST_AMOUNT) {
            return Err(BillingError::AmountOutOfRange);
        }
        if !tx
            .update_order_payment(order.id, method.id, fee, now)
            .await?
        {
            return Err(BillingError::OrderNotPayable);
        }
        Ok(Checkout::Start(Box::new(StartedCheckout {
            amount,
            method,
            gateway,
        })))
    }
}
