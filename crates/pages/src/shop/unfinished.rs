//! The one order that a customer has not finished.

use ferroboard_application::{Application, Error};
use ferroboard_billing::OrderStatus;
use ferroboard_kernel::{TradeNo, UserId};

/// The number of the order that waits for payment, or to be opened.
pub(super) async fn unfinished(app: &Application, user: UserId) -> Result<Option<TradeNo>, Error> {
    let (pending, _) = app.orders.list(user, Some(OrderStatus::Pending)).await?;
    if let Some(order) = pending.into_iter().next() {
        return Ok(Some(order.trade_no));
    }
    let (paid, _) = app.orders.list(user, Some(OrderStatus::Processing)).await?;
    Ok(paid.into_iter().next().map(|order| order.trade_no))
}
