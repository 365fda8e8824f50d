//! What may be done, each over an open transaction. Whoever calls these ends the transaction:
//! commits what succeeded, rolls back what was refused.

mod checkout;
mod commissions;
mod coupons;
mod gifts;
mod opening;
mod orders;
mod receipts;
mod resets;
mod subscriptions;
mod worth;

pub use self::checkout::{Checkout, StartedCheckout};
pub use self::coupons::CouponService;
pub use self::opening::Opened;
pub use self::orders::PlaceOrder;
pub use self::receipts::{Receipt, ReceivedPayment};
pub use self::resets::TrafficService;
pub use self::subscriptions::SubscriptionService;
pub use self::worth::OrderCredit;
use ferroboard_kernel::{StoreError, TradeNo, UnixSeconds};

use crate::{BillingError, BillingTx, Buyer, Order, OrderEvent};

/// What may be done with orders.
///
/// An order's life is four transactions: it is placed, its payment is received, it is opened, its
/// commission is paid. Each can be repeated without doing anything twice.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderService;

/// The order and its buyer, both locked, the buyer first. `None` for a buyer that is gone.
async fn lock_with_buyer(
    tx: &mut dyn BillingTx,
    trade_no: &TradeNo,
) -> Result<Option<(Order, Option<Buyer>)>, BillingError> {
    let Some(seen) = tx.find_order(trade_no).await? else {
        return Ok(None);
    };
    let buyer = tx.lock_buyer(seen.user_id).await?;
    let order = tx.lock_order(trade_no).await?;
    Ok(order.map(|order| (order, buyer)))
}

/// Moves a locked order. `false` when the event cannot happen to it.
async fn happen(
    tx: &mut dyn BillingTx,
    order: &Order,
    event: OrderEvent,
    now: UnixSeconds,
) -> Result<bool, BillingError> {
    match order.status.after(event) {
        Ok(to) => Ok(tx.move_order(order.id, order.status, to, now).await?),
        Err(_) => Ok(false),
    }
}

/// Moves a locked order whose status was looked at. It cannot fail while the lock holds; should it
/// all the same, nothing of the transaction may stay.
async fn must_happen(
    tx: &mut dyn BillingTx,
    order: &Order,
    event: OrderEvent,
    now: UnixSeconds,
) -> Result<(), BillingError> {
    if happen(tx, order, event, now).await? {
        Ok(())
    } else {
        let reason = format!("order {} moved behind its lock", order.id);
        Err(StoreError::Conflict(reason).into())
    }
}
