use async_trait::async_trait;
use ferroboard_kernel::{NoticeId, PaymentId, StoreError, UnixSeconds};

use crate::{ClaimedNotice, NewNotice, NoticeOutcome, PaymentMethod};

/// Payment methods (`v2_payment`).
#[async_trait]
pub trait PaymentRepository: Send {
    /// The method, switched on or not.
    async fn find_payment(&mut self, id: PaymentId) -> Result<Option<PaymentMethod>, StoreError>;

    /// The method, which nobody deletes before the transaction ends (`FOR SHARE`). To be taken after the
    /// order's lock.
    async fn find_standing_payment(
        &mut self,
        id: PaymentId,
    ) -> Result<Option<PaymentMethod>, StoreError>;

    /// The method that notification addresses name so, switched on or not.
    async fn find_payment_by_uuid(
        &mut self,
        uuid: &str,
    ) -> Result<Option<PaymentMethod>, StoreError>;
}

/// What administrators change about payment methods (`v2_payment`).
#[async_trait]
pub trait PaymentOfferRepository: Send {
    /// The method, locked until the transaction ends.
    async fn lock_payment(&mut self, id: PaymentId) -> Result<Option<PaymentMethod>, StoreError>;

    /// Makes the method; its own number is the table's to give.
    async fn insert_payment(
        &mut self,
        method: &PaymentMethod,
        at: UnixSeconds,
    ) -> Result<PaymentId, StoreError>;

    /// Writes everything about the method but its place and what names it in addresses. `false` when it is
    /// gone.
    async fn update_payment(
        &mut self,
        method: &PaymentMethod,
        at: UnixSeconds,
    ) -> Result<bool, StoreError>;

    /// Whether an order waits for a payment through the method, or a refund for the word of its gateway.
    async fn find_payment_reference(&mut self, id: PaymentId) -> Result<bool, StoreError>;

    /// Deletes the method. `false` when it is gone.
    async fn delete_payment(&mut self, id: PaymentId) -> Result<bool, StoreError>;

    /// The places of those of the methods that there are, by number.
    async fn list_payment_places(
        &mut self,
        methods: &[PaymentId],
    ) -> Result<Vec<(PaymentId, Option<i64>)>, StoreError>;

    /// Writes the places of methods, in one statement.
    async fn update_payment_places(
        &mut self,
        places: &[(PaymentId, i64)],
        at: UnixSeconds,
    ) -> Result<(), StoreError>;
}

/// What gateways reported (`ferro_raw_notice`, `ferro_payment_notice`).
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

    /// The claim of a payment through this method that has one of these numbers; of several the first by
    /// number. MUST be one statement.
    async fn find_notice(
        &mut self,
        payment: PaymentId,
        numbers: &[String],
    ) -> Result<Option<ClaimedNotice>, StoreError>;
}
