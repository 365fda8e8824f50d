//! What may be done, each over an open transaction. Whoever calls these ends the transaction:
//! commits what succeeded, rolls back what was refused.

mod by_hand;
mod checkout;
mod commissions;
mod coupons;
mod early_periods;
mod gifts;
mod issuing;
mod opening;
mod orders;
mod package_orders;
mod packages;
mod payments;
mod plans;
mod quotes;
mod receipts;
mod refunds;
mod renewal_forecasts;
mod renewals;
mod resets;
mod reviews;
mod subscriptions;
mod top_ups;
mod worth;

pub use self::by_hand::{AssignOrder, MANUAL_OPERATION};
pub use self::checkout::{Checkout, StartedCheckout};
pub use self::coupons::CouponService;
pub use self::issuing::{IssueReceipt, ReceiptService};
pub use self::opening::Opened;
pub use self::orders::PlaceOrder;
pub use self::package_orders::PlacePackage;
pub use self::packages::PackageService;
pub use self::payments::PaymentService;
pub use self::plans::PlanService;
pub use self::quotes::{Purchase, QuotedPurchase};
pub use self::receipts::{Receipt, Received, ReceivedPayment};
pub use self::refunds::{LockedRefund, RefundService, RequestRefund};
pub use self::renewal_forecasts::RenewalForecast;
pub use self::renewals::{RenewalReport, RenewalRequest, RenewalService};
pub use self::resets::TrafficService;
pub use self::reviews::{ReceivedDispute, ReviewService, SettleReview};
pub use self::subscriptions::SubscriptionService;
pub use self::top_ups::PlaceTopUp;
pub use self::worth::{CommissionTaken, OrderCredit};
use std::fmt::Display;

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

/// What was moved behind a lock, which cannot fail while it holds. Should it all the same, nothing of the
/// transaction may stay.
fn moved_behind_lock(is_moved: bool, what: impl Display) -> Result<(), BillingError> {
    if is_moved {
        Ok(())
    } else {
        let reason = format!("{what} moved behind its lock");
        Err(StoreError::Conflict(reason).into())
    }
}

/// Moves a locked order whose status was looked at.
async fn must_happen(
    tx: &mut dyn BillingTx,
    order: &Order,
    event: OrderEvent,
    now: UnixSeconds,
) -> Result<(), BillingError> {
    let is_moved = happen(tx, order, event, now).await?;
    moved_behind_lock(is_moved, format_args!("order {}", order.id))
}
