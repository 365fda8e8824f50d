//! Receipts of orders.

use std::sync::Arc;

use ferroboard_billing::{BillingError, IssueReceipt, OrderReceipt, ReceiptService};
use ferroboard_events::{EventKind, NewEvent};
use ferroboard_kernel::{PaymentId, TradeNo, UserId};

use crate::process::Core;
use crate::{Error, UnitOfWork, policies};

/// Receipts, as buyers read them.
pub struct Receipts(pub(crate) Arc<Core>);

impl Receipts {
    /// The receipt of one of the user's orders, as it stood when the order was paid.
    ///
    /// # Errors
    ///
    /// [`BillingError::ReceiptMissing`] for an order that is not the user's either.
    pub async fn find(&self, user: UserId, trade_no: &TradeNo) -> Result<OrderReceipt, Error> {
        let found = self.0.ports.store.find_receipt(trade_no).await?;
        let own = found.filter(|receipt| receipt.user == user);
        Ok(own.ok_or(BillingError::ReceiptMissing)?)
    }
}

impl Core {
    /// Issues the receipt of an order that was paid in this transaction, through this method where the order
    /// names none, and tells that it was paid: the last thing that is done in it, as everybody who pays waits for its end.
    pub(crate) async fn issue_receipt(
        &self,
        tx: &mut dyn UnitOfWork,
        trade_no: &TradeNo,
        payment: Option<PaymentId>,
    ) -> Result<(), Error> {
        let policy = policies::billing(&self.site.current(), self.options.zone);
        let asked = IssueReceipt {
            trade_no,
            payment,
            now: self.ports.clock.now(),
        };
        let receipt = ReceiptService.issue(tx, &asked, &policy).await?;
        let (user, amount) = (Some(receipt.user), Some(receipt.amounts.total));
        let kind = EventKind::OrderPaid;
        tx.tell(NewEvent::about_order(
            kind, trade_no, user, amount, asked.now,
        ));
        Ok(())
    }
}
