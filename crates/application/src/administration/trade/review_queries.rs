//! What administrators read of reviews.

use async_trait::async_trait;
use ferroboard_kernel::StoreError;
use ferroboard_listing::{Found, ListRequest};

/// A review as the list shows it, whatever its row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedReview {
    /// The row.
    pub id: i64,
    /// The method that the money came through.
    pub payment: i64,
    /// What the method is called, while it exists.
    pub method: Option<String>,
    /// The code of its gateway, while it exists.
    pub gateway: Option<String>,
    /// The gateway's number of the payment, or of the dispute.
    pub callback_no: String,
    /// Why it is looked at.
    pub reason: String,
    /// The number of the order as the gateway says it.
    pub trade_no: String,
    /// The order, where there is one.
    pub order: Option<i64>,
    /// Who bought it.
    pub user: Option<i64>,
    /// The buyer's address, while the account exists.
    pub email: Option<String>,
    /// Whether the buyer has an open dispute.
    pub is_disputed: bool,
    /// How much was paid, or is disputed, in hundredths of its currency.
    pub amount: Option<i64>,
    /// The code of the currency; none for the site's.
    pub currency: Option<String>,
    /// How a dispute stands, in the gateway's word.
    pub standing: Option<String>,
    /// The kept notice.
    pub notice: Option<i64>,
    /// When it arrived.
    pub received_at: i64,
    /// `open`, `credited`, `opened`, `refunded_outside` or `dismissed`.
    pub status: String,
    /// What the administrator said who settled it.
    pub note: Option<String>,
    /// Who settled it; none where a later notice did.
    pub settled_by: Option<i64>,
    /// Whose balance was credited.
    pub settled_user: Option<i64>,
    /// With how much.
    pub settled_amount: Option<i64>,
    /// Which order was paid.
    pub settled_trade_no: Option<String>,
    /// When it was settled.
    pub settled_at: Option<i64>,
}

/// A notice as it was kept, as its row holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptRawNotice {
    /// The row.
    pub id: i64,
    /// `GET` or `POST`.
    pub method: String,
    /// Names and values of the query, a JSON list of pairs.
    pub query: String,
    /// Names and values of the headers, a JSON list of pairs.
    pub headers: String,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for KeptRawNotice {
    /// Without values: notices carry signatures and payers' data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptRawNotice")
            .field("id", &self.id)
            .field("method", &self.method)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The reviews, as administrators see them.
#[async_trait]
pub trait ManagedReviewQueries: Send + Sync {
    /// What is asked of [`MANAGED_REVIEWS`](crate::MANAGED_REVIEWS).
    async fn list_managed_reviews(
        &self,
        request: &ListRequest,
    ) -> Result<Found<ManagedReview>, StoreError>;

    /// Those of these kept notices that there still are, in one statement.
    async fn list_raw_notices(&self, ids: &[i64]) -> Result<Vec<KeptRawNotice>, StoreError>;
}
