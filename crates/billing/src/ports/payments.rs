use async_trait::async_trait;
use ferroboard_kernel::{NoticeId, PaymentId, StoreError, UnixSeconds};

use crate::{ClaimedNotice, NewNotice, NoticeOutcome, PaymentMethod, PaymentReview};

/// Payment methods (`v2_payment`).
#[async_trait]
pub trait PaymentRepository: Send {
    /// The method, switched on or not.
    async fn find_payment(&mut self, id: PaymentId) -> Result<Option<PaymentMethod>, StoreError>;

    /// The method that notification addresses name so, switched on or not.
    async fn find_payment_by_uuid(
        &mut self,
        uuid: &str,
    ) -> Result<Option<PaymentMethod>, StoreError>;
}

/// What gateways reported (`ferro_raw_notice`, `ferro_payment_notice`, `ferro_payment_review`).
#[async_trait]
pub trait NoticeRepository: Send {
    /// Keeps a notice as it arrived, not yet judged.
    async fn insert_raw_notice(&mut self, notice: &NewNotice) -> Result<NoticeId, StoreError>;

    /// Writes what became of a kept notice.
    async fn update_raw_notice(
        &mut self,
        id: NoticeId,
        outcome: &NoticeOutcome,
    ) -> Result<(), StoreError>;

    /// Deletes a kept notice.
    async fn delete_raw_notice(&mut self, id: NoticeId) -> Result<(), StoreError>;

    /// Deletes up to `limit` kept notices that arrived before `before`, and refused ones that arrived
    /// before `refused_before`, but none that is to be reviewed; how many.
    async fn delete_raw_notices(
        &mut self,
        before: UnixSeconds,
        refused_before: UnixSeconds,
        limit: u32,
    ) -> Result<u64, StoreError>;

    /// Claims a payment; (`payment_id`, `callback_no`) is unique. MUST be one statement that does not end
    /// the transaction when it is claimed already (`ON CONFLICT DO NOTHING`): then `false`.
    async fn insert_notice(&mut self, notice: &ClaimedNotice) -> Result<bool, StoreError>;

    /// Adds a review row, unless there is one with the same method, callback number and reason: then
    /// `false`.
    async fn insert_review(&mut self, review: &PaymentReview) -> Result<bool, StoreError>;
}
