use async_trait::async_trait;
use ferroboard_kernel::{PaymentId, PlanId, StoreError, UserId};

use crate::{OrderReceipt, ReceiptNames};

/// Receipts (`ferro_receipt`), and the last place of each year (`ferro_receipt_year`).
#[async_trait]
pub trait ReceiptRepository: Send {
    /// What a receipt calls the buyer, the plan and the method. What else stands in their rows MUST NOT be
    /// read: an order that was paid has a receipt, whatever is wrong with those.
    async fn find_receipt_names(
        &mut self,
        user: UserId,
        plan: PlanId,
        payment: Option<PaymentId>,
    ) -> Result<ReceiptNames, StoreError>;

    /// Moves the last place of the year by one; what it is then, from 1. Whoever else draws one waits until this
    /// transaction ends, so that there are no gaps where it is undone: to be called last but for
    /// [`Self::insert_receipt`].
    async fn move_receipt_place(&mut self, year: i64) -> Result<i64, StoreError>;

    /// Keeps a receipt. [`StoreError::Duplicate`] where its order has one, or its number is taken.
    async fn insert_receipt(&mut self, receipt: &OrderReceipt) -> Result<(), StoreError>;
}
