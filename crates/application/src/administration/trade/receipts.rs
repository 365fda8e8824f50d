//! Receipts, as administrators read them.

use ferroboard_billing::{BillingError, OrderReceipt};
use ferroboard_kernel::TradeNo;

use crate::Error;
use crate::administration::context::AdminContext;

/// The receipts of everybody.
pub struct ReceiptBook(pub(crate) AdminContext);

impl ReceiptBook {
    /// The receipt of an order, as it stood when the order was paid.
    ///
    /// # Errors
    ///
    /// [`BillingError::ReceiptMissing`].
    pub async fn find(&self, trade_no: &TradeNo) -> Result<OrderReceipt, Error> {
        let found = self.0.ports.store.find_receipt(trade_no).await?;
        Ok(found.ok_or(BillingError::ReceiptMissing)?)
    }
}
