//! The mail about money that waits for review.

use ferroboard_kernel::{Cents, UnixSeconds};
use ferroboard_telegram::ReviewNotice;

use crate::context::Context;
use crate::support::staff_mail::queue_for_staff;
use crate::{Error, UnitOfWork};

/// Queues the mail to administrators and staff in the transaction that keeps the review, so that each review
/// is told once, whatever happens to this process.
pub(crate) async fn queue_review<S: ?Sized>(
    context: &Context<S>,
    tx: &mut dyn UnitOfWork,
    review: &ReviewNotice,
    now: UnixSeconds,
) -> Result<(), Error> {
    let name = &context.site.current().site.app_name;
    let subject = format!("A payment at {name} waits for review");
    queue_for_staff(context, tx, &subject, &content(review), now).await
}

fn content(review: &ReviewNotice) -> String {
    let amount = review.amount.map(Cents::new);
    let amount = amount.map_or_else(|| "unknown".to_owned(), |amount| amount.to_string());
    format!(
        "Reason: {}\nAmount: {amount} {}\nNumber of the payment: {}\nNumber of the order: {}",
        review.reason,
        review.currency.as_deref().unwrap_or_default(),
        review.number,
        review.trade_no,
    )
}
