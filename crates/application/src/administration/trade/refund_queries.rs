//! What administrators read of refunds.

use async_trait::async_trait;
use ferroboard_kernel::StoreError;
use ferroboard_listing::{Found, ListRequest};

/// A refund as the list shows it, whatever its row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedRefund {
    /// The row.
    pub id: i64,
    /// Of which order.
    pub order: i64,
    /// The order's number.
    pub trade_no: String,
    /// Who bought it.
    pub user: i64,
    /// The buyer's address, while the account exists.
    pub email: Option<String>,
    /// How much.
    pub amount: i64,
    /// `balance`, `gateway` or `outside`.
    pub to: String,
    /// `requested`, `done` or `refused`.
    pub status: String,
    /// Why.
    pub reason: String,
    /// Whether what the order gave was taken back with it.
    pub takes_back: bool,
    /// Who asked for it.
    pub admin: i64,
    /// The gateway's number of it, or where it is claimed.
    pub gateway_no: Option<String>,
    /// Why it was refused, or nobody has the gateway's answer.
    pub failure: Option<String>,
    /// How often the gateway was asked.
    pub attempts: i64,
    /// Commission that was taken back with it.
    pub commission_returned: i64,
    /// Commission that its earners owe since.
    pub commission_owed: i64,
    /// When it was asked for.
    pub created_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
}

/// The refunds, as administrators see them.
#[async_trait]
pub trait ManagedRefundQueries: Send + Sync {
    /// What is asked of [`MANAGED_REFUNDS`](crate::MANAGED_REFUNDS).
    async fn list_managed_refunds(
        &self,
        request: &ListRequest,
    ) -> Result<Found<ManagedRefund>, StoreError>;
}
