//! What administrators read of payment methods.

use async_trait::async_trait;
use ferroboard_billing::PaymentMethod;
use ferroboard_kernel::{StoreError, UnixSeconds};

/// A payment method as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedPayment {
    /// The method.
    pub method: PaymentMethod,
    /// When the row was made.
    pub created_at: UnixSeconds,
    /// When it was last changed.
    pub updated_at: UnixSeconds,
}

/// The payment methods, as administrators manage them.
#[async_trait]
pub trait PaymentOfferQueries: Send + Sync {
    /// Every method by `sort` (null first) and id; at most 200.
    async fn list_managed_payments(&self) -> Result<Vec<ManagedPayment>, StoreError>;
}
