use async_trait::async_trait;
use ferroboard_kernel::{PaymentId, ReviewId, StoreError};

use crate::{PaymentReview, Review, ReviewStatus, Settlement};

/// What administrators must look at (`ferro_payment_review`).
#[async_trait]
pub trait ReviewRepository: Send {
    /// Adds an open review, unless there is one with the same method, number and reason: then `false`.
    /// MUST be one statement that does not end the transaction.
    async fn insert_review(&mut self, review: &PaymentReview) -> Result<bool, StoreError>;

    /// The review.
    async fn find_review(&mut self, id: ReviewId) -> Result<Option<Review>, StoreError>;

    /// The review of the money that a gateway has under this number; of several the first.
    async fn find_review_of(
        &mut self,
        payment: PaymentId,
        callback_no: &str,
    ) -> Result<Option<Review>, StoreError>;

    /// Settles whatever stands at `from` about the money of this method and number: earlier versions wrote
    /// a review for each reason, and money goes to one place. MUST be one conditional statement; `false`
    /// when nothing stands there any more.
    async fn move_review(
        &mut self,
        about: &PaymentReview,
        from: ReviewStatus,
        settlement: &Settlement,
    ) -> Result<bool, StoreError>;

    /// Writes how the dispute of this number stands, whatever became of its review.
    async fn update_review_standing(
        &mut self,
        payment: PaymentId,
        dispute_no: &str,
        standing: &str,
    ) -> Result<(), StoreError>;
}
